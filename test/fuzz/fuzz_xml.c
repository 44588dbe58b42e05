/*-------------------------------------------------------------------------
 *
 * fuzz_xml.c
 *	  Any bytes as an EPCIS document in XML.
 *
 * FUZZ_PREFIX stands in front of them, so that the fuzzer need not find out
 * how a document begins.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"

#include "interchange/xml/epcis_xml.h"

#ifndef FUZZ_PREFIX
#define FUZZ_PREFIX ""
#endif

/* a result is at most so many times as long as the document, and some more */
#define GROWTH_MAX 16

static void *
resize_block(void *block, size_t size)
{
	if (size == 0)
	{
		free(block);
		return NULL;
	}
	return realloc(block, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const EpcisXmlOptions options = {resize_block, false, (size_t) 1 << 20};
	size_t		prefix_len = strlen(FUZZ_PREFIX);
	uint8_t    *whole = malloc(prefix_len + size + 1);
	char	   *xml;
	char	   *json;
	size_t		json_len;
	XmlProblem	problem;

	memcpy(whole, FUZZ_PREFIX, prefix_len);
	if (size > 0)
		memcpy(whole + prefix_len, data, size);
	xml = copy_input(whole, prefix_len + size);
	free(whole);
	json = EpcisXmlToJson(xml, prefix_len + size, &options, &json_len, &problem);
	if (json == NULL)
		require(problem.kind != XML_NO_PROBLEM && problem.message[0] != '\0' &&
				problem.offset <= prefix_len + size && problem.line > 0);
	else
	{
		require(problem.kind == XML_NO_PROBLEM && strlen(json) == json_len);
		require(json[0] == '{' && json[json_len - 1] == '}');
		require(json_len <= GROWTH_MAX * (prefix_len + size) + 200);
	}
	free(json);
	free(xml);
	return 0;
}

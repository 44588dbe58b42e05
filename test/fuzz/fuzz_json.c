/*-------------------------------------------------------------------------
 *
 * fuzz_json.c
 *	  Any bytes as an EPCIS document in JSON, written as XML.
 *
 * What is written must be read again, and be the same when it is written once
 * more.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"

#include "interchange/xml/epcis_xml.h"

#ifndef FUZZ_PREFIX
#define FUZZ_PREFIX ""
#endif

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

static const EpcisXmlOptions options = {resize_block, false, (size_t) 1 << 20};

static void
check_round_trip(const char *xml, size_t xml_len, EpcisXmlVersion version)
{
	XmlProblem	problem;
	size_t		json_len;
	size_t		again_len;
	char	   *again;
	char	   *json = EpcisXmlToJson(xml, xml_len, &options, &json_len, &problem);

	if (json == NULL)
	{
		require(problem.kind == XML_TOO_LARGE || problem.kind == XML_NOT_EPCIS);
		return;
	}
	again = EpcisJsonToXml(json, json_len, version, &options, &again_len, &problem);
	require(again != NULL && again_len == xml_len && memcmp(again, xml, xml_len) == 0);
	free(again);
	free(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	EpcisXmlVersion version = size > 0 && data[size - 1] == ' ' ? EPCIS_XML_1_2 : EPCIS_XML_2_0;
	size_t		prefix_len = strlen(FUZZ_PREFIX);
	uint8_t    *whole = malloc(prefix_len + size + 1);
	char	   *json;
	char	   *xml;
	size_t		xml_len;
	XmlProblem	problem;

	memcpy(whole, FUZZ_PREFIX, prefix_len);
	if (size > 0)
		memcpy(whole + prefix_len, data, size);
	json = copy_input(whole, prefix_len + size);
	free(whole);
	xml = EpcisJsonToXml(json, prefix_len + size, version, &options, &xml_len, &problem);
	if (xml == NULL)
		require(problem.kind != XML_NO_PROBLEM && problem.message[0] != '\0' &&
				problem.offset <= prefix_len + size);
	else
	{
		char	   *second;
		size_t		json_len;
		size_t		second_len;
		char	   *read = EpcisXmlToJson(xml, xml_len, &options, &json_len, &problem);

		require(problem.kind != XML_NOT_WELL_FORMED);
		second = read == NULL ? NULL
			: EpcisJsonToXml(read, json_len, version, &options, &second_len, &problem);
		if (second != NULL)
			check_round_trip(second, second_len, version);
		free(second);
		free(read);
	}
	free(xml);
	free(json);
	return 0;
}

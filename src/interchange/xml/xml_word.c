/*-------------------------------------------------------------------------
 *
 * xml_word.c
 *	  Words of vocabularies as EPCIS in XML has them.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/xml_word.h"

#include <string.h>

typedef struct CbvVocabulary
{
	const char *member;			/* whose words they are */
	const char *web_uri;
	const char *urn;
} CbvVocabulary;

#define CBV_WEB "https://ref.gs1.org/cbv/"
#define CBV_URN "urn:epcglobal:cbv:"

static const CbvVocabulary vocabularies[] = {
	{"bizStep", CBV_WEB "BizStep-", CBV_URN "bizstep:"},
	{"disposition", CBV_WEB "Disp-", CBV_URN "disp:"},
	{"set", CBV_WEB "Disp-", CBV_URN "disp:"},
	{"unset", CBV_WEB "Disp-", CBV_URN "disp:"},
	{"reason", CBV_WEB "ER-", CBV_URN "er:"},
	{"bizTransactionList", CBV_WEB "BTT-", CBV_URN "btt:"},
	{"sourceList", CBV_WEB "SDT-", CBV_URN "sdt:"},
	{"destinationList", CBV_WEB "SDT-", CBV_URN "sdt:"}
};

static const CbvVocabulary *
find_vocabulary(const char *member)
{
	size_t		i;

	for (i = 0; i < sizeof(vocabularies) / sizeof(vocabularies[0]); i++)
		if (strcmp(vocabularies[i].member, member) == 0)
			return &vocabularies[i];
	return NULL;
}

static XmlSpan
join(XmlConversion *conversion, const char *before, XmlSpan word)
{
	size_t		len = strlen(before);
	char	   *joined = XmlArenaAlloc(&conversion->arena, len + word.len);

	if (joined == NULL)
		return word;
	memcpy(joined, before, len);
	memcpy(joined + len, word.bytes, word.len);
	return XmlSpanMake(joined, len + word.len);
}

XmlSpan
XmlVocabularyWord(XmlConversion *conversion, const char *member, XmlSpan word)
{
	const CbvVocabulary *vocabulary = find_vocabulary(member);
	bool		is_1_2 = conversion->version == EPCIS_XML_1_2;
	size_t		len;

	if (memchr(word.bytes, ':', word.len) == NULL)
		return vocabulary == NULL || word.len == 0 ? word
			: join(conversion, is_1_2 ? vocabulary->urn : vocabulary->web_uri, word);
	word = XmlExpandValue(conversion, word);
	if (vocabulary == NULL || !is_1_2 || !XmlSpanBeginsWith(word, vocabulary->web_uri))
		return word;
	len = strlen(vocabulary->web_uri);
	return join(conversion, vocabulary->urn, XmlSpanMake(word.bytes + len, word.len - len));
}

XmlSpan
XmlSensorWord(XmlConversion *conversion, const char *member, XmlSpan word)
{
	if (memchr(word.bytes, ':', word.len) == NULL && word.len > 0)
	{
		if (strcmp(member, "type") == 0 || strcmp(member, "exception") == 0)
			word = join(conversion, "gs1:", word);
		else if (strcmp(member, "component") == 0)
			word = join(conversion, "cbv:Comp-", word);
	}
	if (XmlSpanBeginsWith(word, "gs1:"))
		XmlUseStandardPrefix(conversion, XmlSpanOf("gs1"));
	else if (XmlSpanBeginsWith(word, "cbv:"))
		XmlUseStandardPrefix(conversion, XmlSpanOf("cbv"));
	else
		word = XmlExpandValue(conversion, word);
	return word;
}

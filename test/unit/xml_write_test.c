/*-------------------------------------------------------------------------
 *
 * xml_write_test.c
 *	  EPCIS documents in JSON as XML, without PostgreSQL: what is written, what
 *	  is refused, and that it is the same when it is read again.
 *
 * Prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include "tap.h"

#include "interchange/xml/epcis_xml.h"

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

static const EpcisXmlOptions options = {resize_block, false, (size_t) 1 << 30};

#define CONTEXT(own) \
	"\"@context\":[\"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld\"" own "]}"
#define OWN ",{\"e\":\"http://e/\"}"
#define EVENT(members, own) \
	"{\"type\":\"ObjectEvent\",\"eventTime\":\"t\"" members "," CONTEXT(own)
#define ELEMENT(declarations, content) \
	"<ObjectEvent" declarations "><eventTime>t</eventTime>" content "</ObjectEvent>"
#define E_IS " xmlns:e=\"http://e/\""
#define TYPES " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"" \
	" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""

static const struct
{
	EpcisXmlVersion version;
	const char *json;
	const char *xml;
}			written_cases[] =

{
	{EPCIS_XML_2_0, EVENT(",\"epcList\":[\"a&<b>\"]", ""),
	ELEMENT("", "<epcList><epc>a&amp;&lt;b&gt;</epc></epcList>")},
	{EPCIS_XML_1_2, EVENT(",\"quantityList\":[{\"epcClass\":\"c\",\"quantity\":1.50}],"
						  "\"eventID\":\"i\"", ""),
		ELEMENT("", "<baseExtension><eventID>i</eventID></baseExtension><epcList></epcList>"
				"<extension><quantityList><quantityElement><epcClass>c</epcClass>"
				"<quantity>1.50</quantity></quantityElement></quantityList></extension>")},
	{EPCIS_XML_2_0, EVENT(",\"e:a\":[\"1\",\" 2\"],\"e:b\":{\"@c\":\"<\\n\\\"\",\"#text\":\"\\r\"}",
						  OWN),
		ELEMENT("", "<e:a>1</e:a><e:a xml:space=\"preserve\"> 2</e:a>"
				"<e:b c=\"&lt;&#10;&quot;\" xml:space=\"preserve\">&#13;</e:b>")},
	{EPCIS_XML_2_0, EVENT(",\"e:a\":{\"e:n\":-1.0,\"e:b\":false,\"e:z\":null}", OWN),
		ELEMENT("", "<e:a><e:n xsi:type=\"xsd:decimal\">-1.0</e:n>"
				"<e:b xsi:type=\"xsd:boolean\">false</e:b><e:z xsi:nil=\"true\"></e:z></e:a>")},
	{EPCIS_XML_2_0, EVENT(",\"bizStep\":\"shipping\",\"disposition\":\"e:own\"", OWN),
		ELEMENT("", "<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>"
				"<disposition>http://e/own</disposition>")},
	{EPCIS_XML_1_2, EVENT(",\"bizStep\":\"https://ref.gs1.org/cbv/BizStep-shipping\","
						  "\"bizTransactionList\":[{\"type\":\"po\",\"bizTransaction\":\"b\"}]", ""),
		ELEMENT("", "<epcList></epcList><bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>"
				"<bizTransactionList><bizTransaction type=\"urn:epcglobal:cbv:btt:po\">b"
				"</bizTransaction></bizTransactionList>")},
	{EPCIS_XML_2_0, EVENT(",\"http://f/a\":\"1\",\"urn:g:b\":\"2\"", ""),
		ELEMENT("", "<uri:a xmlns:uri=\"http://f/\">1</uri:a>"
				"<uri:b xmlns:uri=\"urn:g:\">2</uri:b>")},
	{EPCIS_XML_2_0, EVENT(",\"e:a\":\"\\u00e4\\ud83d\\ude00\"", OWN),
	ELEMENT("", "<e:a>\xC3\xA4\xF0\x9F\x98\x80</e:a>")},
	{EPCIS_XML_2_0, "{\"type\":\"EPCISQueryDocument\",\"epcisBody\":{\"queryResults\":"
		"{\"queryName\":\"q\",\"resultsBody\":{\"eventList\":[]}}}," CONTEXT(""),
		"<epcis:EPCISQueryDocument xmlns:epcis=\"urn:epcglobal:epcis-query:xsd:2\" "
		"schemaVersion=\"2.0\"><EPCISBody><epcis:QueryResults><queryName>q</queryName>"
		"<resultsBody><EventList></EventList></resultsBody></epcis:QueryResults></EPCISBody>"
	"</epcis:EPCISQueryDocument>"}
};

/*
 * Leaves out declarations, which the expected texts do not have.
 */
static void
remove_declarations(char *xml)
{
	char	   *found;

	while ((found = strstr(xml, E_IS)) != NULL)
		memmove(found, found + strlen(E_IS), strlen(found + strlen(E_IS)) + 1);
	while ((found = strstr(xml, TYPES)) != NULL)
		memmove(found, found + strlen(TYPES), strlen(found + strlen(TYPES)) + 1);
}

static void
check_written(EpcisXmlVersion version, const char *json, const char *expected)
{
	XmlProblem	problem;
	size_t		len;
	char	   *xml = EpcisJsonToXml(json, strlen(json), version, &options, &len, &problem);

	if (xml != NULL)
		remove_declarations(xml);
	report(xml != NULL && strcmp(xml, expected) == 0, json, xml == NULL ? problem.message : xml);
	free(xml);
}

/*
 * Documents that are the same text when they have been XML.
 */
static const char *const round_trips[] = {
	EVENT("", ""),
	EVENT(",\"eventID\":\"i\",\"errorDeclaration\":{\"declarationTime\":\"d\","
		  "\"reason\":\"urn:r:x\",\"correctiveEventIDs\":[\"c\"],\"e:a\":\"1\"},"
		  "\"certificationInfo\":[\"a\",\"b\"],\"epcList\":[],\"action\":\"ADD\","
		  "\"bizStep\":\"urn:b:x\",\"readPoint\":{\"id\":\"r\",\"e:a\":\"1\"},"
		  "\"bizLocation\":{\"id\":\"l\"}", OWN),
	EVENT(",\"bizTransactionList\":[{\"bizTransaction\":\"b\"},{\"type\":\"urn:t:x\","
		  "\"bizTransaction\":\"c\"}],\"quantityList\":[{\"epcClass\":\"c\",\"quantity\":1.50,"
		  "\"uom\":\"KGM\"},{\"epcClass\":\"d\"}],\"sourceList\":[{\"type\":\"urn:t:x\","
		  "\"source\":\"s\"}],\"destinationList\":[{\"type\":\"urn:t:x\",\"destination\":\"d\"}]",
		  ""),
	EVENT(",\"sensorElementList\":[{\"sensorMetadata\":{\"time\":\"m\",\"e:a\":\"1\"},"
		  "\"sensorReport\":[{\"type\":\"gs1:Mass\",\"value\":1.0,\"booleanValue\":true},"
		  "{\"stringValue\":\" s \"}],\"e:b\":\"2\"}],\"persistentDisposition\":"
		  "{\"unset\":[\"urn:d:x\"],\"set\":[\"urn:d:y\"]}", OWN),
	EVENT(",\"ilmd\":{\"cbvmda:lotNumber\":\"L\"},\"e:a\":[\"1\",{\"@b\":\"2\",\"@e:c\":\"3\","
		  "\"e:d\":[true,null,2.5],\"f\":\" x\\ty \",\"#text\":\"t\"}],\"e:g\":\"\"", OWN),
	"{\"type\":\"e:Calibration\",\"eventTime\":\"t\"," CONTEXT(OWN),
	"{\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"c\","
	"\"epcisBody\":{\"eventList\":[{\"type\":\"TransformationEvent\",\"inputEPCList\":[\"a\"],"
	"\"outputQuantityList\":[{\"epcClass\":\"c\"}],\"transformationID\":\"t\"},"
	"{\"type\":\"AssociationEvent\",\"parentID\":\"p\",\"childEPCs\":[\"a\"],"
	"\"childQuantityList\":[{\"epcClass\":\"c\"}],\"action\":\"ADD\"},"
	"{\"type\":\"TransactionEvent\",\"parentID\":\"p\"},{\"type\":\"e:X\"}]},"
	"\"epcisHeader\":{\"epcisMasterData\":{\"vocabularyList\":[{\"type\":\"urn:v:x\","
	"\"vocabularyElementList\":[{\"id\":\"i\",\"attributes\":[{\"id\":\"urn:a:x\","
	"\"attribute\":\"1\"},{\"id\":\"urn:a:y\",\"attribute\":{\"e:b\":\"2\"}}],"
	"\"children\":[\"c\"]}]}]},\"e:h\":\"3\"},\"e:i\":\"4\"," CONTEXT(OWN)
};

static void
check_round_trip(const char *json)
{
	XmlProblem	problem;
	size_t		len;
	char	   *xml = EpcisJsonToXml(json, strlen(json), EPCIS_XML_2_0, &options, &len,
									 &problem);
	char	   *again = xml == NULL ? NULL : EpcisXmlToJson(xml, len, &options, &len, &problem);

	report(again != NULL && strcmp(again, json) == 0, json,
		   again == NULL ? problem.message : again);
	free(xml);
	free(again);
}

static const struct
{
	EpcisXmlVersion version;
	const char *json;
	XmlProblemKind kind;
	const char *message;
}			refused_cases[] =

{
	{EPCIS_XML_2_0, "", XML_NOT_WELL_FORMED, "no value"},
	{EPCIS_XML_2_0, "{\"a\":1,}", XML_NOT_WELL_FORMED, "a member has no name"},
	{EPCIS_XML_2_0, "{\"a\":01}", XML_NOT_WELL_FORMED, "has no end"},
	{EPCIS_XML_2_0, "{\"a\":\"\\ud800\"}", XML_NOT_WELL_FORMED, "an escape sequence"},
	{EPCIS_XML_2_0, "{\"a\":\"\\u0000\"}", XML_CANNOT_SAY, "control character"},
	{EPCIS_XML_2_0, "{} x", XML_NOT_WELL_FORMED, "a text behind"},
	{EPCIS_XML_2_0, "[]", XML_NOT_EPCIS, "it is no object"},
	{EPCIS_XML_2_0, "{}", XML_NOT_EPCIS, "no type of event"},
	{EPCIS_XML_2_0, "{\"type\":\"EPCISDocument\",\"id\":\"urn:a\"}", XML_CANNOT_SAY, "\"id\""},
	{EPCIS_XML_2_0, "{\"type\":\"EPCISDocument\",\"a\":1}", XML_NOT_EPCIS, "\"a\" is not known"},
	{EPCIS_XML_1_2, "{\"type\":\"AssociationEvent\"}", XML_CANNOT_SAY, "AssociationEvent"},
	{EPCIS_XML_1_2, EVENT(",\"persistentDisposition\":{\"set\":[\"a\"]}", ""), XML_CANNOT_SAY,
	"persistentDisposition"},
	{EPCIS_XML_2_0, EVENT(",\"inputEPCList\":[]", ""), XML_CANNOT_SAY, "inputEPCList"},
	{EPCIS_XML_2_0, EVENT(",\"e:a\":1", ""), XML_NOT_EPCIS, "prefix of \"e:a\""},
	{EPCIS_XML_2_0, EVENT(",\"e:a\":[[]]", OWN), XML_CANNOT_SAY, "array in an array"},
	{EPCIS_XML_2_0, EVENT(",\"e:1\":1", OWN), XML_CANNOT_SAY, "name \"e:1\""},
	{EPCIS_XML_2_0, EVENT(",\"xmlns:a\":1", ",{\"xmlns\":\"http://e/\"}"), XML_NOT_EPCIS, "xmlns"},
	{EPCIS_XML_2_0, EVENT(",\"e:a\":{\"@e:b\":\"1\",\"@f:b\":\"2\"}",
						  ",{\"e\":\"http://e/\",\"f\":\"http://e/\"}"), XML_CANNOT_SAY, "twice"},
	{EPCIS_XML_2_0, EVENT(",\"e:a\":null", ",{\"e\":\"http://e/\",\"xsi\":\"http://x/\"}"),
	XML_CANNOT_SAY, "\"xsi\""},
	{EPCIS_XML_2_0, EVENT(",\"sensorElementList\":[{\"sensorReport\":[{\"e:a\":{}}]}]", OWN),
	XML_CANNOT_SAY, "as an attribute"}
};

static void
check_refused(EpcisXmlVersion version, const char *json, XmlProblemKind kind,
			  const char *message)
{
	XmlProblem	problem;
	size_t		len;
	char	   *xml = EpcisJsonToXml(json, strlen(json), version, &options, &len, &problem);

	report(xml == NULL && problem.kind == kind && strstr(problem.message, message) != NULL,
		   json, xml == NULL ? problem.message : xml);
	free(xml);
}

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

int
main(void)
{
	size_t		i;

	for (i = 0; i < LENGTH_OF(written_cases); i++)
		check_written(written_cases[i].version, written_cases[i].json, written_cases[i].xml);
	for (i = 0; i < LENGTH_OF(round_trips); i++)
		check_round_trip(round_trips[i]);
	for (i = 0; i < LENGTH_OF(refused_cases); i++)
		check_refused(refused_cases[i].version, refused_cases[i].json,
					  refused_cases[i].kind, refused_cases[i].message);
	return finish();
}

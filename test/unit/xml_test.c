/*-------------------------------------------------------------------------
 *
 * xml_test.c
 *	  XML without PostgreSQL: the tokens of the reader, what it refuses, and
 *	  EPCIS documents as JSON.
 *
 * Prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include "tap.h"

#include "interchange/xml/epcis_xml.h"
#include "interchange/xml/reader.h"

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

/*
 * Reports with a text as the name of the test, on one line.
 */
static void
report_line(bool ok, const char *name, const char *got)
{
	char		line[200];
	size_t		i;

	snprintf(line, sizeof(line), "%s", name);
	for (i = 0; line[i] != '\0'; i++)
		if ((unsigned char) line[i] < 0x20)
			line[i] = ' ';
	report(ok, line, got);
}

static const EpcisXmlOptions options = {resize_block, false, (size_t) 1 << 30};

/*
 * Tokens
 */

static void
append_name(XmlBuffer *out, const XmlReader *reader, int ns, XmlSpan local)
{
	if (ns != XML_NS_NONE)
	{
		XmlBufferAppendChar(out, '{');
		XmlBufferAppendSpan(out, reader->namespaces[ns]);
		XmlBufferAppendChar(out, '}');
	}
	XmlBufferAppendSpan(out, local);
}

static void
append_start(XmlBuffer *out, const XmlReader *reader)
{
	int			i;

	XmlBufferAppendString(out, "(");
	append_name(out, reader, reader->ns, reader->local);
	for (i = 0; i < reader->attribute_count; i++)
	{
		XmlBufferAppendChar(out, ' ');
		append_name(out, reader, reader->attributes[i].ns, reader->attributes[i].local);
		XmlBufferAppendChar(out, '=');
		XmlBufferAppendSpan(out, reader->attributes[i].value);
	}
	XmlBufferAppendString(out, ">");
}

/*
 * All tokens of a text: "(name attribute=value>", "[characters]", ")", and "."
 * at the end, or "!" where there is a problem.
 */
static char *
write_tokens(const char *xml, size_t len, XmlProblem *problem)
{
	XmlReader  *reader = malloc(sizeof(XmlReader));
	XmlBuffer	out;
	XmlArena	arena;
	XmlTokenKind kind;

	XmlProblemClear(problem);
	XmlArenaInit(&arena, resize_block);
	XmlBufferInit(&out, resize_block, options.max_length);
	XmlReaderInit(reader, xml, len, &arena, problem);
	do
	{
		kind = XmlReaderNext(reader);
		if (kind == XML_TOKEN_START)
			append_start(&out, reader);
		else if (kind == XML_TOKEN_TEXT)
		{
			XmlBufferAppendChar(&out, '[');
			XmlBufferAppendSpan(&out, reader->value);
			XmlBufferAppendChar(&out, ']');
		}
		else
			XmlBufferAppendString(&out, kind == XML_TOKEN_END ? ")"
								  : kind == XML_TOKEN_FINISH ? "." : "!");
	} while (kind != XML_TOKEN_FINISH && kind != XML_TOKEN_PROBLEM);
	XmlBufferAppendChar(&out, '\0');
	XmlProblemLocate(problem, xml, len);
	XmlReaderFree(reader);
	XmlArenaFree(&arena);
	free(reader);
	return out.bytes;
}

static const char *const token_cases[][2] = {
	{"<a/>", "(a>)."},
	{"<a></a >", "(a>)."},
	{"\xEF\xBB\xBF<a/>", "(a>)."},
	{"<?xml version=\"1.0\"?><a/>", "(a>)."},
	{"<?xml version='1.1' encoding='utf-8' standalone='yes' ?>\n<a/>\n", "(a>)."},
	{"<?xml version=\"1.0\" encoding=\"US-ASCII\"?><a/>", "(a>)."},
	{"<!-- c --><?pi data?><!DOCTYPE a><a/><!-- d -->", "(a>)."},
	{"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "(a>)."},
	{"<!DOCTYPE a PUBLIC \"-//x\" 'b.dtd' [ ]><a/>", "(a>)."},
	{"<a>b<!-- c -->d<?pi?>e</a>", "(a>[b][d][e])."},
	{"<a>&lt;&gt;&amp;&quot;&apos;</a>", "(a>[<>&\"'])."},
	{"<a>&#65;&#x42;&#x20ac;&#128512;</a>", "(a>[AB\xE2\x82\xAC\xF0\x9F\x98\x80])."},
	{"<a>x\r\ny\rz\n</a>", "(a>[x\ny\nz\n])."},
	{"<a>x&#13;y</a>", "(a>[x\ry])."},
	{"<a b='1\r\n2\t3\n4&#10;5'/>", "(a b=1 2 3 4\n5>)."},
	{"<a b = \"'\" c='\"'/>", "(a b=' c=\">)."},
	{"<a><![CDATA[<b>&amp;]]]]><![CDATA[>\r\n]]></a>", "(a>[<b>&amp;]]][>\n])."},
	{"<a>]] ></a>", "(a>[]] >])."},
	{"<a xmlns='urn:x'><b xmlns=''/><c/></a>", "({urn:x}a>(b>)({urn:x}c>))."},
	{"<p:a xmlns:p='urn:x' b='1' p:b='2'/>", "({urn:x}a b=1 {urn:x}b=2>)."},
	{"<p:a xmlns:p='urn:x'><p:b xmlns:p='urn:y'/><p:c/></p:a>",
	"({urn:x}a>({urn:y}b>)({urn:x}c>))."},
	{"<a xml:lang='de'/>", "(a {http://www.w3.org/XML/1998/namespace}lang=de>)."},
	{"<a xmlns:p='urn:a&amp;b'><p:b/></a>", "(a>({urn:a&b}b>))."},
	{"<\xC3\xA4.-_1/>", "(\xC3\xA4.-_1>)."}
};

static void
check_tokens(const char *xml, const char *expected)
{
	XmlProblem	problem;
	char	   *tokens = write_tokens(xml, strlen(xml), &problem);
	char		got[600];

	snprintf(got, sizeof(got), "%s (%s)", tokens, problem.message);
	report_line(strcmp(tokens, expected) == 0, xml, got);
	free(tokens);
}

/*
 * What is refused: at which byte, and a part of the message.
 */
static const struct
{
	const char *xml;
	size_t		offset;
	const char *message;
}			refused_cases[] =

{
	{"", 0, "there is no element"},
	{" \n", 2, "there is no element"},
	{"abc", 0, "characters outside the root element"},
	{"<a/>b", 4, "characters outside the root element"},
	{"<a/><b/>", 4, "a second element"},
	{"<a>", 3, "element \"a\" has no end"},
	{"<a", 0, "the tag of element \"a\" has no end"},
	{"<a b", 4, "attribute \"b\" has no value"},
	{"<a b=c>", 5, "an attribute has no value"},
	{"<a b='c", 5, "the value of an attribute has no end"},
	{"<a b='<'/>", 6, "\"<\" in the value"},
	{"<a b='1'c='2'/>", 8, "does not belong into a tag"},
	{"<a b='1' b='2'/>", 9, "attribute \"b\" is there twice"},
	{"<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:b='2'/>", 43, "attribute \"b\" is there twice"},
	{"<a xmlns:p='urn:x' xmlns:p='urn:y'/>", 19, "attribute \"p\" is there twice"},
	{"<p:a/>", 0, "prefix \"p\" is not declared"},
	{"<a p:b='1'/>", 3, "prefix \"p\" is not declared"},
	{"<a xmlns:p=''/>", 3, "prefix \"p\" has no namespace"},
	{"<a xmlns:xmlns='urn:x'/>", 3, "must not be declared so"},
	{"<a xmlns:xml='urn:x'/>", 3, "must not be declared so"},
	{"<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", 3, "must not be declared so"},
	{"<a></b>", 3, "the end of element \"b\" does not belong here"},
	{"</a>", 0, "the end of an element that has not begun"},
	{"<a:b:c/>", 4, "does not belong into a tag"},
	{"<:a/>", 1, "no name"},
	{"<1a/>", 1, "no name"},
	{"<a>]]></a>", 3, "\"]]>\" outside a CDATA section"},
	{"<a><![CDATA[b</a>", 3, "a CDATA section has no end"},
	{"<![CDATA[b]]>", 0, "characters outside the root element"},
	{"<a><!-- b -- c --></a>", 10, "\"--\" in a comment"},
	{"<a><!-- b</a>", 3, "a comment has no end"},
	{"<a><?b</a>", 6, "is malformed"},
	{"<a><?b </a>", 3, "a processing instruction has no end"},
	{"<a><?xml version='1.0'?></a>", 3, "an XML declaration that is not at the beginning"},
	{" <?xml version='1.0'?><a/>", 1, "an XML declaration that is not at the beginning"},
	{"<a>&b;</a>", 3, "entity \"b\" is not defined"},
	{"<a>& b</a>", 3, "\"&\" begins no reference"},
	{"<a>&lt</a>", 3, "entity \"lt\" is not defined"},
	{"<a>&#0;</a>", 3, "\"&#0;\" is no character"},
	{"<a>&#x0;</a>", 3, "is no character"},
	{"<a>&#xD800;</a>", 3, "is no character"},
	{"<a>&#xFFFE;</a>", 3, "is no character"},
	{"<a>&#x110000;</a>", 3, "is no character"},
	{"<a>&#99999999999999999999;</a>", 3, "is no character"},
	{"<a>&#;</a>", 3, "a character reference is not complete"},
	{"<a>&#x;</a>", 3, "a character reference is not complete"},
	{"<a>&#12a;</a>", 3, "a character reference is not complete"},
	{"<a b='&c;'/>", 6, "entity \"c\" is not defined"},
	{"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", 13, "declares something"},
	{"<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://c/'>%b;]><a/>", 13, "declares something"},
	{"<!DOCTYPE a><!DOCTYPE a><a/>", 12, "does not belong here"},
	{"<a/><!DOCTYPE a>", 4, "does not belong here"},
	{"<!DOCTYPE a SYSTEM><a/>", 18, "is malformed"},
	{"<!ELEMENT a ANY><a/>", 1, "no name"},
	{"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", 0, "\"ISO-8859-1\" is not supported"},
	{"<?xml version='1.0' encoding='UTF-16'?><a/>", 0, "\"UTF-16\" is not supported"},
	{"<?xml encoding='UTF-8'?><a/>", 0, "the XML declaration is malformed"},
	{"<?xml version='2.0'?><a/>", 0, "the XML declaration is malformed"},
	{"<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>", 0, "malformed"},
	{"\xFE\xFF", 0, "UTF-16"},
	{"\xFF\xFE<", 0, "UTF-16"},
	{"<a>\x01</a>", 3, "not UTF-8"},
	{"<a>\xC0\x80</a>", 3, "not UTF-8"},
	{"<a>\xED\xA0\x80</a>", 3, "not UTF-8"},
	{"<a>\xF4\x90\x80\x80</a>", 3, "not UTF-8"},
	{"<a>\xE2\x82</a>", 3, "not UTF-8"},
	{"<a>\xFC</a>", 3, "not UTF-8"},
	{"<a>\xEF\xBF\xBF</a>", 3, "not UTF-8"},
	{"<a>\xC3", 3, "not UTF-8"},
	{"<a>\xEF\xBB\xBF\x02</a>", 6, "not UTF-8"}
};

static void
check_refused(const char *xml, size_t len, size_t offset, const char *message)
{
	XmlProblem	problem;
	char	   *tokens = write_tokens(xml, len, &problem);
	char		got[600];

	snprintf(got, sizeof(got), "%s at %zu", problem.message, problem.offset);
	report_line(problem.kind == XML_NOT_WELL_FORMED && problem.offset == offset &&
				strstr(problem.message, message) != NULL && problem.expected[0] != '\0',
				xml, got);
	free(tokens);
}

/*
 * Limits: repeats a text, with another in the middle.
 */
static char *
repeat(const char *before, const char *opening, int count, const char *closing,
	   const char *after)
{
	XmlBuffer	out;
	int			i;

	XmlBufferInit(&out, resize_block, options.max_length);
	XmlBufferAppendString(&out, before);
	for (i = 0; i < count; i++)
	{
		char		numbered[200];

		snprintf(numbered, sizeof(numbered), opening, i, i);
		XmlBufferAppendString(&out, numbered);
	}
	for (i = 0; i < count; i++)
		XmlBufferAppendString(&out, closing);
	XmlBufferAppendString(&out, after);
	XmlBufferAppendChar(&out, '\0');
	return out.bytes;
}

static void
check_limit(const char *what, char *xml, bool is_accepted)
{
	XmlProblem	problem;
	char	   *tokens = write_tokens(xml, strlen(xml), &problem);

	report(problem.kind == (is_accepted ? XML_NO_PROBLEM : XML_TOO_LARGE), what,
		   problem.message);
	free(tokens);
	free(xml);
}

static void
check_limits(void)
{
	check_limit("256 levels", repeat("", "<a>", 256, "</a>", ""), true);
	check_limit("257 levels", repeat("", "<a>", 257, "</a>", ""), false);
	check_limit("256 attributes", repeat("<a", " a%d='1'", 256, "", "/>"), true);
	check_limit("257 attributes", repeat("<a", " a%d='1'", 257, "", "/>"), false);
	check_limit("256 declarations", repeat("<a", " xmlns:a%d='urn:%d'", 256, "", "/>"), true);
	check_limit("257 declarations in scope",
				repeat("", "<a xmlns:p='urn:x' xmlns:q%d='urn:%d'>", 129, "</a>", ""), false);
	check_limit("997 namespaces", repeat("<a>", "<b xmlns='urn:%d'/>", 997, "", "</a>"), true);
	check_limit("998 namespaces", repeat("<a>", "<b xmlns='urn:%d'/>", 998, "", "</a>"), false);
}

static void
check_position(void)
{
	XmlProblem	problem;
	const char *xml = "<a>\n<b>\xC3\xA4\xE2\x82\xAC</c></a>";
	char	   *tokens = write_tokens(xml, strlen(xml), &problem);
	char		got[100];

	snprintf(got, sizeof(got), "line %zu, column %zu", problem.line, problem.column);
	report(problem.line == 2 && problem.column == 6 && problem.offset == 12,
		   "columns count characters", got);
	free(tokens);
	tokens = write_tokens("<a\0/>", 5, &problem);
	report(problem.kind == XML_NOT_WELL_FORMED && problem.offset == 2, "a NUL byte is refused",
		   problem.message);
	free(tokens);
}

/*
 * EPCIS documents
 */

#define CONTEXT(own) \
	"\"@context\":[\"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld\"" own "]}"
#define EVENT(content) "<ObjectEvent><eventTime>t</eventTime>" content "</ObjectEvent>"
#define EVENT_JSON(content, own) \
	"{\"type\":\"ObjectEvent\",\"eventTime\":\"t\"" content "," CONTEXT(own)
#define OWN ",{\"e\":\"http://e/\"}"

static const char *const document_cases[][2] = {
	{EVENT(""), EVENT_JSON("", "")},
	{"<e:ObjectEvent xmlns:e='urn:epcglobal:epcis:xsd:1'><e:eventTime> t\n</e:eventTime>"
		"<e:epcList><e:epc>a</e:epc></e:epcList></e:ObjectEvent>",
	EVENT_JSON(",\"epcList\":[\"a\"]", "")},
	{EVENT("<epcList/><bizTransactionList/><childEPCs/>"),
	EVENT_JSON(",\"epcList\":[],\"childEPCs\":[]", "")},
	{EVENT("<baseExtension><eventID>i</eventID><errorDeclaration><declarationTime>d"
		   "</declarationTime><reason>r</reason><correctiveEventIDs><correctiveEventID>c"
		   "</correctiveEventID></correctiveEventIDs></errorDeclaration></baseExtension>"),
		EVENT_JSON(",\"eventID\":\"i\",\"errorDeclaration\":{\"declarationTime\":\"d\","
				   "\"reason\":\"r\",\"correctiveEventIDs\":[\"c\"]}", "")},
	{EVENT("<extension><quantityList><quantityElement><epcClass>c</epcClass><quantity>007.50"
		   "</quantity></quantityElement><quantityElement><epcClass>d</epcClass><quantity "
		   "xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='true'/>"
		   "</quantityElement></quantityList></extension>"),
		EVENT_JSON(",\"quantityList\":[{\"epcClass\":\"c\",\"quantity\":7.50},{\"epcClass\":\"d\"}]",
				   "")},
	{"<QuantityEvent><eventTime>t</eventTime><epcClass>c</epcClass><quantity>+.5E3</quantity>"
		"</QuantityEvent>",
		EVENT_JSON(",\"action\":\"OBSERVE\",\"quantityList\":[{\"epcClass\":\"c\","
				   "\"quantity\":0.5e3}]", "")},
	{EVENT("<quantityList><quantityElement><quantity>NaN</quantity></quantityElement>"
		   "</quantityList>"),
	EVENT_JSON(",\"quantityList\":[{\"quantity\":\"NaN\"}]", "")},
	{EVENT("<sourceList><source type='x'>\n a </source></sourceList>"),
	EVENT_JSON(",\"sourceList\":[{\"type\":\"x\",\"source\":\"a\"}]", "")},
	{EVENT("<sourceList><source b='1' e:c='2' xmlns:e='http://e/'>a</source></sourceList>"),
	EVENT_JSON(",\"sourceList\":[{\"source\":\"a\",\"b\":\"1\",\"e:c\":\"2\"}]", OWN)},
	{EVENT("<persistentDisposition><unset>a</unset><set>b</set></persistentDisposition>"),
	EVENT_JSON(",\"persistentDisposition\":{\"unset\":[\"a\"],\"set\":[\"b\"]}", "")},
	{EVENT("<certificationInfo>a</certificationInfo>"),
	EVENT_JSON(",\"certificationInfo\":\"a\"", "")},
	{EVENT("<certificationInfo>a</certificationInfo><certificationInfo>b</certificationInfo>"),
	EVENT_JSON(",\"certificationInfo\":[\"a\",\"b\"]", "")},
	{EVENT("<sensorElementList><sensorElement><sensorMetadata time='m' e:a='1' "
		   "xmlns:e='http://e/'/><sensorReport type='gs1:Mass' value='1' booleanValue='0'/>"
		   "</sensorElement></sensorElementList>"),
		EVENT_JSON(",\"sensorElementList\":[{\"sensorMetadata\":{\"time\":\"m\",\"e:a\":\"1\"},"
				   "\"sensorReport\":[{\"type\":\"gs1:Mass\",\"value\":1,\"booleanValue\":false}]}]",
				   OWN)},
	{EVENT("<e:a xmlns:e='http://e/'>1</e:a><e:b xmlns:e='http://e/'/>"
		   "<e:a xmlns:e='http://e/'>2</e:a>"),
	EVENT_JSON(",\"e:a\":[\"1\",\"2\"],\"e:b\":\"\"", OWN)},
	{EVENT("<e:a xmlns:e='http://e/'><e:b>1</e:b>text<c f='2'>3</c></e:a>"),
		EVENT_JSON(",\"e:a\":{\"e:b\":\"1\",\"c\":{\"@f\":\"2\",\"#text\":\"3\"},\"#text\":\"text\"}",
				   OWN)},
	{EVENT("<e:a xmlns:e='http://e/'> x </e:a><e:b xmlns:e='http://e/' xml:space='preserve'> x "
		   "</e:b>"),
	EVENT_JSON(",\"e:a\":\"x\",\"e:b\":\" x \"", OWN)},
	{EVENT("<e:a xmlns:e='http://e/' xmlns:x='http://www.w3.org/2001/XMLSchema-instance' "
		   "xmlns:s='http://www.w3.org/2001/XMLSchema'><e:n x:type='s:decimal'>1.0</e:n>"
		   "<e:b x:type='s:boolean'>true</e:b><e:i x:nil='true'/><e:s x:type='s:date'>d</e:s>"
		   "</e:a>"),
		EVENT_JSON(",\"e:a\":{\"e:n\":1.0,\"e:b\":true,\"e:i\":null,\"e:s\":"
				   "{\"@x:type\":\"xsd:date\",\"#text\":\"d\"}}",
				   ",{\"e\":\"http://e/\",\"x\":\"http://www.w3.org/2001/XMLSchema-instance\"}")},
	{EVENT("<e:a xmlns:e='http://e/'>1</e:a><e:a xmlns:e='http://f/'>2</e:a>"
		   "<a xmlns='http://g/'>3</a>"),
		EVENT_JSON(",\"e:a\":\"1\",\"e2:a\":\"2\",\"ns3:a\":\"3\"",
				   ",{\"e\":\"http://e/\",\"e2\":\"http://f/\",\"ns3\":\"http://g/\"}")},
	{EVENT("<urn:a xmlns:urn='http://e/'>1</urn:a><action:a xmlns:action='http://f/'>2"
		   "</action:a>"),
		EVENT_JSON(",\"urn2:a\":\"1\",\"action3:a\":\"2\"",
				   ",{\"urn2\":\"http://e/\",\"action3\":\"http://f/\"}")},
	{EVENT("<m:a xmlns:m='urn:epcglobal:cbv:mda'>1</m:a><n:a xmlns:n='urn:epcglobal:cbv:mda#'>2"
		   "</n:a>"),
	EVENT_JSON(",\"cbvmda:a\":[\"1\",\"2\"]", "")},
	{EVENT("<bizStep xmlns:e='http://e/'>e:own</bizStep><disposition>urn:x:y</disposition>"),
	EVENT_JSON(",\"bizStep\":\"e:own\",\"disposition\":\"urn:x:y\"", OWN)},
	{EVENT("<epcList xmlns:f='http://e/'><epc xmlns:e='http://e/'>e:1</epc><epc>f:2</epc></epcList>"),
	EVENT_JSON(",\"epcList\":[\"e:1\",\"e:2\"]", OWN)},
	{EVENT("<parentID>e:1</parentID><x:a xmlns:x='http://x/'>1</x:a><e:a xmlns:e='http://e/'>2</e:a>"),
		EVENT_JSON(",\"parentID\":\"e:1\",\"x:a\":\"1\",\"e2:a\":\"2\"",
				   ",{\"x\":\"http://x/\",\"e2\":\"http://e/\"}")},
	{"<EPCISDocument><EPCISBody><EventList><ObjectEvent><e:a xmlns:e='http://e/'>e:1</e:a></ObjectEvent>"
		"<ObjectEvent><bizStep>e:own</bizStep></ObjectEvent></EventList></EPCISBody></EPCISDocument>",
		"{\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"epcisBody\":{\"eventList\":["
		"{\"type\":\"ObjectEvent\",\"e2:a\":\"e:1\"},{\"type\":\"ObjectEvent\",\"bizStep\":\"e:own\"}]},"
	CONTEXT(",{\"e2\":\"http://e/\"}")},
	{"<e:Calibration xmlns:e='http://e/'><eventTime>t</eventTime></e:Calibration>",
	"{\"type\":\"e:Calibration\",\"eventTime\":\"t\"," CONTEXT(OWN)},
	{EVENT("<color>red</color>"), EVENT_JSON(",\"color\":\"red\"", "")},
	{EVENT("<action>A<!-- x -->D<![CDATA[D]]></action>"), EVENT_JSON(",\"action\":\"ADD\"", "")},
	{EVENT("<action>\"\\\t&#x7F;</action>"),
	EVENT_JSON(",\"action\":\"\\\"\\\\\\t\x7F\"", "")},
	{"<e:EPCISDocument xmlns:e='urn:epcglobal:epcis:xsd:1' schemaVersion='1.2' "
		"creationDate='c'><EPCISBody><EventList>" EVENT("") "<extension><TransformationEvent/>"
		"<extension><AssociationEvent/></extension></extension></EventList></EPCISBody>"
		"</e:EPCISDocument>",
		"{\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"c\","
		"\"epcisBody\":{\"eventList\":[{\"type\":\"ObjectEvent\",\"eventTime\":\"t\"},"
	"{\"type\":\"TransformationEvent\"},{\"type\":\"AssociationEvent\"}]}," CONTEXT("")},
	{"<q:EPCISQueryDocument xmlns:q='urn:epcglobal:epcis-query:xsd:2'><EPCISBody>"
		"<q:QueryResults><queryName>SimpleEventQuery</queryName><resultsBody><EventList/>"
		"</resultsBody></q:QueryResults></EPCISBody></q:EPCISQueryDocument>",
		"{\"type\":\"EPCISQueryDocument\",\"schemaVersion\":\"2.0\",\"epcisBody\":"
		"{\"queryResults\":{\"queryName\":\"SimpleEventQuery\",\"resultsBody\":"
	"{\"eventList\":[]}}}," CONTEXT("")},
	{"<m:EPCISMasterDataDocument xmlns:m='urn:epcglobal:epcis-masterdata:xsd:1'><EPCISBody>"
		"<VocabularyList><Vocabulary type='v'><VocabularyElementList><VocabularyElement id='i'>"
		"<attribute id='a'>1</attribute><attribute id='b' u='KGM'>2</attribute><children><id>c"
		"</id></children></VocabularyElement></VocabularyElementList></Vocabulary>"
		"</VocabularyList></EPCISBody></m:EPCISMasterDataDocument>",
		"{\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"epcisBody\":{\"eventList\":[]},"
		"\"epcisHeader\":{\"epcisMasterData\":{\"vocabularyList\":[{\"type\":\"v\","
		"\"vocabularyElementList\":[{\"id\":\"i\",\"attributes\":[{\"id\":\"a\",\"attribute\":\"1\"},"
		"{\"id\":\"b\",\"attribute\":{\"@u\":\"KGM\",\"#text\":\"2\"}}],\"children\":[\"c\"]}]}]}},"
	CONTEXT("")},
	{"<EPCISDocument a='b'/>", "{\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\"," CONTEXT("")},
	{"<EPCISDocument><EPCISHeader><s:StandardBusinessDocumentHeader xmlns:s='http://s/'>"
		"<s:Sender><s:Identifier Authority='GLN'>1</s:Identifier></s:Sender>"
		"<s:DocumentIdentification><s:InstanceIdentifier>2</s:InstanceIdentifier>"
		"</s:DocumentIdentification></s:StandardBusinessDocumentHeader><h:x xmlns:h='http://h/'>"
		"3</h:x></EPCISHeader><EPCISBody/></EPCISDocument>",
		"{\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"epcisBody\":{},\"sender\":\"1\","
		"\"instanceIdentifier\":\"2\",\"epcisHeader\":{\"s:StandardBusinessDocumentHeader\":"
		"{\"s:Sender\":{\"s:Identifier\":{\"@Authority\":\"GLN\",\"#text\":\"1\"}},"
		"\"s:DocumentIdentification\":{\"s:InstanceIdentifier\":\"2\"}},\"h:x\":\"3\"},"
	CONTEXT(",{\"s\":\"http://s/\",\"h\":\"http://h/\"}")}
};

static void
check_document(const char *xml, const char *expected)
{
	XmlProblem	problem;
	size_t		len;
	char	   *json = EpcisXmlToJson(xml, strlen(xml), &options, &len, &problem);

	report_line(json != NULL && strcmp(json, expected) == 0 && strlen(json) == len, xml,
				json == NULL ? problem.message : json);
	free(json);
}

static const struct
{
	const char *xml;
	XmlProblemKind kind;
	const char *message;
}			unknown_cases[] =

{
	{"<a/>", XML_NOT_EPCIS, "element \"a\" is no EPCIS document"},
	{"<EPCISDocument><EventList/></EPCISDocument>", XML_NOT_EPCIS, "\"EventList\" is not known"},
	{"<EPCISDocument>x</EPCISDocument>", XML_NOT_EPCIS, "a text between elements"},
	{"<EPCISDocument><EPCISBody/><EPCISBody/></EPCISDocument>", XML_NOT_EPCIS, "twice"},
	{"<EPCISDocument><EPCISBody><EventList/><EventList/></EPCISBody></EPCISDocument>",
	XML_NOT_EPCIS, "\"EventList\" is there twice"},
	{EVENT("<action>A</action><action>B</action>"), XML_NOT_EPCIS, "\"action\" is there twice"},
	{EVENT("<epcList/><extension><epcList/></extension>"), XML_NOT_EPCIS, "twice"},
	{EVENT("<epcList><id>x</id></epcList>"), XML_NOT_EPCIS, "\"id\" is not known"},
	{EVENT("<epcList>x</epcList>"), XML_NOT_EPCIS, "must not contain a text"},
	{EVENT("<epcList><epc a='b'>x</epc></epcList>"), XML_NOT_EPCIS, "attribute \"a\""},
	{EVENT("<action><a/></action>"), XML_NOT_EPCIS, "must contain only a text"},
	{EVENT("<type>x</type>"), XML_NOT_EPCIS, "\"type\" is not known"},
	{EVENT("x"), XML_NOT_EPCIS, "must not contain a text"},
	{EVENT("<sourceList><source source='b'>a</source></sourceList>"), XML_NOT_EPCIS,
	"attribute \"source\""},
	{EVENT("<sourceList b='c'><source>a</source></sourceList>"), XML_NOT_EPCIS, "attribute \"b\""},
	{EVENT("") "<a/>", XML_NOT_WELL_FORMED, "a second element"},
	{"<EPCISDocument><EPCISBody><EventList>" EVENT("") "</EPCISBody></EPCISDocument>",
	XML_NOT_WELL_FORMED, "does not belong here"}
};

static void
check_unknown(const char *xml, XmlProblemKind kind, const char *message)
{
	XmlProblem	problem;
	size_t		len;
	char	   *json = EpcisXmlToJson(xml, strlen(xml), &options, &len, &problem);

	report_line(json == NULL && problem.kind == kind && strstr(problem.message, message) != NULL,
				xml, json == NULL ? problem.message : json);
	free(json);
}

static void
check_result_limit(void)
{
	EpcisXmlOptions small = options;
	XmlProblem	problem;
	size_t		len;
	char	   *json;

	small.max_length = 100;
	json = EpcisXmlToJson(EVENT(""), strlen(EVENT("")), &small, &len, &problem);
	report(json == NULL && problem.kind == XML_TOO_LARGE, "a result that is too long",
		   problem.message);
	free(json);
}

/*
 * Many different own members, whose names are compared in linear time or nearly so.
 */
static void
check_many_members(void)
{
	char	   *xml = repeat("<e:x xmlns:e='http://e/'><eventTime>t</eventTime>",
							 "<e:a%d/><e:b/>", 100000, "", "</e:x>");
	XmlProblem	problem;
	size_t		len;
	char	   *json = EpcisXmlToJson(xml, strlen(xml), &options, &len, &problem);

	report(json != NULL && strstr(json, "\"e:a99999\":\"\"") != NULL,
		   "100,000 own members", problem.message);
	free(json);
	free(xml);
}

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

int
main(void)
{
	size_t		i;

	for (i = 0; i < LENGTH_OF(token_cases); i++)
		check_tokens(token_cases[i][0], token_cases[i][1]);
	for (i = 0; i < LENGTH_OF(refused_cases); i++)
		check_refused(refused_cases[i].xml, strlen(refused_cases[i].xml),
					  refused_cases[i].offset, refused_cases[i].message);
	check_limits();
	check_position();
	for (i = 0; i < LENGTH_OF(document_cases); i++)
		check_document(document_cases[i][0], document_cases[i][1]);
	for (i = 0; i < LENGTH_OF(unknown_cases); i++)
		check_unknown(unknown_cases[i].xml, unknown_cases[i].kind, unknown_cases[i].message);
	check_result_limit();
	check_many_members();
	return finish();
}

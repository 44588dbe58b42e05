/*-------------------------------------------------------------------------
 *
 * rule.c
 *	  The elements of EPCIS in XML, and the members of JSON that they are.
 *
 * One table for all types and versions of events: which members an event of a
 * type may have is checked where events are recorded.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/rule.h"

#define MEMBER(name, kind) {name, name, kind, NULL, NULL, false}
#define STRING(name) MEMBER(name, XML_MEMBER_STRING)
#define WORD(name) MEMBER(name, XML_MEMBER_WORD)
#define NUMBER(name) MEMBER(name, XML_MEMBER_NUMBER)
#define OBJECT(name, kind, object) {name, name, kind, NULL, object, false}
#define STRINGS(name, item, keeps_empty) \
	{name, name, XML_MEMBER_STRINGS, item, NULL, keeps_empty}
#define OBJECTS(name, json, item, object, keeps_empty) \
	{name, json, XML_MEMBER_OBJECTS, item, object, keeps_empty}
#define QUANTITIES(name) OBJECTS(name, name, "quantityElement", &quantity, false)
#define TYPED(name, item) {name, name, XML_MEMBER_TYPED, item, NULL, false}
#define END {NULL, NULL, XML_MEMBER_STRING, NULL, NULL, false}

static const XmlMemberRule place_elements[] = {WORD("id"), END};
static const XmlObjectRule place = {"a place", NULL, place_elements};

static const XmlMemberRule quantity_elements[] = {
	WORD("epcClass"), NUMBER("quantity"), STRING("uom"), END
};
static const XmlObjectRule quantity = {"a quantityElement", NULL, quantity_elements};

static const XmlMemberRule persistent_elements[] = {
	MEMBER("unset", XML_MEMBER_WORDS), MEMBER("set", XML_MEMBER_WORDS), END
};
static const XmlObjectRule persistent_disposition = {
	"a persistentDisposition", NULL, persistent_elements
};

static const XmlMemberRule declaration_elements[] = {
	STRING("declarationTime"), WORD("reason"),
	STRINGS("correctiveEventIDs", "correctiveEventID", false), END
};
static const XmlObjectRule error_declaration = {
	"an errorDeclaration", NULL, declaration_elements
};

static const XmlObjectRule ilmd = {"an ilmd", NULL, NULL};

static const XmlMemberRule metadata_attributes[] = {
	STRING("time"), STRING("startTime"), STRING("endTime"), WORD("deviceID"),
	WORD("deviceMetadata"), WORD("rawData"), WORD("dataProcessingMethod"),
	WORD("bizRules"), END
};
static const XmlObjectRule sensor_metadata = {
	"a sensorMetadata", metadata_attributes, NULL
};

static const XmlMemberRule report_attributes[] = {
	WORD("type"), WORD("exception"), WORD("deviceID"), WORD("deviceMetadata"),
	WORD("rawData"), WORD("dataProcessingMethod"), STRING("time"), WORD("bizRules"),
	WORD("microorganism"), WORD("chemicalSubstance"), NUMBER("value"),
	WORD("component"), MEMBER("stringValue", XML_MEMBER_TEXT), MEMBER("booleanValue", XML_MEMBER_BOOLEAN),
	STRING("hexBinaryValue"), WORD("uriValue"), NUMBER("minValue"), NUMBER("maxValue"),
	NUMBER("meanValue"), NUMBER("sDev"), NUMBER("percRank"), NUMBER("percValue"),
	STRING("uom"), WORD("coordinateReferenceSystem"), END
};
static const XmlObjectRule sensor_report = {
	"a sensorReport", report_attributes, NULL
};

static const XmlMemberRule sensor_elements[] = {
	OBJECT("sensorMetadata", XML_MEMBER_OBJECT, &sensor_metadata),
	OBJECT("sensorReport", XML_MEMBER_REPEATED_OBJECTS, &sensor_report), END
};
static const XmlObjectRule sensor_element = {
	"a sensorElement", NULL, sensor_elements
};

static const XmlMemberRule event_elements[] = {
	STRING("eventTime"),
	STRING("recordTime"),
	STRING("eventTimeZoneOffset"),
	WORD("eventID"),
	OBJECT("errorDeclaration", XML_MEMBER_OBJECT, &error_declaration),
	MEMBER("certificationInfo", XML_MEMBER_REPEATED),
	WORD("parentID"),
	STRINGS("epcList", "epc", true),
	STRINGS("childEPCs", "epc", true),
	STRINGS("inputEPCList", "epc", false),
	QUANTITIES("inputQuantityList"),
	STRINGS("outputEPCList", "epc", false),
	QUANTITIES("outputQuantityList"),
	STRING("action"),
	WORD("transformationID"),
	WORD("bizStep"),
	WORD("disposition"),
	OBJECT("readPoint", XML_MEMBER_OBJECT, &place),
	OBJECT("bizLocation", XML_MEMBER_OBJECT, &place),
	TYPED("bizTransactionList", "bizTransaction"),
	QUANTITIES("quantityList"),
	QUANTITIES("childQuantityList"),
	TYPED("sourceList", "source"),
	TYPED("destinationList", "destination"),
	OBJECTS("sensorElementList", "sensorElementList", "sensorElement", &sensor_element,
			false),
	OBJECT("persistentDisposition", XML_MEMBER_OBJECT, &persistent_disposition),
	OBJECT("ilmd", XML_MEMBER_OBJECT, &ilmd),
	END
};
const XmlObjectRule XmlEventRule = {"an event", NULL, event_elements};

static const XmlMemberRule vocabulary_element_attributes[] = {WORD("id"), END};
static const XmlMemberRule vocabulary_element_elements[] = {
	{"attribute", "attributes", XML_MEMBER_ATTRIBUTES, NULL, NULL, false},
	STRINGS("children", "id", false), END
};
static const XmlObjectRule vocabulary_element = {
	"a VocabularyElement", vocabulary_element_attributes, vocabulary_element_elements
};

static const XmlMemberRule vocabulary_attributes[] = {WORD("type"), END};
static const XmlMemberRule vocabulary_elements[] = {
	OBJECTS("VocabularyElementList", "vocabularyElementList", "VocabularyElement",
			&vocabulary_element, true), END
};
static const XmlObjectRule vocabulary = {
	"a Vocabulary", vocabulary_attributes, vocabulary_elements
};

#define VOCABULARY_LIST \
	OBJECTS("VocabularyList", "vocabularyList", "Vocabulary", &vocabulary, true)

const XmlMemberRule XmlVocabularyListRule = VOCABULARY_LIST;

static const XmlMemberRule master_data_elements[] = {VOCABULARY_LIST, END};
static const XmlObjectRule master_data = {
	"an EPCISMasterData", NULL, master_data_elements
};

static const XmlMemberRule header_elements[] = {
	{"EPCISMasterData", "epcisMasterData", XML_MEMBER_OBJECT, NULL, &master_data, false},
	END
};
const XmlObjectRule XmlHeaderRule = {"an EPCISHeader", NULL, header_elements};

bool
XmlIsMemberName(const XmlObjectRule *rule, XmlSpan name)
{
	return XmlSpanIs(name, "type") || XmlFindJsonRule(rule->attributes, name) != NULL ||
		XmlFindJsonRule(rule->elements, name) != NULL;
}

bool
XmlIsEpcisTerm(XmlSpan name)
{
	static const char *const others[] = {
		"id", "type", "bizTransaction", "source", "destination", "attribute"
	};
	static const XmlObjectRule *const objects[] = {
		&XmlEventRule, &quantity, &persistent_disposition, &error_declaration,
		&sensor_element, &sensor_metadata, &sensor_report, &XmlHeaderRule,
		&master_data, &vocabulary, &vocabulary_element
	};
	size_t		i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (XmlSpanIs(name, others[i]))
			return true;
	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (XmlIsMemberName(objects[i], name))
			return true;
	return false;
}

const XmlMemberRule *
XmlFindJsonRule(const XmlMemberRule *rules, XmlSpan name)
{
	if (rules == NULL)
		return NULL;
	for (; rules->name != NULL; rules++)
		if (XmlSpanIs(name, rules->json))
			return rules;
	return NULL;
}

const XmlMemberRule *
XmlFindRule(const XmlMemberRule *rules, XmlSpan name)
{
	if (rules == NULL)
		return NULL;
	for (; rules->name != NULL; rules++)
		if (rules->name[0] == name.bytes[0] && XmlSpanIs(name, rules->name))
			return rules;
	return NULL;
}

/*-------------------------------------------------------------------------
 *
 * event_member.c
 *	  The members of events in EPCIS 2.0 JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "interchange/event_member.h"

#define CBV(word, name) \
	.web_uri = "https://ref.gs1.org/cbv/" word, .urn = "urn:epcglobal:cbv:" name
#define VOC .web_uri = "https://gs1.org/voc/", .other_web_uri = "https://ref.gs1.org/voc/"

/* *INDENT-OFF* */
const Member EventMembers[] = {
	{.name = "eventTime",.kind = MEMBER_TIME,.types = ALL_EVENTS,.required = ALL_EVENTS},
	{.name = "eventTimeZoneOffset",.kind = MEMBER_OFFSET,.types = ALL_EVENTS,.required = ALL_EVENTS},
	{.name = "epcList",.kind = MEMBER_URI_LIST,.types = OBJECT_EVENT | TRANSACTION_EVENT},
	{.name = "parentID",.kind = MEMBER_URI,.types = AGGREGATION_EVENT | TRANSACTION_EVENT | ASSOCIATION_EVENT,.required = ASSOCIATION_EVENT},
	{.name = "inputEPCList",.kind = MEMBER_URI_LIST,.types = TRANSFORMATION_EVENT},
	{.name = "childEPCs",.kind = MEMBER_URI_LIST,.types = AGGREGATION_EVENT | ASSOCIATION_EVENT},
	{.name = "quantityList",.kind = MEMBER_QUANTITY_LIST,.types = OBJECT_EVENT | TRANSACTION_EVENT,.entry = "epcClass"},
	{.name = "childQuantityList",.kind = MEMBER_QUANTITY_LIST,.types = AGGREGATION_EVENT | ASSOCIATION_EVENT,.entry = "epcClass"},
	{.name = "inputQuantityList",.kind = MEMBER_QUANTITY_LIST,.types = TRANSFORMATION_EVENT,.entry = "epcClass"},
	{.name = "outputEPCList",.kind = MEMBER_URI_LIST,.types = TRANSFORMATION_EVENT},
	{.name = "outputQuantityList",.kind = MEMBER_QUANTITY_LIST,.types = TRANSFORMATION_EVENT,.entry = "epcClass"},
	{.name = "action",.kind = MEMBER_ACTION,.types = OBJECT_EVENT | AGGREGATION_EVENT | TRANSACTION_EVENT | ASSOCIATION_EVENT,.required = OBJECT_EVENT | AGGREGATION_EVENT | TRANSACTION_EVENT | ASSOCIATION_EVENT},
	{.name = "transformationID",.kind = MEMBER_URI,.types = TRANSFORMATION_EVENT},
	{.name = "bizStep",.kind = MEMBER_WORD,.types = ALL_EVENTS, CBV("BizStep-", "bizstep:")},
	{.name = "disposition",.kind = MEMBER_WORD,.types = ALL_EVENTS, CBV("Disp-", "disp:")},
	{.name = "persistentDisposition",.kind = MEMBER_PERSISTENT_DISPOSITION,.types = ALL_EVENTS, CBV("Disp-", "disp:")},
	{.name = "readPoint",.kind = MEMBER_PLACE,.types = ALL_EVENTS,.entry = "id"},
	{.name = "bizLocation",.kind = MEMBER_PLACE,.types = ALL_EVENTS,.entry = "id"},
	{.name = "bizTransactionList",.kind = MEMBER_TYPED_LIST,.types = ALL_EVENTS,.required = TRANSACTION_EVENT, CBV("BTT-", "btt:"),.entry = "bizTransaction"},
	{.name = "sourceList",.kind = MEMBER_TYPED_LIST,.types = ALL_EVENTS, CBV("SDT-", "sdt:"),.entry = "source"},
	{.name = "destinationList",.kind = MEMBER_TYPED_LIST,.types = ALL_EVENTS, CBV("SDT-", "sdt:"),.entry = "destination"},
	{.name = "sensorElementList",.kind = MEMBER_SENSOR_LIST,.types = ALL_EVENTS},
	{.name = "ilmd",.kind = MEMBER_OWN,.types = OBJECT_EVENT | TRANSFORMATION_EVENT},
	{.name = "@context",.kind = MEMBER_ANY,.types = ALL_EVENTS,.is_left_out = true},
	{.name = "type",.kind = MEMBER_TEXT,.types = ALL_EVENTS,.required = ALL_EVENTS,.is_left_out = true},
	{.name = "eventID",.kind = MEMBER_URI,.types = ALL_EVENTS,.is_left_out = true},
	{.name = "recordTime",.kind = MEMBER_TIME,.types = ALL_EVENTS,.is_left_out = true},
	{.name = "errorDeclaration",.kind = MEMBER_ERROR_DECLARATION,.types = ALL_EVENTS,.is_left_out = true},
	{.name = "certificationInfo",.kind = MEMBER_URIS,.types = ALL_EVENTS,.is_left_out = true},
	{.name = "rdfs:comment",.kind = MEMBER_ANY,.types = ALL_EVENTS,.is_left_out = true},
	{.name = "isA",.kind = MEMBER_ANY,.types = OWN_EVENT,.is_left_out = true},
	{.name = NULL}
};

const Member QuantityMembers[] = {
	{.name = "epcClass",.kind = MEMBER_URI},
	{.name = "quantity",.kind = MEMBER_NUMBER},
	{.name = "uom",.kind = MEMBER_TEXT},
	{.name = NULL}
};

const Member SensorMetadataMembers[] = {
	{.name = "time",.kind = MEMBER_TIME},
	{.name = "startTime",.kind = MEMBER_TIME},
	{.name = "endTime",.kind = MEMBER_TIME},
	{.name = "deviceID",.kind = MEMBER_URI},
	{.name = "deviceMetadata",.kind = MEMBER_URI},
	{.name = "rawData",.kind = MEMBER_URI},
	{.name = "dataProcessingMethod",.kind = MEMBER_URI},
	{.name = "bizRules",.kind = MEMBER_URI},
	{.name = NULL}
};

const Member SensorReportMembers[] = {
	{.name = "type",.kind = MEMBER_WORD, VOC},
	{.name = "exception",.kind = MEMBER_WORD, VOC},
	{.name = "deviceID",.kind = MEMBER_URI},
	{.name = "deviceMetadata",.kind = MEMBER_URI},
	{.name = "rawData",.kind = MEMBER_URI},
	{.name = "dataProcessingMethod",.kind = MEMBER_URI},
	{.name = "bizRules",.kind = MEMBER_URI},
	{.name = "time",.kind = MEMBER_TIME},
	{.name = "microorganism",.kind = MEMBER_URI},
	{.name = "chemicalSubstance",.kind = MEMBER_URI},
	{.name = "value",.kind = MEMBER_NUMBER},
	{.name = "component",.kind = MEMBER_WORD,.web_uri = "https://ref.gs1.org/cbv/Comp-"},
	{.name = "stringValue",.kind = MEMBER_TEXT},
	{.name = "booleanValue",.kind = MEMBER_BOOLEAN},
	{.name = "hexBinaryValue",.kind = MEMBER_HEX},
	{.name = "uriValue",.kind = MEMBER_URI},
	{.name = "minValue",.kind = MEMBER_NUMBER},
	{.name = "maxValue",.kind = MEMBER_NUMBER},
	{.name = "meanValue",.kind = MEMBER_NUMBER},
	{.name = "sDev",.kind = MEMBER_NUMBER},
	{.name = "percRank",.kind = MEMBER_NUMBER},
	{.name = "percValue",.kind = MEMBER_NUMBER},
	{.name = "uom",.kind = MEMBER_TEXT},
	{.name = "coordinateReferenceSystem",.kind = MEMBER_URI},
	{.name = NULL}
};

const Member ErrorDeclarationMembers[] = {
	{.name = "declarationTime",.kind = MEMBER_TIME},
	{.name = "reason",.kind = MEMBER_WORD, CBV("ER-", "er:")},
	{.name = "correctiveEventIDs",.kind = MEMBER_URI_LIST},
	{.name = NULL}
};

/* *INDENT-ON* */

void
JsonTrim(const char **at, size_t *len)
{
	while (*len > 0 && strchr(" \t\r\n", **at) != NULL)
	{
		(*at)++;
		(*len)--;
	}
	while (*len > 0 && strchr(" \t\r\n", (*at)[*len - 1]) != NULL)
		(*len)--;
}

bool
MemberIs(const JsonbValue *key, const char *name)
{
	return key->val.string.len == (int) strlen(name) &&
		memcmp(key->val.string.val, name, key->val.string.len) == 0;
}

const Member *
MemberFind(const Member *members, const JsonbValue *key)
{
	for (; members->name != NULL; members++)
		if (MemberIs(key, members->name))
			return members;
	return NULL;
}

static const char *
text_behind(const char *uri, const char *beginning)
{
	size_t		len = beginning == NULL ? 0 : strlen(beginning);

	if (len == 0 || strncmp(uri, beginning, len) != 0 || uri[len] == '\0')
		return NULL;
	return uri + len;
}

const char *
MemberBareWord(const Member *member, const char *uri)
{
	const char *bare = text_behind(uri, member->web_uri);

	return bare != NULL ? bare : text_behind(uri, member->other_web_uri);
}

uint8
EventTypeBit(const char *type, size_t len)
{
	static const struct
	{
		const char *name;
		uint8		bit;
	}			types[] = {
		{"ObjectEvent", OBJECT_EVENT},
		{"AggregationEvent", AGGREGATION_EVENT},
		{"TransactionEvent", TRANSACTION_EVENT},
		{"TransformationEvent", TRANSFORMATION_EVENT},
		{"AssociationEvent", ASSOCIATION_EVENT}
	};
	int			i;

	for (i = 0; i < (int) lengthof(types); i++)
		if (strlen(types[i].name) == len && memcmp(types[i].name, type, len) == 0)
			return types[i].bit;
	return OWN_EVENT;
}

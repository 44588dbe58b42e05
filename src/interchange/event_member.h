/*-------------------------------------------------------------------------
 *
 * event_member.h
 *	  The members of events in EPCIS 2.0 JSON.
 *
 * Private to interchange/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_EVENT_MEMBER_H
#define SERIAL_INTERCHANGE_EVENT_MEMBER_H

#include "postgres.h"

#include "utils/jsonb.h"

static inline bool
JsonIsObject(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data);
}

static inline bool
JsonIsArray(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data);
}

/* white space at the ends of a text, as XML may leave it, does not count */
extern void JsonTrim(const char **at, size_t *len);

typedef enum MemberKind
{
	MEMBER_TEXT,
	MEMBER_NUMBER,
	MEMBER_BOOLEAN,
	MEMBER_TIME,
	MEMBER_OFFSET,				/* of a time zone */
	MEMBER_ACTION,
	MEMBER_URI,					/* an identifier, or another URI */
	MEMBER_URIS,				/* a URI or a list of them */
	MEMBER_WORD,				/* of a vocabulary */
	MEMBER_HEX,
	MEMBER_URI_LIST,
	MEMBER_QUANTITY_LIST,
	MEMBER_TYPED_LIST,
	MEMBER_PERSISTENT_DISPOSITION,
	MEMBER_PLACE,
	MEMBER_SENSOR_LIST,
	MEMBER_OWN,					/* an object of own members */
	MEMBER_ERROR_DECLARATION,
	MEMBER_ANY
} MemberKind;

/* the types of events that have a member */
#define OBJECT_EVENT			0x01
#define AGGREGATION_EVENT		0x02
#define TRANSACTION_EVENT		0x04
#define TRANSFORMATION_EVENT	0x08
#define ASSOCIATION_EVENT		0x10
#define OWN_EVENT				0x20	/* of a type of one's own */
#define ALL_EVENTS				0x3F

typedef struct Member
{
	const char *name;
	MemberKind	kind;
	uint8		types;
	uint8		required;		/* the types that must have it */
	bool		is_left_out;	/* of the event hash */
	const char *web_uri;		/* what precedes a bare word; or NULL */
	const char *other_web_uri;	/* the same at another address; or NULL */
	const char *urn;			/* the same in EPCIS 1.2; or NULL */
	const char *entry;			/* the member of an entry with its URI */
} Member;

/*
 * Each ends with a name of NULL.  Those of the event, of a quantity and of sensor
 * data are in the order in which the event hash takes them.
 */
extern const Member EventMembers[];
extern const Member QuantityMembers[];
extern const Member SensorMetadataMembers[];
extern const Member SensorReportMembers[];
extern const Member ErrorDeclarationMembers[];

/* is this the name of a key? */
extern bool MemberIs(const JsonbValue *key, const char *name);

/* the member with the name of a key; NULL if there is none */
extern const Member *MemberFind(const Member *members, const JsonbValue *key);

/* the bare word in the web URI of a word of the standard; NULL if it is none */
extern const char *MemberBareWord(const Member *member, const char *uri);

/* the bit of a type of event; OWN_EVENT if it is not of the standard */
extern uint8 EventTypeBit(const char *type, size_t len);

#endif							/* SERIAL_INTERCHANGE_EVENT_MEMBER_H */

/*-------------------------------------------------------------------------
 *
 * event_structure.c
 *	  Does an event have the structure that the JSON schema of EPCIS 2.0 gives
 *	  it?
 *
 * What the ledger checks as well, such as words and what an event must be
 * about, is left to it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "interchange/event_member.h"
#include "interchange/json_context.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(serial_event_problem);

/*
 * While an event is checked: its context, and what is wrong with it, a whole
 * sentence, once something is.
 */
typedef struct Check
{
	JsonContext context;
	bool		may_lack_offset;	/* times of EPCIS 1.2 may */
	char	   *problem;
} Check;

static bool
fail(Check *check, char *problem)
{
	if (check->problem == NULL)
		check->problem = problem;
	return false;
}

static bool
must_be(Check *check, const char *member, const char *what)
{
	return fail(check, psprintf("Member \"%s\" must be %s.", member, what));
}

/* --- Texts --- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Does the text match a picture, in which 9 stands for a digit?
 */
static bool
matches(const char *at, size_t len, const char *picture)
{
	size_t		i;

	if (len != strlen(picture))
		return false;
	for (i = 0; i < len; i++)
		if (picture[i] == '9' ? !is_digit(at[i]) : at[i] != picture[i])
			return false;
	return true;
}

static int
two_digits(const char *at)
{
	return (at[0] - '0') * 10 + at[1] - '0';
}

/*
 * Is the day of "9999-99-99" one of its month?
 */
static bool
is_date(const char *at)
{
	int			year = two_digits(at) * 100 + two_digits(at + 2);
	int			month = two_digits(at + 5);
	int			day = two_digits(at + 8);

	return month >= 1 && month <= MONTHS_PER_YEAR &&
		day >= 1 && day <= day_tab[isleap(year)][month - 1];
}

/*
 * A date and a time with seconds, any decimals, and an offset or Z.
 */
static bool
is_time(const Check *check, const char *at, size_t len)
{
	static const char *const picture = "9999-99-99T99:99:99";
	size_t		i = strlen(picture);

	if (len < i || !matches(at, i, picture) || !is_date(at) ||
		two_digits(at + 11) > 23 || two_digits(at + 14) > 59 || two_digits(at + 17) > 59)
		return false;
	if (i < len && at[i] == '.')
	{
		for (i++; i < len && is_digit(at[i]); i++)
			;
		if (at[i - 1] == '.')
			return false;
	}
	if (i == len)
		return check->may_lack_offset;
	return (len - i == 1 && at[i] == 'Z') || IsTimeZoneOffset(at + i, len - i);
}

static bool
is_hex(const char *at, size_t len)
{
	size_t		i;

	for (i = 0; i < len; i++)
		if (!isxdigit((unsigned char) at[i]))
			return false;
	return len > 0;
}

/* --- Values --- */

static bool
check_text(Check *check, const Member *member, const char *name, const JsonbValue *value)
{
	const char *at = value->val.string.val;
	size_t		len = value->val.string.len;

	JsonTrim(&at, &len);
	switch (member->kind)
	{
		case MEMBER_TIME:
			return is_time(check, at, len) ||
				must_be(check, name, "a time like 2024-02-29T12:00:00.000+01:00, with seconds and an offset");
		case MEMBER_OFFSET:
			return IsTimeZoneOffset(at, len) ||
				must_be(check, name, "an offset from UTC like +01:00");
		case MEMBER_URI:
		case MEMBER_URIS:
		case MEMBER_URI_LIST:
			return UriIsValid(at, len) || must_be(check, name, "a URI");
		case MEMBER_ACTION:
			return matches(at, len, "ADD") || matches(at, len, "OBSERVE") ||
				matches(at, len, "DELETE") ||
				must_be(check, name, "ADD, OBSERVE or DELETE");
		case MEMBER_WORD:
			return (len > 0 && memchr(at, ':', len) == NULL) || UriIsValid(at, len) ||
				must_be(check, name, "a word of CBV 2.0 or a URI");
		case MEMBER_HEX:
			return is_hex(at, len) || must_be(check, name, "hexadecimal digits");
		default:
			return true;
	}
}

static bool
check_scalar(Check *check, const Member *member, const char *name, JsonbValue *value)
{
	switch (member->kind)
	{
		case MEMBER_NUMBER:
			return value->type == jbvNumeric || must_be(check, name, "a number");
		case MEMBER_BOOLEAN:
			return value->type == jbvBool || must_be(check, name, "true or false");
		default:
			if (value->type != jbvString)
				return must_be(check, name, "a string");
			return check_text(check, member, name, value);
	}
}

static char *
key_name(const JsonbValue *key)
{
	return pnstrdup(key->val.string.val, key->val.string.len);
}

/*
 * A member of one's own has a compact name whose prefix is declared, if need be
 * in a context that is not known here, or is named by a URI.
 */
static bool
check_own_name(Check *check, const JsonbValue *key, const char *where)
{
	char	   *name = key_name(key);
	size_t		local;

	if (strchr(name, ':') == NULL)
		return fail(check, psprintf("Member \"%s\" is not known in %s; members of one's own need a prefix or a URI.",
									name, where));
	if (JsonContextNamespace(&check->context, name, strlen(name), &local) != NULL ||
		strncmp(name, "urn:", 4) == 0 || strstr(name, "://") != NULL ||
		JsonContextNamesOther(&check->context))
		return true;
	return fail(check, psprintf("The prefix of member \"%s\" is not declared in @context.", name));
}

typedef bool (*MemberCheck) (Check *check, const Member *member, const char *name,
							 JsonbValue *value);

/*
 * Checks the members of an object: those of the table, and those of one's own
 * where these are allowed.
 */
static bool
check_object(Check *check, JsonbContainer *object, const Member *members,
			 const char *where, bool may_have_own, MemberCheck check_member)
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbValue	key;
	JsonbValue	value;

	(void) JsonbIteratorNext(&iterator, &value, true);
	while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY)
	{
		const Member *member = members == NULL ? NULL : MemberFind(members, &key);

		(void) JsonbIteratorNext(&iterator, &value, true);
		if (member != NULL)
		{
			if (!check_member(check, member, member->name, &value))
				return false;
		}
		else if (!may_have_own && !MemberIs(&key, "rdfs:comment"))
			return fail(check, psprintf("Member \"%s\" is not known in %s.",
										key_name(&key), where));
		else if (!check_own_name(check, &key, where))
			return false;
	}
	return true;
}

static bool
check_required(Check *check, JsonbContainer *object, const char *name, const char *where)
{
	JsonbValue	value;

	return getKeyJsonValueFromContainer(object, name, strlen(name), &value) != NULL ||
		fail(check, psprintf("%s must have a member \"%s\".", where, name));
}

/*
 * Calls check_entry for each entry of an array, which must have some if
 * is_nonempty.
 */
static bool
check_array(Check *check, const Member *member, JsonbValue *value, bool is_nonempty,
			const char *what, MemberCheck check_entry)
{
	uint32		n;
	uint32		i;

	if (!JsonIsArray(value))
		return must_be(check, member->name, what);
	n = JsonContainerSize(value->val.binary.data);
	if (n == 0 && is_nonempty)
		return fail(check, psprintf("Member \"%s\" must not be empty.", member->name));
	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!check_entry(check, member, member->name,
						 getIthJsonbValueFromContainer(value->val.binary.data, i)))
			return false;
	}
	return true;
}

/* --- Members of the standard --- */

static bool
check_table_member(Check *check, const Member *member, const char *name, JsonbValue *value)
{
	if (member->kind == MEMBER_URI_LIST)
		return check_array(check, member, value, false, "an array of URIs",
						   check_scalar);
	return check_scalar(check, member, name, value);
}

static bool
check_uom(Check *check, JsonbContainer *object)
{
	JsonbValue	uom;
	int			i;

	if (getKeyJsonValueFromContainer(object, "uom", 3, &uom) == NULL)
		return true;
	for (i = 0; i < uom.val.string.len; i++)
		if (!is_digit(uom.val.string.val[i]) &&
			!(uom.val.string.val[i] >= 'A' && uom.val.string.val[i] <= 'Z'))
			break;
	return (i == uom.val.string.len && (i == 2 || i == 3)) ||
		must_be(check, "uom", "a unit of two or three characters, such as KGM");
}

static bool
check_quantity(Check *check, const Member *member, const char *name, JsonbValue *entry)
{
	if (!JsonIsObject(entry))
		return must_be(check, name, "an array of quantities");
	return check_object(check, entry->val.binary.data, QuantityMembers, "a quantity", false,
						check_table_member) &&
		check_required(check, entry->val.binary.data, "epcClass", "A quantity") &&
		check_uom(check, entry->val.binary.data);
}

static bool
check_typed_entry(Check *check, const Member *member, const char *name, JsonbValue *entry)
{
	Member		members[] = {
		{.name = "type",.kind = MEMBER_WORD},
		{.name = member->entry,.kind = MEMBER_URI},
		{.name = NULL}
	};
	char	   *where = psprintf("an entry of \"%s\"", name);

	if (!JsonIsObject(entry))
		return must_be(check, name, "an array of objects");
	return check_object(check, entry->val.binary.data, members, where, false,
						check_table_member) &&
		check_required(check, entry->val.binary.data, member->entry,
					   psprintf("An entry of \"%s\"", name)) &&
		(strcmp(name, "bizTransactionList") == 0 ||
		 check_required(check, entry->val.binary.data, "type",
						psprintf("An entry of \"%s\"", name)));
}

static bool
check_word_list(Check *check, const Member *member, const char *name, JsonbValue *value)
{
	return check_array(check, member, value, true, "an array of words",
					   check_scalar);
}

static bool
check_persistent(Check *check, const Member *member, JsonbValue *value)
{
	static const Member members[] = {
		{.name = "set",.kind = MEMBER_WORD},
		{.name = "unset",.kind = MEMBER_WORD},
		{.name = NULL}
	};

	if (!JsonIsObject(value) || JsonContainerSize(value->val.binary.data) == 0)
		return must_be(check, member->name, "an object with \"set\", \"unset\" or both");
	return check_object(check, value->val.binary.data, members, "persistentDisposition",
						false, check_word_list);
}

static bool
check_place_member(Check *check, const Member *member, JsonbValue *value)
{
	static const Member members[] = {
		{.name = "id",.kind = MEMBER_URI},
		{.name = NULL}
	};

	if (!JsonIsObject(value))
		return must_be(check, member->name, "an object with an \"id\"");
	return check_object(check, value->val.binary.data, members, member->name, true,
						check_table_member) &&
		check_required(check, value->val.binary.data, "id",
					   psprintf("Member \"%s\"", member->name));
}

static bool
check_report(Check *check, const Member *member, const char *name, JsonbValue *entry)
{
	if (!JsonIsObject(entry))
		return must_be(check, name, "an array of objects");
	return check_object(check, entry->val.binary.data, SensorReportMembers, "a sensor report",
						true, check_table_member);
}

static bool
check_sensor_member(Check *check, const Member *member, const char *name, JsonbValue *value)
{
	if (member->kind == MEMBER_SENSOR_LIST)
		return check_array(check, member, value, true, "an array of objects", check_report);
	if (!JsonIsObject(value))
		return must_be(check, name, "an object");
	return check_object(check, value->val.binary.data, SensorMetadataMembers,
						"sensorMetadata", true, check_table_member);
}

static bool
check_sensor(Check *check, const Member *member, const char *name, JsonbValue *entry)
{
	static const Member members[] = {
		{.name = "sensorMetadata",.kind = MEMBER_OWN},
		{.name = "sensorReport",.kind = MEMBER_SENSOR_LIST},
		{.name = NULL}
	};

	if (!JsonIsObject(entry))
		return must_be(check, name, "an array of objects");
	return check_object(check, entry->val.binary.data, members, "a sensor element", true,
						check_sensor_member) &&
		check_required(check, entry->val.binary.data, "sensorReport", "A sensor element");
}

static bool
check_declaration(Check *check, const Member *member, JsonbValue *value)
{
	if (!JsonIsObject(value))
		return must_be(check, member->name, "an object");
	return check_object(check, value->val.binary.data, ErrorDeclarationMembers,
						"errorDeclaration", true, check_table_member) &&
		check_required(check, value->val.binary.data, "declarationTime", "An errorDeclaration");
}

static bool
check_own(Check *check, const Member *member, JsonbValue *value)
{
	if (!JsonIsObject(value))
		return must_be(check, member->name, "an object");
	return check_object(check, value->val.binary.data, NULL, member->name, true, NULL);
}

static bool
check_event_member(Check *check, const Member *member, const char *name, JsonbValue *value)
{
	switch (member->kind)
	{
		case MEMBER_ANY:
			return true;
		case MEMBER_URIS:
			if (!JsonIsArray(value))
				return check_scalar(check, member, name, value);
			return check_array(check, member, value, false, "a URI or an array of URIs",
							   check_scalar);
		case MEMBER_QUANTITY_LIST:
			return check_array(check, member, value, false, "an array of quantities",
							   check_quantity);
		case MEMBER_TYPED_LIST:
			return check_array(check, member, value, false, "an array of objects",
							   check_typed_entry);
		case MEMBER_PERSISTENT_DISPOSITION:
			return check_persistent(check, member, value);
		case MEMBER_PLACE:
			return check_place_member(check, member, value);
		case MEMBER_SENSOR_LIST:
			return check_array(check, member, value, false, "an array of objects", check_sensor);
		case MEMBER_ERROR_DECLARATION:
			return check_declaration(check, member, value);
		case MEMBER_OWN:
			return check_own(check, member, value);
		default:
			return check_table_member(check, member, name, value);
	}
}

/*
 * Members that the type of the event must have, and those that it must not.
 */
static bool
check_type(Check *check, JsonbContainer *event, uint8 type, const char *type_name)
{
	const Member *member;
	JsonbValue	value;

	for (member = EventMembers; member->name != NULL; member++)
	{
		bool		is_there = getKeyJsonValueFromContainer(event, member->name,
															strlen(member->name), &value) != NULL;

		if (is_there && type != OWN_EVENT && (member->types & type) == 0)
			return fail(check, psprintf("Member \"%s\" is not known in events of type %s.",
										member->name, type_name));
		if (!is_there && (member->required & type) != 0)
			return fail(check, psprintf("Events of type %s must have a member \"%s\".",
										type_name, member->name));
	}
	return true;
}

static bool
check_ilmd(Check *check, JsonbContainer *event, uint8 type)
{
	JsonbValue	value;

	if (type != OBJECT_EVENT ||
		getKeyJsonValueFromContainer(event, "ilmd", 4, &value) == NULL)
		return true;
	if (getKeyJsonValueFromContainer(event, "action", 6, &value) != NULL &&
		value.type == jbvString && MemberIs(&value, "ADD"))
		return true;
	return fail(check, pstrdup("Member \"ilmd\" is for events with action ADD only."));
}

/*
 * An event of one's own type has both times, and is free otherwise.
 */
static bool
check_own_event(Check *check, JsonbContainer *event)
{
	const Member *member;
	JsonbValue	value;

	for (member = EventMembers; member->name != NULL; member++)
		if ((member->kind == MEMBER_TIME || member->kind == MEMBER_OFFSET) &&
			getKeyJsonValueFromContainer(event, member->name, strlen(member->name), &value) != NULL &&
			!check_scalar(check, member, member->name, &value))
			return false;
	return true;
}

static void
check_event(Check *check, JsonbContainer *event)
{
	JsonbValue	value;
	char	   *name;
	uint8		type;

	if (!JsonContainerIsObject(event))
	{
		fail(check, pstrdup("An event must be an object."));
		return;
	}
	if (getKeyJsonValueFromContainer(event, "type", 4, &value) == NULL ||
		value.type != jbvString)
	{
		fail(check, pstrdup("An event must have a member \"type\", which is a string."));
		return;
	}
	name = pnstrdup(value.val.string.val, value.val.string.len);
	type = EventTypeBit(name, strlen(name));
	if (type == OWN_EVENT && !UriIsValid(name, strlen(name)))
		fail(check, psprintf("\"%s\" is not a type of event, nor a URI.", name));
	else if (type == OWN_EVENT)
		(void) (check_type(check, event, type, name) && check_own_event(check, event));
	else
		(void) (check_object(check, event, EventMembers, "an event", true, check_event_member) &&
				check_type(check, event, type, name) &&
				check_ilmd(check, event, type));
}

/*
 * serial_internal.event_problem(event jsonb, context jsonb, may_lack_offset
 *								 boolean) -> text; NULL if there is none
 */
Datum
serial_event_problem(PG_FUNCTION_ARGS)
{
	Jsonb	   *event = PG_ARGISNULL(0) ? NULL : PG_GETARG_JSONB_P(0);
	Check		check = {JsonContextOf(event, PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1)),
	PG_GETARG_BOOL(2), NULL};

	if (event == NULL)
		PG_RETURN_NULL();
	check_event(&check, &event->root);
	if (check.problem == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(check.problem));
}

/*-------------------------------------------------------------------------
 *
 * event_check.c
 *	  Check an event against EPCIS 2.0, and bring its words into one form.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event.h"
#include "ledger/event/place.h"
#include "ledger/event/typed_list.h"
#include "ledger/event/uri.h"
#include "ledger/ledger.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

/* --- Words --- */

static void
check_word(Event *event, EventColumn column, CbvKind kind)
{
	char	   *word = EventText(event, column);
	const char *normal = CbvNormalize(kind, word);

	if (normal != word)
		EventSetText(event, column, normal);
}

/*
 * One place has one name, whatever spelling of its GLN a partner writes.
 */
static void
check_place(Event *event, EventColumn column)
{
	char	   *place = EventText(event, column);

	if (place != NULL)
		EventSetText(event, column, PlaceCanonical(place));
}

/*
 * Have SQL check a column, and take the value that it returns.
 */
static void
check_in_sql(Event *event, EventColumn column, SavedPlan *plan,
			 Datum *values)
{
	bool		isnull;
	Datum		checked;

	SavedPlanExecute(plan, values, NULL, true, 1);
	checked = SavedPlanResult(0, 1, &isnull);
	if (!isnull)
		event->values[column] = datumCopy(checked, false, -1);
}

static void
check_typed_lists(Event *event)
{
	static const struct
	{
		EventColumn column;
		CbvKind		kind;
		const char *member;
	}			lists[] =
	{
		{EVENT_BUSINESS_TRANSACTIONS, BUSINESS_TRANSACTION, "bizTransaction"},
		{EVENT_SOURCES, SOURCE_DESTINATION, "source"},
		{EVENT_DESTINATIONS, SOURCE_DESTINATION, "destination"}
	};
	int			i;

	for (i = 0; i < (int) lengthof(lists); i++)
	{
		EventColumn column = lists[i].column;

		if (!event->nulls[column])
			event->values[column] =
				JsonbPGetDatum(TypedListCanonical(DatumGetJsonbP(event->values[column]),
												  lists[i].kind, lists[i].member));
	}
}

static void
check_words(Event *event)
{
	static SavedPlan check_persistent = {
		"SELECT serial_internal.check_persistent_disposition($1)",
		1, {JSONBOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	static SavedPlan check_quantities = {
		"SELECT serial_internal.check_quantities($1)",
		1, {JSONBOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	static const EventColumn quantities[] = {EVENT_QUANTITIES,
	EVENT_INPUT_QUANTITIES};
	EventColumn persistent = EVENT_PERSISTENT_DISPOSITION;
	int			i;

	check_word(event, EVENT_BUSINESS_STEP, BUSINESS_STEP);
	check_word(event, EVENT_DISPOSITION, DISPOSITION);
	check_place(event, EVENT_PLACE);
	check_place(event, EVENT_READ_POINT);
	check_typed_lists(event);
	if (!event->nulls[persistent])
		check_in_sql(event, persistent, &check_persistent, &event->values[persistent]);
	for (i = 0; i < (int) lengthof(quantities); i++)
		if (!event->nulls[quantities[i]])
			SavedPlanExecute(&check_quantities, &event->values[quantities[i]],
							 NULL, true, 1);
}

/* --- Lengths and names --- */

/* an index entry has at most 2704 bytes, identifiers and times included */
#define KEY_BYTES_MAX	2000

/*
 * Texts by which events and items are looked up are indexed.
 */
static void
check_lengths(const Event *event)
{
	static const struct
	{
		EventColumn column;
		const char *name;
	}			keys[] = {
		{EVENT_PLACE, "place"},
		{EVENT_LOT, "lot"},
		{EVENT_TRANSFORMATION, "transformation"},
		{EVENT_ID, "event_id"}
	};
	int			i;

	for (i = 0; i < (int) lengthof(keys); i++)
	{
		Size		length = event->nulls[keys[i].column] ? 0 :
		toast_raw_datum_size(event->values[keys[i].column]) - VARHDRSZ;

		if (length > KEY_BYTES_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
					 errmsg("%s of an event is too long: %zu bytes",
							keys[i].name, length),
					 errdetail("The maximum is %d bytes.", KEY_BYTES_MAX)));
	}
}

static void
check_event_id(const Event *event)
{
	const char *id = EventText(event, EVENT_ID);

	if (id != NULL && !UriIsValid(id, strlen(id)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("eventID \"%s\" is not a URI", id),
				 errhint("Put a number of your own into one, such as https://example.com/event/4711.")));
}

/* --- Attributes --- */

static const char *
json_type(Jsonb *json)
{
	JsonbValue	scalar;

	if (JB_ROOT_IS_SCALAR(json) && JsonbExtractScalar(&json->root, &scalar))
		return JsonbTypeName(&scalar);
	return JB_ROOT_IS_OBJECT(json) ? "object" : "array";
}

/*
 * Attributes become members of the event in documents, which nothing else can.
 */
static void
check_attributes(const Event *event)
{
	const char *type;

	if (event->nulls[EVENT_ATTRIBUTES])
		return;
	type = json_type(DatumGetJsonbP(event->values[EVENT_ATTRIBUTES]));
	if (strcmp(type, "object") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("attributes of an event are not a JSON object"),
				 errdetail("They are of the JSON type %s.", type)));
}

/* --- Types --- */

static bool
is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (str_equals_or_null(word, *words))
			return true;
	return false;
}

static const char *
problem_of_type(const Event *event)
{
	static const char *const types[] = {"ObjectEvent", "AggregationEvent",
	"TransactionEvent", "TransformationEvent", "AssociationEvent", NULL};
	static const char *const actions[] = {"ADD", "OBSERVE", "DELETE", NULL};
	bool		is_transformation = str_equals_or_null(event->type, "TransformationEvent");

	if (event->type == NULL)
		return "an event has a type";
	if (!is_one_of(event->type, types))
		return psprintf("\"%s\" is not a type of event", event->type);
	if (is_transformation && event->action != NULL)
		return "a TransformationEvent has no action";
	if (!is_transformation && event->action == NULL)
		return psprintf("%s has an action", EventTypeInWords(event));
	if (event->action != NULL && !is_one_of(event->action, actions))
		return psprintf("\"%s\" is not an action", event->action);
	return NULL;
}

static const char *
problem_of_parent(const Event *event)
{
	bool		is_aggregation = str_equals_or_null(event->type, "AggregationEvent");
	bool		is_association = str_equals_or_null(event->type, "AssociationEvent");

	if ((is_association ||
		 (is_aggregation && !str_equals_or_null(event->action, "OBSERVE"))) &&
		event->nulls[EVENT_PARENT])
		return psprintf("%s to %s has a parent", EventTypeInWords(event),
						event->action);
	if (str_equals_or_null(event->type, "ObjectEvent") && !event->nulls[EVENT_PARENT])
		return "an ObjectEvent has no parent";
	if (str_equals_or_null(event->type, "TransactionEvent") &&
		EventCount(event, EVENT_BUSINESS_TRANSACTIONS) == 0)
		return "a TransactionEvent has business transactions";
	return NULL;
}

static const char *
problem_of_transformation(const Event *event, const EventItemCounts *counts)
{
	bool		has_inputs = counts->inputs > 0 ||
	EventCount(event, EVENT_INPUT_QUANTITIES) > 0;
	bool		has_outputs = counts->outputs > 0 ||
	EventCount(event, EVENT_QUANTITIES) > 0;

	if (counts->items > 0 || !event->nulls[EVENT_PARENT])
		return "a TransformationEvent has inputs and outputs only";
	if (!has_inputs && !has_outputs)
		return "a TransformationEvent has an item or a quantity";
	if (event->nulls[EVENT_TRANSFORMATION] && !(has_inputs && has_outputs))
		return "a TransformationEvent has inputs and outputs, or a transformation that joins several";
	return NULL;
}

/*
 * A container may be emptied without naming its contents, and a sensor may
 * report on a place.
 */
static bool
may_be_about_nothing(const Event *event)
{
	static const char *const sensors = "sensorElementList";
	JsonbValue	value;

	if (str_equals_or_null(event->type, "ObjectEvent"))
		return !event->nulls[EVENT_READ_POINT] &&
			!event->nulls[EVENT_ATTRIBUTES] &&
			getKeyJsonValueFromContainer(&DatumGetJsonbP(event->values[EVENT_ATTRIBUTES])->root,
										 sensors, strlen(sensors), &value) != NULL;
	return str_equals_or_null(event->action, "DELETE");
}

static const char *
problem_of_items(const Event *event, const EventItemCounts *counts)
{
	if (str_equals_or_null(event->type, "TransformationEvent"))
		return problem_of_transformation(event, counts);
	if (counts->inputs > 0 || counts->outputs > 0 ||
		!event->nulls[EVENT_INPUT_QUANTITIES])
		return psprintf("%s has neither inputs nor outputs",
						EventTypeInWords(event));
	if (counts->items == 0 && EventCount(event, EVENT_QUANTITIES) == 0 &&
		!may_be_about_nothing(event))
		return psprintf("%s to %s has an item or a quantity", EventTypeInWords(event),
						event->action);
	if ((!event->nulls[EVENT_LOT] || !event->nulls[EVENT_EXPIRY]) &&
		!str_equals_or_null(event->step, "urn:serial:step:correcting_lot") &&
		!EventIsObjectAdd(event))
		return "lot and expiry are only given where items begin";
	return NULL;
}

bool
IsTimeZoneOffset(const char *spelling, size_t len)
{
	static const char *const form = "+00:00";
	int			i;

	if (len != strlen(form) || (spelling[0] != '+' && spelling[0] != '-'))
		return false;
	for (i = 1; i < 6; i++)
		if (i == 3 ? spelling[i] != ':' : (spelling[i] < '0' || spelling[i] > '9'))
			return false;
	return spelling[4] <= '5' &&
		(strncmp(spelling + 1, "14:00", 5) == 0 || strncmp(spelling + 1, "14", 2) < 0);
}

/*
 * Bar codes and documents have expiry dates of such years only.
 */
static bool
is_expiry_date(DateADT date)
{
	int			year = 0;
	int			month;
	int			day;

	if (!DATE_NOT_FINITE(date))
		j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return year >= 1 && year <= 9999;
}

static const char *
problem_of_time(const Event *event)
{
	char	   *offset = EventText(event, EVENT_TIME_ZONE_OFFSET);

	if (event->nulls[EVENT_TIME])
		return "an event has a time";
	if (TIMESTAMP_NOT_FINITE(event->at))
		return psprintf("an event has a finite time, not %s", TimestampForMessage(event->at));
	if (!TimestampHasFourDigitYear(event->at))
		return psprintf("an event is in a year from 1 to 9999, not at %s",
						TimestampForMessage(event->at));
	if (!event->nulls[EVENT_EXPIRY] &&
		!is_expiry_date(DatumGetDateADT(event->values[EVENT_EXPIRY])))
		return psprintf("an expiry date is in a year from 1 to 9999, not %s",
						DatumGetCString(DirectFunctionCall1(date_out, event->values[EVENT_EXPIRY])));
	if (offset == NULL || !IsTimeZoneOffset(offset, strlen(offset)))
		return psprintf("%s is not an offset of a time zone",
						offset == NULL ? "NULL" : psprintf("\"%s\"", offset));
	return NULL;
}

void
EventCheck(Event *event, const EventItemCounts *counts)
{
	const char *problem;

	check_lengths(event);
	check_event_id(event);
	check_attributes(event);
	check_words(event);
	EventRead(event);
	problem = problem_of_type(event);
	if (problem == NULL)
		problem = problem_of_parent(event);
	if (problem == NULL)
		problem = problem_of_items(event, counts);
	if (problem == NULL)
		problem = problem_of_time(event);
	if (problem == NULL)
		HierarchyCheckTime(event->at);
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s", problem),
				 errdetail("See EPCIS 2.0, event types.")));
}

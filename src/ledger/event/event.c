/*-------------------------------------------------------------------------
 *
 * event.c
 *	  An event of EPCIS 2.0 as a row of serial.event.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/typcache.h"

void
EventSet(Event *event, EventColumn column, Datum value)
{
	event->values[column] = value;
	event->nulls[column] = false;
}

void
EventSetText(Event *event, EventColumn column, const char *value)
{
	event->nulls[column] = value == NULL;
	if (value != NULL)
		event->values[column] = CStringGetTextDatum(value);
}

char *
EventText(const Event *event, EventColumn column)
{
	return event->nulls[column] ? NULL :
		TextDatumGetCString(event->values[column]);
}

int
EventCount(const Event *event, EventColumn column)
{
	Jsonb	   *list;

	if (event->nulls[column])
		return 0;
	list = DatumGetJsonbP(event->values[column]);
	return JB_ROOT_IS_ARRAY(list) && !JB_ROOT_IS_SCALAR(list) ?
		JB_ROOT_COUNT(list) : 0;
}

char *
EventTypeInWords(const Event *event)
{
	return psprintf("%s %s", strchr("AO", event->type[0]) ? "an" : "a",
					event->type);
}

void
EventRead(Event *event)
{
	event->type = EventText(event, EVENT_TYPE);
	event->action = EventText(event, EVENT_ACTION);
	event->step = EventText(event, EVENT_BUSINESS_STEP);
	event->disposition = EventText(event, EVENT_DISPOSITION);
	event->at = event->nulls[EVENT_TIME] ? DT_NOBEGIN :
		DatumGetTimestampTz(event->values[EVENT_TIME]);
}

bool
EventBeginsItems(const Event *event)
{
	return str_equals_or_null(event->type, "ObjectEvent") &&
		(str_equals_or_null(event->step, "commissioning") || StepBeginsNumbers(event->step));
}

bool
EventIsObjectAdd(const Event *event)
{
	return str_equals_or_null(event->type, "ObjectEvent") &&
		str_equals_or_null(event->action, "ADD");
}

bool
EventBeginsNumbers(const Event *event)
{
	return StepBeginsNumbers(event->step) || DispositionIsPrepared(event->disposition);
}

const char *
EventActionDisposition(const Event *event)
{
	if (!str_equals_or_null(event->type, "ObjectEvent"))
		return NULL;
	return str_equals_or_null(event->action, "ADD") ? "active" :
		str_equals_or_null(event->action, "DELETE") ? "inactive" : NULL;
}

const char *
EventNamedDisposition(const Event *event)
{
	bool		ends_items = StepEnds(event->step) || DispositionIsFinal(EventActionDisposition(event));

	return ends_items && (DispositionIsCirculating(event->disposition) ||
						  DispositionIsPrepared(event->disposition)) ? NULL : event->disposition;
}

static void
event_refuse_columns(const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("serial.event has %s", problem),
			 errdetail("The extension created it with %d columns.",
					   EVENT_COLUMNS)));
}

/*
 * No seal would cover a column that somebody has added, and the values of a
 * column of another type would be read wrongly.
 */
static void
event_check_columns(TupleDesc desc)
{
	int			i;

	if (desc->natts != EVENT_COLUMNS)
		event_refuse_columns(psprintf("%d columns", desc->natts));
	for (i = 0; i < EVENT_COLUMNS; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (column->atttypid != CatalogTypeOid(CatalogTableDefs[CATALOG_EVENT].columns[i].type))
			event_refuse_columns(psprintf("a column \"%s\" of another type",
										  NameStr(column->attname)));
	}
}

void
EventOfRow(Event *event, HeapTupleHeader row)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row),
											  HeapTupleHeaderGetTypMod(row));
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(row),.t_data = row};

	event_check_columns(desc);
	heap_deform_tuple(&tuple, desc, event->values, event->nulls);
	ReleaseTupleDesc(desc);
}

/* --- The consignee --- */

static bool
jsonb_string_equals(const JsonbValue *value, const char *expected)
{
	return value != NULL && value->type == jbvString &&
		value->val.string.len == (int) strlen(expected) &&
		memcmp(value->val.string.val, expected, value->val.string.len) == 0;
}

/*
 * Find the first entry of a type in a list of sources or destinations that has a text for
 * a member.
 */
static char *
find_party(Jsonb *list, const char *member, const char *of_type)
{
	uint32		n = JB_ROOT_IS_ARRAY(list) ? JB_ROOT_COUNT(list) : 0;
	uint32		i;

	for (i = 0; i < n; i++)
	{
		JsonbValue *entry = getIthJsonbValueFromContainer(&list->root, i);
		JsonbContainer *object = entry->val.binary.data;
		JsonbValue	type;
		JsonbValue	party;

		if (entry->type != jbvBinary || !JsonContainerIsObject(object) ||
			!jsonb_string_equals(getKeyJsonValueFromContainer(object, "type", 4, &type),
								 of_type) ||
			getKeyJsonValueFromContainer(object, member, strlen(member), &party) == NULL ||
			party.type != jbvString)
			continue;
		return pnstrdup(party.val.string.val, party.val.string.len);
	}
	return NULL;
}

/*
 * The party that comes to own the items is their consignee, whatever the step.  Possession
 * and location change on the way, from one carrier and hub to the next: they tell the
 * consignee only of the step by which items leave for it.
 */
void
ConsigneeRead(Consignee *consignee, const char *step, Jsonb *destinations, Jsonb *sources)
{
	static const char *const types[] = {"owning_party", "possessing_party", "location"};
	int			n = StepShips(step) ? lengthof(types) : 1;
	int			i;

	consignee->party = NULL;
	consignee->sender = NULL;
	for (i = 0; i < n && consignee->party == NULL; i++)
	{
		consignee->type = types[i];
		consignee->party = find_party(destinations, "destination", types[i]);
	}
	if (consignee->party != NULL && sources != NULL)
		consignee->sender = find_party(sources, "source", consignee->type);
}

void
EventConsignee(const Event *event, Consignee *consignee)
{
	if (event->nulls[EVENT_DESTINATIONS])
		consignee->party = NULL;
	else
		ConsigneeRead(consignee, event->step,
					  DatumGetJsonbP(event->values[EVENT_DESTINATIONS]),
					  event->nulls[EVENT_SOURCES] ? NULL :
					  DatumGetJsonbP(event->values[EVENT_SOURCES]));
}

bool
ConsigneeDiffers(const Consignee *consignee, const Consignee *later)
{
	return consignee->party != NULL && later->party != NULL &&
		strcmp(consignee->type, later->type) == 0 &&
		strcmp(consignee->party, later->party) != 0 &&
		!str_equals_or_null(later->sender, consignee->party);
}

/*-------------------------------------------------------------------------
 *
 * lot_rule.c
 *	  The lot that an event gives its items.
 *
 * A lot of a GTIN has one expiry date, which serial.lot knows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "ledger/event/cbv.h"
#include "ledger/rule/lot_rule.h"
#include "ledger/state/lot.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"

/*
 * The GTINs of an event's items, each once.
 */
typedef struct Gtins
{
	char		(*members)[GTIN_DIGITS + 1];
	int			n;
	int			capacity;
	bool		any_without;	/* some items have none */
} Gtins;

static bool
gets_lot(const EventItem *item)
{
	return str_equals_or_null(item->role, "item") ||
		str_equals_or_null(item->role, "output");
}

/*
 * Items are in the order of their identifiers, so that those of one GTIN follow one
 * another, except that several schemes have one.
 */
static void
gtins_add(Gtins *gtins, const char *gtin)
{
	int			i;

	for (i = gtins->n - 1; i >= 0; i--)
		if (memcmp(gtins->members[i], gtin, GTIN_DIGITS) == 0)
			return;
	if (gtins->n == gtins->capacity)
	{
		gtins->capacity = Max(8, gtins->capacity * 2);
		gtins->members = gtins->members == NULL ?
			palloc(gtins->capacity * sizeof(*gtins->members)) :
			repalloc(gtins->members, gtins->capacity * sizeof(*gtins->members));
	}
	memcpy(gtins->members[gtins->n], gtin, GTIN_DIGITS);
	gtins->members[gtins->n++][GTIN_DIGITS] = '\0';
}

/*
 * An LGTIN is of the lot that it names.
 */
static void
check_lot_in_identifier(Serial *id, const char *lot)
{
	const char *own = LotOfItem(id, NULL);

	if (own != NULL && strcmp(own, lot) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" cannot be of lot \"%s\"", ValueToCString(id), lot),
				 errdetail("The identifier itself names lot \"%s\".", own)));
}

static void
gtins_of_items(Gtins *gtins, const EventItems *items, const char *lot)
{
	Identifier	id;
	int			i;

	memset(gtins, 0, sizeof(Gtins));
	for (i = 0; i < items->n; i++)
	{
		const char *gtin;

		if (!gets_lot(&items->members[i]))
			continue;
		check_lot_in_identifier(items->members[i].id, lot);
		ValueOpen(items->members[i].id, &id);
		gtin = IdentifierGtin(&id);
		if (gtin == NULL)
			gtins->any_without = true;
		else
			gtins_add(gtins, gtin);
	}
}

static Datum
gtins_to_array(const Gtins *gtins)
{
	Datum	   *elements = palloc(gtins->n * sizeof(Datum));
	int			i;

	for (i = 0; i < gtins->n; i++)
		elements[i] = CStringGetTextDatum(gtins->members[i]);
	return PointerGetDatum(construct_array(elements, gtins->n, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

static void
items_add_violation(EventItems *items, const char *gtin, char *detail)
{
	int			i;

	for (i = 0; i < items->n; i++)
	{
		EventItem  *item = &items->members[i];
		Identifier	id;
		const char *own;

		if (!gets_lot(item))
			continue;
		ValueOpen(item->id, &id);
		own = IdentifierGtin(&id);
		if (own == NULL || memcmp(own, gtin, GTIN_DIGITS) != 0)
			continue;
		item->violation = "lot with another expiry";
		item->detail = detail;
	}
}

/*
 * serial_internal.enter_lot returns the GTINs whose lot has another expiry date.
 */
static void
enter_lot(EventItems *items, const Gtins *gtins, const Event *event, const char *lot)
{
	static SavedPlan enter = {
		"SELECT l.gtin, l.known_expiry::text, $3::text FROM serial_internal.enter_lot($1, $2, $3) AS l",
		3, {TEXTARRAYOID, TEXTOID, DATEOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[3] = {gtins_to_array(gtins), CStringGetTextDatum(lot),
	event->values[EVENT_EXPIRY]};
	uint64		row;

	SavedPlanExecute(&enter, values, event->nulls[EVENT_EXPIRY] ? "  n" : NULL,
					 false, 0);
	for (row = 0; row < SPI_processed; row++)
	{
		char	   *gtin = SavedPlanResultText(row, 1);

		items_add_violation(items, gtin,
							psprintf("Lot \"%s\" of GTIN %s expires on %s, not on %s.",
									 lot, gtin,
									 SavedPlanResultText(row, 2),
									 SavedPlanResultText(row, 3)));
	}
}

/*
 * Is the expiry date of an item its own, because there is no lot of a GTIN that has one?
 */
static bool
has_own_expiry(const EventItem *item)
{
	Identifier	id;

	if (!item->row->has_expiry)
		return false;
	ValueOpen(item->id, &id);
	return item->row->lot == NULL || IdentifierGtin(&id) == NULL;
}

static bool
is_of_other_lot(const EventItem *item, const char *lot)
{
	return lot != NULL && item->row->lot != NULL && strcmp(item->row->lot, lot) != 0;
}

static bool
has_other_expiry(const EventItem *item, const Event *event)
{
	return !event->nulls[EVENT_EXPIRY] && has_own_expiry(item) &&
		item->row->expiry != DatumGetDateADT(event->values[EVENT_EXPIRY]);
}

static char *
describe_known_lot(const EventItem *item, const char *lot)
{
	const ItemRow *row = item->row;

	if (row->commissioning_event == 0)
		return psprintf("Its lot was corrected before, to \"%s\".", row->lot);
	return is_of_other_lot(item, lot) ?
		psprintf("It was commissioned by event %lld, and is of lot \"%s\".",
				 (long long) row->commissioning_event, row->lot) :
		psprintf("It was commissioned by event %lld, and expires on %s.",
				 (long long) row->commissioning_event,
				 DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(row->expiry))));
}

/*
 * Has an item begun, so that its lot is no longer open?  Nobody has recorded how some items began:
 * these have a lot by a correction, and a beginning before that is only reported late.
 */
static bool
has_begun(const EventItem *item, const char *lot)
{
	const ItemRow *row = item->row;

	if (row == NULL || row->commissioning_event != 0)
		return row != NULL;
	return is_of_other_lot(item, lot) && row->disposition != NULL && !item->row_is_newer &&
		!DispositionIsPrepared(row->disposition);
}

/*
 * What exists keeps its lot and expiry date, or else no recall of that lot would find it, and it
 * could be sold after that date.  What was recorded wrong is corrected by a step of its
 * own.
 */
static void
check_known_lots(EventItems *items, const Event *event, const char *lot)
{
	int			i;

	for (i = 0; i < items->n; i++)
	{
		EventItem  *item = &items->members[i];

		if (!gets_lot(item) || item->violation != NULL || !has_begun(item, lot))
			continue;
		if (!is_of_other_lot(item, lot) && !has_other_expiry(item, event))
			continue;
		item->violation = "commissioned twice";
		item->has_other_lot = true;
		item->detail = describe_known_lot(item, lot);
	}
}

static bool
any_violation(const EventItems *items)
{
	int			i;

	for (i = 0; i < items->n; i++)
		if (items->members[i].violation != NULL)
			return true;
	return false;
}

static bool
creates_items(const Event *event)
{
	return str_equals_or_null(event->type, "TransformationEvent") || EventIsObjectAdd(event);
}

/*
 * The lots that LGTINs name begin with them.
 */
static void
enter_named_lots(EventItems *items, const Event *event)
{
	int			i;

	for (i = 0; i < items->n; i++)
	{
		Serial	   *id = items->members[i].id;
		const char *lot = gets_lot(&items->members[i]) ? LotOfItem(id, NULL) : NULL;
		Identifier	identifier;
		Gtins		gtins;

		if (lot == NULL || any_violation(items))
			continue;
		memset(&gtins, 0, sizeof(Gtins));
		ValueOpen(id, &identifier);
		gtins_add(&gtins, IdentifierGtin(&identifier));
		enter_lot(items, &gtins, event, lot);
	}
}

void
LotRuleCheck(EventItems *items, const Event *event)
{
	char	   *lot = EventText(event, EVENT_LOT);
	Gtins		gtins = {.n = 0};

	if (lot != NULL)
	{
		gtins_of_items(&gtins, items, lot);
		if (gtins.n > 0 || gtins.any_without)
			LotCheck(lot, gtins.n > 0);
	}
	if (creates_items(event))
	{
		check_known_lots(items, event, lot);
		if (lot == NULL)
			enter_named_lots(items, event);
	}
	if (gtins.n > 0 && !any_violation(items))
		enter_lot(items, &gtins, event, lot);
}

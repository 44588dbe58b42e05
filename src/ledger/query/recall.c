/*-------------------------------------------------------------------------
 *
 * recall.c
 *	  Which recall covers an item, and where all items of a recall are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/query/recall.h"
#include "ledger/state/current_state.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_recall_of);
PG_FUNCTION_INFO_V1(serial_recall_key);
PG_FUNCTION_INFO_V1(serial_recalled);

/* --- Which recall covers an item? --- */

/*
 * The key by which recalls name items: the GTIN, or the key of another scheme.
 */
static Datum
recall_key(const Identifier *id)
{
	const char *gtin = IdentifierGtin(id);
	text	   *key = gtin != NULL ?
	cstring_to_text_with_len(gtin, GTIN_DIGITS) :
	cstring_to_text_with_len(id->key, id->key_len);

	return PointerGetDatum(key);
}

/*
 * serial_internal.recall_key(id serial.serial) -> text
 */
Datum
serial_recall_key(PG_FUNCTION_ARGS)
{
	Identifier	id;

	ValueOpen(PG_GETARG_SERIAL_PP(0), &id);
	PG_RETURN_DATUM(recall_key(&id));
}

typedef struct RecallSearch
{
	const Serial *id;
	const Identifier *identifier;
	const char *lot;			/* NULL: it is not known */
	int64		recall;			/* the first that covers the item; 0: none yet */
	bool		has_lists;		/* identifiers may be recalled one by one */
} RecallSearch;

static bool
array_has_text(ArrayType *array, const char *wanted)
{
	size_t		len = strlen(wanted);
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int			i;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (i = 0; i < n; i++)
		if (!nulls[i] && VARSIZE_ANY_EXHDR(elements[i]) == len &&
			memcmp(VARDATA_ANY(elements[i]), wanted, len) == 0)
			return true;
	return false;
}

/*
 * Is an identifier in a range?  Its serial number is as long as those of the ends,
 * which have the same length.
 */
static bool
is_in_range(const RecallSearch *search, Datum first, Datum last)
{
	Identifier	end;

	ValueOpen(DatumGetSerialPP(first), &end);
	return search->identifier->number_len == end.number_len &&
		ValueCompare(DatumGetSerialPP(first), search->id) <= 0 &&
		ValueCompare(search->id, DatumGetSerialPP(last)) <= 0;
}

static bool
recall_covers(const RecallSearch *search, const Datum *values, const bool *nulls)
{
	if (!nulls[RECALL_LOTS])
		return search->lot != NULL &&
			array_has_text(DatumGetArrayTypeP(values[RECALL_LOTS]), search->lot);
	return is_in_range(search, values[RECALL_FIRST], values[RECALL_LAST]);
}

static bool
recall_visit(const Datum *values, const bool *nulls, void *context)
{
	RecallSearch *search = context;
	int64		number = DatumGetInt64(values[RECALL_NUMBER]);

	if (nulls[RECALL_CLOSED_AT] &&
		(search->recall == 0 || number < search->recall) &&
		recall_covers(search, values, nulls))
		search->recall = number;
	return true;
}

static int64
recall_of_identifier(const Serial *id)
{
	static SavedPlan select = {
		"SELECT pg_catalog.min(r.recall) FROM serial.recall_item AS i"
		" JOIN serial.recall AS r ON r.recall OPERATOR(pg_catalog.=) i.recall"
		" WHERE i.id OPERATOR(pg_catalog.=) $1 AND r.key IS NULL AND r.closed_at IS NULL",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = PointerGetDatum(id);
	bool		isnull;
	Datum		recall = SavedPlanValue(&select, &value, NULL, &isnull);

	return isnull ? 0 : DatumGetInt64(recall);
}

/*
 * Few recalls cover an item, so that what a recall covers is looked at before whether the
 * snapshot sees it.  A recall without a key is one of a list.
 */
static void
search_kept_recalls(RecallSearch *search, const KeptRows *kept, Datum key)
{
	int			i;

	for (i = 0; i < kept->n; i++)
	{
		const KeptRow *row = &kept->rows[i];

		if (row->nulls[RECALL_KEY])
			search->has_lists |= row->nulls[RECALL_CLOSED_AT];
		else if (TextsAreEqual(row->values[RECALL_KEY], key) &&
				 recall_covers(search, row->values, row->nulls) &&
				 KeptRowIsVisible(kept, row))
			(void) recall_visit(row->values, row->nulls, search);
	}
}

static void
search_recalls(RecallSearch *search, Datum key)
{
	static CatalogLookup recalls = {
		CATALOG_RECALL, CATALOG_RECALL_BY_KEY, SCAN_TEXT, RECALL_CLOSED_AT + 1,
		{"SELECT r.recall, r.key, r.lots, r.first, r.last, r.reason, r.recalled_at,"
			" r.recalled_by, r.closed_at FROM serial.recall AS r"
			" WHERE r.key OPERATOR(pg_catalog.=) $1",
		1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}, false, NULL
	};
	const KeptRows *kept = CatalogMayScan(CATALOG_RECALL) ?
	KeptRowsRead(CATALOG_RECALL) : NULL;

	if (kept != NULL)
		search_kept_recalls(search, kept, key);
	else
	{
		CatalogLookupRows(&recalls, &key, recall_visit, search);
		search->has_lists = !CatalogTableIsEmpty("recall_item");
	}
}

int64
RecallOfItem(const Serial *id, const Identifier *identifier, const char *lot)
{
	RecallSearch search = {id, identifier, lot, 0, false};
	int64		by_itself;

	search_recalls(&search, recall_key(identifier));
	if (!search.has_lists)
		return search.recall;
	by_itself = recall_of_identifier(id);
	if (search.recall == 0 || by_itself == 0)
		return Max(search.recall, by_itself);
	return Min(search.recall, by_itself);
}

/*
 * serial_internal.recall_of(id serial.serial, lot text) -> bigint
 */
Datum
serial_recall_of(PG_FUNCTION_ARGS)
{
	char	   *lot = PG_ARGISNULL(1) ? NULL :
	text_to_cstring(PG_GETARG_TEXT_PP(1));
	Identifier	identifier;
	int64		recall;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	ValueOpen(PG_GETARG_SERIAL_PP(0), &identifier);
	recall = RecallOfItem(PG_GETARG_SERIAL_PP(0), &identifier, lot);
	if (recall == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(recall);
}

/* --- Which recall covers something in a container? --- */

/*
 * Most items are no containers.
 */
bool
RecallMayHaveContents(const Serial *id)
{
	List	   *scans;
	bool		found = true;

	if (!CatalogMayScan(CATALOG_AGGREGATION))
		return found;
	scans = CatalogScansOpen(CatalogScanTables(CATALOG_AGGREGATION),
							 CATALOG_AGGREGATION_BY_PARENT, SCAN_ID,
							 GetActiveSnapshot(), false);
	if (scans != NIL)
	{
		CatalogScan *scan = linitial(scans);

		CatalogRescan(scan, id, DT_NOBEGIN);
		found = CatalogScanNextRow(scan);
	}
	CatalogScansClose(scans);
	return found;
}

/*
 * As long as there was no recall, none covers anything.
 */
int64
RecallOfContents(const Serial *id)
{
	static SavedPlan select = {
		"SELECT serial_internal.recall_of_contents($1)",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = PointerGetDatum(id);
	Datum		recall;
	bool		isnull;

	if (CatalogTableIsEmpty("recall"))
		return 0;
	recall = SavedPlanValue(&select, &value, NULL, &isnull);
	return isnull ? 0 : DatumGetInt64(recall);
}

/* --- Where are all items of a recall? --- */

static Serial *
outermost_of(const AncestorNode *node)
{
	while (AncestorNodeContainer(node) != NULL)
		node = AncestorNodeContainer(node);
	return AncestorNodeId(node);
}

/*
 * An item without any event has no state, but is listed.
 */
static void
put_recalled_item(const AncestorNode *node, const CurrentState *state, void *context)
{
	ReturnSetInfo *result = context;
	Datum		values[6];
	bool		nulls[6] = {false};
	bool		is_known = state->source_item != NULL;

	values[0] = PointerGetDatum(AncestorNodeId(node));
	values[1] = TextOrNull(state->own.lot, &nulls[1]);
	values[2] = PointerGetDatum(outermost_of(node));
	values[3] = TextOrNull(is_known ? state->place : NULL, &nulls[3]);
	values[4] = TextOrNull(is_known ? state->consignee : NULL, &nulls[4]);
	values[5] = TextOrNull(is_known ? state->disposition : NULL, &nulls[5]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * serial.recalled(recall bigint)
 *	  -> table (id serial.serial, lot text, outermost serial.serial,
 *				place text, consignee text, disposition text)
 *
 * Volatile, because it may follow serial.recall in one statement: what that wrote
 * is visible under the new snapshot, and everything is read under that one.
 */
Datum
serial_recalled(PG_FUNCTION_ARGS)
{
	static SavedPlan select = {
		"SELECT " ITEM_COLUMN_LIST " FROM serial_internal.items_of_recall($1) AS i",
		1, {INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		recall = PG_GETARG_DATUM(0);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	SavedPlanExecute(&select, &recall, NULL, true, 0);
	CurrentStatesOfResult(put_recalled_item, fcinfo->resultinfo);
	SPI_finish();
	PopActiveSnapshot();
	return (Datum) 0;
}

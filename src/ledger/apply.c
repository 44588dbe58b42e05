/*-------------------------------------------------------------------------
 *
 * apply.c
 *	  Writing an event down, and what follows from it for the rows of things.
 *
 * Things of which nothing newer is known are brought up directly; the others,
 * and what has left them since, by all their events.  So are things in a
 * container that leave, end or come back: it counts no more, or again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "hierarchy/hierarchy.h"
#include "ledger/apply.h"
#include "ledger/words.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

/*
 * Things that an event treats alike are written in one statement.
 */
typedef struct Alike
{
	const char *role;
	const char *leaves;
	SerialSet	things;
} Alike;

typedef bool (*ThingFilter) (const Thing *thing);

static bool
is_any(const Thing *thing)
{
	return true;
}

static bool
is_new(const Thing *thing)
{
	return thing->row == NULL;
}

static bool
is_known(const Thing *thing)
{
	return thing->row != NULL && !thing->is_late;
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static Alike *
alike_of(List **groups, const Thing *thing)
{
	ListCell   *cell;
	Alike	   *group;

	foreach(cell, *groups)
	{
		group = lfirst(cell);
		if (is_same(group->role, thing->role) &&
			is_same(group->leaves, thing->leaves))
			return group;
	}
	group = palloc(sizeof(Alike));
	group->role = thing->role;
	group->leaves = thing->leaves;
	SetBegin(&group->things);
	*groups = lappend(*groups, group);
	return group;
}

static List *
group(const Things *things, ThingFilter filter)
{
	List	   *groups = NIL;
	int			i;

	for (i = 0; i < things->n; i++)
	{
		const Thing *thing = &things->members[i];

		if (filter(thing))
			SetAdd(&alike_of(&groups, thing)->things, thing->id);
	}
	return groups;
}

/*
 * A text parameter of a statement; NULL for none.
 */
static void
set_text(Datum *values, char *nulls, int n, const char *text)
{
	nulls[n] = text == NULL ? 'n' : ' ';
	if (text != NULL)
		values[n] = CStringGetTextDatum(text);
}

static void
set_column(Datum *values, char *nulls, int n, const Event *event,
		   EventColumn column)
{
	nulls[n] = event->nulls[column] ? 'n' : ' ';
	values[n] = event->values[column];
}

void
WriteEvent(const Event *event, const Things *things)
{
	static Statement insert_event = {
		"INSERT INTO serial.event SELECT ($1).*",
		1, {EVENT_ROW_TYPE}, SPI_OK_INSERT, NULL, InvalidOid
	};
	static Statement insert_things = {
		"INSERT INTO serial.event_item (id, event_time, event, role, leaves, record_time)"
		" SELECT t.id, $4, $5, $2, $3, $6 FROM unnest($1) AS t(id)",
		6, {SERIAL_ARRAY_TYPE, TEXTOID, TEXTOID, TIMESTAMPTZOID, INT8OID,
		TIMESTAMPTZOID}, SPI_OK_INSERT, NULL, InvalidOid
	};
	Datum		row = EventRow(event);
	ListCell   *cell;

	StatementExecute(&insert_event, &row, NULL, false, 0);
	foreach(cell, group(things, is_any))
	{
		Alike	   *alike = lfirst(cell);
		Datum		values[6];
		char		nulls[6] = {' ', ' ', ' ', ' ', ' ', ' '};

		values[0] = PointerGetDatum(SetArray(&alike->things));
		set_text(values, nulls, 1, alike->role);
		set_text(values, nulls, 2, alike->leaves);
		set_column(values, nulls, 3, event, EVENT_TIME);
		set_column(values, nulls, 4, event, EVENT_NUMBER);
		set_column(values, nulls, 5, event, EVENT_RECORD_TIME);
		StatementExecute(&insert_things, values, nulls, false, 0);
	}
}

/*
 * What an event says of persistent dispositions, as serial.item keeps it.
 */
static bool
new_marks(const Event *event, Datum *marks)
{
	static Statement select = {
		"SELECT serial.new_marks($1, $2, $3)",
		3, {JSONBOID, TIMESTAMPTZOID, INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[3];
	bool		isnull;

	if (event->nulls[EVENT_PERSISTENT_DISPOSITION])
		return false;
	values[0] = event->values[EVENT_PERSISTENT_DISPOSITION];
	values[1] = event->values[EVENT_TIME];
	values[2] = event->values[EVENT_NUMBER];
	StatementExecute(&select, values, NULL, false, 1);
	*marks = StatementResult(0, 1, &isnull);
	return !isnull;
}

/*
 * Writes the rows of groups.  Inputs stay where they were, and what they were.
 */
static int64
write_rows(Statement *statement, List *groups, const Event *event)
{
	int64		written = 0;
	Datum		marks = (Datum) 0;
	bool		has_marks = new_marks(event, &marks);
	char	   *owner = EventNewOwner(event);
	ListCell   *cell;

	foreach(cell, groups)
	{
		Alike	   *alike = lfirst(cell);
		Datum		values[9];
		char		nulls[9] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};

		values[0] = PointerGetDatum(SetArray(&alike->things));
		set_text(values, nulls, 1, alike->leaves);
		set_column(values, nulls, 2, event, EVENT_TIME);
		set_column(values, nulls, 3, event, EVENT_NUMBER);
		set_column(values, nulls, 4, event, EVENT_PLACE);
		set_column(values, nulls, 5, event, EVENT_LOT);
		set_column(values, nulls, 6, event, EVENT_EXPIRY);
		if (WordIs(alike->role, "input"))
			nulls[4] = nulls[5] = nulls[6] = 'n';
		set_text(values, nulls, 7, owner);
		nulls[8] = has_marks ? ' ' : 'n';
		values[8] = marks;
		StatementExecute(statement, values, nulls, false, 0);
		written += SPI_processed;
	}
	return written;
}

static int64
insert_rows(const Event *event, List *groups)
{
	static Statement insert = {
		"INSERT INTO serial.item (id, lot, expiry, disposition, since, decided_by,"
		" place, place_since, placed_by, first_event, last_event, last_time, marks,"
		" consignee, consignee_since, consigned_by)"
		" SELECT t.id, $6, $7,"
		" $2, CASE WHEN $2 IS NOT NULL THEN $3 END, CASE WHEN $2 IS NOT NULL THEN $4 END,"
		" $5, CASE WHEN $5 IS NOT NULL THEN $3 END, CASE WHEN $5 IS NOT NULL THEN $4 END,"
		" CASE WHEN $2 IS NOT NULL THEN $4 END, $4, $3, $9,"
		" $8, CASE WHEN $8 IS NOT NULL THEN $3 END, CASE WHEN $8 IS NOT NULL THEN $4 END"
		" FROM unnest($1) AS t(id) ON CONFLICT (id) DO NOTHING",
		9, {SERIAL_ARRAY_TYPE, TEXTOID, TIMESTAMPTZOID, INT8OID, TEXTOID, TEXTOID,
		DATEOID, TEXTOID, JSONBOID}, SPI_OK_INSERT, NULL, InvalidOid
	};

	return write_rows(&insert, groups, event);
}

static void
update_rows(const Event *event, List *groups)
{
	static Statement update = {
		"UPDATE serial.item AS i"
		" SET lot = coalesce($6, i.lot), expiry = coalesce($7, i.expiry),"
		" disposition = coalesce($2, i.disposition),"
		" since = CASE WHEN $2 IS NULL THEN i.since ELSE $3 END,"
		" decided_by = CASE WHEN $2 IS NULL THEN i.decided_by ELSE $4 END,"
		" place = coalesce($5, i.place),"
		" place_since = CASE WHEN $5 IS NULL THEN i.place_since ELSE $3 END,"
		" placed_by = CASE WHEN $5 IS NULL THEN i.placed_by ELSE $4 END,"
		" first_event = CASE WHEN $2 IS NULL THEN i.first_event ELSE coalesce(i.first_event, $4) END,"
		" last_event = $4, last_time = $3,"
		" consignee = coalesce($8, i.consignee),"
		" consignee_since = CASE WHEN $8 IS NULL THEN i.consignee_since ELSE $3 END,"
		" consigned_by = CASE WHEN $8 IS NULL THEN i.consigned_by ELSE $4 END,"
		" marks = CASE WHEN $9 IS NULL THEN i.marks ELSE coalesce(i.marks, '{}') || $9 END"
		" WHERE i.id = ANY ($1)",
		9, {SERIAL_ARRAY_TYPE, TEXTOID, TIMESTAMPTZOID, INT8OID, TEXTOID, TEXTOID,
		DATEOID, TEXTOID, JSONBOID}, SPI_OK_UPDATE, NULL, InvalidOid
	};

	(void) write_rows(&update, groups, event);
}

/*
 * Must the row of a thing be made from all its events?  If something newer is
 * known; if it leaves or ends in a container, of which nothing counts from then
 * on (of what begins, nobody has looked whether it is in one); and if it comes
 * back, for then what was said of a container meanwhile counts again.
 */
static bool
is_to_fold(const Things *things, const Thing *thing)
{
	return thing->is_late || DispositionIsFinal(thing->disposition) ||
		((thing->is_inside || things->begin) && DispositionIsFinal(thing->leaves));
}

static void
fold_rows(const SerialSet *things)
{
	static Statement refresh = {
		"SELECT serial.refresh($1)",
		1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		ids;

	if (things->n == 0)
		return;
	ids = PointerGetDatum(SetArray(things));
	StatementExecute(&refresh, &ids, NULL, false, 1);
}

/*
 * Was something in one of the things at a moment, or until then?
 */
static bool
was_inside(Serial *id, const Things *things, TimestampTz at)
{
	ListCell   *cell;

	foreach(cell, StaysOf(id))
	{
		Stay	   *stay = lfirst(cell);

		if (stay->depth > 0 && stay->until >= at &&
			ThingsHave(things, stay->container))
			return true;
	}
	return false;
}

/* more than so many are not looked at one by one */
#define FEW 100

/*
 * Of what has left anything, or has ended, at a moment or since, takes what was
 * inside; false, and none, if that is more than a few.
 */
static bool
take_of_few(Datum at, const Things *things, SerialSet *late)
{
	static Statement select = {
		"SELECT h.child FROM serial.aggregation_history AS h WHERE h.until >= $1"
		" UNION ALL SELECT i.id FROM serial.item AS i WHERE i.since >= $1 AND i.disposition"
		" IN ('dispensed', 'retail_sold', 'disposed', 'inactive', 'destroyed', 'stolen')"
		" LIMIT " CppAsString2(FEW) " + 1",
		1, {TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	uint64		row;
	bool		isnull;

	StatementExecute(&select, &at, NULL, false, 0);
	if (SPI_processed > FEW)
		return false;
	PushActiveSnapshot(GetTransactionSnapshot());
	for (row = 0; row < SPI_processed; row++)
	{
		Serial	   *id = DatumGetSerialPP(StatementResult(row, 1, &isnull));

		if (was_inside(id, things, DatumGetTimestampTz(at)))
			SetAdd(late, id);
	}
	PopActiveSnapshot();
	return true;
}

/*
 * What has left the things since, or has ended inside them, hears of the event
 * too.  Since an event of now, nothing or little has left or ended anywhere:
 * that spares the walk through all that is inside.
 */
static void
find_those_who_hear(Datum at, const Things *things, SerialSet *late)
{
	static Statement walk = {
		"SELECT serial.left_since($1, $2) UNION SELECT serial.ended_inside($1, $2)",
		2, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {PointerGetDatum(ThingsArray(things)), at};
	uint64		row;
	bool		isnull;

	if (take_of_few(at, things, late))
		return;
	StatementExecute(&walk, values, NULL, false, 0);
	for (row = 0; row < SPI_processed; row++)
		SetAdd(late, DatumGetSerialPP(StatementResult(row, 1, &isnull)));
}

void
ApplyEvent(const Event *event, const Things *things)
{
	List	   *fresh = group(things, is_new);
	TimestampTz heard_since = event->at;
	SerialSet	late;
	int			n_fresh = 0;
	int			i;

	SetBegin(&late);
	for (i = 0; i < things->n; i++)
	{
		const Thing *thing = &things->members[i];

		n_fresh += is_new(thing);
		if (is_to_fold(things, thing))
			SetAdd(&late, thing->id);
		/* through a container that comes back, all is heard again */
		if (DispositionIsFinal(thing->disposition))
			heard_since = Min(heard_since, thing->since);
	}
	if (insert_rows(event, fresh) < n_fresh)
		ThingsQuarrel();
	update_rows(event, group(things, is_known));
	if (n_fresh < things->n)
		find_those_who_hear(TimestampTzGetDatum(heard_since), things, &late);
	fold_rows(&late);
}

/*-------------------------------------------------------------------------
 *
 * walk_srf.c
 *	  The walks that SQL can call.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "compat.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/walk/walk.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_contents);
PG_FUNCTION_INFO_V1(serial_contents_array);
PG_FUNCTION_INFO_V1(serial_contents_array_of_any);
PG_FUNCTION_INFO_V1(serial_containers);
PG_FUNCTION_INFO_V1(serial_containers_array);
PG_FUNCTION_INFO_V1(serial_container);
PG_FUNCTION_INFO_V1(serial_inside);

static TimestampTz
moment_argument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? LINKS_NOW : PG_GETARG_TIMESTAMPTZ(n);
}

/*
 * Where rows of serial.contents go.  Most of what is inside shares container
 * and depth with what came before it, and forming rows is a quarter of the
 * work: so a row is laid out here, once, and only the child put into it.
 */
typedef struct ContentSink
{
	Tuplestorestate *store;
	TupleTableSlot *slot;
	MinimalTuple row;			/* room for the widest */
} ContentSink;

static void
open_sink(ContentSink *sink, ReturnSetInfo *result)
{
	Size		header = MAXALIGN(SizeofMinimalTupleHeader);

	sink->store = result->setResult;
	sink->slot = MakeSingleTupleTableSlot(result->setDesc, &TTSOpsMinimalTuple);
	sink->row = palloc0(header + 2 * VALUE_MAX + MAXIMUM_ALIGNOF + sizeof(int32));
	sink->row->t_infomask = HEAP_HASVARWIDTH;
	HeapTupleHeaderSetNatts(sink->row, result->setDesc->natts);
	sink->row->t_hoff = header + MINIMAL_TUPLE_OFFSET;
}

static bool
put_content(Descent *walk, const Link *link)
{
	ContentSink *sink = walk->context;
	char	   *start = (char *) sink->row;
	char	   *end = start + sink->row->t_hoff - MINIMAL_TUPLE_OFFSET;

	memcpy(end, link->child, VARSIZE_ANY(link->child));
	end += VARSIZE_ANY(link->child);
	memcpy(end, link->parent, VARSIZE_ANY(link->parent));
	end = (char *) INTALIGN(end + VARSIZE_ANY(link->parent));
	*(int32 *) end = walk->depth;
	sink->row->t_len = end + sizeof(int32) - start;
	ExecStoreMinimalTuple(sink->row, sink->slot, false);
	tuplestore_puttupleslot(sink->store, sink->slot);
	return true;
}

/*
 * serial.contents(container serial.serial, as_of timestamptz, max_depth int)
 *	  -> table (id serial.serial, container serial.serial, depth int)
 */
Datum
serial_contents(PG_FUNCTION_ARGS)
{
	ContentSink sink;
	Descent		walk = {.visit = put_content,.context = &sink};

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	open_sink(&sink, (ReturnSetInfo *) fcinfo->resultinfo);
	walk.max_depth = PG_ARGISNULL(2) ? ANY_DEPTH : PG_GETARG_INT32(2);
	walk.reader = LinksOpen(moment_argument(fcinfo, 1));
	(void) Descend(&walk, PG_GETARG_SERIAL_PP(0));
	walk.reader->close(walk.reader);
	return (Datum) 0;
}

static bool
collect(Descent *walk, const Link *link)
{
	SerialSetAdd(walk->context, SerialCopy(link->child));
	return true;
}

/*
 * Everything in any of the containers, as an array.
 */
static Datum
contents_of(const SerialSet *containers)
{
	SerialSet	contents;
	Descent		walk = {.visit = collect,.context = &contents,
		.max_depth = ANY_DEPTH,
	.reader = LinksOpen(LINKS_NOW)};
	int			i;

	SerialSetInit(&contents);
	for (i = 0; i < containers->n; i++)
		(void) Descend(&walk, containers->members[i]);
	walk.reader->close(walk.reader);
	return PointerGetDatum(SerialSetToArray(&contents));
}

/*
 * serial_internal.contents_array(container serial.serial) -> serial.serial[]
 */
Datum
serial_contents_array(PG_FUNCTION_ARGS)
{
	Serial	   *container = PG_GETARG_SERIAL_PP(0);
	SerialSet	containers = {&container, 1, 1};

	PG_RETURN_DATUM(contents_of(&containers));
}

/*
 * serial_internal.contents_array(containers serial.serial[]) -> serial.serial[]
 */
Datum
serial_contents_array_of_any(PG_FUNCTION_ARGS)
{
	SerialSet	containers;

	SerialSetFromArray(&containers, PG_GETARG_ARRAYTYPE_P(0));
	PG_RETURN_DATUM(contents_of(&containers));
}

/*
 * serial.containers(item serial.serial, as_of timestamptz)
 *	  -> table (id serial.serial, depth int)
 */
Datum
serial_containers(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	LinkReader *reader;
	Ascent		climb;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	reader = LinksOpen(moment_argument(fcinfo, 1));
	AscendBegin(&climb, reader, PG_GETARG_SERIAL_PP(0));
	while (AscendNext(&climb) != NULL)
	{
		Datum		values[] = {PointerGetDatum(climb.at),
		Int32GetDatum(climb.depth)};
		bool		nulls[] = {false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	reader->close(reader);
	return (Datum) 0;
}

/*
 * serial_internal.containers_array(item serial.serial) -> serial.serial[]
 */
Datum
serial_containers_array(PG_FUNCTION_ARGS)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	SerialSet	containers;
	Ascent		climb;

	SerialSetInit(&containers);
	AscendBegin(&climb, reader, PG_GETARG_SERIAL_PP(0));
	while (AscendNext(&climb) != NULL)
		SerialSetAdd(&containers, climb.at);
	reader->close(reader);
	PG_RETURN_POINTER(SerialSetToArray(&containers));
}

/*
 * serial.container(item serial.serial) -> serial.serial
 */
Datum
serial_container(PG_FUNCTION_ARGS)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	Serial	   *parent = reader->parent(reader, PG_GETARG_SERIAL_PP(0));

	reader->close(reader);
	if (parent == NULL)
		PG_RETURN_NULL();
	PG_RETURN_SERIAL(parent);
}

/*
 * serial.inside(item serial.serial, container serial.serial, at timestamptz)
 *	  -> boolean
 */
Datum
serial_inside(PG_FUNCTION_ARGS)
{
	Serial	   *container = PG_GETARG_SERIAL_PP(1);
	LinkReader *reader = LinksOpen(PG_GETARG_TIMESTAMPTZ(2));
	bool		inside = false;
	Ascent		climb;

	AscendBegin(&climb, reader, PG_GETARG_SERIAL_PP(0));
	while (!inside && AscendNext(&climb) != NULL)
		inside = ValueEqual(climb.at, container);
	reader->close(reader);
	PG_RETURN_BOOL(inside);
}

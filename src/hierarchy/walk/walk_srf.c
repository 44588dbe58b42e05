/*-------------------------------------------------------------------------
 *
 * walk_srf.c
 *	  Set-returning and other SQL functions that walk the hierarchy.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "compat.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/walk/ancestors.h"
#include "hierarchy/walk/descend.h"
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
srf_as_of(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? LINKS_NOW : PG_GETARG_TIMESTAMPTZ(n);
}

/*
 * Receives the rows of serial.contents.  Forming tuples was a quarter of the
 * work of a walk, so one minimal tuple is allocated here and filled in place.
 */
typedef struct ContentSink
{
	Tuplestorestate *store;
	TupleTableSlot *slot;
	MinimalTuple row;			/* as wide as the widest */
} ContentSink;

static void
content_sink_open(ContentSink *sink, ReturnSetInfo *result)
{
	Size		header = MAXALIGN(SizeofMinimalTupleHeader);

	sink->store = result->setResult;
	sink->slot = MakeSingleTupleTableSlot(result->setDesc, &TTSOpsMinimalTuple);
	sink->row = palloc0(header + 2 * VALUE_MAX + MAXIMUM_ALIGNOF + sizeof(int32));
	sink->row->t_infomask = HEAP_HASVARWIDTH;
	HeapTupleHeaderSetNatts(sink->row, result->setDesc->natts);
	sink->row->t_hoff = header + MINIMAL_TUPLE_OFFSET;
}

/*
 * Appends an identifier as heap_form_minimal_tuple() would: one with the long
 * header is aligned.
 */
static char *
append_id(char *end, const Serial *id)
{
	if (!VARATT_IS_SHORT(id))
		while (end != (char *) INTALIGN(end))
			*end++ = '\0';
	memcpy(end, id, VARSIZE_ANY(id));
	return end + VARSIZE_ANY(id);
}

static bool
content_sink_put(Descent *walk, const Link *link)
{
	ContentSink *sink = walk->context;
	char	   *start = (char *) sink->row;
	char	   *end = start + sink->row->t_hoff - MINIMAL_TUPLE_OFFSET;

	end = append_id(end, link->child);
	end = (char *) INTALIGN(append_id(end, link->parent));
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
	Descent		walk = {.visit = content_sink_put,.context = &sink};

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	content_sink_open(&sink, (ReturnSetInfo *) fcinfo->resultinfo);
	walk.max_depth = PG_ARGISNULL(2) ? ANY_DEPTH : PG_GETARG_INT32(2);
	walk.reader = LinksOpen(srf_as_of(fcinfo, 1));
	(void) Descend(&walk, PG_GETARG_SERIAL_PP(0));
	walk.reader->close(walk.reader);
	return (Datum) 0;
}

static bool
contents_collect(Descent *walk, const Link *link)
{
	SerialSetAdd(walk->context, SerialCopy(link->child));
	return true;
}

/*
 * Everything inside any of the containers, as an array.
 */
static Datum
contents_to_array(const SerialSet *containers)
{
	SerialSet	contents;
	Descent		walk = {.visit = contents_collect,.context = &contents,
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

	PG_RETURN_DATUM(contents_to_array(&containers));
}

/*
 * serial_internal.contents_array(containers serial.serial[]) -> serial.serial[]
 */
Datum
serial_contents_array_of_any(PG_FUNCTION_ARGS)
{
	SerialSet	containers;

	SerialSetFromArray(&containers, PG_GETARG_ARRAYTYPE_P(0));
	PG_RETURN_DATUM(contents_to_array(&containers));
}

/*
 * serial.containers(id serial.serial, as_of timestamptz)
 *	  -> table (id serial.serial, depth int)
 */
Datum
serial_containers(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	AncestorIterator ancestors;
	const ContainmentInterval *outer;
	LinkReader *reader;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	reader = LinksOpen(srf_as_of(fcinfo, 1));
	AncestorsBegin(&ancestors, reader, PG_GETARG_SERIAL_PP(0));
	while ((outer = AncestorsNext(&ancestors)) != NULL)
	{
		Datum		values[] = {PointerGetDatum(outer->container),
		Int32GetDatum(outer->depth)};
		bool		nulls[] = {false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	reader->close(reader);
	return (Datum) 0;
}

/*
 * serial_internal.containers_array(id serial.serial) -> serial.serial[]
 */
Datum
serial_containers_array(PG_FUNCTION_ARGS)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	AncestorIterator ancestors;
	const ContainmentInterval *outer;
	SerialSet	containers;

	SerialSetInit(&containers);
	AncestorsBegin(&ancestors, reader, PG_GETARG_SERIAL_PP(0));
	while ((outer = AncestorsNext(&ancestors)) != NULL)
		SerialSetAdd(&containers, outer->container);
	reader->close(reader);
	PG_RETURN_POINTER(SerialSetToArray(&containers));
}

/*
 * serial.container(id serial.serial) -> serial.serial
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
 * serial.inside(id serial.serial, container serial.serial, as_of timestamptz)
 *	  -> boolean
 */
Datum
serial_inside(PG_FUNCTION_ARGS)
{
	Serial	   *container = PG_GETARG_SERIAL_PP(1);
	LinkReader *reader = LinksOpen(PG_GETARG_TIMESTAMPTZ(2));
	AncestorIterator ancestors;
	const ContainmentInterval *outer;
	bool		inside = false;

	AncestorsBegin(&ancestors, reader, PG_GETARG_SERIAL_PP(0));
	while (!inside && (outer = AncestorsNext(&ancestors)) != NULL)
		inside = ValueEqual(outer->container, container);
	reader->close(reader);
	PG_RETURN_BOOL(inside);
}

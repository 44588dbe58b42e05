/*-------------------------------------------------------------------------
 *
 * containment.c
 *	  The containers in which an item is, and has been, and when.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/walk/ancestors.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_containment);

static List *
containment_append(List *intervals, const ContainmentInterval *interval)
{
	return lappend(intervals, unconstify(ContainmentInterval *, interval));
}

List *
ContainmentOfItem(Serial *item)
{
	LinkReader *reader = LinksOpen(LINKS_EVER);
	AncestorIterator ancestors;
	const ContainmentInterval *interval;
	List	   *intervals;

	AncestorsBeginIntervals(&ancestors, reader, item);
	intervals = containment_append(NIL, AncestorsItem(&ancestors));
	while ((interval = AncestorsNext(&ancestors)) != NULL)
		intervals = containment_append(intervals, interval);
	reader->close(reader);
	return intervals;
}

List *
ContainmentNow(Serial *item)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	AncestorIterator ancestors;
	const ContainmentInterval *interval;
	List	   *intervals = NIL;

	AncestorsBeginIntervals(&ancestors, reader, item);
	while ((interval = AncestorsNext(&ancestors)) != NULL)
		intervals = containment_append(intervals, interval);
	reader->close(reader);
	return intervals;
}

/*
 * serial_internal.containment(id serial.serial)
 *	  -> table (container serial.serial, since timestamptz,
 *				until timestamptz, depth int)
 */
Datum
serial_containment(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	foreach(cell, ContainmentOfItem(PG_GETARG_SERIAL_PP(0)))
	{
		const ContainmentInterval *interval = lfirst(cell);
		Datum		values[] = {PointerGetDatum(interval->container),
			TimestampTzGetDatum(interval->since),
			TimestampTzGetDatum(interval->until),
		Int32GetDatum(interval->depth)};
		bool		nulls[] = {false, false, false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

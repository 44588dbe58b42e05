/*-------------------------------------------------------------------------
 *
 * containment.c
 *	  Where a thing has been, in what, from when to when.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/link.h"
#include "hierarchy/walk/walk.h"
#include "miscadmin.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "value/set.h"

PG_FUNCTION_INFO_V1(serial_containment);

typedef struct Stays
{
	List	   *members;
	const ContainmentInterval *around;			/* the stay whose own stays are looked for */
} Stays;

static void
add_stay(Stays *stays, Serial *container, TimestampTz since, TimestampTz until)
{
	const ContainmentInterval *inner = stays->around;
	ContainmentInterval	   *stay = palloc(sizeof(ContainmentInterval));

	*stay = (ContainmentInterval)
	{
		container, since, until, inner == NULL ? 0 : inner->depth + 1, inner
	};
	stays->members = lappend(stays->members, stay);
	for (; inner != NULL; inner = inner->inner)
		if (ValueEqual(inner->container, container))
			ReportLinkCycle();
}

/*
 * What a container was in counts as long as the thing was in the container.
 */
static bool
add_link(const Link *link, void *context)
{
	Stays	   *stays = context;
	TimestampTz since = Max(stays->around->since, link->since);
	TimestampTz until = Min(stays->around->until, link->until);

	if (since < until)
		add_stay(stays, SerialCopy(link->parent), since, until);
	return true;
}

List *
ContainmentOfItem(Serial *item)
{
	LinkReader *reader = LinksOpen(LINKS_EVER);
	Stays		stays = {NIL, NULL};
	int			i;

	add_stay(&stays, item, DT_NOBEGIN, DT_NOEND);
	for (i = 0; i < list_length(stays.members); i++)
	{
		CHECK_FOR_INTERRUPTS();
		stays.around = list_nth(stays.members, i);
		reader->parents(reader, &stays.around->container, 1, add_link, &stays);
	}
	reader->close(reader);
	return stays.members;
}

/*
 * serial_internal.containment(item serial.serial)
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
		const ContainmentInterval *stay = lfirst(cell);
		Datum		values[] = {PointerGetDatum(stay->container),
			TimestampTzGetDatum(stay->since), TimestampTzGetDatum(stay->until),
		Int32GetDatum(stay->depth)};
		bool		nulls[] = {false, false, false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

static bool
add_around(const Link *link, void *context)
{
	List	  **around = context;
	Enclosure  *inner = *around == NIL ? NULL : llast(*around);
	Enclosure  *outer = palloc(sizeof(Enclosure));

	outer->container = SerialCopy(link->parent);
	outer->since = inner == NULL ? link->since : Max(inner->since, link->since);
	*around = lappend(*around, outer);
	return true;
}

/*
 * A ring is noticed as by AscendNext.
 */
List *
EnclosuresNow(Serial *item)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	Serial	   *milestone = item;
	List	   *around = NIL;
	int			depth;

	for (depth = 1;; depth++)
	{
		int			before = list_length(around);

		CHECK_FOR_INTERRUPTS();
		reader->parents(reader, &item, 1, add_around, &around);
		if (list_length(around) == before)
			break;
		item = ((Enclosure *) llast(around))->container;
		if (ValueEqual(item, milestone))
			ReportLinkCycle();
		if ((depth & (depth - 1)) == 0)
			milestone = item;
	}
	reader->close(reader);
	return around;
}

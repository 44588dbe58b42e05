/*-------------------------------------------------------------------------
 *
 * stays.c
 *	  Where a thing has been, in what, from when to when.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/link.h"
#include "miscadmin.h"
#include "set.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_stays);

/*
 * A container that a thing was in, at any depth.  The thing itself is the
 * first, at depth 0, and is with itself always.
 */
typedef struct Stay
{
	Serial	   *container;
	TimestampTz since;
	TimestampTz until;
	int			depth;
} Stay;

typedef struct Stays
{
	Stay	   *members;
	int			n;
	int			room;
	Stay		around;			/* the stay whose own stays are looked for */
} Stays;

static void
add_stay(Stays *stays, Serial *container, TimestampTz since, TimestampTz until,
		 int depth)
{
	if (stays->n == stays->room)
	{
		stays->room *= 2;
		stays->members = repalloc(stays->members, stays->room * sizeof(Stay));
	}
	stays->members[stays->n++] = (Stay)
	{
		container, since, until, depth
	};
}

/*
 * What a container was in counts as long as the thing was in the container.
 */
static bool
add_link(const Link *link, void *context)
{
	Stays	   *stays = context;
	TimestampTz since = Max(stays->around.since, link->since);
	TimestampTz until = Min(stays->around.until, link->until);

	if (since < until)
		add_stay(stays, SerialCopy(link->parent), since, until,
				 stays->around.depth + 1);
	return true;
}

static void
put_stay(ReturnSetInfo *result, const Stay *stay)
{
	Datum		values[] = {PointerGetDatum(stay->container),
		TimestampTzGetDatum(stay->since), TimestampTzGetDatum(stay->until),
	Int32GetDatum(stay->depth)};
	bool		nulls[] = {false, false, false, false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * serial.stays(item serial.serial)
 *	  -> table (container serial.serial, since timestamptz,
 *				until timestamptz, depth int)
 */
Datum
serial_stays(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	LinkReader *reader;
	Stays		stays = {.members = palloc(8 * sizeof(Stay)),.room = 8};
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	reader = LinksOpen(LINKS_EVER);
	add_stay(&stays, PG_GETARG_SERIAL_PP(0), DT_NOBEGIN, DT_NOEND, 0);
	for (i = 0; i < stays.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		stays.around = stays.members[i];
		put_stay(result, &stays.around);
		reader->parents(reader, stays.around.container, add_link, &stays);
	}
	reader->close(reader);
	return (Datum) 0;
}

static bool
add_around(const Link *link, void *context)
{
	List	  **around = context;
	Enclosure	   *inner = *around == NIL ? NULL : llast(*around);
	Enclosure	   *outer = palloc(sizeof(Enclosure));

	outer->container = SerialCopy(link->parent);
	outer->since = inner == NULL ? link->since : Max(inner->since, link->since);
	*around = lappend(*around, outer);
	return true;
}

List *
EnclosuresNow(Serial *item)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	List	   *around = NIL;
	int			before;

	do
	{
		CHECK_FOR_INTERRUPTS();
		before = list_length(around);
		reader->parents(reader, item, add_around, &around);
		if (around != NIL)
			item = ((Enclosure *) llast(around))->container;
	} while (list_length(around) > before);
	reader->close(reader);
	return around;
}

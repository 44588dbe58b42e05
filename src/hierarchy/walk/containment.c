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
PG_FUNCTION_INFO_V1(serial_links_of);

/*
 * The links of a container, and for the item itself those that were read last.
 */
typedef struct KeptLinks
{
	Serial	   *child;
	Link	   *links;
	int			n;
	char		status;
} KeptLinks;

#define SH_PREFIX		kept_links
#define SH_ELEMENT_TYPE	KeptLinks
#define SH_KEY_TYPE		Serial *
#define SH_KEY			child
#define SH_HASH_KEY(table, key)	ValueHash(key)
#define SH_EQUAL(table, a, b)	ValueEqual(a, b)
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/*
 * Stands between the iterator and the reader of links.
 */
struct ContainmentReader
{
	LinkReader	reader;
	LinkReader *links;
	MemoryContext memory;
	kept_links_hash *kept;
	const Serial *item;			/* its links are not kept */
};

typedef struct LinkCollector
{
	KeptLinks  *kept;
	int			capacity;
} LinkCollector;

static bool
collect_link(const Link *link, void *context)
{
	LinkCollector *collector = context;
	KeptLinks  *kept = collector->kept;

	if (kept->n == collector->capacity)
	{
		collector->capacity = Max(4, 2 * collector->capacity);
		kept->links = kept->links == NULL ?
			palloc(collector->capacity * sizeof(Link)) :
			repalloc(kept->links, collector->capacity * sizeof(Link));
	}
	kept->links[kept->n] = *link;
	kept->links[kept->n].child = kept->child;
	kept->links[kept->n++].parent = SerialCopy(link->parent);
	return true;
}

static const KeptLinks *
links_of_container(ContainmentReader *reader, Serial *container)
{
	bool		found;
	KeptLinks  *kept = kept_links_insert(reader->kept, container, &found);
	MemoryContext caller;
	LinkCollector collector = {kept, 0};

	if (found)
		return kept;
	caller = MemoryContextSwitchTo(reader->memory);
	kept->child = SerialCopy(container);
	kept->links = NULL;
	kept->n = 0;
	reader->links->parents(reader->links, &kept->child, 1, collect_link, &collector);
	MemoryContextSwitchTo(caller);
	return kept;
}

/*
 * One child at a time, as the iterator asks.
 */
static bool
containment_parents(LinkReader *self, Serial *const *children, int n,
					LinkVisitor visit, void *context)
{
	ContainmentReader *reader = (ContainmentReader *) self;
	const KeptLinks *kept;
	int			i;

	Assert(n == 1);
	if (children[0] == reader->item)
		return reader->links->parents(reader->links, children, n, visit, context);
	kept = links_of_container(reader, children[0]);
	for (i = 0; i < kept->n; i++)
		if (!visit(&kept->links[i], context))
			return false;
	return true;
}

ContainmentReader *
ContainmentOpen(void)
{
	ContainmentReader *reader = palloc0(sizeof(ContainmentReader));

	reader->links = LinksOpen(LINKS_EVER);
	reader->reader.as_of = LINKS_EVER;
	reader->reader.parents = containment_parents;
	reader->memory = CurrentMemoryContext;
	reader->kept = kept_links_create(reader->memory, 64, NULL);
	return reader;
}

void
ContainmentClose(ContainmentReader *reader)
{
	reader->links->close(reader->links);
	kept_links_destroy(reader->kept);
	pfree(reader);
}

static List *
containment_append(List *intervals, const ContainmentInterval *interval)
{
	return lappend(intervals, unconstify(ContainmentInterval *, interval));
}

static List *
containment_of(LinkReader *reader, Serial *item)
{
	AncestorIterator ancestors;
	const ContainmentInterval *interval;
	List	   *intervals;

	AncestorsBeginIntervals(&ancestors, reader, item);
	intervals = containment_append(NIL, AncestorsItem(&ancestors));
	while ((interval = AncestorsNext(&ancestors)) != NULL)
		intervals = containment_append(intervals, interval);
	return intervals;
}

List *
ContainmentRead(ContainmentReader *reader, Serial *item)
{
	reader->item = item;
	return containment_of(&reader->reader, item);
}

List *
ContainmentOfItem(Serial *item)
{
	LinkReader *reader = LinksOpen(LINKS_EVER);
	List	   *intervals = containment_of(reader, item);

	reader->close(reader);
	return intervals;
}

List *
ContainmentNow(Serial *item, bool *may_be_container)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	AncestorIterator ancestors;
	const ContainmentInterval *interval;
	List	   *intervals = NIL;

	AncestorsBeginIntervals(&ancestors, reader, item);
	while ((interval = AncestorsNext(&ancestors)) != NULL)
		intervals = containment_append(intervals, interval);
	*may_be_container = ancestors.may_be_container;
	reader->close(reader);
	return intervals;
}

/*
 * serial_internal.containment(id serial.serial)
 *	  -> table (container serial.serial, since timestamptz,
 *				until timestamptz, depth int, since_event bigint,
 *				until_event bigint)
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
			Int32GetDatum(interval->depth),
			Int64GetDatum(interval->since_event),
		Int64GetDatum(interval->until_event)};
		bool		nulls[lengthof(values)] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

static bool
put_link(const Link *link, void *context)
{
	ReturnSetInfo *result = context;
	Datum		values[] = {PointerGetDatum(link->child), PointerGetDatum(link->parent),
		TimestampTzGetDatum(link->since), Int64GetDatum(link->since_event),
	TimestampTzGetDatum(link->until), Int64GetDatum(link->until_event)};
	bool		nulls[lengthof(values)] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return true;
}

/*
 * serial_internal.links_of(ids serial.serial[], with_former boolean)
 *	  -> table (child serial.serial, parent serial.serial, since timestamptz,
 *				since_event bigint, until timestamptz, until_event bigint)
 */
Datum
serial_links_of(PG_FUNCTION_ARGS)
{
	LinkReader *reader = LinksOpen(PG_GETARG_BOOL(1) ? LINKS_EVER : LINKS_NOW);
	SerialSet	ids;

	InitMaterializedSRF(fcinfo, 0);
	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(0));
	SerialSetMakeDistinct(&ids);
	(void) reader->parents(reader, ids.members, ids.n, put_link, fcinfo->resultinfo);
	reader->close(reader);
	return (Datum) 0;
}

/*-------------------------------------------------------------------------
 *
 * pack.c
 *	  Writing links: one parent a child, and no cycle, whatever runs at the
 *	  same time.
 *
 * That a child has one parent is the primary key's doing.  A cycle is found
 * by inserting first and looking up from the container afterwards, with a
 * snapshot that sees what others have in progress: of two sessions that would
 * close a ring together, at least one sees the other's link, and waits to
 * learn whether it stays.  If both see each other, the deadlock detector
 * picks one.  Exclusion constraints work the same way.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "relation.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_pack);

/* columns of serial.aggregation; the order of hierarchy.sql */
#define LINK_CHILD	1
#define LINK_PARENT 2

typedef struct Children
{
	Serial	  **sorted;
	int			n;
} Children;

static int
compare_children(const void *a, const void *b)
{
	return ValueCompare(*(Serial *const *) a, *(Serial *const *) b);
}

static Children
sort_children(ArrayType *array)
{
	Children	children;
	Datum	   *elements;
	bool	   *nulls;
	int			i;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT,
					  &elements, &nulls, &children.n);
	children.sorted = palloc(Max(children.n, 1) * sizeof(Serial *));
	for (i = 0; i < children.n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("cannot pack a NULL"),
					 errdetail("Child %d of %d is NULL.", i + 1, children.n)));
		children.sorted[i] = DatumGetSerialPP(elements[i]);
	}
	qsort(children.sorted, children.n, sizeof(Serial *), compare_children);
	for (i = 1; i < children.n; i++)
		if (ValueCompare(children.sorted[i - 1], children.sorted[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_CARDINALITY_VIOLATION),
					 errmsg("\"%s\" is named twice among the children",
							ValueToCString(children.sorted[i]))));
	return children;
}

static bool
is_child(const Children *children, const Serial *id)
{
	return bsearch(&id, children->sorted, children->n, sizeof(Serial *),
				   compare_children) != NULL;
}

static void
refuse_cycle(const Serial *container, const Serial *child)
{
	if (ValueCompare(container, child) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("cannot pack \"%s\" into itself",
						ValueToCString(child))));
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("cannot pack \"%s\" into its own content",
					ValueToCString(child)),
			 errdetail("\"%s\" is inside it.", ValueToCString(container))));
}

/*
 * The parent of a child in any link that is there or may come to be, after
 * waiting for whoever is writing one; NULL if there is none.
 */
static Serial *
settled_parent(Relation links, Oid index, RegProcedure equal,
			   const Serial *child)
{
	for (;;)
	{
		TransactionId writer = InvalidTransactionId;
		Serial	   *parent = NULL;
		SnapshotData dirty;
		SysScanDesc scan;
		ScanKeyData key;
		HeapTuple	link;

		InitDirtySnapshot(dirty);
		ScanKeyInit(&key, LINK_CHILD, BTEqualStrategyNumber, equal,
					PointerGetDatum(child));
		scan = systable_beginscan(links, index, true, &dirty, 1, &key);
		while (!TransactionIdIsValid(writer) &&
			   HeapTupleIsValid(link = systable_getnext(scan)))
		{
			bool		isnull;
			Datum		datum = heap_getattr(link, LINK_PARENT,
											 RelationGetDescr(links), &isnull);

			writer = TransactionIdIsValid(dirty.xmin) ? dirty.xmin : dirty.xmax;
			parent = DatumGetSerialPP(datumCopy(datum, false, -1));
		}
		systable_endscan(scan);
		if (!TransactionIdIsValid(writer))
			return parent;
		XactLockTableWait(writer, links, NULL, XLTW_None);
	}
}

/*
 * Looks up from the container, through links not yet committed too, for one
 * of the children that have just been packed.
 */
static void
check_cycle(const Serial *container, const Children *children)
{
	Relation	links = table_open(ExtensionRelation("aggregation"),
								   AccessShareLock);
	Oid			index = ExtensionRelation("aggregation_pkey");
	Oid			type = TupleDescAttr(RelationGetDescr(links),
									 LINK_CHILD - 1)->atttypid;
	RegProcedure equal = get_opcode(OpernameGetOprid(list_make2(makeString("pg_catalog"),
																makeString("=")),
													 type, type));
	const Serial *above;

	for (above = container; above != NULL;
		 above = settled_parent(links, index, equal, above))
	{
		CHECK_FOR_INTERRUPTS();
		if (is_child(children, above))
			refuse_cycle(container, above);
	}
	table_close(links, AccessShareLock);
}

/*
 * Links the children to the container and returns how many links are new.  A
 * child in another container stays there unless it may be repacked.
 */
static int64
write_links(Serial *container, ArrayType *children, TimestampTz at, bool repack)
{
	Oid			types[] = {ARR_ELEMTYPE(children),
		get_array_type(ARR_ELEMTYPE(children)), TIMESTAMPTZOID, BOOLOID};
	Datum		values[] = {PointerGetDatum(container),
		PointerGetDatum(children), TimestampTzGetDatum(at),
	BoolGetDatum(repack)};

	if (SPI_execute_with_args("INSERT INTO serial.aggregation AS a (child, parent, since)"
							  " SELECT c, $1, $3 FROM pg_catalog.unnest($2) AS c"
							  " ON CONFLICT (child) DO UPDATE"
							  " SET parent = excluded.parent, since = excluded.since"
							  " WHERE $4 AND a.parent <> excluded.parent",
							  lengthof(types), types, values, NULL, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "could not write links");
	return SPI_processed;
}

/*
 * Some children were not linked: unless they are in this container already,
 * says where the first of them is.
 */
static void
refuse_elsewhere(Serial *container, ArrayType *children)
{
	Oid			types[] = {ARR_ELEMTYPE(children),
	get_array_type(ARR_ELEMTYPE(children))};
	Datum		values[] = {PointerGetDatum(container),
	PointerGetDatum(children)};

	if (SPI_execute_with_args("SELECT child, parent FROM serial.aggregation"
							  " WHERE child = ANY ($2) AND parent <> $1"
							  " ORDER BY child LIMIT 1",
							  lengthof(types), types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read links");
	if (SPI_processed == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("\"%s\" is packed already",
					SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
			 errdetail("It is in \"%s\".",
					   SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2)),
			 errhint("Unpack it first, or move it with repack => true.")));
}

static void
refuse_null(FunctionCallInfo fcinfo)
{
	static const char *const names[] = {"container", "children", "at", "repack"};
	int			i;

	for (i = 0; i < (int) lengthof(names); i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" of serial.pack is NULL",
							names[i])));
}

/*
 * serial.pack(container serial.serial, children serial.serial[],
 *			   at timestamptz, repack bool) -> bigint
 */
Datum
serial_pack(PG_FUNCTION_ARGS)
{
	Serial	   *container;
	ArrayType  *array;
	Children	children;
	bool		repack;
	int64		packed;

	refuse_null(fcinfo);
	container = PG_GETARG_SERIAL_PP(0);
	array = PG_GETARG_ARRAYTYPE_P(1);
	repack = PG_GETARG_BOOL(3);

	children = sort_children(array);
	if (is_child(&children, container))
		refuse_cycle(container, container);
	SPI_connect();
	packed = write_links(container, array, PG_GETARG_TIMESTAMPTZ(2), repack);
	if (packed < children.n && !repack)
		refuse_elsewhere(container, array);
	if (packed > 0)
		check_cycle(container, &children);
	SPI_finish();
	PG_RETURN_INT64(packed);
}

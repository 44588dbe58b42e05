/*-------------------------------------------------------------------------
 *
 * absent_range.c
 *	  Ranges of identifiers that an index does not have, kept by a session.
 *
 * The outermost container is inside no other, and many containers have no event, so
 * that half of what a walk up looks for is not there.  Absent identifiers often lie
 * together: those of one scheme or GTIN, between two neighbouring entries of the index
 * or behind the last.
 *
 * If both neighbours are on one leaf page, an entry between them can only be inserted
 * into that page.  Each change of the page moves its LSN, also where a standby replays
 * it.  While the LSN is the same, the index has no entry of the range, and the table no
 * version of a row that any snapshot may see: its entry would have been inserted before.
 * This does not depend on any message from the session that inserts.  Two cases are left
 * to a scan:
 *
 * - changes of an index that is not logged do not move the LSN;
 * - under SERIALIZABLE, a scan also locks the page, so that a later insertion into it is
 *   noticed as a conflict.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/itup.h"
#include "access/nbtree.h"
#include "access/xact.h"
#include "catalog/absent_range.h"
#include "catalog/kept_rows.h"
#include "compat.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* for each described index, all its partitions together */
#define KEPT_RANGES		4

/*
 * To learn a range costs another descent, which pays if the range is used.  Until one is,
 * more and more identifiers have to be missed before the next is learned.
 */
#define MIN_PAUSE		16
#define MAX_PAUSE		1024

/*
 * The identifiers between two neighbouring entries.
 */
typedef struct AbsentRange
{
	Oid			index;
	Oid			file;			/* of the index */
	BlockNumber page;			/* on which the neighbours are */
	XLogRecPtr	lsn;			/* of the page */
	Serial	   *previous;		/* NULL: nothing is known */
	Serial	   *next;			/* NULL: the other is the last of the index */
	bool		is_used;		/* since range_to_replace() passed it */
} AbsentRange;

typedef struct AbsentRanges
{
	AbsentRange kept[KEPT_RANGES];
	int			hand;			/* the one that may be replaced next */
	int			pause;			/* identifiers to be missed before the next is
								 * learned */
	int			next_pause;		/* the pause after that one */
} AbsentRanges;

static AbsentRanges absent_ranges[CATALOG_INDEXES];

/* --- Is an identifier in a range? --- */

static void
forget_range(AbsentRange *range)
{
	if (range->previous != NULL)
		pfree(range->previous);
	if (range->next != NULL)
		pfree(range->next);
	memset(range, 0, sizeof(AbsentRange));
}

static bool
range_includes(const AbsentRange *range, Relation index, const Serial *id)
{
	return range->previous != NULL && range->index == RelationGetRelid(index) &&
		ValueCompare(range->previous, id) < 0 &&
		(range->next == NULL || ValueCompare(id, range->next) < 0);
}

/*
 * The page may be gone: TRUNCATE keeps the file of a table that is new in its
 * transaction.
 */
static bool
range_is_unchanged(const AbsentRange *range, Relation index)
{
	return range->file == index->rd_rel->relfilenode &&
		range->page < RelationGetNumberOfBlocks(index) &&
		range->lsn == CatalogPageLsn(index, range->page);
}

bool
AbsentRangeHas(CatalogIndex number, Relation index, const Serial *id)
{
	AbsentRanges *ranges = &absent_ranges[number];
	int			i;

	if (IsolationIsSerializable())
		return false;
	for (i = 0; i < KEPT_RANGES; i++)
	{
		AbsentRange *range = &ranges->kept[i];

		if (!range_includes(range, index, id))
			continue;
		range->is_used = range_is_unchanged(range, index);
		if (range->is_used)
		{
			ranges->next_pause = MIN_PAUSE;
			return true;
		}
		forget_range(range);
	}
	return false;
}

/* --- Learning a range --- */

static Serial *
entry_id(Relation index, Page page, OffsetNumber offset)
{
	IndexTuple	entry = (IndexTuple) PageGetItem(page, PageGetItemId(page, offset));
	bool		isnull;

	return DatumGetSerialPP(index_getattr(entry, 1, RelationGetDescr(index), &isnull));
}

/*
 * The first entry of a leaf page that is not before an identifier; behind the last if
 * there is none.
 */
static OffsetNumber
find_entry(Relation index, Page page, const Serial *id)
{
	OffsetNumber low = P_FIRSTDATAKEY(BTPageGetOpaque(page));
	OffsetNumber high = PageGetMaxOffsetNumber(page) + 1;

	while (low < high)
	{
		OffsetNumber middle = low + (high - low) / 2;

		if (ValueCompare(entry_id(index, page, middle), id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * A range that does not begin and end on the page is not kept.  The previous entry is set
 * last: if memory runs out, the range is unknown.
 */
static void
read_range(AbsentRange *range, Relation index, Buffer buffer, const Serial *id)
{
	Page		page = BufferGetPage(buffer);
	BTPageOpaque opaque = BTPageGetOpaque(page);
	OffsetNumber offset = find_entry(index, page, id);
	bool		is_last = offset > PageGetMaxOffsetNumber(page);
	Serial	   *next = is_last ? NULL : entry_id(index, page, offset);

	if (offset == P_FIRSTDATAKEY(opaque) || (is_last && !P_RIGHTMOST(opaque)) ||
		(next != NULL && ValueEqual(next, id)))
		return;
	range->index = RelationGetRelid(index);
	range->file = index->rd_rel->relfilenode;
	range->page = BufferGetBlockNumber(buffer);
	range->lsn = BufferGetLSNAtomic(buffer);
	range->next = next == NULL ? NULL : SerialCopy(next);
	range->previous = SerialCopy(entry_id(index, page, offset - 1));
}

/*
 * The leaf page on which an identifier would be, pinned and locked; InvalidBuffer if the
 * index is empty.
 */
static Buffer
find_page(Relation table, Relation index, const Serial *id)
{
	Datum		value = PointerGetDatum(id);
	bool		isnull = false;
	IndexTuple	tuple = index_form_tuple(RelationGetDescr(index), &value, &isnull);
	BTScanInsert key = _bt_mkscankey(index, tuple);
	Buffer		buffer;

	key->scantid = NULL;		/* before all entries of the identifier */
	_bt_freestack(BTreeSearch(index, table, key, &buffer));
	pfree(key);
	pfree(tuple);
	return buffer;
}

static void
learn_range(AbsentRange *range, Relation table, Relation index, const Serial *id)
{
	Buffer		buffer = find_page(table, index, id);
	MemoryContext caller;

	if (!BufferIsValid(buffer))
		return;
	caller = MemoryContextSwitchTo(CacheMemoryContext);
	read_range(range, index, buffer, id);
	MemoryContextSwitchTo(caller);
	UnlockReleaseBuffer(buffer);
}

/*
 * One that was not used since the last time.
 */
static AbsentRange *
range_to_replace(AbsentRanges *ranges)
{
	for (;;)
	{
		AbsentRange *range = &ranges->kept[ranges->hand];

		ranges->hand = (ranges->hand + 1) % KEPT_RANGES;
		if (!range->is_used)
			return range;
		range->is_used = false;
	}
}

void
AbsentRangeLearn(CatalogIndex number, Relation table, Relation index, const Serial *id)
{
	AbsentRanges *ranges = &absent_ranges[number];
	AbsentRange *range;

	if (IsolationIsSerializable() || !RelationNeedsWAL(index) || ranges->pause-- > 0)
		return;
	ranges->pause = ranges->next_pause;
	ranges->next_pause = Min(Max(2 * ranges->next_pause, MIN_PAUSE), MAX_PAUSE);
	range = range_to_replace(ranges);
	forget_range(range);
	learn_range(range, table, index, id);
}

/*-------------------------------------------------------------------------
 *
 * item.h
 *	  Rows of serial.item, and the current state of an item.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_ITEM_H
#define SERIAL_LEDGER_STATE_ITEM_H

#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "value/value.h"

/*
 * A row.  Columns that are NULL are NULL, 0 or DT_NOBEGIN here.  The lot of an
 * LGTIN is part of the identifier, and is here whatever the row says.
 */
typedef struct ItemRow
{
	const char *lot;
	bool		has_expiry;
	DateADT		expiry;
	char	   *disposition;
	TimestampTz since;
	int64		disposition_event;
	char	   *place;
	TimestampTz place_since;
	int64		place_event;
	int64		first_event;
	int64		commissioning_event;
	int64		last_event;		/* 0: no event is known */
	TimestampTz last_time;
	bool		has_persistent_dispositions;
	char	   *consignee;
	TimestampTz consignee_since;
	int64		consignee_event;
	TimestampTz void_shipping_time;
	ItemPointerData tid;		/* invalid: it was not read by a scan */
} ItemRow;

/* the columns that events determine, as SQL selects them from serial.item AS i */
#define ITEM_COLUMN_LIST \
	"i.id, i.lot, i.expiry, i.disposition, i.since, i.disposition_event," \
	" i.place, i.place_since, i.place_event, i.first_event," \
	" i.commissioning_event, i.last_event, i.last_time," \
	" i.persistent_dispositions, i.consignee, i.consignee_since," \
	" i.consignee_event, i.void_shipping_time, i.final_since"

/*
 * Reads a row of an SPI result with those columns into the current memory context.
 * The identifier that is returned lives as long as the result.
 */
extern Serial *ItemOfResult(ItemRow *item, uint64 row);

/*
 * The same of a slot that has a row of serial.item, or those columns of it.  The identifier
 * that is returned lives as long as the row in the slot.
 */
extern Serial *ItemOfSlot(ItemRow *item, TupleTableSlot *slot);

/*
 * Reads rows as the current user, under the active snapshot: by an index scan where
 * the user may see all rows, else in SQL.
 */
typedef struct ItemReader
{
	List	   *scans;			/* NIL: in SQL */
	CatalogScan *range;			/* all that are asked for in order; NULL: none */
	bool		is_passed;		/* the row on which the range stands */
	bool		has_ended;		/* the range */
} ItemReader;

extern void ItemsOpen(ItemReader *reader);

/* the same, to lock rows, which is to be done in the order of their identifiers */
extern void ItemsOpenToLock(ItemReader *reader);

/* the same, if the lowest and the highest of them are known */
extern void ItemsOpenToLockRange(ItemReader *reader, const Serial *lowest,
								 const Serial *highest);
extern void ItemsClose(ItemReader *reader);

/*
 * The columns of ITEM_COLUMN_LIST, in SQL.  Returns false, and all of them NULL, if there is
 * no such row.
 */
extern bool ItemReadColumns(const Serial *id, Datum *values, bool *nulls);

/* returns false if there is no such row */
extern bool ItemRead(ItemReader *reader, const Serial *id, ItemRow *item);

/*
 * Locks a row for update, waiting for concurrent writers, and reads its latest
 * version.  Returns false if there is no such row.
 */
extern bool ItemLock(ItemReader *reader, const Serial *id, ItemRow *item);

/* inserts rows for those of the items, an array, that have none */
extern void ItemsCreateRows(ArrayType *ids);

/*
 * Is the row new, as of CatalogScanRowIsNew?  False if there is none.
 */
extern bool ItemIsNew(ItemReader *reader, const Serial *id);

/*
 * A value that an event set, the time of the event and its number.
 */
typedef struct Assertion
{
	char	   *value;
	TimestampTz since;
	int64		event;
} Assertion;

/*
 * The current state of an item, which its own row and those of its containers
 * determine together.
 */
typedef struct CurrentState
{
	ItemRow		own;			/* zeros if there is no row */
	char	   *disposition;
	TimestampTz since;
	int64		disposition_event;
	bool		may_be_container;	/* false: nothing was ever packed into the
									 * item; only set by CurrentStateRead */
	bool		is_blocked;		/* the item, or a container of those merged */
	bool		is_final;		/* likewise */
	Assertion	masked;			/* the last disposition of a container that
								 * does not count because of that */
	char	   *place;
	TimestampTz place_since;
	int64		place_event;
	char	   *consignee;
	TimestampTz consignee_since;
	int64		consignee_event;
	bool		has_void_shipping;	/* so that the rows do not tell the
									 * consignee */
	int64		event;			/* the last event of the item or a container */
	TimestampTz event_time;
	Serial	   *source_item;	/* the identifier in that event; NULL: no
								 * event */
	bool		has_persistent_dispositions;
	Datum		persistent_dispositions;	/* jsonb in the form of
											 * serial_internal.decide_persistent_dispositions */
	char	   *blocking;		/* those that are set and block the item,
								 * separated by commas; NULL if none does */
} CurrentState;

extern void CurrentStateRead(Serial *id, CurrentState *state);

/*
 * When an item was packed: a time and, among the events of that time, the number of
 * the first that happened after the packing.
 */
typedef struct Packing
{
	TimestampTz at;
	int64		event;
} Packing;

/*
 * The same in steps, for callers that have the rows: begins with an item's own row,
 * and goes on with the rows of its containers, from the inside out, and the time
 * since which it has been inside each.  Persistent dispositions are not read; only
 * has_persistent_dispositions is set.
 */
extern void CurrentStateInit(CurrentState *state, Serial *id, const ItemRow *own);
extern void CurrentStateMergeContainer(CurrentState *state, Serial *container,
									   const ItemRow *row, Packing inside_since);

#endif							/* SERIAL_LEDGER_STATE_ITEM_H */

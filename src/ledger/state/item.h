/*-------------------------------------------------------------------------
 *
 * item.h
 *	  Rows of serial.item, and what they say together.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_ITEM_H
#define SERIAL_LEDGER_STATE_ITEM_H

#include "postgres.h"

#include "catalog/catalog.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "value/value.h"

/*
 * A row; what it does not say is NULL, 0 or DT_NOBEGIN.
 */
typedef struct ItemRow
{
	char	   *lot;
	bool		has_expiry;
	DateADT		expiry;
	char	   *disposition;
	TimestampTz since;
	int64		disposition_event;		/* the event that said so */
	char	   *place;
	TimestampTz place_since;
	int64		place_event;
	int64		first_event;
	int64		last_event;		/* 0: none of it is known */
	TimestampTz last_time;
	bool		has_marks;
	char	   *consignee;
	TimestampTz consignee_since;
	int64		consignee_event;
} ItemRow;

/* what events tell, as rows are read in SQL, of serial.item AS i */
#define ITEM_COLUMN_LIST \
	"i.id, i.lot, i.expiry, i.disposition, i.since, i.disposition_event," \
	" i.place, i.place_since, i.place_event, i.first_event, i.last_event," \
	" i.last_time, i.persistent_dispositions, i.consignee, i.consignee_since, i.consignee_event"

/*
 * Reads a row of a result with those columns, into the current context, and
 * returns the identifier, which lives as long as the result.
 */
extern Serial *ItemOfResult(ItemRow *item, uint64 row);

/*
 * Reads as the current user, under the active snapshot: from the index itself
 * where the user may see everything, else in SQL.
 */
typedef struct ItemReader
{
	List	   *probes;			/* NIL: in SQL */
} ItemReader;

extern void ItemsOpen(ItemReader *reader);

/* opens to lock rows, in the order of their identifiers */
extern void ItemsOpenToLock(ItemReader *reader);
extern void ItemsClose(ItemReader *reader);

/* false if there is no such row */
extern bool ItemRead(ItemReader *reader, const Serial *id, ItemRow *item);

/*
 * The same of a row as it is once it is locked for update, waiting for whoever
 * is writing it.
 */
extern bool ItemLock(ItemReader *reader, const Serial *id, ItemRow *item);

/* a text of a row as a column of an answer */
static inline Datum
TextOrNull(const char *text, bool *isnull)
{
	*isnull = text == NULL;
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/*
 * What a thing is now, by its own row and those of what it is in.
 */
typedef struct CurrentState
{
	ItemRow		own;			/* zeros if there is no row */
	char	   *disposition;
	TimestampTz since;
	int64		disposition_event;
	char	   *place;
	TimestampTz place_since;
	int64		place_event;
	char	   *consignee;
	TimestampTz consignee_since;
	int64		consignee_event;
	int64		event;			/* that said the last of it */
	TimestampTz event_time;
	Serial	   *holder;			/* of whom it was said; NULL: nothing is known */
	bool		has_marks;
	Datum		marks;			/* jsonb of serial_internal.decide_persistent_dispositions, if it has any */
	char	   *in_force;		/* those that are set, in words; NULL if none is */
} CurrentState;

extern void CurrentStateRead(Serial *id, CurrentState *present);

/*
 * The same for who reads the rows, as CurrentStatesOfRows does: begins with a thing's
 * own row, and goes on with those of its containers, from the inside out, and
 * since when it has been in each.  False: what is further out has no say.  Of the
 * marks only says whether there are any.
 */
extern bool CurrentStateInit(CurrentState *present, Serial *id, const ItemRow *own);
extern bool CurrentStateMergeContainer(CurrentState *present, Serial *container,
						const ItemRow *row, TimestampTz inside_since);

#endif							/* SERIAL_LEDGER_STATE_ITEM_H */

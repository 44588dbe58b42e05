/*-------------------------------------------------------------------------
 *
 * current_state.h
 *	  The current states of many items, found together.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_CURRENT_STATE_H
#define SERIAL_LEDGER_STATE_CURRENT_STATE_H

#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "ledger/state/fold.h"
#include "ledger/state/item.h"

/*
 * Reads the row of each container once, and attaches it to the node of the container.
 */
typedef struct CurrentStateReader
{
	ItemReader	items;
	FoldReader *fold;			/* opened at first use */
	MemoryContext memory;		/* of the rows: that in which the reader was
								 * opened */
} CurrentStateReader;

extern void CurrentStatesOpen(CurrentStateReader *reader);
extern void CurrentStatesClose(CurrentStateReader *reader);

/*
 * Computes the same as CurrentStateRead, without persistent dispositions, for an item
 * whose own row is known; that may be zeros.
 */
extern void CurrentStateOf(CurrentStateReader *reader, const AncestorNode *node,
						   const ItemRow *own, CurrentState *state);

/*
 * The same for callers that do not need the consignee: it is what the rows say, also if
 * one of them has a void_shipping.
 */
extern void CurrentStateOfRows(CurrentStateReader *reader, const AncestorNode *node,
							   const ItemRow *own, CurrentState *state);

/*
 * Sets the consignee, which the rows of an item and of its containers do not tell if
 * one of them has a void_shipping: what that undid depends on when each of them was
 * shipped.  If months are detached, the rows are all that is known.
 */
extern void CurrentStateFoldConsignee(FoldReader *reader, Serial *id,
									  CurrentState *state);

/*
 * Is called for each item with its state and its containers, in a memory context that
 * is reset before the next.
 */
typedef void (*CurrentStateVisitor) (const AncestorNode *node,
									 const CurrentState *state, void *context);

/*
 * Within SPI_connect: visits each item of a result with ITEM_COLUMN_LIST.
 */
extern void CurrentStatesOfResult(CurrentStateVisitor visit, void *context);

#endif							/* SERIAL_LEDGER_STATE_CURRENT_STATE_H */

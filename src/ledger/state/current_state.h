/*-------------------------------------------------------------------------
 *
 * current_state.h
 *	  What many things are now, found together.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_CURRENT_STATE_H
#define SERIAL_LEDGER_STATE_CURRENT_STATE_H

#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "ledger/state/item.h"

/*
 * Reads the row of each container once, and keeps it in the memory in which the
 * reader was opened.
 */
struct container_rows_hash;

typedef struct CurrentStateReader
{
	ItemReader	items;
	struct container_rows_hash *rows;	/* of containers, by their nodes */
	MemoryContext memory;
} CurrentStateReader;

extern void CurrentStatesOpen(CurrentStateReader *reader);
extern void CurrentStatesClose(CurrentStateReader *reader);

/*
 * What CurrentStateRead says, but for the marks, of a thing with a row of its own, which
 * may be zeros.
 */
extern void CurrentStateOf(CurrentStateReader *reader, const AncestorNode *thing,
					  const ItemRow *own, CurrentState *present);

/*
 * Is shown what a thing is now, as by CurrentStateOf, and what it is in.  Is called in
 * memory that is forgotten before the next.
 */
typedef void (*CurrentStateVisitor) (const AncestorNode *thing, const CurrentState *present,
								void *context);

/*
 * Within SPI_connect: shows each thing of a result with ITEM_COLUMN_LIST, and with
 * contents, all that is in any of them too, each once.  What things are in is
 * found for all together.
 */
extern void CurrentStatesOfRows(bool with_contents, CurrentStateVisitor visit,
							 void *context);

#endif							/* SERIAL_LEDGER_STATE_CURRENT_STATE_H */

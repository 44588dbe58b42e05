/*-------------------------------------------------------------------------
 *
 * present.h
 *	  What many things are now, found together.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_PRESENT_H
#define SERIAL_PRESENT_H

#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "ledger/item.h"

/*
 * Reads the row of each container once, as its Nested's note, and keeps it in the
 * memory in which the reader was opened.
 */
typedef struct PresentReader
{
	ItemReader	items;
	MemoryContext memory;
} PresentReader;

extern void PresentsOpen(PresentReader *reader);
extern void PresentsClose(PresentReader *reader);

/*
 * What PresentRead says, but for the marks, of a thing with a row of its own, which
 * may be zeros.
 */
extern void PresentOf(PresentReader *reader, const Nested *thing,
					  const ItemRow *own, Present *present);

/*
 * Is shown what a thing is now, as by PresentOf, and what it is in.  Is called in
 * memory that is forgotten before the next.
 */
typedef void (*PresentVisitor) (const Nested *thing, const Present *present,
								void *context);

/*
 * Within SPI_connect: shows each thing of a result with ITEM_COLUMN_LIST, and with
 * contents, all that is in any of them too, each once.  What things are in is
 * found for all together.
 */
extern void PresentsOfResult(bool with_contents, PresentVisitor visit,
							 void *context);

#endif							/* SERIAL_PRESENT_H */

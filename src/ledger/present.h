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
 * Is shown what a thing is now, as by PresentRead but without the marks, and what
 * it is in.  Is called in memory that is forgotten before the next.
 */
typedef void (*PresentVisitor) (const Nested *thing, const Present *present,
								void *context);

/*
 * Within SPI_connect: shows each thing of a result with ITEM_COLUMN_LIST, and with
 * contents, all that is in any of them too, each once.  What things are in is
 * found for all together, and the row of a container is read once.
 */
extern void PresentsOfResult(bool with_contents, PresentVisitor visit,
							 void *context);

#endif							/* SERIAL_PRESENT_H */

/*-------------------------------------------------------------------------
 *
 * item_fold.h
 *	  Rows of serial.item, computed anew from all events.
 *
 * Private to ledger/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_ITEM_FOLD_H
#define SERIAL_LEDGER_STATE_ITEM_FOLD_H

#include "postgres.h"

#include "utils/array.h"

/*
 * Within SPI_connect, as the owner of the ledger, with search_path pinned: locks the
 * rows of items and computes them anew; rows that are missing are created where there
 * are events.  Errors: 40001.
 */
extern void RecomputeItems(ArrayType *ids);

#endif							/* SERIAL_LEDGER_STATE_ITEM_FOLD_H */

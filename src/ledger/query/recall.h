/*-------------------------------------------------------------------------
 *
 * recall.h
 *	  Which recall covers an item?
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_QUERY_RECALL_H
#define SERIAL_LEDGER_QUERY_RECALL_H

#include "postgres.h"

#include "value/value.h"

/*
 * The first open recall that covers an item of a lot, which may be NULL: by its lot,
 * by a range of identifiers, or by the identifier itself, which is given in both forms.
 * 0 if there is none.
 */
extern int64 RecallOfItem(const Serial *id, const Identifier *identifier, const char *lot);

/* is anything packed in it, as far as that is known without a walk? */
extern bool RecallMayHaveContents(const Serial *id);

/* the first open recall that covers something in a container; 0 if there is none */
extern int64 RecallOfContents(const Serial *id);

#endif							/* SERIAL_LEDGER_QUERY_RECALL_H */

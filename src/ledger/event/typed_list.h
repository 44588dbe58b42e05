/*-------------------------------------------------------------------------
 *
 * typed_list.h
 *	  Lists of business transactions, sources and destinations.
 *
 * Private to ledger/event.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_TYPED_LIST_H
#define SERIAL_LEDGER_EVENT_TYPED_LIST_H

#include "postgres.h"

#include "ledger/event/cbv.h"
#include "utils/jsonb.h"

/*
 * A list of EPCIS, an array of objects like {"type": "po", "bizTransaction": "..."},
 * with its types as bare words of CBV where they are words of CBV, and its sources
 * and destinations in the canonical spelling of places and parties.  Returns the
 * list itself where that is how it is written.  Member is the name of what has the
 * type.  Only business transactions may do without a type.  Errors: 22023 it is no
 * such list, a type is neither of CBV nor a URI, or a place or party is spelled as
 * a GLN and is none.
 */
extern Jsonb *TypedListCanonical(Jsonb *list, CbvKind kind, const char *member);

#endif							/* SERIAL_LEDGER_EVENT_TYPED_LIST_H */

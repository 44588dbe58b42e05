/*-------------------------------------------------------------------------
 *
 * event_prehash.h
 *	  The string from which the event hash id of CBV 2.0 is computed.
 *
 * Private to interchange/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_EVENT_PREHASH_H
#define SERIAL_INTERCHANGE_EVENT_PREHASH_H

#include "postgres.h"

#include "utils/jsonb.h"

/*
 * All that an event says, palloc'd; the context of its document may be NULL.  Errors:
 * 22023 it is not a JSON object.
 */
extern char *EventPrehash(Jsonb *event, Jsonb *document_context);

#endif							/* SERIAL_INTERCHANGE_EVENT_PREHASH_H */

/*-------------------------------------------------------------------------
 *
 * sealed_text.h
 *	  The text of an event that seals cover: private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_SEAL_SEALED_TEXT_H
#define SERIAL_LEDGER_SEAL_SEALED_TEXT_H

#include "postgres.h"

#include "ledger/event/event.h"
#include "ledger/event/event_item.h"

/* a timestamp in UTC, as texts that are compared and sealed have it; NULL for infinity */
extern char *SealedTimestamp(TimestampTz at);

/*
 * Set the digest of an event, which is the leaf that serial.seal takes, from its
 * columns and its items.
 */
extern void SealedTextSetDigest(Event *event, const EventItems *items);

#endif							/* SERIAL_LEDGER_SEAL_SEALED_TEXT_H */

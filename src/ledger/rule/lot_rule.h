/*-------------------------------------------------------------------------
 *
 * lot_rule.h
 *	  The lot that an event gives its items.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_RULE_LOT_RULE_H
#define SERIAL_LEDGER_RULE_LOT_RULE_H

#include "postgres.h"

#include "ledger/event/event_item.h"

/*
 * Refuses a text that is no lot of the items.  Enters the lot of a legal event into
 * serial.lot; where that knows another expiry date, the items have a problem.
 * Errors: 22023.
 */
extern void LotRuleCheck(EventItems *items, const Event *event);

#endif							/* SERIAL_LEDGER_RULE_LOT_RULE_H */

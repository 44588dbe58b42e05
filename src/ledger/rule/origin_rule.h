/*-------------------------------------------------------------------------
 *
 * origin_rule.h
 *	  Check that numbers of the pools here were issued before they are recorded.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_RULE_ORIGIN_RULE_H
#define SERIAL_LEDGER_RULE_ORIGIN_RULE_H

#include "postgres.h"

#include "ledger/event/event_item.h"

/*
 * Set the violation of items whose number was not issued, or is void.  It replaces one
 * that is set already.
 */
extern void OriginRuleCheck(EventItems *items, const Event *event);

/*
 * Set the violation of containers that are dispensed or sold with such a number in them,
 * unless they have one already.
 */
extern void OriginRuleCheckContents(EventItems *items, const Event *event);

#endif							/* SERIAL_LEDGER_RULE_ORIGIN_RULE_H */

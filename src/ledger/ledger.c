/*-------------------------------------------------------------------------
 *
 * ledger.c
 *	  Settings of the ledger, and waiting for sessions that are recording.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "compat.h"
#include "fmgr.h"
#include "ledger/event/event_number.h"
#include "ledger/ledger.h"
#include "ledger/state/lot.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/guc.h"

PG_FUNCTION_INFO_V1(serial_wait_for_recorders);

/* SQL reads it through current_setting */
static double max_speed = 1000;

static char *actor = NULL;

void
LedgerDefineSettings(void)
{
	LotDefineSettings();
	EventNumberDefineSettings();
	DefineCustomRealVariable("serial.max_speed",
							 "The highest speed, in kilometres an hour, at which an item may have travelled between two places.",
							 "An event that implies a higher speed raises an alert.",
							 &max_speed, 1000, 1, 1e6, PGC_SUSET, 0,
							 NULL, NULL, NULL);
	DefineCustomStringVariable("serial.actor",
							   "The user of the application for whom events are recorded.",
							   "It is recorded beside the session user, and compared where only the same actor may undo a step.",
							   &actor, "", PGC_USERSET, 0,
							   NULL, NULL, NULL);
}

const char *
LedgerActor(void)
{
	return actor == NULL || actor[0] == '\0' ? NULL : actor;
}

/*
 * Wait for the transactions that are recording events now.  Nothing is locked,
 * so those that begin later do not wait.
 *
 * serial_internal.wait_for_recorders() -> void
 */
Datum
serial_wait_for_recorders(PG_FUNCTION_ARGS)
{
	LOCKTAG		events;

	SET_LOCKTAG_RELATION(events, MyDatabaseId, CatalogTableOid("event"));
	WaitForLockers(events, ShareLock, false);
	PG_RETURN_VOID();
}

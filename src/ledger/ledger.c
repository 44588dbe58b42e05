/*-------------------------------------------------------------------------
 *
 * ledger.c
 *	  What happens to things: the settings, and waiting for who records.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "compat.h"
#include "fmgr.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/guc.h"

PG_FUNCTION_INFO_V1(serial_wait_for_recorders);

/* read in SQL, through current_setting */
static double max_speed = 1000;

void
LedgerDefineSettings(void)
{
	DefineCustomRealVariable("serial.max_speed",
							 "The speed, in kilometres an hour, that a thing may have travelled at between two places.",
							 "Where it must have been faster, an alert is raised.",
							 &max_speed, 1000, 1, 1e6, PGC_SUSET, 0,
							 NULL, NULL, NULL);
}

/*
 * Waits for the transactions that are recording events at this moment; those
 * that begin later go on meanwhile, for nothing is locked.
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

/*-------------------------------------------------------------------------
 *
 * serial.c
 *	  The module: what PostgreSQL sees when it loads the library.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "compat.h"
#include "hierarchy/hierarchy.h"
#include "issue/issue.h"
#include "ledger/ledger.h"
#include "utils/builtins.h"
#include "utils/guc.h"

SERIAL_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(serial_version);

void		_PG_init(void);

void
_PG_init(void)
{
	IssueDefineSettings();
	HierarchyDefineSettings();
	LedgerDefineSettings();
	LedgerListen();
	CatalogPlanForMany();
	MarkGUCPrefixReserved("serial");
}

/* serial.version() -> text */
Datum
serial_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(SERIAL_VERSION));
}

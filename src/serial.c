/*-------------------------------------------------------------------------
 *
 * serial.c
 *	  The module: what PostgreSQL sees when it loads the library.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "hierarchy/hierarchy.h"
#include "issue/issue.h"
#include "ledger/ledger.h"
#include "utils/guc.h"

SERIAL_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
	IssueDefineSettings();
	HierarchyDefineSettings();
	LedgerDefineSettings();
	LedgerListen();
	MarkGUCPrefixReserved("serial");
}

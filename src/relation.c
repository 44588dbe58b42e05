/*-------------------------------------------------------------------------
 *
 * relation.c
 *	  The extension's own tables and indexes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "relation.h"
#include "utils/lsyscache.h"

Oid
ExtensionRelation(const char *name)
{
	Oid			relation = get_relname_relid(name,
											 get_namespace_oid("serial", false));

	if (!OidIsValid(relation))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"serial.%s\" does not exist", name),
				 errhint("The extension is damaged, or of another version than its library.")));
	return relation;
}

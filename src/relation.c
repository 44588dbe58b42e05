/*-------------------------------------------------------------------------
 *
 * relation.c
 *	  The extension's own tables, indexes and type.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "relation.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* what to say when the catalogs have not what the library was built for */
#define DAMAGED "The extension is damaged, or of another version than its library."

Oid
ExtensionRelation(const char *name)
{
	Oid			relation = get_relname_relid(name,
											 get_namespace_oid("serial", false));

	if (!OidIsValid(relation))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"serial.%s\" does not exist", name),
				 errhint(DAMAGED)));
	return relation;
}

Oid
ExtensionType(void)
{
	Oid			namespace = get_namespace_oid("serial", false);
	Oid			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
									   CStringGetDatum("serial"),
									   ObjectIdGetDatum(namespace));

	if (!OidIsValid(type))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("type \"serial.serial\" does not exist"),
				 errhint(DAMAGED)));
	return type;
}

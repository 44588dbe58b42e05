/*-------------------------------------------------------------------------
 *
 * type.c
 *	  The OID of the type serial.serial.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "value/value.h"

/* InvalidOid: it has not been looked up since the system catalogs changed */
static Oid	known_type = InvalidOid;

static void
forget_type(Datum argument, int cache, uint32 hash)
{
	known_type = InvalidOid;
}

static void
watch_type(void)
{
	static bool is_watching = false;

	if (is_watching)
		return;
	CacheRegisterSyscacheCallback(TYPENAMENSP, forget_type, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACENAME, forget_type, (Datum) 0);
	is_watching = true;
}

static Oid
find_type(void)
{
	Oid			namespace = get_namespace_oid("serial", false);
	Oid			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
									   CStringGetDatum("serial"),
									   ObjectIdGetDatum(namespace));

	if (!OidIsValid(type))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("type \"serial.serial\" does not exist"),
				 errhint("The extension is damaged, or of another version than its library.")));
	return type;
}

Oid
SerialTypeOid(void)
{
	Oid			type = known_type;

	if (!OidIsValid(type))
	{
		watch_type();
		type = find_type();
		known_type = type;
	}
	return type;
}

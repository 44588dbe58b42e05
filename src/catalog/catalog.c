/*-------------------------------------------------------------------------
 *
 * catalog.c
 *	  OIDs of the extension's own relations.
 *
 * To look names up is most of the cost of a short walk, so what was found is kept
 * until something of the system catalogs that it comes from changes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "catalog/serial_catalog.h"
#include "fmgr.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(serial_prevent_on_copy);

#define DAMAGED_HINT \
	"The extension is damaged, or of another version than its library."

typedef struct KnownName
{
	const char *name;			/* a string literal, compared by its address */
	Oid			relation;
} KnownName;

static KnownName known_names[64];
static int	n_known_names = 0;

static Oid	known_tables[CATALOG_TABLES];	/* InvalidOid: not known */

static void
forget_names(Datum argument, int cache, uint32 hash)
{
	n_known_names = 0;
	memset(known_tables, 0, sizeof(known_tables));
}

static void
watch_names(void)
{
	static bool is_watching = false;

	if (is_watching)
		return;
	CacheRegisterSyscacheCallback(RELNAMENSP, forget_names, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACENAME, forget_names, (Datum) 0);
	is_watching = true;
}

static void
remember_name(const char *name, Oid relation)
{
	if (n_known_names < (int) lengthof(known_names))
	{
		known_names[n_known_names].name = name;
		known_names[n_known_names].relation = relation;
		n_known_names++;
	}
}

static void
check_version_of(Relation extensions, HeapTuple extension)
{
	bool		isnull;
	Datum		version = heap_getattr(extension, Anum_pg_extension_extversion,
									   RelationGetDescr(extensions), &isnull);
	char	   *found = TextDatumGetCString(version);

	if (strcmp(found, SERIAL_VERSION) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("extension \"serial\" of version %s cannot be used with its library of version %s",
						found, SERIAL_VERSION),
				 errhint("Run ALTER EXTENSION serial UPDATE, or install the files of version %s.",
						 found)));
	pfree(found);
}

/*
 * The functions of one version must not write the tables of another.  Nothing is
 * checked while the extension is dropped, and its row is gone.
 */
static void
check_library_version(void)
{
	Relation	extensions = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	extension;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber,
				F_NAMEEQ, CStringGetDatum("serial"));
	scan = systable_beginscan(extensions, ExtensionNameIndexId, true, NULL, 1,
							  &key);
	extension = systable_getnext(scan);
	if (HeapTupleIsValid(extension))
		check_version_of(extensions, extension);
	systable_endscan(scan);
	table_close(extensions, AccessShareLock);
}

static Oid
find_relation(const char *name)
{
	Oid			relation = get_relname_relid(name,
											 get_namespace_oid("serial", false));

	if (!OidIsValid(relation))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"serial.%s\" does not exist", name),
				 errhint(DAMAGED_HINT)));
	return relation;
}

Oid
CatalogTableOid(const char *name)
{
	Oid			relation;
	int			i;

	for (i = 0; i < n_known_names; i++)
		if (known_names[i].name == name)
			return known_names[i].relation;
	watch_names();
	if (n_known_names == 0)
		check_library_version();
	relation = find_relation(name);
	remember_name(name, relation);
	return relation;
}

Oid
CatalogTableOidOf(CatalogTable table)
{
	if (!OidIsValid(known_tables[table]))
		known_tables[table] = CatalogTableOid(CatalogTableDefs[table].name);
	return known_tables[table];
}

/*
 * A table that was never written to has no page.  The predicate lock makes a
 * serializable transaction that finds it so conflict with the first writer.
 */
bool
CatalogTableIsEmpty(const char *name)
{
	Relation	table = table_open(CatalogTableOid(name), AccessShareLock);
	bool		is_empty = RelationGetNumberOfBlocks(table) == 0;

	if (is_empty)
		PredicateLockRelation(table, GetActiveSnapshot());
	table_close(table, NoLock);
	return is_empty;
}

Oid
CatalogTypeOid(Oid type)
{
	if (type == SERIAL_TYPE)
		return SerialTypeOid();
	if (type == SERIAL_ARRAY_TYPE)
		return get_array_type(SerialTypeOid());
	return type;
}

static bool
is_subscribed(Oid relation)
{
	CatCList   *subscriptions = SearchSysCacheList1(SUBSCRIPTIONRELMAP,
													ObjectIdGetDatum(relation));
	bool		found = subscriptions->n_members > 0;

	ReleaseSysCacheList(subscriptions);
	return found;
}

static void
prevent_on_copy(const char *action, Oid table)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("cannot %s on a standby server", action),
				 errhint("Do this on the primary server.")));
	if (is_subscribed(table))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot %s on a logical subscriber", action),
				 errdetail("A subscription writes table \"serial.%s\" in this database.",
						   get_rel_name(table)),
				 errhint("Do this in the database that publishes the table.")));
}

void
CatalogPreventOnCopy(const char *action, const char *table)
{
	prevent_on_copy(action, CatalogTableOid(table));
}

/*
 * serial_internal.prevent_on_copy(action text, relation regclass) -> void
 */
Datum
serial_prevent_on_copy(PG_FUNCTION_ARGS)
{
	prevent_on_copy(text_to_cstring(PG_GETARG_TEXT_PP(0)), PG_GETARG_OID(1));
	PG_RETURN_VOID();
}

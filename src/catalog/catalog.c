/*-------------------------------------------------------------------------
 *
 * catalog.c
 *	  The extension's own tables, indexes and type.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* what to say when the catalogs have not what the library was built for */
#define DAMAGED "The extension is damaged, or of another version than its library."

/*
 * Looking names up is most of the cost of a short walk, so they are remembered
 * until anything of the catalogs they come from changes.
 */
typedef struct KnownName
{
	const char *name;			/* a literal of ours */
	Oid			relation;
} KnownName;

static KnownName names[64];
static int	n_names = 0;

static void
forget_names(Datum argument, int cache, uint32 hash)
{
	n_names = 0;
}

static void
remember_name(const char *name, Oid relation)
{
	static bool is_watching = false;

	if (!is_watching)
	{
		CacheRegisterSyscacheCallback(RELNAMENSP, forget_names, (Datum) 0);
		CacheRegisterSyscacheCallback(NAMESPACENAME, forget_names, (Datum) 0);
		is_watching = true;
	}
	if (n_names < (int) lengthof(names))
		names[n_names++] = (KnownName)
	{
		name, relation
	};
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
				 errhint(DAMAGED)));
	return relation;
}

Oid
CatalogTableOid(const char *name)
{
	Oid			relation;
	int			i;

	for (i = 0; i < n_names; i++)
		if (names[i].name == name)
			return names[i].relation;
	relation = find_relation(name);
	remember_name(name, relation);
	return relation;
}

bool
CatalogHasSameColumns(Relation partition, Relation whole)
{
	int			i;

	if (RelationGetNumberOfAttributes(partition) != RelationGetNumberOfAttributes(whole))
		return false;
	for (i = 0; i < RelationGetNumberOfAttributes(whole); i++)
	{
		Form_pg_attribute a = TupleDescAttr(RelationGetDescr(partition), i);
		Form_pg_attribute b = TupleDescAttr(RelationGetDescr(whole), i);

		if (a->atttypid != b->atttypid ||
			strcmp(NameStr(a->attname), NameStr(b->attname)) != 0)
			return false;
	}
	return true;
}

bool
CatalogHasInheritanceChildren(Relation table)
{
	return table->rd_rel->relhassubclass &&
		find_inheritance_children(RelationGetRelid(table),
								  AccessShareLock) != NIL;
}

Oid
SerialTypeOid(void)
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

Oid
CatalogTypeOid(Oid type)
{
	if (type == SERIAL_TYPE)
		return SerialTypeOid();
	if (type == SERIAL_ARRAY_TYPE)
		return get_array_type(SerialTypeOid());
	if (type == EVENT_ROW_TYPE)
		return get_rel_type_id(CatalogTableOid("event"));
	return type;
}

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

#include "catalog/namespace.h"
#include "catalog/serial_catalog.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define DAMAGED_HINT \
	"The extension is damaged, or of another version than its library."

typedef struct KnownName
{
	const char *name;			/* a string literal, compared by its address */
	Oid			relation;
} KnownName;

static KnownName known_names[64];
static int	n_known_names = 0;

static void
forget_names(Datum argument, int cache, uint32 hash)
{
	n_known_names = 0;
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
	relation = find_relation(name);
	remember_name(name, relation);
	return relation;
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

/*-------------------------------------------------------------------------
 *
 * adopt_source.c
 *	  Where the identifiers of a table to be adopted are: in its columns, or in
 *	  the rows that these refer to.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "hierarchy/sync/adopt.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/varlena.h"

static char *
adopt_column_name(Oid table, AttrNumber number)
{
	return get_attname(table, number, false);
}

/*
 * The foreign keys of a table: a copy, as of triggers.
 */
static List *
adopt_foreign_keys(Relation table)
{
	return copyObject(RelationGetFKeyList(table));
}

/*
 * The foreign key of a column, to a table or to any; NULL if there is none.
 */
static ForeignKeyCacheInfo *
adopt_foreign_key(Relation table, AttrNumber column, Oid to)
{
	ListCell   *cell;

	foreach(cell, adopt_foreign_keys(table))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);
		int			i;

		if (OidIsValid(to) && key->confrelid != to)
			continue;
		for (i = 0; i < key->nkeys; i++)
			if (key->conkey[i] == column)
				return key;
	}
	return NULL;
}

/*
 * The only column of the primary key; NULL if there is none or there are more.
 */
static char *
adopt_primary_key(Relation table)
{
	Bitmapset  *columns = RelationGetIndexAttrBitmap(table,
													 INDEX_ATTR_BITMAP_PRIMARY_KEY);
	int			member;

	if (!bms_get_singleton_member(columns, &member))
		return NULL;
	return adopt_column_name(RelationGetRelid(table),
							 member + FirstLowInvalidHeapAttributeNumber);
}

static bool
adopt_holds_identifiers(Oid table, const char *column)
{
	Oid			type = getBaseType(AdoptedTableColumnType(table, column));

	return type == SerialTypeOid() || type == TEXTOID || type == VARCHAROID ||
		type == BPCHAROID;
}

/*
 * Refuses a column that refers to another table, if nothing says where the
 * identifiers are there: its values must not be taken for keys of this table.
 */
static void
adopt_check_not_elsewhere(Relation table, const char *column,
						  const char *argument)
{
	AttrNumber	number = AdoptedTableColumn(RelationGetRelid(table), column);
	ForeignKeyCacheInfo *key = adopt_foreign_key(table, number, InvalidOid);

	if (key == NULL || key->confrelid == RelationGetRelid(table) ||
		adopt_foreign_key(table, number, RelationGetRelid(table)) != NULL ||
		adopt_holds_identifiers(RelationGetRelid(table), column))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_FOREIGN_KEY),
			 errmsg("column \"%s\" of table \"%s\" refers to table \"%s\"",
					column, RelationGetRelationName(table),
					get_rel_name(key->confrelid)),
			 errhint("Name the column that holds the identifiers there: %s => '%s.column'.",
					 argument, get_rel_name(key->confrelid))));
}

/*
 * Parents without parent_from: identifiers, or references to rows of the same
 * table, by a foreign key or by the type of the primary key.
 */
static void
adopt_find_own_key(IdSource *parent, Relation table, const char *id_column)
{
	Oid			oid = RelationGetRelid(table);
	AttrNumber	number = AdoptedTableColumn(oid, parent->reference);
	Oid			type = AdoptedTableColumnType(oid, parent->reference);
	ForeignKeyCacheInfo *foreign = adopt_foreign_key(table, number, oid);
	char	   *key;

	if (foreign != NULL && foreign->nkeys == 1)
		key = adopt_column_name(oid, foreign->confkey[0]);
	else if (type == AdoptedTableColumnType(oid, id_column))
		return;
	else
	{
		key = adopt_primary_key(table);
		if (key == NULL || AdoptedTableColumnType(oid, key) != type)
			return;
	}
	if (strcmp(key, id_column) == 0)
		return;
	parent->table = oid;
	parent->key = key;
	parent->column = id_column;
}

/*
 * The table of id_from or parent_from: the one that a foreign key of the column
 * refers to, or one in the schema of the adopted table, if it is not qualified.
 */
static Oid
adopt_find_table(Relation table, const char *column, RangeVar *name)
{
	AttrNumber	number = AdoptedTableColumn(RelationGetRelid(table), column);
	ListCell   *cell;

	foreach(cell, adopt_foreign_keys(table))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (key->nkeys == 1 && key->conkey[0] == number &&
			name->schemaname == NULL &&
			strcmp(get_rel_name(key->confrelid), name->relname) == 0)
			return key->confrelid;
	}
	if (name->schemaname == NULL)
		name->schemaname = get_namespace_name(RelationGetNamespace(table));
	return RangeVarGetRelid(name, NoLock, false);
}

/*
 * The column of the other table that the reference points to.
 */
static char *
adopt_find_key(Relation table, const IdSource *source, Relation to)
{
	AttrNumber	number = AdoptedTableColumn(RelationGetRelid(table),
											source->reference);
	ForeignKeyCacheInfo *foreign = adopt_foreign_key(table, number,
													 RelationGetRelid(to));
	char	   *key;

	if (foreign != NULL && foreign->nkeys == 1)
		return adopt_column_name(RelationGetRelid(to), foreign->confkey[0]);
	key = adopt_primary_key(to);
	if (key == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FOREIGN_KEY),
				 errmsg("cannot tell which column of table \"%s\" the column \"%s\" refers to",
						RelationGetRelationName(to), source->reference),
				 errdetail("There is neither a foreign key between them nor a primary key of one column.")));
	return key;
}

/*
 * Reads id_from or parent_from: 'table.column', or 'schema.table.column'.
 */
static void
adopt_read_from(IdSource *source, Relation table, const char *from)
{
	List	   *names = textToQualifiedNameList(cstring_to_text(from));
	int			n = list_length(names);
	Relation	to;

	if (n < 2 || n > 3)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid column name: \"%s\"", from),
				 errdetail("The form is table.column or schema.table.column.")));
	source->column = pstrdup(strVal(llast(names)));
	source->table = adopt_find_table(table, source->reference,
									 makeRangeVarFromNameList(list_truncate(names, n - 1)));
	to = AdoptOpenOwnTable(source->table, ShareRowExclusiveLock);
	AdoptCheckKind(to);
	source->key = adopt_find_key(table, source, to);
	relation_close(to, NoLock);
}

void
AdoptOpenSources(AdoptedTable *adopted, Relation table, const char *id_from,
				 const char *parent_from)
{
	if (id_from != NULL)
		adopt_read_from(&adopted->id, table, id_from);
	else
		adopt_check_not_elsewhere(table, adopted->id.reference, "id_from");
	IdSourceOpen(&adopted->id, adopted->table);
	if (parent_from != NULL)
		adopt_read_from(&adopted->parent, table, parent_from);
	else
	{
		adopt_check_not_elsewhere(table, adopted->parent.reference,
								  "parent_from");
		adopt_find_own_key(&adopted->parent, table, adopted->id.reference);
	}
	IdSourceOpen(&adopted->parent, adopted->table);
}

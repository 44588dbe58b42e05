/*-------------------------------------------------------------------------
 *
 * adopted_table.c
 *	  A user's table that holds a hierarchy: its columns, the tables that these
 *	  refer to, and the SQL that reads them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/serial_catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "commands/defrem.h"
#include "compat.h"
#include "hierarchy/sync/adopted_table.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"
#include "value/value.h"

/* --- Columns --- */

AttrNumber
AdoptedTableColumn(Oid table, const char *column)
{
	HeapTuple	tuple = SearchSysCacheAttName(table, column);
	AttrNumber	number = InvalidAttrNumber;
	char		generated = '\0';

	if (HeapTupleIsValid(tuple))
	{
		number = ((Form_pg_attribute) GETSTRUCT(tuple))->attnum;
		generated = ((Form_pg_attribute) GETSTRUCT(tuple))->attgenerated;
		ReleaseSysCache(tuple);
	}
	if (number <= InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of table \"%s\" does not exist",
						column, get_rel_name(table))));
	/* transition tables do not have its values */
	if (generated == ATTRIBUTE_GENERATED_VIRTUAL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of table \"%s\" is a virtual generated column",
						column, get_rel_name(table)),
				 errdetail("The column must be stored.")));
	return number;
}

Oid
AdoptedTableColumnType(Oid table, const char *column)
{
	return get_atttype(table, AdoptedTableColumn(table, column));
}

char *
AdoptedTableQualifiedName(Oid table)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)),
									  get_rel_name(table));
}

static bool
type_is_text(Oid type)
{
	Oid			base = getBaseType(type);

	return base == TEXTOID || base == VARCHAROID || base == BPCHAROID;
}

/*
 * Returns whether the identifiers are text; else they must be serial.serial.
 */
static bool
id_source_is_text(const IdSource *source)
{
	Oid			type = AdoptedTableColumnType(source->column_table,
											  source->column);

	if (!type_is_text(type) && getBaseType(type) != SerialTypeOid())
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of table \"%s\" is of type %s",
						source->column, get_rel_name(source->column_table),
						format_type_be(type)),
				 errdetail("Identifiers must be of type serial.serial, text or character varying.")));
	return type_is_text(type);
}

void
IdSourceOpen(IdSource *source, Oid adopted)
{
	source->reference_type = AdoptedTableColumnType(adopted, source->reference);
	if (OidIsValid(source->table))
	{
		source->table_name = AdoptedTableQualifiedName(source->table);
		source->key_type = AdoptedTableColumnType(source->table, source->key);
		source->column_table = source->table;
	}
	else
	{
		source->column = source->reference;
		source->column_table = adopted;
	}
	source->is_text = id_source_is_text(source);
}

/* --- Arguments of triggers --- */

static const char *
sync_arg(char **args, int n)
{
	return args[n][0] == '\0' ? NULL : args[n];
}

Oid
AdoptedTableByName(const char *name, bool missing_ok)
{
	RangeVar   *range = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(name)));

	return RangeVarGetRelid(range, NoLock, missing_ok);
}

static void
id_source_from_args(IdSource *source, Oid adopted, char **args, int column,
					int table, const char *alias)
{
	memset(source, 0, sizeof(IdSource));
	source->reference = args[column];
	source->alias = alias;
	if (sync_arg(args, table + 1) != NULL)
	{
		source->table = sync_arg(args, table) == NULL ? adopted :
			AdoptedTableByName(args[table], false);
		source->key = args[table + 1];
		source->column = args[table + 2];
	}
	IdSourceOpen(source, adopted);
}

/*
 * The queries run as the owner of the adopted table, so that no other role may
 * own a table that they read: its columns may compute something when read.
 */
static void
check_same_owner(const AdoptedTable *adopted, Oid table)
{
	if (OidIsValid(table) && TableOwner(table) != TableOwner(adopted->table))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("tables \"%s\" and \"%s\" have different owners",
						get_rel_name(adopted->table), get_rel_name(table)),
				 errdetail("An adopted table and the tables that it refers to must have the same owner.")));
}

void
AdoptedTableCheckOwners(const AdoptedTable *adopted, Oid trigger_table)
{
	check_same_owner(adopted, trigger_table);
	check_same_owner(adopted, adopted->id.table);
	check_same_owner(adopted, adopted->parent.table);
}

bool
AdoptedTableFromTrigger(AdoptedTable *adopted, Relation table, char **args)
{
	adopted->table = sync_arg(args, SYNC_ARG_TABLE) == NULL ?
		RelationGetRelid(table) : AdoptedTableByName(args[SYNC_ARG_TABLE], true);
	if (!OidIsValid(adopted->table))
		return false;
	adopted->name = AdoptedTableQualifiedName(adopted->table);
	id_source_from_args(&adopted->id, adopted->table, args,
						SYNC_ARG_ID_COLUMN, SYNC_ARG_ID_TABLE, "i");
	id_source_from_args(&adopted->parent, adopted->table, args,
						SYNC_ARG_PARENT_COLUMN, SYNC_ARG_PARENT_TABLE, "p");
	adopted->scheme = sync_arg(args, SYNC_ARG_SCHEME);
	adopted->skip_errors = sync_arg(args, SYNC_ARG_ON_ERROR) != NULL;
	adopted->record = sync_arg(args, SYNC_ARG_RECORD) != NULL;
	AdoptedTableCheckOwners(adopted, RelationGetRelid(table));
	return true;
}

/* --- Queries --- */

void
AdoptedTableSwitchToOwner(const AdoptedTable *adopted, SavedUser *before)
{
	SwitchToTableOwner(adopted->table,
					   SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS,
					   before);
}

Oid
IdSourceType(const IdSource *source)
{
	return source->is_text ? TEXTOID : SerialTypeOid();
}

void
IdSourceAppendColumn(StringInfo query, const IdSource *source,
					 const char *alias, const char *column)
{
	appendStringInfo(query, "(%s.%s)%s", alias, quote_identifier(column),
					 source->is_text ?
					 "::pg_catalog.text COLLATE pg_catalog.\"C\"" :
					 "::serial.serial");
}

void
IdSourceAppend(StringInfo query, const IdSource *source)
{
	IdSourceAppendColumn(query, source,
						 OidIsValid(source->table) ? source->alias : "c",
						 source->column);
}

static void
id_source_append_join(StringInfo query, const IdSource *source)
{
	if (!OidIsValid(source->table))
		return;
	appendStringInfo(query, " LEFT JOIN %s AS %s ON ", source->table_name,
					 source->alias);
	IdSourceAppendMatch(query, source,
						psprintf("%s.%s", source->alias,
								 quote_identifier(source->key)), true,
						psprintf("c.%s", quote_identifier(source->reference)),
						false);
}

void
AdoptedTableAppendFrom(StringInfo query, const AdoptedTable *adopted,
					   bool with_parent)
{
	appendStringInfo(query, " FROM %s AS c", adopted->name);
	id_source_append_join(query, &adopted->id);
	if (with_parent)
		id_source_append_join(query, &adopted->parent);
}

void
AdoptedTableAppendLinks(StringInfo query, const AdoptedTable *adopted)
{
	appendStringInfoString(query, "SELECT ");
	IdSourceAppend(query, &adopted->id);
	appendStringInfoString(query, ", ");
	IdSourceAppend(query, &adopted->parent);
	AdoptedTableAppendFrom(query, adopted, true);
}

/*
 * The operator by which a btree index on one type finds the other, as foreign
 * keys use it.
 */
static Oid
equality_operator(Oid left, Oid right)
{
	Oid			opclass = GetDefaultOpClass(left, BTREE_AM_OID);
	Oid			family;
	Oid			input;
	Oid			operator = InvalidOid;

	if (OidIsValid(opclass) &&
		get_opclass_opfamily_and_input_type(opclass, &family, &input))
	{
		operator = get_opfamily_member(family, left, right,
									   BTEqualStrategyNumber);
		if (!OidIsValid(operator) && IsBinaryCoercible(right, input))
			operator = get_opfamily_member(family, input, input,
										   BTEqualStrategyNumber);
	}
	if (!OidIsValid(operator))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("cannot compare a key of type %s with one of type %s",
						format_type_be(left), format_type_be(right)),
				 errdetail("A btree operator family must have an equality operator for the two types.")));
	return operator;
}

void
IdSourceAppendMatch(StringInfo query, const IdSource *source, const char *left,
					bool left_is_key, const char *right, bool right_is_key)
{
	Oid			left_type = left_is_key ? source->key_type :
	source->reference_type;
	Oid			right_type = right_is_key ? source->key_type :
	source->reference_type;

	generate_operator_clause(query, left, left_type,
							 equality_operator(getBaseType(left_type),
											   getBaseType(right_type)),
							 right, right_type);
}

/* --- Identifiers --- */

static void
id_source_error_context(void *arg)
{
	const IdSource *source = arg;

	errcontext("column \"%s\" of table \"%s\"", source->column,
			   get_rel_name(source->column_table));
}

static Serial *
id_source_parse_or_fail(const IdSource *source, const char *spelling)
{
	ErrorContextCallback callback;
	Serial	   *id;

	callback.callback = id_source_error_context;
	callback.arg = unconstify(IdSource *, source);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	id = ValueParseColumn(spelling, strlen(spelling), source->column_table,
						  source->column);
	error_context_stack = callback.previous;
	return id;
}

Serial *
AdoptedTableReadId(const AdoptedTable *adopted, const IdSource *source,
				   Datum value, bool isnull, char **problem)
{
	char	   *spelling;

	if (isnull)
		return NULL;
	if (!source->is_text)
		return SerialCopy(DatumGetSerialPP(value));
	spelling = TextDatumGetCString(value);
	if (spelling[0] == '\0')
		return NULL;
	if (adopted->scheme != NULL)
		spelling = psprintf("%s:%s", adopted->scheme, spelling);
	if (problem != NULL)
		return ValueTry(spelling, strlen(spelling), problem);
	return id_source_parse_or_fail(source, spelling);
}

/*-------------------------------------------------------------------------
 *
 * adopted_table.c
 *	  A table of a user's that holds a hierarchy.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/sysattr.h"
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
#include "utils/relcache.h"
#include "value/value.h"

/* --- Columns --- */

AttrNumber
AdoptedTableColumn(Relation table, const char *column)
{
	AttrNumber	number = get_attnum(RelationGetRelid(table), column);

	if (number <= InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of table \"%s\" does not exist",
						column, RelationGetRelationName(table))));
	/* the rows that a trigger gets do not have it */
	if (TupleDescAttr(RelationGetDescr(table), number - 1)->attgenerated ==
		ATTRIBUTE_GENERATED_VIRTUAL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of table \"%s\" is computed when it is read",
						column, RelationGetRelationName(table)),
				 errdetail("Expected a column that is stored.")));
	return number;
}

static Oid
column_type(Relation table, const char *column)
{
	AttrNumber	number = AdoptedTableColumn(table, column);

	return TupleDescAttr(RelationGetDescr(table), number - 1)->atttypid;
}

static bool
type_is_text(Oid type)
{
	Oid			base = getBaseType(type);

	return base == TEXTOID || base == VARCHAROID || base == BPCHAROID;
}

static void
refuse_type(Relation table, const char *column, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" of table \"%s\" is of type %s", column,
					RelationGetRelationName(table),
					format_type_be(column_type(table, column))),
			 errdetail("Expected %s.", expected)));
}

/*
 * Is the column one of texts?  If not, it must be one of serial.serial.
 */
static bool
holds_text(Relation table, const char *column)
{
	Oid			type = column_type(table, column);

	if (type_is_text(type))
		return true;
	if (getBaseType(type) != SerialTypeOid())
		refuse_type(table, column, "identifiers: serial.serial, text or character varying");
	return false;
}

static void
check_scheme(const AdoptedTable *source)
{
	if (source->scheme == NULL)
		return;
	if (SchemeByName(source->scheme, strlen(source->scheme)) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no scheme \"%s\"", source->scheme),
				 errhint("serial.schemes() lists them.")));
	if (!source->is_text)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" of table \"%s\" takes no scheme",
						source->id, RelationGetRelationName(source->table)),
				 errdetail("A scheme is for bare keys in a text; the column is of type serial.serial.")));
}

void
AdoptedTableOpen(AdoptedTable *source, Relation table, const char *id,
				 const char *parent, const char *key, const char *scheme)
{
	source->table = table;
	source->id = id;
	source->parent = parent;
	source->key = key;
	source->scheme = scheme;
	source->is_text = holds_text(table, id);
	source->parent_type = column_type(table, parent);
	source->key_type = key == NULL ? InvalidOid : column_type(table, key);
	if (key == NULL && holds_text(table, parent) != source->is_text)
		refuse_type(table, parent, psprintf("a type such as that of column \"%s\"", id));
	check_scheme(source);
}

/* --- What parents point to --- */

static char *
column_name(Relation table, AttrNumber number)
{
	return pstrdup(NameStr(TupleDescAttr(RelationGetDescr(table),
										 number - 1)->attname));
}

/*
 * The column of the same table that a foreign key on the parents names, or
 * InvalidAttrNumber.
 */
static AttrNumber
referenced(Relation table, AttrNumber parent)
{
	ListCell   *cell;

	foreach(cell, RelationGetFKeyList(table))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (key->nkeys == 1 && key->conkey[0] == parent &&
			key->confrelid == RelationGetRelid(table))
			return key->confkey[0];
	}
	return InvalidAttrNumber;
}

/*
 * The only column of the primary key, or InvalidAttrNumber.
 */
static AttrNumber
primary_key(Relation table)
{
	Bitmapset  *columns = RelationGetIndexAttrBitmap(table,
													 INDEX_ATTR_BITMAP_PRIMARY_KEY);
	int			member;

	if (!bms_get_singleton_member(columns, &member))
		return InvalidAttrNumber;
	return member + FirstLowInvalidHeapAttributeNumber;
}

/*
 * The column that the parents point to; NULL if it is the identifiers.
 */
static const char *
find_key(Relation table, const char *id, const char *parent)
{
	Oid			id_type = column_type(table, id);
	Oid			parent_type = column_type(table, parent);
	AttrNumber	key = referenced(table, AdoptedTableColumn(table, parent));

	if (key == AdoptedTableColumn(table, id))
		return NULL;
	if (key != InvalidAttrNumber)
		return column_name(table, key);
	if (parent_type == id_type)
		return NULL;
	key = primary_key(table);
	if (key != InvalidAttrNumber &&
		column_type(table, column_name(table, key)) == parent_type)
		return column_name(table, key);
	if (!(type_is_text(parent_type) && type_is_text(id_type)) &&
		getBaseType(parent_type) != getBaseType(id_type))
		refuse_type(table, parent,
					psprintf("the type of column \"%s\", that of a primary key of one column, or a foreign key to a column of this table",
							 id));
	return NULL;
}

void
AdoptedTableDiscover(AdoptedTable *source, Relation table, const char *id,
					 const char *parent, const char *scheme)
{
	/* who names a column that holds no identifiers is to hear just that */
	(void) holds_text(table, id);
	AdoptedTableOpen(source, table, id, parent, find_key(table, id, parent), scheme);
}

/* --- Queries --- */

/*
 * Whatever belongs to the table runs with its owner's rights, as foreign keys
 * do it; it reads for us and has no business with anything else.
 */
void
AdoptedTableSwitchToOwner(const AdoptedTable *source, SavedUser *before)
{
	SwitchToTableOwner(RelationGetRelid(source->table),
					   SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, before);
}

char *
AdoptedTableName(const AdoptedTable *source)
{
	return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(source->table)),
									  RelationGetRelationName(source->table));
}

Oid
AdoptedTableIdType(const AdoptedTable *source)
{
	return source->is_text ? TEXTOID : SerialTypeOid();
}

void
AdoptedTableAppendId(StringInfo query, const AdoptedTable *source, const char *alias,
					 const char *column)
{
	appendStringInfo(query, "(%s.%s)%s", alias, quote_identifier(column),
					 source->is_text ?
					 "::pg_catalog.text COLLATE pg_catalog.\"C\"" :
					 "::serial.serial");
}

void
AdoptedTableAppendLinks(StringInfo query, const AdoptedTable *source)
{
	const char *name = AdoptedTableName(source);

	appendStringInfoString(query, "SELECT ");
	AdoptedTableAppendId(query, source, "c", source->id);
	appendStringInfoString(query, ", ");
	if (source->key == NULL)
	{
		AdoptedTableAppendId(query, source, "c", source->parent);
		appendStringInfo(query, " FROM %s AS c", name);
		return;
	}
	AdoptedTableAppendId(query, source, "p", source->id);
	appendStringInfo(query, " FROM %s AS c LEFT JOIN %s AS p ON ", name, name);
	AdoptedTableAppendMatch(query, source,
							psprintf("p.%s", quote_identifier(source->key)), true,
							psprintf("c.%s", quote_identifier(source->parent)), false);
}

/*
 * The operator by which the index on a type finds another: that of the foreign
 * key, if there is one.
 */
static Oid
equality(Oid left, Oid right)
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
				 errmsg("cannot tell when a key of type %s is one of type %s",
						format_type_be(left), format_type_be(right)),
				 errdetail("Expected types that a btree index can compare.")));
	return operator;
}

void
AdoptedTableAppendMatch(StringInfo query, const AdoptedTable *source, const char *left,
						bool left_is_key, const char *right, bool right_is_key)
{
	Oid			left_type = left_is_key ? source->key_type : source->parent_type;
	Oid			right_type = right_is_key ? source->key_type : source->parent_type;

	generate_operator_clause(query, left, left_type,
							 equality(getBaseType(left_type),
									  getBaseType(right_type)),
							 right, right_type);
}

/* --- Identifiers --- */

/* where a value that cannot be read stands */
typedef struct Place
{
	const AdoptedTable *source;
	const char *column;
} Place;

static void
tell_place(void *arg)
{
	Place	   *place = arg;

	errcontext("column \"%s\" of table \"%s\"", place->column,
			   RelationGetRelationName(place->source->table));
}

static Serial *
read_or_fail(const AdoptedTable *source, const char *column, const char *text,
			 size_t len)
{
	Place		place = {source, column};
	ErrorContextCallback callback;
	Serial	   *id;

	callback.callback = tell_place;
	callback.arg = &place;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	id = ValueParse(text, len, NULL);
	error_context_stack = callback.previous;
	return id;
}

Serial *
AdoptedTableIdentifier(const AdoptedTable *source, const char *column, Datum value,
					   bool isnull, char **problem)
{
	char	   *spelling;

	if (isnull)
		return NULL;
	if (!source->is_text)
		return SerialCopy(DatumGetSerialPP(value));
	spelling = TextDatumGetCString(value);
	if (spelling[0] == '\0')
		return NULL;
	if (source->scheme != NULL)
		spelling = psprintf("%s:%s", source->scheme, spelling);
	if (problem != NULL)
		return ValueTry(spelling, strlen(spelling), problem);
	return read_or_fail(source, column, spelling, strlen(spelling));
}

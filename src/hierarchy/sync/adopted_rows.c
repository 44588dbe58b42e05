/*-------------------------------------------------------------------------
 *
 * adopted_rows.c
 *	  All rows of an adopted table, and what is wrong with them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "hierarchy/sync/adopted_rows.h"
#include "hierarchy/sync/user_query.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* how many rows an error shows */
#define MAX_REPORTED 10

/* --- Reading --- */

static const char *
adopted_rows_spelling(const IdSource *source, Datum value, bool isnull)
{
	return isnull ? NULL : source->is_text ? TextDatumGetCString(value) :
		ValueToCString(DatumGetSerialPP(value));
}

static void
adopted_rows_add_invalid(AdoptedRows *rows, const char *id, const char *parent,
						 const char *problem)
{
	InvalidRow *row = palloc(sizeof(InvalidRow));

	*row = (InvalidRow)
	{
		id, parent, problem
	};
	rows->invalid = lappend(rows->invalid, row);
}

/*
 * An invalid parent in the row of another child is an error of this row, too,
 * unless parents are rows of the same table: then it is one of the parent's row.
 */
static void
adopted_rows_add(AdoptedRows *rows, const Datum *values, const bool *nulls)
{
	const AdoptedTable *adopted = rows->adopted;
	const IdSource *ids[] = {&adopted->id, &adopted->parent};
	bool		parent_is_row = adopted->parent.table == adopted->table;
	char	   *id_problem = NULL;
	char	   *parent_problem = NULL;
	Serial	   *id = AdoptedTableReadId(adopted, ids[0], values[0], nulls[0],
										&id_problem);
	Serial	   *parent = AdoptedTableReadId(adopted, ids[1], values[1], nulls[1],
											&parent_problem);

	if (id == NULL && id_problem == NULL)
		return;
	rows->n++;
	if (id_problem != NULL || (parent_problem != NULL && !parent_is_row))
		adopted_rows_add_invalid(rows,
								 adopted_rows_spelling(ids[0], values[0], nulls[0]),
								 adopted_rows_spelling(ids[1], values[1], nulls[1]),
								 id_problem != NULL ? id_problem : parent_problem);
	if (id != NULL)
		DesiredLinksAdd(&rows->links, id, parent);
}

static void
adopted_rows_visit(void *context)
{
	AdoptedRows *rows = context;
	MemoryContext spi = MemoryContextSwitchTo(rows->context);
	uint64		row;

	for (row = 0; row < SPI_processed; row++)
	{
		Datum		values[2];
		bool		nulls[2];
		int			i;

		for (i = 0; i < 2; i++)
			values[i] = SPI_getbinval(SPI_tuptable->vals[row],
									  SPI_tuptable->tupdesc, i + 1, &nulls[i]);
		adopted_rows_add(rows, values, nulls);
	}
	MemoryContextSwitchTo(spi);
}

void
AdoptedRowsRead(AdoptedRows *rows, const AdoptedTable *adopted)
{
	StringInfoData query;
	SavedUser	before;
	int			i;

	memset(rows, 0, sizeof(AdoptedRows));
	rows->adopted = adopted;
	rows->context = CurrentMemoryContext;
	DesiredLinksInit(&rows->links);
	initStringInfo(&query);
	AdoptedTableAppendLinks(&query, adopted);
	AdoptedTableSwitchToOwner(adopted, &before);
	SPI_connect();
	UserQueryVisit(query.data, adopted_rows_visit, rows);
	SPI_finish();
	RestoreUser(&before);
	(void) DesiredLinksUnite(&rows->links, OidIsValid(adopted->id.table));
	for (i = 0; i < rows->links.n; i++)
		if (rows->links.links[i].is_ambiguous)
			rows->n_ambiguous++;
}

void
AdoptedRowsLinks(const AdoptedRows *rows, bool all, DesiredLinks *links)
{
	int			i;

	DesiredLinksInit(links);
	for (i = 0; i < rows->links.n; i++)
	{
		const DesiredLink *link = &rows->links.links[i];

		if (!link->is_ambiguous && (all || link->parent != NULL))
			DesiredLinksAdd(links, link->child, link->parent);
	}
}

/* --- Errors --- */

static const char *
adopted_rows_column(const IdSource *source)
{
	return psprintf("%s.%s", OidIsValid(source->table) ? source->alias : "c",
					quote_identifier(source->column));
}

/*
 * The expression by which a user reads the identifiers of a source.
 */
static const char *
adopted_rows_expression(const AdoptedTable *adopted, const IdSource *source)
{
	if (adopted->scheme == NULL)
		return adopted_rows_column(source);
	return psprintf("%s || %s",
					quote_literal_cstr(psprintf("%s:", adopted->scheme)),
					adopted_rows_column(source));
}

static char *
adopted_rows_query_for_invalid(const AdoptedTable *adopted)
{
	StringInfoData query;
	bool		check_parent = adopted->parent.is_text &&
	adopted->parent.table != adopted->table;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT c.*");
	AdoptedTableAppendFrom(&query, adopted, check_parent);
	appendStringInfoString(&query, " WHERE ");
	if (adopted->id.is_text)
		appendStringInfo(&query, "%s <> '' AND %s",
						 adopted_rows_column(&adopted->id),
						 check_parent ? "(" : "");
	if (adopted->id.is_text)
		appendStringInfo(&query, "serial.try_parse(%s) IS NULL",
						 adopted_rows_expression(adopted, &adopted->id));
	if (adopted->id.is_text && check_parent)
		appendStringInfoString(&query, " OR ");
	if (check_parent)
		appendStringInfo(&query, "%s <> '' AND serial.try_parse(%s) IS NULL%s",
						 adopted_rows_column(&adopted->parent),
						 adopted_rows_expression(adopted, &adopted->parent),
						 adopted->id.is_text ? ")" : "");
	return query.data;
}

static char *
adopted_rows_query_for_ambiguous(const AdoptedTable *adopted)
{
	StringInfoData query;
	const char *expression = adopted_rows_expression(adopted, &adopted->id);

	initStringInfo(&query);
	appendStringInfo(&query, adopted->id.is_text ?
					 "SELECT serial.parse(%s), count(*)" :
					 "SELECT %s, count(*)", expression);
	AdoptedTableAppendFrom(&query, adopted, false);
	appendStringInfo(&query, adopted->id.is_text ?
					 " WHERE %s <> ''" : " WHERE %s IS NOT NULL",
					 adopted_rows_column(&adopted->id));
	appendStringInfoString(&query, " GROUP BY 1 HAVING count(*) > 1");
	return query.data;
}

static void
adopted_rows_append_line(StringInfo detail, const char *line)
{
	if (detail->len > 0)
		appendStringInfoChar(detail, '\n');
	appendStringInfoString(detail, line);
}

static void
adopted_rows_append_rest(StringInfo detail, int64 n)
{
	if (n > MAX_REPORTED)
		adopted_rows_append_line(detail,
								 psprintf("... and %lld more.",
										  (long long) (n - MAX_REPORTED)));
}

static void
adopted_rows_refuse_invalid(const AdoptedRows *rows)
{
	int			n = list_length(rows->invalid);
	StringInfoData detail;
	int			i;

	initStringInfo(&detail);
	for (i = 0; i < Min(n, MAX_REPORTED); i++)
		adopted_rows_append_line(&detail,
								 ((InvalidRow *) list_nth(rows->invalid, i))->problem);
	adopted_rows_append_rest(&detail, n);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg_plural("%d row of table \"%s\" has an invalid identifier",
						   "%d rows of table \"%s\" have an invalid identifier",
						   n, n, get_rel_name(rows->adopted->table)),
			 errdetail_internal("%s", detail.data),
			 errhint("To see all: %s",
					 adopted_rows_query_for_invalid(rows->adopted))));
}

static void
adopted_rows_refuse_ambiguous(const AdoptedRows *rows)
{
	StringInfoData detail;
	int			shown = 0;
	int			i;

	initStringInfo(&detail);
	for (i = 0; i < rows->links.n && shown < MAX_REPORTED; i++)
	{
		const DesiredLink *link = &rows->links.links[i];

		if (!link->is_ambiguous)
			continue;
		adopted_rows_append_line(&detail,
								 psprintf("\"%s\" is in %d rows.",
										  ValueToCString(link->child),
										  link->rows));
		shown++;
	}
	adopted_rows_append_rest(&detail, rows->n_ambiguous);
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg_plural("%lld identifier is in more than one row of table \"%s\"",
						   "%lld identifiers are in more than one row of table \"%s\"",
						   (unsigned long) rows->n_ambiguous,
						   (long long) rows->n_ambiguous,
						   get_rel_name(rows->adopted->table)),
			 errdetail_internal("%s", detail.data),
			 errhint("To see all: %s",
					 adopted_rows_query_for_ambiguous(rows->adopted))));
}

void
AdoptedRowsRefuse(const AdoptedRows *rows)
{
	if (rows->invalid != NIL)
		adopted_rows_refuse_invalid(rows);
	if (rows->n_ambiguous > 0)
		adopted_rows_refuse_ambiguous(rows);
}

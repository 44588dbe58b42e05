/*-------------------------------------------------------------------------
 *
 * xml_document.c
 *	  EPCIS documents in XML, for PostgreSQL.
 *
 * Nothing here needs a PostgreSQL that was built with libxml: a value of type
 * xml is read as the text that it is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "interchange/xml/epcis_xml.h"
#include "interchange/xml_document.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(serial_epcis_xml_to_json_xml);
PG_FUNCTION_INFO_V1(serial_epcis_xml_to_json_text);

/*
 * Allocates for the reader, in the current memory context.
 */
static void *
resize_block(void *block, size_t size)
{
	if (size == 0)
	{
		pfree(block);
		return NULL;
	}
	CHECK_FOR_INTERRUPTS();
	if (block == NULL)
		return MemoryContextAllocHuge(CurrentMemoryContext, size);
	return repalloc_huge(block, size);
}

static int
problem_sqlstate(const XmlProblem *problem)
{
	switch (problem->kind)
	{
		case XML_NOT_WELL_FORMED:
			return ERRCODE_INVALID_XML_DOCUMENT;
		case XML_TOO_LARGE:
			return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		case XML_OUT_OF_MEMORY:
			return ERRCODE_OUT_OF_MEMORY;
		default:
			return ERRCODE_INVALID_XML_CONTENT;
	}
}

static void
report_problem(const XmlProblem *problem)
{
	char	   *message = pg_any_to_server(problem->message, strlen(problem->message),
										   PG_UTF8);
	char	   *expected = pg_any_to_server(problem->expected, strlen(problem->expected),
											PG_UTF8);

	ereport(ERROR,
			(errcode(problem_sqlstate(problem)),
			 errmsg("invalid EPCIS document: %s", message),
			 expected[0] == '\0'
			 ? errdetail("Line %zu, column %zu, byte %zu.",
						 problem->line, problem->column, problem->offset + 1)
			 : errdetail("Line %zu, column %zu, byte %zu; expected: %s.",
						 problem->line, problem->column, problem->offset + 1, expected)));
}

char *
ReadXmlDocument(const char *xml, size_t len, bool is_converted)
{
	EpcisXmlOptions options = {resize_block, is_converted, MaxAllocSize};
	XmlProblem	problem;
	char	   *utf8 = pg_server_to_any(xml, (int) len, PG_UTF8);
	char	   *json;
	size_t		json_len;

	if (utf8 != xml)
		len = strlen(utf8);
	json = EpcisXmlToJson(utf8, len, &options, &json_len, &problem);
	if (json == NULL)
		report_problem(&problem);
	if (utf8 != xml)
		pfree(utf8);
	return pg_any_to_server(json, (int) json_len, PG_UTF8);
}

static Datum
xml_to_jsonb(text *document, bool is_converted)
{
	char	   *json = ReadXmlDocument(VARDATA_ANY(document),
									   VARSIZE_ANY_EXHDR(document), is_converted);
	Datum		result = DirectFunctionCall1(jsonb_in, CStringGetDatum(json));

	pfree(json);
	return result;
}

Datum
serial_epcis_xml_to_json_xml(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(xml_to_jsonb(PG_GETARG_TEXT_PP(0), true));
}

Datum
serial_epcis_xml_to_json_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(xml_to_jsonb(PG_GETARG_TEXT_PP(0), false));
}

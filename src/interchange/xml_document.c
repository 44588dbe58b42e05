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
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/xml.h"

PG_FUNCTION_INFO_V1(serial_epcis_xml_to_json_xml);
PG_FUNCTION_INFO_V1(serial_epcis_xml_to_json_text);
PG_FUNCTION_INFO_V1(serial_epcis_json_to_xml);

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
report_read_problem(const XmlProblem *problem)
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

/*
 * Reads an EPCIS document in XML, in the encoding of the database, and returns
 * it as EPCIS 2.0 JSON-LD, terminated, in the current memory context.  The
 * encoding that the XML declaration names is not looked at when the document
 * has been converted by the type xml.  Errors: 2200M, 2200N, 54000.
 */
static char *
read_xml_document(const char *xml, size_t len, bool is_converted)
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
		report_read_problem(&problem);
	if (utf8 != xml)
		pfree(utf8);
	return pg_any_to_server(json, (int) json_len, PG_UTF8);
}

static Datum
xml_to_jsonb(text *document, bool is_converted)
{
	char	   *json = read_xml_document(VARDATA_ANY(document),
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

/*
 * Writing
 */

static EpcisXmlVersion
parse_version(const char *version)
{
	if (strcmp(version, "1.2") == 0)
		return EPCIS_XML_1_2;
	if (strcmp(version, "2.0") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("EPCIS XML cannot be written in version \"%s\"", version),
				 errhint("The versions are 1.2 and 2.0.")));
	return EPCIS_XML_2_0;
}

static void
report_write_problem(const XmlProblem *problem)
{
	char	   *message = pg_any_to_server(problem->message, strlen(problem->message),
										   PG_UTF8);
	int			sqlstate = ERRCODE_INVALID_PARAMETER_VALUE;

	if (problem->kind == XML_CANNOT_SAY)
		sqlstate = ERRCODE_FEATURE_NOT_SUPPORTED;
	else if (problem->kind == XML_TOO_LARGE)
		sqlstate = ERRCODE_PROGRAM_LIMIT_EXCEEDED;
	else if (problem->kind == XML_OUT_OF_MEMORY)
		sqlstate = ERRCODE_OUT_OF_MEMORY;
	ereport(ERROR,
			(errcode(sqlstate),
			 errmsg("cannot write EPCIS document as XML: %s", message),
			 problem->event > 0
			 ? errdetail("It is in event %zu of the document.", problem->event) : 0,
			 problem->expected[0] != '\0'
			 ? errhint("Expected: %s.", problem->expected) : 0));
}

/*
 * Writes EPCIS 2.0 JSON-LD, in the encoding of the database, as XML of version
 * "1.2" or "2.0".  Errors: 22023 no such version, or no EPCIS; 0A000 the
 * version has no form for what the document says; 54000.
 */
static char *
write_xml_document(const char *json, size_t len, const char *version, size_t *xml_len)
{
	EpcisXmlOptions options = {resize_block, false, MaxAllocSize - VARHDRSZ};
	XmlProblem	problem;
	char	   *utf8 = pg_server_to_any(json, (int) len, PG_UTF8);
	char	   *xml;
	char	   *converted;

	if (utf8 != json)
		len = strlen(utf8);
	xml = EpcisJsonToXml(utf8, len, parse_version(version), &options, xml_len, &problem);
	if (xml == NULL)
		report_write_problem(&problem);
	if (utf8 != json)
		pfree(utf8);
	converted = pg_any_to_server(xml, (int) *xml_len, PG_UTF8);
	if (converted != xml)
		*xml_len = strlen(converted);
	return converted;
}

Datum
serial_epcis_json_to_xml(PG_FUNCTION_ARGS)
{
	Jsonb	   *document = PG_GETARG_JSONB_P(0);
	char	   *version = text_to_cstring(PG_GETARG_TEXT_PP(1));
	char	   *json = JsonbToCString(NULL, &document->root, VARSIZE(document));
	size_t		xml_len;
	char	   *xml = write_xml_document(json, strlen(json), version, &xml_len);

	PG_RETURN_XML_P((xmltype *) cstring_to_text_with_len(xml, (int) xml_len));
}

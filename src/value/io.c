/*-------------------------------------------------------------------------
 *
 * io.c
 *	  Input and output: text, binary, casts, and the type modifier.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "libpq/pqformat.h"
#include "syntax/syntax.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "value/pack.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_in);
PG_FUNCTION_INFO_V1(serial_out);
PG_FUNCTION_INFO_V1(serial_recv);
PG_FUNCTION_INFO_V1(serial_send);
PG_FUNCTION_INFO_V1(serial_from_text);
PG_FUNCTION_INFO_V1(serial_from_bpchar);
PG_FUNCTION_INFO_V1(serial_from_text_array);
PG_FUNCTION_INFO_V1(serial_to_text);
PG_FUNCTION_INFO_V1(serial_try_parse);
PG_FUNCTION_INFO_V1(serial_typmod_in);
PG_FUNCTION_INFO_V1(serial_typmod_out);
PG_FUNCTION_INFO_V1(serial_enforce_typmod);

/*
 * A type modifier is the id of the one scheme allowed, and a base.  Drivers
 * take the modifier of a type that they do not know for a length in bytes, and
 * the base makes it one that every identifier fits.  Version 0.1.0 had no base:
 * columns that it has left have the id alone.
 */
#define NO_TYPMOD	(-1)
#define TYPMOD_BASE 512

/*
 * The scheme of a type modifier, which may be any number: these functions can
 * be called by hand.
 */
static const Scheme *
typmod_scheme(int32 typmod)
{
	const Scheme *scheme = NULL;

	if (typmod >= TYPMOD_BASE && typmod <= TYPMOD_BASE + UINT8_MAX)
		scheme = SchemeById((uint8) (typmod - TYPMOD_BASE));
	else if (typmod >= 0 && typmod <= UINT8_MAX)
		scheme = SchemeById((uint8) typmod);
	if (scheme == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%d is not a type modifier of serial.serial", typmod)));
	return scheme;
}

/*
 * Is the value of the scheme that the type modifier demands?  If not, an
 * error: saved in a soft error context, or thrown.
 */
static bool
check_typmod(const Serial *value, int32 typmod, struct Node *escontext)
{
	uint8		scheme = *(const uint8 *) VARDATA_ANY(value);
	const Scheme *wanted;

	if (typmod == NO_TYPMOD || TYPMOD_BASE + scheme == typmod)
		return true;
	wanted = typmod_scheme(typmod);
	if (wanted->id == scheme)
		return true;
	errsave(escontext,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("\"%s\" is not of the scheme that is wanted here",
					ValueToCString(value)),
			 errdetail("Position 1: found an identifier of scheme \"%s\", expected one of scheme \"%s\".",
					   SchemeById(scheme)->name,
					   wanted->name),
			 errdatatype(SerialTypeOid())));
	return false;
}

/* serial_in(cstring, oid, int4) -> serial.serial */
Datum
serial_in(PG_FUNCTION_ARGS)
{
	char	   *spelling = PG_GETARG_CSTRING(0);
	int32		typmod = PG_GETARG_INT32(2);
	struct Node *escontext = (struct Node *) SOFT_ERROR_CONTEXT(fcinfo);
	Serial	   *value = ValueParse(spelling, strlen(spelling), escontext);

	if (value == NULL || !check_typmod(value, typmod, escontext))
		PG_RETURN_NULL();
	PG_RETURN_SERIAL(value);
}

/* serial_out(serial.serial) -> cstring */
Datum
serial_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(ValueToCString(PG_GETARG_SERIAL_PP(0)));
}

/*
 * serial_recv(internal, oid, int4) -> serial.serial
 *
 * The wire format is one byte of format version and the packed identifier.
 * Anything but what serial_send writes is refused with 22P03.
 */
Datum
serial_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int32		typmod = PG_GETARG_INT32(2);
	int			version = pq_getmsgbyte(buf);
	int			len = buf->len - buf->cursor;
	const char *data;
	Identifier	id;
	Serial	   *value;

	if (version != PACK_FORMAT_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported version %d of the binary format of serial.serial",
						version),
				 errdetail("Expected version %d.", PACK_FORMAT_VERSION),
				 errdatatype(SerialTypeOid())));
	data = pq_getmsgbytes(buf, len);
	if (!IdentifierUnpackStrict((const unsigned char *) data, len, &id))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of serial.serial"),
				 errdetail("The %d bytes after the version are not the canonical form of a valid identifier.",
						   len),
				 errdatatype(SerialTypeOid())));
	value = ValueMake(&id);
	(void) check_typmod(value, typmod, NULL);
	PG_RETURN_SERIAL(value);
}

/* serial_send(serial.serial) -> bytea */
Datum
serial_send(PG_FUNCTION_ARGS)
{
	Serial	   *value = PG_GETARG_SERIAL_PP(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, PACK_FORMAT_VERSION);
	pq_sendbytes(&buf, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* serial.parse(text) -> serial.serial */
Datum
serial_from_text(PG_FUNCTION_ARGS)
{
	text	   *spelling = PG_GETARG_TEXT_PP(0);

	PG_RETURN_SERIAL(ValueParse(VARDATA_ANY(spelling),
								VARSIZE_ANY_EXHDR(spelling), NULL));
}

/* serial_internal.parse(character) -> serial.serial */
Datum
serial_from_bpchar(PG_FUNCTION_ARGS)
{
	BpChar	   *spelling = PG_GETARG_BPCHAR_PP(0);
	int			len = bpchartruelen(VARDATA_ANY(spelling),
									VARSIZE_ANY_EXHDR(spelling));

	PG_RETURN_SERIAL(ValueParse(VARDATA_ANY(spelling), len, NULL));
}

/* serial.try_parse(text) -> serial.serial, or NULL when it cannot be read */
Datum
serial_try_parse(PG_FUNCTION_ARGS)
{
	text	   *spelling = PG_GETARG_TEXT_PP(0);
	Identifier	id;
	Problem		problem;

	if (!SyntaxRead(VARDATA_ANY(spelling), VARSIZE_ANY_EXHDR(spelling),
					&id, &problem))
		PG_RETURN_NULL();
	PG_RETURN_SERIAL(ValueMake(&id));
}

/*
 * serial.parse(text[] or varchar[]) -> serial.serial[], of the same shape,
 * NULLs kept
 *
 * ARRAY['...', '...'] is text[] before any function sees it; the implicit
 * cast from text[] makes such literals work where identifiers are wanted.
 */
Datum
serial_from_text_array(PG_FUNCTION_ARGS)
{
	ArrayType  *spellings = PG_GETARG_ARRAYTYPE_P(0);
	Oid			element_type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int			i;

	deconstruct_array(spellings, ARR_ELEMTYPE(spellings), -1, false, TYPALIGN_INT,
					  &elements, &nulls, &n);
	for (i = 0; i < n; i++)
		if (!nulls[i])
		{
			text	   *spelling = DatumGetTextPP(elements[i]);

			elements[i] = PointerGetDatum(ValueParse(VARDATA_ANY(spelling),
													 VARSIZE_ANY_EXHDR(spelling),
													 NULL));
		}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, nulls,
											 ARR_NDIM(spellings),
											 ARR_DIMS(spellings),
											 ARR_LBOUND(spellings),
											 element_type, -1, false,
											 TYPALIGN_INT));
}

/* serial.text(serial.serial) -> text, the canonical spelling */
Datum
serial_to_text(PG_FUNCTION_ARGS)
{
	Serial	   *value = PG_GETARG_SERIAL_PP(0);
	char		spelling[SYNTAX_TEXT_MAX];
	Identifier	id;

	ValueOpen(value, &id);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(spelling,
											  SyntaxWrite(&id, spelling)));
}

/* serial_typmod_in(cstring[]) -> int4: the scheme of serial.serial(scheme) */
Datum
serial_typmod_in(PG_FUNCTION_ARGS)
{
	ArrayType  *modifiers = PG_GETARG_ARRAYTYPE_P(0);
	Datum	   *elements;
	int			n;
	const char *name;
	const Scheme *scheme;

	deconstruct_array(modifiers, CSTRINGOID, -2, false, TYPALIGN_CHAR,
					  &elements, NULL, &n);
	if (n != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("serial.serial takes one type modifier, not %d", n),
				 errdetail("Expected the name of one scheme, as in serial.serial(sgtin).")));
	name = DatumGetCString(elements[0]);
	scheme = SchemeByName(name, strlen(name));
	if (scheme == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("type modifier \"%s\" of serial.serial is not the name of a scheme",
						name),
				 errhint("serial.schemes() lists the schemes.")));
	PG_RETURN_INT32(TYPMOD_BASE + scheme->id);
}

/* serial_typmod_out(int4) -> cstring */
Datum
serial_typmod_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(psprintf("(%s)",
							   typmod_scheme(PG_GETARG_INT32(0))->name));
}

/* serial.serial(serial.serial, int4, bool): the cast that applies a modifier */
Datum
serial_enforce_typmod(PG_FUNCTION_ARGS)
{
	(void) check_typmod(PG_GETARG_SERIAL_PP(0), PG_GETARG_INT32(1), NULL);
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

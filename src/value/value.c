/*-------------------------------------------------------------------------
 *
 * value.c
 *	  Between datum and identifier.
 *
 *-------------------------------------------------------------------------
 */
#include "value/value.h"

#include "access/table.h"
#include "syntax/syntax.h"
#include "value/pack.h"
#include "value/report.h"

StaticAssertDecl(PACKED_MAX + VARHDRSZ <= VALUE_MAX,
				 "every identifier fits the buffer");
StaticAssertDecl(VALUE_MAX % MAXIMUM_ALIGNOF == 0,
				 "buffers in a row are aligned");

Serial *
ValueMake(const Identifier *id)
{
	int32		buffer[VALUE_MAX / sizeof(int32)];
	Serial	   *value;
	Size		size;

	ValueWrite(id, (Serial *) buffer);
	size = VARSIZE_ANY(buffer);
	value = palloc(size);
	memcpy(value, buffer, size);
	return value;
}

void
ValueWrite(const Identifier *id, Serial *value)
{
	size_t		n = IdentifierPack(id, (unsigned char *) VARDATA_SHORT(value));

	if (n + VARHDRSZ_SHORT <= VARATT_SHORT_MAX)
	{
		SET_VARSIZE_SHORT(value, VARHDRSZ_SHORT + n);
		return;
	}
	memmove(VARDATA(value), VARDATA_SHORT(value), n);
	SET_VARSIZE(value, VARHDRSZ + n);
}

pg_noreturn static void
report_damaged_value(const Serial *value)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored serial.serial value cannot be decoded"),
			 errdetail("Its %d bytes are not of storage format %d.",
					   (int) VARSIZE_ANY_EXHDR(value),
					   PACK_FORMAT_VERSION)));
}

void
ValueOpen(const Serial *value, Identifier *id)
{
	if (!IdentifierUnpack((const unsigned char *) VARDATA_ANY(value),
						  VARSIZE_ANY_EXHDR(value), id))
		report_damaged_value(value);
}

const Scheme *
ValueScheme(const Serial *value)
{
	const Scheme *scheme = VARSIZE_ANY_EXHDR(value) == 0 ? NULL :
	SchemeById(*(const unsigned char *) VARDATA_ANY(value));

	if (scheme == NULL)
		report_damaged_value(value);
	return scheme;
}

char *
ValueToCString(const Serial *value)
{
	Identifier	id;
	char		written[SYNTAX_TEXT_MAX];
	char	   *spelling;
	size_t		len;

	ValueOpen(value, &id);
	len = SyntaxWrite(&id, written);
	spelling = palloc(len + 1);
	memcpy(spelling, written, len);
	spelling[len] = '\0';
	return spelling;
}

Serial *
ValueParse(const char *spelling, size_t len, struct Node *escontext)
{
	Identifier	id;
	Problem		problem;

	if (SyntaxRead(spelling, len, &id, &problem))
		return ValueMake(&id);
	ReportProblem(spelling, len, &problem, escontext);
	return NULL;
}

Serial *
ValueParseColumn(const char *spelling, size_t len, Oid table,
				 const char *column)
{
	Identifier	id;
	Problem		problem;

	if (SyntaxRead(spelling, len, &id, &problem))
		return ValueMake(&id);
	ReportColumnProblem(spelling, len, &problem,
						table_open(table, AccessShareLock), column);
	return NULL;
}

Serial *
ValueTry(const char *spelling, size_t len, char **problem)
{
	Identifier	id;
	Problem		found;

	if (SyntaxRead(spelling, len, &id, &found))
		return ValueMake(&id);
	*problem = ProblemText(spelling, len, &found);
	return NULL;
}

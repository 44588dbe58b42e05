/*-------------------------------------------------------------------------
 *
 * value.c
 *	  Between datum and identifier.
 *
 *-------------------------------------------------------------------------
 */
#include "value/value.h"

#include "access/table.h"
#include "port/pg_bswap.h"
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

void
ValueOpen(const Serial *value, Identifier *id)
{
	if (!IdentifierUnpack((const unsigned char *) VARDATA_ANY(value),
						  VARSIZE_ANY_EXHDR(value), id))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("stored serial.serial value cannot be decoded"),
				 errdetail("Its %d bytes are not of storage format %d.",
						   (int) VARSIZE_ANY_EXHDR(value),
						   PACK_FORMAT_VERSION)));
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

/*
 * Eight bytes as a number that sorts as they do.
 */
static inline uint64
load(const char *bytes)
{
	uint64		number;

	memcpy(&number, bytes, sizeof(number));
	return pg_ntoh64(number);
}

/*
 * Most identifiers are as long as their neighbours and of 8 to 16 bytes: two
 * loads, which may overlap, then compare them faster than memcmp is called.
 */
int
ValueCompare(const Serial *a, const Serial *b)
{
	const char *a_data = VARDATA_ANY(a);
	const char *b_data = VARDATA_ANY(b);
	size_t		a_len = VARSIZE_ANY_EXHDR(a);
	size_t		b_len = VARSIZE_ANY_EXHDR(b);
	int			order;

	if (a_len == b_len && a_len >= 8 && a_len <= 16)
	{
		uint64		a_bytes = load(a_data);
		uint64		b_bytes = load(b_data);

		if (a_bytes == b_bytes)
		{
			a_bytes = load(a_data + a_len - 8);
			b_bytes = load(b_data + b_len - 8);
		}
		return a_bytes < b_bytes ? -1 : a_bytes > b_bytes;
	}
	order = memcmp(a_data, b_data, Min(a_len, b_len));
	if (order != 0)
		return order;
	return a_len < b_len ? -1 : a_len > b_len;
}

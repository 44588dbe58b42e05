/*-------------------------------------------------------------------------
 *
 * issue.c
 *	  What SQL calls to issue numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "funcapi.h"
#include "issue/pool.h"
#include "miscadmin.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(serial_issue);
PG_FUNCTION_INFO_V1(serial_issue_many);
PG_FUNCTION_INFO_V1(serial_pool_identifier);
PG_FUNCTION_INFO_V1(serial_pool_length);
PG_FUNCTION_INFO_V1(serial_pool_prefix);

/* serial.issue(pool text) -> serial.serial */
Datum
serial_issue(PG_FUNCTION_ARGS)
{
	Pool		pool;

	PoolOpen(&pool, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_SERIAL(PoolIdentifier(&pool, PoolNextOrdinal(&pool)));
}

/* serial.issue(pool text, n bigint) -> setof serial.serial */
Datum
serial_issue_many(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		n = PG_GETARG_INT64(1);
	Pool		pool;
	int64		i;

	PoolOpen(&pool, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (n < 1 || n > pool.capacity)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot issue %lld numbers from pool \"%s\"",
						(long long) n, NameStr(pool.name)),
				 errdetail("Expected a count from 1 to the pool's capacity of %lld.",
						   (long long) pool.capacity)));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (i = 0; i < n; i++)
	{
		bool		isnull = false;
		Serial	   *value = PoolIdentifier(&pool, PoolNextOrdinal(&pool));
		Datum		datum = PointerGetDatum(value);

		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(result->setResult, result->setDesc, &datum,
							 &isnull);
		pfree(value);
	}
	return (Datum) 0;
}

static const Scheme *
scheme_argument(text *name)
{
	const Scheme *scheme = SchemeByName(VARDATA_ANY(name),
										VARSIZE_ANY_EXHDR(name));

	if (scheme == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a scheme",
						text_to_cstring(name))));
	return scheme;
}

/*
 * serial.pool_identifier(scheme text, prefix text, length int, ordinal bigint)
 *
 * What a pool of this description would issue; errors if it would not be a
 * valid identifier.  create_pool asks before it makes the pool.
 */
Datum
serial_pool_identifier(PG_FUNCTION_ARGS)
{
	char	   *prefix = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Pool		pool;
	Serial	   *value;
	Problem		problem;

	TemplateInit(&pool.template, scheme_argument(PG_GETARG_TEXT_PP(0)),
				 prefix, PG_GETARG_INT32(2));
	value = PoolIdentifier(&pool, PG_GETARG_INT64(3));
	if (!IdentifierCheck(&pool.template.id, &problem))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("prefix \"%s\" does not begin identifiers of scheme \"%s\"",
						prefix, pool.template.id.scheme->name),
				 errdetail("At position %d of the %s, expected %s.",
						   (int) problem.index + 1,
						   problem.component == COMPONENT_KEY ? "key" : "number",
						   problem.expected)));
	PG_RETURN_SERIAL(value);
}

/* serial.pool_length(scheme text, prefix text) -> int: the default */
Datum
serial_pool_length(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(TemplateDefaultLength(scheme_argument(PG_GETARG_TEXT_PP(0)),
										  text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

/*
 * serial.pool_prefix(scheme text, prefix text) -> text: with the joint behind
 * a whole key, so that the prefixes of two pools compare as beginnings
 */
Datum
serial_pool_prefix(PG_FUNCTION_ARGS)
{
	const Scheme *scheme = scheme_argument(PG_GETARG_TEXT_PP(0));
	char	   *prefix = text_to_cstring(PG_GETARG_TEXT_PP(1));

	if (scheme->number.max > 0 && scheme->joint != '\0' &&
		strlen(prefix) == scheme->key.max)
		prefix = psprintf("%s%c", prefix, scheme->joint);
	PG_RETURN_TEXT_P(cstring_to_text(prefix));
}

/*-------------------------------------------------------------------------
 *
 * event_hash.c
 *	  The event hash id of CBV 2.0: the SHA-256 of the pre-hash string of an event.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <openssl/evp.h>

#include "compat.h"
#include "fmgr.h"
#include "interchange/event_prehash.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(serial_event_prehash);
PG_FUNCTION_INFO_V1(serial_event_hash);

#define SHA256_BYTES	32

static char *
prehash_of_arguments(FunctionCallInfo fcinfo)
{
	return EventPrehash(PG_GETARG_JSONB_P(0),
						PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1));
}

/*
 * serial.event_prehash(event jsonb, context jsonb) -> text
 */
Datum
serial_event_prehash(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(prehash_of_arguments(fcinfo)));
}

static void
sha256(const char *content, size_t len, unsigned char *digest)
{
	if (EVP_Digest(content, len, digest, NULL, EVP_sha256(), NULL) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not compute SHA-256")));
}

/*
 * serial.event_hash(event jsonb, context jsonb) -> text
 */
Datum
serial_event_hash(PG_FUNCTION_ARGS)
{
	unsigned char digest[SHA256_BYTES];
	char		hex[SHA256_BYTES * 2 + 1];
	char	   *content;
	char	   *utf8;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	content = prehash_of_arguments(fcinfo);
	utf8 = pg_server_to_any(content, strlen(content), PG_UTF8);
	sha256(utf8, strlen(utf8), digest);
	hex[hex_encode((char *) digest, SHA256_BYTES, hex)] = '\0';
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("ni:///sha-256;%s?ver=CBV2.0", hex)));
}

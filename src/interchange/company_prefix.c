/*-------------------------------------------------------------------------
 *
 * company_prefix.c
 *	  Lengths of company prefixes, for EPC URIs.
 *
 * A document has many identifiers and few company prefixes, which are looked up
 * once each.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "interchange/company_prefix.h"
#include "value/value.h"

/* an extension or indicator digit, and the longest company prefix */
#define PREFIX_WITHIN 13

/*
 * The length of a company prefix depends on these.
 */
typedef struct PrefixKey
{
	const Scheme *scheme;
	char		digits[PREFIX_WITHIN];	/* of the key, and zeros */
} PrefixKey;

typedef struct KnownPrefix
{
	PrefixKey	key;
	int			length;
} KnownPrefix;

static SavedPlan select_length = {
	"SELECT serial_internal.company_prefix_length($1)",
	1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

static int
look_up_length(const Identifier *id)
{
	Datum		value = PointerGetDatum(ValueMake(id));
	bool		is_unknown;
	Datum		length = SavedPlanValue(&select_length, &value, NULL, &is_unknown);

	return is_unknown ? 0 : DatumGetInt32(length);
}

static CompanyPrefixes
make_table(void)
{
	HASHCTL		control = {
		.keysize = sizeof(PrefixKey),
		.entrysize = sizeof(KnownPrefix),
		.hcxt = CurrentMemoryContext
	};

	return hash_create("company prefixes", 32, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

int
CompanyPrefixLength(CompanyPrefixes *known, const Identifier *id)
{
	KnownPrefix *prefix;
	PrefixKey	key;
	bool		is_known;

	memset(&key, 0, sizeof(key));
	key.scheme = id->scheme;
	memcpy(key.digits, id->key, Min(id->key_len, PREFIX_WITHIN));
	if (*known == NULL)
		*known = make_table();
	prefix = hash_search(*known, &key, HASH_ENTER, &is_known);
	if (!is_known)
		prefix->length = look_up_length(id);
	return prefix->length;
}

/*-------------------------------------------------------------------------
 *
 * key.c
 *	  The keys of random pools.
 *
 * A key is never part of an SQL statement.  Rows of the table are written and
 * read without the executor, so that no key appears in logs or in
 * pg_stat_statements.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/serial_catalog.h"
#include "common/string.h"
#include "issue/issue.h"
#include "issue/key.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/rel.h"

/* a master key is written as this many hexadecimal digits */
#define MASTER_HEX	(2 * FF1_KEY_BYTES)

/* master keys in the file: the current one and older ones */
#define MASTERS_MAX 64

static char *master_key_file = NULL;

typedef struct MasterKeys
{
	int			n;
	unsigned char keys[MASTERS_MAX][FF1_KEY_BYTES];
} MasterKeys;

void
IssueDefineSettings(void)
{
	DefineCustomStringVariable("serial.master_key_file",
							   "File of the master keys that keys of random pools are derived from.",
							   "One key of 64 hexadecimal digits a line; new pools use the first. Empty: keys of pools are random and stored in the database.",
							   &master_key_file,
							   "",
							   PGC_SUSET,
							   GUC_SUPERUSER_ONLY,
							   NULL, NULL, NULL);
}

/*
 * HKDF (RFC 5869) with SHA-256.
 */
static void
key_derive(const unsigned char *master, const char *info, unsigned char *out,
		   size_t out_bytes)
{
	EVP_KDF    *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	OSSL_PARAM	params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, "SHA256", 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
										  unconstify(unsigned char *, master),
										  FF1_KEY_BYTES),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
										  unconstify(char *, info),
										  strlen(info)),
		OSSL_PARAM_construct_end()
	};
	bool		ok = context != NULL &&
	EVP_KDF_derive(context, out, out_bytes, params) == 1;

	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	if (!ok)
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("OpenSSL could not derive a key")));
}

static void
master_key_fingerprint(const unsigned char *master, unsigned char *fingerprint)
{
	key_derive(master, "serial master key fingerprint", fingerprint,
			   FINGERPRINT_BYTES);
}

/*
 * Reports an invalid line without showing it, since it may hold a key.
 */
static void
report_bad_master_line(FILE *file, MasterKeys *masters, int line)
{
	OPENSSL_cleanse(masters, sizeof(MasterKeys));
	FreeFile(file);
	ereport(ERROR,
			(errcode(ERRCODE_CONFIG_FILE_ERROR),
			 errmsg("line %d of serial.master_key_file is not a master key",
					line),
			 errdetail("A line contains %d hexadecimal digits, a comment after \"#\", or nothing, and a file at most %d keys.",
					   MASTER_HEX, MASTERS_MAX)));
}

static bool
parse_master_key(const char *digits, unsigned char *key)
{
	int			i;

	for (i = 0; i < FF1_KEY_BYTES; i++)
	{
		unsigned	byte;

		if (!isxdigit((unsigned char) digits[2 * i]) ||
			!isxdigit((unsigned char) digits[2 * i + 1]) ||
			sscanf(digits + 2 * i, "%2x", &byte) != 1)
			return false;
		key[i] = byte;
	}
	digits += MASTER_HEX;
	digits += strspn(digits, " \t\r\n");
	return *digits == '\0' || *digits == '#';
}

/*
 * The path of the file, as the detail of an error: for superusers and for the
 * server's log.
 */
static int
master_key_file_detail(void)
{
	if (superuser_arg(GetOuterUserId()))
		return errdetail("The file is \"%s\".", master_key_file);
	return errdetail_log("The file is \"%s\".", master_key_file);
}

/*
 * The file must be one that nobody but the server can read or replace.  It is
 * looked at before it is opened as well, since to open a pipe would wait.
 */
static void
master_key_file_check(int result, const struct stat *status)
{
	if (result != 0)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("could not access serial.master_key_file: %m"),
				 master_key_file_detail()));
	if (!S_ISREG(status->st_mode))
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("serial.master_key_file is not a regular file"),
				 master_key_file_detail()));
	if (status->st_uid != geteuid())
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("serial.master_key_file is not owned by the user that the server runs as"),
				 master_key_file_detail()));
	if ((status->st_mode & (S_IXUSR | S_IRWXG | S_IRWXO)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("serial.master_key_file has too many permissions"),
				 master_key_file_detail(),
				 errhint("Permissions must be u=rw (0600) or less.")));
}

static FILE *
master_key_file_open(void)
{
	struct stat status;
	FILE	   *file;

	master_key_file_check(lstat(master_key_file, &status), &status);
	file = AllocateFile(master_key_file, PG_BINARY_R);
	if (file == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("could not open serial.master_key_file: %m"),
				 master_key_file_detail()));
	master_key_file_check(fstat(fileno(file), &status), &status);
	return file;
}

static void
read_master_keys(MasterKeys *masters)
{
	FILE	   *file = master_key_file_open();
	StringInfoData buffer;
	int			line = 0;

	masters->n = 0;
	initStringInfo(&buffer);
	while (pg_get_line_buf(file, &buffer))
	{
		const char *start = buffer.data + strspn(buffer.data, " \t\r\n");
		bool		ok = true;

		line++;
		if (*start != '\0' && *start != '#')
			ok = masters->n < MASTERS_MAX &&
				parse_master_key(start, masters->keys[masters->n++]);
		OPENSSL_cleanse(buffer.data, buffer.maxlen);
		if (!ok)
			report_bad_master_line(file, masters, line);
	}
	pfree(buffer.data);
	FreeFile(file);
}

static bool
has_master_key_file(void)
{
	return master_key_file != NULL && master_key_file[0] != '\0';
}

bool
KeyMasterFingerprint(unsigned char *fingerprint)
{
	MasterKeys	masters;
	int			n;

	if (!has_master_key_file())
		return false;
	read_master_keys(&masters);
	n = masters.n;
	if (n > 0)
		master_key_fingerprint(masters.keys[0], fingerprint);
	OPENSSL_cleanse(&masters, sizeof(masters));
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("serial.master_key_file contains no key"),
				 master_key_file_detail()));
	return true;
}

/*
 * Derives the key of a pool from the master key that has the fingerprint.
 */
static void
key_open_derived(const char *name, const char *description,
				 const unsigned char *fingerprint, unsigned char *key)
{
	MasterKeys	masters;
	bool		found = false;
	int			i;

	masters.n = 0;
	if (has_master_key_file())
		read_master_keys(&masters);
	for (i = 0; i < masters.n && !found; i++)
	{
		unsigned char candidate[FINGERPRINT_BYTES];

		master_key_fingerprint(masters.keys[i], candidate);
		found = CRYPTO_memcmp(candidate, fingerprint, FINGERPRINT_BYTES) == 0;
		if (found)
			key_derive(masters.keys[i], description, key, FF1_KEY_BYTES);
	}
	OPENSSL_cleanse(&masters, sizeof(masters));
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("the master key of pool \"%s\" is missing", name),
				 errdetail("serial.master_key_file does not contain the master key that the pool was created with."),
				 errhint("Add it to the file again, in any line.")));
}

void
KeyCreate(int32 pool)
{
	Relation	rel = table_open(CatalogTableOid("pool_key"), RowExclusiveLock);
	bytea	   *key = palloc(VARHDRSZ + FF1_KEY_BYTES);
	Datum		values[POOL_KEY_COLUMNS];
	bool		nulls[POOL_KEY_COLUMNS] = {false};
	HeapTuple	tuple;

	SET_VARSIZE(key, VARHDRSZ + FF1_KEY_BYTES);
	if (!pg_strong_random(VARDATA(key), FF1_KEY_BYTES))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate a random key")));
	values[POOL_KEY_POOL] = Int32GetDatum(pool);
	values[POOL_KEY_KEY] = PointerGetDatum(key);
	tuple = heap_form_tuple(RelationGetDescr(rel), values, nulls);
	CatalogTupleInsert(rel, tuple);
	OPENSSL_cleanse(VARDATA(key), FF1_KEY_BYTES);
	OPENSSL_cleanse(tuple->t_data, tuple->t_len);
	table_close(rel, RowExclusiveLock);
}

static void
key_open_stored(int32 pool, const char *name, unsigned char *key)
{
	Relation	rel = table_open(CatalogTableOid("pool_key"), AccessShareLock);
	Oid			index = CatalogIndexOid(CATALOG_POOL_KEY_BY_POOL);
	ScanKeyData scan_key;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found = false;

	ScanKeyInit(&scan_key, COLUMN_ATTNUM(POOL_KEY_POOL), BTEqualStrategyNumber,
				F_INT4EQ, Int32GetDatum(pool));
	scan = systable_beginscan(rel, index, OidIsValid(index), NULL, 1, &scan_key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;
		bytea	   *stored = DatumGetByteaPP(heap_getattr(tuple, COLUMN_ATTNUM(POOL_KEY_KEY),
														  RelationGetDescr(rel),
														  &isnull));

		found = !isnull && VARSIZE_ANY_EXHDR(stored) == FF1_KEY_BYTES;
		if (found)
			memcpy(key, VARDATA_ANY(stored), FF1_KEY_BYTES);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("the key of pool \"%s\" is missing", name),
				 errdetail("serial.pool_key has no valid row for it.")));
}

void
KeyOpen(int32 pool, const char *name, const char *description,
		const unsigned char *fingerprint, unsigned char *key)
{
	if (fingerprint != NULL)
		key_open_derived(name, description, fingerprint, key);
	else
		key_open_stored(pool, name, key);
}

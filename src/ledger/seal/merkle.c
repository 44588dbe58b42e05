/*-------------------------------------------------------------------------
 *
 * merkle.c
 *	  Merkle trees over events, as RFC 6962 (Certificate Transparency) builds
 *	  them: a leaf is SHA-256(0x00 content), a node SHA-256(0x01 left right),
 *	  and of n leaves the left branch has the greatest power of two below n.
 *
 * Leaves come as one string of entries: the event's number, 8 bytes, and the
 * digest of its leaf, 32 bytes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <openssl/evp.h>

#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/seal/merkle.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_merkle_root);
PG_FUNCTION_INFO_V1(serial_merkle_path);
PG_FUNCTION_INFO_V1(serial_seal_leaves);

#define HASH_SIZE	32
#define ENTRY_SIZE	(8 + HASH_SIZE)

typedef struct MerkleTree
{
	const char *entries;
	int64		n;
	EVP_MD_CTX *context;
	MemoryContextCallback *callback;	/* frees it after an error */
} MerkleTree;

static void
sha256_failed(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INTERNAL_ERROR),
			 errmsg("could not compute SHA-256")));
}

bytea *
MerkleLeaf(const char *content, Size len)
{
	static const unsigned char prefix = 0x00;
	bytea	   *leaf = palloc(VARHDRSZ + HASH_SIZE);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool		done = context != NULL &&
	EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
	EVP_DigestUpdate(context, &prefix, 1) == 1 &&
	EVP_DigestUpdate(context, content, len) == 1 &&
	EVP_DigestFinal_ex(context, (unsigned char *) VARDATA(leaf), NULL) == 1;

	EVP_MD_CTX_free(context);
	if (!done)
		sha256_failed();
	SET_VARSIZE(leaf, VARHDRSZ + HASH_SIZE);
	return leaf;
}

static void
free_digest_context(void *context)
{
	EVP_MD_CTX_free(context);
}

static void
open_tree(MerkleTree *tree, bytea *entries)
{
	Size		size = VARSIZE_ANY_EXHDR(entries);

	if (size % ENTRY_SIZE != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("leaves of %zu bytes are no entries of %d bytes each",
						size, ENTRY_SIZE)));
	tree->entries = VARDATA_ANY(entries);
	tree->n = size / ENTRY_SIZE;
	tree->callback = palloc0(sizeof(MemoryContextCallback));
	tree->context = EVP_MD_CTX_new();
	if (tree->context == NULL)
		sha256_failed();
	tree->callback->func = free_digest_context;
	tree->callback->arg = tree->context;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, tree->callback);
}

static void
close_tree(MerkleTree *tree)
{
	tree->callback->arg = NULL;
	EVP_MD_CTX_free(tree->context);
}

static const unsigned char *
leaf(const MerkleTree *tree, int64 i)
{
	return (const unsigned char *) tree->entries + i * ENTRY_SIZE + 8;
}

static void
hash_node(const MerkleTree *tree, const unsigned char *left,
		  const unsigned char *right, unsigned char *node)
{
	static const unsigned char prefix = 0x01;

	if (EVP_DigestInit_ex(tree->context, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(tree->context, &prefix, 1) != 1 ||
		EVP_DigestUpdate(tree->context, left, HASH_SIZE) != 1 ||
		EVP_DigestUpdate(tree->context, right, HASH_SIZE) != 1 ||
		EVP_DigestFinal_ex(tree->context, node, NULL) != 1)
		sha256_failed();
}

/* the greatest power of two below n */
static int64
left_size(int64 n)
{
	int64		size = 1;

	while (size * 2 < n)
		size *= 2;
	return size;
}

/*
 * The root of n leaves from one on.  Its depth is the logarithm of n.
 */
static void
root_of(const MerkleTree *tree, int64 from, int64 n, unsigned char *root)
{
	unsigned char left[HASH_SIZE],
				right[HASH_SIZE];
	int64		size;

	if (n == 1)
	{
		memcpy(root, leaf(tree, from), HASH_SIZE);
		return;
	}
	CHECK_FOR_INTERRUPTS();
	size = left_size(n);
	root_of(tree, from, size, left);
	root_of(tree, from + size, n - size, right);
	hash_node(tree, left, right, root);
}

static bytea *
make_bytea(const void *data, Size size)
{
	bytea	   *result = palloc(VARHDRSZ + size);

	SET_VARSIZE(result, VARHDRSZ + size);
	memcpy(VARDATA(result), data, size);
	return result;
}

/*
 * serial.merkle_root(leaves bytea) -> bytea
 */
Datum
serial_merkle_root(PG_FUNCTION_ARGS)
{
	MerkleTree	tree;
	unsigned char root[HASH_SIZE];

	open_tree(&tree, PG_GETARG_BYTEA_PP(0));
	if (tree.n == 0)
		PG_RETURN_NULL();
	root_of(&tree, 0, tree.n, root);
	close_tree(&tree);
	PG_RETURN_BYTEA_P(make_bytea(root, HASH_SIZE));
}

/*
 * A step of a path: "L" or "R", where the other branch is, and its root.
 */
static Datum
make_step(char side, const unsigned char *root)
{
	char		step[1 + 2 * HASH_SIZE + 1];

	step[0] = side;
	hex_encode((const char *) root, HASH_SIZE, step + 1);
	step[1 + 2 * HASH_SIZE] = '\0';
	return CStringGetTextDatum(step);
}

/*
 * The steps from a leaf, counted from those at hand, to the root.
 */
static void
collect_path(const MerkleTree *tree, int64 from, int64 n, int64 wanted, Datum *steps,
			 int *n_steps)
{
	unsigned char other[HASH_SIZE];
	int64		size;

	if (n == 1)
		return;
	size = left_size(n);
	if (wanted < size)
	{
		collect_path(tree, from, size, wanted, steps, n_steps);
		root_of(tree, from + size, n - size, other);
		steps[(*n_steps)++] = make_step('R', other);
	}
	else
	{
		collect_path(tree, from + size, n - size, wanted - size, steps, n_steps);
		root_of(tree, from, size, other);
		steps[(*n_steps)++] = make_step('L', other);
	}
}

static int64
event_number(const MerkleTree *tree, int64 i)
{
	uint64		number;

	memcpy(&number, tree->entries + i * ENTRY_SIZE, sizeof(number));
	return (int64) pg_ntoh64(number);
}

/*
 * serial.merkle_path(leaves bytea, event bigint) -> text[]
 */
Datum
serial_merkle_path(PG_FUNCTION_ARGS)
{
	MerkleTree	tree;
	int64		event = PG_GETARG_INT64(1);
	Datum		steps[64];
	int			n_steps = 0;
	int64		i;

	open_tree(&tree, PG_GETARG_BYTEA_PP(0));
	for (i = 0; i < tree.n && event_number(&tree, i) != event; i++)
		CHECK_FOR_INTERRUPTS();
	if (i == tree.n)
	{
		close_tree(&tree);
		PG_RETURN_NULL();
	}
	collect_path(&tree, 0, tree.n, i, steps, &n_steps);
	close_tree(&tree);
	PG_RETURN_ARRAYTYPE_P(construct_array(steps, n_steps, TEXTOID, -1, false,
										  TYPALIGN_INT));
}

/*
 * serial_internal.seal_leaves(leaves bytea) -> table (event bigint, digest bytea)
 */
Datum
serial_seal_leaves(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MerkleTree	tree;
	int64		i;

	InitMaterializedSRF(fcinfo, 0);
	open_tree(&tree, PG_GETARG_BYTEA_PP(0));
	for (i = 0; i < tree.n; i++)
	{
		Datum		values[] = {Int64GetDatum(event_number(&tree, i)),
		PointerGetDatum(make_bytea(leaf(&tree, i), HASH_SIZE))};
		bool		nulls[] = {false, false};

		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(DatumGetPointer(values[1]));
	}
	close_tree(&tree);
	return (Datum) 0;
}

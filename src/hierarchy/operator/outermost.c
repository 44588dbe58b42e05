/*-------------------------------------------------------------------------
 *
 * outermost.c
 *	  The container around everything around a thing.
 *
 * Asked row by row, most often of many things in few containers: for each
 * container that a thing is directly in, the answer is remembered.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "fmgr.h"
#include "hierarchy/operator/call_cache.h"
#include "hierarchy/walk/walk.h"
#include "miscadmin.h"

PG_FUNCTION_INFO_V1(serial_outermost);

typedef struct Around
{
	Serial	   *container;
	Serial	   *outermost;
	char		status;
} Around;

#define SH_PREFIX		around
#define SH_ELEMENT_TYPE	Around
#define SH_KEY_TYPE		Serial *
#define SH_KEY			container
#define SH_HASH_KEY(table, key) \
	hash_bytes((const unsigned char *) VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key))
#define SH_EQUAL(table, a, b)	ValueEqual(a, b)
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct OutermostMemo
{
	CallCache		memo;
	around_hash *known;
} OutermostMemo;

static Serial *
climb_out_of(LinkReader *reader, Serial *container)
{
	Serial	   *outermost = container;
	Ascent		climb;

	AscendBegin(&climb, reader, container);
	while (AscendNext(&climb) != NULL)
		outermost = climb.at;
	return outermost;
}

static bool
has_room(const OutermostMemo *memo)
{
	return memo->known->members <
		get_hash_memory_limit() / (sizeof(Around) + 64);
}

static void
remember(OutermostMemo *memo, Serial *container, Serial *outermost)
{
	MemoryContext caller = MemoryContextSwitchTo(memo->memo.memory);
	bool		found;
	Around	   *around = around_insert(memo->known, SerialCopy(container),
									   &found);

	around->outermost = SerialCopy(outermost);
	MemoryContextSwitchTo(caller);
}

/*
 * What is around a container, the container itself if nothing is.
 */
static Serial *
around_container(FunctionCallInfo fcinfo, LinkReader *reader,
				 Serial *container)
{
	OutermostMemo *memo = CallCacheOpen(fcinfo, sizeof(OutermostMemo));
	Around	   *around;
	Serial	   *outermost;

	if (memo->known == NULL)
		memo->known = around_create(memo->memo.memory, 64, NULL);
	around = around_lookup(memo->known, container);
	if (around != NULL)
		return around->outermost;
	outermost = climb_out_of(reader, container);
	if (has_room(memo))
		remember(memo, container, outermost);
	return outermost;
}

/*
 * serial.outermost(item serial.serial) -> serial.serial
 */
Datum
serial_outermost(PG_FUNCTION_ARGS)
{
	Serial	   *item = PG_GETARG_SERIAL_PP(0);
	LinkReader *reader = LinksOpen(LINKS_NOW);
	Serial	   *outermost = reader->parent(reader, item);

	if (outermost == NULL)
		outermost = item;
	else
		outermost = reader->sees_all ?
			around_container(fcinfo, reader, outermost) :
			climb_out_of(reader, outermost);
	reader->close(reader);
	PG_RETURN_SERIAL(SerialCopy(outermost));
}

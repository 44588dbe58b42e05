/*-------------------------------------------------------------------------
 *
 * allocate.c
 *	  Ordinals out of a sequence, one or many at once.
 *
 * One is nextval's business.  Many at once have no call of their own, so the
 * sequence is read and set, under a lock that keeps other drawers out: shared
 * by those who take one, exclusive for those who take many.  Nothing of this
 * is undone by a rollback.
 *
 * A number that a client has seen must not come back after a crash.  What the
 * sequence's page says is in the WAL before a number is returned; since the
 * WAL of a sequence is written ahead, 32 numbers at a time, that is mostly
 * done already.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "commands/sequence.h"
#include "issue/allocate.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lock.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

/* advisory locks of users have 1 or 2 here */
#define DRAW_LOCK_KIND 3

typedef struct SequenceState
{
	int64		last_value;
	bool		is_called;		/* false: last_value has not been drawn */
	XLogRecPtr	written_at;		/* WAL that says so */
	Oid			owner;
} SequenceState;

static void
read_sequence(Relation rel, SequenceState *state)
{
	Buffer		buffer = ReadBuffer(rel, 0);
	Page		page;
	ItemId		item;
	Form_pg_sequence_data data;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	page = BufferGetPage(buffer);
	item = PageGetItemId(page, FirstOffsetNumber);
	data = (Form_pg_sequence_data) GETSTRUCT(&(HeapTupleData)
											 {
											 .t_data = (HeapTupleHeader) PageGetItem(page, item)
											 });
	state->last_value = data->last_value;
	state->is_called = data->is_called;
	state->written_at = PageGetLSN(page);
	state->owner = rel->rd_rel->relowner;
	UnlockReleaseBuffer(buffer);
}

int64
LastAllocated(Oid sequence, int64 lowest)
{
	Relation	rel = relation_open(sequence, AccessShareLock);
	SequenceState state;

	read_sequence(rel, &state);
	/* not held to the transaction's end: there may be thousands of leases */
	relation_close(rel, AccessShareLock);
	return state.is_called ? state.last_value : lowest - 1;
}

bool
SequenceIsProvisional(Oid sequence)
{
	Relation	rel;
	bool		made_here;

	/* nothing has been made by a transaction that has no id */
	if (!TransactionIdIsValid(GetTopTransactionIdIfAny()))
		return false;
	rel = relation_open(sequence, AccessShareLock);
	made_here = rel->rd_createSubid != InvalidSubTransactionId;

	relation_close(rel, AccessShareLock);
	return made_here;
}

/*
 * Makes what the sequence says survive a crash.
 */
static void
flush_sequence(Relation rel)
{
	SequenceState state;

	read_sequence(rel, &state);
	XLogFlush(state.written_at);
}

static void
lock_sequence(Oid sequence, LOCKMODE mode, LOCKTAG *tag)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, sequence, 0, DRAW_LOCK_KIND);
	(void) LockAcquire(tag, mode, false, false);
}

/*
 * setval asks for rights on the sequence, which nobody has but its owner.
 */
static void
set_sequence(Oid sequence, int64 value, Oid owner)
{
	Oid			user;
	int			context;

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(owner, context | SECURITY_LOCAL_USERID_CHANGE);
	(void) OidFunctionCall2(F_SETVAL_REGCLASS_INT8,
							ObjectIdGetDatum(sequence), Int64GetDatum(value));
	SetUserIdAndSecContext(user, context);
}

/*
 * The sequence ends at the highest ordinal by itself.  Its error is taken for
 * an answer; whoever called must then raise one of its own, for what nextval
 * held when it failed is only let go when the transaction aborts.
 */
static bool
draw_one(Oid sequence, int64 *first)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool left = true;
	LOCKTAG		tag;

	lock_sequence(sequence, ShareLock, &tag);
	PG_TRY();
	{
		*first = nextval_internal(sequence, false);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		if (geterrcode() != ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED)
			PG_RE_THROW();
		FlushErrorState();
		left = false;
	}
	PG_END_TRY();
	if (left)
		(void) LockRelease(&tag, ShareLock, false);
	return left;
}

static bool
draw_many(Relation rel, int64 lowest, int64 highest, int64 n, int64 *first)
{
	Oid			sequence = RelationGetRelid(rel);
	SequenceState state;
	LOCKTAG		tag;
	bool		left;

	lock_sequence(sequence, ExclusiveLock, &tag);
	read_sequence(rel, &state);
	*first = state.is_called ? state.last_value + 1 : lowest;
	left = n <= highest - *first + 1;
	if (left)
		set_sequence(sequence, *first + n - 1, state.owner);
	(void) LockRelease(&tag, ExclusiveLock, false);
	return left;
}

bool
AllocateOrdinals(Oid sequence, int64 lowest, int64 highest, int64 n, int64 *first)
{
	Relation	rel = relation_open(sequence, AccessShareLock);
	bool		left;

	if (n == 1)
		left = draw_one(sequence, first);
	else
		left = draw_many(rel, lowest, highest, n, first);
	if (left)
		flush_sequence(rel);
	relation_close(rel, AccessShareLock);
	return left;
}

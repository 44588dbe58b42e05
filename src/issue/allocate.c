/*-------------------------------------------------------------------------
 *
 * allocate.c
 *	  Allocate ordinals from a sequence, one or many at once.
 *
 * One ordinal is allocated by nextval.  PostgreSQL has no call that allocates
 * several, so the sequence is read and set under a lock: sessions that
 * allocate one share it, a session that allocates several holds it alone.  A
 * rollback undoes nothing of this.
 *
 * A number that a client has seen must not be allocated again after a crash.
 * So the WAL up to the last change of the sequence's page is flushed before a
 * number is returned.  A sequence logs 32 values ahead, so mostly that has
 * been done already.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_class.h"
#include "catalog/serial_catalog.h"
#include "commands/sequence.h"
#include "issue/allocate.h"
#include "issue/issue.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lock.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

/*
 * Fourth field of the lock tag.  The advisory locks that users can take have 1
 * or 2 there, so no user can block the allocation of numbers.
 */
#define ALLOCATION_LOCK_CLASS 3

typedef struct SequenceState
{
	int64		last_value;
	bool		is_called;		/* false: last_value has not been allocated */
	XLogRecPtr	lsn;			/* of the last change of the page */
} SequenceState;

static void
sequence_read(Relation rel, SequenceState *state)
{
	Buffer		buffer = ReadBuffer(rel, 0);
	Page		page;
	ItemId		item;
	HeapTupleData tuple;
	Form_pg_sequence_data data;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	page = BufferGetPage(buffer);
	item = PageGetItemId(page, FirstOffsetNumber);
	tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
	data = (Form_pg_sequence_data) GETSTRUCT(&tuple);
	state->last_value = data->last_value;
	state->is_called = data->is_called;
	state->lsn = PageGetLSN(page);
	UnlockReleaseBuffer(buffer);
}

int64
LastAllocated(Oid sequence, int64 lowest, int64 highest)
{
	Relation	rel = relation_open(sequence, AccessShareLock);
	SequenceState state;

	if (rel->rd_rel->relkind != RELKIND_SEQUENCE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a sequence",
						RelationGetRelationName(rel))));
	sequence_read(rel, &state);
	/* released at once: there may be thousands of leases */
	relation_close(rel, AccessShareLock);
	return state.is_called ? Min(state.last_value, highest) : lowest - 1;
}

bool
SequenceIsProvisional(Oid sequence)
{
	Relation	rel;
	bool		is_new;

	/* a transaction without an ID has created nothing */
	if (!TransactionIdIsValid(GetTopTransactionIdIfAny()))
		return false;
	rel = relation_open(sequence, AccessShareLock);
	is_new = rel->rd_createSubid != InvalidSubTransactionId;

	relation_close(rel, AccessShareLock);
	return is_new;
}

/*
 * Makes the state of the sequence survive a crash.
 */
static void
sequence_flush(Relation rel)
{
	SequenceState state;

	sequence_read(rel, &state);
	XLogFlush(state.lsn);
}

static void
sequence_lock(Oid sequence, LOCKMODE mode, LOCKTAG *tag)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, sequence, 0, ALLOCATION_LOCK_CLASS);
	(void) LockAcquire(tag, mode, false, false);
}

/*
 * setval requires a right on the sequence, which only its owner has.
 */
static void
sequence_set(Oid sequence, int64 value)
{
	SavedUser	user;

	SwitchToTableOwner(sequence, 0, &user);
	(void) OidFunctionCall2(F_SETVAL_REGCLASS_INT8,
							ObjectIdGetDatum(sequence), Int64GetDatum(value));
	RestoreUser(&user);
}

/*
 * Sequences have no MAXVALUE, which every user could read, so the end is
 * checked here.  Sessions that allocate the last ordinals at the same time may
 * move the sequence beyond it, which LastAllocated corrects.
 *
 * False also if the ordinal that the sequence gives may not be issued.
 */
static bool
allocate_one(Relation rel, int64 highest, IssuableOrdinals *issuable,
			 int64 *first)
{
	Oid			sequence = RelationGetRelid(rel);
	SequenceState state;
	LOCKTAG		tag;
	bool		done = false;

	sequence_lock(sequence, ShareLock, &tag);
	sequence_read(rel, &state);
	if (!state.is_called || state.last_value < highest)
	{
		*first = nextval_internal(sequence, false);
		done = *first <= highest &&
			IssuableOrdinalsNext(issuable, *first) == *first;
	}
	(void) LockRelease(&tag, ShareLock, false);
	return done;
}

static bool
allocate_many(Relation rel, int64 lowest, int64 highest, int64 n,
			  IssuableOrdinals *issuable, int64 *first, int64 *last)
{
	Oid			sequence = RelationGetRelid(rel);
	SequenceState state;
	LOCKTAG		tag;
	bool		done;

	sequence_lock(sequence, ExclusiveLock, &tag);
	/* numbers may have been reserved until the lock was granted */
	IssuableOrdinalsInit(issuable, issuable->pool);
	sequence_read(rel, &state);
	*first = state.is_called ? state.last_value + 1 : lowest;
	done = IssuableOrdinalsSkip(issuable, *first, highest, n, last);
	if (done)
		sequence_set(sequence, *last);
	(void) LockRelease(&tag, ExclusiveLock, false);
	return done;
}

bool
AllocateOrdinals(Oid sequence, int64 lowest, int64 highest, int64 n,
				 IssuableOrdinals *issuable, int64 *first, int64 *last)
{
	Relation	rel = relation_open(sequence, AccessShareLock);
	bool		done = false;

	if (n == 1 && allocate_one(rel, highest, issuable, first))
	{
		*last = *first;
		done = true;
	}
	else
		done = allocate_many(rel, lowest, highest, n, issuable, first, last);
	if (done)
		sequence_flush(rel);
	relation_close(rel, AccessShareLock);
	return done;
}

void
LockAllocation(Oid sequence)
{
	LOCKTAG		tag;

	sequence_lock(sequence, ExclusiveLock, &tag);
}

/*-------------------------------------------------------------------------
 *
 * memo.h
 *	  What a function that is called row by row remembers of the links.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_MEMO_H
#define SERIAL_MEMO_H

#include "postgres.h"

#include "fmgr.h"

/*
 * What an answer hangs on, besides the question.  An expression may be kept
 * for a whole transaction, and a transaction changes links, takes changes
 * back, and changes its user.
 */
typedef struct View
{
	TransactionId xmin;
	TransactionId xmax;
	uint32		in_progress;	/* transactions; each that commits was one */
	uint32		parts_in_progress;	/* their subtransactions, if listed */
	CommandId	command;
	SubTransactionId subtransaction;
	Oid			user;
} View;

/* the first member of every memo */
typedef struct Memo
{
	MemoryContext memory;		/* of what is remembered */
	View		view;
} Memo;

/*
 * The memo of this call site, of a size that includes its Memo.  Where there is
 * none yet, or the view is another, everything behind its Memo is zero and its
 * memory empty.
 */
extern void *MemoOpen(FunctionCallInfo fcinfo, Size size);

/* forgets, as if the view were another */
extern void MemoForget(Memo *memo, Size size);

#endif							/* SERIAL_MEMO_H */

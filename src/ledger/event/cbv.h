/*-------------------------------------------------------------------------
 *
 * cbv.h
 *	  The words of the Core Business Vocabulary (CBV) 2.0.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_CBV_H
#define SERIAL_LEDGER_EVENT_CBV_H

#include "postgres.h"

typedef enum CbvKind
{
	BUSINESS_STEP,
	DISPOSITION,
	BUSINESS_TRANSACTION,
	SOURCE_DESTINATION,
	ERROR_REASON
} CbvKind;

/* is a word, which may be NULL, the expected one? */
static inline bool
str_equals_or_null(const char *word, const char *expected)
{
	return word != NULL && strcmp(word, expected) == 0;
}

/*
 * The one form of a word, which may come bare, as a web URI or as a URN; a URI
 * of one's own passes as it is, and so does NULL.  Errors: 22023 neither.
 */
extern const char *CbvNormalize(CbvKind kind, const char *word);

/* is there no item yet, only an identifier that was encoded or reserved? */
extern bool DispositionIsPrepared(const char *disposition);

/* is a disposition, which may be NULL, transferred or terminal? */
extern bool DispositionIsFinal(const char *disposition);

/* was the item given to a consumer for good, but not ended? */
extern bool DispositionIsTransferred(const char *disposition);

/* may the item be moved and sold, as far as the disposition tells? */
extern bool DispositionIsCirculating(const char *disposition);

/* does it block the item until an event changes it? */
extern bool DispositionIsBlocked(const char *disposition);

/* does what has it, which may be NULL, count as stock where it is: neither in transit nor final? */
extern bool DispositionIsInStock(const char *disposition);

/* is it final or blocked, so that it outlasts what happens to containers? */
extern bool DispositionIsExceptional(const char *disposition);

/* does a step, which may be NULL, end items, or give them to a consumer? */
extern bool StepEnds(const char *step);

/* does it leave a place, so that items are in transit? */
extern bool StepDeparts(const char *step);

/* does it leave for the consignee that it names? */
extern bool StepShips(const char *step);

/* does it arrive at one? */
extern bool StepArrives(const char *step);

/* does it only encode or reserve identifiers? */
extern bool StepBeginsNumbers(const char *step);

#endif							/* SERIAL_LEDGER_EVENT_CBV_H */

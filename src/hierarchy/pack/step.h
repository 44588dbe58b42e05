/*-------------------------------------------------------------------------
 *
 * step.h
 *	  What packing and unpacking have in common: hooks, arguments, errors.
 *
 * Private to hierarchy/pack/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_PACK_STEP_H
#define SERIAL_HIERARCHY_PACK_STEP_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/timestamp.h"
#include "value/value.h"

/* are the hooks to be called? */
extern bool StepNeedsHooks(void);

/*
 * The number by which a step counts among those of its time: that of its event,
 * or of the next one.  Where no event was ever recorded, it comes before all
 * events.  Within SPI_connect.
 */
extern int64 StepNumber(int64 event);

/* raises 22004 if one of the arguments, of which these are the names, is NULL */
extern void StepRefuseNullArguments(FunctionCallInfo fcinfo, const char *function,
									const char *const *names);

/* the time of a step; errors 22008 infinite, or in the future */
extern TimestampTz StepTimeArgument(FunctionCallInfo fcinfo, int n);

/* the children, in the order of the array; errors 22004 a NULL */
extern void StepChildrenArgument(FunctionCallInfo fcinfo, int n, SerialSet *children);

/* raises 22023: what is to be done to a child that was packed only later */
pg_noreturn extern void StepRefuseLate(const char *what, Serial *child, Serial *parent,
									   TimestampTz since, TimestampTz at);

/* raises 40001: the transaction's snapshot does not see a link that lasts now */
pg_noreturn extern void StepRefuseOldSnapshot(const Serial *id);

#endif							/* SERIAL_HIERARCHY_PACK_STEP_H */

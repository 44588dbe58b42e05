/*-------------------------------------------------------------------------
 *
 * row.h
 *	  The row type that a function returns.
 *
 * Private to value/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_VALUE_ROW_H
#define SERIAL_VALUE_ROW_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "fmgr.h"

/*
 * The descriptor of the composite result, looked up once for each call site.
 */
extern TupleDesc RowDescriptor(FunctionCallInfo fcinfo);

#endif							/* SERIAL_VALUE_ROW_H */

/*-------------------------------------------------------------------------
 *
 * month.h
 *	  The partitions of the events recorded in one month.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_MONTH_H
#define SERIAL_LEDGER_EVENT_MONTH_H

#include "postgres.h"

#include "datatype/timestamp.h"

/*
 * Creates the partitions for events recorded at a time, if there are none.  To be called
 * within SPI_connect.
 */
extern void MonthOpen(TimestampTz at);

#endif							/* SERIAL_LEDGER_EVENT_MONTH_H */

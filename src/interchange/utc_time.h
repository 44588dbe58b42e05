/*-------------------------------------------------------------------------
 *
 * utc_time.h
 *	  Times of EPCIS in one spelling.
 *
 * Private to interchange/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_UTC_TIME_H
#define SERIAL_INTERCHANGE_UTC_TIME_H

#include "postgres.h"

/* a time in UTC with three decimals, palloc'd; NULL if the text is not a time */
extern char *UtcTime(const char *spelling);

#endif							/* SERIAL_INTERCHANGE_UTC_TIME_H */

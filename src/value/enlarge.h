/*-------------------------------------------------------------------------
 *
 * enlarge.h
 *	  Growing arrays.
 *
 * Private to value/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_VALUE_ENLARGE_H
#define SERIAL_VALUE_ENLARGE_H

#include "postgres.h"

/*
 * Returns the array with capacity for at least one more than n members of a
 * size: the array itself, or a reallocated one of twice the capacity.
 */
static inline void *
ArrayEnlarge(void *members, int n, int *capacity, Size size)
{
	if (n < *capacity)
		return members;
	*capacity *= 2;
	return repalloc_huge(members, (Size) *capacity * size);
}

#endif							/* SERIAL_VALUE_ENLARGE_H */

/*-------------------------------------------------------------------------
 *
 * set.h
 *	  Sets of identifiers, small enough for memory.
 *
 * Private to value/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_VALUE_SET_H
#define SERIAL_VALUE_SET_H

#include "postgres.h"

#include "utils/array.h"
#include "value/value.h"

typedef struct SerialSet
{
	Serial	  **members;
	int			n;
	int			capacity;
} SerialSet;

/* the elements of an array, NULLs among them; 0 of no array */
static inline int
SerialArrayCount(ArrayType *array)
{
	return array == NULL ? 0 : ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

/* an empty set; members live in the memory context current here */
extern void SerialSetInit(SerialSet *set);

/* takes the pointer, not a copy */
extern void SerialSetAdd(SerialSet *set, Serial *id);

/* the elements of an array, as they stand there; NULLs are passed over */
extern void SerialSetFromArray(SerialSet *set, ArrayType *array);

/*
 * Sorts, which SerialSetHas and the others below ask for, and returns the first
 * member that is there twice, NULL if none is.
 */
extern Serial *SerialSetSort(SerialSet *set);

/* sorts, and leaves one of those that are there twice */
extern void SerialSetMakeDistinct(SerialSet *set);

extern bool SerialSetHas(const SerialSet *set, const Serial *id);

/* the members as an array of serial.serial */
extern ArrayType *SerialSetToArray(const SerialSet *set);

/* a copy of an identifier, with the short header if it fits that */
extern Serial *SerialCopy(const Serial *id);

#endif							/* SERIAL_VALUE_SET_H */

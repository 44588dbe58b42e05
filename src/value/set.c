/*-------------------------------------------------------------------------
 *
 * set.c
 *	  Sets of identifiers, small enough for memory.
 *
 * A sorted array, because the only question asked of a set is membership.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/memutils.h"
#include "value/set.h"

void
SerialSetInit(SerialSet *set)
{
	set->n = 0;
	set->capacity = 64;
	set->members = palloc(set->capacity * sizeof(Serial *));
}

void
SerialSetAdd(SerialSet *set, Serial *id)
{
	if (set->n == set->capacity)
	{
		set->capacity *= 2;
		set->members = repalloc_huge(set->members,
									 (Size) set->capacity * sizeof(Serial *));
	}
	set->members[set->n++] = id;
}

void
SerialSetFromArray(SerialSet *set, ArrayType *array)
{
	ArrayIterator elements = array_create_iterator(array, 0, NULL);
	Datum		element;
	bool		isnull;

	SerialSetInit(set);
	while (array_iterate(elements, &element, &isnull))
		if (!isnull)
			SerialSetAdd(set, DatumGetSerialPP(element));
	array_free_iterator(elements);
}

static int
compare_members(const void *a, const void *b)
{
	return ValueCompare(*(Serial *const *) a, *(Serial *const *) b);
}

Serial *
SerialSetSort(SerialSet *set)
{
	int			i;

	qsort(set->members, set->n, sizeof(Serial *), compare_members);
	for (i = 1; i < set->n; i++)
		if (ValueEqual(set->members[i - 1], set->members[i]))
			return set->members[i];
	return NULL;
}

void
SerialSetMakeDistinct(SerialSet *set)
{
	int			n = 0;
	int			i;

	if (SerialSetSort(set) == NULL)
		return;
	for (i = 0; i < set->n; i++)
		if (n == 0 || !ValueEqual(set->members[n - 1], set->members[i]))
			set->members[n++] = set->members[i];
	set->n = n;
}

bool
SerialSetHas(const SerialSet *set, const Serial *id)
{
	return bsearch(&id, set->members, set->n, sizeof(Serial *),
				   compare_members) != NULL;
}

static Size
array_size(const SerialSet *set)
{
	Size		size = ARR_OVERHEAD_NONULLS(1);
	int			i;

	for (i = 0; i < set->n; i++)
	{
		size += INTALIGN(VARHDRSZ + VARSIZE_ANY_EXHDR(set->members[i]));
		if (!AllocSizeIsValid(size))
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("array size exceeds the maximum allowed (%d)",
							(int) MaxAllocSize)));
	}
	return size;
}

/*
 * Elements of arrays have the long header.  construct_array() would leave a copy
 * with it in place of each member of the set.
 */
ArrayType *
SerialSetToArray(const SerialSet *set)
{
	Size		size;
	ArrayType  *array;
	char	   *element;
	int			i;

	if (set->n == 0)
		return construct_empty_array(SerialTypeOid());
	size = array_size(set);
	array = palloc0(size);
	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->elemtype = SerialTypeOid();
	ARR_DIMS(array)[0] = set->n;
	ARR_LBOUND(array)[0] = 1;
	element = (char *) array + ARR_OVERHEAD_NONULLS(1);
	for (i = 0; i < set->n; i++)
	{
		Size		len = VARSIZE_ANY_EXHDR(set->members[i]);

		SET_VARSIZE(element, VARHDRSZ + len);
		memcpy(VARDATA(element), VARDATA_ANY(set->members[i]), len);
		element += INTALIGN(VARHDRSZ + len);
	}
	return array;
}

Serial *
SerialCopy(const Serial *id)
{
	Size		size = VARSIZE_ANY_EXHDR(id) + VARHDRSZ_SHORT;
	Serial	   *copy;

	if (size > VARATT_SHORT_MAX)
	{
		copy = palloc(VARSIZE_ANY(id));
		memcpy(copy, id, VARSIZE_ANY(id));
		return copy;
	}
	copy = palloc(size);
	SET_VARSIZE_SHORT(copy, size);
	memcpy(VARDATA_SHORT(copy), VARDATA_ANY(id), size - VARHDRSZ_SHORT);
	return copy;
}

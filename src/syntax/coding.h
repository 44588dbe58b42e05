/*-------------------------------------------------------------------------
 *
 * coding.h
 *	  The binary encodings of EPC (GS1 Tag Data Standard, section 14.6).
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_CODING_H
#define SERIAL_SYNTAX_CODING_H

#include "syntax/field.h"
#include "syntax/syntax.h"

/*
 * How the bits of a key are shared by company prefix and reference.
 */
typedef struct Partition
{
	uint8_t		prefix_bits;
	uint8_t		prefix_digits;
	uint8_t		reference_bits;
	uint8_t		reference_max;	/* digits or characters */
} Partition;

#define PARTITION_BITS	3
#define PARTITION_COUNT 7

typedef struct Coding
{
	const char *name;			/* as tag URIs have it: "sgtin-96" */
	uint8_t		header;
	uint16_t	bits;			/* 0: as many as the value takes */
	const char *scheme;			/* NULL: recognised, but not read */
	uint8_t		filter_bits;
	const Partition *partitions;	/* by partition value; NULL: the company
									 * prefix need not be known */
	FieldKind	key;			/* the reference behind the company prefix, or
								 * the whole key */
	FieldKind	number;
	uint8_t		number_bits;
	bool		plus;			/* a toggle bit before the filter says that
								 * more data follows */
	bool		dated;			/* a date stands before the key */
	bool		read_only;		/* out of use, or we lack the date to write */
} Coding;

extern const Coding *CodingAt(size_t i);	/* NULL past the last */
extern const Coding *CodingByHeader(uint8_t header);
extern const Coding *CodingByName(const char *name, size_t len);

/*
 * Can the coding write the identifier, which must satisfy its scheme, for a
 * company prefix of so many digits?  If not, problem names component and
 * index.
 */
extern bool CodingHolds(const Coding *coding, const Identifier *id,
						int prefix_digits, Problem *problem);

/*
 * The coding to write with: the named one, or the first that holds the
 * identifier if none is named.  NULL: problem describes why there is none.
 */
extern const Coding *CodingChoose(const Identifier *id,
								  const EpcOptions *options, Problem *problem);

#endif							/* SERIAL_SYNTAX_CODING_H */

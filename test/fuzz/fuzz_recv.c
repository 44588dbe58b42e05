/*-------------------------------------------------------------------------
 *
 * fuzz_recv.c
 *	  Any bytes as a stored value: what serial_recv is given by a client, and
 *	  what a damaged page may hold.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"
#include "value/pack.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *bytes = copy_input(data, size);
	char		input[SYNTAX_TEXT_MAX];
	unsigned char packed[PACKED_MAX];
	Identifier	id;
	Identifier	again;
	Problem		problem;
	size_t		len;

	if (IdentifierUnpackStrict(bytes, size, &id))
	{
		len = SyntaxWrite(&id, input);
		require(len <= sizeof(input));
		require(SyntaxRead(input, len, &again, &problem));
		len = IdentifierPack(&again, packed);
		require(len == size && memcmp(packed, bytes, size) == 0);
	}
	else if (IdentifierUnpack(bytes, size, &id))
	{
		/* not valid, but it must be safe to write as an error would */
		require(SyntaxWrite(&id, input) <= sizeof(input));
	}
	if (size > 0)
		require(PackedHeadBytes(bytes) <= 8);
	free(bytes);
	return 0;
}

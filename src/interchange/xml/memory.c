/*-------------------------------------------------------------------------
 *
 * memory.c
 *	  Memory of the XML reader and writer: a growing buffer, and an arena.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/memory.h"

#include <stdint.h>
#include <string.h>

#define FIRST_BUFFER_SIZE	1024
#define CHUNK_SIZE			((size_t) 16 * 1024)
#define ALIGNMENT			16

struct XmlArenaChunk
{
	XmlArenaChunk *next;
	size_t		size;			/* of its bytes */
	size_t		used;
	size_t		unused;			/* keeps the bytes that follow aligned */
};

void
XmlBufferInit(XmlBuffer *buffer, XmlResize resize, size_t max)
{
	memset(buffer, 0, sizeof(*buffer));
	buffer->resize = resize;
	buffer->max = max;
}

void
XmlBufferFree(XmlBuffer *buffer)
{
	if (buffer->bytes != NULL)
		buffer->resize(buffer->bytes, 0);
	buffer->bytes = NULL;
	buffer->len = buffer->size = 0;
}

/*
 * Makes space for so many bytes more; false: there is none.
 */
static bool
buffer_reserve(XmlBuffer *buffer, size_t len)
{
	size_t		size = buffer->size;
	char	   *bytes;

	if (buffer->has_failed)
		return false;
	if (len > buffer->max - buffer->len)
	{
		buffer->has_failed = buffer->is_full = true;
		return false;
	}
	if (len <= size - buffer->len)
		return true;
	if (size == 0)
		size = FIRST_BUFFER_SIZE;
	while (size - buffer->len < len)
		size = size > buffer->max / 2 ? buffer->max : size * 2;
	bytes = buffer->resize(buffer->bytes, size);
	if (bytes == NULL)
	{
		buffer->has_failed = true;
		return false;
	}
	buffer->bytes = bytes;
	buffer->size = size;
	return true;
}

void
XmlBufferAppend(XmlBuffer *buffer, const char *bytes, size_t len)
{
	if (len == 0 || !buffer_reserve(buffer, len))
		return;
	memcpy(buffer->bytes + buffer->len, bytes, len);
	buffer->len += len;
}

void
XmlBufferAppendChar(XmlBuffer *buffer, char c)
{
	if (buffer_reserve(buffer, 1))
		buffer->bytes[buffer->len++] = c;
}

void
XmlBufferAppendString(XmlBuffer *buffer, const char *string)
{
	XmlBufferAppend(buffer, string, strlen(string));
}

void
XmlBufferAppendSpan(XmlBuffer *buffer, XmlSpan span)
{
	XmlBufferAppend(buffer, span.bytes, span.len);
}

void
XmlArenaInit(XmlArena *arena, XmlResize resize)
{
	arena->resize = resize;
	arena->chunks = NULL;
	arena->has_failed = false;
}

static bool
arena_add_chunk(XmlArena *arena, size_t size)
{
	XmlArenaChunk *chunk;

	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	chunk = arena->resize(NULL, sizeof(XmlArenaChunk) + size);
	if (chunk == NULL)
		return false;
	chunk->next = arena->chunks;
	chunk->size = size;
	chunk->used = 0;
	arena->chunks = chunk;
	return true;
}

void *
XmlArenaAlloc(XmlArena *arena, size_t size)
{
	XmlArenaChunk *chunk = arena->chunks;
	char	   *bytes;

	if (size > SIZE_MAX / 2)
	{
		arena->has_failed = true;
		return NULL;
	}
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (chunk == NULL || chunk->size - chunk->used < size)
	{
		if (!arena_add_chunk(arena, size))
		{
			arena->has_failed = true;
			return NULL;
		}
		chunk = arena->chunks;
	}
	bytes = (char *) (chunk + 1) + chunk->used;
	chunk->used += size;
	return bytes;
}

void
XmlArenaReset(XmlArena *arena)
{
	XmlArenaChunk *chunk = arena->chunks;

	while (chunk != NULL && chunk->next != NULL)
	{
		XmlArenaChunk *next = chunk->next;

		arena->resize(chunk, 0);
		chunk = next;
	}
	if (chunk != NULL)
		chunk->used = 0;
	arena->chunks = chunk;
}

void
XmlArenaFree(XmlArena *arena)
{
	XmlArenaReset(arena);
	if (arena->chunks != NULL)
		arena->resize(arena->chunks, 0);
	arena->chunks = NULL;
}

bool
XmlSpanIs(XmlSpan span, const char *string)
{
	size_t		len = strlen(string);

	return span.len == len && memcmp(span.bytes, string, len) == 0;
}

bool
XmlSpanBeginsWith(XmlSpan span, const char *beginning)
{
	size_t		len = strlen(beginning);

	return span.len > len && memcmp(span.bytes, beginning, len) == 0;
}

bool
XmlSpanEquals(XmlSpan a, XmlSpan b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

XmlSpan
XmlSpanTrim(XmlSpan span)
{
	while (span.len > 0 && XmlIsSpace(span.bytes[0]))
	{
		span.bytes++;
		span.len--;
	}
	while (span.len > 0 && XmlIsSpace(span.bytes[span.len - 1]))
		span.len--;
	return span;
}

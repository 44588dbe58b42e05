/*-------------------------------------------------------------------------
 *
 * memory.h
 *	  Memory of the XML reader and writer: a growing buffer, and an arena.
 *
 * Private to interchange/.  Pure C: the caller gives the function that
 * allocates, so that the module can be compiled without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_MEMORY_H
#define SERIAL_INTERCHANGE_XML_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Allocates when block is NULL, frees when size is 0, else changes the size of
 * a block.  It returns NULL or does not return where there is no memory.
 */
typedef void *(*XmlResize) (void *block, size_t size);

/*
 * Bytes of a text, not terminated.
 */
typedef struct XmlSpan
{
	const char *bytes;
	size_t		len;
} XmlSpan;

/*
 * Bytes that grow at the end.  A buffer that could not grow ignores what is
 * appended from then on; callers look at has_failed once, at the end.
 */
typedef struct XmlBuffer
{
	XmlResize	resize;
	char	   *bytes;
	size_t		len;
	size_t		size;
	size_t		max;			/* bytes that it may hold */
	bool		has_failed;
	bool		is_full;		/* it failed because of max */
} XmlBuffer;

extern void XmlBufferInit(XmlBuffer *buffer, XmlResize resize, size_t max);
extern void XmlBufferFree(XmlBuffer *buffer);

extern void XmlBufferAppend(XmlBuffer *buffer, const char *bytes, size_t len);
extern void XmlBufferAppendChar(XmlBuffer *buffer, char c);
extern void XmlBufferAppendString(XmlBuffer *buffer, const char *string);
extern void XmlBufferAppendSpan(XmlBuffer *buffer, XmlSpan span);

/*
 * Blocks that are freed together.
 */
typedef struct XmlArenaChunk XmlArenaChunk;

typedef struct XmlArena
{
	XmlResize	resize;
	XmlArenaChunk *chunks;		/* the last one first */
	bool		has_failed;
} XmlArena;

extern void XmlArenaInit(XmlArena *arena, XmlResize resize);

/* aligned for any type, not cleared; NULL: there is no memory */
extern void *XmlArenaAlloc(XmlArena *arena, size_t size);

/* frees what was allocated, and keeps one chunk for what comes next */
extern void XmlArenaReset(XmlArena *arena);
extern void XmlArenaFree(XmlArena *arena);

static inline XmlSpan
XmlSpanMake(const char *bytes, size_t len)
{
	XmlSpan		span;

	span.bytes = bytes;
	span.len = len;
	return span;
}

static inline XmlSpan
XmlSpanOf(const char *string)
{
	return XmlSpanMake(string, strlen(string));
}

/* whether a span is a terminated string */
extern bool XmlSpanIs(XmlSpan span, const char *string);

/* whether a span has a beginning, and more after it */
extern bool XmlSpanBeginsWith(XmlSpan span, const char *beginning);

extern bool XmlSpanEquals(XmlSpan a, XmlSpan b);

/* without white space at both ends */
extern XmlSpan XmlSpanTrim(XmlSpan span);

static inline bool
XmlIsSpace(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

#endif							/* SERIAL_INTERCHANGE_XML_MEMORY_H */

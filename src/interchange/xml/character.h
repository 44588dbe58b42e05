/*-------------------------------------------------------------------------
 *
 * character.h
 *	  Which characters XML allows, and how they are encoded.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_CHARACTER_H
#define SERIAL_INTERCHANGE_XML_CHARACTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern bool XmlIsCharacter(uint32_t code);

/*
 * Finds the first byte that is no UTF-8, or of a character that XML does not
 * allow; length if there is none.
 */
extern size_t XmlFindBadCharacter(const char *source, size_t length);

/* bytes of a name without a colon that begins here; 0: there is none */
extern size_t XmlNameLength(const char *bytes, size_t len);

/* writes UTF-8, at most four bytes, and returns their count */
extern size_t XmlEncodeCharacter(uint32_t code, char *out);

#endif							/* SERIAL_INTERCHANGE_XML_CHARACTER_H */

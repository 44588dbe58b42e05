/*-------------------------------------------------------------------------
 *
 * code.h
 *	  Lists of codes that others maintain: countries, currencies, packages.
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_CODE_H
#define SERIAL_SYNTAX_CODE_H

#include <stdbool.h>
#include <stddef.h>

extern bool CodeIsCountry(int code);
extern bool CodeIsCountryLetters(const char *chars, size_t len);
extern bool CodeIsCurrency(int code);
extern bool CodeIsPackage(const char *chars, size_t len);

#endif							/* SERIAL_SYNTAX_CODE_H */

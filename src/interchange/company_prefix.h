/*-------------------------------------------------------------------------
 *
 * company_prefix.h
 *	  Lengths of company prefixes, for EPC URIs.
 *
 * Private to interchange/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_COMPANY_PREFIX_H
#define SERIAL_INTERCHANGE_COMPANY_PREFIX_H

#include "postgres.h"

#include "scheme/scheme.h"
#include "utils/hsearch.h"

/*
 * The lengths that were looked up, in the memory context current at the first of
 * them; initially NULL.
 */
typedef HTAB *CompanyPrefixes;

/* the length of the company prefix of an identifier; 0 if it is not known */
extern int	CompanyPrefixLength(CompanyPrefixes *known, const Identifier *id);

#endif							/* SERIAL_INTERCHANGE_COMPANY_PREFIX_H */

/*-------------------------------------------------------------------------
 *
 * rule.h
 *	  Rules of single schemes that the columns of the scheme table cannot say.
 *
 * Private to scheme/.  Each is called after lengths, alphabets and checks
 * have passed; each sets component and index of the problem it finds.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SCHEME_RULE_H
#define SERIAL_SCHEME_RULE_H

#include "scheme/scheme.h"

extern bool RuleCompanyPrefix(const Identifier *id, Problem *problem);
extern bool RuleGrai(const Identifier *id, Problem *problem);

#endif							/* SERIAL_SCHEME_RULE_H */

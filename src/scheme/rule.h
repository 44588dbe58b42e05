/*-------------------------------------------------------------------------
 *
 * rule.h
 *	  Rules of single schemes that the columns of the scheme table cannot
 *	  express, and other ways to write their keys.
 *
 * Private to scheme/.  A rule is called after lengths, alphabets and checks
 * have passed; it sets component and index of the problem it finds.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SCHEME_RULE_H
#define SERIAL_SCHEME_RULE_H

#include "scheme/scheme.h"

extern bool RuleCompanyPrefix(const Identifier *id, Problem *problem);
extern bool RuleGrai(const Identifier *id, Problem *problem);
extern bool RuleItip(const Identifier *id, Problem *problem);
extern bool RuleCpi(const Identifier *id, Problem *problem);
extern bool RuleAdi(const Identifier *id, Problem *problem);
extern bool RuleBic(const Identifier *id, Problem *problem);
extern bool RuleIlu(const Identifier *id, Problem *problem);
extern bool RuleHibc(const Identifier *id, Problem *problem);
extern bool RuleIso15459(const Identifier *id, Problem *problem);
extern bool RulePpn(const Identifier *id, Problem *problem);
extern bool RuleUsdod(const Identifier *id, Problem *problem);
extern bool RuleUri(const Identifier *id, Problem *problem);
extern bool RuleVin(const Identifier *id, Problem *problem);

/*
 * Other ways to write a key.  Each is called before the key is checked, so
 * its characters may be anything.
 */
extern bool NormaliseGtin(Identifier *id, Problem *problem);
extern bool NormaliseImo(Identifier *id, Problem *problem);
extern bool NormalisePzn(Identifier *id, Problem *problem);
extern bool NormaliseImei(Identifier *id, Problem *problem);
extern bool NormaliseCapitals(Identifier *id, Problem *problem);
extern bool NormaliseMeid(Identifier *id, Problem *problem);
extern bool NormaliseUri(Identifier *id, Problem *problem);

#endif							/* SERIAL_SCHEME_RULE_H */

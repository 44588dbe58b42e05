/*-------------------------------------------------------------------------
 *
 * issue.h
 *	  Pools and the numbers they issue.
 *
 * The only door of issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_ISSUE_H
#define SERIAL_ISSUE_ISSUE_H

/* the settings of this room; once, when the library is loaded */
extern void IssueDefineSettings(void);

#endif							/* SERIAL_ISSUE_ISSUE_H */

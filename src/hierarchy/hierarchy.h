/*-------------------------------------------------------------------------
 *
 * hierarchy.h
 *	  What is packed in what.
 *
 * The only door of hierarchy/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_H
#define SERIAL_HIERARCHY_H

/* the settings of this room; once, when the library is loaded */
extern void HierarchyDefineSettings(void);

#endif							/* SERIAL_HIERARCHY_H */

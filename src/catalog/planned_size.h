/*-------------------------------------------------------------------------
 *
 * planned_size.h
 *	  What the planner takes the size of the tables of links, events and items to be.
 *
 * Private to catalog/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_PLANNED_SIZE_H
#define SERIAL_CATALOG_PLANNED_SIZE_H

/* from now on, in this session: never as less than 100,000 rows */
extern void CatalogPlanForMany(void);

#endif							/* SERIAL_CATALOG_PLANNED_SIZE_H */

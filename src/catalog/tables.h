/*-------------------------------------------------------------------------
 *
 * tables.h
 *	  The extension's own tables and the indexes that it scans.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 * The regression test catalog_tables compares this description with the
 * system catalogs.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_TABLES_H
#define SERIAL_CATALOG_TABLES_H

#include "postgres.h"

#include "access/attnum.h"

typedef enum CatalogTable
{
	CATALOG_AGGREGATION,
	CATALOG_AGGREGATION_HISTORY,
	CATALOG_EVENT,
	CATALOG_EVENT_ITEM,
	CATALOG_ITEM,
	CATALOG_LOT,
	CATALOG_PLACE,
	CATALOG_RECALL,
	CATALOG_TRANSITION,
	CATALOG_POOL,
	CATALOG_POOL_KEY,
	CATALOG_LEASE,
	CATALOG_BATCH,
	CATALOG_VOIDED,
	CATALOG_RESERVATION,
	CATALOG_RESERVED,
	CATALOG_TABLES
} CatalogTable;

typedef enum CatalogIndex
{
	CATALOG_AGGREGATION_BY_CHILD,
	CATALOG_AGGREGATION_BY_PARENT,
	CATALOG_HISTORY_BY_CHILD,
	CATALOG_HISTORY_BY_PARENT,
	CATALOG_HISTORY_BY_UNTIL,
	CATALOG_EVENT_BY_NUMBER,
	CATALOG_EVENT_BY_CORRECTED_EVENT,
	CATALOG_EVENT_BY_VOID_SHIPPING_TIME,
	CATALOG_EVENT_ITEM_BY_ITEM,
	CATALOG_ITEM_BY_ID,
	CATALOG_LOT_BY_GTIN,
	CATALOG_PLACE_BY_PLACE,
	CATALOG_RECALL_BY_KEY,
	CATALOG_TRANSITION_BY_STEP,
	CATALOG_POOL_KEY_BY_POOL,
	CATALOG_LEASE_BY_POOL,
	CATALOG_BATCH_BY_POOL,
	CATALOG_VOIDED_BY_POOL,
	CATALOG_RESERVATION_BY_POOL,
	CATALOG_RESERVED_BY_POOL,
	CATALOG_INDEXES
} CatalogIndex;

/*
 * The columns of the indexes by parent, counted from 0, the parent being the first.
 */
enum
{
	BY_PARENT_CHILD = 1,
	BY_PARENT_IS_CONTAINER,
	BY_PARENT_SINCE,
	BY_PARENT_SINCE_EVENT
};

enum
{
	HISTORY_BY_PARENT_UNTIL = 1,
	HISTORY_BY_PARENT_CHILD,
	HISTORY_BY_PARENT_IS_CONTAINER,
	HISTORY_BY_PARENT_SINCE
};

/*
 * The columns of each table, counted from 0 as in arrays of values.
 */
typedef enum AggregationColumn
{
	AGGREGATION_CHILD,
	AGGREGATION_PARENT,
	AGGREGATION_SINCE,
	AGGREGATION_IS_CONTAINER,
	AGGREGATION_SINCE_EVENT,
	AGGREGATION_COLUMNS
} AggregationColumn;

typedef enum HistoryColumn
{
	HISTORY_CHILD,
	HISTORY_PARENT,
	HISTORY_SINCE,
	HISTORY_UNTIL,
	HISTORY_IS_CONTAINER,
	HISTORY_SINCE_EVENT,
	HISTORY_UNTIL_EVENT,
	HISTORY_FORMER_UNTIL,
	HISTORY_COLUMNS
} HistoryColumn;

typedef enum EventColumn
{
	EVENT_NUMBER,
	EVENT_TYPE,
	EVENT_ACTION,
	EVENT_TIME,
	EVENT_TIME_ZONE_OFFSET,
	EVENT_RECORD_TIME,
	EVENT_RECORDED_BY,
	EVENT_ACTOR,
	EVENT_BUSINESS_STEP,
	EVENT_DISPOSITION,
	EVENT_READ_POINT,
	EVENT_PLACE,
	EVENT_PARENT,
	EVENT_LOT,
	EVENT_EXPIRY,
	EVENT_QUANTITIES,
	EVENT_INPUT_QUANTITIES,
	EVENT_BUSINESS_TRANSACTIONS,
	EVENT_SOURCES,
	EVENT_DESTINATIONS,
	EVENT_PERSISTENT_DISPOSITION,
	EVENT_TRANSFORMATION,
	EVENT_ID,
	EVENT_CORRECTS,
	EVENT_ERROR_REASON,
	EVENT_ATTRIBUTES,
	EVENT_IS_ACCEPTED,
	EVENT_DIGEST,
	EVENT_COLUMNS
} EventColumn;

typedef enum EventItemColumn
{
	EVENT_ITEM_ID,
	EVENT_ITEM_EVENT_TIME,
	EVENT_ITEM_EVENT,
	EVENT_ITEM_ROLE,
	EVENT_ITEM_RESULTING_DISPOSITION,
	EVENT_ITEM_RECORD_TIME,
	EVENT_ITEM_COLUMNS
} EventItemColumn;

typedef enum ItemColumn
{
	ITEM_ID,
	ITEM_LOT,
	ITEM_EXPIRY,
	ITEM_DISPOSITION,
	ITEM_SINCE,
	ITEM_DISPOSITION_EVENT,
	ITEM_PLACE,
	ITEM_PLACE_SINCE,
	ITEM_PLACE_EVENT,
	ITEM_FIRST_EVENT,
	ITEM_COMMISSIONING_EVENT,
	ITEM_LAST_EVENT,
	ITEM_LAST_TIME,
	ITEM_PERSISTENT_DISPOSITIONS,
	ITEM_CONSIGNEE,
	ITEM_CONSIGNEE_SINCE,
	ITEM_CONSIGNEE_EVENT,
	ITEM_VOID_SHIPPING_TIME,
	ITEM_FINAL_SINCE,
	ITEM_ATTRIBUTES,
	ITEM_COLUMNS
} ItemColumn;

/* the columns of serial.item before this one are computed from events */
#define ITEM_COMPUTED_COLUMNS	ITEM_ATTRIBUTES

typedef enum LotColumn
{
	LOT_GTIN,
	LOT_LOT,
	LOT_EXPIRY,
	LOT_PRODUCED_ON,
	LOT_ATTRIBUTES,
	LOT_COLUMNS
} LotColumn;

typedef enum PlaceColumn
{
	PLACE_PLACE,
	PLACE_NAME,
	PLACE_LATITUDE,
	PLACE_LONGITUDE,
	PLACE_ATTRIBUTES,
	PLACE_PARENT,
	PLACE_COLUMNS
} PlaceColumn;

typedef enum RecallColumn
{
	RECALL_NUMBER,
	RECALL_KEY,
	RECALL_LOTS,
	RECALL_FIRST,
	RECALL_LAST,
	RECALL_REASON,
	RECALL_RECALLED_AT,
	RECALL_RECALLED_BY,
	RECALL_CLOSED_AT,
	RECALL_CLOSED_BY,
	RECALL_COLUMNS
} RecallColumn;

typedef enum TransitionColumn
{
	TRANSITION_BUSINESS_STEP,
	TRANSITION_FROM_DISPOSITION,
	TRANSITION_TO_DISPOSITION,
	TRANSITION_WITHIN,
	TRANSITION_SAME_ACTOR,
	TRANSITION_SAME_PLACE,
	TRANSITION_CONDITIONS,
	TRANSITION_IS_SHIPPED,
	TRANSITION_IS_LEGAL,
	TRANSITION_SINCE,
	TRANSITION_COLUMNS
} TransitionColumn;

typedef enum PoolColumn
{
	POOL_NUMBER,
	POOL_NAME,
	POOL_SCHEME,
	POOL_PREFIX,
	POOL_LENGTH,
	POOL_ALPHABET,
	POOL_RANDOM,
	POOL_GUESS_BOUND,
	POOL_CAPACITY,
	POOL_ORDINALS,
	POOL_MASTER_KEY,
	POOL_OPEN,
	POOL_CREATED_AT,
	POOL_CREATED_BY,
	POOL_FIRST,
	POOL_COLUMNS
} PoolColumn;

typedef enum PoolKeyColumn
{
	POOL_KEY_POOL,
	POOL_KEY_KEY,
	POOL_KEY_COLUMNS
} PoolKeyColumn;

typedef enum LeaseColumn
{
	LEASE_NUMBER,
	LEASE_POOL,
	LEASE_ORDINALS,
	LEASE_FIRST,
	LEASE_LAST,
	LEASE_ISSUED,
	LEASE_HOLDER,
	LEASE_EXPIRES_AT,
	LEASE_LEASED_AT,
	LEASE_LEASED_BY,
	LEASE_RETURNED_AT,
	LEASE_RETURNED_BY,
	LEASE_EXPORTED,
	LEASE_COLUMNS
} LeaseColumn;

typedef enum BatchColumn
{
	BATCH_NUMBER,
	BATCH_POOL,
	BATCH_ORDINALS,
	BATCH_FIRST,
	BATCH_LAST,
	BATCH_LEASE,
	BATCH_REFERENCE,
	BATCH_ISSUED_AT,
	BATCH_ISSUED_BY,
	BATCH_COLUMNS
} BatchColumn;

typedef enum VoidedColumn
{
	VOIDED_POOL,
	VOIDED_ORDINAL,
	VOIDED_REASON,
	VOIDED_AT,
	VOIDED_BY,
	VOIDED_COLUMNS
} VoidedColumn;

typedef enum ReservationColumn
{
	RESERVATION_NUMBER,
	RESERVATION_POOL,
	RESERVATION_NUMBERS,
	RESERVATION_REFERENCE,
	RESERVATION_AT,
	RESERVATION_BY,
	RESERVATION_COLUMNS
} ReservationColumn;

typedef enum ReservedColumn
{
	RESERVED_POOL,
	RESERVED_FIRST,
	RESERVED_LAST,
	RESERVED_RESERVATION,
	RESERVED_COLUMNS
} ReservedColumn;

/* the attribute number of one of these columns */
#define COLUMN_ATTNUM(column)	((AttrNumber) ((column) + 1))

/*
 * Placeholders for types whose OIDs are known only once the extension exists.
 */
#define SERIAL_TYPE			((Oid) 1)
#define SERIAL_ARRAY_TYPE	((Oid) 2)

typedef struct CatalogColumnDef
{
	const char *name;
	Oid			type;			/* or a placeholder */
	bool		has_default;	/* generated columns and identities too */
} CatalogColumnDef;

typedef struct CatalogTableDef
{
	const char *name;			/* in schema serial */
	int			ncolumns;
	const CatalogColumnDef *columns;
	int			partition_column;	/* ranges of it are partitions; -1: the
									 * table is not partitioned */
} CatalogTableDef;

#define CATALOG_INDEX_MAX_COLUMNS	5

/*
 * A btree index, ascending, with the default operator classes.  A partitioned
 * table has one on each partition.
 */
typedef struct CatalogIndexDef
{
	const char *name;			/* NULL: partitions name it by themselves */
	CatalogTable table;
	int			nkeys;
	int			ncolumns;		/* with those that are only included */
	int			columns[CATALOG_INDEX_MAX_COLUMNS];
	bool		is_partial;		/* only where the first column is not null */
	const char *business_step;	/* only events of this step; NULL: any row */
	bool		may_be_missing; /* what it is for is asked in SQL then */
} CatalogIndexDef;

extern const CatalogTableDef CatalogTableDefs[CATALOG_TABLES];
extern const CatalogIndexDef CatalogIndexDefs[CATALOG_INDEXES];

#endif							/* SERIAL_CATALOG_TABLES_H */

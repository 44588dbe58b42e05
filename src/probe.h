/*-------------------------------------------------------------------------
 *
 * probe.h
 *	  Looking into an index of a table of ours, again and again.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_PROBE_H
#define SERIAL_PROBE_H

#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "executor/tuptable.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "value/value.h"

typedef struct Probe
{
	Relation	table;
	Relation	index;
	Snapshot	snapshot;
	IndexScanDesc scan;
	TupleTableSlot *slot;		/* the row that ProbeRow found */
	bool		passed;			/* since it began to look, ProbeRow has passed
								 * entries whose rows the snapshot does not see */
	Buffer		map;			/* of the visibility map, kept between rows */
	ScanKeyData keys[3];
	int			nkeys;
	MemoryContext memory;		/* in which it was opened: what the scan takes, it
								 * takes when it needs it, and keeps */
} Probe;

/*
 * What an index is asked for.  Most begin with an identifier.  Those of history
 * go on with the end of the interval, and are asked for what ended after a
 * moment; that of the things of events goes on with the time.
 */
typedef enum ProbeKey
{
	PROBE_ID,
	PROBE_ID_UNTIL,
	PROBE_ID_RANGE,
	PROBE_ID_DURING,
	PROBE_NUMBER,
	PROBE_NUMBER_RANGE,
	PROBE_TEXT,
	PROBE_TEXTS
} ProbeKey;

/*
 * The tables that hold the rows of a table, as a list of OIDs: itself, or its
 * partitions in the order of their bounds.  NIL if it cannot be read by probes:
 * not all of it is in heaps of this server with the columns in the same places,
 * or it has no partition.
 */
extern List *ProbeTables(const char *table);

/*
 * Opens, of each of ProbeTables, the index, or one like it; a list of Probe.
 * With entries_only, rows are read from the index alone where all can see them.
 * Errors: 55000 a partition has no such index.
 */
extern List *ProbesOpen(List *tables, const char *index, ProbeKey key,
						Snapshot snapshot, bool entries_only);
extern void ProbesClose(List *probes);

/*
 * Opens, of one of ProbeTables, the index that begins with these columns, all
 * ascending, and holds all rows whose first one is not NULL; NULL if there is
 * none.
 */
extern Probe *ProbeOpenBy(Oid table, const AttrNumber *columns, int n,
						  ProbeKey key, Snapshot snapshot, bool entries_only);
extern void ProbeClose(Probe *probe);

/* begins to look for an id, and for what ended after a moment */
extern void ProbeSeek(Probe *probe, const Serial *id, TimestampTz after);

/* begins to look for ids from one to another */
extern void ProbeSeekRange(Probe *probe, const Serial *lowest,
						   const Serial *highest);

/* begins to look for an id, from one moment to before another */
extern void ProbeSeekDuring(Probe *probe, const Serial *id, TimestampTz since,
							TimestampTz until);

/* begins to look for a number, or for numbers from one to another */
extern void ProbeSeekNumber(Probe *probe, int64 number);
extern void ProbeSeekNumbers(Probe *probe, int64 lowest, int64 highest);

/* begins to look for a text, or for two of them */
extern void ProbeSeekTexts(Probe *probe, const Datum *texts);

/* lets go of the pages it stands on, before a wait */
extern void ProbeRest(Probe *probe);

/* the next row in slot; false at the end */
extern bool ProbeRow(Probe *probe);

/*
 * Locks the row in slot as FOR UPDATE does at READ COMMITTED, waiting for whoever
 * is writing it, and reads its latest version.  False if it is gone.
 */
extern bool ProbeLock(Probe *probe);

/* begins to look for the same again, under another snapshot until ProbeRest */
extern void ProbeAgain(Probe *probe, Snapshot snapshot);

/* the next entry of the index, of a row that the snapshot sees; NULL at the end */
extern IndexTuple ProbeEntry(Probe *probe);

/*
 * May the current user see all of a table?  Probes know neither rights nor
 * policies.
 */
extern bool ProbesMayRead(const char *table);

/* may they lock rows of it, as above? */
extern bool ProbesMayLock(const char *table);

#endif							/* SERIAL_PROBE_H */

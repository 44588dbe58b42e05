# serial: serialized inventory in PostgreSQL.
#
#   make demo          show the main job on a throw-away server
#   make test          run every test on a throw-away server
#   make torture       kill a server 50 times while clients issue numbers
#   make storm         kill a server while clients pack and unpack for a minute
#   make bench         measure against what PostgreSQL offers today
#   make fuzz          fuzz the readers (needs clang)
#   make indent        lay out the C sources as PostgreSQL's own
#   make check-style   check layout, order of modules, words, widths and scripts
#   make dist          pack the sources for PGXN
#   make package       build the Debian packages
#   make, make install, make installcheck    as with any PGXS extension

# Where the sources are: in another directory in a VPATH build.  PGXS finds the
# same, but after the lists below have been made.
srcdir := $(or $(VPATH),$(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST)))))

EXTENSION = serial
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(srcdir)/serial.control)

# The modules, in the order in which each may use those before it.
SOURCE_MODULES = scheme syntax value catalog issue hierarchy ledger interchange

MODULE_big = serial
SOURCES := $(foreach m,$(SOURCE_MODULES),$(sort $(wildcard $(srcdir)/src/$(m)/*.c $(srcdir)/src/$(m)/*/*.c)))
OBJS := src/serial.o $(SOURCES:$(srcdir)/%.c=%.o)
# The numbers of the parts give their order, whatever the module.
SQL_NAMES := $(sort $(notdir $(wildcard $(addprefix $(srcdir)/,src/*.sql src/*/*.sql src/*/*/*.sql))))
SQL_PARTS := $(foreach name,$(SQL_NAMES),$(wildcard $(addsuffix /$(name),$(addprefix $(srcdir)/,src src/* src/*/*))))
# Scripts that lead from a released version to this one; see tools/upgrade-script.
UPGRADES := $(notdir $(wildcard $(srcdir)/sql/upgrade/*--$(EXTVERSION)))
DATA_built = serial--$(EXTVERSION).sql $(UPGRADES:%=serial--%.sql)

PG_CPPFLAGS = -I$(srcdir)/src -DSERIAL_VERSION='"$(EXTVERSION)"'
# From 16 on, PGXS itself hides all functions but those that SQL calls.
PG_CFLAGS = -Wall -Wextra -Wno-unused-parameter -MMD -MP -fvisibility=hidden
SHLIB_LINK = -lcrypto

CATALOG_REGRESS = catalog_tables catalog_indexes
HIERARCHY_REGRESS = hierarchy repack walk_random limits plan history tree adopt adopt_references retention hierarchy_rights
LEDGER_REGRESS = ledger verdicts correct reported_cases place history_questions direct_write ledger_events ledger_rights origin_events ledger_months trace ledger_model ledger_fold ledger_row_security recalled stock merkle changes adopt_record adopt_erp planned_size
INTERCHANGE_REGRESS = event_hash epcis_xml capture capture_declarations capture_corrections capture_truck inbox epcis_query named_query master_data hostile answers
REGRESS = install surface scheme catalog syntax scan read compose pharmacy epc roundtrip value index drivers issue random lease reserve uri $(CATALOG_REGRESS) $(HIERARCHY_REGRESS) $(LEDGER_REGRESS) $(INTERCHANGE_REGRESS) null_arguments rights access_levels
HIERARCHY_ISOLATION = pack-same-child pack-after-snapshot pack-cycle pack-cycle-of-three pack-after-wait pack-into-moving unpack-all repack-same-child call-cache partition-history walk-serializable adopt adopt-references adopt-record record-while-inside
ISOLATION = open-month $(HIERARCHY_ISOLATION) record-same-item record-beside-sql seal reserve-while-issuing changes master-data declare-early verify-changes verify-rights verify-containers correct-beside correct-in-new-month
ISOLATION_OPTS = --inputdir=$(srcdir)/test/isolation --outputdir=test/isolation

# Walks read the indexes of the links themselves, or ask in SQL where they must.
# With WALKS=sql, installcheck runs what walks, and has every walk ask in SQL.
ifeq ($(WALKS),sql)
REGRESS = install walk_sql_mode $(HIERARCHY_REGRESS)
ISOLATION = $(HIERARCHY_ISOLATION)
export PGOPTIONS := $(PGOPTIONS) -c serial.enable_direct_walk=off
endif

# Tests of the modules that know nothing of PostgreSQL, compiled without it.
UNIT_TESTS := $(patsubst $(srcdir)/%.c,%,$(sort $(wildcard $(srcdir)/test/unit/*_test.c)))
PURE_SOURCES := $(wildcard $(srcdir)/src/scheme/*.c $(srcdir)/src/syntax/*.c $(srcdir)/src/interchange/xml/*.c) $(srcdir)/src/value/pack.c
PURE_HEADERS := $(wildcard $(srcdir)/src/*/*.h $(srcdir)/src/interchange/xml/*.h)

EXTRA_CLEAN = $(DATA_built) $(OBJS:.o=.d) $(UNIT_TESTS) \
	test/isolation/results test/isolation/output_iso

# These install what they need, PGXS among it, and make the rest by themselves.
WITHOUT_PGXS = demo test torture storm bench fuzz indent check-style dist package

PG_CONFIG ?= pg_config
ifeq ($(filter $(WITHOUT_PGXS),$(MAKECMDGOALS)),)
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
endif

# PGXS does not follow headers.
-include $(OBJS:.o=.d)

# These say which version they are of.
src/serial.o src/catalog/catalog.o: $(srcdir)/serial.control

# PGXS does not make the directories of a VPATH build.  They are named in full,
# or make would be content with those of the sources.
OBJECT_DIRS = $(sort $(dir $(addprefix $(CURDIR)/,$(OBJS) $(UNIT_TESTS) test/isolation/)))
$(OBJS) $(OBJS:.o=.bc) $(UNIT_TESTS) installcheck: | $(OBJECT_DIRS)
$(OBJECT_DIRS):
	mkdir -p $@

# The install script is its modules' parts, one after another.
serial--$(EXTVERSION).sql: $(srcdir)/serial.control $(SQL_PARTS)
	printf '%s\n' '\echo Use "CREATE EXTENSION serial" to load this file. \quit' > $@
	cat $(SQL_PARTS) >> $@

# Written by hand are the beginning and the end; what is new comes from the install script.
$(UPGRADES:%=serial--%.sql): serial--%--$(EXTVERSION).sql: serial--$(EXTVERSION).sql $(srcdir)/tools/upgrade-script \
		$(srcdir)/sql/upgrade/serial--%.sql $(wildcard $(srcdir)/sql/upgrade/*/*.sql)
	perl $(srcdir)/tools/upgrade-script $(srcdir)/sql/upgrade/$*--$(EXTVERSION) \
		$(srcdir)/sql/upgrade/serial--$*.sql $< > $@.part
	mv $@.part $@

$(UNIT_TESTS): %: $(srcdir)/%.c $(srcdir)/test/unit/tap.h $(PURE_SOURCES) $(PURE_HEADERS)
	$(CC) -std=gnu99 -g -O1 -Wall -Wextra $(UNIT_CFLAGS) -I$(srcdir)/src -o $@ $< $(PURE_SOURCES)

# Prints TAP, one plan a program.
check-unit: $(UNIT_TESTS)
	@status=0; for t in $(UNIT_TESTS); do \
		./$$t $(srcdir)/test/vectors || status=1; done; exit $$status

# With MAJORS="15 17 18", on each of these majors of PostgreSQL.  MINUTES bounds the time.
test:
	@bash $(if $(MAJORS),test/majors.sh,test/run.sh)

# The long form of a test that make test runs with fewer kills.
torture:
	@TESTS=tap TAP_FILES=003_torture.pl SERIAL_TORTURE_KILLS=$(or $(KILLS),50) bash test/run.sh

# Lasts SECONDS, without the end, where all that is left is looked at.
storm:
	@TESTS=tap TAP_FILES=007_hierarchy_storm.pl SERIAL_STORM_SECONDS=$(or $(SECONDS),60) bash test/run.sh

demo:
	@PSQL=$(PSQL) bash demo/run.sh

# Prints ratios against what PostgreSQL offers without us, both sides in one run.
bench:
	@bash test/bench/run.sh

# Fuzzes every reader for SECONDS each.
fuzz:
	@SECONDS_EACH=$(or $(SECONDS),60) bash test/fuzz/run.sh

# What is committed; PGXN takes it as it is.
dist:
	git -C $(srcdir) archive --format=zip --prefix=serial-$(EXTVERSION)/ -o $(CURDIR)/serial-$(EXTVERSION).zip HEAD

package:
	@$(srcdir)/tools/package

indent:
	@$(srcdir)/tools/indent

# Part of make test; this says it of the sources as they are.
check-style:
	@status=0; for check in 'indent --check' check-layers check-language check-width check-version check-scripts; do \
		$(srcdir)/tools/$$check || status=1; done; exit $$status

.PHONY: indent check-style check-unit test torture storm demo bench fuzz dist package

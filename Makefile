# serial: serialized inventory in PostgreSQL.
#
#   make demo          show the main job on a throw-away server
#   make test          run every test on a throw-away server
#   make torture       kill a server 50 times while clients issue numbers
#   make storm         kill a server while clients pack and unpack for a minute
#   make bench         measure against what PostgreSQL offers today
#   make fuzz          fuzz the readers (needs clang)
#   make, make install, make installcheck    as with any PGXS extension

EXTENSION = serial
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" serial.control)

# The modules, in the order in which each may use those before it.
SOURCE_MODULES = scheme syntax value catalog issue hierarchy ledger

MODULE_big = serial
OBJS = src/serial.o $(foreach m,$(SOURCE_MODULES),$(patsubst %.c,%.o,$(sort $(wildcard src/$(m)/*.c src/$(m)/*/*.c))))
# The numbers of the parts give their order, whatever the module.
SQL_NAMES = $(sort $(notdir $(wildcard src/*.sql src/*/*.sql src/*/*/*.sql)))
SQL_PARTS = $(foreach name,$(SQL_NAMES),$(wildcard src/$(name) src/*/$(name) src/*/*/$(name)))
DATA_built = serial--$(EXTVERSION).sql

PG_CPPFLAGS = -I$(srcdir)/src -DSERIAL_VERSION='"$(EXTVERSION)"'
PG_CFLAGS = -Wall -Wextra -Wno-unused-parameter -MMD -MP
# Nobody interposes our functions: call them directly.
PG_CFLAGS += -fno-semantic-interposition
SHLIB_LINK = -lcrypto -Wl,-Bsymbolic-functions

HIERARCHY_REGRESS = hierarchy repack walk_random limits plan history tree adopt retention hierarchy_rights
LEDGER_REGRESS = ledger direct_write ledger_events ledger_rights ledger_months trace ledger_model recalled stock merkle
REGRESS = install scheme catalog syntax scan epc roundtrip value index issue random lease $(HIERARCHY_REGRESS) $(LEDGER_REGRESS) rights
ISOLATION = pack-same-child pack-after-snapshot pack-cycle pack-cycle-of-three pack-after-wait pack-into-moving unpack-all repack-same-child call-cache partition-history walk-serializable adopt record-same-thing record-beside-sql seal record-while-inside
ISOLATION_OPTS = --inputdir=$(srcdir)/test/isolation --outputdir=test/isolation

# Walks read the indexes of the links themselves, or ask in SQL where they must.
# With WALKS=sql, installcheck runs what walks, and has every walk ask in SQL.
ifeq ($(WALKS),sql)
REGRESS = install walk_sql_mode $(HIERARCHY_REGRESS)
export PGOPTIONS := $(PGOPTIONS) -c serial.enable_direct_walk=off
endif

# Tests of the rooms that know nothing of PostgreSQL, compiled without it.
UNIT_TESTS = $(patsubst $(srcdir)/%.c,%,$(sort $(wildcard $(srcdir)/test/unit/*_test.c)))
PURE_SOURCES = $(wildcard $(srcdir)/src/scheme/*.c $(srcdir)/src/syntax/*.c) $(srcdir)/src/value/pack.c

EXTRA_CLEAN = $(DATA_built) $(OBJS:.o=.d) $(UNIT_TESTS) \
	test/isolation/results test/isolation/output_iso

# These install what they need, PGXS among it, and make the rest by themselves.
WITHOUT_PGXS = demo test torture storm bench fuzz

PG_CONFIG ?= pg_config
ifeq ($(filter $(WITHOUT_PGXS),$(MAKECMDGOALS)),)
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
endif

# PGXS does not follow headers.
-include $(OBJS:.o=.d)

# The install script is its rooms' parts, one after another.
$(DATA_built): serial.control $(SQL_PARTS)
	printf '%s\n' '\echo Use "CREATE EXTENSION serial" to load this file. \quit' > $@
	cat $(SQL_PARTS) >> $@

# The version is written in serial.control; PGXN wants it here too.
META.json: serial.control
	sed -i 's/^\(  \)"version": "[^"]*"/\1"version": "$(EXTVERSION)"/' $@
all: META.json

test/unit/%_test: test/unit/%_test.c test/unit/tap.h $(PURE_SOURCES) $(wildcard $(srcdir)/src/*/*.h)
	mkdir -p $(@D)
	$(CC) -std=gnu99 -g -O1 -Wall -Wextra $(UNIT_CFLAGS) -I$(srcdir)/src -o $@ $< $(PURE_SOURCES)

# Prints TAP, one plan a program.
check-unit: $(UNIT_TESTS)
	@status=0; for t in $(UNIT_TESTS); do \
		$$t $(srcdir)/test/vectors || status=1; done; exit $$status

# With MAJORS="15 17 18", on each of these majors of PostgreSQL.
test:
	@$(if $(MAJORS),MAJORS='$(MAJORS)' bash test/majors.sh,bash test/run.sh)

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

.PHONY: check-unit test torture storm demo bench fuzz

EXTENSION  = lead_roi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/$(EXTENSION).control)

# The rooms, in the order in which data walks through them.
ROOMS = money source schedule ledger worker funnel metrics lifetime report

MODULE_big  = $(EXTENSION)
OBJS        = src/$(EXTENSION).o \
              $(sort $(patsubst $(srcdir)/%.c,%.o,$(wildcard $(ROOMS:%=$(srcdir)/src/%/*.c))))
ROOM_HEADERS = $(wildcard $(ROOMS:%=$(srcdir)/src/%/*.h))

# What the install script is made of, in this order: a file uses what stands above it. Named one by
# one, because the order in which make finds files depends on the locale and on make's version.
SQL = lead_roi.sql \
      source/source.sql \
      schedule/schedule.sql \
      ledger/ledger.sql \
      ledger/posting.sql \
      worker/worker.sql \
      funnel/funnel.sql \
      metrics/metrics.sql \
      metrics/metrics_aggregates.sql \
      lifetime/lifetime.sql \
      report/activity_totals.sql \
      report/bookkeeping.sql \
      report/cohorts.sql \
      report/figures.sql \
      report/lifetime.sql \
      report/reconciliation.sql \
      report/report_views.sql
PG_CPPFLAGS = -I$(srcdir)/src -DLEAD_ROI_VERSION='"$(EXTVERSION)"'
DATA        = $(wildcard $(srcdir)/upgrade/*.sql)
DATA_built  = $(EXTENSION)--$(EXTVERSION).sql

EXTRA_CLEAN = results regression.diffs

srcdir    ?= .
PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq ($(wildcard $(PGXS)),)
$(error "$(PG_CONFIG)" finds no PostgreSQL with files for building extensions; install them (on Debian: \
postgresql-server-dev-15 or later), or choose a PostgreSQL: make PG_CONFIG=/path/to/pg_config)
endif
include $(PGXS)

ifneq ($(filter $(MAJORVERSION),9.6 10 11 12 13 14),)
$(error lead_roi needs PostgreSQL 15 or later, and $(PG_CONFIG) is of $(VERSION); choose another: make PG_CONFIG=/path/to/pg_config)
endif

$(DATA_built): $(SQL:%=$(srcdir)/src/%)
	cat $^ > $@

$(OBJS): $(ROOM_HEADERS)

# The SQL and the isolation tests against the running server that PGHOST, PGPORT and PGUSER name, which has
# lead_roi installed; TESTS chooses some. "script/test" runs these and the TAP tests with servers of its own.
.PHONY: installcheck
installcheck:
	PATH="$(bindir):$$PATH" $(SHELL) $(srcdir)/test/installcheck.sh $(top_builddir)/src/test $(TESTS)

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

# "script/test" runs these, and the TAP tests, against a server of its own;
# "make installcheck" runs them against a running server that has lead_roi installed.
REGRESS        = $(sort $(notdir $(basename $(wildcard $(srcdir)/sql/*.sql))))
REGRESS_OPTS   = --inputdir=$(srcdir) --load-extension=$(EXTENSION)
ISOLATION      = $(sort $(notdir $(basename $(wildcard $(srcdir)/test/isolation/specs/*.spec))))
ISOLATION_OPTS = --inputdir=$(srcdir)/test/isolation --load-extension=$(EXTENSION)

srcdir    ?= .
PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(DATA_built): $(SQL:%=$(srcdir)/src/%)
	cat $^ > $@

$(OBJS): $(ROOM_HEADERS)

EXTENSION  = lead_roi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/$(EXTENSION).control)

# The rooms, in the order in which data walks through them: left what computes, right what a ledger is
# made of.
ROOMS = kit money schedule metrics survival value \
        ledger funnel report worker

# The install script, in order.
SQL = lead_roi.sql \
      money/money.sql \
      money/amount.sql \
      schedule/month.sql \
      schedule/schedule.sql \
      metrics/metrics.sql \
      metrics/metrics_aggregates.sql \
      survival/survival.sql \
      value/value.sql \
      ledger/ledger.sql \
      ledger/triggers.sql \
      ledger/making.sql \
      ledger/posting.sql \
      worker/worker.sql

# A ledger, in order: tables, which are made once; what stands in for those of posting where expenses
# are given; views, which every upgrade makes anew; the list of figures that views include.
LEDGER_TABLES   = ledger/lead_source.ledger.sql \
                  ledger/recurring_expense.ledger.sql \
                  ledger/posting.ledger.sql \
                  ledger/expense.ledger.sql \
                  funnel/visit.ledger.sql \
                  funnel/lead.ledger.sql \
                  funnel/payment.ledger.sql
LEDGER_STAND_INS = ledger/without_posting.ledger.sql
LEDGER_VIEWS    = ledger/terms.ledger.sql \
                  funnel/facts.ledger.sql \
                  funnel/activity.ledger.sql \
                  report/summaries.ledger.sql \
                  report/totals.ledger.sql \
                  report/bookkeeping.ledger.sql \
                  report/roi.ledger.sql \
                  report/cohorts.ledger.sql \
                  report/lifetime.ledger.sql \
                  report/reconciliation.ledger.sql \
                  worker/worker.ledger.sql
LEDGER_COLUMNS  = report/figures.ledger.sql

MODULE_big  = $(EXTENSION)
OBJS        = src/$(EXTENSION).o \
              $(patsubst $(srcdir)/%.c,%.o,$(wildcard $(ROOMS:%=$(srcdir)/src/%/*.c)))
ROOM_HEADERS = $(wildcard $(ROOMS:%=$(srcdir)/src/%/*.h))
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

IN_SOURCE = $(addprefix $(srcdir)/src/,$(1))

$(DATA_built): $(call IN_SOURCE,$(SQL) $(LEDGER_TABLES) $(LEDGER_STAND_INS) $(LEDGER_VIEWS) $(LEDGER_COLUMNS) ledger/parts.sh)
	{ cat $(call IN_SOURCE,$(SQL)) && \
	  sh $(srcdir)/src/ledger/parts.sh table $(call IN_SOURCE,$(LEDGER_TABLES)) stand-in $(call IN_SOURCE,$(LEDGER_STAND_INS)) \
	      view $(call IN_SOURCE,$(LEDGER_VIEWS)) columns $(call IN_SOURCE,$(LEDGER_COLUMNS)); } > $@.new
	mv $@.new $@

$(OBJS): $(ROOM_HEADERS)

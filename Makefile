EXTENSION  = lead_roi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/$(EXTENSION).control)

# The rooms, in the order in which data walks through them: left what computes, right what a ledger is
# made of.
ROOMS = kit money schedule source metrics survival value \
        ledger identity funnel import report worker

# The install script, in order: a file uses what stands above it. Named one by one, as all lists here, because
# the order in which make finds files depends on the locale and on make's version.
SQL = lead_roi.sql \
      money/money.sql \
      money/amount.sql \
      money/exchange_rate.sql \
      schedule/month.sql \
      schedule/schedule.sql \
      source/canonical.sql \
      source/names.sql \
      source/traffic_source.sql \
      source/known_source.sql \
      source/click_id.sql \
      source/landing_url.sql \
      source/channel.sql \
      metrics/metrics.sql \
      metrics/metrics_aggregates.sql \
      metrics/payback.sql \
      metrics/chance.sql \
      survival/survival.sql \
      value/value.sql \
      ledger/ledger.sql \
      ledger/triggers.sql \
      ledger/given_relation.sql \
      ledger/distributing.sql \
      ledger/making.sql \
      ledger/posting.sql \
      ledger/sharing.sql \
      identity/identity.sql \
      funnel/payment.sql \
      import/formats.sql \
      import/reading.sql \
      import/options.sql \
      import/plan_sources.sql \
      import/plan_expense.sql \
      import/plan_visit.sql \
      import/plan_lead.sql \
      import/plan_conversion.sql \
      import/plan_payment.sql \
      import/import.sql \
      import/preview.sql \
      import/undo.sql \
      report/period.sql \
      report/keeping.sql \
      worker/worker.sql

# A ledger, in order: tables, which are made once; what stands in for those of posting where expenses
# are given; views, which every upgrade makes anew; tables and views of kept summaries; lists of columns and
# queries that views include, and those that functions fill in and run.
LEDGER_TABLES   = money/exchange_rate.ledger.sql \
                  ledger/lead_source.ledger.sql \
                  identity/alias.ledger.sql \
                  identity/own_rules.ledger.sql \
                  ledger/recurring_expense.ledger.sql \
                  ledger/posting.ledger.sql \
                  ledger/expense.ledger.sql \
                  funnel/visit.ledger.sql \
                  funnel/lead.ledger.sql \
                  funnel/payment.ledger.sql \
                  import/import.ledger.sql
LEDGER_STAND_INS = ledger/without_posting.ledger.sql
LEDGER_VIEWS    = ledger/terms.ledger.sql \
                  identity/merged.ledger.sql \
                  funnel/facts.ledger.sql \
                  funnel/unconverted.ledger.sql \
                  funnel/activity.ledger.sql \
                  report/summaries.ledger.sql \
                  report/totals.ledger.sql \
                  report/bookkeeping.ledger.sql \
                  report/channels.ledger.sql \
                  report/roi.ledger.sql \
                  report/cohorts.ledger.sql \
                  report/lifetime.ledger.sql \
                  report/violations.ledger.sql \
                  report/bill_violations.ledger.sql \
                  report/summary_violation.ledger.sql \
                  report/reconciliation.ledger.sql \
                  report/doubtful_fact.ledger.sql \
                  report/default_period.ledger.sql \
                  report/monthly.ledger.sql \
                  report/payback.ledger.sql \
                  report/bill_totals.ledger.sql \
                  report/findings.ledger.sql \
                  report/finding.ledger.sql \
                  worker/worker.ledger.sql
LEDGER_KEPT_TABLES = report/cells.ledger.sql
LEDGER_KEPT_VIEWS = report/change.ledger.sql \
                  report/kept.ledger.sql \
                  report/kept_violation.ledger.sql
LEDGER_COLUMNS  = report/figures.ledger.sql \
                  report/date_violation.ledger.sql \
                  report/acquisition_parts.ledger.sql \
                  report/survival_curves.ledger.sql \
                  report/period_summary.ledger.sql \
                  report/period_roi.ledger.sql \
                  report/period_comparison.ledger.sql \
                  report/period_variance.ledger.sql \
                  report/stale.ledger.sql \
                  report/fold.ledger.sql \
                  funnel/expense_part.ledger.sql \
                  funnel/looked_up.ledger.sql \
                  money/converted.ledger.sql \
                  money/rates.ledger.sql \
                  identity/lead_source.ledger.sql \
                  identity/aliases.ledger.sql \
                  identity/mergers.ledger.sql \
                  identity/channel.ledger.sql \
                  funnel/lead_of_payment.ledger.sql \
                  funnel/keyed_payment.ledger.sql

MODULE_big  = $(EXTENSION)
OBJS        = src/$(EXTENSION).o \
              $(sort $(patsubst $(srcdir)/%.c,%.o,$(wildcard $(ROOMS:%=$(srcdir)/src/%/*.c))))
ROOM_HEADERS = $(wildcard $(ROOMS:%=$(srcdir)/src/%/*.h))
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

IN_SOURCE = $(addprefix $(srcdir)/src/,$(1))

$(DATA_built): $(call IN_SOURCE,$(SQL) $(LEDGER_TABLES) $(LEDGER_STAND_INS) $(LEDGER_VIEWS) $(LEDGER_KEPT_TABLES) $(LEDGER_KEPT_VIEWS) $(LEDGER_COLUMNS) ledger/parts.sh)
	{ cat $(call IN_SOURCE,$(SQL)) && \
	  sh $(srcdir)/src/ledger/parts.sh table $(call IN_SOURCE,$(LEDGER_TABLES)) stand-in $(call IN_SOURCE,$(LEDGER_STAND_INS)) \
	      view $(call IN_SOURCE,$(LEDGER_VIEWS)) \
	      kept-table $(call IN_SOURCE,$(LEDGER_KEPT_TABLES)) kept-view $(call IN_SOURCE,$(LEDGER_KEPT_VIEWS)) columns $(call IN_SOURCE,$(LEDGER_COLUMNS)); } > $@.new
	mv $@.new $@

$(OBJS): $(ROOM_HEADERS)

# Outside the source tree, as packages are built, there are no folders yet. Only whole names are not looked for there.
FOLDERS = $(addprefix $(CURDIR)/,$(sort $(dir $(OBJS))))
$(OBJS) $(OBJS:.o=.bc): | $(FOLDERS)
$(FOLDERS):
	mkdir -p $@

# The SQL and the isolation tests against the running server that PGHOST, PGPORT and PGUSER name, which has
# lead_roi installed; TESTS chooses some. "script/test" runs these and the TAP tests with servers of its own.
.PHONY: installcheck
installcheck:
	PATH="$(bindir):$$PATH" $(SHELL) $(srcdir)/test/installcheck.sh $(top_builddir)/src/test $(TESTS)

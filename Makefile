EXTENSION  = lead_roi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/$(EXTENSION).control)

# The rooms, in the order in which data walks through them.
ROOMS = money source schedule ledger worker funnel metrics lifetime report

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

# A room without SQL (or without C) is fine; the order of ROOMS is kept.
$(DATA_built): $(srcdir)/src/$(EXTENSION).sql $(foreach room,$(ROOMS),$(wildcard $(srcdir)/src/$(room)/*.sql))
	cat $^ > $@

$(OBJS): $(ROOM_HEADERS)

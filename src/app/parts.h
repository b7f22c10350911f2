/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts: struct app from the inside, for the files of this room only.
 * Loop thread.
 */
#ifndef IOCD_APP_PARTS_H
#define IOCD_APP_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "backtest.h"
#include "health.h"
#include "iocd/canary.h"
#include "iocd/control.h"
#include "iocd/delivery.h"
#include "iocd/flow.h"
#include "iocd/history_report.h"
#include "iocd/intake.h"
#include "iocd/journal.h"
#include "iocd/net/loop.h"
#include "iocd/snapshot.h"
#include "iocd/store.h"
#include "memories.h"
#include "people.h"
#include "reload.h"
#include "up.h"

struct app {
	const struct args *args;

	struct config **configs; /* every generation; the first was read at the start.  Kept for
				    life: alerts and transitions name the rules that they were made
				    by. */
	size_t n_configs;
	size_t in_force;        /* which of them */
	uint64_t rules_seen;    /* flow_rules_changes() that everybody has been shown */
	char journaled[24];     /* generation of the rules that were journaled last ... */
	uint64_t journaled_end; /* ... up to there; 0: none since the start */
	struct reloaded reloaded;
	struct config_overrides overrides; /* of args */

	struct loop *loop;
	struct journal *journal;
	struct flow *flow;
	struct intake *intake;
	struct store *store;
	struct delivery *delivery;
	struct web *web; /* NULL: receivers are not told */
	struct canary *canary;
	uint64_t n_canaries; /* that were carried */
	bool was_connected;  /* to the broker, once at least */
	struct control *control;
	struct backtests *backtests;
	struct people *people;   /* who may use the console */
	struct history *history; /* NULL: its file could not be opened */
	int64_t generation_ms;   /* since when the rules that history knows last are in force */

	struct wake *synced;  /* the journal has more to read */
	struct timer *idle;   /* lets time pass while nothing arrives */
	struct timer *second; /* health, watchdog, summaries */
	int64_t clock_ms;     /* civil time that never goes back: what idle time is told */
	uint64_t posted;      /* number of the last transition handed on */
	bool ready;           /* caught up with the journal */
	bool is_timeless;     /* the journal took no record of time, and that was said */
	int status;           /* of the process */
	struct state state;
	struct space space;
	struct reporting reporting;
	struct up up;
	struct health health;
	struct own_said said[N_OWN_PARTS];
};

/* What to do about a damaged journal. */
#define REPAIR_ADVICE                                                                              \
	"nothing was changed; `iocctl journal verify` says more, `iocctl journal repair` puts "    \
	"the "                                                                                     \
	"damaged bytes aside"

/* The configuration in force. */
const struct config *app_config(const struct app *app);

/* settings.c: what each part wants to know, from settings; strings are lent by them or, where a
 * file holds a secret, given (free() them).  0 or a fault that has been logged. */
int mqtt_options_from(struct mqtt_options *ret, const struct settings *settings,
		      char **ret_password) MUST_USE;
int store_options_from(struct store_options *ret, const struct settings *settings,
		       char **ret_password) MUST_USE;

/* state.c: makes the fold's state as the disk knows it.  0 or a fault. */
int state_open(struct app *app, const struct journal_recovery *recovery) MUST_USE;

/* At the end of a tick: begins a snapshot of the state at position if one is due.  Asks for one at
 * the next tick. */
void state_consider(struct app *app, uint64_t position);
void state_want_snapshot(struct app *app);

/* Once a second: looks after the snapshot's writer, and lets old parts of the journal go. */
void state_tick(struct app *app);

/* make.c: what is needed to name things in alerts. */
struct alert_context app_context(const struct app *app);

/* app.c: wakes us when time must pass although nothing arrives, and once a second in case a clock
 * was set.  To be called when the fold may want another time than before. */
void app_await_time(struct app *app);

/* app.c: makes app->flow anew, empty, at the oldest record.  0 or a fault. */
int state_new_flow(struct app *app) MUST_USE;

/* space.c: once a second; and what is said of it. */
void space_tick(struct app *app);
struct part_health space_part(const struct app *app);

/* past.c: opens the history; hands over what left the fold; whether all of that is safe; and what
 * is said of it (detail of size bytes holds the words). */
int past_open(struct app *app) MUST_USE;
void past_put(struct app *app, const struct flow_tick *tick);
bool past_is_settled(const struct app *app);
struct part_health past_part(const struct app *app, char *detail, size_t size);

/* reports.c: notes what left for history, which may correct a report; once a second; what was
 * written of a report before (false: nothing); and what is said of them. */
void reports_note(struct app *app, const struct flow_tick *tick);
void reports_tick(struct app *app);
bool reports_read_before(void *app, const struct report_plan *plan,
			 const struct report_period *period, struct text *ret);
struct part_health reports_part(const struct app *app);

/* reports.c: writes a file that is whole or not there; synced: safe on the disk.  0 or a fault. */
int reports_write_file(const char *path, const struct text *text, bool synced) MUST_USE;

/* worst.c: once a second: writes the worst rules of a week that is over. */
void worst_tick(struct app *app);

/* app.c: makes the wake-ups and timers that drive everything, and listens for signals.  0 or a
 * fault. */
int app_make_handles(struct app *app) MUST_USE;

/* app.c: civil time that never goes back. */
int64_t app_now_ms(struct app *app);

#endif

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
#include "iocd/control.h"
#include "iocd/delivery.h"
#include "iocd/flow.h"
#include "iocd/history_report.h"
#include "iocd/intake.h"
#include "iocd/journal.h"
#include "iocd/net/loop.h"
#include "iocd/snapshot.h"
#include "iocd/store.h"

#define HEALTH_RATE_SECONDS 10 /* over which events per second are averaged */

/* What health.c remembers from one second to the next. */
struct health {
	int64_t started_ms;                   /* civil time */
	int64_t stall_us;                     /* longest turn of the last seconds */
	uint64_t seen[HEALTH_RATE_SECONDS];   /* events seen, by second, round and round */
	unsigned n_seconds;                   /* seconds since the start */
	int64_t refused_ms;                   /* when the last reload was refused; 0: it was not */
	char refused_why[120];                /* its first complaint */
	char details[CONTROL_PARTS_MAX][280]; /* texts lent to control */
	struct mqtt_status mqtt;              /* copies that the texts point into */
	struct store_status store;
};

/* What state.c knows of snapshots. */
struct state {
	struct snapshots *snapshots;
	uint64_t first;  /* position of the oldest record, where a cold start begins */
	uint64_t begun;  /* position of the last that was begun or loaded */
	int64_t next_ms; /* monotonic; not another before */
	bool is_wanted;  /* one at the next tick, whatever the time */
	bool has_failed; /* the last one, and that was said */
};

/* What space.c knows of the disk. */
struct space {
	uint64_t free_bytes;
	int64_t since_ms; /* civil time since when it is short; 0: it is not */
	bool is_short;
};

/* What reports.c knows. */
struct reporting {
	int64_t look_ms[REPORT_PLANS_MAX];  /* monotonic: when to see next whether it is due */
	int64_t again_ms[REPORT_PLANS_MAX]; /* and when to work the last ones out again */
	int64_t since_ms[REPORT_PLANS_MAX]; /* the oldest hour that was corrected; 0: none */
	int64_t changed_ms;                 /* monotonic: when one was */
	uint32_t n_waiting;
	char reason[160]; /* why the last could not be made; "" if it could */
};

struct app {
	const struct args *args;

	struct config **configs; /* every generation; the last is in force.  Kept for life: alerts
				    and transitions name the rules that they were made by. */
	size_t n_configs;

	struct loop *loop;
	struct journal *journal;
	struct flow *flow;
	struct intake *intake;
	struct store *store;
	struct delivery *delivery;
	struct control *control;
	struct history *history; /* NULL: its file could not be opened */

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
	struct health health;
};

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

/* health.c: once a second; and what control asks. */
void health_start(struct app *app);
void health_tick(struct app *app);
void health_fill(void *app, struct control_health *ret);

/* reload.c: reads the configuration again.  0 applied, 1 refused; report says why. */
int app_reload(void *app, struct text *report);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * views: the answers, one function per route of control.c.
 *
 * Each reads the domain and fills the response with a copy; what a caller got wrong becomes an
 * error with a status of 4xx.  What is of units that views->caller may not see does not exist for
 * it: no list has it, no sum counts it, no text names it.  An answer that is put off holds the
 * caller, and is written with views_as().  Loop thread.
 */
#ifndef IOCD_CONTROL_VIEWS_H
#define IOCD_CONTROL_VIEWS_H

#include "caller.h"
#include "iocd/control.h"
#include "put.h"
#include "sight.h"

#define VIEWS_ALERTS   1000 /* alerts in one answer unless the caller sets a limit */
#define VIEWS_TIMELINE 100  /* transitions in one explanation */

struct gate;
struct streaming;

struct views {
	struct http *http;           /* for answers that were put off */
	struct gate *gate;           /* who may come in */
	struct streaming *streaming; /* who reads the live stream */
	struct caller *caller;       /* who asks; nobody between two requests */
	struct views_past *past;     /* those about history */
	struct views_looks *looks;   /* those about the configuration */
	struct views_orders *orders; /* those that wait for the fold */
	struct control_source source;
	struct control_hooks hooks;
};

/* Copies views for an answer that was put off: as they are now, for that caller. */
struct views views_as(const struct views *views, struct caller *caller);

typedef void view_fn(const struct views *views, const struct http_request *request,
		     struct http_response *response);

/* What is asked often and read by programs. */
view_fn view_status, view_live, view_ready, view_health, view_metrics, view_counters;
/* What iocd knows. */
view_fn view_report, view_rank;
view_fn view_alerts, view_explain, view_explain_not, view_indicators, view_units, view_feeds,
	view_deadletter, view_rules, view_records, view_findings, view_history;
view_fn view_suppressions, view_stream;
view_fn view_workload, view_alert_log, view_handover;
view_fn view_sites, view_gaps;
view_fn view_curve, view_audit, view_config, view_backtest, view_openapi;
/* What changes something. */
view_fn view_reload, view_commands, view_diff, view_backtest_start, view_backtest_stop;
/* Who is logged in (login.c); reports of browsers about the page. */
view_fn view_session, view_login, view_logout, view_csp;

/* Makes what view_history() needs over time, and gives it; frees it, when http is closed, and
 * returns NULL. */
struct views_past *views_past_new(struct loop *loop) MUST_USE;
struct views_past *views_past_free(struct views_past *past);

/* Makes and frees the list of who waits for the fold; answers who has waited for long enough, and
 * those that the fold has come to by that position, under the rules of that generation. */
struct views_orders *views_orders_new(void) MUST_USE;
struct views_orders *views_orders_free(struct views_orders *orders);
void views_orders_tick(const struct views *views);
void views_orders_note(const struct views *views, uint64_t position, const char *generation);

/* Lends the alert that a caller names by its number in the list of alerts, its id, <unit>/<key>, or
 * <unit>/<rule> while it is not told; until the book changes.  One that is over is found as long
 * as the book knows it.  NULL: there is none. */
const struct alert *views_find_alert(const struct views *views, const char *reference);

/* Appends the object that GET status answers. */
void views_status(const struct views *views, struct text *text);

/* Writes the member "load": how much the people on watch have to do; null if it is not known. */
void views_put_load(struct text *text, const struct views *views);

/* Write the members "sites" (how many forward to us, and what is wrong with them) and "uplink" (the
 * way to the iocd above); null if there is none. */
void views_put_sites(struct text *text, const struct views *views);
void views_put_uplink(struct text *text, const struct views *views);

/* Copies how the way to the iocd above is; false: there is none. */
bool views_get_uplink(const struct views *views, struct forward_status *ret);

/* Writes the member "parts": those of health that are that bad, or worse; with details only for
 * who sees everything, because they name units. */
void views_put_parts(struct text *text, const struct views *views,
		     const struct control_health *health, enum light least);
const char *views_light(enum light light);

/* Writes the member "suppressions": what holds at and below unit, or for all.  Returns how many. */
uint64_t views_put_suppressions(struct text *text, const struct views *views, uint32_t unit);

/* Whether that health is good: no part red, nothing unaccounted for. */
bool views_is_healthy(const struct views *views, const struct control_health *health);

/* seen - accepted - refused of this process: 0 unless something went missing. */
int64_t views_unaccounted(const struct views *views);

/* Events that their senders have numbered and that never came, on all feeds. */
uint64_t views_missing(const struct views *views);

/* Events that account refused, for whatever reason. */
uint64_t views_refused(const struct account *account);

/* Writes the member "refused": {reason: number} with the reasons that occurred. */
void views_put_refused(struct text *text, const struct account *account);

/* Writes a unit's id, level and name into the open object. */
void views_put_unit(struct text *text, const struct unit *unit);

/* Writes the members value, band, quality, provisional, reporting, expected and samples into the
 * open object. */
void views_put_reading(struct text *text, const struct indicator *indicator,
		       const struct reading *reading);

/* Turns response into an error. */
void views_error(struct http_response *response, int status, const char *code, const char *format,
		 ...) PRINTF(4, 5);

/* Answers that there is no unit of that id, and which may have been meant of those that the caller
 * sees. */
void views_refuse_unit(const struct views *views, struct http_response *response, const char *id);

/* Reads the query argument unit into *ret, UNIT_NONE if it is not there.  False: there is no such
 * unit, and response says so. */
bool views_read_unit(const struct views *views, const struct http_request *request,
		     struct http_response *response, uint32_t *ret);

/* The same for a number within 1 and max; absent: *ret stays. */
bool views_read_count(const struct http_request *request, struct http_response *response,
		      const char *name, int64_t max, int64_t *ret);

/* The same for a day, a time, a time of today, or how long ago; absent: *ret stays. */
bool views_read_time(const struct views *views, const struct http_request *request,
		     struct http_response *response, const char *name, int64_t *ret);

/* Whether unit is top or below it; true if top is UNIT_NONE. */
bool views_is_within(const struct views *views, uint32_t unit, uint32_t top);

#endif

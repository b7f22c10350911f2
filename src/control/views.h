/* SPDX-License-Identifier: Apache-2.0 */
/*
 * views: the answers, one function per route of control.c.
 *
 * Each reads the domain and fills the response with a copy; what a caller got wrong becomes an
 * error with a status of 4xx.  Loop thread.
 */
#ifndef IOCD_CONTROL_VIEWS_H
#define IOCD_CONTROL_VIEWS_H

#include "iocd/control.h"
#include "put.h"

#define VIEWS_ALERTS   1000 /* alerts in one answer unless the caller sets a limit */
#define VIEWS_TIMELINE 100  /* transitions in one explanation */

struct views {
	struct http *http;       /* for answers that were put off */
	struct views_past *past; /* those about history */
	struct control_source source;
	struct control_hooks hooks;
};

typedef void view_fn(const struct views *views, const struct http_request *request,
		     struct http_response *response);

/* What is asked often and read by programs. */
view_fn view_status, view_live, view_ready, view_health, view_metrics, view_counters;
/* What iocd knows. */
view_fn view_report, view_rank;
view_fn view_alerts, view_explain, view_indicators, view_units, view_feeds, view_deadletter,
	view_rules, view_records, view_findings, view_history;
/* What changes something: refused without the header X-Iocd, which no page of another site can
 * send. */
view_fn view_reload;

/* Makes what view_history() needs over time, and gives it; frees it, when http is closed, and
 * returns NULL. */
struct views_past *views_past_new(struct loop *loop) MUST_USE;
struct views_past *views_past_free(struct views_past *past);

/* Appends the object that GET status answers. */
void views_status(const struct views *views, struct text *text);

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

/* Writes the members value, band, quality, reporting, expected and samples into the open object. */
void views_put_reading(struct text *text, const struct indicator *indicator,
		       const struct reading *reading);

/* Turns response into an error. */
void views_error(struct http_response *response, int status, const char *code, const char *format,
		 ...) PRINTF(4, 5);

/* Reads the query argument unit into *ret, UNIT_NONE if it is not there.  False: there is no such
 * unit, and response says so. */
bool views_read_unit(const struct views *views, const struct http_request *request,
		     struct http_response *response, uint32_t *ret);

/* The same for a number within 1 and max; absent: *ret stays. */
bool views_read_count(const struct http_request *request, struct http_response *response,
		      const char *name, int64_t max, int64_t *ret);

/* Whether unit is top or below it; true if top is UNIT_NONE. */
bool views_is_within(const struct views *views, uint32_t unit, uint32_t top);

#endif

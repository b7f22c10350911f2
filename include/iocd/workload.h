/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workload: what alerts ask of the people on watch: how many come, whether it is a flood, how soon
 * somebody knows, and which rules are the worst.
 *
 * What counts as an alarm is what was announced: raised while nothing suppressed it, or told when
 * the last suppression ended.  A flood begins when more than WORKLOAD_FLOOD alarms per operator
 * came within ten minutes, and ends when it is less than half of that: figures as in ISA-18.2 and
 * EEMUA 191 (by way of secondary sources).  Nothing is held back by a flood: views fold.
 *
 * Deterministic: fed by transitions and time; no I/O, no clock, no log; allocates when a rule is
 * met for the first time.  One thread at a time.
 */
#ifndef IOCD_WORKLOAD_H
#define IOCD_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alertbook.h"
#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"

#define WORKLOAD_SPAN_MIN 10 /* minutes over which alarms are counted */
#define WORKLOAD_FLOOD    10 /* alarms per operator within them: more is a flood */
#define WORKLOAD_CALM     5  /* fewer: it is over */
#define WORKLOAD_STALE_MS (24 * 3600000LL)
#define WORKLOAD_RULES    4096 /* that are told apart; the others count together */
#define WORKLOAD_WORST    10

struct workload_options {
	int operators;      /* people on watch, at least 1 */
	int offset_minutes; /* of local time: days and weeks */
};

/* Counts of alarms, at time_ms. */
struct workload_view {
	int operators;
	uint32_t last_10_min, last_hour;            /* alarms */
	uint32_t today, week;                       /* of local time; the week begins on Monday */
	uint32_t severities[SEVERITY_CRITICAL + 1]; /* of this week's */
	bool is_flood;
	int64_t flood_since_ms;      /* 0: none */
	uint32_t flood_alarms;       /* since it began, those of the ten minutes before included */
	uint32_t floods;             /* this week */
	uint32_t acknowledged;       /* this week */
	int64_t acknowledged_p50_ms; /* from telling to acknowledging; 0: none was */
	int64_t acknowledged_p95_ms;
};

/* What one rule has done in a week. */
struct workload_rule {
	const char *id; /* lent until the next change; "*": all beyond WORKLOAD_RULES */
	uint32_t alarms;
	uint32_t critical;
	uint32_t chatters; /* times that an alert of it began to chatter */
	uint32_t unseen;   /* alarms that were over before anybody acknowledged them */
};

/* What stands now, counted from the book: a view of its own, as it needs no memory. */
struct workload_standing {
	uint32_t standing, critical;
	uint32_t unacknowledged, acknowledged, owned;
	uint32_t over;  /* cleared, and nobody has acknowledged them */
	uint32_t stale; /* standing for over a day */
	uint32_t chattering;
	uint32_t suppressed[N_SUPPRESSIONS];
	uint32_t any_suppressed;
	uint32_t uncertain;
	uint32_t drill;
	int64_t oldest_ms; /* raised; 0: none */
};

struct workload;

/* Makes one that has seen nothing.  Gives it; never NULL. */
struct workload *workload_new(const struct workload_options *options) MUST_USE;
struct workload *workload_free(struct workload *workload);
DEFINE_CLEANUP(struct workload, workload_free)

/* Takes what is new in the book, at a tick of now_ms. */
void workload_follow(struct workload *workload, const struct alertbook *book, int64_t now_ms);

/* Fills *ret. */
void workload_get(const struct workload *workload, struct workload_view *ret);
void workload_count_standing(const struct alertbook *book, int64_t now_ms,
			     struct workload_standing *ret);

/* Fills ret with the rules that had the most alarms this week (weeks_ago 0) or last week (1), the
 * worst first, at most n; returns their number. */
uint32_t workload_worst(const struct workload *workload, int weeks_ago, struct workload_rule *ret,
			uint32_t n);

/* Put all into writer, without heap; and read it back into a fresh one. */
void workload_save(const struct workload *workload, struct bytes_writer *writer);
void workload_load(struct workload *workload, struct bytes_reader *reader);

#endif

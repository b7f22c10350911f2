/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings: what would have been an alert, had it come in time.
 *
 * An event that is historical, or older than its feed's lateness, corrects its windows and history
 * but raises nothing: it is no news.  If a rule on events matches it, a late finding says so, once
 * for rule, unit, subject and local day of the event, with how many events there were.  The last
 * FINDINGS_MAX are kept; what is found again after its finding was let go is a new one.
 *
 * Pure; no I/O, no clock, no log, no heap after findings_new().  One thread at a time.
 */
#ifndef IOCD_FINDINGS_H
#define IOCD_FINDINGS_H

#include <stdint.h>

#include "iocd/alertbook.h"
#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"
#include "iocd/rule.h"

#define FINDINGS_MAX 1000

struct finding {
	uint64_t number; /* from 1, in the order in which they were found */
	char rule[65];   /* id */
	uint32_t unit;
	char subject[ALERT_SUBJECT_MAX];
	enum severity severity;
	int64_t first_ms, last_ms; /* event times */
	int64_t found_ms;          /* arrival of the first */
	uint64_t events;
	uint64_t position; /* journal record of the newest */
};

struct findings;

/* Makes an empty list; days are those of local time, so many minutes east of UTC.  Gives it; never
 * NULL. */
struct findings *findings_new(int offset_minutes) MUST_USE;
struct findings *findings_free(struct findings *findings);
DEFINE_CLEANUP(struct findings, findings_free)

/* Enters what rules_match_late() said of an event, which verdict lends. */
void findings_note(struct findings *findings, const struct rule *rule,
		   const struct verdict *verdict);

/* Number of the last, and a loan of one that is still kept (else NULL) until the next change. */
uint64_t findings_last(const struct findings *findings);
const struct finding *findings_at(const struct findings *findings, uint64_t number);

/* Put all of them into writer, without heap; and read them back into a fresh list.  Those of units
 * that are gone are let go; their numbers stay empty. */
void findings_save(const struct findings *findings, struct bytes_writer *writer);
void findings_load(struct findings *findings, struct bytes_reader *reader,
		   const struct renumber *units);

#endif

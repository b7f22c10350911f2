/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal_line: a record of the journal as one line of JSON, and what selects records.
 *
 * Pure; no I/O, no clock.
 */
#ifndef IOCCTL_JOURNAL_LINE_H
#define IOCCTL_JOURNAL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/journal.h"

/* Appends record without a line's end: position, arrival (RFC 3339, so many minutes east of UTC),
 * kind, flags, and of a message topic and payload: as it is if that is JSON, else as "text", else
 * as "base64".  A payload keeps its digits; blanks between its parts go. */
void journal_line(struct text *text, const struct record *record, int offset_minutes);

/* Lends the name of a kind: "message", "time", "hole", "other". */
const char *journal_kind_name(enum record_kind kind);

/* Whether filter is an MQTT topic filter, and whether a topic of n bytes matches it. */
bool topic_filter_is_valid(const char *filter);
bool topic_filter_matches(const char *filter, const char *topic, size_t n);

/* One end of a range of records: a position or a time; neither: open. */
struct journal_bound {
	bool is_position;
	bool is_time;
	uint64_t position;
	int64_t time_ms;
};

/* Reads "1234" as a position and "2026-11-22T08:00:00+07:00" as a time.  0, or TEXT_SYNTAX. */
int journal_bound_read(struct journal_bound *ret, const char *text) MUST_USE;

/* Whether record stands before bound. */
bool journal_bound_is_behind(const struct journal_bound *bound, const struct record *record);

#endif

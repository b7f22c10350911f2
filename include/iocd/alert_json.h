/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert_json: an alert and its transitions as JSON and as sentences, once, for every way out.
 *
 * Numbers keep full precision; times are RFC 3339 in local time.  Pure; no I/O, no clock.
 */
#ifndef IOCD_ALERT_JSON_H
#define IOCD_ALERT_JSON_H

#include "iocd/alertbook.h"
#include "iocd/base/text.h"

/* What the writers need to name things; borrowed during each call. */
struct alert_context {
	const struct units *units;
	int offset_minutes;           /* of local time */
	const struct alertbook *book; /* whose receivers are named; NULL: only "unit" is */
	const struct schema *schema;  /* names events of sequences; NULL: they stay unnamed */
};

#define ALERT_KEY_MAX 448 /* a rule's id, "/", a subject of nothing but %XX, and the zero */

/* Writes the alert's key, "<rule>/<subject>" or "<rule>" (unique within its unit), into key with
 * the characters that topics and Redis keys dislike (space, control, + # / * ? [ ] and non-ASCII)
 * of the subject, and % itself, as %XX.  Returns key. */
const char *alert_key(char key[ALERT_KEY_MAX], const struct alert *alert);

/* The id of the alert's rule, lent by it; appends the rule's title in Vietnamese or English.  Of a
 * mirrored alert both are those of its origin. */
struct slice alert_rule_id(const struct alert *alert);
void alert_title(struct text *text, const struct alert *alert, bool vietnamese);

/* Appends why the alert stands, in words, in Vietnamese or English: value, limit, window, sample
 * size; what event; which record, what did not follow or when it is due; what is wrong with iocd.
 * Numbers are rounded for people: percentages to one decimal (below 0.1 to one digit), others to
 * three digits or to whole numbers. */
void alert_reason(struct text *text, const struct alert_context *context, const struct alert *alert,
		  bool vietnamese);

/* Appends the ids of receivers, which are bits by number, with blanks between: "unit" is the unit's
 * own. */
void alert_receivers(struct text *text, const struct alert_context *context, uint32_t receivers);

/* Appends one line that says what happened, for a title or a short message: "[CRITICAL] Bình Dương:
 * interconnect down (link db-1), was shelved by an until 10:30 2026-11-22". */
void alert_headline(struct text *text, const struct alert_context *context,
		    const struct transition *transition, bool vietnamese);

/* Appends the alert as a JSON object: id ("<unit>/<key>/<raised_number>"), key, rule{id,title,file,
 * line,version,kind}, unit{id,level,name}, subject, condition, state, severity, uncertain, drill,
 * closed, value, samples, quality, threshold{text,value,file,line,column}, window, presence, due,
 * detail, origin, handling, acknowledged{by,note,at,until}, owner, suppressed[{kind,by,until}],
 * latched, announced, told[ids of receivers], escalations, raises, events, positions, first,
 * raised, changed, reason.  title, name and reason are {vi,en}; what an alert has not is null.
 *
 * Of a mirrored alert (mirror.h) rule.title and reason are in the words of its origin, and origin
 * is {unit, name, sender, rule, subject, threshold, title, reason, number, raised,
 * suppressed[kinds], site{unit, name, sender}}: the iocd where it arose, what it is there, the
 * number of the last transition heard, why it is not told there, and by which site it came here;
 * else it is null.  The names are {vi,en} of the units, null if there is no such unit here. */
void alert_json(struct text *text, const struct alert_context *context, const struct alert *alert);

/* Appends the transition as a JSON object: number, news, time, position, by, note, tells[ids of
 * receivers who are to hear of it], and the alert's members. */
void transition_json(struct text *text, const struct alert_context *context,
		     const struct transition *transition);

#endif

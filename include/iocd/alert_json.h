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
	int offset_minutes; /* of local time */
};

#define ALERT_KEY_MAX 448 /* a rule's id, "/", a subject of nothing but %XX, and the zero */

/* Writes the alert's key, "<rule>/<subject>" or "<rule>" (unique within its unit), into key with
 * the characters that topics and Redis keys dislike (space, control, + # / * ? [ ] and non-ASCII)
 * of the subject, and % itself, as %XX.  Returns key. */
const char *alert_key(char key[ALERT_KEY_MAX], const struct alert *alert);

/* Appends why the alert stands, in words, in Vietnamese or English: value, limit, window, sample
 * size, or what event.  Numbers are rounded for people: percentages to one decimal (below 0.1 to
 * one digit), others to three digits or to whole numbers. */
void alert_reason(struct text *text, const struct alert_context *context, const struct alert *alert,
		  bool vietnamese);

/* Appends the alert as a JSON object: id ("<unit>/<key>/<raised_number>"), key, rule{id,title,file,
 * line}, unit{id,level,name}, subject, state, severity, uncertain, drill, closed, value, samples,
 * quality, threshold{text,value,file,line,column}, window, events, positions, first, raised,
 * changed, reason.  title, name and reason are {vi,en}; what an alert has not is null. */
void alert_json(struct text *text, const struct alert_context *context, const struct alert *alert);

/* Appends the transition as a JSON object: number, news, time, position, and the alert's members.
 */
void transition_json(struct text *text, const struct alert_context *context,
		     const struct transition *transition);

#endif

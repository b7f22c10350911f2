/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report: what the loader dislikes, collected from all files and written at once, in the order of
 * the files: "file:line:column: error: message", the source line, a caret.
 *
 * Each has a code, a word that stays when the message is written better: what the reader gave, or
 * by the part that the file says something about ("rule-wrong").  A warning shows it in brackets.
 *
 * Bounded: REPORT_FINDINGS_MAX findings are kept, the rest is counted.
 */
#ifndef IOCD_CONFIG_REPORT_H
#define IOCD_CONFIG_REPORT_H

#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/place.h"
#include "iocd/base/text.h"
#include "iocd/config.h"
#include "source.h"

#define REPORT_FINDINGS_MAX 2000
#define REPORT_MESSAGE_MAX  400 /* bytes of one message; longer ones are cut */

struct report;

/* Makes an empty report about sources, borrowed for life.  Gives it; never NULL. */
struct report *report_new(const struct sources *sources) MUST_USE;
struct report *report_free(struct report *report);
DEFINE_CLEANUP(struct report, report_free)

/* Takes no warnings from now on. */
void report_only_errors(struct report *report);

/* Add a finding.  A place with line 0 has no source line; one without a file stands for the whole
 * directory. */
void report_error(struct report *report, struct place place, const char *format, ...) PRINTF(3, 4);
void report_warning(struct report *report, struct place place, const char *format, ...)
	PRINTF(3, 4);

/* The same with a code of its own, lent for ever. */
void report_error_as(struct report *report, const char *code, struct place place,
		     const char *format, ...) PRINTF(4, 5);
void report_warning_as(struct report *report, const char *code, struct place place,
		       const char *format, ...) PRINTF(4, 5);

/* How many errors were added; and whether a further finding would still be kept. */
uint32_t report_errors(const struct report *report);
int report_is_full(const struct report *report);

/* Appends all findings and a line that sums them up; nothing if there are none. */
void report_write(struct report *report, struct text *text);

/* Calls each with what is kept, in the same order. */
void report_each(struct report *report, config_finding_fn *each, void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal: what the verbs of 'iocctl journal' share: where the journal is, and how what was found
 * is told.
 */
#ifndef IOCCTL_JOURNAL_H
#define IOCCTL_JOURNAL_H

#include <jansson.h>

#include "call.h"
#include "iocd/config.h"
#include "iocd/journal_file.h"

/* The journal that was asked for. */
struct journal_place {
	const char *directory; /* lent by call or config */
	struct config *config; /* owned; NULL: none was named */
	int offset_minutes;    /* of local time: the configuration's, else this machine's */
};

/* Makes a survey of the place's directory.  STATUS_GOOD and a survey (given), or what was
 * explained on stderr. */
int journal_survey(const struct call *call, const struct journal_place *place,
		   struct journal_survey **ret);

/* Explains on stderr why the journal in directory could not be read or repaired: r is what the
 * call gave, which was not 0.  The exit status. */
int journal_complain(const struct call *call, const char *directory, int r);

/* Reads every record, with a bar on a terminal.  STATUS_GOOD or what was explained. */
int journal_scan(const struct call *call, const struct journal_place *place,
		 struct journal_survey *survey);

/* Lends what a harm is, in words; its name for programs. */
const char *journal_harm_text(enum journal_harm harm, bool vietnamese);
const char *journal_harm_name(enum journal_harm harm);

/* Prints the findings, one a line: file, offset, what, and what is lost. */
void journal_print_findings(const struct call *call, const struct journal_place *place,
			    const struct journal_survey *survey);

/* Makes what all verbs say in JSON: directory, id, positions, findings.  Gives it. */
json_t *journal_json(const struct journal_place *place, const struct journal_survey *survey);

/* An RFC 3339 string in the place's time, or null for 0.  Gives it. */
json_t *journal_json_time(const struct journal_place *place, int64_t time_ms);

/* The verbs.  Each returns an exit status. */
typedef int journal_verb_fn(const struct call *call, const struct journal_place *place);
journal_verb_fn journal_verify, journal_stat, journal_cat, journal_replay, journal_mend;

#endif

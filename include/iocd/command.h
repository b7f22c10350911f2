/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command: what a person wants done to alerts, as it stands in the journal.
 *
 * A command is journaled before it is carried out, so that it survives like an event and a replay
 * carries it out again; whoever gave it is answered after that.  Its key makes giving it twice
 * harmless.  The journal holds it as one JSON object: verb, key, by, and of note, owner, rule,
 * unit, subject, below and until (RFC 3339, or milliseconds since 1970) those that the verb takes.
 *
 * Verbs about one alert name its rule and unit, and its subject if it has one.  Those about alerts
 * name a rule or a unit at least.
 *
 * Pure; allocates only while reading.  Any thread.
 */
#ifndef IOCD_COMMAND_H
#define IOCD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"

#define COMMAND_KEY_MAX     65 /* bytes, the ending zero included; so all below */
#define COMMAND_NAME_MAX    64
#define COMMAND_NOTE_MAX    256
#define COMMAND_RULE_MAX    65
#define COMMAND_UNIT_MAX    65
#define COMMAND_SUBJECT_MAX 128

/* clang-format off */
#define COMMAND_VERBS(X)                                                                    \
	X(ACKNOWLEDGE, "acknowledge")     /* one alert; until: expires                    */ \
	X(UNACKNOWLEDGE, "unacknowledge") /* one alert                                    */ \
	X(ASSIGN, "assign")               /* one alert, to owner ("": to nobody)          */ \
	X(COMMENT, "comment")             /* one alert; note                              */ \
	X(RESET, "reset")                 /* one alert that is latched                    */ \
	X(SHELVE, "shelve")               /* alerts; until and note are compulsory        */ \
	X(UNSHELVE, "unshelve")           /* what was shelved so                          */ \
	X(DISABLE, "disable")             /* takes alerts out of service; note compulsory */ \
	X(ENABLE, "enable")               /* puts them back                               */ \
	X(MAINTAIN, "maintain")           /* begins maintenance of a unit; until, note    */ \
	X(END_MAINTENANCE, "end-maintenance")

#define COMMAND_OUTCOMES(X)                                                                 \
	X(DONE, "done")                                                                      \
	X(NEEDLESS, "needless")           /* it is so already                             */ \
	X(NO_SUCH_ALERT, "no_such_alert") /* none of that rule, unit and subject stands   */ \
	X(NO_SUCH_RULE, "no_such_rule")                                                      \
	X(NO_SUCH_UNIT, "no_such_unit")                                                      \
	X(TOO_LATE, "too_late")           /* until lies in the past                       */ \
	X(FULL, "full")                   /* too many shelvings and the like              */
/* clang-format on */

enum command_verb {
#define X(name, text) COMMAND_##name,
	COMMAND_VERBS(X)
#undef X
		N_COMMAND_VERBS
};

enum command_outcome {
#define X(name, text) OUTCOME_##name,
	COMMAND_OUTCOMES(X)
#undef X
};

struct command {
	enum command_verb verb;
	char key[COMMAND_KEY_MAX];   /* drawn by who gives it; never "" */
	char by[COMMAND_NAME_MAX];   /* who gives it; never "" */
	char note[COMMAND_NOTE_MAX]; /* why */
	char owner[COMMAND_NAME_MAX];
	char rule[COMMAND_RULE_MAX]; /* id; "": all, where a verb is about alerts */
	char unit[COMMAND_UNIT_MAX]; /* id or former id; "": all, likewise */
	char subject[COMMAND_SUBJECT_MAX];
	bool has_subject; /* only that one; else, where a verb is about alerts, of any subject */
	bool is_below;    /* and those of the units below */
	int64_t until_ms; /* 0: none */
};

/* Reads size bytes of JSON into *ret.  Members that the verb does not take are refused, as are
 * names and notes that are too long or have characters that cannot be printed.  0, or 1: it is no
 * command; why (256 bytes) says so. */
int command_read(const char *json, size_t size, struct command *ret, char why[256]) MUST_USE;

/* The same of a command that is being given: key (NULL: none) stands for the member of that name,
 * which need not be there, and must not differ. */
int command_read_given(const char *json, size_t size, const char *key, struct command *ret,
		       char why[256]) MUST_USE;

/* Reads size bytes of nothing, or of JSON {"by": ...}, as who asks for something that is no
 * command;
 * "" if it does not say.  0, or 1 as above. */
int command_read_by(const char *json, size_t size, char by[COMMAND_NAME_MAX],
		    char why[256]) MUST_USE;

/* Appends the command as JSON, which command_read() reads. */
void command_write(struct text *json, const struct command *command);

/* Lend names: "acknowledge"; "done". */
const char *command_verb_name(enum command_verb verb);
const char *command_outcome_name(enum command_outcome outcome);

/* Finds a verb by its name of n bytes; N_COMMAND_VERBS if there is none. */
enum command_verb command_find_verb(const char *name, size_t n);

#endif

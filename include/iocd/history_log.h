/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_log: what happened to alerts, and which rules were in force since when and by whom, in
 * history's file for history.days.
 *
 * Transitions are written in the order of their numbers, in one synced transaction for what came at
 * once; one that comes again after a restart is passed over.  A state on the disk need not wait for
 * them as long as the book's log in it still has them: history_has_log().  Loop thread, callbacks
 * too.
 */
#ifndef IOCD_HISTORY_LOG_H
#define IOCD_HISTORY_LOG_H

#include "iocd/alert_json.h"
#include "iocd/history.h"

#define HISTORY_LOG_MAX 5000 /* transitions that one answer may have */

/* clang-format off */
/* Texts of a transition, as they were then; columns of the file. */
#define HISTORY_LOG_TEXTS(X)                                                                   \
	X(NEWS, "news")                                                                        \
	X(RULE, "rule")                                                                        \
	X(VERSION, "version")       /* of the rule                                          */ \
	X(UNIT, "unit")             /* id                                                   */ \
	X(SUBJECT, "subject")                                                                  \
	X(KEY, "key")               /* alert_key()                                          */ \
	X(SEVERITY, "severity")                                                                \
	X(HANDLING, "handling")                                                                \
	X(SUPPRESSED, "suppressed") /* kinds, with blanks between                           */ \
	X(THRESHOLD, "threshold")                                                              \
	X(OWNER, "owner")                                                                      \
	X(BY, "by")                 /* "": iocd, by its rules                               */ \
	X(NOTE, "note")                                                                        \
	X(TELLS, "tells")           /* ids of receivers, with blanks between                */ \
	X(TITLE_VI, "title_vi")                                                                \
	X(TITLE_EN, "title_en")                                                                \
	X(REASON_VI, "reason_vi")                                                              \
	X(REASON_EN, "reason_en")
/* clang-format on */

enum history_log_text {
#define X(name, column) LOG_##name,
	HISTORY_LOG_TEXTS(X)
#undef X
		N_LOG_TEXTS
};

struct history_transition {
	uint64_t number; /* as in the book of its journal */
	int64_t time_ms;
	uint64_t position;
	uint64_t raised_number; /* as in struct alert */
	double value;           /* NAN: there is none */
	bool is_drill;
	const char *texts[N_LOG_TEXTS]; /* never NULL; "": there is none */
};

struct history_generation {
	int64_t time_ms;
	const char *generation; /* fingerprint of the rules */
	const char *by;
};

struct history_log_query {
	int64_t since_ms, until_ms; /* [since, until) */
	const bool *of_units;       /* by registered unit; NULL: all; copied, as is the next */
	const char *rule;           /* NULL: all */
	uint32_t limit;             /* the newest so many transitions, 1 to HISTORY_LOG_MAX */
};

/* An answer, in the order of time. */
struct history_log {
	const struct history_transition *rows;
	size_t n;
	bool is_cut; /* there are more, older ones */
	const struct history_generation *generations;
	size_t n_generations;
	int64_t first_ms; /* of the oldest transition in the file; 0: there is none */
};

/* Lent during the call.  log NULL and a reason if it failed. */
typedef void history_log_fn(void *context, const struct history_log *log, const char *reason);

/* Hands over copies of what is new in the book since the last call; what it has forgotten meanwhile
 * is missing, and counted.  Cheap if there is nothing. */
void history_put_transitions(struct history *history, const struct alertbook *book,
			     const struct alert_context *context);

/* Hands over that by has put the rules of that generation into force; passed over if it is older
 * than the last, or the same. */
void history_put_generation(struct history *history, const char *generation, const char *by,
			    int64_t time_ms);

/* Asks; fn is called once, as history_ask() says. */
void history_ask_log(struct history *history, const struct history_log_query *query,
		     history_log_fn *fn, void *context);

/* Whether a state of book that is saved now has all that is not safe in the file. */
static inline bool history_has_log(const struct history_status *status,
				   const struct alertbook *book)
{
	return status->generations_waiting == 0 &&
	       (status->log_waiting == 0 || status->log_committed >= alertbook_forgotten(book));
}

#endif

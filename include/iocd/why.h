/* SPDX-License-Identifier: Apache-2.0 */
/*
 * why: what it would take for a rule to hold: every reason why it does not, as far as the rule
 * knows.  Suppression, and conditions that have to last, are the alert book's.
 *
 * Pure; no I/O, no clock, no log, no heap.  As rule.h otherwise.
 */
#ifndef IOCD_WHY_H
#define IOCD_WHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/rule.h"

/* clang-format off */
#define HOLD_BACKS(X)                                                                       \
	X(ELSEWHERE, "elsewhere")     /* the rule does not apply to the unit              */ \
	X(CLOSED, "closed")           /* outside of its hours, until until_ms             */ \
	X(NO_LIMIT, "no_limit")       /* the unit has neither of the limits               */ \
	X(UNKNOWN, "unknown")         /* there is no value                                */ \
	X(STALE, "stale")             /* there is one, but none of `need` senders reports */ \
	X(FEW, "few")                 /* have samples, fewer than it needs                */ \
	X(WITHIN, "within")           /* the value does not pass threshold, by distance   */ \
	X(BETWEEN, "between")         /* nor is it clear: what was raised stays, by
					 threshold, which is the limit of clearing        */ \
	X(NO_CONTRACT, "no_contract") /* nothing is expected of the unit                  */ \
	X(WAITING, "waiting")         /* not heard yet, and not due before until_ms       */ \
	X(KEPT, "kept")               /* it reports; is due again at until_ms             */ \
	X(RESTING, "resting")         /* outside of its own hours it need not             */ \
	X(NO_VALUE, "no_value")       /* nothing was counted of that value in the window  */ \
	X(NO_EVENT, "no_event")       /* holds with the next event that matches           */ \
	X(NONE_DUE, "none_due")       /* no open record is due as the rule asks           */ \
	X(NO_RECORD, "no_record")     /* holds when a record comes due as the rule asks   */ \
	X(NO_TROUBLE, "no_trouble")   /* holds when iocd says so of the part              */
/* clang-format on */

enum hold_back {
#define X(name, text) HOLD_BACK_##name,
	HOLD_BACKS(X)
#undef X
		N_HOLD_BACKS
};

/* One reason; members that its kind does not name above are 0. */
struct reason_why {
	enum hold_back kind;
	const struct threshold *threshold; /* lent by the rule */
	double distance;                   /* from value to threshold, at least 0 */
	int64_t until_ms;                  /* 0 or INT64_MAX: never, or nobody knows */
	uint64_t have, need;
};

#define WHY_MAX 6

struct why_not {
	struct verdict verdict; /* what the rule thinks now; subject is lent by the question */
	struct reason_why list[WHY_MAX];
	size_t n;        /* 0: nothing holds it back: it holds, as a warning or critical */
	bool is_partial; /* the value is of verdict.reading.reporting senders of expected */
};

struct why_question {
	const struct indicators *indicators;
	const struct keyed *keyed; /* NULL: values of fields are not known */
	uint32_t rule;
	uint32_t unit;
	struct slice subject; /* of a rule on each value; else it means nothing */
};

/* Answers question.  Each reason by itself is enough: the rule holds when all of them are gone. */
void rules_why_not(const struct rules *rules, const struct why_question *question,
		   struct why_not *ret);

/* Lends a name: "few". */
const char *hold_back_name(enum hold_back kind);

#endif

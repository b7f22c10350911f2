/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert: the life of one alert's condition, as a state machine without a clock.
 *
 * Rules judge figures many times a minute.  This machine turns their judgements into the few
 * moments that are worth a person's attention: a condition must last before it is told, must be
 * gone for a while before it is withdrawn, and what is told already is not told again. States and
 * moves are a table (alert.c).  Identity is rule, unit and subject; severity is not part of it.
 *
 * Pure; it is told the time in milliseconds, which may stand still but not go back.
 */
#ifndef IOCD_ALERT_H
#define IOCD_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/rule.h"

/* clang-format off */
#define ALERT_STATES(X)                                                        \
	X(QUIET, "quiet")     /* nothing is the matter                       */ \
	X(PENDING, "pending") /* the condition holds, for less than hold_ms   */ \
	X(RAISED, "raised")   /* it has held for long enough: it was told     */ \
	X(FADING, "fading")   /* it was told, and is gone for less than fade_ms */
/* clang-format on */

enum alert_state {
#define X(name, text) ALERT_##name,
	ALERT_STATES(X)
#undef X
};

/* clang-format off */
/* What there is to tell after a step. */
#define ALERT_NEWS(X)                                                          \
	X(NOTHING, "nothing")                                                  \
	X(RAISED, "raised")                                                    \
	X(CHANGED, "changed") /* its severity; or it is no exercise after all */ \
	X(CLEARED, "cleared")
/* clang-format on */

enum alert_news {
#define X(name, text) NEWS_##name,
	ALERT_NEWS(X)
#undef X
};

struct alert_policy {
	int64_t hold_ms;
	int64_t fade_ms;
};

struct alert_machine {
	enum alert_state state;   /* written by alert.c only */
	enum severity severity;   /* of the condition when it last held; what was told */
	enum judgement judgement; /* the last one that was not JUDGE_UNKNOWN */
	bool uncertain;           /* the last one was JUDGE_UNKNOWN, or there was none yet */
	int64_t since_ms;         /* when state was entered, or was certain again */
};

#define ALERT_NO_DEADLINE INT64_MAX

/* Puts machine to rest, QUIET since now_ms. */
void alert_machine_init(struct alert_machine *machine, int64_t now_ms);

/* Tells machine a judgement made at now_ms.  A deadline that is due is overtaken by the judgement:
 * tick first.  JUDGE_UNKNOWN moves nothing and suspends hold and fade; they start anew with the
 * next judgement that is not. */
enum alert_news alert_machine_judge(struct alert_machine *machine,
				    const struct alert_policy *policy, enum judgement judgement,
				    int64_t now_ms) MUST_USE;

/* Lets time pass to now_ms without a new judgement. */
enum alert_news alert_machine_tick(struct alert_machine *machine, const struct alert_policy *policy,
				   int64_t now_ms) MUST_USE;

/* Puts machine to rest whatever its condition: NEWS_CLEARED if it had been told. */
enum alert_news alert_machine_close(struct alert_machine *machine, int64_t now_ms) MUST_USE;

/* When the machine will move although nothing new is judged; or ALERT_NO_DEADLINE. */
int64_t alert_machine_deadline_ms(const struct alert_machine *machine,
				  const struct alert_policy *policy);

/* Whether state is one of which operators were told: RAISED or FADING. */
static inline bool alert_state_is_told(enum alert_state state)
{
	return state == ALERT_RAISED || state == ALERT_FADING;
}

/* Lend names for logs and JSON, for ever. */
const char *alert_state_name(enum alert_state state);
const char *alert_news_name(enum alert_news news);

#endif

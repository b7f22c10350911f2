/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert: the life of one alert's condition, as a state machine without a clock.
 *
 * Rules judge figures many times a minute.  This machine turns their judgements into the few
 * moments that are worth a person's attention: a condition must last before it is told, must be
 * gone for a while before it is withdrawn, and what is told already is not told again. States and
 * moves are a table (alert.c).  Identity is rule, unit and subject; severity is not part of it.
 *
 * Beside the condition stands how people handle it (handling.c, a second table of moves), and what
 * keeps it from being told (telling.c): an alert that is suppressed goes on, and is told once when
 * nothing suppresses it any more and it still stands; its end is told to whoever was told of it.
 *
 * Pure; it is told the time in milliseconds, which may stand still but not go back.
 */
#ifndef IOCD_ALERT_H
#define IOCD_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert_kind.h"
#include "iocd/base/defs.h"
#include "iocd/rule.h"

struct alert_policy {
	int64_t hold_ms;
	int64_t fade_ms;
	bool is_latched; /* once told it stands until alert_machine_reset() */
	bool is_awaited; /* over before anybody acknowledged it, it waits for that */
};

struct alert_machine {
	enum alert_state state;   /* written by alert.c only */
	enum severity severity;   /* of the condition when it last held; what was told */
	enum judgement judgement; /* the last one that was not JUDGE_UNKNOWN */
	bool uncertain;           /* the last one was JUDGE_UNKNOWN, or there was none yet */
	int64_t since_ms;         /* when state was entered, or was certain again */
	bool latched; /* the condition is gone, and it stands only because nobody has reset it */

	enum handling handling; /* written by handling.c only */

	unsigned suppressed; /* SUPPRESSION_BITs; written by telling.c only, as the next two */
	bool announced;      /* receivers were told that it stands */
	enum severity announced_severity; /* how bad they were told that it is; SEVERITY_NONE: that
					     the condition is gone, and it is only latched */
};

#define ALERT_NO_DEADLINE INT64_MAX

/* Puts machine to rest, QUIET since now_ms. */
void alert_machine_init(struct alert_machine *machine, int64_t now_ms);

/* Tells machine a judgement made at now_ms.  A deadline that is due is overtaken by the judgement:
 * tick first.  JUDGE_UNKNOWN moves nothing and suspends hold and fade; they start anew with the
 * next judgement that is not.  Raised again while latched, it is not latched any more.  Latched
 * under a policy that does not latch (any more), it is cleared with the next known judgement or
 * tick: for that its deadline is past. */
enum alert_news alert_machine_judge(struct alert_machine *machine,
				    const struct alert_policy *policy, enum judgement judgement,
				    int64_t now_ms) MUST_USE;

/* Lets time pass to now_ms without a new judgement. */
enum alert_news alert_machine_tick(struct alert_machine *machine, const struct alert_policy *policy,
				   int64_t now_ms) MUST_USE;

/* Puts machine to rest whatever its condition and handling: NEWS_CLEARED if it stood,
 * NEWS_FORGOTTEN if it was over and waited to be acknowledged. */
enum alert_news alert_machine_close(struct alert_machine *machine, int64_t now_ms) MUST_USE;

/* What people do.  Each gives what there is to write down, NEWS_NOTHING if it has no meaning now:
 * acknowledge what is told or cleared-unacknowledged (which then is over); take that back; let go
 * what nobody acknowledged after it was over (NEWS_FORGOTTEN); reset what is latched (NEWS_CLEARED:
 * who resets it knows of it, so that nobody else is waited for). */
enum alert_news alert_machine_acknowledge(struct alert_machine *machine) MUST_USE;
enum alert_news alert_machine_unacknowledge(struct alert_machine *machine) MUST_USE;
enum alert_news alert_machine_forget(struct alert_machine *machine) MUST_USE;
enum alert_news alert_machine_reset(struct alert_machine *machine) MUST_USE;

/* Set or take away one cause of suppression: NEWS_SUPPRESSED, NEWS_RELEASED or NEWS_ANNOUNCED if
 * the alert stands and it was not so, else NEWS_NOTHING.  NEWS_ANNOUNCED: nothing suppresses it any
 * more, and receivers do not know that it stands, or how bad it has become. */
enum alert_news alert_machine_suppress(struct alert_machine *machine,
				       enum suppression suppression) MUST_USE;
enum alert_news alert_machine_release(struct alert_machine *machine,
				      enum suppression suppression) MUST_USE;

/* What was an exercise is none any more: NEWS_CHANGED if it stands, else NEWS_NOTHING.  Who was
 * told of the exercise, or acknowledged that, does not know of this. */
enum alert_news alert_machine_end_drill(struct alert_machine *machine) MUST_USE;

/* Whether receivers are to hear of news, which a step of machine has just given; notes that they
 * do.  Call it once for all news but NEWS_NOTHING.  While something suppresses it they hear of
 * nothing but the end, and of that only if they were told that it stands; of uncertainty and of
 * what people do with it they never hear. */
bool alert_machine_tell(struct alert_machine *machine, enum alert_news news) MUST_USE;

/* Whether it stands for those who watch: RAISED, FADING or latched; and whether it is at rest:
 * nothing is left that anybody waits for. */
bool alert_machine_stands(const struct alert_machine *machine);
bool alert_machine_is_over(const struct alert_machine *machine);

/* When the machine will move although nothing new is judged; or ALERT_NO_DEADLINE. */
int64_t alert_machine_deadline_ms(const struct alert_machine *machine,
				  const struct alert_policy *policy);

/* Lends the name of the condition as people see it: "pending", "raised", "fading", "latched",
 * "uncertain", "cleared". */
const char *alert_condition_name(const struct alert_machine *machine);

#endif

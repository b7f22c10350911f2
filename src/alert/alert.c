/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alert.h"

#include <assert.h>
#include <stddef.h>

/* What a judgement means to the machine.  One that is not known moves nothing. */
enum opinion { HOLDS, BETWEEN, GONE, N_OPINIONS };

/* How long a state bears an opinion before it gives way to it. */
enum patience { FOR_EVER, NOT_AT_ALL, UNTIL_HELD, UNTIL_FADED };

struct move {
	enum patience patience;
	enum alert_state to;
	enum alert_news news;
};

/* clang-format off */
/* By state and opinion; a cell left out bears its opinion for ever.  Under one opinion moves lead
 * only onward (QUIET, PENDING, RAISED; or RAISED, FADING, QUIET), so following them ends. */
static const struct move moves[][N_OPINIONS] = {
	[ALERT_QUIET] = {
		[HOLDS]   = { NOT_AT_ALL, ALERT_PENDING, NEWS_NOTHING },
	},
	[ALERT_PENDING] = {
		[HOLDS]   = { UNTIL_HELD, ALERT_RAISED, NEWS_RAISED },
		[BETWEEN] = { NOT_AT_ALL, ALERT_QUIET, NEWS_NOTHING },
		[GONE]    = { NOT_AT_ALL, ALERT_QUIET, NEWS_NOTHING },
	},
	[ALERT_RAISED] = {
		[GONE]    = { NOT_AT_ALL, ALERT_FADING, NEWS_NOTHING },
	},
	[ALERT_FADING] = {
		[HOLDS]   = { NOT_AT_ALL, ALERT_RAISED, NEWS_NOTHING },
		[BETWEEN] = { NOT_AT_ALL, ALERT_RAISED, NEWS_NOTHING },
		[GONE]    = { UNTIL_FADED, ALERT_QUIET, NEWS_CLEARED },
	},
};
/* clang-format on */

static enum opinion opinion_of(enum judgement judgement)
{
	switch (judgement) {
	case JUDGE_UNKNOWN:
	case JUDGE_CLEAR:
		return GONE;
	case JUDGE_BETWEEN:
		return BETWEEN;
	case JUDGE_WARNING:
	case JUDGE_CRITICAL:
		return HOLDS;
	}
	return GONE;
}

/* Lends the move that machine will make if nothing new is judged, and how long after it entered its
 * state; NULL if there is none. */
static const struct move *next_move(const struct alert_machine *machine,
				    const struct alert_policy *policy, int64_t *ret_wait_ms)
{
	const struct move *move = &moves[machine->state][opinion_of(machine->judgement)];

	if (machine->uncertain || move->patience == FOR_EVER)
		return NULL;

	*ret_wait_ms = move->patience == UNTIL_HELD    ? policy->hold_ms
		       : move->patience == UNTIL_FADED ? policy->fade_ms
						       : 0;
	return move;
}

/* The only writer of state. */
static void enter(struct alert_machine *machine, enum alert_state state, int64_t now_ms)
{
	machine->state = state;
	machine->since_ms = now_ms;
}

/* Makes every move that is due. */
static enum alert_news run(struct alert_machine *machine, const struct alert_policy *policy,
			   int64_t now_ms)
{
	enum alert_news news = NEWS_NOTHING;
	const struct move *move;
	int64_t wait_ms;

	assert(now_ms >= machine->since_ms);

	while ((move = next_move(machine, policy, &wait_ms)) &&
	       now_ms - machine->since_ms >= wait_ms) {
		enter(machine, move->to, now_ms);
		if (move->news != NEWS_NOTHING)
			news = move->news;
	}
	return news;
}

/* Takes over the severity of a condition that holds. */
static enum alert_news adopt_severity(struct alert_machine *machine, enum judgement judgement)
{
	enum severity severity = judgement == JUDGE_CRITICAL ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	bool is_news = alert_state_is_told(machine->state) && severity != machine->severity;

	machine->severity = severity;
	return is_news ? NEWS_CHANGED : NEWS_NOTHING;
}

void alert_machine_init(struct alert_machine *machine, int64_t now_ms)
{
	*machine = (struct alert_machine){
		.severity = SEVERITY_NONE,
		.judgement = JUDGE_UNKNOWN,
		.uncertain = true,
	};
	enter(machine, ALERT_QUIET, now_ms);
}

enum alert_news alert_machine_judge(struct alert_machine *machine,
				    const struct alert_policy *policy, enum judgement judgement,
				    int64_t now_ms)
{
	enum alert_news changed = NEWS_NOTHING;
	enum alert_news news;

	if (judgement == JUDGE_UNKNOWN) {
		machine->uncertain = true;
		return NEWS_NOTHING;
	}

	if (machine->uncertain)
		enter(machine, machine->state, now_ms);
	machine->uncertain = false;
	machine->judgement = judgement;
	if (opinion_of(judgement) == HOLDS)
		changed = adopt_severity(machine, judgement);

	/* What holds moves a told alert without news, so there are never two. */
	news = run(machine, policy, now_ms);
	return news == NEWS_NOTHING ? changed : news;
}

enum alert_news alert_machine_tick(struct alert_machine *machine, const struct alert_policy *policy,
				   int64_t now_ms)
{
	return run(machine, policy, now_ms);
}

enum alert_news alert_machine_close(struct alert_machine *machine, int64_t now_ms)
{
	bool was_told = alert_state_is_told(machine->state);

	enter(machine, ALERT_QUIET, now_ms);
	machine->judgement = JUDGE_UNKNOWN;
	machine->uncertain = true;
	return was_told ? NEWS_CLEARED : NEWS_NOTHING;
}

int64_t alert_machine_deadline_ms(const struct alert_machine *machine,
				  const struct alert_policy *policy)
{
	int64_t wait_ms;

	if (!next_move(machine, policy, &wait_ms))
		return ALERT_NO_DEADLINE;
	if (machine->since_ms > 0 && wait_ms > ALERT_NO_DEADLINE - machine->since_ms)
		return ALERT_NO_DEADLINE;
	return machine->since_ms + wait_ms;
}

const char *alert_state_name(enum alert_state state)
{
	static const char *const names[] = {
#define X(name, text) [ALERT_##name] = text,
		ALERT_STATES(X)
#undef X
	};

	return names[state];
}

const char *alert_news_name(enum alert_news news)
{
	static const char *const names[] = {
#define X(name, text) [NEWS_##name] = text,
		ALERT_NEWS(X)
#undef X
	};

	return names[news];
}

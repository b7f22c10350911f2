/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alert.h"

#include <assert.h>
#include <stddef.h>

#include "handling.h"

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

static enum severity severity_of(enum judgement judgement)
{
	return judgement == JUDGE_CRITICAL ? SEVERITY_CRITICAL : SEVERITY_WARNING;
}

/* Whether it stands by a latch that its rule does not have any more. */
static bool is_latch_gone(const struct alert_machine *machine, const struct alert_policy *policy)
{
	return machine->latched && !policy->is_latched;
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

/* Makes one move, and gives its news. */
static enum alert_news make(struct alert_machine *machine, const struct alert_policy *policy,
			    const struct move *move, int64_t now_ms)
{
	enum alert_news news = move->news;

	enter(machine, move->to, now_ms);
	if (news == NEWS_RAISED) {
		machine->latched = false;
		machine->severity = severity_of(machine->judgement);
	} else if (news == NEWS_CLEARED && policy->is_latched) {
		machine->latched = true;
		news = NEWS_NORMAL;
	}
	return news;
}

/* Makes every move that is due. */
static enum alert_news run(struct alert_machine *machine, const struct alert_policy *policy,
			   int64_t now_ms)
{
	enum alert_news news = NEWS_NOTHING;
	const struct move *move;
	int64_t wait_ms;

	assert(now_ms >= machine->since_ms);

	/* Alone: what moves on beside that, as it is told apart, moves with the next step. */
	if (is_latch_gone(machine, policy)) {
		machine->latched = false;
		return NEWS_CLEARED;
	}

	while ((move = next_move(machine, policy, &wait_ms)) &&
	       now_ms - machine->since_ms >= wait_ms) {
		enum alert_news made = make(machine, policy, move, now_ms);

		if (made != NEWS_NOTHING)
			news = made;
	}
	return news;
}

/* Takes over the severity of a condition that holds.  A latched one stands as it was told until it
 * is raised again. */
static enum alert_news adopt_severity(struct alert_machine *machine)
{
	enum severity severity = severity_of(machine->judgement);
	bool is_news = alert_state_is_told(machine->state) && severity != machine->severity;

	if (opinion_of(machine->judgement) != HOLDS || machine->latched)
		return NEWS_NOTHING;

	machine->severity = severity;
	return is_news ? NEWS_CHANGED : NEWS_NOTHING;
}

/* What news of the condition, which was `before` until then, means to those who handle it. */
static enum handling_event event_of(const struct alert_machine *machine,
				    const struct alert_policy *policy, enum alert_news news,
				    enum severity before)
{
	if (news == NEWS_RAISED)
		return HANDLED_RAISED;
	if (news == NEWS_CHANGED && machine->severity > before)
		return HANDLED_WORSENED;
	if (news == NEWS_CLEARED)
		return policy->is_awaited ? HANDLED_OVER_UNSEEN : HANDLED_OVER;
	return HANDLED_NOTHING;
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

/* Enters a judgement that is known. */
static enum alert_news judge(struct alert_machine *machine, const struct alert_policy *policy,
			     enum judgement judgement, int64_t now_ms)
{
	bool is_certain_again = machine->uncertain && alert_state_is_told(machine->state);
	enum alert_news changed, news;

	if (machine->uncertain)
		enter(machine, machine->state, now_ms);
	machine->uncertain = false;
	machine->judgement = judgement;
	changed = adopt_severity(machine);

	/* What holds moves a told alert without news, so there are never two, but certainty. */
	news = run(machine, policy, now_ms);
	if (news != NEWS_NOTHING)
		return news;
	return changed == NEWS_NOTHING && is_certain_again ? NEWS_CERTAIN : changed;
}

enum alert_news alert_machine_judge(struct alert_machine *machine,
				    const struct alert_policy *policy, enum judgement judgement,
				    int64_t now_ms)
{
	bool was_certain = !machine->uncertain;
	enum severity before = machine->severity;
	enum alert_news news;

	if (judgement == JUDGE_UNKNOWN) {
		machine->uncertain = true;
		return was_certain && alert_state_is_told(machine->state) ? NEWS_UNCERTAIN
									  : NEWS_NOTHING;
	}

	news = judge(machine, policy, judgement, now_ms);
	(void)handling_move(machine, event_of(machine, policy, news, before));
	return news;
}

enum alert_news alert_machine_tick(struct alert_machine *machine, const struct alert_policy *policy,
				   int64_t now_ms)
{
	enum alert_news news = run(machine, policy, now_ms);

	(void)handling_move(machine, event_of(machine, policy, news, machine->severity));
	return news;
}

enum alert_news alert_machine_close(struct alert_machine *machine, int64_t now_ms)
{
	bool stood = alert_machine_stands(machine);
	bool was_awaited = machine->handling == HANDLING_CLEARED_UNACKNOWLEDGED;

	enter(machine, ALERT_QUIET, now_ms);
	machine->judgement = JUDGE_UNKNOWN;
	machine->uncertain = true;
	machine->latched = false;
	(void)handling_move(machine, HANDLED_OVER);
	if (stood)
		return NEWS_CLEARED;
	return was_awaited ? NEWS_FORGOTTEN : NEWS_NOTHING;
}

enum alert_news alert_machine_reset(struct alert_machine *machine)
{
	if (!machine->latched)
		return NEWS_NOTHING;

	machine->latched = false;
	(void)handling_move(machine, HANDLED_OVER);
	return NEWS_CLEARED;
}

bool alert_machine_stands(const struct alert_machine *machine)
{
	return alert_state_is_told(machine->state) || machine->latched;
}

bool alert_machine_is_over(const struct alert_machine *machine)
{
	return machine->state == ALERT_QUIET && !machine->latched &&
	       machine->handling == HANDLING_NONE;
}

int64_t alert_machine_deadline_ms(const struct alert_machine *machine,
				  const struct alert_policy *policy)
{
	int64_t wait_ms;

	if (is_latch_gone(machine, policy))
		return machine->since_ms;
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

const char *alert_condition_name(const struct alert_machine *machine)
{
	switch (machine->state) {
	case ALERT_RAISED:
		return machine->uncertain ? "uncertain" : "raised";
	case ALERT_FADING:
		return machine->uncertain ? "uncertain" : "fading";
	case ALERT_PENDING:
		return machine->latched ? "latched" : "pending";
	case ALERT_QUIET:
		return machine->latched ? "latched" : "cleared";
	}
	return "cleared";
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every interleaving of what can happen to an alert, to a length of DEPTH, against a slow account
 * of it and against what must never be.  Ways that lead to the same machine and to an account with
 * the same future go on as one.
 */
#include "iocd/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "account.h"
#include "iocd/base/err.h"

#define DEPTH 8

#define SEEN_MAX (1u << 18) /* places for keys; far more than there are */

struct way {
	struct alert_machine machine;
	struct alert_machine free; /* the same, but nothing ever suppressed it */
	struct account account;
	enum deed deeds[DEPTH + 1];
	int n;
	bool is_told; /* receivers heard that it stands, and not yet that it does not */
};

/* What was met on all ways under one policy. */
struct walk {
	struct alert_policy policy;
	struct way *ways; /* owned; those that go on, shortest first */
	size_t n_ways, capacity;
	uint64_t *seen;                    /* owned; keys + 1 */
	bool met[4][2][4];                 /* state, latched, handling */
	uint64_t told[NEWS_FORGOTTEN + 1]; /* how often each news was heard, and was not */
	uint64_t kept[NEWS_FORGOTTEN + 1];
};

/* ---- one way --------------------------------------------------------------------------------- */

static const char *const deed_names[] = {
#define X(name, text) [DEED_##name] = text,
	DEEDS(X)
#undef X
};

static void refuse(const struct walk *walk, const struct way *way, const char *why)
{
	for (int i = 0; i < way->n; i++)
		print_error("  %s\n", deed_names[way->deeds[i]]);
	fail_msg("hold %d, fade %d%s%s: %s; %s, %s, announced %d as %d, suppressed %x",
		 (int)walk->policy.hold_ms, (int)walk->policy.fade_ms,
		 walk->policy.is_latched ? ", latched" : "",
		 walk->policy.is_awaited ? ", awaited" : "", why,
		 alert_condition_name(&way->machine), handling_name(way->machine.handling),
		 way->machine.announced, (int)way->machine.announced_severity,
		 way->machine.suppressed);
}

static enum alert_news judge(struct alert_machine *machine, const struct alert_policy *policy,
			     enum judgement judgement, int64_t now_ms)
{
	return alert_machine_judge(machine, policy, judgement, now_ms);
}

static enum alert_news do_deed(struct alert_machine *machine, const struct alert_policy *policy,
			       enum deed deed, int64_t now_ms)
{
	switch (deed) {
	case DEED_HOLDS_WARNING:
		return judge(machine, policy, JUDGE_WARNING, now_ms);
	case DEED_HOLDS_CRITICAL:
		return judge(machine, policy, JUDGE_CRITICAL, now_ms);
	case DEED_GONE:
		return judge(machine, policy, JUDGE_CLEAR, now_ms);
	case DEED_UNKNOWN:
		return judge(machine, policy, JUDGE_UNKNOWN, now_ms);
	case DEED_MOMENT:
	case DEED_WHILE:
		return alert_machine_tick(machine, policy, now_ms);
	case DEED_SHELVE:
		return alert_machine_suppress(machine, SUPPRESSION_SHELVED);
	case DEED_UNSHELVE:
		return alert_machine_release(machine, SUPPRESSION_SHELVED);
	case DEED_INHIBIT:
		return alert_machine_suppress(machine, SUPPRESSION_INHIBITED);
	case DEED_UNINHIBIT:
		return alert_machine_release(machine, SUPPRESSION_INHIBITED);
	case DEED_ACKNOWLEDGE:
		return alert_machine_acknowledge(machine);
	case DEED_UNACKNOWLEDGE:
		return alert_machine_unacknowledge(machine);
	case DEED_FORGET:
		return alert_machine_forget(machine);
	case DEED_RESET:
		return alert_machine_reset(machine);
	case DEED_CLOSE:
		return alert_machine_close(machine, now_ms);
	case N_DEEDS:
		break;
	}
	return NEWS_NOTHING;
}

static bool is_about_suppression(enum deed deed)
{
	return deed == DEED_SHELVE || deed == DEED_UNSHELVE || deed == DEED_INHIBIT ||
	       deed == DEED_UNINHIBIT;
}

/* What was suppressed must be, but for that, as if it had not been. */
static void check_evaluation(const struct walk *walk, const struct way *way)
{
	const struct alert_machine *a = &way->machine, *b = &way->free;

	if (a->state != b->state || a->severity != b->severity || a->judgement != b->judgement ||
	    a->uncertain != b->uncertain || a->since_ms != b->since_ms ||
	    a->latched != b->latched || a->handling != b->handling)
		refuse(walk, way, "suppression has changed more than what is told");
}

/* A machine says by its deadline when time will move it, and by its news what that was. */
static void check_deadline(const struct walk *walk, const struct way *way, const struct way *before,
			   enum deed deed, enum alert_news news)
{
	int64_t deadline_ms = alert_machine_deadline_ms(&before->machine, &walk->policy);
	int64_t now_ms = way->machine.since_ms;

	if (deed != DEED_MOMENT)
		return;
	if (news != NEWS_NOTHING && deadline_ms != now_ms)
		refuse(walk, way, "time has moved it, but not at its deadline");
	if (news == NEWS_NOTHING && way->machine.state != before->machine.state)
		refuse(walk, way, "time has moved it without news");
}

/* Who was told of an alarm hears of its end, once; and nobody hears of anything without cause. */
static void check_heard(const struct walk *walk, struct way *way, enum alert_news news,
			bool is_heard, bool was_suppressed)
{
	int belief = account_belief(&way->account, way->account.n - 2);
	bool is_end = news == NEWS_CLEARED;

	if (is_end && is_heard != way->is_told)
		refuse(walk, way, is_heard ? "an end that was no news" : "a lost end");
	if (is_heard && !is_end && way->machine.suppressed)
		refuse(walk, way, "heard although it is suppressed");
	if (is_heard && news == NEWS_ANNOUNCED && !was_suppressed)
		refuse(walk, way, "announced, but nothing had held it back");
	if (is_heard && way->is_told && (news == NEWS_RAISED || news == NEWS_ANNOUNCED) &&
	    belief == (int)way->machine.announced_severity)
		refuse(walk, way, "told again what they knew");

	if (is_heard)
		way->is_told = !is_end;
	if (alert_machine_stands(&way->machine) && !way->machine.suppressed && !way->is_told)
		refuse(walk, way, "it stands, nothing suppresses it, and nobody was told");
	if (!alert_machine_stands(&way->machine) && way->is_told)
		refuse(walk, way, "it is over, and who was told of it does not know");
	if (way->machine.announced != way->is_told)
		refuse(walk, way, "it does not know what it has told");
}

static void check_account(const struct walk *walk, const struct way *way, bool is_heard)
{
	const struct moment *now = &way->account.moments[way->account.n - 1];
	const struct alert_machine *machine = &way->machine;

	if (alert_state_is_told(machine->state) != now->is_on)
		refuse(walk, way, "the condition is not what it must be");
	if (machine->latched != now->is_latched)
		refuse(walk, way, "the latch is not what it must be");
	if (moment_stands(now) && machine->severity != now->severity)
		refuse(walk, way, "the severity is not what it must be");
	if (machine->handling != now->handling)
		refuse(walk, way, "the handling is not what it must be");
	if (is_heard != now->is_heard)
		refuse(walk, way, is_heard ? "heard for no reason" : "not heard");
	if (is_heard && machine->announced_severity != now->message)
		refuse(walk, way, "heard something else");
}

/* One deed, or one millisecond of one. */
static void step(struct walk *walk, struct way *way, enum deed deed)
{
	const struct way before = *way;
	int64_t now_ms = account_add(&way->account, deed)->at_ms;
	enum alert_news news = do_deed(&way->machine, &walk->policy, deed, now_ms);
	bool is_heard = news != NEWS_NOTHING && alert_machine_tell(&way->machine, news);

	if (!is_about_suppression(deed)) {
		enum alert_news free_news = do_deed(&way->free, &walk->policy, deed, now_ms);

		if (free_news != news)
			refuse(walk, way, "suppression has changed the news");
		if (news != NEWS_NOTHING && alert_machine_tell(&way->free, news) &&
		    way->free.announced != alert_machine_stands(&way->free))
			refuse(walk, way, "told otherwise than it is, although nothing hinders");
	}
	if (news != NEWS_NOTHING)
		(is_heard ? walk->told : walk->kept)[news]++;

	check_evaluation(walk, way);
	check_deadline(walk, way, &before, deed, news);
	check_account(walk, way, is_heard);
	check_heard(walk, way, news, is_heard, before.machine.suppressed != 0);
}

static void take(struct walk *walk, struct way *way, enum deed deed)
{
	way->deeds[way->n++] = deed;
	if (deed != DEED_WHILE) {
		step(walk, way, deed);
		return;
	}
	for (int i = 0; i < WHILE_MS; i++)
		step(walk, way, DEED_MOMENT);
}

/* From wherever it is, it comes to rest when its condition is gone and everybody has done his
 * part. */
static void check_rest(struct walk *walk, const struct way *from)
{
	static const enum deed deeds[] = { DEED_UNSHELVE, DEED_UNINHIBIT,   DEED_GONE,
					   DEED_WHILE,    DEED_ACKNOWLEDGE, DEED_RESET };
	struct alert_machine machine = from->machine;
	int64_t now_ms = from->account.moments[from->account.n - 1].at_ms;
	bool is_told = from->is_told;

	for (size_t i = 0; i < COUNT(deeds); i++) {
		enum alert_news news;

		if (deeds[i] == DEED_WHILE)
			now_ms += WHILE_MS;
		news = do_deed(&machine, &walk->policy, deeds[i], now_ms);
		if (news != NEWS_NOTHING && alert_machine_tell(&machine, news))
			is_told = news != NEWS_CLEARED;
	}
	if (!alert_machine_is_over(&machine) || machine.announced || is_told ||
	    alert_machine_deadline_ms(&machine, &walk->policy) != ALERT_NO_DEADLINE)
		refuse(walk, from, "it cannot come to rest");
}

/* ---- all ways -------------------------------------------------------------------------------- */

/* All that what comes later can depend on. */
static uint64_t key_of(const struct way *way)
{
	const struct alert_machine *machine = &way->machine;
	const struct account *account = &way->account;
	int64_t age_ms = account->moments[account->n - 1].at_ms - machine->since_ms;
	uint64_t key = account_digest(account);

	key = key << 2 | machine->state;
	key = key << 2 | machine->severity;
	key = key << 3 | machine->judgement;
	key = key << 1 | machine->uncertain;
	key = key << 3 | (uint64_t)(age_ms > WHILE_MS ? WHILE_MS : age_ms);
	key = key << 1 | machine->latched;
	key = key << 2 | machine->handling;
	key = key << 3 | machine->suppressed; /* SHELVED and INHIBITED */
	key = key << 1 | machine->announced;
	return key << 2 | machine->announced_severity;
}

/* Whether key is new; notes it. */
static bool note(struct walk *walk, uint64_t key)
{
	size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 40) % SEEN_MAX;

	for (size_t n = 0; walk->seen[at] != 0; at = (at + 1) % SEEN_MAX, n++) {
		if (walk->seen[at] == key + 1)
			return false;
		assert_true(n < SEEN_MAX);
	}
	walk->seen[at] = key + 1;
	return true;
}

static void keep(struct walk *walk, const struct way *way)
{
	if (walk->n_ways == walk->capacity) {
		walk->capacity = walk->capacity * 2 + 1024;
		walk->ways = xrealloc(walk->ways, walk->capacity, sizeof(*walk->ways));
	}
	walk->ways[walk->n_ways++] = *way;
}

static void arrive(struct walk *walk, const struct way *way)
{
	const struct alert_machine *machine = &way->machine;

	if (!note(walk, key_of(way)))
		return;
	check_rest(walk, way);
	walk->met[machine->state][machine->latched][machine->handling] = true;
	if (way->n < DEPTH)
		keep(walk, way);
}

static void walk_everywhere(struct walk *walk)
{
	struct way start = { .n = 0 };

	walk->seen = xcalloc(SEEN_MAX, sizeof(*walk->seen));
	alert_machine_init(&start.machine, 0);
	start.free = start.machine;
	account_init(&start.account, &walk->policy);
	arrive(walk, &start);
	for (size_t i = 0; i < walk->n_ways; i++)
		for (enum deed deed = 0; deed < N_DEEDS; deed++) {
			struct way way = walk->ways[i];

			take(walk, &way, deed);
			arrive(walk, &way);
		}
}

/* Whether a state of condition and handling is meant to be there. */
static bool is_meant(const struct walk *walk, enum alert_state state, bool latched,
		     enum handling handling)
{
	bool stands = state == ALERT_RAISED || state == ALERT_FADING || latched;

	if (walk->policy.hold_ms == 0 && (state == ALERT_PENDING || state == ALERT_FADING))
		return false;
	if (latched && (!walk->policy.is_latched || alert_state_is_told(state)))
		return false;
	if (stands)
		return handling == HANDLING_UNACKNOWLEDGED || handling == HANDLING_ACKNOWLEDGED;
	if (handling == HANDLING_CLEARED_UNACKNOWLEDGED) /* a latch is ended by one who knows */
		return walk->policy.is_awaited && !walk->policy.is_latched;
	return handling == HANDLING_NONE;
}

static void check_met(const struct walk *walk)
{
	for (int state = ALERT_QUIET; state <= ALERT_FADING; state++)
		for (int latched = 0; latched <= 1; latched++)
			for (int handling = HANDLING_NONE;
			     handling <= HANDLING_CLEARED_UNACKNOWLEDGED; handling++)
				if (walk->met[state][latched][handling] !=
				    is_meant(walk, (enum alert_state)state, latched,
					     (enum handling)handling))
					fail_msg("%s%s, %s: %smet",
						 alert_state_name((enum alert_state)state),
						 latched ? " latched" : "",
						 handling_name((enum handling)handling),
						 walk->met[state][latched][handling] ? "" : "not ");
}

/* Both ways of every news that has two came up: the walk was no empty one. */
static void check_news(const struct walk *walk)
{
	static const enum alert_news both[] = { NEWS_RAISED, NEWS_CHANGED, NEWS_CLEARED };
	static const enum alert_news only_kept[] = { NEWS_UNCERTAIN,    NEWS_CERTAIN,
						     NEWS_ACKNOWLEDGED, NEWS_UNACKNOWLEDGED,
						     NEWS_SUPPRESSED,   NEWS_RELEASED };

	for (size_t i = 0; i < COUNT(both); i++) {
		assert_true(walk->told[both[i]] > 0);
		assert_true(walk->kept[both[i]] > 0);
	}
	for (size_t i = 0; i < COUNT(only_kept); i++) {
		assert_true(walk->told[only_kept[i]] == 0);
		assert_true(walk->kept[only_kept[i]] > 0);
	}
	assert_true(walk->told[NEWS_ANNOUNCED] > 0 && walk->kept[NEWS_ANNOUNCED] == 0);
	assert_int_equal(walk->told[NEWS_NORMAL] > 0, walk->policy.is_latched);
	assert_int_equal(walk->kept[NEWS_FORGOTTEN] > 0,
			 walk->policy.is_awaited && !walk->policy.is_latched);
}

static void walk_under(int64_t hold_ms, int64_t fade_ms)
{
	for (int which = 0; which < 4; which++) {
		struct walk walk = { .policy = { .hold_ms = hold_ms,
						 .fade_ms = fade_ms,
						 .is_latched = which & 1,
						 .is_awaited = which & 2 } };

		walk_everywhere(&walk);
		check_met(&walk);
		check_news(&walk);
		free(walk.ways);
		free(walk.seen);
	}
}

static void every_life_with_a_hold_and_a_fade_is_told_as_it_must_be(void **state)
{
	(void)state;
	walk_under(3, 2);
}

static void every_life_that_is_told_at_once_is_told_as_it_must_be(void **state)
{
	(void)state;
	walk_under(0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_life_with_a_hold_and_a_fade_is_told_as_it_must_be),
		cmocka_unit_test(every_life_that_is_told_at_once_is_told_as_it_must_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

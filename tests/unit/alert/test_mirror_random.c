/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two or three levels, at random: what is judged and ordered at all of them at once, transitions
 * and orders that are late, links that are lost, programs that start anew; some of it comes so late
 * that it is no news.  When links are quiet all agree, and who should know of an alert does; and
 * nobody is told what he knows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "levels.h"

#define ROUNDS     12
#define STEPS      900
#define QUIET_EACH 60

enum { N_RULES = 3, N_SUBJECTS = 2, N_PLACES = 2 };

static const char *const rules[N_RULES] = { "high", "low", "held" };
static const char *const subjects[N_SUBJECTS] = { "", "cổng 1" };
static const uint32_t places[N_PLACES] = { 1, 3 };
static const char *const place_names[N_PLACES] = { "u1", "u3" };
static const char *const sites[LEVELS] = { "u0", "u1", "u3" };

/* What the receiver of the top believes of one alert. */
struct belief {
	bool stands;
	enum severity severity; /* SEVERITY_NONE: it is only latched */
	enum severity actual;   /* how bad it was with the last transition, told or not */
	uint32_t n_raised, n_raised_below;
};

struct play {
	struct levels levels;
	struct belief beliefs[N_RULES][N_PLACES][N_SUBJECTS];
	uint64_t seen, seen_below;
	uint64_t seed;
	int low;          /* the level where alerts arise; those above mirror them */
	uint32_t n_rules; /* few alerts at a time meet more often */
	uint32_t n_places, n_subjects;
	bool has_untils;
};

static uint32_t pick(struct play *play, uint32_t n)
{
	play->seed = play->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(play->seed >> 33) % n;
}

static void name_above(char subject[ALERT_SUBJECT_MAX], uint32_t rule, uint32_t number)
{
	(void)snprintf(subject, ALERT_SUBJECT_MAX, "%s%s%s", rules[rule],
		       subjects[number][0] ? "/" : "", subjects[number]);
}

/* Lends the belief about alert, which is mirrored if is_above; NULL: it is no such alert. */
static struct belief *belief_of(struct play *play, const struct alert *alert, bool is_above)
{
	for (uint32_t r = 0; r < N_RULES; r++)
		for (uint32_t s = 0; s < N_SUBJECTS; s++) {
			char subject[ALERT_SUBJECT_MAX];
			uint32_t place = alert->unit == places[1];

			name_above(subject, r, s);
			if (is_above ? strcmp(alert->rule->id, "m") == 0 &&
					       strcmp(alert->subject, subject) == 0
				     : strcmp(alert->rule->id, rules[r]) == 0 &&
					       strcmp(alert->subject, subjects[s]) == 0)
				return &play->beliefs[r][place][s];
		}
	return NULL;
}

/* Whoever is told learns something by it. */
static void check_told(struct play *play, const struct transition *transition)
{
	const struct alert *alert = &transition->alert;
	struct belief *belief = belief_of(play, alert, true);
	enum severity severity = alert->machine.latched ? SEVERITY_NONE : alert->machine.severity;
	bool has_changed;

	if (!belief)
		return;
	belief->n_raised += transition->news == NEWS_RAISED;
	has_changed = transition->news == NEWS_CHANGED && belief->actual != severity;
	belief->actual = severity;
	if (!transition->tells)
		return;
	assert_false(alert->machine.suppressed && transition->news != NEWS_CLEARED);
	if (transition->news == NEWS_CLEARED) {
		assert_true(belief->stands);
		belief->stands = false;
		return;
	}
	if (belief->stands && belief->severity == severity && !has_changed)
		fail_msg("seed %llu: told twice: %s %s", (unsigned long long)play->seed,
			 alert_news_name(transition->news), alert->subject);
	belief->stands = true;
	belief->severity = severity;
}

static void look(struct play *play)
{
	const struct alertbook *above = play->levels.at[PROVINCE].stage.book;
	const struct alertbook *below = play->levels.at[play->low].stage.book;

	while (play->seen < alertbook_last(above))
		check_told(play, alertbook_transition(above, ++play->seen));
	while (play->seen_below < alertbook_last(below)) {
		const struct transition *transition =
			alertbook_transition(below, ++play->seen_below);
		struct belief *belief = belief_of(play, &transition->alert, false);

		if (belief)
			belief->n_raised_below += transition->news == NEWS_RAISED;
	}
}

static uint32_t pick_rule(struct play *play)
{
	return N_RULES - 1 - pick(play, play->n_rules);
}

static uint32_t pick_place(struct play *play)
{
	return N_PLACES - 1 - pick(play, play->n_places);
}

/* One of the links: of that level to the one above. */
static int pick_link(struct play *play)
{
	return 1 + (int)pick(play, (uint32_t)play->low);
}

/* At random it is old; more of it may follow that is not. */
static void carry_up(struct play *play, int level)
{
	play->levels.at[level].site.is_old = pick(play, 3) == 0;
	(void)levels_carry_up(&play->levels, level);
	play->levels.at[level].site.is_old = false;
}

static void catch_up(struct play *play, int level)
{
	struct levels *levels = &play->levels;

	alertbook_mirror_caught_up(levels->at[level - 1].stage.book, &levels->at[level].site,
				   levels->now_ms, (uint64_t)levels->now_ms);
}

static void order(struct play *play)
{
	static const enum command_verb verbs[] = { COMMAND_ACKNOWLEDGE,   COMMAND_ACKNOWLEDGE,
						   COMMAND_UNACKNOWLEDGE, COMMAND_ASSIGN,
						   COMMAND_COMMENT,       COMMAND_RESET,
						   COMMAND_SHELVE,        COMMAND_UNSHELVE };
	static const char *const people[] = { "an", "binh", "chi" };
	int level = (int)pick(play, (uint32_t)play->low + 1);
	bool is_above = level < play->low;
	uint32_t rule = pick_rule(play), subject = pick(play, play->n_subjects);
	char above[ALERT_SUBJECT_MAX];
	struct command command;

	name_above(above, rule, subject);
	command = levels_order(verbs[pick(play, COUNT(verbs))], people[pick(play, 3)],
			       is_above ? NULL : rules[rule], place_names[pick_place(play)],
			       is_above ? above : subjects[subject]);
	if (command.verb == COMMAND_ASSIGN && pick(play, 4) > 0)
		strcpy(command.owner, people[pick(play, 3)]);
	if (command.verb == COMMAND_SHELVE ||
	    (command.verb == COMMAND_ACKNOWLEDGE && play->has_untils && pick(play, 4) == 0))
		command.until_ms = play->levels.now_ms + 1 + pick(play, 300);
	(void)levels_give(&play->levels, level, &command);
}

static void step(struct play *play)
{
	struct levels *levels = &play->levels;
	static const enum judgement judgements[] = { JUDGE_WARNING, JUDGE_CRITICAL, JUDGE_CLEAR,
						     JUDGE_CLEAR, JUDGE_UNKNOWN };

	switch (pick(play, 10)) {
	case 0:
	case 1:
	case 2:
		levels_judge(levels, play->low, rules[pick_rule(play)], places[pick_place(play)],
			     subjects[pick(play, play->n_subjects)],
			     judgements[pick(play, COUNT(judgements))]);
		break;
	case 3:
	case 4:
		order(play);
		break;
	case 5:
		levels_tick(levels, pick(play, 100));
		break;
	case 6:
		levels_lose(levels, pick_link(play), pick(play, 2) == 0);
		break;
	case 7:
		if (pick(play, 8) == 0)
			levels_restart(levels, (int)pick(play, (uint32_t)play->low + 1));
		break;
	default:
		for (uint32_t n = pick(play, 6); n > 0; n--)
			if (pick(play, 2) == 0)
				carry_up(play, pick_link(play));
			else
				(void)levels_carry_down(levels, pick_link(play));
		break;
	}
	look(play);
}

/* Whether who is called below so is called above like that. */
static bool is_same_person(const char *below, const char *above, const char *site)
{
	char name[2 * ALERT_NAME_MAX];
	const char *at = strrchr(below, '@');

	if (at)
		return strcmp(below, above) == 0 ||
		       (strncmp(below, above, strlen(above)) == 0 && below + strlen(above) == at);
	(void)snprintf(name, sizeof(name), "%s%s%s", below, below[0] ? "@" : "",
		       below[0] ? site : "");
	return strcmp(name, above) == 0;
}

static bool waits(const struct alert *alert)
{
	return alert && alert->machine.handling == HANDLING_CLEARED_UNACKNOWLEDGED;
}

/* An order to acknowledge for a while may come too late to what is over. */
static void check_same(const struct alert *below, const struct alert *above, const char *site,
		       bool may_differ)
{
	bool stands = below && alert_machine_stands(&below->machine);

	if (!stands) {
		assert_true(!above || !alert_machine_stands(&above->machine));
		assert_true(waits(below) || !waits(above));
		assert_true(waits(above) || !waits(below) || may_differ);
		return;
	}
	assert_non_null(above);
	assert_int_equal(alert_state_is_told(below->machine.state),
			 alert_state_is_told(above->machine.state));
	assert_int_equal(below->machine.latched, above->machine.latched);
	if (alert_state_is_told(below->machine.state))
		assert_int_equal(below->machine.uncertain, above->machine.uncertain);
	assert_int_equal(below->machine.severity, above->machine.severity);
	assert_int_equal(below->machine.handling, above->machine.handling);
	assert_int_equal(below->drill, above->drill);
	assert_int_equal(below->machine.suppressed != 0,
			 (above->machine.suppressed & SUPPRESSION_BIT(SUPPRESSION_ORIGIN)) != 0);
	assert_true(is_same_person(below->acknowledged_by, above->acknowledged_by, site));
	assert_true(is_same_person(below->owner, above->owner, site));
}

/* Lends the alert as level has it. */
static const struct alert *find(const struct play *play, int level, uint32_t rule, uint32_t place,
				uint32_t number)
{
	const struct stage *stage = &play->levels.at[level].stage;
	char subject[ALERT_SUBJECT_MAX];

	name_above(subject, rule, number);
	return level == play->low ? stage_find(stage, rules[rule], places[place], subjects[number])
				  : stage_find(stage, "m", places[place], subject);
}

/* Nothing waits for news any more; whoever should know that it stands does. */
static void check_known(const struct belief *belief, const struct alert *alert)
{
	bool stands = alert && alert_machine_stands(&alert->machine);

	assert_false(stands && alert->machine.suppressed & SUPPRESSION_BIT(SUPPRESSION_BACKLOG));
	assert_true(stands || !belief->stands);
	if (stands && alert->machine.suppressed == 0)
		assert_true(belief->stands);
}

static void check_agreement(const struct play *play)
{
	for (uint32_t i = 0; i < N_RULES * N_PLACES * N_SUBJECTS; i++) {
		uint32_t r = i % N_RULES, p = i / N_RULES % N_PLACES, s = i / N_RULES / N_PLACES;
		const struct belief *belief = &play->beliefs[r][p][s];

		for (int level = play->low; level > PROVINCE; level--)
			check_same(find(play, level, r, p, s), find(play, level - 1, r, p, s),
				   sites[level], play->has_untils);
		assert_int_equal(belief->n_raised, belief->n_raised_below);
		check_known(belief, find(play, PROVINCE, r, p, s));
	}
}

/* Links are there again, and all that was on its way has come. */
static void quiet(struct play *play)
{
	for (int level = 1; level <= play->low; level++)
		levels_lose(&play->levels, level, false);
	levels_carry_all(&play->levels);
	for (int level = play->low; level >= 1; level--) {
		catch_up(play, level);
		levels_tick(&play->levels, 1);
		levels_carry_all(&play->levels);
	}
	look(play);
}

static void play_round(uint32_t round, int low)
{
	struct play play = {
		.levels = levels_open(),
		.seed = round,
		.low = low,
		.n_rules = 1 + round % N_RULES,
		.n_places = low == COMMUNE ? 1 : 1 + round / 3 % N_PLACES,
		.n_subjects = 1 + round / 5 % N_SUBJECTS,
		.has_untils = round % 2 == 0,
	};

	for (int i = 1; i <= STEPS; i++) {
		step(&play);
		if (i % QUIET_EACH != 0)
			continue;
		quiet(&play);
		check_agreement(&play);
	}
	levels_close(&play.levels);
}

static void both_ends_agree_when_the_link_is_quiet(void **state)
{
	(void)state;
	for (uint32_t round = 1; round <= ROUNDS; round++)
		play_round(round, DISTRICT);
}

static void three_levels_agree_when_links_are_quiet(void **state)
{
	(void)state;
	for (uint32_t round = 1; round <= ROUNDS; round++)
		play_round(round, COMMUNE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_agree_when_the_link_is_quiet),
		cmocka_unit_test(three_levels_agree_when_links_are_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

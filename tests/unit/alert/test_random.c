/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Twenty thousand random steps of two books.  One is asked when it wants to move, and is saved and
 * read back now and then; the other hears of every millisecond.  They must tell the same, and what
 * the slow model expects.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"
#include "model.h"

#define STEPS   20000
#define SEEDS   4
#define RESTART 400 /* steps between them */
#define COMPARE 1000

enum { LEVEL, SITE, MUTE, LINK, GATE, VALVE, OWN };
enum { DUTY, NIGHT, CHIEF, LOCAL };

static const bool only_u2[STAGE_UNITS] = { false, false, true, false };
static const bool not_u3[STAGE_UNITS] = { true, true, true, false };
static const bool by_site[MODEL_RULES] = { [LEVEL] = true, [SITE] = true, [GATE] = true };
static const bool by_mute[MODEL_RULES] = { [LINK] = true, [LEVEL] = true };
static const bool by_link[MODEL_RULES] = { [MUTE] = true };
static const bool only_level[MODEL_RULES] = { [LEVEL] = true };

#define UNIT_BIT      (UINT32_C(1) << RECEIVER_UNIT)
#define RULE(n_, id_) .number = (n_), .id = (id_), .applies = stage_everywhere

/* clang-format off */
static const struct receiver receivers[] = {
	[DUTY] = { .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING },
	[NIGHT] = { .id = "night", .is_at_once = true, .least = SEVERITY_CRITICAL },
	[CHIEF] = { .id = "chief", .least = SEVERITY_WARNING, .repeat_ms = 45 },
	[LOCAL] = { .id = "local", .is_at_once = true, .least = SEVERITY_WARNING,
		    .units = only_u2 },
};
static const struct receiver *const unit_receivers[STAGE_UNITS] = {
	NULL, &receivers[CHIEF], &receivers[LOCAL], NULL,
};
static const struct rule rules[MODEL_RULES] = {
	{ RULE(LEVEL, "level"), .kind = RULE_THRESHOLD, .hold_ms = 20, .fade_ms = 10,
	  .chatter_times = 3, .chatter_within_ms = 300, .tell = UNIT_BIT,
	  .steps = { { .after_ms = 60, .receivers = 1u << CHIEF },
		     { .after_ms = 150, .receivers = 1u << NIGHT | UNIT_BIT } }, .n_steps = 2 },
	{ RULE(SITE, "site"), .kind = RULE_SILENCE, .hold_ms = 30,
	  .inhibits = { .rules = by_site, .is_below = true } },
	{ RULE(MUTE, "mute"), .kind = RULE_SILENCE, .hold_ms = 5,
	  .inhibits = { .rules = by_mute } },
	{ RULE(LINK, "link"), .kind = RULE_EACH, .repeat_ms = 70, .fade_ms = 15,
	  .inhibits = { .rules = by_link } },
	{ RULE(GATE, "gate"), .kind = RULE_EVENT, .severity = SEVERITY_CRITICAL, .fade_ms = 40 },
	{ RULE(VALVE, "valve"), .kind = RULE_THRESHOLD, .is_latched = true, .fade_ms = 5,
	  .chatter_times = 2, .chatter_within_ms = 60 },
	{ RULE(OWN, "own"), .kind = RULE_OWN, .hold_ms = 3 },
};

/* Fewer rules and receivers, in another order and with other patience. */
static const struct receiver other_receivers[] = {
	{ .id = "chief", .is_at_once = true, .least = SEVERITY_CRITICAL },
	{ .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING, .units = not_u3 },
};
static const bool by_other_site[] = { false, false, true, true, false };
static const struct rule other_rules[] = {
	{ RULE(0, "site"), .kind = RULE_SILENCE, .hold_ms = 10, .fade_ms = 10,
	  .inhibits = { .rules = by_other_site } },
	{ RULE(1, "own"), .kind = RULE_OWN },
	{ RULE(2, "level"), .kind = RULE_THRESHOLD, .hold_ms = 5, .fade_ms = 30,
	  .chatter_times = 3, .chatter_within_ms = 100,
	  .steps = { { .after_ms = 40, .receivers = 1u } }, .n_steps = 1 },
	{ RULE(3, "link"), .kind = RULE_EACH, .fade_ms = 5 },
	{ RULE(4, "gate"), .kind = RULE_EVENT, .severity = SEVERITY_CRITICAL, .fade_ms = 80 },
};
/* clang-format on */

static const struct maintenance other_plans[] = {
	{ .id = "all", .from_ms = 20000, .until_ms = 60000, .by = "board", .units = not_u3 },
};

/* The second minute of every day. */
static struct calendar *make_minutes(void)
{
	static struct calendar_week week = { .from_day = 0, .cut_off = 1440 };
	const struct calendar_options minutes = {
		.id = "minutes", .title_vi = "", .title_en = "", .weeks = &week, .n_weeks = 1
	};

	for (size_t i = 0; i < COUNT(week.weekdays); i++)
		week.weekdays[i] = (struct calendar_hours){ .spans = { { 1, 2 } }, .n = 1 };
	return calendar_new(&minutes);
}

struct play {
	struct calendar *minutes;
	struct maintenance plans[2];
	struct rules_options options[2];
	unsigned present;          /* which of them */
	struct stage quick, every; /* of every millisecond */
	struct model model;
	uint64_t seed;
	int64_t now_ms;
};

static uint32_t draw(struct play *play, uint32_t n)
{
	play->seed = play->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(play->seed >> 33) % n;
}

static void open_play(struct play *play, uint64_t seed)
{
	*play = (struct play){ .minutes = make_minutes(), .seed = seed, .now_ms = 1000 };
	play->plans[0] = (struct maintenance){
		.id = "minute", .calendar = play->minutes, .by = "board", .units = only_u2
	};
	play->plans[1] = (struct maintenance){
		.id = "pumps", .from_ms = 3000, .until_ms = 9000, .by = "chief", .rules = only_level
	};
	play->options[0] = (struct rules_options){
		.list = rules,
		.n_list = MODEL_RULES,
		.receivers = receivers,
		.n_receivers = COUNT(receivers),
		.unit_receivers = unit_receivers,
		.maintenances = play->plans,
		.n_maintenances = COUNT(play->plans),
	};
	play->options[1] = (struct rules_options){
		.list = other_rules,
		.n_list = COUNT(other_rules),
		.receivers = other_receivers,
		.n_receivers = COUNT(other_receivers),
		.maintenances = other_plans,
		.n_maintenances = COUNT(other_plans),
	};
	play->quick = stage_open(&play->options[0]);
	play->every = stage_open(&play->options[0]);
	model_init(&play->model, &play->quick, &play->options[0]);
}

static void close_play(struct play *play)
{
	stage_close(&play->quick);
	stage_close(&play->every);
	calendar_free(play->minutes);
}

/* Lets time pass to the present in both books, a long time at once; the model looks whenever
 * something may happen. */
static void pass_time(struct play *play, int64_t from_ms)
{
	int64_t due_ms;

	if (play->now_ms - from_ms > 1000) {
		stage_tick(&play->quick, play->now_ms);
		stage_tick(&play->every, play->now_ms);
		model_check(&play->model, play->now_ms);
	}
	while ((due_ms = alertbook_deadline_ms(play->quick.book)) <= play->now_ms) {
		stage_tick(&play->quick, due_ms);
		model_check(&play->model, due_ms);
	}
	for (int64_t at_ms = from_ms; at_ms <= play->now_ms && at_ms < from_ms + 1000; at_ms++)
		stage_tick(&play->every, at_ms);
}

static const char *draw_rule(struct play *play)
{
	const struct rules_options *options = &play->options[play->present];

	return options->list[draw(play, options->n_list)].id;
}

static void judge(struct play *play)
{
	const char *id = draw_rule(play);
	uint32_t unit = draw(play, STAGE_UNITS);
	const char *subject = model_subjects[strcmp(id, "link") == 0 && draw(play, 2)];
	enum judgement judgement = (enum judgement)draw(play, JUDGE_CRITICAL + 1);
	bool is_drill = draw(play, 3) == 0;

	if (strcmp(id, "gate") == 0) {
		stage_event(&play->quick, id, unit, is_drill, play->now_ms);
		stage_event(&play->every, id, unit, is_drill, play->now_ms);
	} else {
		stage_judge_subject(&play->quick, id, unit, subject, judgement, play->now_ms);
		stage_judge_subject(&play->every, id, unit, subject, judgement, play->now_ms);
	}
}

static struct command draw_command(struct play *play)
{
	static const char *const units[] = { NULL, "u0", "u1", "u2", "u3" };
	struct command command =
		stage_order((enum command_verb)draw(play, N_COMMAND_VERBS),
			    draw(play, 3) ? draw_rule(play) : NULL, units[draw(play, COUNT(units))],
			    draw(play, 2) ? play->now_ms + draw(play, 200) : 0);

	command.is_below = draw(play, 2);
	command.has_subject = draw(play, 4) == 0;
	if (command.has_subject)
		(void)snprintf(command.subject, sizeof(command.subject), "%s",
			       model_subjects[draw(play, MODEL_SUBJECTS)]);
	/* Nothing is put aside for good, or without a rule, all the time. */
	if (command.verb >= COMMAND_SHELVE && draw(play, 4)) {
		command.until_ms = play->now_ms + draw(play, 100);
		(void)snprintf(command.rule, sizeof(command.rule), "%s", draw_rule(play));
	}
	(void)snprintf(command.owner, sizeof(command.owner), "%u", draw(play, 3));
	return command;
}

static void give(struct play *play)
{
	const struct command command = draw_command(play);
	enum command_outcome outcome;

	play->model.command_until_ms = command.until_ms;
	outcome = stage_give(&play->quick, &command, play->now_ms);
	assert_int_equal(stage_give(&play->every, &command, play->now_ms), outcome);
	assert_int_equal(play->quick.n, play->every.n);
	assert_int_equal(play->quick.n > 0 && outcome != OUTCOME_DONE, 0);
	if (outcome == OUTCOME_DONE && command.verb >= COMMAND_SHELVE)
		model_order(&play->model, &command);
}

static void reload(struct play *play)
{
	const struct rules_options *options = &play->options[play->present ^= 1];

	stage_reload(&play->quick, options, play->now_ms);
	stage_reload(&play->every, options, play->now_ms);
	model_reload(&play->model, options);
	stage_tick(&play->quick, play->now_ms); /* shorter patience may be over at once */
	stage_tick(&play->every, play->now_ms);
}

static struct saved save(const struct alertbook *book)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	alertbook_save(book, &writer);
	saved_end(&writer);
	return saved;
}

static void check_same(const struct play *play)
{
	struct saved a = save(play->quick.book), b = save(play->every.book);

	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.bytes, b.bytes, a.n);
	saved_fini(&a);
	saved_fini(&b);
}

static void step(struct play *play, int number)
{
	int64_t from_ms = play->now_ms;
	uint32_t what = draw(play, 1000);

	play->now_ms += what == 0 ? ALERT_FORGET_MS : draw(play, 3) == 0 ? draw(play, 50) : 0;
	pass_time(play, from_ms);
	if (what < 5)
		reload(play);
	else if (what < 120)
		give(play);
	else if (what < 900)
		judge(play);
	stage_tick(&play->quick, play->now_ms);
	stage_tick(&play->every, play->now_ms);
	model_check(&play->model, play->now_ms);
	assert_int_equal(alertbook_last(play->quick.book), alertbook_last(play->every.book));
	if (number % RESTART == 0)
		stage_restart(&play->quick, &play->options[play->present]);
	if (number % COMPARE == 0)
		check_same(play);
}

static void a_random_life_is_told_as_it_must_be(void **state)
{
	static struct play play;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		open_play(&play, seed);
		for (int i = 1; i <= STEPS / SEEDS; i++)
			step(&play, i);
		check_same(&play);
		assert_true(play.model.n_told > 500);
		assert_true(play.model.n_escalated > 10);
		assert_true(play.model.n_repeated > 100);
		assert_true(play.model.n_inhibited > STEPS / SEEDS);
		close_play(&play);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_random_life_is_told_as_it_must_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

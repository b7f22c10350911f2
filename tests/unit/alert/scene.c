/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/err.h"

const bool everywhere[N_UNITS] = { true, true, true, true };
const struct limits limits[N_UNITS] = EVERYWHERE(5, 9);
const struct limits same_limits[N_UNITS] = EVERYWHERE(5, 9);

/* clang-format off */
const struct rule list[N_RULES] = {
	[LEVEL] = { .id = "level", .kind = RULE_THRESHOLD, .hold_ms = 100, .fade_ms = 50,
		    .number = LEVEL, .applies = everywhere, .limits = limits },
	[FLOOD] = { .id = "flood", .kind = RULE_EVENT, .fade_ms = 60, .number = FLOOD,
		    .severity = SEVERITY_CRITICAL, .applies = everywhere },
	[SWIFT] = { .id = "swift", .kind = RULE_THRESHOLD, .number = SWIFT,
		    .applies = everywhere, .limits = limits },
};

/* The same in another order and with other patience. */
const struct rule reordered[N_RULES] = {
	{ .id = "swift", .kind = RULE_THRESHOLD, .fade_ms = 7, .number = 0,
	  .applies = everywhere, .limits = same_limits },
	{ .id = "level", .kind = RULE_THRESHOLD, .hold_ms = 60, .fade_ms = 90, .number = 1,
	  .applies = everywhere, .limits = same_limits },
	{ .id = "flood", .kind = RULE_EVENT, .fade_ms = 60, .number = 2,
	  .severity = SEVERITY_CRITICAL, .applies = everywhere },
};
/* clang-format on */

static const uint32_t same_units[N_UNITS] = { 0, 1, 2, 3 };
const struct renumber identity = { .to = same_units, .n = N_UNITS };

/* Nothing here reads a figure: verdicts are made by hand. */
int64_t indicators_now_ms(const struct indicators *indicators)
{
	(void)indicators;
	return 0;
}

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	(void)indicators;
	(void)indicator;
	(void)unit;
	(void)window;
	fail();
	return (struct reading){ .value = NAN };
}

/* ---- a book and its rules ---- */

static struct rules *make_rules(const struct rule *rules, uint32_t n)
{
	return rules_new(&(struct rules_options){
		.list = rules, .n_list = n, .n_units = N_UNITS, .n_indicators = 1, .n_types = 1 });
}

struct scene make_scene(const struct rule *rules, uint32_t n)
{
	struct scene scene = { .rules = make_rules(rules, n) };

	scene.book = alertbook_new(scene.rules);
	return scene;
}

void drop_scene(struct scene *scene)
{
	alertbook_free(scene->book);
	rules_free(scene->rules);
}

void reload(struct scene *scene, const struct rule *rules, uint32_t n, int64_t now_ms)
{
	struct rules *made = make_rules(rules, n);

	alertbook_replace_rules(scene->book, made, "an", now_ms, (uint64_t)now_ms + 1000);
	rules_free(scene->rules);
	scene->rules = made;
}

static const struct threshold *limit_for(const struct scene *scene, uint32_t rule, uint32_t unit,
					 enum judgement judgement)
{
	const struct limits *all = rules_at(scene->rules, rule)->limits;

	switch (judgement) {
	case JUDGE_UNKNOWN:
		return NULL;
	case JUDGE_CLEAR:
	case JUDGE_BETWEEN:
		return &all[unit].clear;
	case JUDGE_WARNING:
		return &all[unit].warning;
	case JUDGE_CRITICAL:
		return &all[unit].critical;
	}
	return NULL;
}

/* Judges a threshold rule by its id. */
void judge(struct scene *scene, const char *id, uint32_t unit, enum judgement judgement,
	   int64_t now_ms)
{
	uint32_t rule = rules_find(scene->rules, id, strlen(id));
	const struct verdict verdict = {
		.rule = rule,
		.unit = unit,
		.judgement = judgement,
		.reading = { .quality = QUALITY_STALE,
			     .value = (double)now_ms / 3,
			     .samples = 3,
			     .last_ms = now_ms - 1,
			     .position = (uint64_t)now_ms },
		.threshold = limit_for(scene, rule, unit, judgement),
	};

	alertbook_judge(scene->book, &verdict, now_ms, (uint64_t)now_ms + 1000);
}

void send_event(struct scene *scene, uint32_t unit, const char *subject, bool drill, int64_t now_ms)
{
	const struct event event = { .unit = unit, .drill = drill, .position = (uint64_t)now_ms };
	const struct verdict verdict = {
		.rule = rules_find(scene->rules, "flood", 5),
		.unit = unit,
		.judgement = JUDGE_CRITICAL,
		.event = &event,
		.subject = { .bytes = subject, .size = strlen(subject) },
	};

	alertbook_judge(scene->book, &verdict, now_ms, (uint64_t)now_ms + 1000);
}

const struct alert *find(const struct scene *scene, const char *id, uint32_t unit,
			 const char *subject)
{
	return alertbook_find(scene->book, rules_find(scene->rules, id, strlen(id)), unit, subject);
}

/* ---- save and load ---- */

struct saved save(const struct alertbook *book)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	alertbook_save(book, &writer);
	saved_end(&writer);
	return saved;
}

/* Whether n bytes of it make a book; the memory is exact, so that the sanitizer sees who goes
 * beyond. */
bool load(struct scene *scene, const char *bytes, size_t n, const struct renumber *units)
{
	struct bytes_reader reader;
	char *copy = xcalloc(n ? n : 1, 1);

	memcpy(copy, bytes, n);
	bytes_reader_init(&reader, copy, n);
	alertbook_load(scene->book, &reader, units);
	free(copy);
	return !reader.is_bad && reader.at == reader.end;
}

struct scene load_scene(const struct saved *saved, const struct rule *rules, uint32_t n,
			const struct renumber *units)
{
	struct scene scene = make_scene(rules, n);

	assert_true(load(&scene, saved->bytes, saved->n, units));
	return scene;
}

void check_same_bytes(const struct alertbook *a, const struct alertbook *b)
{
	struct saved x = save(a), y = save(b);

	assert_int_equal(x.n, y.n);
	assert_memory_equal(x.bytes, y.bytes, x.n);
	saved_fini(&x);
	saved_fini(&y);
}

static void check_same_limit(const struct threshold *a, const struct threshold *b)
{
	assert_int_equal(a == NULL, b == NULL);
	if (!a)
		return;
	assert_int_equal(a->comparison, b->comparison);
	assert_true(a->value == b->value);
}

void check_same_alert(const struct alert *a, const struct alert *b)
{
	assert_string_equal(a->rule->id, b->rule->id);
	assert_int_equal(a->unit, b->unit);
	assert_memory_equal(a->subject, b->subject, sizeof(a->subject));
	assert_int_equal(a->machine.state, b->machine.state);
	assert_int_equal(a->machine.severity, b->machine.severity);
	assert_int_equal(a->machine.judgement, b->machine.judgement);
	assert_int_equal(a->machine.uncertain, b->machine.uncertain);
	assert_int_equal(a->machine.since_ms, b->machine.since_ms);
	assert_int_equal(a->reading.quality, b->reading.quality);
	assert_true(a->reading.value == b->reading.value);
	assert_int_equal(a->reading.samples, b->reading.samples);
	assert_int_equal(a->reading.last_ms, b->reading.last_ms);
	assert_int_equal(a->reading.position, b->reading.position);
	check_same_limit(a->threshold, b->threshold);
	assert_int_equal(a->events, b->events);
	assert_int_equal(a->first_ms, b->first_ms);
	assert_int_equal(a->raised_ms, b->raised_ms);
	assert_int_equal(a->changed_ms, b->changed_ms);
	assert_int_equal(a->raised_number, b->raised_number);
	assert_int_equal(a->n_samples, b->n_samples);
	assert_memory_equal(a->samples, b->samples, a->n_samples * sizeof(a->samples[0]));
	assert_int_equal(a->drill, b->drill);
	assert_int_equal(a->closed, b->closed);
}

void check_same_log(const struct alertbook *a, const struct alertbook *b)
{
	assert_int_equal(alertbook_last(a), alertbook_last(b));
	for (uint64_t n = 1; n <= alertbook_last(a); n++) {
		const struct transition *x = alertbook_transition(a, n);
		const struct transition *y = alertbook_transition(b, n);

		assert_int_equal(x == NULL, y == NULL);
		if (!x)
			continue;
		assert_int_equal(x->number, y->number);
		assert_int_equal(x->time_ms, y->time_ms);
		assert_int_equal(x->position, y->position);
		assert_int_equal(x->news, y->news);
		check_same_alert(&x->alert, &y->alert);
	}
}

/* A book with an alert in every state, until 1000. */
struct scene make_busy(void)
{
	struct scene scene = make_scene(list, N_RULES);

	judge(&scene, "swift", 3, JUDGE_WARNING, 800); /* raised, then more severe */
	judge(&scene, "swift", 3, JUDGE_CRITICAL, 810);
	judge(&scene, "level", 1, JUDGE_CRITICAL, 820); /* fading */
	judge(&scene, "swift", 0, JUDGE_WARNING, 830);  /* came and went */
	judge(&scene, "swift", 0, JUDGE_CLEAR, 840);
	send_event(&scene, 2, "gate 1", true, 920);
	for (int64_t at_ms = 930; at_ms <= 960; at_ms += 5)
		send_event(&scene, 2, "gate 1", false, at_ms);
	send_event(&scene, 1, "", true, 970);
	judge(&scene, "level", 1, JUDGE_CLEAR, 980);
	judge(&scene, "level", 2, JUDGE_WARNING, 990); /* pending */
	judge(&scene, "level", 0, JUDGE_WARNING, 1000);
	judge(&scene, "level", 0, JUDGE_UNKNOWN, 1000); /* pending, but uncertain */
	return scene;
}

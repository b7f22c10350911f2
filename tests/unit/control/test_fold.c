/* SPDX-License-Identifier: Apache-2.0 */
/* Folding itself, of alerts made by hand: no book makes these at will. */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alerts.h"
#include "iocd/base/random.h"
#include "iocd/unit.h"
#include "world.h"

#define N_UNITS 40
#define N_RULES 25
#define N_MAX   300

struct scene {
	struct views views;
	struct units *units;
	char unit_ids[N_UNITS][16], rule_ids[N_RULES][16];
	struct rule rules[N_RULES];
	struct alert alerts[N_MAX];
	struct listed list[N_MAX];
	struct alerts all;
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	uint32_t number;

	assert_non_null(scene);
	scene->units = units_new();
	for (uint32_t i = 0; i < N_UNITS; i++) {
		struct unit unit = { .id = scene->unit_ids[i],
				     .level = "part",
				     .name_vi = scene->unit_ids[i],
				     .name_en = scene->unit_ids[i],
				     .parent = UNIT_NONE };

		(void)snprintf(scene->unit_ids[i], sizeof(scene->unit_ids[i]), "u%u", i);
		assert_int_equal(units_add(scene->units, &unit, &number), 0);
	}
	for (uint32_t i = 0; i < N_RULES; i++) {
		(void)snprintf(scene->rule_ids[i], sizeof(scene->rule_ids[i]), "r%u", i);
		scene->rules[i] = (struct rule){ .id = scene->rule_ids[i],
						 .title_vi = scene->rule_ids[i],
						 .title_en = scene->rule_ids[i],
						 .number = i };
	}
	scene->views.source.context.units = scene->units;
	scene->all = (struct alerts){ .views = &scene->views, .list = scene->list };
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	units_free(scene->units);
	free(scene);
	return 0;
}

static struct alert *add(struct scene *scene, uint32_t rule, uint32_t unit, enum severity severity)
{
	uint32_t n = scene->all.n++;
	struct alert *alert = &scene->alerts[n];

	*alert = (struct alert){
		.rule = &scene->rules[rule],
		.unit = unit,
		.machine = { .state = ALERT_RAISED,
			     .severity = severity,
			     .handling = HANDLING_UNACKNOWLEDGED },
		.raised_ms = 1000 + n,
		.raised_number = n + 1,
	};
	scene->list[n] = (struct listed){ .alert = alert, .is_wanted = true };
	return alert;
}

/* Says that alert follows from cause, by the id that the book would give it. */
static void follow(struct scene *scene, struct alert *alert, const struct alert *cause)
{
	char id[ALERT_KEY_MAX + 128], key[ALERT_KEY_MAX];

	(void)snprintf(id, sizeof(id), "%s/%s/%" PRIu64, scene->unit_ids[cause->unit],
		       alert_key(key, cause), cause->raised_number);
	alert->machine.suppressed |= SUPPRESSION_BIT(SUPPRESSION_INHIBITED);
	memcpy(alert->suppressed_by[SUPPRESSION_INHIBITED], id, strnlen(id, ALERT_BY_MAX - 1));
}

static json_t *fold(const struct scene *scene, uint64_t limit, uint64_t *ret_n)
{
	CLEANUP_TEXT struct text text = { 0 };
	json_t *json;

	put_array(&text, NULL);
	*ret_n = alerts_fold(&text, &scene->all, limit);
	put_array_end(&text);
	json = json_loads(text_get(&text), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	return json;
}

/* The groups as "cause:id(members)", in order. */
static void assert_groups(const struct scene *scene, const char *expected)
{
	CLEANUP_TEXT struct text text = { 0 };
	uint64_t n;
	json_t *json = fold(scene, N_MAX, &n), *group;
	size_t i;

	json_array_foreach(json, i, group)
	{
		assert_int_equal(json_array_size(world_at(group, "members")),
				 world_number(group, "counts.matching"));
		text_add(&text, "%s:%s(%zu) ", world_string(group, "cause"),
			 world_string(group, "id"), json_array_size(world_at(group, "members")));
	}
	assert_int_equal(n, json_array_size(json));
	assert_string_equal(text_get(&text), expected);
	json_decref(json);
}

static void what_has_nothing_in_common_stands_alone(void **state)
{
	add(*state, 0, 0, SEVERITY_CRITICAL);
	add(*state, 1, 1, SEVERITY_WARNING);
	assert_groups(*state, "alert:u0/r0/1(1) alert:u1/r1/2(1) ");
}

static void alerts_of_one_rule_belong_together(void **state)
{
	add(*state, 0, 0, SEVERITY_WARNING);
	add(*state, 1, 1, SEVERITY_CRITICAL);
	add(*state, 0, 2, SEVERITY_WARNING);
	memcpy(add(*state, 0, 0, SEVERITY_WARNING)->subject, "g", 2);
	assert_groups(*state, "alert:u1/r1/2(1) rule:r0(3) ");
}

static void what_follows_from_an_alert_belongs_to_it(void **state)
{
	struct scene *scene = *state;
	struct alert *cause = add(scene, 5, 0, SEVERITY_WARNING);

	follow(scene, add(scene, 0, 0, SEVERITY_CRITICAL), cause);
	follow(scene, add(scene, 0, 1, SEVERITY_WARNING), cause);
	add(scene, 0, 2, SEVERITY_WARNING);
	add(scene, 5, 3, SEVERITY_WARNING);
	assert_groups(scene, "alert:u0/r5/1(3) alert:u2/r0/4(1) alert:u3/r5/5(1) ");
}

static void causes_have_causes_and_may_run_in_a_circle(void **state)
{
	struct scene *scene = *state;
	struct alert *site = add(scene, 0, 0, SEVERITY_CRITICAL);
	struct alert *link = add(scene, 1, 1, SEVERITY_WARNING);
	struct alert *feed = add(scene, 2, 2, SEVERITY_WARNING);
	struct alert *one = add(scene, 3, 3, SEVERITY_WARNING);
	struct alert *other = add(scene, 4, 4, SEVERITY_WARNING);

	follow(scene, link, site);
	follow(scene, feed, link);
	follow(scene, one, other);
	follow(scene, other, one);
	assert_groups(scene, "alert:u0/r0/1(3) alert:u3/r3/4(2) ");
}

static void a_cause_that_is_gone_or_was_raised_again_loses_nobody(void **state)
{
	struct scene *scene = *state;
	struct alert *cause = add(scene, 0, 0, SEVERITY_CRITICAL);
	struct alert gone = *cause;

	gone.unit = 9;
	follow(scene, add(scene, 1, 1, SEVERITY_WARNING), &gone);
	gone = *cause;
	strcpy(add(scene, 2, 2, SEVERITY_WARNING)->suppressed_by[SUPPRESSION_INHIBITED], "u0/r0");
	scene->alerts[2].machine.suppressed = SUPPRESSION_BIT(SUPPRESSION_INHIBITED);
	assert_groups(scene, "alert:u0/r0/1(2) alert:u1/r1/2(1) ");
}

/* The id of a cause is longer than what the book keeps of it. */
static void a_long_id_is_known_by_its_beginning(void **state)
{
	struct scene *scene = *state;
	struct alert *cause = add(scene, 0, 0, SEVERITY_CRITICAL);
	uint64_t n;
	json_t *json;

	memset(cause->subject, '+', 100); /* %2B each */
	follow(scene, add(scene, 1, 1, SEVERITY_WARNING), cause);
	follow(scene, add(scene, 2, 1, SEVERITY_WARNING), cause);
	assert_int_equal(strlen(scene->alerts[1].suppressed_by[SUPPRESSION_INHIBITED]),
			 ALERT_BY_MAX - 1);
	json = fold(scene, N_MAX, &n);
	assert_int_equal(n, 1);
	assert_int_equal(world_number(json, "0.counts.matching"), 3);
	json_decref(json);
}

static void long_ids_are_told_apart_as_far_as_they_are_kept(void **state)
{
	struct scene *scene = *state;
	struct alert *causes[] = { add(scene, 0, 0, SEVERITY_CRITICAL),
				   add(scene, 0, 0, SEVERITY_CRITICAL) };
	uint64_t n;
	json_t *json;

	for (size_t i = 0; i < COUNT(causes); i++) {
		memset(causes[i]->subject, 'x', 100);
		causes[i]->subject[100] = (char)('1' + i);
		follow(scene, add(scene, 1, (uint32_t)i, SEVERITY_WARNING), causes[i]);
	}
	json = fold(scene, N_MAX, &n);
	assert_int_equal(n, 2);
	assert_int_equal(world_number(json, "0.counts.matching"), 2);
	assert_int_equal(world_number(json, "1.counts.matching"), 2);
	json_decref(json);
}

static void many_rules_on_one_unit_belong_together(void **state)
{
	struct scene *scene = *state;

	add(scene, 0, 7, SEVERITY_WARNING);
	add(scene, 1, 7, SEVERITY_WARNING);
	add(scene, 2, 8, SEVERITY_WARNING);
	assert_groups(scene, "alert:u7/r0/1(1) alert:u7/r1/2(1) alert:u8/r2/3(1) ");
	add(scene, 3, 7, SEVERITY_WARNING);
	assert_groups(scene, "unit:u7(3) alert:u8/r2/3(1) ");
}

static void a_cause_that_was_not_asked_for_names_its_group_still(void **state)
{
	struct scene *scene = *state;
	struct alert *cause = add(scene, 0, 0, SEVERITY_CRITICAL);

	follow(scene, add(scene, 1, 1, SEVERITY_WARNING), cause);
	scene->list[0].is_wanted = false;
	assert_groups(scene, "alert:u0/r0/1(1) ");
}

static void a_group_says_how_bad_old_and_known_it_is(void **state)
{
	struct scene *scene = *state;
	uint64_t n;
	json_t *json;

	scene->views.source.context.offset_minutes = 420;
	add(scene, 0, 0, SEVERITY_WARNING)->raised_ms = WORLD_NOW_MS;
	add(scene, 0, 1, SEVERITY_CRITICAL)->raised_ms = WORLD_NOW_MS - 60000;
	add(scene, 0, 2, SEVERITY_WARNING)->raised_ms = WORLD_NOW_MS - 1000;
	scene->alerts[1].machine.handling = HANDLING_ACKNOWLEDGED;
	scene->alerts[2].machine.state = ALERT_QUIET;
	scene->alerts[2].machine.handling = HANDLING_CLEARED_UNACKNOWLEDGED;
	json = fold(scene, N_MAX, &n);
	assert_int_equal(n, 1);
	assert_string_equal(world_string(json, "0.severity"), "critical");
	assert_string_equal(world_string(json, "0.title.vi"), "r0");
	assert_true(json_is_null(world_at(json, "0.unit")));
	assert_int_equal(world_number(json, "0.counts.critical"), 1);
	assert_int_equal(world_number(json, "0.counts.warning"), 2);
	assert_int_equal(world_number(json, "0.counts.acknowledged"), 1);
	assert_int_equal(world_number(json, "0.counts.over"), 1);
	assert_string_equal(world_string(json, "0.newest"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "0.oldest"), "2026-11-22T07:59:00+07:00");
	assert_string_equal(world_string(json, "0.members.1"), "u1/r0/2");
	assert_int_equal(world_number(json, "0.numbers.1"), 2);
	json_decref(json);
}

static void a_limit_bounds_the_groups_that_are_shown_not_their_number(void **state)
{
	uint64_t n;
	json_t *json;

	add(*state, 0, 0, SEVERITY_WARNING);
	add(*state, 1, 1, SEVERITY_WARNING);
	json = fold(*state, 1, &n);
	assert_int_equal(json_array_size(json), 1);
	assert_int_equal(n, 2);
	json_decref(json);
}

static void add_random(struct scene *scene, struct random_stream *stream)
{
	while (scene->all.n < N_MAX) {
		uint32_t n = scene->all.n;
		struct alert *alert =
			add(scene, (uint32_t)random_below(stream, N_RULES),
			    (uint32_t)random_below(stream, N_UNITS),
			    random_below(stream, 4) ? SEVERITY_WARNING : SEVERITY_CRITICAL);

		(void)snprintf(alert->subject, sizeof(alert->subject), "%" PRIu64,
			       random_below(stream, 5));
		if (n > 0 && random_below(stream, 3) == 0)
			follow(scene, alert, &scene->alerts[random_below(stream, n)]);
		if (random_below(stream, 20) == 0)
			follow(scene, &scene->alerts[random_below(stream, n + 1)], alert);
		scene->list[n].is_wanted = random_below(stream, 10) > 0;
	}
}

/* However they hang together: each alert that was asked for is in one group, and no other is. */
static void all_alerts_are_accounted_for(void **state)
{
	struct scene *scene = *state;
	struct random_stream stream;

	for (uint64_t seed = 1; seed <= 20; seed++) {
		unsigned seen[N_MAX] = { 0 };
		uint64_t n, all = 0;
		json_t *json, *group, *number;
		size_t i, k;

		scene->all.n = 0;
		random_seed(&stream, seed);
		add_random(scene, &stream);
		json = fold(scene, N_MAX, &n);
		assert_in_range(n, 2, N_MAX / 2);
		json_array_foreach(json, i, group)
		{
			all += (uint64_t)world_number(group, "counts.matching");
			assert_int_equal(world_number(group, "counts.matching"),
					 world_number(group, "counts.critical") +
						 world_number(group, "counts.warning"));
			json_array_foreach(world_at(group, "numbers"), k, number)
				seen[json_integer_value(number) - 1]++;
		}
		for (uint32_t at = 0; at < N_MAX; at++) {
			assert_int_equal(seen[at], scene->list[at].is_wanted);
			all -= seen[at];
		}
		assert_int_equal(all, 0);
		json_decref(json);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_has_nothing_in_common_stands_alone),
		TEST(alerts_of_one_rule_belong_together),
		TEST(what_follows_from_an_alert_belongs_to_it),
		TEST(causes_have_causes_and_may_run_in_a_circle),
		TEST(a_cause_that_is_gone_or_was_raised_again_loses_nobody),
		TEST(a_long_id_is_known_by_its_beginning),
		TEST(long_ids_are_told_apart_as_far_as_they_are_kept),
		TEST(many_rules_on_one_unit_belong_together),
		TEST(a_cause_that_was_not_asked_for_names_its_group_still),
		TEST(a_group_says_how_bad_old_and_known_it_is),
		TEST(a_limit_bounds_the_groups_that_are_shown_not_their_number),
		TEST(all_alerts_are_accounted_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/unit.h"
#include "rules.h"
#include "world.h"

static const bool by_first[] = { false, true };
static const bool both[] = { true, true };

static const struct rule list[] = {
	{ .id = "disk",
	  .title_vi = "Đĩa",
	  .title_en = "Disk",
	  .kind = RULE_OWN,
	  .own = OWN_DISK,
	  .number = 0,
	  .applies = both,
	  .version = "0123abcd",
	  .is_latched = true,
	  .hold_ms = 5000,
	  .repeat_ms = 3600000,
	  .chatter_times = 4,
	  .chatter_within_ms = 600000,
	  .inhibits = { .rules = by_first, .is_below = true },
	  .steps = { { .after_ms = 600000, .receivers = 1u << 1 | 1u << RECEIVER_UNIT } },
	  .n_steps = 1 },
	{ .id = "own-rate",
	  .title_vi = "Nhịp",
	  .title_en = "Rate",
	  .kind = RULE_OWN,
	  .own = OWN_RATE,
	  .number = 1,
	  .applies = both,
	  .is_hidden = true },
};
static const struct receiver receivers[] = {
	{ .id = "duty", .is_at_once = true },
	{ .id = "chief", .is_at_once = false },
	{ .id = "desk", .is_at_once = true, .rules = by_first },
};

static struct rules *new_rules(void)
{
	const struct rules_options options = { .list = list,
					       .n_list = COUNT(list),
					       .n_units = 2,
					       .receivers = receivers,
					       .n_receivers = COUNT(receivers) };

	return rules_new(&options);
}

static json_t *put_for(struct caller *caller, const struct units *units, const struct rules *rules,
		       const struct rule *rule)
{
	const struct views views = { .caller = caller,
				     .source = { .rules = rules, .context = { .units = units } } };
	CLEANUP_TEXT struct text text = { 0 };
	json_t *json;

	put_object(&text, NULL);
	rules_put(&text, &views, rule);
	put_object_end(&text);
	json = json_loads(text_get(&text), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	return json;
}

static json_t *put(const struct rules *rules, const struct rule *rule)
{
	CLEANUP(caller_free) struct caller *caller = caller_new_local();

	return put_for(caller, NULL, rules, rule);
}

static void a_rule_says_how_its_alerts_live_and_who_hears_of_them(void **state)
{
	CLEANUP(rules_free) struct rules *rules = new_rules();
	json_t *json = put(rules, &list[0]);

	(void)state;
	assert_string_equal(world_string(json, "kind"), "own");
	assert_string_equal(world_string(json, "own"), "disk");
	assert_string_equal(world_string(json, "version"), "0123abcd");
	assert_true(json_is_true(world_at(json, "latched")));
	assert_int_equal(world_number(json, "repeat_s"), 3600);
	assert_int_equal(world_number(json, "chatter.times"), 4);
	assert_int_equal(world_number(json, "chatter.within_s"), 600);
	assert_int_equal(json_array_size(world_at(json, "receivers")), 1);
	assert_string_equal(world_string(json, "receivers.0"), "duty");
	assert_int_equal(world_number(json, "escalations.0.after_s"), 600);
	assert_string_equal(world_string(json, "escalations.0.receivers.0"), "chief");
	assert_string_equal(world_string(json, "escalations.0.receivers.1"), "unit");
	assert_int_equal(json_array_size(world_at(json, "inhibits.rules")), 1);
	assert_string_equal(world_string(json, "inhibits.rules.0"), "own-rate");
	assert_true(json_is_true(world_at(json, "inhibits.below")));
	json_decref(json);

	json = put(rules, &list[1]);
	assert_true(json_is_true(world_at(json, "hidden")));
	assert_true(json_is_null(world_at(json, "chatter")));
	assert_true(json_is_null(world_at(json, "inhibits")));
	assert_int_equal(json_array_size(world_at(json, "receivers")), 2);
	assert_string_equal(world_string(json, "receivers.1"), "desk");
	json_decref(json);
}

static void receivers_of_other_units_are_not_named(void **state)
{
	static const struct receiver two[] = {
		{ .id = "east", .is_at_once = true, .units = by_first },
		{ .id = "west", .is_at_once = true, .units = both },
	};
	const struct rules_options options = {
		.list = list, .n_list = 1, .n_units = 2, .receivers = two, .n_receivers = 2
	};
	const struct access_user user = { .units = { "first" }, .n_units = 1 };
	CLEANUP(rules_free) struct rules *rules = rules_new(&options);
	CLEANUP(units_free) struct units *units = units_new();
	CLEANUP(caller_free) struct caller *caller = NULL;
	uint32_t number;
	json_t *json;

	(void)state;
	assert_int_equal(
		units_add(units, &(struct unit){ .id = "first", .parent = UNIT_NONE }, &number), 0);
	assert_int_equal(
		units_add(units, &(struct unit){ .id = "second", .parent = UNIT_NONE }, &number),
		0);
	caller = caller_new(&user, units);
	json = put_for(caller, units, rules, &list[0]);
	assert_int_equal(json_array_size(world_at(json, "receivers")), 1);
	assert_string_equal(world_string(json, "receivers.0"), "west");
	json_decref(json);
}

/* Numbers of rules and receivers mean nothing in a rule of before a reload. */
static void of_a_rule_that_is_not_in_force_nobody_hears(void **state)
{
	CLEANUP(rules_free) struct rules *rules = new_rules();
	struct rule old = list[0];
	json_t *json = put(rules, &old);

	(void)state;
	assert_null(world_at(json, "receivers"));
	assert_null(world_at(json, "inhibits"));
	json_decref(json);
	old.number = 7;
	json = put(rules, &old);
	assert_null(world_at(json, "receivers"));
	json_decref(json);
}

static void each_kind_says_what_it_watches(void **state)
{
	const struct indicator figure = { .id = "desk.closed" };
	const struct track track = { .id = "desk.open", .allow_ms = 1800000 };
	struct rule rule = { .id = "r",
			     .title_vi = "",
			     .title_en = "",
			     .figure = &figure,
			     .window = { .text = "5m" },
			     .record = &track,
			     .number = 9,
			     .each = "link",
			     .cap = 50,
			     .severity = SEVERITY_WARNING,
			     .overdue = SEVERITY_CRITICAL,
			     .is_each_record = true };
	CLEANUP(rules_free) struct rules *rules = new_rules();
	json_t *json;

	(void)state;
	rule.kind = RULE_EACH;
	json = put(rules, &rule);
	assert_string_equal(world_string(json, "kind"), "each");
	assert_string_equal(world_string(json, "indicator"), "desk.closed");
	assert_string_equal(world_string(json, "window"), "5m");
	assert_string_equal(world_string(json, "each"), "link");
	assert_int_equal(world_number(json, "cap"), 50);
	json_decref(json);
	rule.kind = RULE_SEQUENCE;
	json = put(rules, &rule);
	assert_string_equal(world_string(json, "sequence"), "desk.open");
	assert_string_equal(world_string(json, "severity"), "warning");
	assert_int_equal(world_number(json, "within_s"), 1800);
	json_decref(json);
	rule.kind = RULE_DEADLINE;
	json = put(rules, &rule);
	assert_string_equal(world_string(json, "deadline"), "desk.open");
	assert_true(json_is_null(world_at(json, "due_soon")));
	assert_string_equal(world_string(json, "overdue"), "critical");
	assert_true(json_is_true(world_at(json, "each_record")));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_says_how_its_alerts_live_and_who_hears_of_them),
		cmocka_unit_test(receivers_of_other_units_are_not_named),
		cmocka_unit_test(of_a_rule_that_is_not_in_force_nobody_hears),
		cmocka_unit_test(each_kind_says_what_it_watches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

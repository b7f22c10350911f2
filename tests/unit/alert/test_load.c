/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/counter.h"
#include "scene.h"

static const bool only_in_2[N_UNITS] = { false, false, true, false };
static const struct limits other_limits[N_UNITS] = EVERYWHERE(6, 9);

static void what_has_another_number_now_is_found_by_its_name(void **state)
{
	static const uint32_t moved[N_UNITS] = { 3, 2, 1, 0 };
	const struct renumber units = { .to = moved, .n = N_UNITS };
	struct scene before = make_busy();
	struct saved saved = save(before.book);
	struct scene after = load_scene(&saved, reordered, N_RULES, &units);
	const struct alert *alert = find(&after, "swift", 0, "");

	(void)state;
	assert_int_equal(alertbook_last(after.book), alertbook_last(before.book));
	assert_ptr_equal(alert->rule, &reordered[0]);
	assert_ptr_equal(alert->threshold, &same_limits[0].critical);
	assert_non_null(find(&after, "flood", 1, "gate 1"));
	assert_int_equal(find(&after, "level", 1, "")->machine.state, ALERT_PENDING);
	assert_int_equal(alertbook_transition(after.book, 1)->alert.unit, 0);

	/* The new patience counts from where the old did. */
	assert_int_equal(alertbook_deadline_ms(after.book), 1020);
	alertbook_tick(after.book, 1060, 0);
	assert_int_equal(find(&after, "level", 1, "")->raised_ms, 1060);
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

static void alerts_of_rules_that_are_gone_are_cleared(void **state)
{
	static const struct rule fewer[] = {
		{ .id = "level", .kind = RULE_EVENT, .applies = everywhere },
		{ .id = "swift",
		  .kind = RULE_THRESHOLD,
		  .number = 1,
		  .applies = only_in_2,
		  .limits = limits },
	};
	static const char *const ids[] = { "swift", "level", "flood", "flood" };
	struct scene before = make_busy();
	uint64_t last = alertbook_last(before.book);
	uint64_t cleared = counter_get(COUNTER_alerts_cleared);
	struct saved saved = save(before.book);
	struct scene after = load_scene(&saved, fewer, COUNT(fewer), &identity);

	(void)state;
	assert_int_equal(alertbook_last(after.book), last + COUNT(ids));
	assert_int_equal(counter_get(COUNTER_alerts_cleared) - cleared, COUNT(ids));
	for (uint64_t i = 0; i < COUNT(ids); i++) {
		const struct transition *told = alertbook_transition(after.book, last + 1 + i);

		assert_int_equal(told->news, NEWS_CLEARED);
		assert_int_equal(told->time_ms, 1000);
		assert_int_equal(told->position, 2000);
		assert_true(told->alert.closed);
		assert_int_equal(told->alert.machine.state, ALERT_QUIET);
		assert_string_equal(told->alert.rule->id, ids[i]);
		assert_int_not_equal(told->alert.raised_number, 0);
		for (uint32_t unit = 0; unit < N_UNITS; unit++)
			assert_true(!told->alert.rule->applies[unit] || unit == 2);
	}
	assert_ptr_equal(alertbook_transition(after.book, last + 1)->alert.rule, &fewer[1]);
	assert_int_equal(alertbook_count(after.book, SEVERITY_NONE), 0);
	assert_true(alertbook_deadline_ms(after.book) == ALERT_NO_DEADLINE);
	saved_fini(&saved);

	/* Should they come back, what was told of them is theirs again. */
	saved = save(after.book);
	drop_scene(&after);
	after = load_scene(&saved, list, N_RULES, &identity);
	assert_int_equal(alertbook_last(after.book), last + COUNT(ids));
	assert_ptr_equal(alertbook_transition(after.book, last + 2)->alert.rule, &list[LEVEL]);
	assert_ptr_equal(alertbook_transition(after.book, last + 3)->alert.rule, &list[FLOOD]);
	check_same_bytes(after.book, after.book);
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

static void alerts_of_units_that_are_gone_end_untold(void **state)
{
	static const uint32_t fewer[N_UNITS] = { 0, 1, RENUMBER_GONE, RENUMBER_GONE };
	const struct renumber units = { .to = fewer, .n = N_UNITS };
	struct scene before = make_busy();
	struct saved saved = save(before.book);
	struct scene after = load_scene(&saved, list, N_RULES, &units);
	uint64_t n_kept = 0;

	(void)state;
	assert_int_equal(alertbook_last(after.book), alertbook_last(before.book));
	assert_int_equal(alertbook_count(after.book, SEVERITY_NONE), 2);
	for (uint64_t n = 1; n <= alertbook_last(after.book); n++) {
		bool is_gone = alertbook_transition(before.book, n)->alert.unit >= 2;

		assert_int_equal(alertbook_transition(after.book, n) == NULL, is_gone);
		n_kept += !is_gone;
	}
	assert_int_equal(n_kept, 4);
	saved_fini(&saved);

	saved = save(after.book); /* a gap is saved as a gap */
	drop_scene(&before);
	before = load_scene(&saved, list, N_RULES, &identity);
	check_same_log(before.book, after.book);
	check_same_bytes(before.book, after.book);
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

/* What was judged, and told, does not change because rules do. */
static void a_limit_that_no_rule_says_any_more_is_what_it_was(void **state)
{
	static const struct limits placed[N_UNITS] = {
		{ .warning = { .comparison = COMPARE_GT,
			       .value = 5,
			       .text = "> 5",
			       .place = { "rules.d/a.yml", 7, 3 },
			       .origin = LIMIT_OF_UNIT } },
	};
	struct rule changed = list[SWIFT];
	struct scene before, after, again;
	struct saved saved, twice;
	const struct threshold *limit;

	(void)state;
	changed.number = 0;
	changed.limits = placed;
	before = make_scene(&changed, 1);
	judge(&before, "swift", 0, JUDGE_WARNING, 1);
	saved = save(before.book);
	after = load_scene(&saved, &changed, 1, &identity);
	assert_ptr_equal(find(&after, "swift", 0, "")->threshold, &placed[0].warning);
	drop_scene(&after);

	changed.limits = other_limits;
	after = load_scene(&saved, &changed, 1, &identity);
	limit = find(&after, "swift", 0, "")->threshold;
	assert_ptr_equal(alertbook_transition(after.book, 1)->alert.threshold, limit);
	assert_int_equal(limit->comparison, COMPARE_GT);
	assert_true(limit->value >= 5 && limit->value <= 5);
	assert_string_equal(limit->text, "> 5");
	assert_string_equal(limit->place.file, "rules.d/a.yml");
	assert_int_equal(limit->place.line, 7);
	assert_int_equal(limit->place.column, 3);
	assert_int_equal(limit->origin, LIMIT_OF_UNIT);

	twice = save(after.book);
	assert_int_equal(twice.n, saved.n);
	assert_memory_equal(twice.bytes, saved.bytes, saved.n);
	changed.limits = placed; /* as before */
	again = load_scene(&twice, &changed, 1, &identity);
	assert_ptr_equal(find(&again, "swift", 0, "")->threshold, &placed[0].warning);
	saved_fini(&twice);
	saved_fini(&saved);
	drop_scene(&again);
	drop_scene(&after);
	drop_scene(&before);
}

/* Where things stand in a book whose first alert is of rule "level" and pending. */
enum {
	PART = 0,
	VERSION = 8,
	LAST = 12,
	NOW = 20,
	LAST_ORDER = 36,
	LAST_SHELVED = 44,
	N_RECEIVERS = 52,
	N_HINDRANCES = 56,
	COUNT_AT = 60,
	KIND = 64,
	ID_SIZE = 65,
	ID = 69,
	UNIT = 74,
	SUBJECT_SIZE = 78,
	STATE = 82,
	SEVERITY,
	JUDGEMENT,
	UNCERTAIN,
	SINCE,
	LATCHED = SINCE + 8,
	HANDLING_AT,
	SUPPRESSED,
	ANNOUNCED,
	ANNOUNCED_SEVERITY,
	QUALITY,
	LIMIT = QUALITY + 41,
	COMPARISON,
	ORIGIN = COMPARISON + 9,
	LIMIT_TEXT,
	LIMIT_FILE,
	FIRST = LIMIT_FILE + 9 + 8,
	RAISED_NUMBER = FIRST + 32,
	N_SAMPLES = RAISED_NUMBER + 16,
	DRILL = N_SAMPLES + 9,
	CLOSED,
	PRESENCE,
	DETAIL_SIZE,
	MIRRORED_AT = DETAIL_SIZE + 4,
	YIELDS,
	OWNER_SIZE,
	ACKNOWLEDGED_AT = OWNER_SIZE + 12,
	TOLD = ACKNOWLEDGED_AT + 16,
	ORDER = TOLD + 20,
	SHELVED_AT = ORDER + 8,
	REPEATED_AT = SHELVED_AT + 8,
	N_RAISES = REPEATED_AT + 8,
};

/* Units that became one: of their two alerts the graver stands, the other is told as cleared. */
static void of_two_alerts_of_merged_units_the_graver_stands(void **state)
{
	static const uint32_t merged[N_UNITS] = { 0, 0, 2, 3 };
	const struct renumber units = { .to = merged, .n = N_UNITS };

	(void)state;
	for (int graver = 0; graver < 2; graver++) {
		struct scene before = make_scene(list, N_RULES), after = make_scene(list, N_RULES);
		struct saved saved;

		judge(&before, "level", 0, graver == 0 ? JUDGE_CRITICAL : JUDGE_WARNING, 1);
		judge(&before, "level", 1, graver == 1 ? JUDGE_CRITICAL : JUDGE_WARNING, 1);
		alertbook_tick(before.book, 1000, 2); /* the hold is over */
		saved = save(before.book);
		assert_true(load(&after, saved.bytes, saved.n, &units));
		assert_int_equal(alertbook_count(after.book, SEVERITY_NONE), 1);
		assert_int_equal(alertbook_count(after.book, SEVERITY_CRITICAL), 1);
		assert_int_equal(alertbook_last(after.book), alertbook_last(before.book) + 1);
		saved_fini(&saved);
		drop_scene(&after);
		drop_scene(&before);
	}
}

static void two_alerts_of_one_name_are_refused(void **state)
{
	struct scene before = make_scene(list, N_RULES), after = make_scene(list, N_RULES);
	struct saved saved;

	(void)state;
	judge(&before, "level", 0, JUDGE_WARNING, 1);
	judge(&before, "level", 1, JUDGE_WARNING, 1);
	saved = save(before.book);
	saved.bytes[UNIT] = 1; /* the first is of unit 1, too */
	assert_false(load(&after, saved.bytes, saved.n, &identity));
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

static void a_book_that_ends_too_early_is_refused_and_tells_nothing(void **state)
{
	struct scene before = make_busy();
	struct saved saved = save(before.book);
	uint64_t cleared = counter_get(COUNTER_alerts_cleared);

	(void)state;
	for (size_t n = 0; n < saved.n; n++) {
		struct scene after = make_scene(list, 1); /* without most of the rules */

		assert_false(load(&after, saved.bytes, n, &identity));
		drop_scene(&after);
	}
	assert_int_equal(counter_get(COUNTER_alerts_cleared), cleared);
	saved_fini(&saved);
	drop_scene(&before);
}

static void use_alert(void *context, const struct alert *alert)
{
	size_t *n = context;

	assert_true(alert_machine_stands(&alert->machine));
	(*n)++;
}

/* Whatever a byte was changed to: the book is refused, or can be used and saved. */
static void a_damaged_byte_does_no_harm(void **state)
{
	static const char marks[] = { 1, 2, 4, 8, 16, 32, 64, (char)128, (char)255 };
	struct scene before = make_busy();
	struct saved saved = save(before.book);
	size_t n_refused = 0;

	(void)state;
	for (size_t i = 0; i < saved.n; i++) {
		struct scene after = make_scene(list, N_RULES);
		char mark = marks[i % COUNT(marks)];
		size_t n_told = 0;

		saved.bytes[i] ^= mark;
		if (load(&after, saved.bytes, saved.n, &identity)) {
			struct saved again = save(after.book);

			saved_fini(&again);
			alertbook_each_raised(after.book, use_alert, &n_told);
			assert_int_equal(n_told, alertbook_count(after.book, SEVERITY_NONE));
			alertbook_tick(after.book, INT64_C(253402300799999), 0);
		} else {
			n_refused++;
		}
		saved.bytes[i] ^= mark;
		drop_scene(&after);
	}
	assert_in_range(n_refused, saved.n / 4, saved.n - 1);
	saved_fini(&saved);
	drop_scene(&before);
}

static const struct {
	size_t offset;
	uint8_t good, bad;
} cases[] = {
	{ PART, 'a', 'b' },
	{ VERSION, 6, 5 },
	{ LAST + 7, 0, 0x80 },
	{ NOW, 1, 0 },        /* then it began later */
	{ NOW + 7, 0, 0x90 }, /* negative */
	{ LAST_ORDER, 2, 0 },
	{ LAST_ORDER + 7, 0, 0x80 },
	{ LAST_SHELVED + 7, 0, 0x80 },
	{ N_RECEIVERS, 0, 1 }, /* who has no name */
	{ N_HINDRANCES, 0, 1 },
	{ COUNT_AT, 1, 2 },
	{ KIND, RULE_THRESHOLD, N_RULE_KINDS },
	{ ID_SIZE, 5, 0 },
	{ ID, 'l', 'L' },
	{ ID, 'l', '\0' },
	{ SUBJECT_SIZE, 0, 130 },
	{ STATE, ALERT_PENDING, ALERT_QUIET },
	{ STATE, ALERT_PENDING, ALERT_RAISED }, /* which nobody handles */
	{ STATE, ALERT_PENDING, ALERT_FADING + 1 },
	{ SEVERITY, SEVERITY_WARNING, SEVERITY_NONE },
	{ SEVERITY, SEVERITY_CRITICAL, SEVERITY_CRITICAL + 1 },
	{ JUDGEMENT, JUDGE_CRITICAL, JUDGE_CRITICAL + 1 },
	{ UNCERTAIN, 1, 2 },
	{ SINCE, 0, 2 },
	{ SINCE + 7, 0, 0x80 },
	{ LATCHED, 0, 1 }, /* which nobody handles */
	{ LATCHED, 0, 2 },
	{ HANDLING_AT, HANDLING_CLEARED_UNACKNOWLEDGED, HANDLING_ACKNOWLEDGED },
	{ HANDLING_AT, HANDLING_NONE, HANDLING_CLEARED_UNACKNOWLEDGED + 1 },
	{ SUPPRESSED, 0, 1u << N_SUPPRESSIONS },
	{ ANNOUNCED, 0, 1 }, /* but it does not stand */
	{ ANNOUNCED_SEVERITY, 0, SEVERITY_CRITICAL + 1 },
	{ QUALITY, QUALITY_UNKNOWN, QUALITY_STALE + 1 },
	{ LIMIT, 1, 2 },
	{ COMPARISON, COMPARE_LE, COMPARE_LE + 1 },
	{ ORIGIN, LIMIT_OF_UNIT, LIMIT_OF_UNIT + 1 },
	{ LIMIT_TEXT, 0, 2 },
	{ LIMIT_FILE, 0, 2 },
	{ FIRST, 0, 2 },
	{ RAISED_NUMBER, 0, 1 }, /* it would stand */
	{ N_SAMPLES, 1, ALERT_SAMPLES + 1 },
	{ DRILL, 1, 2 },
	{ CLOSED, 0, 1 },
	{ PRESENCE, PRESENCE_STOPPED, PRESENCE_STOPPED + 1 },
	{ DETAIL_SIZE + 1, 0, ALERT_DETAIL_MAX / 256 + 1 },
	{ MIRRORED_AT, 0, 2 },
	{ YIELDS, 0, 2 },
	{ OWNER_SIZE, 0, ALERT_NAME_MAX },
	{ ACKNOWLEDGED_AT, 0, 2 },
	{ TOLD + 3, 0x80, 1 }, /* RECEIVER_UNIT is always there, others are not */
	{ ORDER, 1, 2 },
	{ ORDER, 1, 0 },
	{ SHELVED_AT, 0, 1 },
	{ REPEATED_AT, 0, 2 },
	{ N_RAISES, 0, ALERTBOOK_RAISES + 1 },
};

/* Puts number n of one byte where a book with one alert has it; whether it is still taken. */
static bool takes_byte(size_t offset, uint8_t number)
{
	struct scene before = make_scene(list, N_RULES), after = make_scene(list, N_RULES);
	struct saved saved;
	bool is_good;

	judge(&before, "level", 0, JUDGE_WARNING, 1); /* pending: not in the log */
	saved = save(before.book);
	saved.bytes[offset] = (char)number;
	is_good = load(&after, saved.bytes, saved.n, &identity);
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
	return is_good;
}

static void what_cannot_be_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (!takes_byte(cases[i].offset, cases[i].good) ||
		    takes_byte(cases[i].offset, cases[i].bad))
			fail_msg("case %zu, offset %zu", i, cases[i].offset);
	assert_true(takes_byte(UNIT, 3));
	assert_true(takes_byte(UNIT, N_UNITS)); /* gone */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_another_number_now_is_found_by_its_name),
		cmocka_unit_test(alerts_of_rules_that_are_gone_are_cleared),
		cmocka_unit_test(alerts_of_units_that_are_gone_end_untold),
		cmocka_unit_test(a_limit_that_no_rule_says_any_more_is_what_it_was),
		cmocka_unit_test(of_two_alerts_of_merged_units_the_graver_stands),
		cmocka_unit_test(two_alerts_of_one_name_are_refused),
		cmocka_unit_test(a_book_that_ends_too_early_is_refused_and_tells_nothing),
		cmocka_unit_test(a_damaged_byte_does_no_harm),
		cmocka_unit_test(what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"
#include "iocd/mirror.h"
#include "iocd/workload.h"
#include "stage.h"

#define MONDAY INT64_C(1795366800000) /* 2026-11-23T00:00:00+07:00 */
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define OFFSET 420

enum { N_PLAIN = 14, HOPPER = N_PLAIN, LATCH, WATCHDOG, MIRRORED, N_RULES };

static char ids[N_PLAIN][8];
static struct rule list[N_RULES];
static struct rules_options options = { .list = list, .n_list = N_RULES };

struct shift {
	struct stage stage;
	struct workload *workload;
	int64_t now_ms;
};

static void make_list(void)
{
	for (unsigned i = 0; i < N_PLAIN; i++) {
		snprintf(ids[i], sizeof(ids[i]), "r%02u", i % 100);
		list[i] = (struct rule){
			.id = ids[i], .kind = RULE_EACH, .number = i, .applies = stage_everywhere
		};
	}
	list[HOPPER] = (struct rule){ .id = "hopper",
				      .kind = RULE_EACH,
				      .number = HOPPER,
				      .chatter_times = 3,
				      .chatter_within_ms = 10 * MINUTE,
				      .applies = stage_everywhere };
	list[LATCH] = (struct rule){ .id = "latch",
				     .kind = RULE_EACH,
				     .number = LATCH,
				     .is_latched = true,
				     .applies = stage_everywhere };
	list[WATCHDOG] = (struct rule){ .id = "watchdog",
					.kind = RULE_OWN,
					.number = WATCHDOG,
					.own = OWN_WATCHDOG,
					.applies = stage_everywhere };
	list[MIRRORED] = (struct rule){ .id = "m",
					.kind = RULE_OWN,
					.number = MIRRORED,
					.own = OWN_MIRRORED,
					.severity = SEVERITY_CRITICAL,
					.applies = stage_everywhere };
}

static struct workload *make_workload(int operators)
{
	return workload_new(
		&(struct workload_options){ .operators = operators, .offset_minutes = OFFSET });
}

static struct shift begin(int operators)
{
	make_list();
	return (struct shift){ .stage = stage_open(&options),
			       .workload = make_workload(operators),
			       .now_ms = MONDAY };
}

static void end(struct shift *shift)
{
	workload_free(shift->workload);
	stage_close(&shift->stage);
}

static struct workload_view view(const struct shift *shift)
{
	struct workload_view view;

	workload_get(shift->workload, &view);
	return view;
}

static void tick(struct shift *shift, int64_t now_ms)
{
	shift->now_ms = now_ms;
	stage_tick(&shift->stage, now_ms);
	workload_follow(shift->workload, shift->stage.book, now_ms);
}

static void judge(struct shift *shift, const char *rule, unsigned subject, enum judgement judgement,
		  int64_t now_ms)
{
	char name[16];

	snprintf(name, sizeof(name), "s%u", subject);
	stage_judge_subject(&shift->stage, rule, subject % STAGE_UNITS, name, judgement, now_ms);
	tick(shift, now_ms);
}

static void acknowledge(struct shift *shift, const char *rule, unsigned subject, int64_t now_ms)
{
	char unit[8];
	struct command command;

	snprintf(unit, sizeof(unit), "u%u", subject % STAGE_UNITS);
	command = stage_order(COMMAND_ACKNOWLEDGE, rule, unit, 0);
	command.has_subject = true;
	snprintf(command.subject, sizeof(command.subject), "s%u", subject);
	assert_int_equal(stage_give(&shift->stage, &command, now_ms), OUTCOME_DONE);
	tick(shift, now_ms);
}

/* ---- the day of 400 alarms ---- */

struct sample {
	unsigned rule, count, critical;
};

static int compare(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(ids[x->rule], ids[y->rule]);
}

/* Rules are uneven: the product of two draws prefers low numbers. */
static unsigned draw(uint32_t *seed)
{
	unsigned a, b;

	*seed = *seed * 1664525u + 1013904223u;
	a = *seed >> 24;
	*seed = *seed * 1664525u + 1013904223u;
	b = *seed >> 24;
	return a * b * N_PLAIN >> 16;
}

/* Raises alarm number n, of a rule that is drawn. */
static void alarm(struct shift *shift, struct sample *samples, uint32_t *seed, unsigned n,
		  int64_t now_ms)
{
	unsigned rule = draw(seed);
	bool is_critical = n % 20 == 0;

	samples[rule].rule = rule;
	samples[rule].count++;
	samples[rule].critical += is_critical;
	judge(shift, ids[rule], n, is_critical ? JUDGE_CRITICAL : JUDGE_WARNING, now_ms);
}

static void expect_worst(const struct shift *shift, int weeks_ago, const struct sample *samples)
{
	struct workload_rule worst[WORKLOAD_WORST];
	uint32_t n = workload_worst(shift->workload, weeks_ago, worst, WORKLOAD_WORST);

	assert_int_equal(n, WORKLOAD_WORST);
	for (uint32_t i = 0; i < n; i++) {
		assert_string_equal(worst[i].id, ids[samples[i].rule]);
		assert_int_equal(worst[i].alarms, samples[i].count);
		assert_int_equal(worst[i].critical, samples[i].critical);
	}
}

/* 50 in the quiet hours from 0:00 on, one each quarter of an hour, then 300 from 12:30 on within
 * 8 minutes, then 50 again from 13:00 on, one each ten minutes. */
static void a_day_of_400_alarms_with_300_in_8_minutes(void **state)
{
	struct shift shift = begin(1);
	struct sample samples[N_PLAIN] = { 0 };
	int64_t storm_ms = MONDAY + 12 * HOUR + 30 * MINUTE, calm_ms = 0;
	uint32_t seed = 7;
	unsigned n = 0;

	(void)state;
	for (; n < 50; n++) {
		alarm(&shift, samples, &seed, n, MONDAY + n * 15 * MINUTE);
		assert_false(view(&shift).is_flood);
	}
	for (; n < 350; n++) {
		int64_t at_ms = storm_ms + (n - 50) * 1600;

		alarm(&shift, samples, &seed, n, at_ms);
		/* The last of the quiet ones came at 12:15: not within ten minutes. */
		assert_int_equal(view(&shift).is_flood, n - 50 >= WORKLOAD_FLOOD);
		assert_int_equal(view(&shift).flood_since_ms,
				 n - 50 >= WORKLOAD_FLOOD ? storm_ms + WORKLOAD_FLOOD * 1600 : 0);
	}
	assert_int_equal(view(&shift).flood_alarms, 300);
	assert_int_equal(view(&shift).last_10_min, 300);
	assert_int_equal(view(&shift).last_hour, 303);

	for (int64_t at_ms = storm_ms + 8 * MINUTE; view(&shift).is_flood; at_ms += SECOND) {
		tick(&shift, at_ms);
		calm_ms = at_ms;
	}
	/* The 37 alarms of the eighth minute count until that is the eleventh from the end. */
	assert_int_equal(calm_ms, storm_ms + 17 * MINUTE);
	assert_int_equal(view(&shift).flood_since_ms, 0);
	assert_int_equal(view(&shift).flood_alarms, 0);

	for (; n < 400; n++)
		alarm(&shift, samples, &seed, n, MONDAY + 13 * HOUR + (n - 350) * 10 * MINUTE);
	assert_int_equal(view(&shift).today, 400);
	assert_int_equal(view(&shift).week, 400);
	assert_int_equal(view(&shift).floods, 1);
	assert_int_equal(view(&shift).severities[SEVERITY_CRITICAL], 20);
	assert_int_equal(view(&shift).severities[SEVERITY_WARNING], 380);

	qsort(samples, N_PLAIN, sizeof(*samples), compare);
	expect_worst(&shift, 0, samples);
	tick(&shift, MONDAY + DAY);
	assert_int_equal(view(&shift).today, 0);
	assert_int_equal(view(&shift).week, 400);
	tick(&shift, MONDAY + 7 * DAY - 1);
	expect_worst(&shift, 0, samples);
	tick(&shift, MONDAY + 7 * DAY);
	assert_int_equal(view(&shift).week, 0);
	expect_worst(&shift, 1, samples);
	assert_int_equal(workload_worst(shift.workload, 0, NULL, 0), 0);
	end(&shift);
}

static void more_people_take_more_before_it_is_a_flood(void **state)
{
	struct shift shift = begin(2);

	(void)state;
	for (unsigned n = 0; n < 20; n++)
		judge(&shift, "r00", n, JUDGE_WARNING, MONDAY + n * SECOND);
	assert_false(view(&shift).is_flood);
	judge(&shift, "r00", 20, JUDGE_WARNING, MONDAY + 20 * SECOND);
	assert_true(view(&shift).is_flood);
	assert_int_equal(view(&shift).operators, 2);
	end(&shift);
}

/* A flood ends below half of what began it, not at the first minute under it. */
static void a_flood_goes_on_until_less_than_half_comes(void **state)
{
	struct shift shift = begin(1);

	(void)state;
	for (unsigned n = 0; n < 11; n++)
		judge(&shift, "r00", n, JUDGE_WARNING, MONDAY + n * SECOND);
	assert_true(view(&shift).is_flood);
	for (unsigned n = 11; n < 16; n++) /* five later ones, in five minutes */
		judge(&shift, "r00", n, JUDGE_WARNING, MONDAY + (n - 6) * MINUTE);
	tick(&shift, MONDAY + 10 * MINUTE);
	assert_int_equal(view(&shift).last_10_min, 5);
	assert_true(view(&shift).is_flood);
	assert_int_equal(view(&shift).flood_alarms, 16);
	tick(&shift, MONDAY + 15 * MINUTE);
	assert_int_equal(view(&shift).last_10_min, 4);
	assert_false(view(&shift).is_flood);
	end(&shift);
}

/* What is no alarm moves time on as well. */
static void a_flood_ends_while_alerts_clear(void **state)
{
	struct shift shift = begin(1);

	(void)state;
	for (unsigned n = 0; n < 12; n++)
		judge(&shift, "r00", n, JUDGE_WARNING, MONDAY);
	judge(&shift, "r00", 1, JUDGE_CLEAR, MONDAY + 9 * MINUTE);
	assert_true(view(&shift).is_flood);
	judge(&shift, "r00", 2, JUDGE_CLEAR, MONDAY + 10 * MINUTE);
	assert_false(view(&shift).is_flood);
	end(&shift);
}

/* ---- what counts ---- */

static void what_is_suppressed_counts_when_it_is_announced(void **state)
{
	struct shift shift = begin(1);

	(void)state;
	stage_command(&shift.stage, COMMAND_SHELVE, "r01", NULL, MONDAY + HOUR, MONDAY);
	judge(&shift, "r01", 1, JUDGE_WARNING, MONDAY + SECOND);
	judge(&shift, "r01", 2, JUDGE_WARNING, MONDAY + SECOND);
	assert_int_equal(view(&shift).week, 0);
	judge(&shift, "r01", 2, JUDGE_CLEAR, MONDAY + MINUTE);
	tick(&shift, MONDAY + HOUR);
	assert_int_equal(view(&shift).week, 1);
	end(&shift);
}

/* What the iocd of u1 says of its rule "flood": raised, acknowledged or cleared. */
static void mirror(struct shift *shift, unsigned number, const char *news, bool is_old,
		   int64_t now_ms)
{
	const struct mirror_site site = { .unit = 1, .sender = "iocd", .is_old = is_old };
	CLEANUP_TEXT struct text json = { 0 };
	bool stands = strcmp(news, "cleared") != 0;

	text_add(&json,
		 "{\"number\":%u,\"news\":\"%s\",\"by\":\"an\",\"rule\":{\"id\":\"flood\","
		 "\"title\":{}},\"unit\":{\"id\":\"u1\"},\"subject\":\"gate\","
		 "\"state\":\"%s\",\"severity\":\"warning\",\"uncertain\":false,"
		 "\"drill\":false,\"closed\":false,\"latched\":false,\"handling\":\"%s\","
		 "\"acknowledged\":{\"by\":\"an\"},\"suppressed\":[],\"reason\":{}}",
		 number, news, stands ? "raised" : "quiet",
		 strcmp(news, "acknowledged") == 0 ? "acknowledged"
		 : stands                          ? "unacknowledged"
						   : "none");
	assert_int_equal(alertbook_mirror(shift->stage.book, shift->stage.units, &site, json.bytes,
					  json.size, now_ms, (uint64_t)now_ms),
			 0);
	tick(shift, now_ms);
}

static void what_comes_from_below_counts_by_the_rule_that_it_is_of_there(void **state)
{
	struct shift shift = begin(1);
	struct workload_rule worst[2];

	(void)state;
	mirror(&shift, 1, "raised", false, MONDAY);
	mirror(&shift, 2, "acknowledged", false, MONDAY + SECOND);
	assert_int_equal(view(&shift).week, 1);
	assert_int_equal(view(&shift).acknowledged, 1);
	assert_int_equal(workload_worst(shift.workload, 0, worst, 2), 1);
	assert_string_equal(worst[0].id, "flood");
	end(&shift);
}

static void what_came_long_after_was_nobodys_work_here(void **state)
{
	const struct mirror_site site = { .unit = 1, .sender = "iocd" };
	struct shift shift = begin(1);

	(void)state;
	for (unsigned i = 0; i < 30; i += 3) {
		mirror(&shift, i + 1, "raised", true, MONDAY);
		mirror(&shift, i + 2, "acknowledged", true, MONDAY);
		mirror(&shift, i + 3, "cleared", true, MONDAY);
	}
	assert_int_equal(view(&shift).week, 0);
	assert_int_equal(view(&shift).acknowledged, 0);
	assert_false(view(&shift).is_flood);
	mirror(&shift, 31, "raised", true, MONDAY);
	alertbook_mirror_caught_up(shift.stage.book, &site, MONDAY + SECOND, 9);
	tick(&shift, MONDAY + SECOND);
	assert_int_equal(view(&shift).week, 1);
	end(&shift);
}

static void the_watchdog_is_nobodys_work(void **state)
{
	struct shift shift = begin(1);
	struct workload_standing standing;

	(void)state;
	judge(&shift, "watchdog", 0, JUDGE_WARNING, MONDAY);
	assert_int_equal(view(&shift).week, 0);
	workload_count_standing(shift.stage.book, MONDAY, &standing);
	assert_int_equal(standing.standing, 0);
	assert_int_equal(standing.oldest_ms, 0);
	end(&shift);
}

static void the_worst_say_what_chattered_and_what_nobody_saw(void **state)
{
	struct shift shift = begin(1);
	struct workload_rule worst[3];
	int64_t now_ms = MONDAY;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		judge(&shift, "hopper", 1, JUDGE_CRITICAL, now_ms += SECOND);
		judge(&shift, "hopper", 1, JUDGE_CLEAR, now_ms += SECOND);
	}
	judge(&shift, "r03", 1, JUDGE_WARNING, now_ms += SECOND);
	acknowledge(&shift, "r03", 1, now_ms += SECOND);
	judge(&shift, "r03", 1, JUDGE_CLEAR, now_ms += SECOND);
	judge(&shift, "r02", 1, JUDGE_WARNING, now_ms += SECOND);
	judge(&shift, "r02", 1, JUDGE_CLEAR, now_ms += SECOND);

	assert_int_equal(workload_worst(shift.workload, 0, worst, 3), 3);
	assert_string_equal(worst[0].id, "hopper");
	assert_int_equal(worst[0].chatters, 1);
	assert_int_equal(worst[0].critical, worst[0].alarms);
	assert_string_equal(worst[1].id, "r02"); /* of as many alarms, the first by name */
	assert_int_equal(worst[1].unseen, 1);
	assert_string_equal(worst[2].id, "r03");
	assert_int_equal(worst[2].unseen, 0);
	assert_int_equal(workload_worst(shift.workload, 0, worst, 1), 1);
	assert_string_equal(worst[0].id, "hopper");
	end(&shift);
}

/* Put aside and never told, it was nobody's to see. */
static void what_was_never_told_is_not_unseen(void **state)
{
	struct shift shift = begin(1);
	struct workload_rule worst[2];

	(void)state;
	judge(&shift, "r04", 1, JUDGE_WARNING, MONDAY);
	stage_command(&shift.stage, COMMAND_SHELVE, "r04", NULL, MONDAY + HOUR, MONDAY + 1);
	judge(&shift, "r04", 2, JUDGE_WARNING, MONDAY + SECOND);
	judge(&shift, "r04", 2, JUDGE_CLEAR, MONDAY + 2 * SECOND);
	assert_int_equal(workload_worst(shift.workload, 0, worst, 2), 1);
	assert_int_equal(worst[0].alarms, 1);
	assert_int_equal(worst[0].unseen, 0);
	end(&shift);
}

static void how_soon_somebody_knows_is_told_by_quantiles(void **state)
{
	struct shift shift = begin(1);

	(void)state;
	assert_int_equal(view(&shift).acknowledged_p50_ms, 0);
	for (unsigned n = 0; n < 10; n++) {
		int64_t at_ms = MONDAY + n * HOUR;

		judge(&shift, "r00", n, JUDGE_WARNING, at_ms);
		acknowledge(&shift, "r00", n, at_ms + (n < 9 ? MINUTE : 30 * MINUTE));
	}
	assert_int_equal(view(&shift).acknowledged, 10);
	/* A quarter of an octave is up to a quarter of the figure. */
	assert_in_range((uint64_t)view(&shift).acknowledged_p50_ms, 45000, 75000);
	assert_in_range((uint64_t)view(&shift).acknowledged_p95_ms, 1350000, 2250000);
	tick(&shift, MONDAY + 7 * DAY);
	assert_int_equal(view(&shift).acknowledged, 0);
	end(&shift);
}

static void what_stands_is_counted_from_the_book(void **state)
{
	struct shift shift = begin(1);
	struct workload_standing standing;

	(void)state;
	judge(&shift, "r00", 1, JUDGE_CRITICAL, MONDAY);
	judge(&shift, "r00", 2, JUDGE_WARNING, MONDAY + DAY);
	acknowledge(&shift, "r00", 2, MONDAY + DAY);
	judge(&shift, "r01", 3, JUDGE_WARNING, MONDAY + DAY);
	judge(&shift, "r01", 3, JUDGE_UNKNOWN, MONDAY + DAY);
	stage_command(&shift.stage, COMMAND_SHELVE, "r01", NULL, MONDAY + 3 * DAY, MONDAY + DAY);
	workload_count_standing(shift.stage.book, MONDAY + DAY, &standing);
	assert_int_equal(standing.stale, 0); /* not over a day yet */
	workload_count_standing(shift.stage.book, MONDAY + DAY + 1, &standing);
	assert_int_equal(standing.standing, 3);
	assert_int_equal(standing.critical, 1);
	assert_int_equal(standing.stale, 1);
	assert_int_equal(standing.acknowledged, 1);
	assert_int_equal(standing.uncertain, 1);
	assert_int_equal(standing.any_suppressed, 1);
	assert_int_equal(standing.suppressed[SUPPRESSION_SHELVED], 1);
	assert_int_equal(standing.chattering, 0);
	assert_int_equal(standing.oldest_ms, MONDAY);
	end(&shift);
}

/* ---- its state ---- */

static struct saved save(const struct workload *workload)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	workload_save(workload, &writer);
	saved_end(&writer);
	return saved;
}

/* Gives what n bytes, copied, make; NULL: they are refused. */
static struct workload *load(const char *bytes, size_t n)
{
	struct workload *workload = make_workload(1);
	char *copy = xcalloc(1, n + 1);
	struct bytes_reader reader;
	struct workload_rule worst[WORKLOAD_WORST];
	struct workload_view view;

	memcpy(copy, bytes, n);
	copy = xrealloc(copy, n ? n : 1, 1);
	bytes_reader_init(&reader, copy, n);
	workload_load(workload, &reader);
	if (reader.is_bad || reader.at != reader.end) {
		workload = workload_free(workload);
	} else { /* whatever was taken can be asked */
		workload_get(workload, &view);
		(void)workload_worst(workload, 0, worst, WORKLOAD_WORST);
		(void)workload_worst(workload, 1, worst, WORKLOAD_WORST);
	}
	free(copy);
	return workload;
}

static struct shift make_busy(void)
{
	struct shift shift = begin(1);
	struct sample samples[N_PLAIN] = { 0 };
	uint32_t seed = 3;

	for (unsigned n = 0; n < 40; n++)
		alarm(&shift, samples, &seed, n, MONDAY + n * 10 * SECOND);
	for (unsigned n = 40; n < 60; n++)
		alarm(&shift, samples, &seed, n, MONDAY + 7 * DAY + n * SECOND);
	return shift;
}

static void what_is_saved_is_read_back_and_goes_on_alike(void **state)
{
	struct shift shift = make_busy();
	struct saved saved = save(shift.workload);
	struct workload *other = load(saved.bytes, saved.n);
	struct saved again = save(other);

	(void)state;
	assert_int_equal(saved.n, again.n);
	assert_memory_equal(saved.bytes, again.bytes, saved.n);
	saved_fini(&again);
	saved_fini(&saved);

	judge(&shift, "r05", 99, JUDGE_WARNING, MONDAY + 7 * DAY + 30 * MINUTE);
	workload_follow(other, shift.stage.book, shift.now_ms);
	saved = save(shift.workload);
	again = save(other);
	assert_int_equal(saved.n, again.n);
	assert_memory_equal(saved.bytes, again.bytes, saved.n);
	saved_fini(&again);
	saved_fini(&saved);
	workload_free(other);
	end(&shift);
}

static void what_is_cut_off_is_refused(void **state)
{
	struct shift shift = make_busy();
	struct saved saved = save(shift.workload);

	(void)state;
	for (size_t n = 0; n < saved.n; n++)
		assert_null(load(saved.bytes, n));
	saved_fini(&saved);
	end(&shift);
}

static void no_garbled_byte_does_harm(void **state)
{
	struct shift shift = make_busy();
	struct saved saved = save(shift.workload);
	size_t n_refused = 0;

	(void)state;
	for (size_t i = 0; i < saved.n; i++) {
		struct workload *workload;

		saved.bytes[i] = (char)~saved.bytes[i];
		workload = load(saved.bytes, saved.n);
		n_refused += workload == NULL;
		if (workload) /* a count that was another goes on */
			workload_follow(workload, shift.stage.book, shift.now_ms + HOUR);
		workload_free(workload);
		saved.bytes[i] = (char)~saved.bytes[i];
	}
	assert_true(n_refused > 10);
	saved_fini(&saved);
	end(&shift);
}

static void the_same_rule_twice_is_refused(void **state)
{
	struct shift shift = begin(1);
	struct saved saved;
	char *last;

	(void)state;
	judge(&shift, "r00", 1, JUDGE_WARNING, MONDAY);
	judge(&shift, "r01", 2, JUDGE_WARNING, MONDAY);
	saved = save(shift.workload);
	last = memmem(saved.bytes, saved.n, "r01", 3);
	assert_non_null(last);
	last[2] = '0';
	assert_null(load(saved.bytes, saved.n));
	saved_fini(&saved);
	end(&shift);
}

static void transitions_that_the_book_forgot_are_passed_over(void **state)
{
	struct shift shift = begin(1);

	(void)state;
	for (unsigned n = 0; n < ALERTBOOK_LOG / 2 + 10; n++) {
		stage_judge_subject(&shift.stage, "r00", 0, "", JUDGE_WARNING, MONDAY);
		stage_judge_subject(&shift.stage, "r00", 0, "", JUDGE_CLEAR, MONDAY);
	}
	tick(&shift, MONDAY + SECOND);
	assert_int_equal(view(&shift).week, ALERTBOOK_LOG / 2);
	end(&shift);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_of_400_alarms_with_300_in_8_minutes),
		cmocka_unit_test(more_people_take_more_before_it_is_a_flood),
		cmocka_unit_test(a_flood_goes_on_until_less_than_half_comes),
		cmocka_unit_test(a_flood_ends_while_alerts_clear),
		cmocka_unit_test(what_is_suppressed_counts_when_it_is_announced),
		cmocka_unit_test(what_comes_from_below_counts_by_the_rule_that_it_is_of_there),
		cmocka_unit_test(what_came_long_after_was_nobodys_work_here),
		cmocka_unit_test(the_watchdog_is_nobodys_work),
		cmocka_unit_test(the_worst_say_what_chattered_and_what_nobody_saw),
		cmocka_unit_test(what_was_never_told_is_not_unseen),
		cmocka_unit_test(how_soon_somebody_knows_is_told_by_quantiles),
		cmocka_unit_test(what_stands_is_counted_from_the_book),
		cmocka_unit_test(what_is_saved_is_read_back_and_goes_on_alike),
		cmocka_unit_test(what_is_cut_off_is_refused),
		cmocka_unit_test(no_garbled_byte_does_harm),
		cmocka_unit_test(the_same_rule_twice_is_refused),
		cmocka_unit_test(transitions_that_the_book_forgot_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

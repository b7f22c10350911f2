/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"
#include "iocd/findings.h"

#define OFFSET  420
#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)
#define DAY     (INT64_C(20000) * DAY_MS - 7 * HOUR_MS) /* begins here at OFFSET */

static const struct rule intrusion = { .id = "intrusion", .severity = SEVERITY_CRITICAL };
static const struct rule leak = { .id = "leak", .severity = SEVERITY_WARNING };

static void note(struct findings *findings, const struct rule *rule, uint32_t unit,
		 const char *subject, int64_t time_ms)
{
	const struct event event = { .unit = unit,
				     .time_ms = time_ms,
				     .arrival_ms = DAY + 90 * DAY_MS + time_ms % 1000,
				     .position = (uint64_t)(time_ms - DAY) };
	const struct verdict verdict = { .unit = unit,
					 .event = &event,
					 .subject = { subject, strlen(subject) } };

	findings_note(findings, rule, &verdict);
}

static void a_finding_says_what_would_have_been_an_alert(void **state)
{
	CLEANUP(findings_free) struct findings *findings = findings_new(OFFSET);
	const struct finding *finding;

	(void)state;
	assert_int_equal(findings_last(findings), 0);
	assert_null(findings_at(findings, 0));
	assert_null(findings_at(findings, 1));
	note(findings, &intrusion, 7, "host-1", DAY + 5);
	assert_int_equal(findings_last(findings), 1);
	finding = findings_at(findings, 1);
	assert_non_null(finding);
	assert_int_equal(finding->number, 1);
	assert_string_equal(finding->rule, "intrusion");
	assert_int_equal(finding->unit, 7);
	assert_string_equal(finding->subject, "host-1");
	assert_int_equal(finding->severity, SEVERITY_CRITICAL);
	assert_int_equal(finding->first_ms, DAY + 5);
	assert_int_equal(finding->last_ms, DAY + 5);
	assert_int_equal(finding->found_ms, DAY + 90 * DAY_MS + 5);
	assert_int_equal(finding->events, 1);
	assert_int_equal(finding->position, 5);
}

static void events_of_one_day_are_one_finding(void **state)
{
	CLEANUP(findings_free) struct findings *findings = findings_new(OFFSET);
	const struct finding *finding;

	(void)state;
	note(findings, &intrusion, 7, "h", DAY + 50);
	note(findings, &intrusion, 7, "h", DAY + DAY_MS - 1);
	note(findings, &intrusion, 7, "h", DAY);
	assert_int_equal(findings_last(findings), 1);
	finding = findings_at(findings, 1);
	assert_int_equal(finding->events, 3);
	assert_int_equal(finding->first_ms, DAY);
	assert_int_equal(finding->last_ms, DAY + DAY_MS - 1);
	assert_int_equal(finding->found_ms, DAY + 90 * DAY_MS + 50);
	assert_int_equal(finding->position, 0);
}

static void rule_unit_subject_and_day_tell_findings_apart(void **state)
{
	CLEANUP(findings_free) struct findings *findings = findings_new(OFFSET);

	(void)state;
	for (int round = 0; round < 2; round++) {
		note(findings, &intrusion, 7, "h", DAY);
		note(findings, &leak, 7, "h", DAY);
		note(findings, &intrusion, 8, "h", DAY);
		note(findings, &intrusion, 7, "", DAY);
		note(findings, &intrusion, 7, "h", DAY + DAY_MS);
		note(findings, &intrusion, 7, "h", DAY - 1);
	}
	assert_int_equal(findings_last(findings), 6);
	for (uint64_t i = 1; i <= 6; i++)
		assert_int_equal(findings_at(findings, i)->events, 2);
}

static void a_long_subject_is_cut_between_characters(void **state)
{
	CLEANUP(findings_free) struct findings *findings = findings_new(OFFSET);
	char subject[ALERT_SUBJECT_MAX + 2];

	(void)state;
	memset(subject, 'x', sizeof(subject));
	memcpy(subject + ALERT_SUBJECT_MAX - 2, "\xc3\xa0z", 4);
	note(findings, &leak, 1, subject, DAY);
	assert_int_equal(strlen(findings_at(findings, 1)->subject), ALERT_SUBJECT_MAX - 2);
}

/* Enters n findings, each of a subject of its own, from number first on. */
static void note_many(struct findings *findings, int first, int n)
{
	char subject[16];

	for (int i = first; i < first + n; i++) {
		snprintf(subject, sizeof(subject), "s%d", i);
		note(findings, &leak, 1, subject, DAY);
	}
}

static void only_the_last_are_kept(void **state)
{
	CLEANUP(findings_free) struct findings *findings = findings_new(OFFSET);

	(void)state;
	note_many(findings, 1, 3 * FINDINGS_MAX);
	assert_int_equal(findings_last(findings), 3 * FINDINGS_MAX);
	assert_null(findings_at(findings, 2 * FINDINGS_MAX));
	assert_non_null(findings_at(findings, 2 * FINDINGS_MAX + 1));
	/* All that are kept are still found, one that was let go begins anew. */
	note_many(findings, 2 * FINDINGS_MAX + 1, FINDINGS_MAX);
	assert_int_equal(findings_last(findings), 3 * FINDINGS_MAX);
	for (uint64_t i = 1; i <= FINDINGS_MAX; i++)
		assert_int_equal(findings_at(findings, 2 * FINDINGS_MAX + i)->events, 2);
	note_many(findings, 5, 1);
	assert_int_equal(findings_last(findings), 3 * FINDINGS_MAX + 1);
	assert_null(findings_at(findings, 2 * FINDINGS_MAX + 1));
}

static struct saved save(const struct findings *findings)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	findings_save(findings, &writer);
	saved_end(&writer);
	return saved;
}

/* A list of what saved says, where there were three units; or NULL. */
static struct findings *load(const struct saved *saved, const uint32_t *to)
{
	const struct renumber units = { .to = to, .n = 3 };
	struct findings *findings = findings_new(OFFSET);
	struct bytes_reader reader;

	bytes_reader_init(&reader, saved->bytes, saved->n);
	findings_load(findings, &reader, &units);
	return reader.is_bad || reader.at != reader.end ? findings_free(findings) : findings;
}

static const uint32_t same[] = { 0, 1, 2 };

static void findings_are_saved_and_read_back(void **state)
{
	CLEANUP(findings_free) struct findings *before = findings_new(OFFSET);
	struct findings *after;
	struct saved first, second;

	(void)state;
	note_many(before, 1, FINDINGS_MAX + 10);
	note(before, &intrusion, 2,
	     "\xc4\x91\xe1\xba\xad"
	     "p",
	     DAY + DAY_MS);
	first = save(before);
	after = load(&first, same);
	assert_non_null(after);
	second = save(after);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.bytes, second.bytes, first.n);
	note_many(after, FINDINGS_MAX, 1);
	assert_int_equal(findings_at(after, FINDINGS_MAX)->events, 2);
	assert_int_equal(findings_last(after), FINDINGS_MAX + 11);
	saved_fini(&first);
	saved_fini(&second);
	findings_free(after);
}

static void findings_move_with_their_units(void **state)
{
	static const uint32_t moved[] = { RENUMBER_GONE, 2, 1 }, merged[] = { 1, 1, 1 };
	CLEANUP(findings_free) struct findings *before = findings_new(OFFSET);
	struct findings *after;
	struct saved saved;

	(void)state;
	for (uint32_t unit = 0; unit < 3; unit++)
		note(before, &leak, unit, "", DAY);
	saved = save(before);
	after = load(&saved, moved);
	assert_null(findings_at(after, 1));
	assert_int_equal(findings_at(after, 2)->unit, 2);
	assert_int_equal(findings_at(after, 3)->unit, 1);
	note(after, &leak, 1, "", DAY);
	assert_int_equal(findings_at(after, 3)->events, 2);
	assert_int_equal(findings_last(after), 3);
	findings_free(after);

	/* Three of one thing: the newest goes on, also when the others have left. */
	after = load(&saved, merged);
	note(after, &leak, 1, "", DAY);
	assert_int_equal(findings_at(after, 3)->events, 2);
	note_many(after, 1, FINDINGS_MAX - 1);
	assert_null(findings_at(after, 2));
	note(after, &leak, 1, "", DAY);
	assert_int_equal(findings_at(after, 3)->events, 3);
	findings_free(after);
	saved_fini(&saved);
}

static void damage_is_refused_or_does_no_harm(void **state)
{
	CLEANUP(findings_free) struct findings *before = findings_new(OFFSET);
	struct saved saved;

	(void)state;
	note_many(before, 1, 3);
	saved = save(before);
	for (size_t i = 0; i < 8 * saved.n; i++) {
		struct findings *after;

		saved.bytes[i / 8] ^= (char)(1u << i % 8);
		after = load(&saved, same);
		if (i < 8 * 12) /* the name of the part and its version */
			assert_null(after);
		else if (after)
			note_many(after, 1, 3);
		findings_free(after);
		saved.bytes[i / 8] ^= (char)(1u << i % 8);
	}
	while (saved.n-- > 0)
		assert_null(load(&saved, same));
	saved_fini(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_says_what_would_have_been_an_alert),
		cmocka_unit_test(events_of_one_day_are_one_finding),
		cmocka_unit_test(rule_unit_subject_and_day_tell_findings_apart),
		cmocka_unit_test(a_long_subject_is_cut_between_characters),
		cmocka_unit_test(only_the_last_are_kept),
		cmocka_unit_test(findings_are_saved_and_read_back),
		cmocka_unit_test(findings_move_with_their_units),
		cmocka_unit_test(damage_is_refused_or_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of senders, saved and read back. */
#include "senders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"

#define NOW   INT64_C(1795309200000)
#define UNITS 3
#define FEEDS 2

static const uint32_t same[] = { 0, 1, 2 };
static const struct renumber as_before = { .to = same, .n = UNITS };
static const struct renumber feeds_as_before = { .to = same, .n = FEEDS };

/* What was said last: "PART UNIT JUDGEMENT DETAIL", a line each. */
static char said[1024];

static void note(void *context, const struct own_state *state)
{
	size_t n = strlen(said);

	(void)context;
	snprintf(said + n, sizeof(said) - n, "%s %u %d %.*s\n", own_part_name(state->part),
		 state->unit, (int)state->judgement, (int)state->detail.size, state->detail.bytes);
}

struct stage {
	struct schema *schema;
	struct ledger *ledger;
	struct senders *senders;
	struct saved saved;
};

static int make(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));
	struct bytes_writer writer;
	uint32_t number;
	struct event event = { .unit = 2, .feed = 1, .sequence = 9, .arrival_ms = NOW };

	stage->schema = schema_new();
	assert_int_equal(schema_add_feed(stage->schema, &(struct feed){ .id = "desk" }, &number),
			 0);
	assert_int_equal(schema_add_feed(stage->schema, &(struct feed){ .id = "roads" }, &number),
			 0);
	stage->ledger = ledger_new(UNITS, FEEDS);
	stage->senders = senders_new(UNITS, stage->schema);

	for (int i = 0; i < 10; i++)
		senders_refuse(stage->senders, 1, REASON_no_field, NOW);
	senders_refuse(stage->senders, 2, REASON_rate_limited, NOW);
	event.source = (struct slice){ "/s", 2 };
	senders_note_gap(stage->senders, &event, 10, 12);
	saved_begin(&stage->saved, &writer);
	senders_save(stage->senders, &writer);
	saved_end(&writer);
	*state = stage;
	return 0;
}

static int unmake(void **state)
{
	struct stage *stage = *state;

	senders_free(stage->senders);
	ledger_free(stage->ledger);
	schema_free(stage->schema);
	free(stage->saved.bytes);
	free(stage);
	return 0;
}

/* Reads what was saved into fresh ones; whether it made sense. */
static bool load(struct stage *stage, const struct renumber *units, const struct renumber *feeds)
{
	struct bytes_reader reader;

	senders_free(stage->senders);
	stage->senders = senders_new(UNITS, stage->schema);
	bytes_reader_init(&reader, stage->saved.bytes, stage->saved.n);
	senders_load(stage->senders, &reader, units, feeds);
	return !reader.is_bad;
}

static const char *look(struct stage *stage, int64_t now_ms)
{
	said[0] = '\0';
	senders_look(stage->senders, stage->ledger, now_ms, note, NULL);
	return said;
}

static void what_was_saved_is_said_as_if_nothing_had_happened(void **state)
{
	struct stage *stage = *state;
	struct saved again = { 0 };
	struct bytes_writer writer;

	assert_true(load(stage, &as_before, &feeds_as_before));
	saved_begin(&again, &writer);
	senders_save(stage->senders, &writer);
	saved_end(&writer);
	assert_int_equal(again.n, stage->saved.n);
	assert_memory_equal(again.bytes, stage->saved.bytes, again.n);
	free(again.bytes);

	assert_string_equal(look(stage, NOW + 1000), "source 1 3 10 no_field\n"
						     "rate 2 3 1\n"
						     "gap 2 3 2 roads 7-8 /s\n");
	assert_string_equal(look(stage, NOW + 2000), "");
}

static void units_that_became_one_have_their_troubles_together(void **state)
{
	static const uint32_t to[] = { 0, 1, 1 };
	struct stage *stage = *state;

	assert_true(load(stage, &(struct renumber){ .to = to, .n = UNITS }, &feeds_as_before));
	look(stage, NOW + 1000);
	assert_non_null(strstr(said, "source 1 3 10 no_field\n"));
	assert_non_null(strstr(said, "rate 1 3 1\n"));
	assert_non_null(strstr(said, "gap 1 3 2 roads 7-8 /s\n"));
}

static void a_gap_on_a_feed_that_is_gone_is_gone(void **state)
{
	static const uint32_t to[] = { 0, RENUMBER_GONE };
	struct stage *stage = *state;

	assert_true(load(stage, &as_before, &(struct renumber){ .to = to, .n = FEEDS }));
	assert_null(strstr(look(stage, NOW + 1000), "gap"));
}

static void any_byte_that_is_damaged_does_no_harm(void **state)
{
	struct stage *stage = *state;

	for (size_t i = 0; i < stage->saved.n; i++) {
		stage->saved.bytes[i] ^= (char)0xa5;
		if (load(stage, &as_before, &feeds_as_before))
			look(stage, NOW + 1000);
		stage->saved.bytes[i] ^= (char)0xa5;
	}
	stage->saved.n--;
	assert_false(load(stage, &as_before, &feeds_as_before));
}

static void a_long_source_is_cut_between_characters(void **state)
{
	struct stage *stage = *state;
	struct event event = { .unit = 0, .sequence = 3, .arrival_ms = NOW };
	char source[80];

	memset(source, 'x', sizeof(source));
	memcpy(source + 62, "ế", 3); /* would be cut within */
	event.source = (struct slice){ source, sizeof(source) };
	senders_note_gap(stage->senders, &event, 0, 1);
	look(stage, NOW + 1000);
	assert_non_null(strstr(said, "gap 0 3 1 desk 2-2 xxx"));
	assert_null(strchr(said, '\xe1'));
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_was_saved_is_said_as_if_nothing_had_happened),
		T(units_that_became_one_have_their_troubles_together),
		T(a_gap_on_a_feed_that_is_gone_is_gone),
		T(any_byte_that_is_damaged_does_no_harm),
		T(a_long_source_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

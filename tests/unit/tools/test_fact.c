/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

static void a_fact_is_written_as_a_cloudevent(void **state)
{
	CLEANUP_TEXT struct text json = { 0 };
	struct place_world place;
	struct fact fact;

	(void)state;
	place_init(&place);
	fact = place_fact(&place, NORTH, 3, "counter");
	fact_number(&fact, &place.world, "pages", 2.4);
	fact_json(&json, &place.world, &fact, &no_twist);
	assert_string_equal(
		text_get(&json),
		"{\"specversion\":\"1.0\",\"id\":\"7-ff-north-3\",\"source\":\"/unit/north/"
		"one-stop\","
		"\"type\":\"vn.ioc.one-stop.record.received.v1\","
		"\"time\":\"2026-11-23T12:00:00+07:00\",\"datacontenttype\":\"application/json\","
		"\"data\":{\"record\":\"R-3\",\"channel\":\"counter\",\"pages\":2}}");
	place_fini(&place);
}

static void a_numbered_fact_bears_its_number_and_session(void **state)
{
	struct twist twist = no_twist;
	struct place_world place;
	struct fact fact;

	(void)state;
	place_init(&place);
	fact = place_fact(&place, NORTH, 3, "counter");
	fact.sequence = UINT64_C(1234567890123);
	for (int i = 0; i < 2; i++) {
		CLEANUP_TEXT struct text json = { 0 };

		fact_json(&json, &place.world, &fact, &twist);
		assert_non_null(
			strstr(text_get(&json), i ? ",\"sequence\":\"7\",\"session\":\"ff\","
						  : ",\"sequence\":\"1234567890123\","
						    "\"session\":\"ff\","));
		twist.sequence = "7";
	}
	place_fini(&place);
}

static void what_the_pack_does_not_know_is_left_out(void **state)
{
	struct place_world place;
	struct fact fact;

	(void)state;
	place_init(&place);
	fact = place_fact(&place, NORTH, 1, "pigeon"); /* no such choice */
	fact_number(&fact, &place.world, "no-such-field", 1);
	fact_number(&fact, &place.world, "record", 1); /* a text */
	assert_false(fact.values[FIELD_CHANNEL].present);
	assert_string_equal(fact.values[FIELD_RECORD].text, "R-1");
	place_fini(&place);
}

static void what_must_be_sent_is_filled_in_and_a_range_is_kept(void **state)
{
	struct random_stream random;
	struct place_world place;
	struct fact fact;

	(void)state;
	place_init(&place);
	random_seed(&random, 1);
	fact_init(&fact, SOUTH, RECEIVED, NOON_MS);
	fact_number(&fact, &place.world, "pages", -5);
	fact_complete(&fact, &place.world, &random);
	assert_true(fact.values[FIELD_RECORD].present && fact.values[FIELD_RECORD].text[0]);
	assert_true(fact.values[FIELD_CHANNEL].present && fact.values[FIELD_CHANNEL].choice < 2);
	assert_true(fact.values[FIELD_PAGES].number == 0);
	place_fini(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fact_is_written_as_a_cloudevent),
		cmocka_unit_test(a_numbered_fact_bears_its_number_and_session),
		cmocka_unit_test(what_the_pack_does_not_know_is_left_out),
		cmocka_unit_test(what_must_be_sent_is_filled_in_and_a_range_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

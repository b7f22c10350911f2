/* SPDX-License-Identifier: Apache-2.0 */
#include "guesses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/session.h"
#include "saved.h"

#define NOW INT64_C(1760000000000)

#define GUESSES CLEANUP(guesses_free) struct guesses *guesses = guesses_new()

/* So many wrong ones, each after its wait; the time after the last. */
static int64_t guess_wrong(struct guesses *guesses, const char *user, const char *address, int n,
			   int64_t now_ms)
{
	for (int i = 0; i < n; i++) {
		int64_t wait_ms;

		while ((wait_ms = guesses_wait_ms(guesses, user, address, now_ms)) > 0)
			now_ms += wait_ms;
		guesses_note_wrong(guesses, user, address, now_ms);
	}
	return now_ms;
}

static void five_wrong_ones_are_free_and_then_each_waits_twice_as_long(void **state)
{
	static const int64_t waits[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
	int64_t now_ms = NOW;
	GUESSES;

	(void)state;
	for (int i = 0; i < LOGIN_FREE; i++) {
		assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.1", now_ms), 0);
		guesses_note_wrong(guesses, "lan", "10.0.0.1", now_ms);
	}
	for (size_t i = 0; i < COUNT(waits); i++) {
		assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.1", now_ms), waits[i]);
		assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.1", now_ms + 1),
				 waits[i] - 1);
		now_ms += waits[i];
		assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.1", now_ms), 0);
		guesses_note_wrong(guesses, "lan", "10.0.0.1", now_ms);
	}
}

static void a_quarter_of_an_hour_later_it_is_forgotten(void **state)
{
	GUESSES;

	(void)state;
	(void)guess_wrong(guesses, "lan", "10.0.0.1", LOGIN_FREE, NOW);
	assert_true(guesses_wait_ms(guesses, "lan", "10.0.0.1", NOW) > 0);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.1", NOW + LOGIN_SPAN_MS), 0);
	guesses_note_wrong(guesses, "lan", "10.0.0.1", NOW + LOGIN_SPAN_MS);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.1", NOW + LOGIN_SPAN_MS), 0);
}

static void a_clock_that_is_set_back_keeps_nobody_waiting_for_years(void **state)
{
	GUESSES;

	(void)state;
	(void)guess_wrong(guesses, "lan", "10.0.0.1", LOGIN_FREE + 8, NOW);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.1", NOW - 86400000), 0);
}

static void the_right_password_forgets_the_wrong_ones_from_there(void **state)
{
	GUESSES;

	(void)state;
	(void)guess_wrong(guesses, "lan", "10.0.0.1", LOGIN_FREE - 1, NOW);
	guesses_note_right(guesses, "lan", "10.0.0.1", NOW);
	(void)guess_wrong(guesses, "lan", "10.0.0.1", LOGIN_FREE - 1, NOW + 1000);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.1", NOW + 2000), 0);
}

static void the_right_user_gets_in_from_another_address_meanwhile(void **state)
{
	int64_t now_ms;
	GUESSES;

	(void)state;
	now_ms = guess_wrong(guesses, "lan", "10.0.0.1", 20, NOW);
	assert_true(guesses_wait_ms(guesses, "lan", "10.0.0.1", now_ms) > 0);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.2", now_ms), 0);
	assert_int_equal(guesses_wait_ms(guesses, "binh", "10.0.0.1", now_ms), 0);
}

static void who_guesses_from_everywhere_makes_new_addresses_wait_but_not_known_ones(void **state)
{
	char address[SESSION_ADDRESS];
	int64_t now_ms = NOW;
	GUESSES;

	(void)state;
	guesses_note_right(guesses, "lan", "10.0.0.9", NOW);
	for (int i = 0; i < LOGIN_ACCOUNT; i++) {
		(void)snprintf(address, sizeof(address), "10.1.0.%d", i);
		now_ms = guess_wrong(guesses, "lan", address, 1, now_ms);
	}
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.2.0.1", now_ms), 1000);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.9", now_ms), 0);
	assert_int_equal(guesses_wait_ms(guesses, "binh", "10.2.0.1", now_ms + 1000), 0);
}

static void an_account_that_is_none_waits_like_any_other(void **state)
{
	GUESSES;

	(void)state;
	(void)guess_wrong(guesses, "", "10.0.0.1", LOGIN_FREE, NOW);
	assert_int_equal(guesses_wait_ms(guesses, "", "10.0.0.1", NOW), 1000);
	(void)guess_wrong(guesses, "Nobody \xff", "10.0.0.2", LOGIN_FREE, NOW);
	assert_int_equal(guesses_wait_ms(guesses, "Nobody \xff", "10.0.0.2", NOW), 1000);
}

static void so_many_a_second_are_tried_and_half_of_them_from_one_address(void **state)
{
	static const char *const addresses[] = { "10.0.0.1", "10.0.0.2", "10.0.0.3" };
	char user[16];
	int tried[COUNT(addresses)] = { 0 };
	GUESSES;

	(void)state;
	for (size_t at = 0; at < COUNT(addresses); at++)
		for (int i = 0; i < 20; i++) {
			(void)snprintf(user, sizeof(user), "u%d", i);
			tried[at] += guesses_wait_ms(guesses, user, addresses[at], NOW + 400) == 0;
		}
	assert_int_equal(tried[0], LOGIN_RATE / 2);
	assert_int_equal(tried[1], LOGIN_RATE / 2);
	assert_int_equal(tried[2], 0);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.3", NOW + 400), 600);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "10.0.0.3", NOW + 1000), 0);
}

static void a_flood_of_strangers_keeps_nobody_out_who_is_known(void **state)
{
	char address[SESSION_ADDRESS];
	int friends = 0;
	GUESSES;

	(void)state;
	guesses_note_right(guesses, "lan", "10.0.0.9", NOW - 86400000);
	for (int i = 0; i < 100; i++) {
		(void)snprintf(address, sizeof(address), "10.1.0.%d", i);
		(void)guesses_wait_ms(guesses, "someone", address, NOW);
	}
	assert_true(guesses_wait_ms(guesses, "someone", "10.2.0.1", NOW) > 0);
	for (int i = 0; i < 100; i++)
		friends += guesses_wait_ms(guesses, "lan", "10.0.0.9", NOW) == 0;
	assert_int_equal(friends, LOGIN_RATE);
}

static void an_address_is_the_same_however_it_is_written(void **state)
{
	GUESSES;

	(void)state;
	(void)guess_wrong(guesses, "lan", "2001:db8:0:1::7", LOGIN_FREE, NOW);
	assert_true(guesses_wait_ms(guesses, "lan", "2001:DB8:0:1:ffff:0:0:1", NOW) > 0);
	assert_int_equal(guesses_wait_ms(guesses, "lan", "2001:db8:0:2::7", NOW), 0);
	(void)guess_wrong(guesses, "lan", "::ffff:10.0.0.1", LOGIN_FREE, NOW + 1000);
	assert_true(guesses_wait_ms(guesses, "lan", "10.0.0.1", NOW + 1000) > 0);
}

static void memory_is_bounded_and_the_oldest_goes_first(void **state)
{
	char user[16];
	int64_t now_ms;
	GUESSES;

	(void)state;
	(void)guess_wrong(guesses, "first", "10.0.0.1", LOGIN_FREE, NOW);
	(void)guess_wrong(guesses, "second", "10.0.0.1", LOGIN_FREE, NOW);
	for (int i = 0; i < LOGIN_PLACES - 2; i++) {
		(void)snprintf(user, sizeof(user), "u%d", i);
		guesses_note_wrong(guesses, user, "10.0.0.2", NOW);
	}
	now_ms = NOW + 500;
	assert_int_equal(guesses_wait_ms(guesses, "first", "10.0.0.1", now_ms), 500);
	guesses_note_wrong(guesses, "first", "10.0.0.1", now_ms); /* now it is the newest */
	guesses_note_wrong(guesses, "another", "10.0.0.2", now_ms);
	assert_int_equal(guesses_wait_ms(guesses, "second", "10.0.0.1", now_ms), 0);
	assert_int_equal(guesses_wait_ms(guesses, "first", "10.0.0.1", now_ms), 2000);
	for (int i = 0; i < 3 * LOGIN_PLACES; i++) {
		(void)snprintf(user, sizeof(user), "v%d", i);
		guesses_note_wrong(guesses, user, "10.0.0.3", now_ms);
	}
	assert_int_equal(guesses_wait_ms(guesses, "first", "10.0.0.1", now_ms + 3000), 0);
}

static void where_somebody_logged_in_survives_a_restart(void **state)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;
	struct bytes_reader reader;
	CLEANUP(guesses_free) struct guesses *later = guesses_new();
	char address[SESSION_ADDRESS];
	int64_t now_ms = NOW;
	GUESSES;

	(void)state;
	guesses_note_right(guesses, "lan", "10.0.0.9", NOW);
	guesses_note_right(guesses, "binh", "10.0.0.8", NOW);
	saved_begin(&saved, &writer);
	guesses_save(guesses, &writer);
	saved_end(&writer);
	bytes_reader_init(&reader, saved.bytes, saved.n);
	guesses_load(later, &reader);
	assert_false(reader.is_bad);
	for (int i = 0; i < LOGIN_ACCOUNT; i++) {
		(void)snprintf(address, sizeof(address), "10.1.0.%d", i);
		now_ms = guess_wrong(later, "lan", address, 1, now_ms);
	}
	assert_int_equal(guesses_wait_ms(later, "lan", "10.0.0.9", now_ms), 0);
	assert_true(guesses_wait_ms(later, "lan", "10.0.0.8", now_ms) > 0);
	free(saved.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_wrong_ones_are_free_and_then_each_waits_twice_as_long),
		cmocka_unit_test(a_quarter_of_an_hour_later_it_is_forgotten),
		cmocka_unit_test(a_clock_that_is_set_back_keeps_nobody_waiting_for_years),
		cmocka_unit_test(the_right_password_forgets_the_wrong_ones_from_there),
		cmocka_unit_test(the_right_user_gets_in_from_another_address_meanwhile),
		cmocka_unit_test(
			who_guesses_from_everywhere_makes_new_addresses_wait_but_not_known_ones),
		cmocka_unit_test(an_account_that_is_none_waits_like_any_other),
		cmocka_unit_test(so_many_a_second_are_tried_and_half_of_them_from_one_address),
		cmocka_unit_test(a_flood_of_strangers_keeps_nobody_out_who_is_known),
		cmocka_unit_test(an_address_is_the_same_however_it_is_written),
		cmocka_unit_test(memory_is_bounded_and_the_oldest_goes_first),
		cmocka_unit_test(where_somebody_logged_in_survives_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

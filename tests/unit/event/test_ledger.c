/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "iocd/ledger.h"
#include "iocd/unit.h"

#define N_UNITS 3u
#define N_FEEDS 2u
#define NOW     INT64_C(1795309200000)

static uint64_t refused(const struct account *account)
{
	uint64_t sum = 0;

	for (unsigned reason = 0; reason < N_REASONS; reason++)
		sum += account->refused[reason];
	return sum;
}

static void an_event_is_entered_for_its_unit_its_feed_and_all(void **state)
{
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);

	(void)state;
	ledger_accept(ledger, 1, 0, NOW, NOW + 5);
	ledger_accept(ledger, 1, 1, NOW, NOW + 6);
	ledger_accept(ledger, 2, 1, NOW, NOW + 7);

	assert_int_equal(ledger_all(ledger)->accepted, 3);
	assert_int_equal(ledger_unit(ledger, 0)->accepted, 0);
	assert_int_equal(ledger_unit(ledger, 1)->accepted, 2);
	assert_int_equal(ledger_unit(ledger, 2)->accepted, 1);
	assert_int_equal(ledger_feed(ledger, 1, 0)->accepted, 1);
	assert_int_equal(ledger_feed(ledger, 1, 1)->accepted, 1);
	assert_int_equal(ledger_feed(ledger, 2, 0)->accepted, 0);
	assert_int_equal(ledger_feed(ledger, 2, 1)->accepted, 1);
	assert_int_equal(refused(ledger_all(ledger)), 0);
	ledger_free(ledger);
}

static void a_feed_remembers_its_newest_event_and_its_last_arrival(void **state)
{
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);
	const struct feed_account *feed = ledger_feed(ledger, 0, 1);

	(void)state;
	assert_int_equal(feed->last_time_ms, 0);
	assert_int_equal(feed->last_arrival_ms, 0);

	ledger_accept(ledger, 0, 1, NOW - 100, NOW);
	ledger_accept(ledger, 0, 1, NOW - 5000, NOW + 10); /* a late one is not the newest */
	assert_int_equal(feed->last_time_ms, NOW - 100);
	assert_int_equal(feed->last_arrival_ms, NOW + 10);
	assert_int_equal(ledger_feed(ledger, 0, 0)->last_arrival_ms, 0);
	ledger_free(ledger);
}

static void a_refusal_is_entered_by_unit_and_reason(void **state)
{
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);

	(void)state;
	ledger_refuse(ledger, 2, REASON_duplicate);
	ledger_refuse(ledger, 2, REASON_duplicate);
	ledger_refuse(ledger, 2, REASON_internal); /* the last of the list */
	ledger_refuse(ledger, 0, REASON_json_syntax);

	assert_int_equal(ledger_unit(ledger, 2)->refused[REASON_duplicate], 2);
	assert_int_equal(ledger_unit(ledger, 2)->refused[REASON_internal], 1);
	assert_int_equal(refused(ledger_unit(ledger, 2)), 3);
	assert_int_equal(refused(ledger_unit(ledger, 1)), 0);
	assert_int_equal(ledger_all(ledger)->refused[REASON_duplicate], 2);
	assert_int_equal(ledger_all(ledger)->refused[REASON_json_syntax], 1);
	assert_int_equal(refused(ledger_all(ledger)), 4);
	assert_int_equal(ledger_all(ledger)->accepted, 0);
	ledger_free(ledger);
}

static void unknown_senders_have_an_account_of_their_own(void **state)
{
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);

	(void)state;
	ledger_refuse(ledger, UNIT_NONE, REASON_unknown_unit);

	assert_int_equal(ledger_unit(ledger, UNIT_NONE)->refused[REASON_unknown_unit], 1);
	assert_int_equal(ledger_all(ledger)->refused[REASON_unknown_unit], 1);
	for (uint32_t unit = 0; unit < N_UNITS; unit++)
		assert_int_equal(refused(ledger_unit(ledger, unit)), 0);
	ledger_free(ledger);
}

static void the_accounts_of_all_units_add_up_to_the_whole(void **state)
{
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);
	uint64_t n_accepted, n_refused;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t unit = i % (N_UNITS + 1);

		if (unit == N_UNITS || i % 7 == 0)
			ledger_refuse(ledger, unit == N_UNITS ? UNIT_NONE : unit,
				      (enum reason)(1 + i % (N_REASONS - 1)));
		else
			ledger_accept(ledger, unit, i % N_FEEDS, NOW, NOW);
	}

	n_accepted = ledger_unit(ledger, UNIT_NONE)->accepted;
	n_refused = refused(ledger_unit(ledger, UNIT_NONE));
	for (uint32_t unit = 0; unit < N_UNITS; unit++) {
		n_accepted += ledger_unit(ledger, unit)->accepted;
		n_refused += refused(ledger_unit(ledger, unit));
	}
	assert_int_equal(n_accepted, ledger_all(ledger)->accepted);
	assert_int_equal(n_refused, refused(ledger_all(ledger)));
	assert_int_equal(n_accepted + n_refused, 1000);
	ledger_free(ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_entered_for_its_unit_its_feed_and_all),
		cmocka_unit_test(a_feed_remembers_its_newest_event_and_its_last_arrival),
		cmocka_unit_test(a_refusal_is_entered_by_unit_and_reason),
		cmocka_unit_test(unknown_senders_have_an_account_of_their_own),
		cmocka_unit_test(the_accounts_of_all_units_add_up_to_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"
#include "iocd/base/err.h"
#include "iocd/ledger.h"
#include "iocd/unit.h"

#define N_UNITS 3u
#define N_FEEDS 2u
#define NOW     INT64_C(1795309200000)

static void accept(struct ledger *ledger, uint32_t unit, uint32_t feed, int64_t time_ms,
		   int64_t arrival_ms)
{
	ledger_accept(ledger, &(const struct event){ .unit = unit,
						     .feed = feed,
						     .time_ms = time_ms,
						     .arrival_ms = arrival_ms });
}

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
	accept(ledger, 1, 0, NOW, NOW + 5);
	accept(ledger, 1, 1, NOW, NOW + 6);
	accept(ledger, 2, 1, NOW, NOW + 7);

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

	accept(ledger, 0, 1, NOW - 100, NOW);
	accept(ledger, 0, 1, NOW - 5000, NOW + 10); /* a late one is not the newest */
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
			accept(ledger, unit, i % N_FEEDS, NOW, NOW);
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

static struct saved save(const struct ledger *ledger)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	ledger_save(ledger, &writer);
	saved_end(&writer);
	return saved;
}

/* A ledger of the first n bytes of saved, or NULL if they make none. */
static struct ledger *load(const struct saved *saved, size_t n, const struct renumber *units,
			   const struct renumber *feeds)
{
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);
	char *copy = xcalloc(n + 1, 1); /* so that the sanitizer sees who reads too far */
	struct bytes_reader reader;

	memcpy(copy, saved->bytes, n);
	bytes_reader_init(&reader, copy, n);
	ledger_load(ledger, &reader, units, feeds);
	free(copy);
	return reader.is_bad ? ledger_free(ledger) : ledger;
}

static const uint32_t same[] = { 0, 1, 2 };
static const struct renumber same_units = { .to = same, .n = N_UNITS };
static const struct renumber same_feeds = { .to = same, .n = N_FEEDS };

static struct ledger *make_used(void)
{
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);

	accept(ledger, 0, 1, NOW - 100, NOW);
	accept(ledger, 2, 0, NOW, NOW + 5);
	accept(ledger, 2, 1, NOW, NOW + 6);
	ledger_refuse(ledger, 2, REASON_duplicate);
	ledger_refuse(ledger, 0, REASON_internal);
	ledger_refuse(ledger, UNIT_NONE, REASON_unknown_unit);
	return ledger;
}

static void accounts_are_read_back_as_they_were_saved(void **state)
{
	struct ledger *before = make_used(), *after;
	struct saved first = save(before), second;

	(void)state;
	after = load(&first, first.n, &same_units, &same_feeds);
	assert_non_null(after);
	assert_memory_equal(ledger_all(after), ledger_all(before), sizeof(struct account));
	for (uint32_t unit = 0; unit < N_UNITS; unit++) {
		assert_memory_equal(ledger_unit(after, unit), ledger_unit(before, unit),
				    sizeof(struct account));
		for (uint32_t feed = 0; feed < N_FEEDS; feed++)
			assert_memory_equal(ledger_feed(after, unit, feed),
					    ledger_feed(before, unit, feed),
					    sizeof(struct feed_account));
	}
	assert_int_equal(ledger_unit(after, UNIT_NONE)->refused[REASON_unknown_unit], 1);
	second = save(after);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.bytes, second.bytes, first.n);
	saved_fini(&second);
	saved_fini(&first);
	ledger_free(after);
	ledger_free(before);
}

static void units_and_feeds_with_other_numbers_keep_their_accounts(void **state)
{
	static const uint32_t units[] = { 1, RENUMBER_GONE, 0 }, feeds[] = { RENUMBER_GONE, 0 };
	const struct renumber other_units = { .to = units, .n = N_UNITS };
	const struct renumber other_feeds = { .to = feeds, .n = N_FEEDS };
	struct ledger *before = make_used(), *after;
	struct saved saved;

	(void)state;
	accept(before, 1, 1, NOW, NOW);
	saved = save(before);
	after = load(&saved, saved.n, &other_units, &other_feeds);
	assert_non_null(after);
	assert_int_equal(ledger_unit(after, 1)->accepted, 1);
	assert_int_equal(ledger_unit(after, 0)->accepted, 2);
	assert_int_equal(ledger_unit(after, 0)->refused[REASON_duplicate], 1);
	assert_int_equal(ledger_unit(after, 2)->accepted, 0);
	assert_int_equal(ledger_feed(after, 0, 0)->last_arrival_ms, NOW + 6);
	assert_int_equal(ledger_feed(after, 1, 0)->last_time_ms, NOW - 100);
	assert_int_equal(ledger_feed(after, 0, 1)->accepted, 0);
	assert_int_equal(ledger_all(after)->accepted, 4);
	saved_fini(&saved);
	ledger_free(after);
	ledger_free(before);
}

static void reasons_are_known_by_their_names(void **state)
{
	struct ledger *before = make_used(), *after;
	struct saved saved = save(before);
	char *name = memmem(saved.bytes, saved.n, "duplicate", 9);

	(void)state;
	assert_non_null(name);
	name[0] = 'x'; /* as if another version had called it so */
	after = load(&saved, saved.n, &same_units, &same_feeds);
	assert_non_null(after);
	assert_int_equal(refused(ledger_unit(after, 2)), 0);
	assert_int_equal(ledger_unit(after, 0)->refused[REASON_internal], 1);
	assert_int_equal(refused(ledger_all(after)), 2);
	saved_fini(&saved);
	ledger_free(after);
	ledger_free(before);
}

static void damaged_accounts_are_refused_or_harmless(void **state)
{
	struct ledger *before = make_used(), *after;
	struct saved saved = save(before);

	(void)state;
	for (size_t n = 0; n < saved.n; n++)
		assert_null(load(&saved, n, &same_units, &same_feeds));
	for (size_t i = 0; i < 8 * saved.n; i++) {
		saved.bytes[i / 8] ^= (char)(1u << i % 8);
		after = load(&saved, saved.n, &same_units, &same_feeds);
		if (i < 8 * sizeof(uint64_t)) /* the name of the part */
			assert_null(after);
		ledger_free(after);
		saved.bytes[i / 8] ^= (char)(1u << i % 8);
	}
	saved_fini(&saved);
	ledger_free(before);
}

static void what_is_odd_about_events_is_counted_by_feed(void **state)
{
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);
	const struct feed_account *feed = ledger_feed(ledger, 1, 0);
	struct event event = { .unit = 1, .time_ms = NOW - 1000, .arrival_ms = NOW };

	(void)state;
	ledger_accept(ledger, &event);
	assert_int_equal(feed->late + feed->historical + feed->corrected, 0);
	assert_int_equal(feed->last_late_ms, 0);
	event.historical = true;
	ledger_accept(ledger, &event);
	assert_int_equal(feed->historical, 1);
	event.late = true;
	event.arrival_ms = NOW + 1;
	ledger_accept(ledger, &event);
	assert_int_equal(feed->historical, 1);
	assert_int_equal(feed->late, 1);
	assert_int_equal(feed->last_late_ms, NOW + 1);
	event = (struct event){ .unit = 1, .time_ms = NOW, .arrival_ms = NOW, .ahead_ms = 5 };
	ledger_accept(ledger, &event);
	assert_int_equal(feed->corrected, 1);
	assert_int_equal(feed->accepted, 4);
	ledger_free(ledger);
}

static int64_t skew_of(const struct ledger *ledger)
{
	int64_t skew_ms;

	return ledger_skew(ledger_feed(ledger, 0, 0), &skew_ms) ? skew_ms : INT64_MIN;
}

static void the_skew_is_the_least_of_the_last_two_spans(void **state)
{
	const int64_t span_ms = 600000, start_ms = NOW - NOW % 600000;
	struct ledger *ledger = ledger_new(N_UNITS, N_FEEDS);
	struct event event = { .time_ms = start_ms - 50, .arrival_ms = start_ms };

	(void)state;
	event.historical = true;
	ledger_accept(ledger, &event);
	assert_int_equal(skew_of(ledger), INT64_MIN);
	event.historical = false;
	ledger_accept(ledger, &event);
	assert_int_equal(skew_of(ledger), 50);
	accept(ledger, 0, 0, start_ms - 20, start_ms + 1);
	accept(ledger, 0, 0, start_ms - 90, start_ms + 2);
	assert_int_equal(skew_of(ledger), 21);
	accept(ledger, 0, 0, start_ms + span_ms - 40, start_ms + span_ms);
	assert_int_equal(skew_of(ledger), 21);
	accept(ledger, 0, 0, start_ms + 2 * span_ms - 60, start_ms + 2 * span_ms);
	assert_int_equal(skew_of(ledger), 40);
	accept(ledger, 0, 0, start_ms + 9 * span_ms - 70, start_ms + 9 * span_ms);
	assert_int_equal(skew_of(ledger), 70);

	/* A clock that is ahead shows although its events were corrected. */
	event = (struct event){ .time_ms = start_ms + 9 * span_ms,
				.arrival_ms = start_ms + 9 * span_ms,
				.ahead_ms = 3600000 };
	ledger_accept(ledger, &event);
	assert_int_equal(skew_of(ledger), -3600000);
	ledger_free(ledger);
}

static void units_that_became_one_are_added_up(void **state)
{
	static const uint32_t to[] = { 0, 1, 0 };
	const struct renumber merged = { .to = to, .n = N_UNITS };
	struct ledger *before = make_used(), *after;
	struct saved saved;

	(void)state;
	accept(before, 0, 0, NOW - 300, NOW - 200);
	accept(before, 0, 0, NOW + 700000, NOW + 700001);
	saved = save(before);
	after = load(&saved, saved.n, &merged, &same_feeds);
	assert_non_null(after);
	assert_int_equal(ledger_unit(after, 0)->accepted, 5);
	assert_int_equal(ledger_unit(after, 0)->refused[REASON_duplicate], 1);
	assert_int_equal(ledger_unit(after, 0)->refused[REASON_internal], 1);
	assert_int_equal(ledger_unit(after, 2)->accepted, 0);
	assert_int_equal(ledger_feed(after, 0, 0)->accepted, 3);
	assert_int_equal(ledger_feed(after, 0, 0)->last_arrival_ms, NOW + 700001);
	assert_int_equal(ledger_feed(after, 0, 0)->last_time_ms, NOW + 700000);
	assert_int_equal(skew_of(after), 1);
	assert_int_equal(ledger_feed(after, 0, 0)->skew_ms[1], 5);
	saved_fini(&saved);
	ledger_free(after);
	ledger_free(before);
}

static void accounts_of_what_never_was_are_refused(void **state)
{
	const struct renumber fewer_units = { .to = same, .n = N_UNITS - 1 };
	const struct renumber fewer_feeds = { .to = same, .n = N_FEEDS - 1 };
	struct ledger *before = make_used();
	struct saved saved = save(before);

	(void)state;
	assert_null(load(&saved, saved.n, &fewer_units, &same_feeds));
	assert_null(load(&saved, saved.n, &same_units, &fewer_feeds));
	saved.bytes[saved.n - 1 - 40] = (char)0x80; /* the time of the last arrival */
	assert_null(load(&saved, saved.n, &same_units, &same_feeds));
	saved_fini(&saved);
	ledger_free(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_entered_for_its_unit_its_feed_and_all),
		cmocka_unit_test(a_feed_remembers_its_newest_event_and_its_last_arrival),
		cmocka_unit_test(a_refusal_is_entered_by_unit_and_reason),
		cmocka_unit_test(unknown_senders_have_an_account_of_their_own),
		cmocka_unit_test(the_accounts_of_all_units_add_up_to_the_whole),
		cmocka_unit_test(accounts_are_read_back_as_they_were_saved),
		cmocka_unit_test(what_is_odd_about_events_is_counted_by_feed),
		cmocka_unit_test(the_skew_is_the_least_of_the_last_two_spans),
		cmocka_unit_test(units_that_became_one_are_added_up),
		cmocka_unit_test(units_and_feeds_with_other_numbers_keep_their_accounts),
		cmocka_unit_test(reasons_are_known_by_their_names),
		cmocka_unit_test(damaged_accounts_are_refused_or_harmless),
		cmocka_unit_test(accounts_of_what_never_was_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

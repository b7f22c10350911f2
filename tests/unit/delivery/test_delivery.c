/* SPDX-License-Identifier: Apache-2.0 */
/* Against a scripted mqtt, which has as much room and answers as the test says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "iocd/delivery.h"
#include "world.h"

#define JOURNAL  "0123456789abcdef0123456789abcdef"
#define OTHER    "ffffffffffffffffffffffffffffffff"
#define SENT_MAX 20000

struct sent {
	uint64_t token;
	char topic[48];
	uint64_t number; /* of the news; 0 for a state */
	bool retain;
	bool is_empty;
};

static struct sent sent[SENT_MAX];
static size_t n_sent;
static size_t room;

int mqtt_publish(struct mqtt *mqtt, uint64_t token, const char *topic, const void *payload,
		 size_t payload_size, int qos, bool retain)
{
	struct sent *one = &sent[n_sent];

	assert_ptr_equal(mqtt, sent);
	assert_int_equal(qos, 1);
	if (room == 0)
		return MQTT_FULL;

	room--;
	assert_true(n_sent < SENT_MAX);
	*one = (struct sent){ .token = token, .retain = retain, .is_empty = payload_size == 0 };
	snprintf(one->topic, sizeof(one->topic), "%s", topic);
	if (payload_size > 10 && memcmp(payload, "{\"number\":", 10) == 0)
		one->number = strtoull((const char *)payload + 10, NULL, 10);
	n_sent++;
	return 0;
}

struct fixture {
	struct world world;
	struct delivery *delivery;
	char path[64];
};

static struct mqtt *scripted(void)
{
	return (struct mqtt *)(void *)sent;
}

static void begin(struct fixture *f, const char *journal_id)
{
	const struct delivery_options options = {
		.prefix = "x",
		.file = f->path,
		.journal_id = journal_id,
	};
	const struct delivery_source source = {
		.context = { .units = f->world.units, .offset_minutes = OFFSET },
		.book = f->world.book,
	};

	f->delivery = delivery_new(&options, &source);
	delivery_start(f->delivery, scripted());
}

static int make(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	world_init(&f->world, 3);
	snprintf(f->path, sizeof(f->path), "/tmp/iocd-delivery-XXXXXX");
	close(mkstemp(f->path));
	unlink(f->path);
	n_sent = 0;
	room = SENT_MAX;
	*state = f;
	return 0;
}

static int unmake(void **state)
{
	struct fixture *f = *state;

	delivery_free(f->delivery);
	world_fini(&f->world);
	(void)unlink(f->path);
	free(f);
	return 0;
}

/* Raises n alerts about subjects of their own. */
static void raise_alerts(struct fixture *f, int n)
{
	char subject[32];

	for (int i = 0; i < n; i++) {
		snprintf(subject, sizeof(subject), "%llu",
			 (unsigned long long)alertbook_last(f->world.book));
		world_raise(&f->world, 1, subject);
	}
}

static struct delivery_status status_of(const struct fixture *f)
{
	struct delivery_status status;

	delivery_get_status(f->delivery, &status);
	return status;
}

/* Answers everything sent from number first of sent on; what is sent meanwhile, too. */
static void answer_from(struct fixture *f, size_t first)
{
	for (size_t i = first; i < n_sent; i++)
		delivery_done(f->delivery, sent[i].token, 0);
}

/* The news in what was sent, which must grow by one each time, from first on; how many. */
static size_t check_order(uint64_t first)
{
	size_t n = 0;

	for (size_t i = 0; i < n_sent; i++)
		if (sent[i].number)
			assert_int_equal(sent[i].number, first + n++);
	return n;
}

static void each_transition_is_news_and_then_a_state(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	world_raise(&f->world, 1, "a b");
	assert_int_equal(n_sent, 0);
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 2);
	assert_string_equal(sent[0].topic, "x/alertlog/d1/critical");
	assert_int_equal(sent[0].number, 1);
	assert_false(sent[0].retain);
	assert_string_equal(sent[1].topic, "x/alert/d1/flood/a%20b");
	assert_true(sent[1].retain);
	assert_false(sent[1].is_empty);

	world_pass(&f->world, 11 * MINUTE);
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 4);
	assert_int_equal(sent[2].number, 2);
	assert_false(sent[2].is_empty);
	assert_string_equal(sent[3].topic, "x/alert/d1/flood/a%20b");
	assert_true(sent[3].retain && sent[3].is_empty);
}

/* Commands name units, which the rules of the world do not know. */
static void give_units(struct world *world)
{
	struct rules_options options = *rules_about(world->rules);
	struct rules *before = world->rules;

	options.units = world->units;
	world->rules = rules_new(&options);
	alertbook_replace_rules(world->book, world->rules, "test", world->now_ms, 0);
	rules_free(before);
}

static void what_stands_is_told_again_with_all_that_is_done_about_it(void **state)
{
	struct fixture *f = *state;
	struct command command = { .verb = COMMAND_ACKNOWLEDGE,
				   .key = "k",
				   .by = "an",
				   .rule = "flood",
				   .unit = "d1",
				   .subject = "a",
				   .has_subject = true };
	uint32_t n;

	give_units(&f->world);
	begin(f, JOURNAL);
	world_raise(&f->world, 1, "a");
	assert_int_equal(
		alertbook_command(f->world.book, &command, f->world.now_ms, f->world.position, &n),
		OUTCOME_DONE);
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 4);
	assert_string_equal(sent[2].topic, "x/alertlog/d1/critical");
	assert_int_equal(sent[2].number, 2);
	assert_string_equal(sent[3].topic, "x/alert/d1/flood/a");
	assert_true(sent[3].retain && !sent[3].is_empty);

	world_pass(&f->world, 11 * MINUTE);
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 6);
	assert_true(sent[5].retain && sent[5].is_empty);
}

static void what_nobody_acknowledged_does_not_stand_when_it_is_over(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	world_raise(&f->world, 1, "a");
	world_pass(&f->world, 11 * MINUTE);
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 4);
	assert_true(sent[3].retain && sent[3].is_empty);
	delivery_connected(f->delivery);
	assert_int_equal(n_sent, 4);

	f->world.now_ms += ALERT_FORGET_MS;
	world_settle(&f->world);
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 6); /* it is forgotten */
	assert_int_equal(sent[4].number, 3);
	assert_true(sent[5].retain && sent[5].is_empty);
}

static void told_moves_over_what_is_answered_without_a_gap(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	raise_alerts(f, 3);
	delivery_post(f->delivery);
	delivery_done(f->delivery, sent[0].token, 0); /* the news alone is not all */
	assert_int_equal(status_of(f).told, 0);
	delivery_done(f->delivery, sent[5].token, 0);
	assert_int_equal(status_of(f).told, 0);
	delivery_done(f->delivery, sent[1].token, 0);
	assert_int_equal(status_of(f).told, 1);
	delivery_done(f->delivery, sent[3].token, 0x10); /* nobody listens: fine */
	assert_int_equal(status_of(f).told, 3);
	delivery_done(f->delivery, sent[3].token, 0);
	assert_int_equal(status_of(f).told, 3);
}

static void no_more_than_a_window_is_under_way(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	raise_alerts(f, 200);
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 2 * 64);
	delivery_done(f->delivery, sent[1].token, 0);
	assert_int_equal(n_sent, 2 * 65);
	answer_from(f, 2);
	assert_int_equal(n_sent, 2 * 200);
	assert_int_equal(check_order(1), 200);
	assert_int_equal(status_of(f).told, 200);
}

static void a_full_queue_is_gone_on_with_where_it_was_left(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	raise_alerts(f, 3);
	for (int i = 0; i < 6; i++) { /* room for one at a time: also between news and state */
		room = 1;
		delivery_post(f->delivery);
		assert_int_equal(n_sent, i + 1);
	}
	assert_int_equal(check_order(1), 3);
	assert_true(sent[1].retain && sent[3].retain && sent[5].retain);
	room = 1;
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 6);
}

static void a_refusal_is_counted_and_not_waited_for(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	raise_alerts(f, 1);
	delivery_post(f->delivery);
	delivery_done(f->delivery, sent[0].token, 0x87);
	assert_int_equal(status_of(f).refused, 1);
	delivery_done(f->delivery, sent[1].token, 0x87);
	assert_int_equal(status_of(f).refused, 2);
	assert_int_equal(status_of(f).told, 1);
}

static void what_the_broker_never_answered_is_told_again_by_the_next_start(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	raise_alerts(f, 5);
	delivery_post(f->delivery);
	delivery_done(f->delivery, sent[1].token, 0);
	delivery_done(f->delivery, sent[3].token, 0);
	delivery_done(f->delivery, sent[5].token, MQTT_REASON_LOST);
	assert_int_equal(status_of(f).told, 2);
	f->delivery = delivery_free(f->delivery);

	raise_alerts(f, 1);
	n_sent = 0;
	begin(f, JOURNAL);
	assert_int_equal(check_order(3), 4);
	answer_from(f, 0);
	assert_int_equal(status_of(f).told, 6);
	assert_int_equal(status_of(f).skipped, 0);
}

static void a_death_forgets_nothing_that_was_told(void **state)
{
	struct fixture *f = *state;
	struct delivery *dead;

	begin(f, JOURNAL);
	raise_alerts(f, 2);
	delivery_post(f->delivery);
	answer_from(f, 0);
	dead = f->delivery; /* not freed before the next one starts */
	raise_alerts(f, 1);
	n_sent = 0;
	begin(f, JOURNAL);
	assert_int_equal(check_order(3), 1);
	delivery_free(dead);
}

static void without_a_file_of_this_journal_only_what_is_new_is_told(void **state)
{
	struct fixture *f = *state;

	raise_alerts(f, 2);
	begin(f, OTHER);
	assert_int_equal(n_sent, 0);
	raise_alerts(f, 1);
	delivery_post(f->delivery);
	assert_int_equal(check_order(3), 1);
	f->delivery = delivery_free(f->delivery);

	n_sent = 0;
	begin(f, JOURNAL);
	assert_int_equal(n_sent, 0);
	assert_int_equal(status_of(f).told, 3);
}

static void a_file_ahead_of_the_book_does_not_silence_it(void **state)
{
	struct fixture *f = *state;

	raise_alerts(f, 9);
	begin(f, JOURNAL);
	f->delivery = delivery_free(f->delivery);
	world_fini(&f->world); /* other rules: fewer transitions */
	world_init(&f->world, 3);
	raise_alerts(f, 2);
	begin(f, JOURNAL);
	raise_alerts(f, 1);
	delivery_post(f->delivery);
	assert_int_equal(check_order(3), 1);
}

static void what_is_no_longer_kept_is_counted(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	f->delivery = delivery_free(f->delivery);
	raise_alerts(f, ALERTBOOK_LOG + 10);
	begin(f, JOURNAL);
	assert_int_equal(status_of(f).skipped, 10);
	answer_from(f, 0);
	assert_int_equal(check_order(11), ALERTBOOK_LOG);
	assert_int_equal(status_of(f).told, ALERTBOOK_LOG + 10);
}

static void a_new_connection_gets_every_state_before_later_news(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	raise_alerts(f, 3);
	delivery_post(f->delivery);
	answer_from(f, 0);
	n_sent = 0;
	room = 2;
	delivery_connected(f->delivery);
	assert_int_equal(n_sent, 2);

	world_pass(&f->world, 11 * MINUTE); /* all three are cleared meanwhile */
	room = 100;
	delivery_post(f->delivery);
	assert_int_equal(n_sent, 3 + 6);
	for (int i = 0; i < 3; i++)
		assert_true(sent[i].retain && !sent[i].is_empty && sent[i].number == 0);
	assert_int_equal(check_order(4), 3);
	for (int i = 4; i < 9; i += 2)
		assert_true(sent[i].retain && sent[i].is_empty);
	answer_from(f, 0);
	assert_int_equal(status_of(f).told, 6);
}

static void states_leave_a_window_at_a_time(void **state)
{
	struct fixture *f = *state;

	begin(f, JOURNAL);
	raise_alerts(f, 70);
	delivery_post(f->delivery);
	answer_from(f, 0);
	n_sent = 0;
	delivery_connected(f->delivery);
	assert_int_equal(n_sent, 64);
	delivery_done(f->delivery, sent[0].token, 0);
	assert_int_equal(n_sent, 65);
	answer_from(f, 1);
	assert_int_equal(n_sent, 70);
	for (size_t i = 1; i < n_sent; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(sent[i].topic, sent[k].topic);
}

static void nothing_is_told_before_the_start(void **state)
{
	struct fixture *f = *state;
	const struct delivery_options options = { .prefix = "x",
						  .file = f->path,
						  .journal_id = JOURNAL };
	const struct delivery_source source = { .context = { .units = f->world.units },
						.book = f->world.book };

	f->delivery = delivery_new(&options, &source);
	raise_alerts(f, 1);
	delivery_post(f->delivery);
	delivery_connected(f->delivery);
	assert_int_equal(n_sent, 0);
	assert_null(delivery_free(NULL));
	f->delivery = delivery_free(f->delivery);
	assert_int_not_equal(access(f->path, F_OK), 0);
}

#define DELIVERY_TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DELIVERY_TEST(nothing_is_told_before_the_start),
		DELIVERY_TEST(each_transition_is_news_and_then_a_state),
		DELIVERY_TEST(what_stands_is_told_again_with_all_that_is_done_about_it),
		DELIVERY_TEST(what_nobody_acknowledged_does_not_stand_when_it_is_over),
		DELIVERY_TEST(told_moves_over_what_is_answered_without_a_gap),
		DELIVERY_TEST(no_more_than_a_window_is_under_way),
		DELIVERY_TEST(a_full_queue_is_gone_on_with_where_it_was_left),
		DELIVERY_TEST(a_refusal_is_counted_and_not_waited_for),
		DELIVERY_TEST(what_the_broker_never_answered_is_told_again_by_the_next_start),
		DELIVERY_TEST(a_death_forgets_nothing_that_was_told),
		DELIVERY_TEST(without_a_file_of_this_journal_only_what_is_new_is_told),
		DELIVERY_TEST(a_file_ahead_of_the_book_does_not_silence_it),
		DELIVERY_TEST(what_is_no_longer_kept_is_counted),
		DELIVERY_TEST(a_new_connection_gets_every_state_before_later_news),
		DELIVERY_TEST(states_leave_a_window_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#define A DISTRICT_A

static struct command command_of(const char *key)
{
	struct command command = { .verb = COMMAND_ACKNOWLEDGE };

	(void)snprintf(command.key, sizeof(command.key), "%s", key);
	(void)snprintf(command.by, sizeof(command.by), "lan@province");
	(void)snprintf(command.rule, sizeof(command.rule), "flood");
	(void)snprintf(command.unit, sizeof(command.unit), "a");
	return command;
}

static uint32_t known_site(struct world *world)
{
	assert_int_equal(send_beat(world, (struct beat){ .unit = A, .class = FRAME_ALERT }),
			 REASON_NONE);
	return sites_find(world->sites, A, "iocd");
}

static void assert_order(const struct world *world, uint32_t site, uint64_t from, uint64_t number,
			 const char *key)
{
	struct order_message order;
	struct command command;
	char why[256];

	assert_true(sites_next_order(world->sites, site, from, &order));
	assert_int_equal(order.number, number);
	assert_int_equal(order.orders, ORDERS);
	assert_int_equal(command_read(order.command.bytes, order.command.size, &command, why), 0);
	assert_string_equal(command.key, key);
	assert_string_equal(command.by, "lan@province");
}

static void beat_done(struct world *world, uint64_t done, uint64_t orders)
{
	struct beat beat = {
		.unit = A, .class = FRAME_ALERT, .orders_done = done, .orders = orders
	};

	assert_int_equal(send_beat(world, beat), REASON_NONE);
}

static void orders_wait_until_the_site_has_journaled_them(void **state)
{
	struct world *world = *state;
	uint32_t site = known_site(world);
	struct order_message order;
	struct command first = command_of("k1"), second = command_of("k2"),
		       third = command_of("k3");

	assert_false(sites_next_order(world->sites, site, 0, &order));
	assert_true(sites_order(world->sites, site, &first));
	assert_true(sites_order(world->sites, site, &second));
	assert_order(world, site, 0, 1, "k1");
	assert_order(world, site, 2, 2, "k2");
	assert_false(sites_next_order(world->sites, site, 3, &order));
	assert_int_equal(view_of(world, A).orders, 2);

	beat_done(world, 1, ORDERS);
	assert_order(world, site, 0, 2, "k2");
	assert_true(sites_order(world->sites, site, &third));
	assert_order(world, site, 3, 3, "k3");
	beat_done(world, 3, ORDERS);
	assert_false(sites_next_order(world->sites, site, 0, &order));
}

static void what_was_done_of_another_numbering_says_nothing(void **state)
{
	struct world *world = *state;
	uint32_t site = known_site(world);
	struct command command = command_of("k1");

	assert_true(sites_order(world->sites, site, &command));
	beat_done(world, 9, ORDERS + 1);
	assert_order(world, site, 0, 1, "k1");
}

static void an_order_wants_to_be_sent(void **state)
{
	struct world *world = *state;
	uint32_t site = known_site(world);
	struct command command = command_of("k1");
	const uint32_t *due;

	assert_int_equal(sites_take_due(world->sites, &due), 1);
	assert_int_equal(sites_take_due(world->sites, &due), 0);
	assert_true(sites_order(world->sites, site, &command));
	assert_int_equal(sites_take_due(world->sites, &due), 1);
	assert_int_equal(due[0], site);
}

static void orders_beyond_the_limit_are_refused(void **state)
{
	struct world *world = *state;
	uint32_t site = known_site(world);
	struct command command = command_of("k");

	for (int i = 0; i < SITE_ORDERS_MAX; i++)
		assert_true(sites_order(world->sites, site, &command));
	assert_false(sites_order(world->sites, site, &command));
	beat_done(world, 1, ORDERS);
	assert_true(sites_order(world->sites, site, &command));
	assert_order(world, site, SITE_ORDERS_MAX + 1, SITE_ORDERS_MAX + 1, "k");
}

static void an_order_that_no_reader_takes_is_refused(void **state)
{
	struct world *world = *state;
	uint32_t site = known_site(world);
	struct command command = command_of("k");

	/* No reader lets such through; each takes six bytes. */
	memset(command.note, 1, sizeof(command.note) - 1);
	memset(command.subject, 1, sizeof(command.subject) - 1);
	command.has_subject = true;
	memset(command.owner, '"', sizeof(command.owner) - 1);
	memset(command.by, '"', sizeof(command.by) - 1);
	memset(command.rule, 'r', sizeof(command.rule) - 1);
	memset(command.unit, 'u', sizeof(command.unit) - 1);
	assert_false(sites_order(world->sites, site, &command));
	assert_int_equal(view_of(world, A).orders, 0);
}

static void orders_outlive_a_restart_under_their_numbers(void **state)
{
	struct world *world = *state;
	uint32_t site = known_site(world);
	struct command first = command_of("k1"), second = command_of("k2"),
		       third = command_of("k3");
	struct saved saved;

	assert_true(sites_order(world->sites, site, &first));
	assert_true(sites_order(world->sites, site, &second));
	beat_done(world, 1, ORDERS);
	saved = world_save(world);
	assert_null(world_load(world, &saved, NULL));
	assert_order(world, site, 0, 2, "k2");
	assert_true(sites_order(world->sites, site, &third));
	assert_order(world, site, 3, 3, "k3");
	saved_fini(&saved);
}

static void under_a_new_numbering_they_are_numbered_anew(void **state)
{
	struct world *world = *state;
	uint32_t site = known_site(world);
	struct command command = command_of("k1");
	struct order_message order;
	struct saved saved;

	assert_true(sites_order(world->sites, site, &command));
	beat_done(world, 1, ORDERS);
	assert_true(sites_order(world->sites, site, &command));
	saved = world_save(world);
	world->options.orders = 4711;
	assert_null(world_load(world, &saved, NULL));
	assert_true(sites_next_order(world->sites, site, 0, &order));
	assert_int_equal(order.number, 1);
	assert_int_equal(order.orders, 4711);
	saved_fini(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(orders_wait_until_the_site_has_journaled_them),
		TEST(what_was_done_of_another_numbering_says_nothing),
		TEST(an_order_wants_to_be_sent),
		TEST(orders_beyond_the_limit_are_refused),
		TEST(an_order_that_no_reader_takes_is_refused),
		TEST(orders_outlive_a_restart_under_their_numbers),
		TEST(under_a_new_numbering_they_are_numbered_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

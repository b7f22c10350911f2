/* SPDX-License-Identifier: Apache-2.0 */
/* State under another configuration, and state that makes no sense. */
#include "fixture.h"
#include "inside.h"
#include "saved.h"

#define A DISTRICT_A
#define B DISTRICT_B

static void live_a_little(struct world *world)
{
	struct command command = { .verb = COMMAND_RESET, .key = "k", .by = "lan", .rule = "r" };

	(void)snprintf(command.unit, sizeof(command.unit), "a");
	assert_int_equal(send_beat(world, (struct beat){ .unit = A,
							 .class = FRAME_EVENT,
							 .head = 200,
							 .backlog = 3,
							 .oldest = MORNING - 6 * MINUTE,
							 .version = "0.1" }),
			 REASON_NONE);
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		for (uint64_t n = 0; n < 60; n += 20)
			assert_int_equal(
				send_frame(world, (struct send){ .unit = A,
								 .class = (enum frame_class)c,
								 .from = n,
								 .to = n + 10 }),
				REASON_NONE);
	assert_int_equal(send_frame(world, (struct send){ .unit = A,
							  .class = FRAME_ROLLUP,
							  .epoch = "e2",
							  .from = 0,
							  .to = 10 }),
			 REASON_NONE);
	assert_int_equal(send_frame(world, (struct send){ .unit = B, .from = 4, .to = 10 }),
			 REASON_NONE);
	assert_true(sites_order(world->sites, 0, &command));
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	look(world);
}

static void assert_same_bytes(struct world *world, const struct saved *saved)
{
	struct saved again = world_save(world);

	assert_int_equal(again.n, saved->n);
	assert_memory_equal(again.bytes, saved->bytes, saved->n);
	saved_fini(&again);
}

static void what_was_saved_is_read_back_to_the_same_bytes(void **state)
{
	struct world *world = *state;
	const uint32_t *list;
	struct saved saved;

	world->wanted[DISTRICT_C] = SITE_MUST;
	world_renew(world);
	live_a_little(world);
	saved = world_save(world);
	assert_null(world_load(world, &saved, NULL));
	assert_same_bytes(world, &saved);
	assert_int_equal(sites_count(world->sites), 3);
	assert_true(view_of(world, B).streams[FRAME_ALERT].is_known);
	assert_int_equal(look(world).n, 0);
	assert_false(sites_is_complete(world->sites, A));
	assert_int_equal(sites_take_moved(world->sites, &list), 1);
	assert_int_equal(sites_take_units(world->sites, &list), 1);
	assert_int_equal(list[0], A);
	saved_fini(&saved);
}

static void the_least_that_is_saved_of_a_site_is_what_loading_thinks(void **state)
{
	struct world *world = *state;
	struct saved none = world_save(world), one;

	assert_int_equal(send_frame(world, (struct send){ .unit = A, .epoch = "e", .to = 1 }),
			 REASON_NONE);
	memset(world->sites->list[0]->streams[0].epoch, 0, FRAME_EPOCH_MAX);
	memset(world->sites->list[0]->sender, 0, FRAME_SENDER_MAX);
	one = world_save(world);
	assert_true(one.n - none.n >= SAVED_SITE);
	saved_fini(&none);
	saved_fini(&one);
}

static void a_site_of_a_unit_that_is_gone_goes(void **state)
{
	static const uint32_t gone[N_UNITS] = { 0, RENUMBER_GONE, 1, 2 };
	struct world *world = *state;
	struct saved saved;

	live_a_little(world);
	saved = world_save(world);
	assert_null(world_load(world, &saved, gone));
	assert_int_equal(sites_count(world->sites), 1);
	assert_int_equal(sites_find(world->sites, 1, "iocd"), 0); /* it was B */
	assert_int_equal(view_of(world, 1).streams[FRAME_ALERT].taken, 6);
	assert_true(sites_is_complete(world->sites, 1));
	saved_fini(&saved);
}

static void of_two_that_become_one_who_was_heard_last_goes_on(void **state)
{
	static const uint32_t merged[N_UNITS] = { 0, 1, 1, 3 };
	struct world *world = *state;
	const uint32_t *list;
	struct site_view view;
	struct saved saved;
	struct said said;

	live_a_little(world);
	world->now += 1000;
	assert_int_equal(send_frame(world, (struct send){ .unit = B, .from = 10, .to = 12 }),
			 REASON_NONE);
	saved = world_save(world);
	assert_null(world_load(world, &saved, merged));
	assert_int_equal(sites_count(world->sites), 1);
	view = view_of(world, A);
	assert_int_equal(view.streams[FRAME_ALERT].have, 12);
	assert_int_equal(view.streams[FRAME_ALERT].taken, 30 + 8);
	assert_int_equal(view.streams[FRAME_ROLLUP].resets, 1);
	assert_int_equal(view.orders, 1);
	assert_false(view.is_lost);
	assert_true(sites_is_complete(world->sites, A));
	assert_int_equal(sites_take_units(world->sites, &list), 1);
	assert_int_equal(sites_take_moved(world->sites, &list), 1);
	said = look(world); /* all is said anew */
	assert_int_equal(said.n, 5);
	assert_int_equal(judged(&said, OWN_SITE_LOST, A, NULL), JUDGE_CLEAR);
	saved_fini(&saved);
}

static void of_two_lost_ones_that_may_not_forward_any_more_one_is_found(void **state)
{
	static const uint32_t merged[N_UNITS] = { 0, 1, 1, 3 };
	struct world *world = *state;
	const uint32_t *list;
	struct saved saved;

	live_a_little(world);
	world->now += 1000;
	assert_int_equal(send_frame(world, (struct send){ .unit = B, .from = 10, .to = 12 }),
			 REASON_NONE);
	sites_meet(world->sites, B, PRESENCE_LOST, world->now);
	look(world);
	(void)sites_take_moved(world->sites, &list);
	saved = world_save(world);
	world->wanted[A] = SITE_NOT;
	assert_null(world_load(world, &saved, merged));
	assert_int_equal(sites_count(world->sites), 1);
	assert_false(view_of(world, A).is_lost);
	assert_int_equal(sites_take_moved(world->sites, &list), 1);
	saved_fini(&saved);
}

static void who_may_not_forward_any_more_is_over_when_nothing_stands_of_it(void **state)
{
	struct world *world = *state;
	struct saved saved;
	struct said said;

	live_a_little(world);
	saved = world_save(world);
	world->wanted[A] = SITE_NOT;
	assert_null(world_load(world, &saved, NULL));
	assert_int_equal(sites_count(world->sites), 2);
	assert_false(view_of(world, A).is_lost);
	assert_false(view_of(world, A).is_expected);
	assert_true(sites_is_complete(world->sites, A));
	said = look(world);
	assert_int_equal(judged(&said, OWN_SITE_LOST, A, NULL), JUDGE_CLEAR);
	assert_int_equal(judged(&said, OWN_SITE_GAP, A, NULL), JUDGE_CLEAR);
	assert_int_equal(judged(&said, OWN_GIVEN_UP, A, NULL), JUDGE_CLEAR);
	saved_fini(&saved);

	saved = world_save(world);
	assert_null(world_load(world, &saved, NULL));
	assert_int_equal(sites_count(world->sites), 1);
	saved_fini(&saved);
}

static void who_must_be_heard_is_expected_by_what_was_saved_too(void **state)
{
	struct world *world = *state;
	struct saved saved;

	assert_int_equal(send_beat(world, (struct beat){ .unit = A, .sender = "gateway" }),
			 REASON_NONE);
	saved = world_save(world);
	world->wanted[A] = world->wanted[B] = SITE_MUST;
	assert_null(world_load(world, &saved, NULL));
	assert_int_equal(sites_count(world->sites), 2);
	assert_int_equal(sites_find(world->sites, A, "iocd"), UINT32_MAX);
	assert_true(view_of(world, B).is_expected);
	saved_fini(&saved);
}

static void bytes_that_end_too_early_are_refused(void **state)
{
	struct world *world = *state;
	struct saved saved, part;

	live_a_little(world);
	saved = world_save(world);
	for (size_t n = 0; n < saved.n; n += n < 200 ? 1 : 37) {
		part = saved;
		part.n = n;
		assert_non_null(world_load(world, &part, NULL));
		look(world);
	}
	saved_fini(&saved);
}

/* Each of these is one thing of the inside that cannot be. */
static void break_it(struct sites *sites, int how)
{
	struct site *site = sites->list[0];
	struct stream *events = &site->streams[FRAME_EVENT];

	switch (how) {
	case 0:
		events->ranges[1].from.number = events->ranges[0].to.number;
		break;
	case 1:
		events->ranges[0].to.number = events->ranges[0].from.number;
		break;
	case 2:
		events->ranges[1].to.number = events->have.number;
		break;
	case 3:
		events->head = events->have.number - 1;
		break;
	case 4:
		events->owed = events->head + 1;
		break;
	case 5:
		events->said = events->head + 1;
		break;
	case 6:
		events->first.number = 11;
		break;
	case 7:
		site->gaps[0].to = site->gaps[0].from;
		break;
	case 8:
		site->gaps[0].given_up = site->gaps[0].to - site->gaps[0].from;
		break;
	case 9:
		site->gaps[0].from = 20;
		site->gaps[0].to = 30; /* nothing is missing there */
		break;
	case 10:
		site->gaps[0].class = N_FRAME_CLASSES;
		break;
	case 11:
		site->facts[1].judgement = JUDGE_CRITICAL + 1;
		break;
	case 12:
		sites->presences[A] = PRESENCE_STOPPED + 1;
		break;
	case 13:
		site->heard_ms = -1;
		break;
	case 14:
		site->skew_ms = INT64_MIN;
		break;
	case 15:
		site->orders[0].number = 0;
		break;
	case 16:
		site->last_order = 0;
		break;
	case 17:
		events->first.number = events->ranges[0].from.number;
		site->gaps[4].from = 0;
		break;
	case 18:
		site->gaps[5].to = events->head + 1;
		break;
	case 19:
		site->beat.streams[0].oldest_ms = INT64_MAX;
		break;
	default:
		site->sender[0] = '\0';
		break;
	}
}

static void what_makes_no_sense_is_refused(void **state)
{
	struct world *world = *state;
	struct saved good, bad;

	live_a_little(world);
	good = world_save(world);
	for (int how = 0; how <= 20; how++) {
		assert_null(world_load(world, &good, NULL));
		break_it(world->sites, how);
		bad = world_save(world);
		if (!world_load(world, &bad, NULL))
			fail_msg("nonsense %d was believed", how);
		saved_fini(&bad);
	}
	saved_fini(&good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_saved_is_read_back_to_the_same_bytes),
		TEST(the_least_that_is_saved_of_a_site_is_what_loading_thinks),
		TEST(a_site_of_a_unit_that_is_gone_goes),
		TEST(of_two_that_become_one_who_was_heard_last_goes_on),
		TEST(of_two_lost_ones_that_may_not_forward_any_more_one_is_found),
		TEST(who_may_not_forward_any_more_is_over_when_nothing_stands_of_it),
		TEST(who_must_be_heard_is_expected_by_what_was_saved_too),
		TEST(bytes_that_end_too_early_are_refused),
		TEST(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

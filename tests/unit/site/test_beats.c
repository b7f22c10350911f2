/* SPDX-License-Identifier: Apache-2.0 */
/* Who lives, who is lost, who lags, who is out of date. */
#include "fixture.h"

#define A        DISTRICT_A
#define PATIENCE (SITE_MISSES * EVERY)

static void beat_of(struct world *world, struct beat beat)
{
	beat.unit = A;
	beat.class = FRAME_EVENT;
	assert_int_equal(send_beat(world, beat), REASON_NONE);
}

static size_t count_moved(struct world *world)
{
	const uint32_t *moved;

	return sites_take_moved(world->sites, &moved);
}

static void a_site_is_lost_when_so_many_heartbeats_fail_to_come(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ 0 });
	assert_true(view_of(world, A).is_expected);
	assert_int_equal(sites_due_ms(world->sites), MORNING + PATIENCE + 1);
	world->now = MORNING + PATIENCE;
	look(world);
	assert_false(view_of(world, A).is_lost);
	assert_int_equal(count_moved(world), 0);
	world->now = sites_due_ms(world->sites);
	look(world);
	assert_true(view_of(world, A).is_lost);
	assert_int_equal(view_of(world, A).lost_ms, MORNING);
	assert_int_equal(count_moved(world), 1);
	assert_int_equal(sites_due_ms(world->sites), INT64_MAX);

	world->now += MINUTE;
	beat_of(world, (struct beat){ 0 });
	assert_false(view_of(world, A).is_lost);
	assert_int_equal(view_of(world, A).lost_ms, 0);
	assert_int_equal(count_moved(world), 1);
}

static void a_frame_is_a_sign_of_life_too(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ 0 });
	world->now += PATIENCE;
	assert_int_equal(send_frame(world, (struct send){ .unit = A, .to = 1 }), REASON_NONE);
	world->now += PATIENCE;
	look(world);
	assert_false(view_of(world, A).is_lost);
	assert_int_equal(view_of(world, A).heard_ms, MORNING + PATIENCE);
	assert_int_equal(view_of(world, A).beat_ms, MORNING);
	world->now++;
	look(world);
	assert_true(view_of(world, A).is_lost);
	assert_int_equal(view_of(world, A).lost_ms, MORNING + PATIENCE);
	assert_int_equal(send_frame(world, (struct send){ .unit = A, .from = 1, .to = 2 }),
			 REASON_NONE);
	assert_false(view_of(world, A).is_lost);
}

static void what_an_old_outbox_says_is_no_sign_of_life(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ .epoch = "e1" });
	beat_of(world, (struct beat){ .epoch = "e2" });
	world->now += PATIENCE + 1;
	assert_int_equal(
		send_frame(
			world,
			(struct send){ .unit = A, .class = FRAME_EVENT, .epoch = "e1", .to = 1 }),
		REASON_epoch_old);
	look(world);
	assert_true(view_of(world, A).is_lost);
}

static void who_comes_and_goes_is_never_lost_by_silence(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ .comes_and_goes = true });
	assert_false(view_of(world, A).is_expected);
	assert_int_equal(sites_due_ms(world->sites), INT64_MAX);
	world->now += 1000 * PATIENCE;
	look(world);
	assert_false(view_of(world, A).is_lost);
}

static void a_will_loses_a_site_at_once_and_a_birth_finds_it(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ 0 });
	sites_meet(world->sites, A, PRESENCE_ONLINE, world->now);
	assert_int_equal(view_of(world, A).presence, PRESENCE_ONLINE);
	world->now += 1000;
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	assert_true(view_of(world, A).is_lost);
	assert_int_equal(view_of(world, A).presence, PRESENCE_LOST);
	assert_int_equal(view_of(world, A).lost_ms, MORNING);
	assert_int_equal(count_moved(world), 1);
	sites_meet(world->sites, A, PRESENCE_ONLINE, world->now);
	assert_false(view_of(world, A).is_lost);
	assert_int_equal(count_moved(world), 1);
}

static void presence_is_of_that_unit_and_of_who_is_expected_there(void **state)
{
	struct world *world = *state;
	struct site_view view;

	beat_of(world, (struct beat){ 0 });
	assert_int_equal(
		send_beat(world,
			  (struct beat){ .unit = A, .sender = "desk", .comes_and_goes = true }),
		REASON_NONE);
	sites_meet(world->sites, DISTRICT_B, PRESENCE_LOST, world->now);
	assert_false(view_of(world, A).is_lost);
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	assert_true(view_of(world, A).is_lost);
	sites_view(world->sites, sites_find(world->sites, A, "desk"), &view);
	assert_false(view.is_lost);
	assert_int_equal(view.presence, PRESENCE_UNKNOWN);
}

static void a_birth_before_the_first_heartbeat_is_known_behind_it(void **state)
{
	struct world *world = *state;
	struct saved saved;

	sites_meet(world->sites, A, PRESENCE_ONLINE, world->now);
	assert_int_equal(sites_count(world->sites), 0);
	saved = world_save(world);
	assert_null(world_load(world, &saved, NULL));
	beat_of(world, (struct beat){ 0 });
	assert_int_equal(view_of(world, A).presence, PRESENCE_ONLINE);
	saved_fini(&saved);
}

static void who_said_good_bye_has_the_time_of_a_restart(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ 0 });
	sites_meet(world->sites, A, PRESENCE_STOPPED, world->now);
	assert_false(view_of(world, A).is_lost);
	world->now += PATIENCE + 1;
	look(world);
	assert_true(view_of(world, A).is_lost);
	assert_int_equal(view_of(world, A).presence, PRESENCE_STOPPED);
}

static void silence_while_we_were_away_is_ours(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ 0 });
	world->now += 60 * MINUTE;
	sites_excuse(world->sites, world->now);
	look(world);
	assert_false(view_of(world, A).is_lost);
	world->now += PATIENCE + 1;
	look(world);
	assert_true(view_of(world, A).is_lost);
	assert_int_equal(view_of(world, A).lost_ms, MORNING);
}

static void who_must_be_heard_is_expected_from_the_start(void **state)
{
	struct world *world = *state;

	world->wanted[A] = SITE_MUST;
	world_renew(world);
	assert_int_equal(sites_count(world->sites), 1);
	assert_true(view_of(world, A).is_expected);
	look(world);
	assert_int_equal(view_of(world, A).first_ms, MORNING);
	world->now = sites_due_ms(world->sites);
	look(world);
	assert_true(view_of(world, A).is_lost);
	assert_int_equal(view_of(world, A).lost_ms, MORNING);
	assert_int_equal(view_of(world, A).heard_ms, 0);
	assert_false(sites_is_complete(world->sites, A));
	beat_of(world, (struct beat){ 0 });
	assert_false(view_of(world, A).is_lost);
	assert_int_equal(gaps_of(world, A).n, 0);
	assert_true(sites_is_complete(world->sites, A));
}

static void it_may_bear_another_name_than_was_thought(void **state)
{
	struct world *world = *state;

	world->wanted[A] = SITE_MUST;
	world_renew(world);
	assert_int_equal(
		send_beat(world,
			  (struct beat){ .unit = A, .sender = "desk", .comes_and_goes = true }),
		REASON_NONE);
	assert_int_equal(sites_count(world->sites), 2); /* that is somebody else */
	assert_int_equal(send_beat(world, (struct beat){ .unit = A, .sender = "gateway" }),
			 REASON_NONE);
	assert_int_equal(sites_count(world->sites), 2);
	assert_int_equal(sites_find(world->sites, A, "iocd"), UINT32_MAX);
	assert_int_equal(sites_find(world->sites, A, "gateway"), 0);

	world_renew(world);
	beat_of(world, (struct beat){ 0 });
	assert_int_equal(send_beat(world, (struct beat){ .unit = A, .sender = "gateway" }),
			 REASON_NONE);
	assert_int_equal(sites_find(world->sites, A, "iocd"), 0);
	assert_int_equal(sites_find(world->sites, A, "gateway"), 1);
}

static void a_backlog_lags_when_it_is_old_and_no_more_when_it_is_not(void **state)
{
	struct world *world = *state;

	/* clang-format off */
	const struct {
		uint64_t backlog;
		int64_t age;
		bool is_lagging;
	} table[] = {
		{ 0, 0, false },
		{ 5, SITE_LAG_MS, false },
		{ 5, SITE_LAG_MS + 1, true },
		{ 0, SITE_LAG_MS + 1, false },
		{ 1, 10 * SITE_LAG_MS, true },
		{ 1, 1000, false },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(table); i++) {
		/* Its own clock is asked, be that right or wrong. */
		int64_t skew = (int64_t)i * 7 * MINUTE;

		beat_of(world, (struct beat){ .head = 10,
					      .backlog = table[i].backlog,
					      .oldest = world->now + skew - table[i].age,
					      .skew = skew });
		assert_int_equal(view_of(world, A).is_lagging, table[i].is_lagging);
		assert_int_equal(view_of(world, A).skew_ms, skew);
	}
}

static void who_is_lost_does_not_lag(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ .head = 9, .backlog = 9, .oldest = MORNING - 60 * MINUTE });
	assert_true(view_of(world, A).is_lagging);
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	assert_false(view_of(world, A).is_lagging);
}

static void an_older_version_or_another_contract_is_out_of_date(void **state)
{
	struct world *world = *state;

	/* clang-format off */
	static const struct {
		const char *version, *hash;
		bool is_old;
	} table[] = {
		{ "0.10.0", "cafe", false },
		{ "0.9.9", "cafe", true },
		{ "0.9.99999999999999999999", "cafe", true },
		{ "0.10", "cafe", false },
		{ "0.10.1", "cafe", false },
		{ "1.0.0", "cafe", false },
		{ "0.10.0", "beef", true },
		{ "", "", false }, /* a script does not say */
		{ "x", "cafe", true },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(table); i++) {
		beat_of(world, (struct beat){ .version = table[i].version, .hash = table[i].hash });
		assert_int_equal(view_of(world, A).is_old, table[i].is_old);
	}
}

static void whoever_is_heard_is_the_site_of_that_unit_and_name(void **state)
{
	static const char *const names[] = { "iocd", "desk", "iocd", "desk" };
	struct world *world = *state;
	struct heartbeat beat = heartbeat_of(world, &(struct beat){ .unit = A });
	uint32_t site = UINT32_MAX;

	assert_true(sites_hear(world->sites, A, slice_of(""), &beat, world->now, &site));
	assert_int_equal(site, UINT32_MAX);
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct slice name = slice_of(names[i]);

		assert_false(sites_hear(world->sites, A, name, &beat, world->now, &site));
		assert_int_equal(site, sites_find(world->sites, A, names[i]));
	}
}

static void times_from_the_wire_are_kept_within_bounds(void **state)
{
	struct world *world = *state;
	struct heartbeat beat = heartbeat_of(world, &(struct beat){ .unit = A });
	uint32_t site;

	beat.time_ms = INT64_MIN;
	beat.every_ms = INT64_MAX;
	beat.started_ms = INT64_MIN;
	beat.streams[0].oldest_ms = INT64_MIN;
	beat.streams[0].backlog = UINT64_MAX;
	beat.streams[1].backlog = UINT64_MAX;
	assert_int_equal(sites_hear(world->sites, A, slice_of("iocd"), &beat, world->now, &site),
			 REASON_NONE);
	assert_int_equal(view_of(world, A).skew_ms, -MORNING);
	assert_true(sites_due_ms(world->sites) > world->now);
	beat.time_ms = INT64_MAX;
	assert_int_equal(sites_hear(world->sites, A, slice_of("iocd"), &beat, world->now, &site),
			 REASON_NONE);
	look(world);
}

/* ---- completeness ---- */

static void a_unit_is_complete_when_all_that_was_said_to_be_is_here(void **state)
{
	struct world *world = *state;
	const uint32_t *units;

	assert_true(sites_is_complete(world->sites, A));
	beat_of(world, (struct beat){ .head = 100 });
	assert_false(sites_is_complete(world->sites, A));
	assert_true(sites_is_complete(world->sites, PROVINCE));
	assert_int_equal(sites_take_units(world->sites, &units), 1);
	assert_int_equal(units[0], A);
	assert_int_equal(sites_take_units(world->sites, &units), 0);
	assert_int_equal(
		send_frame(world, (struct send){ .unit = A, .class = FRAME_EVENT, .to = 100 }),
		REASON_NONE);
	assert_true(sites_is_complete(world->sites, A));
	assert_int_equal(sites_take_units(world->sites, &units), 1);
}

static void what_is_on_its_way_is_complete_for_a_heartbeat(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ .head = 0 });
	beat_of(world, (struct beat){ .head = 5 });
	assert_true(sites_is_complete(world->sites, A));
	beat_of(world, (struct beat){ .head = 8 });
	assert_false(sites_is_complete(world->sites, A));
	assert_int_equal(
		send_frame(world, (struct send){ .unit = A, .class = FRAME_EVENT, .to = 5 }),
		REASON_NONE);
	assert_true(sites_is_complete(world->sites, A));
}

static void a_hole_is_incomplete_until_it_is_filled(void **state)
{
	struct world *world = *state;
	struct send send = { .unit = A, .class = FRAME_EVENT, .from = 0, .to = 5 };

	assert_int_equal(send_frame(world, send), REASON_NONE);
	assert_true(sites_is_complete(world->sites, A));
	send.from = 6;
	send.to = 9;
	assert_int_equal(send_frame(world, send), REASON_NONE);
	assert_false(sites_is_complete(world->sites, A));
	send.from = 5;
	send.to = 6;
	assert_int_equal(send_frame(world, send), REASON_NONE);
	assert_true(sites_is_complete(world->sites, A));
}

static void a_unit_of_two_senders_is_complete_when_both_are(void **state)
{
	struct world *world = *state;
	const uint32_t *units;

	beat_of(world, (struct beat){ .head = 5 });
	assert_int_equal(send_beat(world, (struct beat){ .unit = A,
							 .sender = "desk",
							 .class = FRAME_EVENT,
							 .head = 5 }),
			 REASON_NONE);
	assert_int_equal(sites_take_units(world->sites, &units), 1);
	assert_int_equal(
		send_frame(world, (struct send){ .unit = A, .class = FRAME_EVENT, .to = 5 }),
		REASON_NONE);
	assert_false(sites_is_complete(world->sites, A));
	assert_int_equal(sites_take_units(world->sites, &units), 0);
	assert_int_equal(send_frame(world, (struct send){ .unit = A,
							  .sender = "desk",
							  .class = FRAME_EVENT,
							  .to = 5 }),
			 REASON_NONE);
	assert_true(sites_is_complete(world->sites, A));
	assert_int_equal(sites_take_units(world->sites, &units), 1);
}

static void a_lost_site_is_incomplete_and_its_backlog_after_it(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ 0 });
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	assert_false(sites_is_complete(world->sites, A));
	beat_of(world, (struct beat){ .head = 5 });
	assert_false(sites_is_complete(world->sites, A));
	assert_int_equal(
		send_frame(world, (struct send){ .unit = A, .class = FRAME_EVENT, .to = 5 }),
		REASON_NONE);
	assert_true(sites_is_complete(world->sites, A));
}

static void what_was_given_up_is_not_waited_for(void **state)
{
	struct world *world = *state;

	beat_of(world, (struct beat){ .head = 100 });
	beat_of(world, (struct beat){ .first = 100, .head = 100, .given_up = 100 });
	assert_true(sites_is_complete(world->sites, A));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_site_is_lost_when_so_many_heartbeats_fail_to_come),
		TEST(a_frame_is_a_sign_of_life_too),
		TEST(what_an_old_outbox_says_is_no_sign_of_life),
		TEST(who_comes_and_goes_is_never_lost_by_silence),
		TEST(a_will_loses_a_site_at_once_and_a_birth_finds_it),
		TEST(presence_is_of_that_unit_and_of_who_is_expected_there),
		TEST(a_birth_before_the_first_heartbeat_is_known_behind_it),
		TEST(who_said_good_bye_has_the_time_of_a_restart),
		TEST(silence_while_we_were_away_is_ours),
		TEST(who_must_be_heard_is_expected_from_the_start),
		TEST(it_may_bear_another_name_than_was_thought),
		TEST(a_backlog_lags_when_it_is_old_and_no_more_when_it_is_not),
		TEST(who_is_lost_does_not_lag),
		TEST(an_older_version_or_another_contract_is_out_of_date),
		TEST(whoever_is_heard_is_the_site_of_that_unit_and_name),
		TEST(times_from_the_wire_are_kept_within_bounds),
		TEST(a_unit_is_complete_when_all_that_was_said_to_be_is_here),
		TEST(what_is_on_its_way_is_complete_for_a_heartbeat),
		TEST(a_hole_is_incomplete_until_it_is_filled),
		TEST(a_unit_of_two_senders_is_complete_when_both_are),
		TEST(a_lost_site_is_incomplete_and_its_backlog_after_it),
		TEST(what_was_given_up_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

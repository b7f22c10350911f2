/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "world.h"

static int make(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));

	world_init(world);
	*state = world;
	return 0;
}

static int unmake(void **state)
{
	world_fini(*state);
	free(*state);
	return 0;
}

/* ---- what happens, in short ---- */

static void tick(struct world *world, const char *when)
{
	contracts_tick(world->contracts, at(when));
}

static void hear(struct world *world, uint32_t unit, const char *when)
{
	contracts_hear(world->contracts, unit, world->desk, at(when));
}

/* Everybody reports on desk but one. */
static void hear_all_but(struct world *world, uint32_t silent, const char *when)
{
	for (uint32_t i = 0; i < N_COMMUNES; i++)
		if (COMMUNE(i) != silent)
			hear(world, COMMUNE(i), when);
}

static void forget_changes(struct world *world)
{
	const struct contract_change *changes;

	(void)contracts_take_changes(world->contracts, &changes);
}

static enum contract_state state_of(const struct world *world, uint32_t feed, uint32_t unit)
{
	return contracts_view(world->contracts, feed, unit).state;
}

static void assert_share(const struct world *world, uint32_t feed, uint32_t unit, uint32_t kept,
			 uint32_t expected)
{
	struct contract_share share = contracts_share(world->contracts, feed, unit);

	assert_int_equal(share.kept, kept);
	assert_int_equal(share.expected, expected);
}

/* All report at 08:00 and 08:20, but one only at 08:00. */
static void one_falls_silent(struct world *world, uint32_t silent)
{
	tick(world, "2026-03-02 07:30");
	hear_all_but(world, UNIT_NONE, "2026-03-02 08:00");
	tick(world, "2026-03-02 08:10");
	hear_all_but(world, silent, "2026-03-02 08:20");
	tick(world, "2026-03-02 08:29");
	forget_changes(world);
}

/* ---- the tests ---- */

static void one_silent_commune_of_91_is_one_change_and_its_parents_count_90(void **state)
{
	struct world *world = *state;
	const uint32_t silent = COMMUNE(4), district = 1 + 4;
	const struct contract_change *changes;
	uint32_t missing[4];
	size_t n, n_state = 0;

	one_falls_silent(world, silent);
	assert_share(world, world->desk, PROVINCE, 91, 91);
	contracts_tick(world->contracts, at("2026-03-02 08:30") - 1);
	assert_int_equal(contracts_take_changes(world->contracts, &changes), 0);

	tick(world, "2026-03-02 08:30");
	n = contracts_take_changes(world->contracts, &changes);
	assert_int_equal(n, 3); /* itself, its district, the province */
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(changes[i].feed, world->desk);
		assert_int_equal(changes[i].is_state, changes[i].unit == silent);
		n_state += changes[i].is_state;
		assert_true(changes[i].unit == silent || changes[i].unit == district ||
			    changes[i].unit == PROVINCE);
	}
	assert_int_equal(n_state, 1);
	assert_int_equal(state_of(world, world->desk, silent), CONTRACT_MISSING);
	assert_int_equal(contracts_view(world->contracts, world->desk, silent).since_ms,
			 at("2026-03-02 08:30"));
	assert_share(world, world->desk, PROVINCE, 90, 91);
	assert_share(world, world->desk, district, 9, 10);
	assert_share(world, world->desk, 1 + 0, 11, 11);
	assert_int_equal(contracts_missing(world->contracts, world->desk, PROVINCE, missing, 4), 1);
	assert_int_equal(missing[0], silent);
	assert_int_equal(contracts_missing(world->contracts, world->desk, 1 + 5, missing, 4), 0);
	assert_int_equal(contracts_missing(world->contracts, world->desk, PROVINCE, NULL, 0), 1);

	tick(world, "2026-03-02 08:45"); /* nothing new */
	assert_int_equal(contracts_take_changes(world->contracts, &changes), 0);
}

static void who_reports_again_keeps_it_again(void **state)
{
	struct world *world = *state;
	const uint32_t silent = COMMUNE(4);
	const struct contract_change *changes;

	one_falls_silent(world, silent);
	tick(world, "2026-03-02 08:31");
	forget_changes(world);
	hear(world, silent, "2026-03-02 08:35");
	assert_int_equal(contracts_take_changes(world->contracts, &changes), 3);
	assert_int_equal(state_of(world, world->desk, silent), CONTRACT_KEPT);
	assert_int_equal(contracts_view(world->contracts, world->desk, silent).since_ms, 0);
	assert_share(world, world->desk, PROVINCE, 91, 91);
	assert_int_equal(contracts_view(world->contracts, world->desk, silent).due_ms,
			 at("2026-03-02 09:05"));
	contracts_tick(world->contracts, at("2026-03-02 09:05") - 1);
	assert_int_equal(state_of(world, world->desk, silent), CONTRACT_KEPT);
	tick(world, "2026-03-02 09:05");
	assert_int_equal(state_of(world, world->desk, silent), CONTRACT_MISSING);
}

static void nobody_is_late_before_a_whole_interval_of_open_time(void **state)
{
	struct world *world = *state;

	tick(world, "2026-03-02 11:20"); /* ten minutes before lunch */
	assert_int_equal(state_of(world, world->desk, COMMUNE(0)), CONTRACT_WAITING);
	assert_share(world, world->desk, PROVINCE, 0, 0);
	tick(world, "2026-03-02 13:49");
	assert_int_equal(state_of(world, world->desk, COMMUNE(0)), CONTRACT_WAITING);
	tick(world, "2026-03-02 13:50");
	assert_int_equal(state_of(world, world->desk, COMMUNE(0)), CONTRACT_MISSING);
	assert_share(world, world->desk, PROVINCE, 0, 91);
	assert_int_equal(state_of(world, world->desk, PROVINCE), CONTRACT_NONE);
}

static void grace_is_waited_beyond_the_interval(void **state)
{
	struct world *world = *state;

	world->list[0].grace_ms = 5 * MINUTE;
	world_renew(world);
	one_falls_silent(world, COMMUNE(7));
	tick(world, "2026-03-02 08:34");
	assert_int_equal(state_of(world, world->desk, COMMUNE(7)), CONTRACT_KEPT);
	tick(world, "2026-03-02 08:35");
	assert_int_equal(state_of(world, world->desk, COMMUNE(7)), CONTRACT_MISSING);
}

static void without_a_calendar_the_night_counts_too(void **state)
{
	struct world *world = *state;

	world->list[0].calendar = NULL;
	world_renew(world);
	tick(world, "2026-03-01 02:00"); /* a Sunday night */
	hear_all_but(world, COMMUNE(3), "2026-03-01 02:10");
	tick(world, "2026-03-01 02:29");
	assert_share(world, world->desk, PROVINCE, 90, 90);
	tick(world, "2026-03-01 02:30");
	assert_share(world, world->desk, PROVINCE, 90, 91);
}

static void outside_of_its_hours_a_unit_rests_and_nothing_is_due(void **state)
{
	struct world *world = *state;
	const struct contract_change *changes;
	struct contract_view view;

	one_falls_silent(world, UNIT_NONE);
	hear_all_but(world, UNIT_NONE, "2026-03-02 11:25");
	tick(world, "2026-03-02 11:29");
	forget_changes(world);
	tick(world, "2026-03-02 11:30");
	assert_int_equal(contracts_take_changes(world->contracts, &changes), N_COMMUNES);
	view = contracts_view(world->contracts, world->desk, COMMUNE(0));
	assert_int_equal(view.state, CONTRACT_RESTING);
	assert_int_equal(view.due_ms, 0);
	assert_share(world, world->desk, PROVINCE, 91, 91);

	tick(world, "2026-03-02 13:30");
	view = contracts_view(world->contracts, world->desk, COMMUNE(0));
	assert_int_equal(view.state, CONTRACT_KEPT);
	assert_int_equal(view.due_ms, at("2026-03-02 13:55")); /* five minutes were before lunch */
	tick(world, "2026-03-02 13:55");
	assert_int_equal(state_of(world, world->desk, COMMUNE(0)), CONTRACT_MISSING);
}

static void who_was_missing_at_closing_stays_missing_until_it_reports(void **state)
{
	struct world *world = *state;

	one_falls_silent(world, COMMUNE(4));
	tick(world, "2026-03-02 08:30");
	hear_all_but(world, COMMUNE(4), "2026-03-02 16:50");
	tick(world, "2026-03-02 19:00");
	assert_int_equal(state_of(world, world->desk, COMMUNE(4)), CONTRACT_MISSING);
	assert_int_equal(state_of(world, world->desk, COMMUNE(5)), CONTRACT_RESTING);
	hear(world, COMMUNE(4), "2026-03-02 20:00");
	assert_int_equal(state_of(world, world->desk, COMMUNE(4)), CONTRACT_RESTING);
	assert_share(world, world->desk, PROVINCE, 91, 91);
}

static void nothing_becomes_missing_over_the_new_year_holidays(void **state)
{
	struct world *world = *state;
	const struct contract_change *changes;
	size_t n;

	tick(world, "2026-02-13 16:00");
	for (uint32_t i = 0; i < N_COMMUNES; i++) {
		hear(world, COMMUNE(i), "2026-02-13 16:50");
		contracts_hear(world->contracts, COMMUNE(i), world->beds, at("2026-02-13 16:50"));
	}
	tick(world, "2026-02-13 17:00");
	forget_changes(world);
	for (int64_t t = at("2026-02-13 17:00"); t < at("2026-02-23 07:30"); t += 10 * MINUTE)
		contracts_tick(world->contracts, t);
	assert_int_equal(contracts_take_changes(world->contracts, &changes), 0);

	tick(world, "2026-02-23 07:30");
	n = contracts_take_changes(world->contracts, &changes);
	assert_int_equal(n, 2 * N_COMMUNES); /* all work again */
	assert_share(world, world->desk, PROVINCE, 91, 91);
	tick(world, "2026-02-23 07:49");
	assert_share(world, world->desk, PROVINCE, 91, 91);
	tick(world, "2026-02-23 07:50");
	assert_share(world, world->desk, PROVINCE, 0, 91);
	tick(world, "2026-02-23 09:00");
	assert_share(world, world->beds, PROVINCE, 0, 91);
}

static void by_a_time_of_day_one_report_of_that_day_is_enough(void **state)
{
	struct world *world = *state;
	uint32_t punctual = COMMUNE(0), late = COMMUNE(1), yesterday = COMMUNE(2);

	tick(world, "2026-03-02 07:45"); /* a whole day is first: Tuesday */
	tick(world, "2026-03-02 09:30");
	assert_int_equal(state_of(world, world->beds, late), CONTRACT_WAITING);
	contracts_hear(world->contracts, yesterday, world->beds, at("2026-03-02 16:00"));
	contracts_hear(world->contracts, punctual, world->beds, at("2026-03-03 00:10"));
	contracts_tick(world->contracts, at("2026-03-03 09:00") - 1);
	assert_share(world, world->beds, PROVINCE, 2, 2);
	tick(world, "2026-03-03 09:00");
	assert_share(world, world->beds, PROVINCE, 1, 91);
	assert_int_equal(state_of(world, world->beds, yesterday), CONTRACT_MISSING);
	assert_int_equal(state_of(world, world->beds, punctual), CONTRACT_KEPT);

	contracts_hear(world->contracts, late, world->beds, at("2026-03-03 10:00"));
	assert_int_equal(state_of(world, world->beds, late), CONTRACT_KEPT);
	assert_int_equal(contracts_view(world->contracts, world->beds, late).due_ms,
			 at("2026-03-04 09:00"));
	/* Over the weekend nothing is due. */
	contracts_hear(world->contracts, late, world->beds, at("2026-03-06 08:00"));
	contracts_tick(world->contracts, at("2026-03-09 09:00") - 1);
	assert_int_equal(state_of(world, world->beds, late), CONTRACT_KEPT);
	tick(world, "2026-03-09 09:00");
	assert_int_equal(state_of(world, world->beds, late), CONTRACT_MISSING);
}

static void when_we_were_away_nobody_is_blamed(void **state)
{
	struct world *world = *state;

	one_falls_silent(world, UNIT_NONE);
	contracts_excuse(world->contracts, at("2026-03-02 10:00"));
	tick(world, "2026-03-02 10:00");
	assert_share(world, world->desk, PROVINCE, 91, 91);
	tick(world, "2026-03-02 10:29");
	assert_share(world, world->desk, PROVINCE, 91, 91);
	tick(world, "2026-03-02 10:30");
	assert_share(world, world->desk, PROVINCE, 0, 91);
}

static void who_is_due_by_a_time_of_day_gets_a_minute_after_we_were_away(void **state)
{
	struct world *world = *state;

	tick(world, "2026-03-02 07:45");
	contracts_excuse(world->contracts, at("2026-03-03 09:20"));
	tick(world, "2026-03-03 09:20");
	assert_int_equal(state_of(world, world->beds, COMMUNE(0)), CONTRACT_WAITING);
	contracts_tick(world->contracts, at("2026-03-03 09:20") + CONTRACT_SETTLE_MS);
	assert_int_equal(state_of(world, world->beds, COMMUNE(0)), CONTRACT_MISSING);
}

static void what_is_heard_before_the_first_tick_counts(void **state)
{
	struct world *world = *state;

	hear(world, COMMUNE(0), "2026-03-02 08:00");
	tick(world, "2026-03-02 08:01");
	assert_int_equal(contracts_due_ms(world->contracts), at("2026-03-02 08:30"));
	tick(world, "2026-03-02 08:30");
	assert_int_equal(state_of(world, world->desk, COMMUNE(0)), CONTRACT_MISSING);
	assert_int_equal(state_of(world, world->desk, COMMUNE(1)), CONTRACT_WAITING);
}

static void what_arrives_out_of_order_does_not_take_time_back(void **state)
{
	struct world *world = *state;

	one_falls_silent(world, UNIT_NONE);
	hear(world, COMMUNE(0), "2026-03-02 08:05");
	assert_int_equal(contracts_view(world->contracts, world->desk, COMMUNE(0)).heard_ms,
			 at("2026-03-02 08:20"));
}

static void who_is_due_first_is_told_first_and_else_by_number(void **state)
{
	struct world *world = *state;
	const struct contract_change *changes;
	uint32_t order[N_COMMUNES];
	size_t n_changes, n = 0;

	tick(world, "2026-03-02 07:30");
	hear_all_but(world, UNIT_NONE, "2026-03-02 08:00");
	tick(world, "2026-03-02 08:05");
	forget_changes(world);
	hear(world, COMMUNE(7), "2026-03-02 08:10");
	hear(world, COMMUNE(5), "2026-03-02 08:20");
	tick(world, "2026-03-02 09:00");
	n_changes = contracts_take_changes(world->contracts, &changes);
	for (size_t i = 0; i < n_changes; i++)
		if (changes[i].is_state)
			order[n++] = changes[i].unit;
	assert_int_equal(n, N_COMMUNES);
	for (size_t i = 1; i + 2 < n; i++)
		assert_true(order[i] > order[i - 1]);
	assert_int_equal(order[n - 2], COMMUNE(7));
	assert_int_equal(order[n - 1], COMMUNE(5));
}

static void grace_is_waited_beyond_a_time_of_day_too(void **state)
{
	struct world *world = *state;

	world->list[1].grace_ms = 20 * MINUTE;
	world_renew(world);
	tick(world, "2026-03-02 07:45");
	contracts_tick(world->contracts, at("2026-03-03 09:20") - 1);
	assert_int_equal(state_of(world, world->beds, COMMUNE(0)), CONTRACT_WAITING);
	tick(world, "2026-03-03 09:20");
	assert_int_equal(state_of(world, world->beds, COMMUNE(0)), CONTRACT_MISSING);
}

static void a_feed_without_a_contract_expects_nothing(void **state)
{
	struct world *world = *state;

	contracts_hear(world->contracts, COMMUNE(0), 2, at("2026-03-02 08:00"));
	tick(world, "2026-03-02 08:00");
	assert_int_equal(state_of(world, 2, COMMUNE(0)), CONTRACT_NONE);
	assert_share(world, 2, PROVINCE, 0, 0);
	assert_int_equal(contracts_missing(world->contracts, 2, PROVINCE, NULL, 0), 0);
}

static void time_brings_the_next_change_when_it_says(void **state)
{
	struct world *world = *state;

	assert_int_equal(contracts_due_ms(world->contracts), 0); /* the first tick */
	tick(world, "2026-03-02 07:45");
	assert_int_equal(contracts_due_ms(world->contracts), at("2026-03-02 08:15"));
	hear_all_but(world, UNIT_NONE, "2026-03-02 11:10");
	tick(world, "2026-03-02 11:10");
	assert_int_equal(contracts_due_ms(world->contracts), at("2026-03-02 11:30")); /* closing */
}

/* ---- presence ---- */

static void meet(struct world *world, uint32_t feed, enum presence presence, uint64_t session,
		 const char *when)
{
	contracts_meet(world->contracts, COMMUNE(0), feed, presence, session, at(when));
}

static enum presence presence_of(const struct world *world, uint32_t feed)
{
	return contracts_view(world->contracts, feed, COMMUNE(0)).presence;
}

static void connected_but_mute_is_not_disconnected(void **state)
{
	struct world *world = *state;
	const struct contract_change *changes;

	tick(world, "2026-03-02 08:00");
	forget_changes(world);
	assert_int_equal(presence_of(world, world->desk), PRESENCE_UNKNOWN);
	meet(world, world->desk, PRESENCE_ONLINE, 5, "2026-03-02 08:01");
	assert_int_equal(contracts_take_changes(world->contracts, &changes), 1);
	assert_true(changes[0].is_state);
	assert_int_equal(changes[0].unit, COMMUNE(0));
	assert_int_equal(contracts_view(world->contracts, world->desk, COMMUNE(0)).since_ms,
			 at("2026-03-02 08:01"));
	tick(world, "2026-03-02 08:30");
	assert_int_equal(state_of(world, world->desk, COMMUNE(0)), CONTRACT_MISSING);
	assert_int_equal(presence_of(world, world->desk), PRESENCE_ONLINE); /* mute */
	meet(world, world->desk, PRESENCE_LOST, 5, "2026-03-02 08:40");
	assert_int_equal(presence_of(world, world->desk), PRESENCE_LOST);
	assert_int_equal(state_of(world, world->desk, COMMUNE(0)), CONTRACT_MISSING);
	assert_int_equal(presence_of(world, world->beds), PRESENCE_UNKNOWN); /* another client */
}

static void the_will_of_an_older_session_is_passed_over(void **state)
{
	struct world *world = *state;
	const struct contract_change *changes;

	meet(world, world->desk, PRESENCE_ONLINE, 5, "2026-03-02 08:01");
	meet(world, world->desk, PRESENCE_ONLINE, 6, "2026-03-02 08:02");
	forget_changes(world);
	meet(world, world->desk, PRESENCE_LOST, 5, "2026-03-02 08:03");
	assert_int_equal(presence_of(world, world->desk), PRESENCE_ONLINE);
	assert_int_equal(contracts_take_changes(world->contracts, &changes), 0);
	meet(world, world->desk, PRESENCE_STOPPED, 6, "2026-03-02 08:04");
	assert_int_equal(presence_of(world, world->desk), PRESENCE_STOPPED);
	/* Who counts anew is born all the same. */
	meet(world, world->desk, PRESENCE_ONLINE, 1, "2026-03-02 08:05");
	assert_int_equal(presence_of(world, world->desk), PRESENCE_ONLINE);
}

static void the_same_said_again_is_no_change(void **state)
{
	struct world *world = *state;
	const struct contract_change *changes;

	meet(world, world->desk, PRESENCE_ONLINE, 5, "2026-03-02 08:01");
	forget_changes(world);
	meet(world, world->desk, PRESENCE_ONLINE, 5, "2026-03-02 09:00"); /* retained */
	assert_int_equal(contracts_take_changes(world->contracts, &changes), 0);
	assert_int_equal(contracts_view(world->contracts, world->desk, COMMUNE(0)).since_ms,
			 at("2026-03-02 08:01"));
}

static void one_connection_speaks_for_all_feeds_that_say_nothing_themselves(void **state)
{
	struct world *world = *state;
	const struct contract_change *changes;

	meet(world, world->beds, PRESENCE_LOST, 9, "2026-03-02 08:00");
	forget_changes(world);
	meet(world, TYPE_NONE, PRESENCE_ONLINE, 5, "2026-03-02 08:01");
	assert_int_equal(presence_of(world, world->desk), PRESENCE_ONLINE);
	assert_int_equal(presence_of(world, 2), PRESENCE_ONLINE);
	assert_int_equal(presence_of(world, world->beds), PRESENCE_LOST);
	assert_int_equal(contracts_take_changes(world->contracts, &changes), 1);
	assert_int_equal(changes[0].feed, world->desk);
}

/* ---- against a model that looks at everything each time ---- */

struct model_line {
	bool expected, missing;
	int64_t heard_ms, base_ms;
};

struct model {
	struct model_line lines[2][N_WORLD];
	int64_t listening_ms;
};

static bool is_late(const struct world *world, const struct model *model, int feed, uint32_t unit,
		    int64_t now_ms)
{
	const struct contract *contract = &world->list[feed];
	const struct model_line *line = &model->lines[feed][unit];
	int64_t base_ms = line->heard_ms > line->base_ms ? line->heard_ms : line->base_ms;

	if (contract->every_ms > 0) {
		if (model->listening_ms > base_ms)
			base_ms = model->listening_ms;
		return calendar_elapsed_ms(contract->calendar, base_ms, now_ms) >=
		       contract->every_ms + contract->grace_ms;
	}
	for (int32_t day = civil_day(base_ms, 420) + 1; day <= civil_day(now_ms, 420); day++) {
		int64_t start_ms = day * DAY - 7 * HOUR;

		if (calendar_elapsed_ms(contract->calendar, start_ms, start_ms + DAY) > 0 &&
		    start_ms + contract->by_minute * MINUTE <= now_ms &&
		    model->listening_ms + CONTRACT_SETTLE_MS <= now_ms)
			return true;
	}
	return false;
}

static void model_tick(const struct world *world, struct model *model, int64_t now_ms)
{
	for (int feed = 0; feed < 2; feed++) {
		for (uint32_t i = 0; i < N_WORLD; i++) {
			struct model_line *line = &model->lines[feed][i];

			if (line->expected && line->base_ms == 0)
				line->base_ms = now_ms;
			if (line->expected && !line->missing &&
			    is_late(world, model, feed, i, now_ms))
				line->missing = true;
		}
	}
}

static void model_hear(struct model *model, int feed, uint32_t unit, int64_t now_ms)
{
	struct model_line *line = &model->lines[feed][unit];

	line->heard_ms = now_ms;
	line->missing = false;
}

static enum contract_state model_state(const struct world *world, const struct model_line *line,
				       int feed, int64_t now_ms)
{
	if (!line->expected)
		return CONTRACT_NONE;
	if (line->missing)
		return CONTRACT_MISSING;
	if (line->heard_ms == 0)
		return CONTRACT_WAITING;
	return calendar_is_open(world->list[feed].calendar, now_ms) ? CONTRACT_KEPT
								    : CONTRACT_RESTING;
}

static void assert_like_model(const struct world *world, const struct model *model, int64_t now_ms)
{
	for (int feed = 0; feed < 2; feed++) {
		struct contract_share shares[N_WORLD] = { 0 };

		for (uint32_t i = N_WORLD; i-- > 0;) {
			const struct model_line *line = &model->lines[feed][i];
			uint32_t parent = units_parent(world->units, i);

			assert_int_equal(state_of(world, world->list[feed].feed, i),
					 model_state(world, line, feed, now_ms));
			shares[i].expected += line->expected && (line->missing || line->heard_ms);
			shares[i].kept += line->expected && !line->missing && line->heard_ms;
			assert_share(world, world->list[feed].feed, i, shares[i].kept,
				     shares[i].expected);
			if (parent != UNIT_NONE) {
				shares[parent].expected += shares[i].expected;
				shares[parent].kept += shares[i].kept;
			}
		}
	}
}

struct figures {
	struct contract_view views[2][N_WORLD];
	struct contract_share shares[2][N_WORLD];
};

static void look(const struct world *world, struct figures *ret)
{
	for (uint32_t feed = 0; feed < 2; feed++) {
		for (uint32_t i = 0; i < N_WORLD; i++) {
			ret->views[feed][i] = contracts_view(world->contracts, feed, i);
			ret->shares[feed][i] = contracts_share(world->contracts, feed, i);
		}
	}
}

/* What is told as changed is what differs, no more and no less. */
static void assert_changes(struct world *world, const struct figures *before,
			   const struct figures *after)
{
	const struct contract_change *changes;
	size_t n = contracts_take_changes(world->contracts, &changes);
	char told[2][N_WORLD] = { 0 };

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(told[changes[i].feed][changes[i].unit], 0);
		told[changes[i].feed][changes[i].unit] = changes[i].is_state ? 2 : 1;
	}
	for (uint32_t feed = 0; feed < 2; feed++) {
		for (uint32_t i = 0; i < N_WORLD; i++) {
			const struct contract_view *a = &before->views[feed][i];
			const struct contract_view *b = &after->views[feed][i];
			bool state = a->state != b->state || a->presence != b->presence;
			bool share = memcmp(&before->shares[feed][i], &after->shares[feed][i],
					    sizeof(struct contract_share)) != 0;

			assert_int_equal(told[feed][i], state ? 2 : share);
		}
	}
}

/* Replaces the contracts by what their own save makes of them. */
static void restart(struct world *world)
{
	struct saved saved = world_save(world->contracts);
	struct contracts *fresh = world_load(world, &saved);
	struct saved again = world_save(fresh);

	assert_int_equal(saved.n, again.n);
	assert_memory_equal(saved.bytes, again.bytes, saved.n);
	free(saved.bytes);
	free(again.bytes);
	contracts_free(world->contracts);
	world->contracts = fresh;
}

static void random_step(struct world *world, struct model *model, struct random_stream *random,
			int64_t *now_ms)
{
	uint32_t unit = (uint32_t)random_below(random, N_WORLD);
	uint32_t feed = (uint32_t)random_below(random, 2);

	switch (random_below(random, 8)) {
	case 0:
		contracts_meet(world->contracts, unit, random_below(random, 2) ? feed : TYPE_NONE,
			       1 + (enum presence)random_below(random, 3), random_below(random, 4),
			       *now_ms);
		break;
	case 1:
		*now_ms += (int64_t)random_below(random, 3 * HOUR);
		if (random_below(random, 3) == 0) {
			model->listening_ms = *now_ms;
			contracts_excuse(world->contracts, *now_ms);
		}
		break;
	case 2:
	case 3:
		*now_ms += (int64_t)random_below(random, 10 * MINUTE);
		break;
	default:
		contracts_hear(world->contracts, unit, feed, *now_ms);
		model_hear(model, (int)feed, unit, *now_ms);
		return;
	}
	contracts_tick(world->contracts, *now_ms);
	model_tick(world, model, *now_ms);
}

/* A world that is restarted after every step and one that never is. */
static void random_histories_agree_with_the_model_also_over_restarts(void **state)
{
	static struct figures before, after;

	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++) {
		struct random_stream random;
		struct model model = { 0 };
		int64_t now_ms = at("2026-02-11 07:00") + (int64_t)seed * HOUR;
		struct world world;

		random_seed(&random, seed);
		world_init(&world);
		for (uint32_t i = 0; i < N_WORLD; i++)
			for (int feed = 0; feed < 2; feed++)
				world.expected[feed][i] = model.lines[feed][i].expected =
					random_below(&random, 3) > 0;
		world_renew(&world);
		contracts_tick(world.contracts, now_ms);
		model_tick(&world, &model, now_ms);
		(void)contracts_take_changes(world.contracts,
					     &(const struct contract_change *){ 0 });
		for (int i = 0; i < 700; i++) {
			look(&world, &before);
			random_step(&world, &model, &random, &now_ms);
			if (seed % 2)
				restart(&world);
			look(&world, &after);
			assert_like_model(&world, &model, now_ms);
			assert_changes(&world, &before, &after);
		}
		world_fini(&world);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		CASE(one_silent_commune_of_91_is_one_change_and_its_parents_count_90),
		CASE(who_reports_again_keeps_it_again),
		CASE(nobody_is_late_before_a_whole_interval_of_open_time),
		CASE(grace_is_waited_beyond_the_interval),
		CASE(without_a_calendar_the_night_counts_too),
		CASE(outside_of_its_hours_a_unit_rests_and_nothing_is_due),
		CASE(who_was_missing_at_closing_stays_missing_until_it_reports),
		CASE(nothing_becomes_missing_over_the_new_year_holidays),
		CASE(by_a_time_of_day_one_report_of_that_day_is_enough),
		CASE(when_we_were_away_nobody_is_blamed),
		CASE(who_is_due_by_a_time_of_day_gets_a_minute_after_we_were_away),
		CASE(what_is_heard_before_the_first_tick_counts),
		CASE(what_arrives_out_of_order_does_not_take_time_back),
		CASE(who_is_due_first_is_told_first_and_else_by_number),
		CASE(grace_is_waited_beyond_a_time_of_day_too),
		CASE(a_feed_without_a_contract_expects_nothing),
		CASE(time_brings_the_next_change_when_it_says),
		CASE(connected_but_mute_is_not_disconnected),
		CASE(the_will_of_an_older_session_is_passed_over),
		CASE(the_same_said_again_is_no_change),
		CASE(one_connection_speaks_for_all_feeds_that_say_nothing_themselves),
		cmocka_unit_test(random_histories_agree_with_the_model_also_over_restarts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

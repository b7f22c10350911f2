/* SPDX-License-Identifier: Apache-2.0 */
/* Those who forward to us, what is missing of it, and the way up. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/mirror.h"
#include "iocd/rollup.h"
#include "world.h"

#define MINUTE INT64_C(60000)
#define EPOCH  "0123456789abcdef0123456789abcdef"

static uint32_t unit_of(const struct world *world, const char *id)
{
	return units_find(config_units(world->config), id, strlen(id));
}

/* ---- who forwards ---- */

/* An iocd that keeps events up to head for us, without receipt since so long ago. */
static struct heartbeat beat_of(uint64_t head, uint64_t backlog, int64_t waits_ms)
{
	struct heartbeat beat = {
		.instance = "there",
		.version = IOCD_VERSION,
		.hash = "ours",
		.time_ms = WORLD_NOW_MS + 1500,
		.every_ms = 15000,
		.started_ms = WORLD_NOW_MS - 60 * MINUTE,
		.alerts_warning = 3,
		.alerts_critical = 1,
		.trouble = "redis",
	};

	beat.streams[FRAME_EVENT] = (struct heartbeat_stream){
		.is_kept = true,
		.epoch = EPOCH,
		.head = { head, head * 100 },
		.backlog = backlog,
		.oldest_ms = backlog ? WORLD_NOW_MS - waits_ms : 0,
	};
	return beat;
}

static void hear(struct world *world, const char *unit, const char *sender,
		 const struct heartbeat *beat, int64_t now_ms)
{
	const struct slice name = { sender, strlen(sender) };
	uint32_t site;

	assert_int_equal(sites_hear(world->sites, unit_of(world, unit), name, beat, now_ms, &site),
			 0);
}

/* Events from up to to, recorded one a minute since an hour before the world began. */
static void forward(struct world *world, const char *unit, uint64_t from, uint64_t to,
		    int64_t now_ms)
{
	const struct frame frame = {
		.class = FRAME_EVENT,
		.epoch = EPOCH,
		.range = { { from, from * 100 }, { to, to * 100 } },
		.n = (uint32_t)(to - from),
	};
	uint32_t site;

	assert_int_equal(sites_begin(world->sites, unit_of(world, unit),
				     (struct slice){ "iocd", 4 }, &frame, now_ms, &site),
			 0);
	for (uint64_t i = from; i < to; i++)
		sites_note_recorded(world->sites, site, i,
				    WORLD_NOW_MS + ((int64_t)i - 60) * MINUTE);
	sites_end(world->sites, site, &frame, now_ms);
}

static void judge(void *context, const struct own_state *state)
{
	struct world *world = context;
	const struct verdict *verdicts;
	size_t n = rules_judge_own(world->rules, state, world->now_ms, 1, &verdicts);

	for (size_t i = 0; i < n; i++)
		alertbook_judge(world->book, &verdicts[i], world->now_ms, 1);
}

/* What the ledger has to say becomes alerts. */
static void look(struct world *world, int64_t now_ms)
{
	sites_look(world->sites, now_ms, judge, world);
}

/* ---- tests, in this order ---- */

static void where_nobody_forwards_nothing_is_said(void **state)
{
	json_t *json = world_get(*state, "/api/v1/sites", 200);

	assert_int_equal(json_array_size(world_at(json, "sites")), 0);
	assert_int_equal(world_number(json, "counts.sites"), 0);
	json_decref(json);
	json = world_get(*state, "/api/v1/gaps", 200);
	assert_int_equal(json_array_size(world_at(json, "gaps")), 0);
	assert_int_equal(world_number(json, "matching"), 0);
	json_decref(json);
	json = world_get(*state, "/api/v1/status", 200);
	assert_true(json_is_null(world_at(json, "sites")));
	assert_true(json_is_null(world_at(json, "uplink")));
	json_decref(json);
	assert_int_equal(world_ask(*state, "GET", "/metrics", ""), 200);
	assert_null(strstr(((struct world *)*state)->body, "iocd_site_"));
	assert_null(strstr(((struct world *)*state)->body, "iocd_forward_"));
}

/* Of ward's 100 events the twenty from 60 on are missing; dock's outbox is receipted. */
static void populate_sites(struct world *world)
{
	struct heartbeat beat = beat_of(100, 40, 10 * MINUTE);

	hear(world, "ward", "iocd", &beat, WORLD_NOW_MS);
	forward(world, "ward", 0, 60, WORLD_NOW_MS);
	forward(world, "ward", 80, 100, WORLD_NOW_MS + 1000);
	forward(world, "ward", 80, 90, WORLD_NOW_MS + 1000);
	beat = beat_of(0, 0, 0);
	beat.trouble[0] = '\0';
	(void)snprintf(beat.hash, sizeof(beat.hash), "theirs");
	hear(world, "dock", "iocd", &beat, WORLD_NOW_MS);
	beat.every_ms = 0;
	(void)snprintf(beat.hash, sizeof(beat.hash), "ours");
	hear(world, "dock", "nightly", &beat, WORLD_NOW_MS);
	look(world, WORLD_NOW_MS + 2000);
}

static void a_site_says_how_far_it_is(void **state)
{
	json_t *json, *site, *stream;

	populate_sites(*state);
	json = world_get(*state, "/api/v1/sites?unit=ward", 200);
	assert_int_equal(json_array_size(world_at(json, "sites")), 1);
	site = world_at(json, "sites.0");
	assert_string_equal(world_string(site, "id"), "ward/iocd");
	assert_string_equal(world_string(site, "unit.name.vi"), "Phường");
	assert_string_equal(world_string(site, "sender"), "iocd");
	assert_string_equal(world_string(site, "instance"), "there");
	assert_string_equal(world_string(site, "version"), IOCD_VERSION);
	assert_string_equal(world_string(site, "trouble"), "redis");
	assert_string_equal(world_string(site, "heard"), "2026-11-22T08:00:01+07:00");
	assert_int_equal(world_number(site, "skew_ms"), 1500);
	assert_int_equal(world_number(site, "alerts.critical"), 1);
	assert_int_equal(world_number(site, "alerts.warning"), 3);
	assert_int_equal(world_number(site, "backlog"), 40);
	assert_string_equal(world_string(site, "oldest"), "2026-11-22T07:50:00+07:00");
	assert_int_equal(world_number(site, "missing"), 20);
	assert_int_equal(world_number(site, "orders"), 0);
	assert_int_equal(json_array_size(world_at(site, "streams")), 1);
	stream = world_at(site, "streams.0");
	assert_string_equal(world_string(stream, "stream"), "event");
	assert_string_equal(world_string(stream, "epoch"), EPOCH);
	assert_int_equal(world_number(stream, "have"), 100);
	assert_int_equal(world_number(stream, "head"), 100);
	assert_int_equal(world_number(stream, "missing"), 20);
	assert_int_equal(world_number(stream, "ranges"), 1);
	assert_int_equal(world_number(stream, "taken"), 80);
	assert_int_equal(world_number(stream, "repeats"), 10);
	assert_int_equal(world_number(stream, "given_up"), 0);
	assert_string_equal(world_string(stream, "newest"), "2026-11-22T08:39:00+07:00");
	json_decref(json);
}

static void what_is_wrong_with_a_site_says_since_when(void **state)
{
	json_t *json = world_get(*state, "/api/v1/sites", 200);

	assert_int_equal(json_array_size(world_at(json, "sites")), 3);
	assert_string_equal(world_string(json, "sites.0.state"), "lagging");
	assert_string_equal(world_string(json, "sites.0.lagging.since"),
			    "2026-11-22T08:00:00+07:00");
	assert_true(json_is_null(world_at(json, "sites.0.lost")));
	assert_true(json_is_null(world_at(json, "sites.0.old")));
	assert_string_equal(world_string(json, "sites.1.id"), "dock/iocd");
	assert_string_equal(world_string(json, "sites.1.state"), "old");
	assert_string_equal(world_string(json, "sites.1.old.what"), "config");
	assert_string_equal(world_string(json, "sites.2.id"), "dock/nightly");
	assert_string_equal(world_string(json, "sites.2.state"), "occasional");
	assert_true(json_is_false(world_at(json, "sites.2.expected")));
	assert_int_equal(world_number(json, "counts.sites"), 3);
	assert_int_equal(world_number(json, "counts.lagging"), 1);
	assert_int_equal(world_number(json, "counts.old"), 1);
	assert_int_equal(world_number(json, "counts.lost"), 0);
	assert_int_equal(world_number(json, "counts.missing"), 20);
	json_decref(json);
}

static void a_gap_says_what_is_missing_of_which_time(void **state)
{
	json_t *json = world_get(*state, "/api/v1/gaps", 200);

	assert_int_equal(json_array_size(world_at(json, "gaps")), 1);
	assert_string_equal(world_string(json, "gaps.0.id"), "ward/iocd");
	assert_string_equal(world_string(json, "gaps.0.stream"), "event");
	assert_string_equal(world_string(json, "gaps.0.state"), "open");
	assert_int_equal(world_number(json, "gaps.0.from"), 60);
	assert_int_equal(world_number(json, "gaps.0.to"), 79);
	assert_int_equal(world_number(json, "gaps.0.count"), 20);
	assert_int_equal(world_number(json, "gaps.0.missing"), 20);
	assert_int_equal(world_number(json, "gaps.0.given_up"), 0);
	assert_string_equal(world_string(json, "gaps.0.recorded_from"),
			    "2026-11-22T07:59:00+07:00");
	assert_string_equal(world_string(json, "gaps.0.recorded_to"), "2026-11-22T08:20:00+07:00");
	assert_true(json_is_null(world_at(json, "gaps.0.closed")));
	assert_int_equal(world_number(json, "open"), 1);
	assert_int_equal(world_number(json, "missing"), 20);
	json_decref(json);
}

static size_t count_gaps(void **state, const char *query)
{
	char target[160];
	json_t *json;
	size_t n;

	(void)snprintf(target, sizeof(target), "/api/v1/gaps?%s", query);
	json = world_get(*state, target, 200);
	n = json_array_size(world_at(json, "gaps"));
	assert_int_equal(world_number(json, "matching"), n);
	json_decref(json);
	return n;
}

static void gaps_are_found_by_unit_and_by_the_time_of_what_is_missing(void **state)
{
	assert_int_equal(count_gaps(state, "unit=city"), 1);
	assert_int_equal(count_gaps(state, "unit=dock"), 0);
	assert_int_equal(count_gaps(state, "since=08:05&until=08:10"), 1);
	assert_int_equal(count_gaps(state, "since=08:30"), 0);
	assert_int_equal(count_gaps(state, "until=07:30"), 0);
	assert_int_equal(count_gaps(state, "since=2026-11-22&until=2026-11-23&open=1"), 1);
	assert_int_equal(count_gaps(state, "since=2026-11-23"), 0);
}

static void a_question_that_makes_no_sense_is_told_so(void **state)
{
	json_t *json = world_get(*state, "/api/v1/gaps?unit=wrad", 404);

	assert_string_equal(world_string(json, "error.message"),
			    "there is no unit 'wrad'; did you mean 'ward'?");
	json_decref(json);
	json = world_get(*state, "/api/v1/sites?unit=nowhere", 404);
	assert_string_equal(world_string(json, "error.message"), "there is no unit 'nowhere'");
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/gaps?since=25:00", 400));
	json_decref(world_get(*state, "/api/v1/gaps?since=08:60", 400));
	json_decref(world_get(*state, "/api/v1/gaps?since=08:00x", 400));
	json_decref(world_get(*state, "/api/v1/gaps?since=09:00&until=08:00", 400));
	json_decref(world_get(*state, "/api/v1/gaps?open=maybe", 400));
	json_decref(world_get(*state, "/api/v1/gaps?limit=0", 400));
}

static bool is_provisional(void **state, const char *unit, const char *hours)
{
	char target[160];
	json_t *json;
	bool yes;

	(void)snprintf(target, sizeof(target),
		       "/api/v1/history?indicator=desk.closed&every=hour&unit=%s&%s", unit, hours);
	json = world_get(*state, target, 200);
	assert_int_equal(json_array_size(world_at(json, "rows")), 1);
	yes = json_is_true(world_at(json, "rows.0.provisional"));
	json_decref(json);
	return yes;
}

static void the_past_is_provisional_where_something_is_to_come(void **state)
{
	assert_true(is_provisional(state, "ward", "since=08:00"));
	assert_true(is_provisional(state, "city", "since=08:00"));
}

static bool has_line(void **state, const char *line)
{
	const struct world *world = *state;
	char whole[200];

	(void)snprintf(whole, sizeof(whole), "\n%s\n", line);
	return strstr(world->body, whole) != NULL;
}

static void sites_are_there_for_prometheus(void **state)
{
	assert_int_equal(world_ask(*state, "GET", "/metrics", ""), 200);
	assert_true(has_line(state, "iocd_site_up{unit=\"ward\",sender=\"iocd\"} 1"));
	assert_true(has_line(state, "iocd_site_lagging{unit=\"ward\",sender=\"iocd\"} 1"));
	assert_true(has_line(state, "iocd_site_out_of_date{unit=\"dock\",sender=\"iocd\"} 1"));
	assert_true(has_line(state, "iocd_site_skew_seconds{unit=\"ward\",sender=\"iocd\"} 1.5"));
	assert_true(has_line(
		state, "iocd_site_backlog{unit=\"ward\",sender=\"iocd\",stream=\"event\"} 40"));
	assert_true(has_line(
		state, "iocd_site_missing{unit=\"ward\",sender=\"iocd\",stream=\"event\"} 20"));
	assert_true(has_line(
		state, "iocd_site_items_total{unit=\"ward\",sender=\"iocd\",stream=\"event\"} 80"));
	assert_true(has_line(
		state,
		"iocd_site_repeats_total{unit=\"ward\",sender=\"iocd\",stream=\"event\"} 10"));
	assert_true(has_line(state, "# TYPE iocd_site_given_up_total counter"));
	assert_true(has_line(state, "# TYPE iocd_site_backlog gauge"));
}

static void a_rule_on_sites_says_why_it_holds_its_peace(void **state)
{
	json_t *json = world_get(*state, "/api/v1/explain-not?rule=iocd-site-lost&unit=ward", 200);

	assert_string_equal(world_string(json, "reasons.0.code"), "no_trouble");
	assert_string_equal(world_string(json, "reasons.0.text.en"),
			    "its iocd is heard, last at 2026-11-22 08:00:01");
	assert_int_equal(world_number(json, "reasons.0.data.backlog"), 40);
	json_decref(json);
	json = world_get(*state, "/api/v1/explain-not?rule=iocd-site-lagging&unit=dock", 200);
	assert_string_equal(world_string(json, "reasons.0.text.en"), "nothing waits there");
	json_decref(json);
	json = world_get(*state, "/api/v1/explain-not?rule=iocd-site-gap&unit=dock&subject=nightly",
			 200);
	assert_string_equal(world_string(json, "reasons.0.text.vi"),
			    "không thiếu gì trong những gì nơi đó đã chuyển lên");
	json_decref(json);
	json = world_get(*state, "/api/v1/explain-not?rule=iocd-site-gap&unit=city", 200);
	assert_string_equal(world_string(json, "reasons.0.text.en"),
			    "nobody at this unit forwards anything");
	json_decref(json);
	/* The iocd of a unit tells of those below it. */
	json = world_get(*state, "/api/v1/explain-not?rule=iocd-mirrored&unit=ward", 200);
	assert_string_equal(world_string(json, "reasons.0.text.en"),
			    "its iocd has told of no such alert");
	json_decref(json);
	json = world_get(*state, "/api/v1/explain-not?rule=iocd-uplink&unit=city", 200);
	assert_string_equal(world_string(json, "reasons.0.text.en"),
			    "the iocd above answers, or nothing is forwarded");
	json_decref(json);
	json = world_get(*state, "/api/v1/explain-not?rule=iocd-redis&unit=city", 200);
	assert_string_equal(world_string(json, "reasons.0.text.en"),
			    "iocd sees no trouble in that part");
	json_decref(json);
	json = world_get(*state, "/api/v1/explain-not?rule=iocd-site-lagging&unit=ward", 200);
	assert_true(json_is_true(world_at(json, "stands")));
	json_decref(json);
}

static void a_gap_that_was_filled_is_remembered(void **state)
{
	struct world *world = *state;
	struct heartbeat beat = beat_of(100, 0, 0);
	json_t *json;

	forward(world, "ward", 60, 80, WORLD_NOW_MS + 5000);
	hear(world, "ward", "iocd", &beat, WORLD_NOW_MS + 5000);
	look(world, WORLD_NOW_MS + 5000);
	json = world_get(world, "/api/v1/gaps", 200);
	assert_string_equal(world_string(json, "gaps.0.state"), "closed");
	assert_string_equal(world_string(json, "gaps.0.closed"), "2026-11-22T08:00:05+07:00");
	assert_int_equal(world_number(json, "gaps.0.missing"), 0);
	assert_int_equal(world_number(json, "gaps.0.count"), 20);
	assert_int_equal(world_number(json, "open"), 0);
	json_decref(json);
	assert_int_equal(count_gaps(state, "open=1"), 0);
	assert_false(is_provisional(state, "ward", "since=08:00"));
}

/* Sites fall silent 45 s after their last heartbeat; those that come and go do not. */
static void a_site_that_is_silent_is_lost(void **state)
{
	struct world *world = *state;
	json_t *json;

	look(world, WORLD_NOW_MS + 10 * MINUTE);
	json = world_get(world, "/api/v1/sites", 200);
	assert_string_equal(world_string(json, "sites.0.state"), "lost");
	assert_string_equal(world_string(json, "sites.0.lost.since"), "2026-11-22T08:00:05+07:00");
	assert_string_equal(world_string(json, "sites.2.state"), "occasional");
	assert_int_equal(world_number(json, "counts.lost"), 2);
	assert_true(is_provisional(state, "ward", "since=08:00"));
	json_decref(json);
	json = world_get(world, "/api/v1/status", 200);
	assert_int_equal(world_number(json, "sites.sites"), 3);
	assert_int_equal(world_number(json, "sites.lost"), 2);
	json_decref(json);
	assert_int_equal(world_ask(world, "GET", "/metrics", ""), 200);
	assert_true(has_line(state, "iocd_site_up{unit=\"ward\",sender=\"iocd\"} 0"));
	assert_true(has_line(state, "iocd_site_up{unit=\"dock\",sender=\"nightly\"} 1"));
}

static void what_was_given_up_is_told_for_good(void **state)
{
	struct world *world = *state;
	struct heartbeat beat = beat_of(200, 0, 0);
	json_t *json;

	beat.streams[FRAME_EVENT].first = (struct mark){ 150, 15000 };
	beat.streams[FRAME_EVENT].given_up = 50;
	beat.streams[FRAME_EVENT].given_up_from_ms = WORLD_NOW_MS;
	beat.streams[FRAME_EVENT].given_up_to_ms = WORLD_NOW_MS + MINUTE;
	hear(world, "ward", "iocd", &beat, WORLD_NOW_MS + 11 * MINUTE);
	forward(world, "ward", 150, 200, WORLD_NOW_MS + 11 * MINUTE);
	look(world, WORLD_NOW_MS + 11 * MINUTE);
	json = world_get(world, "/api/v1/sites?unit=ward", 200);
	assert_int_equal(world_number(json, "sites.0.given_up"), 50);
	assert_int_equal(world_number(json, "counts.given_up"), 50);
	json_decref(json);
	json = world_get(world, "/api/v1/gaps?unit=ward", 200);
	assert_int_equal(world_number(json, "matching"), 2);
	assert_string_equal(world_string(json, "gaps.1.state"), "given-up");
	assert_int_equal(world_number(json, "gaps.1.from"), 100);
	assert_int_equal(world_number(json, "gaps.1.given_up"), 50);
	assert_int_equal(world_number(json, "given_up"), 50);
	json_decref(json);
	json = world_get(world, "/api/v1/gaps?limit=1", 200);
	assert_int_equal(json_array_size(world_at(json, "gaps")), 1);
	assert_int_equal(world_number(json, "matching"), 2);
	json_decref(json);
}

/* A file of unit that was closed within an hour, so many behind this one. */
static void close_file(struct world *world, uint64_t number, const char *unit, int hours)
{
	uint32_t indicator = indicators_find(world->indicators, "desk.closed", 11);
	struct cell cell = { .unit = unit_of(world, unit),
			     .hour = (int32_t)(WORLD_NOW_MS / HOUR_MS) + hours,
			     .n = 1,
			     .body = "" };
	const struct cell_batch batch = {
		.number = number, .tick_ms = WORLD_NOW_MS - HOUR_MS, .cells = &cell, .n = 1
	};

	assert_int_equal(indicators_series(world->indicators, indicator, &cell.series, 1), 1);
	history_put(world->history, world->indicators, &batch, 1);
}

/* Dock is lost since eight; ward's events from 200 on, of 10:19 to 12:00, are missing. */
static void other_times_and_other_units_are_not_provisional(void **state)
{
	forward(*state, "ward", 300, 310, WORLD_NOW_MS + 12 * MINUTE);
	close_file(*state, 1, "ward", -3);
	close_file(*state, 2, "ward", 3);
	close_file(*state, 3, "ward", 5);
	close_file(*state, 4, "dock", -1);
	assert_false(is_provisional(state, "ward", "since=05:00&until=06:00"));
	assert_true(is_provisional(state, "ward", "since=11:00&until=12:00"));
	assert_true(is_provisional(state, "city", "since=11:00&until=12:00"));
	assert_false(is_provisional(state, "ward", "since=13:00&until=14:00"));
	assert_false(is_provisional(state, "dock", "since=07:00&until=08:00"));
}

static void figures_are_provisional_where_something_is_to_come(void **state)
{
	struct world *world = *state;
	const char *path = "/api/v1/indicators?indicator=desk.late-rate&unit=ward";
	json_t *json = world_get(world, path, 200);

	assert_true(json_is_false(world_at(json, "indicators.0.windows.0.provisional")));
	json_decref(json);
	indicators_note_complete(world->indicators, unit_of(world, "ward"), false);
	json = world_get(world, path, 200);
	assert_true(json_is_true(world_at(json, "indicators.0.windows.0.provisional")));
	json_decref(json);
	json = world_get(world, "/api/v1/rank?indicator=desk.late-rate", 200);
	assert_true(json_is_true(world_at(json, "rows.0.provisional")));
	assert_true(json_is_false(world_at(json, "rows.1.provisional")));
	json_decref(json);
	json = world_get(world, "/api/v1/explain?alert=ward/late", 200);
	assert_true(json_is_true(world_at(json, "now.provisional")));
	assert_true(json_is_true(world_at(json, "present.provisional")));
	json_decref(json);
	json = world_get(world, "/api/v1/explain-not?rule=busy&unit=ward", 200);
	assert_true(json_is_true(world_at(json, "provisional")));
	json_decref(json);
	indicators_note_complete(world->indicators, unit_of(world, "ward"), true);
}

/* The alarm at ward's gate comes once more, as the iocd of ward tells of its own. */
static void mirror_alarm(struct world *world)
{
	const struct alert_context context = { .units = config_units(world->config),
					       .offset_minutes = 420,
					       .book = world->book,
					       .schema = config_schema(world->config) };
	const struct mirror_site site = { .unit = unit_of(world, "ward"), .sender = "iocd" };
	CLEANUP_TEXT struct text json = { 0 };

	for (uint64_t i = 1; i <= alertbook_last(world->book); i++) {
		const struct transition *transition = alertbook_transition(world->book, i);

		if (strcmp(transition->alert.rule->id, "gate") == 0 && json.size == 0)
			transition_json(&json, &context, transition);
	}
	assert_int_equal(alertbook_mirror(world->book, context.units, &site, text_get(&json),
					  json.size, world->now_ms, 1),
			 0);
}

/* Gives the explanation of the alert from below. */
static json_t *explain_mirrored(struct world *world)
{
	json_t *list = world_get(world, "/api/v1/alerts", 200);
	CLEANUP_TEXT struct text target = { 0 };
	const json_t *alert;
	json_t *json;
	size_t i;

	text_add(&target, "/api/v1/explain?alert=");
	json_array_foreach(world_at(list, "alerts"), i, alert)
	{
		if (!json_is_object(world_at(alert, "origin")))
			continue;
		for (const char *at = world_string(alert, "id"); *at; at++)
			text_add(&target, *at == '%' ? "%%25" : "%c", *at);
	}
	json_decref(list);
	json = world_get(world, text_get(&target), 200);
	return json;
}

static void an_alert_from_below_says_where_it_arose(void **state)
{
	struct world *world = *state;
	json_t *json;

	mirror_alarm(world);
	json = explain_mirrored(world);
	assert_string_equal(world_string(json, "alert.rule.id"), "iocd-mirrored");
	assert_string_equal(world_string(json, "alert.rule.title.en"), "Gate");
	assert_string_equal(world_string(json, "alert.origin.unit"), "ward");
	assert_string_equal(world_string(json, "alert.origin.rule"), "gate");
	assert_string_equal(world_string(json, "alert.origin.subject"), "g/1");
	assert_string_equal(world_string(json, "site.id"), "ward/iocd");
	assert_string_equal(world_string(json, "site.state"), "live");
	json_decref(json);
	json = world_get(world, "/api/v1/explain?alert=ward/late", 200);
	assert_true(json_is_null(world_at(json, "site")));
	json_decref(json);
	/* It follows from ours, which is the same trouble and stood before. */
	json = world_get(world, "/api/v1/alerts?fold=cause&severity=critical&unit=ward", 200);
	assert_string_equal(world_string(json, "groups.0.cause"), "alert");
	assert_non_null(strstr(world_string(json, "groups.0.id"), "ward/gate/g%2F1/"));
	assert_string_equal(world_string(json, "groups.0.title.en"), "Gate");
	assert_int_equal(world_number(json, "groups.0.counts.matching"), 2);
	json_decref(json);
}

static void an_order_is_carried_out_on_an_alert_from_below(void **state)
{
	const struct mirror_site site = { .unit = unit_of(*state, "ward"), .sender = "iocd" };
	json_t *json = world_get(*state, "/api/v1/alerts?handling=unacknowledged", 200);
	struct world *world = *state;
	const json_t *alert;
	char body[256] = "";
	size_t i;

	json_array_foreach(world_at(json, "alerts"), i, alert)
	{
		if (!json_is_object(world_at(alert, "origin")))
			continue;
		(void)snprintf(body, sizeof(body),
			       "{\"verb\":\"acknowledge\",\"by\":\"An\",\"key\":\"k\","
			       "\"rule\":\"iocd-mirrored\",\"unit\":\"ward\",\"subject\":\"%s\"}",
			       world_string(alert, "subject"));
	}
	json_decref(json);
	world->turn = WORLD_CARRIES;
	assert_int_equal(world_post(world, "/api/v1/commands", "X-Iocd: 1\r\n", body), 200);
	json = world_get(world, "/api/v1/alerts?handling=acknowledged", 200);
	assert_int_equal(json_array_size(world_at(json, "alerts")), 1);
	assert_string_equal(world_string(json, "alerts.0.acknowledged.by"), "An");
	assert_string_equal(world_string(json, "alerts.0.origin.rule"), "gate");
	json_decref(json);
	/* What is uncertain waits for its site, not for figures. */
	alertbook_mirror_moved(world->book, &site, true, world->now_ms, 1);
	json = explain_mirrored(world);
	assert_string_equal(world_string(json, "waits.0.code"), "site");
	json_decref(json);
}

static void the_way_up_says_what_waits(void **state)
{
	struct forward_status status = {
		.state = MQTT_UP,
		.since_ms = WORLD_NOW_MS,
		.is_answered = true,
		.answered_ms = WORLD_NOW_MS + 1000,
		.frames = 7,
		.bytes = 900,
		.raw_bytes = 9000,
		.fault = -ENOSPC,
	};
	struct world *world = *state;
	json_t *json;

	status.streams[FRAME_ALERT] = (struct forward_stream_status){
		.is_kept = true, .head = 10, .receipted = 8, .backlog = 2, .oldest_ms = WORLD_NOW_MS
	};
	status.streams[FRAME_EVENT] = (struct forward_stream_status){
		.is_kept = true,
		.head = 100,
		.receipted = 50,
		.backlog = 30,
		.oldest_ms = WORLD_NOW_MS - MINUTE,
		.bytes = 4096,
		.given_up = 20,
	};
	world->uplink = &status;
	json = world_get(world, "/api/v1/status", 200);
	assert_string_equal(world_string(json, "uplink.state"), mqtt_state_name(MQTT_UP));
	assert_true(json_is_true(world_at(json, "uplink.answered")));
	assert_string_equal(world_string(json, "uplink.answered_at"), "2026-11-22T08:00:01+07:00");
	assert_string_equal(world_string(json, "uplink.fault"), strerror(ENOSPC));
	assert_true(json_is_null(world_at(json, "uplink.reason")));
	assert_int_equal(world_number(json, "uplink.backlog"), 32);
	assert_string_equal(world_string(json, "uplink.oldest"), "2026-11-22T07:59:00+07:00");
	assert_int_equal(world_number(json, "uplink.given_up"), 20);
	assert_int_equal(json_array_size(world_at(json, "uplink.streams")), 2);
	assert_string_equal(world_string(json, "uplink.streams.1.stream"), "event");
	assert_int_equal(world_number(json, "uplink.streams.1.receipted"), 50);
	assert_int_equal(world_number(json, "uplink.streams.1.bytes"), 4096);
	json_decref(json);
	assert_int_equal(world_ask(world, "GET", "/metrics", ""), 200);
	assert_true(has_line(state, "iocd_forward_up 1"));
	assert_true(has_line(state, "iocd_forward_frames_total 7"));
	assert_true(has_line(state, "iocd_forward_backlog{stream=\"event\"} 30"));
	assert_true(has_line(state, "iocd_forward_given_up_total{stream=\"event\"} 20"));
	assert_null(strstr(world->body, "stream=\"rollup\"} "));
	world->uplink = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_nobody_forwards_nothing_is_said),
		cmocka_unit_test(a_site_says_how_far_it_is),
		cmocka_unit_test(what_is_wrong_with_a_site_says_since_when),
		cmocka_unit_test(a_gap_says_what_is_missing_of_which_time),
		cmocka_unit_test(gaps_are_found_by_unit_and_by_the_time_of_what_is_missing),
		cmocka_unit_test(a_question_that_makes_no_sense_is_told_so),
		cmocka_unit_test(the_past_is_provisional_where_something_is_to_come),
		cmocka_unit_test(sites_are_there_for_prometheus),
		cmocka_unit_test(a_rule_on_sites_says_why_it_holds_its_peace),
		cmocka_unit_test(a_gap_that_was_filled_is_remembered),
		cmocka_unit_test(a_site_that_is_silent_is_lost),
		cmocka_unit_test(what_was_given_up_is_told_for_good),
		cmocka_unit_test(other_times_and_other_units_are_not_provisional),
		cmocka_unit_test(figures_are_provisional_where_something_is_to_come),
		cmocka_unit_test(an_alert_from_below_says_where_it_arose),
		cmocka_unit_test(an_order_is_carried_out_on_an_alert_from_below),
		cmocka_unit_test(the_way_up_says_what_waits),
	};

	return cmocka_run_group_tests(tests, world_set_up_own, world_tear_down);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A saved alert book, damaged and read back.  An input says what happens to a book before it is
 * saved, and how the bytes are damaged:
 *
 *   1 byte   number of steps (low 6 bits); bit 6: read under other rules and units;
 *            with bit 7, the rest of the input is the saved book
 *   3 bytes  per step: what, where and how, after how many milliseconds
 *   3 bytes  per damage: offset (2), bits to turn
 *
 * Undamaged and under the same rules it is read back to the same bytes.  Damaged, it is refused,
 * or all of it can be shown, outlives the end of time, and is itself saved and read back.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../saved.h"
#include "iocd/alert_json.h"
#include "iocd/alertbook.h"
#include "iocd/mirror.h"
#include "iocd/unit.h"

#define N_UNITS     3
#define END_OF_TIME INT64_C(253402300799999)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const bool everywhere[N_UNITS] = { true, true, true };
static const bool only_in_0[N_UNITS] = { true, false, false };
static const struct feed silent_feed = { .id = "gate" };
static const struct event_type alarm_type = { .name = "gate.alarm" };
static const struct indicator figure = {
	.id = "level", .title_vi = "Mức", .title_en = "Level", .measure_vi = "m", .measure_en = "m"
};

/* clang-format off */
#define LIMITS                                                            \
	{ .warning = { .comparison = COMPARE_GT, .value = 5, .text = "> 5" }, \
	  .critical = { .comparison = COMPARE_GT, .value = 9, .text = "> 9" } }
static const struct limits limits[N_UNITS] = { LIMITS, LIMITS, LIMITS };

static const bool all_others[] = { true, true, true, false, true, true, true };
static const struct receiver receivers[] = {
	{ .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING, .repeat_ms = 90 },
	{ .id = "chief", .least = SEVERITY_WARNING },
};
static const struct receiver receivers_after[] = {
	{ .id = "new", .is_at_once = true, .least = SEVERITY_WARNING },
	{ .id = "duty", .is_at_once = true, .least = SEVERITY_CRITICAL },
};
static const struct receiver *const unit_receivers[N_UNITS] = { NULL, &receivers[1], NULL };
static const struct maintenance plans[] = {
	{ .id = "works", .units = only_in_0, .from_ms = 300, .until_ms = 700, .by = "board" },
};
static const struct rule rules_before[] = {
	{ .id = "slow", .title_vi = "", .title_en = "", .kind = RULE_THRESHOLD, .figure = &figure,
	  .window = { .minutes = 5, .text = "5m" }, .limits = limits, .hold_ms = 50, .fade_ms = 30,
	  .applies = everywhere, .number = 0, .tell = UINT32_C(1) << RECEIVER_UNIT,
	  .steps = { { .after_ms = 100, .receivers = 2 } }, .n_steps = 1 },
	{ .id = "alarm", .title_vi = "", .title_en = "", .kind = RULE_EVENT,
	  .event_type = &alarm_type, .fade_ms = 100, .severity = SEVERITY_CRITICAL,
	  .applies = everywhere, .number = 1 },
	{ .id = "quick", .title_vi = "", .title_en = "", .kind = RULE_THRESHOLD, .figure = &figure,
	  .window = { .kind = WINDOW_TODAY, .text = "today" }, .limits = limits,
	  .applies = everywhere, .number = 2, .chatter_times = 2, .chatter_within_ms = 200 },
	{ .id = "site", .title_vi = "", .title_en = "", .kind = RULE_SILENCE,
	  .silent_feed = &silent_feed, .severity = SEVERITY_CRITICAL, .hold_ms = 20,
	  .applies = everywhere, .number = 3,
	  .inhibits = { .rules = all_others, .is_below = true } },
	{ .id = "link", .title_vi = "", .title_en = "", .kind = RULE_EACH, .figure = &figure,
	  .window = { .minutes = 5, .text = "5m" }, .limits = limits, .each = "link",
	  .applies = everywhere, .number = 4, .is_latched = true, .repeat_ms = 60 },
	{ .id = "own", .title_vi = "", .title_en = "", .kind = RULE_OWN, .own = OWN_DISK,
	  .applies = everywhere, .number = 5 },
	{ .id = "below", .title_vi = "", .title_en = "", .kind = RULE_OWN, .own = OWN_MIRRORED,
	  .severity = SEVERITY_CRITICAL, .applies = everywhere, .number = 6 },
};
static const struct rule rules_after[] = {
	{ .id = "quick", .title_vi = "", .title_en = "", .kind = RULE_THRESHOLD, .figure = &figure,
	  .window = { .kind = WINDOW_TODAY, .text = "today" }, .limits = limits,
	  .applies = only_in_0, .number = 0 },
	{ .id = "link", .title_vi = "", .title_en = "", .kind = RULE_EACH, .figure = &figure,
	  .window = { .minutes = 5, .text = "5m" }, .limits = limits, .each = "link",
	  .applies = everywhere, .number = 1, .inhibits = { .rules = all_others } },
	{ .id = "below", .title_vi = "", .title_en = "", .kind = RULE_OWN, .own = OWN_MIRRORED,
	  .severity = SEVERITY_CRITICAL, .applies = everywhere, .number = 2 },
};
/* clang-format on */

static const uint32_t units_before[N_UNITS] = { 0, 1, 2 };
static const uint32_t units_after[N_UNITS] = { 0, 0, RENUMBER_GONE }; /* two became one */

struct input {
	const uint8_t *data;
	size_t size;
};

/* Rules, the book under them, and what saved units are. */
struct world {
	struct units *tree;
	struct rules *rules;
	struct alertbook *book;
	struct renumber units;
};

static uint8_t take(struct input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct units *make_units(void)
{
	static const char *const ids[N_UNITS] = { "u0", "u1", "u2" };
	struct units *units = units_new();
	uint32_t number;

	for (uint32_t i = 0; i < N_UNITS; i++)
		must(units_add(units,
			       &(struct unit){ .id = ids[i],
					       .level = "unit",
					       .name_vi = ids[i],
					       .name_en = ids[i],
					       .parent = i == 0 ? UNIT_NONE : i - 1 },
			       &number) == 0);
	return units;
}

static struct world make_world(bool is_other)
{
	struct world world = {
		.tree = make_units(),
		.units = { .to = is_other ? units_after : units_before, .n = N_UNITS },
	};

	world.rules = rules_new(&(struct rules_options){
		.list = is_other ? rules_after : rules_before,
		.n_list = is_other ? COUNT(rules_after) : COUNT(rules_before),
		.n_units = N_UNITS,
		.n_indicators = 1,
		.n_types = 1,
		.units = world.tree,
		.receivers = is_other ? receivers_after : receivers,
		.n_receivers = COUNT(receivers),
		.unit_receivers = is_other ? NULL : unit_receivers,
		.maintenances = plans,
		.n_maintenances = is_other ? 0 : COUNT(plans),
	});
	world.book = alertbook_new(world.rules);
	return world;
}

static void drop_world(struct world *world)
{
	alertbook_free(world->book);
	rules_free(world->rules);
	units_free(world->tree);
}

/* ---- what happens before ---- */

static const char *subject_of(uint8_t how)
{
	static const char *const subjects[] = { "", "gate 1", "cổng" };

	return subjects[how / N_UNITS % COUNT(subjects)];
}

static void judge(struct alertbook *book, uint32_t rule, uint8_t how, int64_t now_ms)
{
	uint32_t unit = how % N_UNITS;
	enum judgement judgement = how / N_UNITS % (JUDGE_CRITICAL + 1);
	const char *subject = rules_before[rule].kind == RULE_EACH ? subject_of(how / 16) : "";
	const struct verdict verdict = {
		.rule = rule,
		.unit = unit,
		.judgement = judgement,
		.reading = { .quality = QUALITY_GOOD, .value = how, .last_ms = now_ms },
		.threshold = !rules_before[rule].limits    ? NULL
			     : judgement == JUDGE_CRITICAL ? &limits[unit].critical
							   : &limits[unit].warning,
		.subject = { .bytes = subject, .size = strlen(subject) },
		.detail = { .bytes = "full", .size = 4 },
	};

	alertbook_judge(book, &verdict, now_ms, (uint64_t)now_ms);
}

static void send_event(struct alertbook *book, uint8_t how, int64_t now_ms)
{
	const char *subject = subject_of(how);
	const struct event event = { .unit = how % N_UNITS,
				     .drill = how > 127,
				     .position = (uint64_t)now_ms };
	const struct verdict verdict = { .rule = 1,
					 .unit = event.unit,
					 .judgement = JUDGE_CRITICAL,
					 .event = &event,
					 .subject = { .bytes = subject, .size = strlen(subject) } };

	alertbook_judge(book, &verdict, now_ms, (uint64_t)now_ms);
}

static void give(struct alertbook *book, uint8_t what, uint8_t how, int64_t now_ms)
{
	static const char *const units[] = { "", "u0", "u1", "u2" };
	struct command command = { .verb = how % N_COMMAND_VERBS,
				   .key = "key",
				   .by = "Bình",
				   .note = "vì",
				   .owner = "an",
				   .is_below = what & 64u,
				   .until_ms = what & 128u ? now_ms + how : 0 };
	uint32_t n;

	if (what & 32u)
		strcpy(command.rule, rules_before[how % COUNT(rules_before)].id);
	strcpy(command.unit, units[how / 16 % COUNT(units)]);
	(void)alertbook_command(book, &command, now_ms, (uint64_t)now_ms, &n);
}

/* What the iocd of u0 or u1 says of one of its alerts, or what stands there, or that it is lost. */
static void mirror(struct alertbook *book, uint8_t how, int64_t now_ms)
{
	static const struct mirror_site sites[] = {
		{ 0, "iocd", false, 7 },
		{ 1, "desk", false, 7 },
		{ 0, "iocd", true, 7 },
		{ 1, "desk", true, 7 },
	};
	const struct mirror_site *site = &sites[(how & 1u) + 2u * (now_ms % 3 == 0)];
	CLEANUP(units_free) struct units *units = make_units();
	CLEANUP_TEXT struct text json = { 0 };
	bool stands = how & 2u, latched = !stands && how & 4u, is_open = stands || latched;

	if (how >= 252) {
		alertbook_mirror_caught_up(book, site, now_ms, (uint64_t)now_ms);
		return;
	}
	if (how >= 240) {
		alertbook_mirror_moved(book, site, how & 2u, now_ms, (uint64_t)now_ms);
		return;
	}
	if (how >= 224)
		text_add(&json, "{\"standing\":[\"u1/high\"]}");
	else
		text_add(&json,
			 "{\"number\":%lld,\"news\":\"%s\",\"by\":\"an\",\"note\":null,"
			 "\"rule\":{\"id\":\"high\",\"title\":{\"vi\":\"Cao\",\"en\":\"High\"}},"
			 "\"unit\":{\"id\":\"u%d\"},\"subject\":\"%s\",\"state\":\"%s\","
			 "\"severity\":\"%s\",\"uncertain\":%s,\"drill\":%s,\"closed\":false,"
			 "\"latched\":%s,\"handling\":\"%s\",\"acknowledged\":{\"by\":\"an\"},"
			 "\"owner\":\"bình\",\"suppressed\":[%s],"
			 "\"reason\":{\"vi\":\"vì\",\"en\":\"why\"}}",
			 (long long)now_ms, alert_news_name(how % (NEWS_FORGOTTEN + 1u)),
			 1 + (how >> 3 & 1), how & 16u ? "cổng" : "", stands ? "raised" : "quiet",
			 how & 32u ? "critical" : "warning", how & 64u ? "true" : "false",
			 how & 8u ? "true" : "false", latched ? "true" : "false",
			 !is_open     ? how & 32u ? "cleared-unacknowledged" : "none"
			 : how & 128u ? "acknowledged"
				      : "unacknowledged",
			 how & 4u ? "{\"kind\":\"shelved\"}" : "");
	must(alertbook_mirror(book, units, site, json.bytes, json.size, now_ms, (uint64_t)now_ms) !=
	     MIRROR_BAD);
}

static void play(struct alertbook *book, struct input *input, uint8_t n)
{
	int64_t now_ms = 1;

	while (n-- > 0) {
		uint8_t what = take(input), how = take(input), wait = take(input);

		now_ms += wait == 255 ? ALERT_FORGET_MS : wait;
		if (what % 8 == 1)
			send_event(book, how, now_ms);
		else if (what % 16 == 14)
			mirror(book, how, now_ms);
		else if (what % 8 == 6)
			alertbook_tick(book, now_ms, (uint64_t)now_ms);
		else if (what % 8 == 7)
			give(book, what, how, now_ms);
		else
			judge(book, what % 8, how, now_ms);
	}
}

/* ---- save and load ---- */

static struct saved save(const struct alertbook *book)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	alertbook_save(book, &writer);
	saved_end(&writer);
	return saved;
}

static bool load(struct world *world, const struct saved *saved)
{
	struct bytes_reader reader;

	bytes_reader_init(&reader, saved->bytes, saved->n);
	alertbook_load(world->book, &reader, &world->units);
	return !reader.is_bad;
}

static struct saved read_raw(struct input *input)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	bytes_put(&writer, input->data, input->size);
	saved_end(&writer);
	input->size = 0;
	return saved;
}

static void damage(struct saved *saved, struct input *input)
{
	size_t offset = take(input);

	offset = offset << 8 | take(input);
	saved->bytes[offset % saved->n] ^= (char)take(input);
}

/* ---- what must hold ---- */

struct showing {
	struct alert_context context;
	struct text text;
	size_t n;
};

static void show(void *context, const struct alert *alert)
{
	struct showing *showing = context;

	text_clear(&showing->text);
	alert_json(&showing->text, &showing->context, alert);
	must(alert_machine_stands(&alert->machine));
	showing->n++;
}

static void show_over(void *context, const struct alert *alert)
{
	struct showing *showing = context;

	text_clear(&showing->text);
	alert_json(&showing->text, &showing->context, alert);
	must(alert->machine.handling == HANDLING_CLEARED_UNACKNOWLEDGED);
}

static void show_hindrance(void *context, const struct hindrance *hindrance)
{
	(void)context;
	must(hindrance->kind <= SUPPRESSION_OUT_OF_SERVICE && hindrance->by[0] != '\n');
}

static void show_all(const struct alertbook *book)
{
	CLEANUP(units_free) struct units *units = make_units();
	struct showing showing = { .context = { .units = units } };
	uint64_t last = alertbook_last(book);

	alertbook_each_raised(book, show, &showing);
	must(showing.n == alertbook_count(book, SEVERITY_NONE));
	alertbook_each_over(book, show_over, &showing);
	alertbook_each_hindrance(book, show_hindrance, NULL);
	for (uint64_t n = last; n > 0 && n + ALERTBOOK_LOG > last; n--) {
		const struct transition *transition = alertbook_transition(book, n);

		text_clear(&showing.text);
		if (transition)
			transition_json(&showing.text, &showing.context, transition);
	}
	text_fini(&showing.text);
}

/* What was read back is as good as what was saved. */
static void check_again(const struct alertbook *book)
{
	struct world again = make_world(false);
	struct saved first = save(book), second;

	must(load(&again, &first));
	second = save(again.book);
	must(first.n == second.n && memcmp(first.bytes, second.bytes, first.n) == 0);
	saved_fini(&second);
	saved_fini(&first);
	drop_world(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { .data = data, .size = size };
	uint8_t first = take(&input);
	bool is_other = first & 64u, is_damaged;
	struct world before = make_world(false), after = make_world(is_other);
	struct saved saved;

	if (!(first & 128u))
		play(before.book, &input, first & 63u);
	saved = first & 128u ? read_raw(&input) : save(before.book);
	is_damaged = first & 128u || input.size >= 3;
	while (input.size >= 3)
		damage(&saved, &input);

	if (load(&after, &saved)) {
		show_all(after.book);
		if (!is_other && alertbook_last(after.book) < UINT64_MAX / 4)
			check_again(after.book);
		alertbook_tick(after.book, END_OF_TIME, 0);
		show_all(after.book);
	} else {
		must(is_damaged);
	}
	saved_fini(&saved);
	drop_world(&after);
	drop_world(&before);
	return 0;
}

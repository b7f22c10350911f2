/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain-not: of every reason that it may give two hundred cases, drawn at random: each is first
 * held back, for that reason; then just that reason is taken away, and the alert is raised, or
 * told.
 *
 * The cases of one reason are two hundred units under one rule, so that they cannot get into each
 * other's way; each reason has a rule and events of its own.
 */
#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain.h"
#include "fold.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "iocd/own.h"
#include "why_not.h"

#define CASES     200
#define BEGIN     "2026-03-02T08:30:00+07:00"
#define SECOND_MS INT64_C(1000)
#define MINUTE_MS INT64_C(60000)
#define IDLE_MS   4000 /* a record comes so often at least: iocd is not away */

struct scene {
	const char *rule, *code;
	bool has_subject;               /* the gate */
	void (*hold)(uint32_t unit);    /* brings about what is held back */
	int64_t wait_ms;                /* then so much time passes */
	void (*release)(uint32_t unit); /* takes the reason away; NULL: time does */
	int64_t patience_ms;            /* and so much more */
	bool is_told; /* it stands all the time: it is the telling that is held back */
};

static struct {
	char directory[64];
	struct config *config;
	struct fold fold;
	struct views views;
	int64_t now_ms;
	uint64_t n_records, n_keys;
	struct random_stream random;
	uint64_t drawn[CASES + 1]; /* by unit */
	const struct scene *scene;
} test;

static void fail(const char *format, ...) __attribute__((noreturn)) PRINTF(1, 2);

static int remove_path(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status, (void)flag, (void)place;
	return remove(path);
}

static void fail(const char *format, ...)
{
	va_list args;

	if (test.scene)
		fprintf(stderr, "%s, %s: ", test.scene->rule, test.scene->code);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	(void)nftw(test.directory, remove_path, 8, FTW_DEPTH | FTW_PHYS);
	exit(EXIT_FAILURE);
}

/* ---- configuration ---- */

/* Events and figures with the name of the rule that looks at them. */
static const char *const counted[] = { "few",     "within",  "hold",     "closed", "unknown",
				       "shelve",  "disable", "maintain", "cause",  "effect",
				       "chatter", "between", "every",    "told" };

static FILE *open_file(const char *name)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", test.directory, name);
	file = fopen(path, "w");
	if (!file)
		fail("cannot write '%s'", path);
	return file;
}

static void write_units(void)
{
	FILE *file = open_file("units.yml");

	fputs("units:\n  top: {level: top}\n", file);
	for (int i = 0; i < CASES; i++)
		fprintf(file, "  u%03d: {level: post, parent: top}\n", i);
	fclose(file);
}

static void write_feeds(void)
{
	static const char *const timed[] = { "stale", "kept", "waited", "rested" };
	static const char *const every[] = { "5m", "10m", "30m", "5m, within: eleven" };
	FILE *file = open_file("feeds.d/feeds.yml");

	fputs("bare:\n  events:\n", file);
	for (size_t i = 0; i < COUNT(counted); i++)
		fprintf(file, "    %s.seen: {late: flag, gate: text}\n", counted[i]);
	fputs("    door.opened: {gate: text}\n    doc.sent: {gate: text}\n"
	      "    doc.got: {gate: text}\n    case.opened: {gate: text, due: time}\n"
	      "    case.closed: {gate: text}\n",
	      file);
	for (size_t i = 0; i < COUNT(timed); i++)
		fprintf(file,
			"%s:\n  expect: {from: {level: [post]}, every: %s}\n"
			"  events: {%s.seen: {late: flag, gate: text}}\n",
			timed[i], every[i], timed[i]);
	fclose(file);
}

static void write_indicators(void)
{
	FILE *file = open_file("indicators.d/indicators.yml");

	for (size_t i = 0; i < COUNT(counted); i++)
		fprintf(file, "%s.all: {count: bare/%s.seen}\n", counted[i], counted[i]);
	fputs("few.late: {count: bare/few.seen, where: {late: yes}}\n"
	      "few.rate: {ratio: [few.late, few.all], show: percent}\n"
	      "unknown.late: {count: bare/unknown.seen, where: {late: yes}}\n"
	      "unknown.rate: {ratio: [unknown.late, unknown.all], show: percent}\n"
	      "stale.all: {count: stale/stale.seen}\n"
	      "every.last: {last: bare/every.seen.late}\n"
	      "chatter.last: {last: bare/chatter.seen.late}\n"
	      "cause.last: {last: bare/cause.seen.late}\n"
	      "cases: {track: gate, open: bare/case.opened, close: [bare/case.closed], due: due,"
	      " calendar: always}\n",
	      file);
	fclose(file);
}

static void write_rules(void)
{
	FILE *file = open_file("rules.d/rules.yml");

	fputs("few: {indicator: few.rate, window: 1h, warning: \"> 50%\", min-samples: 20, "
	      "units: {level: [post]}, escalate: [{after: 40m, tell: [chief]}], override: "
	      "{post: {warning: \"> 40%\"}}}\n"
	      "within: {indicator: within.all, window: 1h, warning: \">= 30\", units: {level: "
	      "[post]}}\n"
	      "between: {indicator: between.all, window: 1h, warning: \">= 30\", clear: \"< 10\","
	      " units: {level: [post]}}\n"
	      "hold: {indicator: hold.all, window: 1h, warning: \"> 0\", hold: 3m, units: {level: "
	      "[post]}}\n"
	      "closed: {indicator: closed.all, window: 1h, warning: \"> 0\", calendar: ten, units: "
	      "{level: [post]}}\n"
	      "unknown: {indicator: unknown.rate, window: 1h, warning: \"> 50%\", units: {level: "
	      "[post]}}\n"
	      "stale: {indicator: stale.all, window: 1h, warning: \"> 0\", calendar: ten, units: "
	      "{level: [post]}}\n"
	      "every: {indicator: every.last, for-each: gate, window: 15m, warning: \"> 0\", "
	      "units: {level: [post]}}\n"
	      "door: {event: bare/door.opened, severity: warning, subject: gate, fade: 1h}\n"
	      "docs: {sequence: {first: bare/doc.sent, then: bare/doc.got, by: gate, within: 5m}, "
	      "severity: warning}\n"
	      "cases: {deadline: cases, due-soon: none, overdue: critical, units: {level: "
	      "[post]}}\n"
	      "kept: {silence: kept, severity: warning}\n"
	      "waited: {silence: waited, severity: warning}\n"
	      "rested: {silence: rested, severity: warning}\n"
	      "shelve: {indicator: shelve.all, window: 1h, warning: \"> 0\", units: {level: "
	      "[post]}}\n"
	      "disable: {indicator: disable.all, window: 1h, warning: \"> 0\", units: {level: "
	      "[post]}}\n"
	      "maintain: {indicator: maintain.all, window: 1h, warning: \"> 0\", units: {level: "
	      "[post]}}\n"
	      "cause: {indicator: cause.last, window: 15m, critical: \"> 0\", units: {level: "
	      "[post]}, inhibits: {rules: [effect]}}\n"
	      "effect: {indicator: effect.all, window: 1h, warning: \"> 0\", units: {level: "
	      "[post]}}\n"
	      "chatter: {indicator: chatter.last, window: 15m, warning: \"> 0\", units: {level: "
	      "[post]}, chatter: {times: 3, within: 5m}}\n"
	      "told: {indicator: told.all, window: 1h, warning: \"> 0\", units: {level: [post]}}\n"
	      "redis: {own: redis, severity: critical, hold: 0, fade: 0}\n",
	      file);
	fclose(file);
}

static void write_receivers(void)
{
	FILE *file = open_file("receivers.yml");

	fputs("duty: {url: \"http://127.0.0.1:1/\"}\n"
	      "chief: {url: \"http://127.0.0.1:1/\", hears: none}\n"
	      "grave: {url: \"http://127.0.0.1:1/\", hears: {severity: critical}}\n"
	      "doors: {url: \"http://127.0.0.1:1/\", hears: {rules: [door]}}\n"
	      "first: {url: \"http://127.0.0.1:1/\", hears: {units: [u001]}}\n"
	      "idle: {url: \"http://127.0.0.1:1/\", hears: none}\n",
	      file);
	fclose(file);
}

static void write_pack(void)
{
	static const char *const folders[] = { "feeds.d", "indicators.d", "rules.d" };
	char path[128];
	FILE *file;

	for (size_t i = 0; i < COUNT(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", test.directory, folders[i]);
		if (mkdir(path, 0700))
			fail("cannot make '%s'", path);
	}
	file = open_file("iocd.yml");
	fputs("instance: test\ntimezone: \"+07:00\"\n", file);
	fclose(file);
	file = open_file("calendar.yml");
	fputs("ten: {weeks: [{from: 2020-01-01, mon-sun: \"10:00-23:00\"}]}\n"
	      "eleven: {weeks: [{from: 2020-01-01, mon-sun: \"11:00-23:00\"}]}\n",
	      file);
	fclose(file);
	write_units();
	write_feeds();
	write_indicators();
	write_rules();
	write_receivers();
}

/* ---- what arrives ---- */

static void carry(struct record *record)
{
	record->arrival_ms = test.now_ms;
	record->position = test.n_records++;
	record->next = test.n_records;
	flow_carry(test.fold.flow, record);
}

static void pass(int64_t ms)
{
	int64_t until_ms = test.now_ms + ms;

	while (test.now_ms < until_ms) {
		struct record record = { .kind = RECORD_TIME, .topic = "", .payload = "" };

		test.now_ms = until_ms - test.now_ms < IDLE_MS ? until_ms : test.now_ms + IDLE_MS;
		carry(&record);
	}
}

static void pass_until(const char *time)
{
	int64_t until_ms;

	if (civil_parse(time, strlen(time), &until_ms) || until_ms <= test.now_ms)
		fail("it is later than %s", time);
	pass(until_ms - test.now_ms);
}

static void carry_own(const char *topic, const struct text *payload)
{
	struct record record = { .kind = RECORD_OWN,
				 .topic = topic,
				 .topic_size = strlen(topic),
				 .payload = text_get(payload),
				 .payload_size = payload->size };

	carry(&record);
}

static const char *unit_id(uint32_t unit)
{
	return units_at(config_units(test.config), unit)->id;
}

/* One event of a type, at a gate of the unit's own; with data behind that. */
static void send(uint32_t unit, const char *feed, const char *type, const char *data)
{
	CLEANUP_TEXT struct text topic = { 0 };
	CLEANUP_TEXT struct text payload = { 0 };
	char time[CIVIL_TEXT_MAX];
	struct record record = { .kind = RECORD_MESSAGE };

	text_add(&topic, "%s/%s/%s/evt/%s", config_settings(test.config)->mqtt.prefix,
		 unit_id(unit), feed, type);
	text_add(&payload,
		 "{\"specversion\":\"1.0\",\"id\":\"%" PRIu64 "\",\"source\":\"/unit/%s/%s\","
		 "\"type\":\"vn.ioc.%s.%s.v1\",\"time\":\"%s\",\"data\":{\"gate\":\"%s\"%s}}",
		 test.n_records, unit_id(unit), feed, feed, type,
		 civil_format(time, test.now_ms, 420), unit_id(unit), data);
	record.topic = text_get(&topic);
	record.topic_size = topic.size;
	record.payload = text_get(&payload);
	record.payload_size = payload.size;
	carry(&record);
}

static void send_seen(uint32_t unit, const char *name, bool late, uint64_t n)
{
	char type[32];

	(void)snprintf(type, sizeof(type), "%s.seen", name);
	for (uint64_t i = 0; i < n; i++)
		send(unit, "bare", type, late ? ",\"late\":true" : ",\"late\":false");
}

static void order(uint32_t unit, const char *verb, const char *rule, const char *until)
{
	CLEANUP_TEXT struct text json = { 0 };

	text_add(&json, "{\"verb\":\"%s\",\"key\":\"k%" PRIu64 "\",\"by\":\"an\",", verb,
		 ++test.n_keys);
	if (rule)
		text_add(&json, "\"rule\":\"%s\",", rule);
	if (*until)
		text_add(&json, "\"until\":\"%s\",", until);
	text_add(&json, "\"note\":\"why\",\"unit\":\"%s\"}", unit_id(unit));
	carry_own(OWN_TOPIC_COMMAND, &json);
}

static uint64_t draw(uint32_t unit, uint64_t least, uint64_t most)
{
	return test.drawn[unit] = least + random_below(&test.random, most - least + 1);
}

/* ---- each reason ---- */

static void hold_few(uint32_t unit)
{
	send_seen(unit, "few", true, draw(unit, 1, 19));
}

static void add_more(uint32_t unit)
{
	send_seen(unit, "few", true, 20 - test.drawn[unit]);
}

static void hold_within(uint32_t unit)
{
	send_seen(unit, "within", true, draw(unit, 0, 29));
}

static void go_beyond(uint32_t unit)
{
	send_seen(unit, "within", true, 30 - test.drawn[unit]);
}

static void hold_between(uint32_t unit)
{
	send_seen(unit, "between", true, draw(unit, 10, 29));
}

static void go_above(uint32_t unit)
{
	send_seen(unit, "between", true, 30 - test.drawn[unit]);
}

static void hold_hold(uint32_t unit)
{
	send_seen(unit, "hold", true, draw(unit, 1, 9));
}

static void hold_closed(uint32_t unit)
{
	send_seen(unit, "closed", true, draw(unit, 1, 9));
	send(unit, "stale", "stale.seen", ",\"late\":true");
}

static void report(uint32_t unit)
{
	send(unit, "stale", "stale.seen", ",\"late\":true");
}

static void know(uint32_t unit)
{
	send_seen(unit, "unknown", true, draw(unit, 1, 5));
}

static void see_value(uint32_t unit)
{
	send_seen(unit, "every", true, 1);
}

static void open_door(uint32_t unit)
{
	send(unit, "bare", "door.opened", "");
}

static void send_document(uint32_t unit)
{
	send(unit, "bare", "doc.sent", "");
}

static void open_case(uint32_t unit)
{
	char due[CIVIL_TEXT_MAX], data[64];

	(void)snprintf(data, sizeof(data), ",\"due\":\"%s\"",
		       civil_format(due, test.now_ms + (int64_t)draw(unit, 1, 9) * MINUTE_MS, 420));
	send(unit, "bare", "case.opened", data);
}

static void report_kept(uint32_t unit)
{
	if (random_below(&test.random, 10) == 0)
		pass((int64_t)random_below(&test.random, 20) * SECOND_MS);
	send(unit, "kept", "kept.seen", ",\"late\":true");
}

static void report_rested(uint32_t unit)
{
	send(unit, "rested", "rested.seen", ",\"late\":true");
}

static void hold_shelved(uint32_t unit)
{
	order(unit, "shelve", "shelve", "2026-03-02T12:00:00+07:00");
	send_seen(unit, "shelve", true, draw(unit, 1, 9));
}

static void unshelve(uint32_t unit)
{
	order(unit, "unshelve", "shelve", "");
}

static void hold_disabled(uint32_t unit)
{
	order(unit, "disable", "disable", "");
	send_seen(unit, "disable", true, draw(unit, 1, 9));
}

static void enable(uint32_t unit)
{
	order(unit, "enable", "disable", "");
}

static void hold_maintained(uint32_t unit)
{
	order(unit, "maintain", NULL, "2026-03-02T12:00:00+07:00");
	send_seen(unit, "maintain", true, draw(unit, 1, 9));
}

static void end_maintenance(uint32_t unit)
{
	order(unit, "end-maintenance", NULL, "");
}

static void hold_inhibited(uint32_t unit)
{
	send_seen(unit, "cause", true, 1);
	send_seen(unit, "effect", true, draw(unit, 1, 9));
}

static void end_cause(uint32_t unit)
{
	send_seen(unit, "cause", false, 1);
}

static void come_and_go(uint32_t unit)
{
	send_seen(unit, "chatter", true, 1);
	if (unit != CASES) /* all of them together */
		return;
	for (int i = 0; i < 3; i++) {
		pass(SECOND_MS);
		for (uint32_t k = 1; k <= CASES; k++)
			send_seen(k, "chatter", false, 1);
		pass(SECOND_MS);
		for (uint32_t k = 1; k <= CASES; k++)
			send_seen(k, "chatter", true, 1);
	}
}

static void nothing(uint32_t unit)
{
	(void)unit;
}

/* ---- the proof ---- */

static uint32_t rule_number(const char *id)
{
	uint32_t number = rules_find(flow_rules(test.fold.flow), id, strlen(id));

	if (number == UINT32_MAX)
		fail("there is no rule '%s'", id);
	return number;
}

static const char *subject_of(const struct scene *scene, uint32_t unit)
{
	return scene->has_subject ? unit_id(unit) : "";
}

static void ask(const struct scene *scene, uint32_t unit, struct text *json)
{
	const struct why_about about = { rule_number(scene->rule), unit, subject_of(scene, unit),
					 scene->has_subject };

	text_clear(json);
	put_object(json, NULL);
	why_not_put(json, &test.views, &about);
	put_object_end(json);
}

/* Whether it is raised; or, if it is the telling that counts, told. */
static bool has_fired(const struct scene *scene, uint32_t unit)
{
	const struct alert *alert = alertbook_find(
		flow_book(test.fold.flow), rule_number(scene->rule), unit, subject_of(scene, unit));

	return alert && alert_machine_stands(&alert->machine) &&
	       (!scene->is_told || alert->machine.announced);
}

/* The code of the first reason. */
static bool is_first(const struct text *json, const char *code)
{
	const char *at = strstr(text_get(json), "\"reasons\":[{\"code\":\"");

	at = at ? at + strlen("\"reasons\":[{\"code\":\"") : "";
	return strncmp(at, code, strlen(code)) == 0 && at[strlen(code)] == '"';
}

static void check_held(const struct scene *scene, uint32_t unit)
{
	CLEANUP_TEXT struct text json = { 0 };

	ask(scene, unit, &json);
	if (has_fired(scene, unit))
		fail("%s has it before the reason is gone", unit_id(unit));
	if (!is_first(&json, scene->code))
		fail("%s is held back by something else: %s", unit_id(unit), text_get(&json));
}

static void check_fired(const struct scene *scene, uint32_t unit)
{
	CLEANUP_TEXT struct text json = { 0 };

	ask(scene, unit, &json);
	if (!has_fired(scene, unit))
		fail("%s has none though the reason is gone: %s", unit_id(unit), text_get(&json));
	if (!strstr(text_get(&json), "\"stands\":true"))
		fail("%s is said not to stand: %s", unit_id(unit), text_get(&json));
}

static void play(const struct scene *scene)
{
	test.scene = scene;
	for (uint32_t unit = 1; unit <= CASES; unit++)
		scene->hold(unit);
	pass(scene->wait_ms);
	for (uint32_t unit = 1; unit <= CASES; unit++)
		check_held(scene, unit);
	for (uint32_t unit = 1; unit <= CASES && scene->release; unit++)
		scene->release(unit);
	pass(scene->patience_ms);
	for (uint32_t unit = 1; unit <= CASES; unit++)
		check_fired(scene, unit);
	test.scene = NULL;
}

/* What explain says of the alert of a rule and unit. */
static void explain(const char *rule, uint32_t unit, struct text *json)
{
	const struct alert *alert =
		alertbook_find(flow_book(test.fold.flow), rule_number(rule), unit, "");

	if (!alert)
		fail("%s has no alert of %s", unit_id(unit), rule);
	text_clear(json);
	explain_put(json, &test.views, alert);
}

static void check_words(const struct text *json, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strstr(text_get(json), words[i]))
			fail("'%s' is not in %s", words[i], text_get(json));
}

/* Who was told of what few raised, why others were not, and what it waits for. */
static void check_telling(void)
{
	static const char *const words[] = {
		"{\"id\":\"duty\",\"unit\":false,\"title\":{\"vi\":\"duty\",\"en\":\"duty\"},"
		"\"told\":true,"
		"\"at\":\"2026-03-02T09:",
		"told only if nobody acknowledges it within 40m",
		"\"told\":false,\"at\":null,\"why\":\"severity\"",
		"\"told\":false,\"at\":null,\"why\":\"rule\"",
		"\"told\":false,\"at\":null,\"why\":\"unit\"",
		"\"told\":false,\"at\":null,\"why\":\"not_at_once\"",
		"\"waits\":[{\"code\":\"acknowledgement\"",
		"{\"code\":\"escalation\",\"until\":\"2026-03-02T09:",
		"\"from\":\"level\",\"of\":\"post\",\"instead_of\":{\"text\":\"> 50%\"",
		"\"news\":\"raised\",\"by\":null,\"note\":null,\"tells\":[\"duty\"]",
	};
	static const char *const held[] = { "\"why\":\"suppressed\"", "\"suppressed: shelved\"" };
	static const char *const pending[] = { "\"why\":\"pending\"", "{\"code\":\"hold\"" };
	CLEANUP_TEXT struct text json = { 0 };

	explain("few", 1, &json);
	check_words(&json, words, COUNT(words));
	order(1, "shelve", "told", "2026-03-02T12:00:00+07:00");
	send_seen(1, "told", true, 1);
	send_seen(1, "hold", true, 1);
	pass(SECOND_MS);
	explain("told", 1, &json);
	check_words(&json, held, COUNT(held));
	explain("hold", 1, &json);
	check_words(&json, pending, COUNT(pending));
}

/* iocd has one Redis: two hundred times one after the other. */
static void play_own(void)
{
	static const struct scene scene = { .rule = "redis",
					    .code = "no_trouble",
					    .has_subject = false };
	CLEANUP_TEXT struct text red = { 0 };
	CLEANUP_TEXT struct text green = { 0 };

	test.scene = &scene;
	text_add(&red, "redis red gone");
	text_add(&green, "redis green");
	for (int i = 0; i < CASES; i++) {
		check_held(&scene, 0);
		carry_own(OWN_TOPIC_STATE, &red);
		pass(SECOND_MS);
		check_fired(&scene, 0);
		carry_own(OWN_TOPIC_STATE, &green);
		pass(SECOND_MS);
	}
	test.scene = NULL;
}

/* clang-format off */
static const struct scene scenes[] = {
	{ "waited",   "waiting",     false, nothing,         MINUTE_MS,  NULL, 31 * MINUTE_MS, false },
	{ "few",      "few",         false, hold_few,        SECOND_MS, add_more, SECOND_MS, false },
	{ "within",   "within",      false, hold_within,     SECOND_MS, go_beyond, SECOND_MS, false },
	{ "between",  "within",      false, hold_between,    SECOND_MS, go_above, SECOND_MS, false },
	{ "hold",     "hold",        false, hold_hold,       SECOND_MS, NULL, 3 * MINUTE_MS, false },
	{ "unknown",  "unknown",     false, nothing,         SECOND_MS, know, SECOND_MS, false },
	{ "every",    "no_value",    true, nothing,       SECOND_MS, see_value, SECOND_MS, false },
	{ "door",     "no_event",    true, nothing,       SECOND_MS, open_door, SECOND_MS, false },
	{ "cases",    "none_due",    false, nothing,         SECOND_MS, open_case, 10 * MINUTE_MS, false },
	{ "shelve",   "shelved",     false, hold_shelved,    SECOND_MS, unshelve, SECOND_MS, true },
	{ "disable",  "out-of-service", false, hold_disabled, SECOND_MS, enable, SECOND_MS, true },
	{ "maintain", "maintenance", false, hold_maintained, SECOND_MS, end_maintenance, SECOND_MS, true },
	{ "effect",   "inhibited",   false, hold_inhibited,  SECOND_MS, end_cause, SECOND_MS, true },
	{ "docs",     "no_record",   true, nothing,       SECOND_MS, send_document, 5 * MINUTE_MS + SECOND_MS, false },
};
static const struct scene not_due = { "docs", "not_due", true, send_document, SECOND_MS, NULL, 5 * MINUTE_MS, false };
static const struct scene chatter = { "chatter", "chatter", false, come_and_go, SECOND_MS, NULL, 5 * MINUTE_MS, true };
static const struct scene closed = { "closed", "closed", false, hold_closed, SECOND_MS, NULL, 6 * MINUTE_MS, false };
static const struct scene stale = { "stale", "stale", false, nothing, SECOND_MS, report, SECOND_MS, false };
static const struct scene resting = { "rested", "resting", false, report_rested, SECOND_MS, NULL, 20 * MINUTE_MS, false };
static const struct scene kept = { "kept", "kept", false, report_kept, SECOND_MS, NULL, 11 * MINUTE_MS, false };
/* clang-format on */

static void end_documents(void)
{
	for (uint32_t unit = 1; unit <= CASES; unit++)
		send(unit, "bare", "doc.got", "");
	pass(MINUTE_MS);
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	(void)context, (void)tick;
}

static bool read_event(void *context, uint64_t position, struct text *json)
{
	(void)context, (void)position, (void)json;
	return false;
}

static void begin(void)
{
	CLEANUP_TEXT struct text report_text = { 0 };
	const struct flow *flow;

	if (!mkdtemp(test.directory))
		fail("no directory");
	write_pack();
	if (config_load(&test.config, test.directory, NULL, &report_text))
		fail("%s", text_get(&report_text));
	if (civil_parse(BEGIN, strlen(BEGIN), &test.now_ms) ||
	    fold_init_watched(&test.fold, test.config, on_tick, NULL))
		fail("cannot make the flow: %s", err_trace());
	flow = test.fold.flow;
	random_seed(&test.random, 1);
	test.views = (struct views){
		.caller = caller_new_local(),
		.source = {
			.context = { .units = config_units(test.config),
				     .offset_minutes = 420,
				     .book = flow_book(flow) },
			.indicators = flow_indicators(flow),
			.rules = flow_rules(flow),
			.keyed = flow_keyed(flow),
			.sequences = flow_sequences(flow),
			.book = flow_book(flow),
			.ledger = flow_ledger(flow),
			.deadletter = flow_deadletter(flow),
			.contracts = flow_contracts(flow),
			.trackers = flow_trackers(flow),
			.config = test.config,
		},
		.hooks = { .read_event = read_event },
	};
	carry(&(struct record){ .kind = RECORD_TIME, .topic = "", .payload = "" });
	pass(SECOND_MS);
}

int main(void)
{
	memcpy(test.directory, "/tmp/iocd-not-XXXXXX", sizeof("/tmp/iocd-not-XXXXXX"));
	begin();
	for (size_t i = 0; i < COUNT(scenes); i++) {
		play(&scenes[i]);
		if (strcmp(scenes[i].rule, "few") == 0)
			check_telling();
	}
	end_documents();
	play(&not_due);
	pass_until("2026-03-02T09:55:00+07:00");
	play(&closed);
	play(&stale);
	play(&chatter);
	play(&kept);
	pass_until("2026-03-02T10:50:00+07:00");
	play(&resting);
	play_own();
	printf("%zu reasons, %d cases each\n", COUNT(scenes) + 7, CASES);
	caller_free(test.views.caller);
	fold_fini(&test.fold);
	config_free(test.config);
	return nftw(test.directory, remove_path, 8, FTW_DEPTH | FTW_PHYS) ? EXIT_FAILURE
									  : EXIT_SUCCESS;
}

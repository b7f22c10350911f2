/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_config: any bytes as one file of a configuration whose other files are good.  The first byte
 * chooses which file: '0' iocd.yml, '1' units.yml, '2' feeds.d, '3' indicators.d, '4' rules.d, '5'
 * the command line, '6' calendar.yml, '7' receivers.yml, '8' maintenance.yml, '9' the source of a
 * whole rulebook over the good rest; anything else rules.d.  What was loaded comes back the same
 * from the source of its rulebook.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "iocd/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	enum part part;
	const char *name;
	const char *good;
} files[] = {
	{ PART_SETTINGS, "iocd.yml", "instance: fuzz\n" },
	{ PART_UNITS, "units.yml",
	  "units:\n"
	  "  a: {level: x, name: {vi: Ấ, en: A}}\n"
	  "  b: {level: y, parent: a, aliases: [c], was: [{until: 2025-06-30, parent: d}]}\n"
	  "  d: {level: y, parent: a, until: 2025-06-30}\n" },
	{ PART_FEEDS, "feeds.d/f.yml",
	  "f:\n"
	  "  expect: {from: b, every: 5m, within: o, grace: 1m}\n"
	  "  events:\n"
	  "    e.v: {t: text, c: [p, q], g: flag, n: number, w: time}\n"
	  "    e.w: {t: text}\n" },
	{ PART_INDICATORS, "indicators.d/i.yml",
	  "i: {count: f/e.v}\n"
	  "j: {count: f/e.v, where: {c: p}}\n"
	  "r: {ratio: [j, i]}\n"
	  "s: {stock: f/e.v.n, by: t}\n"
	  "g: {progress: s, goal: 5}\n"
	  "h: {behind: g, from: 2024-01-01, by: 2024-12-31}\n"
	  "m: {score: [{of: r, weight: 1, max: 1}], bands: [{from: 1, title: x}]}\n"
	  "u: {units: m, is: '> 1', among: {level: y}}\n"
	  "k.o: {track: t, open: f/e.v, close: f/e.w, due: w, calendars: {by: t, kinds: {x: o}}}\n"
	  "l: {quantile: f/o.closed.hours, at: 0.5}\n" },
	{ PART_RULES, "rules.d/r.yml",
	  "r: {indicator: r, window: 1h, warning: '> 5%', override: {b: {warning: '> 6%'}}}\n"
	  "s: {silence: f, severity: warning, calendar: o}\n"
	  "e: {indicator: i, window: 5m, for-each: c, warning: '> 5', tell: [d, unit]}\n"
	  "q: {sequence: {first: f/e.v, then: f/e.w, by: t, within: 30m}, severity: critical}\n"
	  "k: {deadline: k.o, for-each: record}\n"
	  "w: {own: watchdog, repeat: 1h}\n" },
	{ PART_RECEIVERS, "receivers.yml",
	  "d: {url: 'https://h/p', hears: {rules: [r, w], units: b}}\n" },
	{ PART_MAINTENANCE, "maintenance.yml", "m: {during: o, by: x, rules: s}\n" },
	{ PART_CALENDAR, "calendar.yml",
	  "o:\n"
	  "  weeks: [{from: 2020-01-01, mon-fri: '22:00-06:00', cut-off: '16:30'}]\n"
	  "  days: {2026-02-16..2026-02-20: {rest: yes, name: N}}\n" },
};

#define RULES        4 /* in files */
#define RECEIVERS    5
#define MAINTENANCE  6
#define CALENDAR     7
#define COMMAND_LINE COUNT(files)
#define SOURCE       (COUNT(files) + 1)

/* What the first byte chooses: a place in files, COMMAND_LINE or SOURCE. */
static size_t choose(uint8_t byte)
{
	switch (byte) {
	case '5':
		return COMMAND_LINE;
	case '6':
		return CALENDAR;
	case '7':
		return RECEIVERS;
	case '8':
		return MAINTENANCE;
	case '9':
		return SOURCE;
	default:
		return byte >= '0' && byte <= '4' ? byte - (size_t)'0' : RULES;
	}
}

static struct sources *make_sources(const uint8_t *data, size_t size, size_t chosen)
{
	struct sources *sources = sources_new();

	for (size_t i = 0; i < COUNT(files); i++)
		if (i == chosen)
			sources_add(sources, files[i].part, files[i].name, (const char *)data,
				    size);
		else
			sources_add(sources, files[i].part, files[i].name, files[i].good,
				    strlen(files[i].good));
	return sources;
}

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* An indicator refers to others, or to an event, that are there. */
static void look_at_indicator(const struct config *config, const struct indicator *indicator)
{
	uint32_t n;

	(void)config_indicators(config, &n);
	expect(indicator->n_windows > 0);
	if (indicator->kind == INDICATOR_RATIO)
		expect(indicator->parts[0] < n && indicator->parts[1] < n);
	else if (indicator->kind == INDICATOR_SCORE)
		for (uint32_t i = 0; i < indicator->n_terms; i++)
			expect(indicator->terms[i].indicator < n);
	else if (indicator->kind > INDICATOR_RATIO)
		expect(indicator->parts[0] < n);
	else if (indicator->kind != INDICATOR_GAUGE)
		expect(indicator->type < schema_n_types(config_schema(config)));
}

static void look_at_track(const struct config *config, const struct track *track)
{
	uint32_t n;

	(void)config_indicators(config, &n);
	expect(track->open_gauge < n && track->due_soon_gauge < n && track->overdue_gauge < n &&
	       track->paused_gauge < n);
	expect(track->n_steps > 0 && track->n_key > 0 && track->calendar);
	expect(track->closed_type < schema_n_types(config_schema(config)));
	for (uint32_t i = 0; i < track->n_steps; i++) {
		const struct event_type *type =
			schema_type(config_schema(config), track->steps[i].type);

		for (uint32_t j = 0; j < track->n_key; j++)
			expect(track->steps[i].key_fields[j] < type->n_fields);
	}
}

static void look_at_parts(const struct config *config)
{
	const struct calendar *const *calendars;
	const struct contract *contracts;
	const struct track *tracks;
	uint32_t n;

	calendars = config_calendars(config, &n);
	for (uint32_t i = 0; i < n; i++)
		(void)calendar_after_ms(calendars[i], INT64_C(1760000000000), 360000000);
	contracts = config_contracts(config, &n);
	for (uint32_t i = 0; i < n; i++)
		expect(contracts[i].expected &&
		       !contracts[i].every_ms == (contracts[i].by_minute >= 0));
	tracks = config_tracks(config, &n);
	for (uint32_t i = 0; i < n; i++)
		look_at_track(config, &tracks[i]);
}

static void look_at_units(const struct units *units)
{
	expect(units_count(units) > 0);
	for (uint32_t i = 0; i < units_registered(units); i++) {
		expect(units_successor(units, i) < units_count(units));
		(void)units_parent_on(units, i, 20000);
	}
}

static void look_at_rule(const struct config *config, const struct rulebook *book, uint32_t number)
{
	const struct rule *rule = &book->rules[number];
	uint32_t n;

	expect(rule->applies && rule->number == number && strlen(rule->version) == 8);
	expect(rule->title_vi && rule->title_en);
	if (rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH)
		expect(rule->limits && rule->figure);
	if (rule->kind == RULE_EACH)
		expect(rule->each && rule->cap > 0 && rule->window.kind == WINDOW_MINUTES);
	if (rule->kind == RULE_SEQUENCE)
		expect(rule->track < book->n_sequences && rule->record->n_steps > 1);
	(void)config_tracks(config, &n);
	if (rule->kind == RULE_DEADLINE)
		expect(rule->track < n);
	for (uint32_t i = 0; rule->inhibits.rules && i < book->n_rules; i++)
		expect(!rule->inhibits.rules[i] || i != number);
	for (uint32_t i = 0; i < rule->n_steps; i++)
		expect(rule->steps[i].receivers &&
		       (i == 0 || rule->steps[i].after_ms > rule->steps[i - 1].after_ms));
}

static void look_at_rulebook(const struct config *config)
{
	struct rulebook book;

	config_rulebook(config, &book);
	expect(book.n_rules >= N_OWN_PARTS - 1 && book.n_receivers <= RECEIVERS_MAX);
	for (uint32_t i = 0; i < book.n_rules; i++)
		look_at_rule(config, &book, i);
	for (uint32_t i = 0; i < book.n_receivers; i++)
		expect(book.receivers[i].url[0] && book.receivers[i].rules);
	for (uint32_t i = 0; i < book.n_maintenances; i++)
		expect(book.maintenances[i].by[0] &&
		       (book.maintenances[i].calendar ||
			book.maintenances[i].from_ms < book.maintenances[i].until_ms));
}

/* What was loaded must be usable: every index in range. */
static void look_at(const struct config *config)
{
	const struct indicator *indicators;
	uint32_t n;

	indicators = config_indicators(config, &n);
	for (uint32_t i = 0; i < n; i++)
		look_at_indicator(config, &indicators[i]);
	look_at_units(config_units(config));
	look_at_parts(config);
	look_at_rulebook(config);
}

/* The source of a rulebook makes the same rulebook. */
static void look_again(const struct config *config)
{
	CLEANUP(config_free) struct config *again = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	struct rulebook book, other;

	config_rulebook(config, &book);
	if (config_with_rules(&again, config, book.source, book.source_size, &report))
		abort();
	config_rulebook(again, &other);
	expect(other.n_rules == book.n_rules && other.source_size == book.source_size);
	expect(memcmp(other.source, book.source, book.source_size) == 0);
	expect(strcmp(other.generation, book.generation) == 0);
	expect(strcmp(config_fingerprint(again), config_fingerprint(config)) == 0);
	for (uint32_t i = 0; i < book.n_rules; i++)
		expect(strcmp(book.rules[i].version, other.rules[i].version) == 0);
	look_at_rulebook(again);
}

static int load_source(struct config **ret, const uint8_t *data, size_t size, struct text *report)
{
	static struct config *base; /* made once */

	if (!base && config_build(&base, "fuzz", make_sources(NULL, 0, COMMAND_LINE), NULL, report))
		abort();
	return config_with_rules(ret, base, (const char *)data, size, report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text pair = { 0 };
	const char *pairs[1];
	struct config_overrides overrides = { .pairs = pairs, .n_pairs = 0 };
	size_t chosen = RULES;
	int r;

	if (size > 0) {
		chosen = choose(data[0]);
		data++;
		size--;
	}
	if (chosen == COMMAND_LINE) {
		text_add_bytes(&pair, (const char *)data, size);
		pairs[0] = text_get(&pair);
		overrides.n_pairs = 1;
	}
	if (chosen == SOURCE)
		r = load_source(&config, data, size, &report);
	else
		r = config_build(&config, "fuzz", make_sources(data, size, chosen), &overrides,
				 &report);
	if (r && report.size == 0)
		abort(); /* refused without a word */
	if (r)
		return 0;
	look_at(config);
	look_again(config);
	return 0;
}

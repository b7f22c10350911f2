/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_config: any bytes as one file of a configuration whose other files are good.  The first byte
 * chooses which file: '0' iocd.yml, '1' units.yml, '2' feeds.d, '3' indicators.d, '4' rules.d, '5'
 * the command line; anything else rules.d.
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
	  "  b: {level: y, parent: a, aliases: [c]}\n" },
	{ PART_FEEDS, "feeds.d/f.yml",
	  "f: {events: {e.v: {t: text, c: [p, q], g: flag, n: number, w: time}}}\n" },
	{ PART_INDICATORS, "indicators.d/i.yml",
	  "i: {count: f/e.v}\n"
	  "j: {count: f/e.v, where: {c: p}}\n"
	  "r: {ratio: [j, i]}\n" },
	{ PART_RULES, "rules.d/r.yml",
	  "r: {indicator: r, window: 1h, warning: '> 5%', override: {b: {warning: '> 6%'}}}\n" },
};

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

/* What was loaded must be usable: every index in range. */
static void look_at(const struct config *config)
{
	const struct indicator *indicators;
	const struct rule *rules;
	uint32_t n_indicators, n_rules;

	indicators = config_indicators(config, &n_indicators);
	rules = config_rules(config, &n_rules);
	for (uint32_t i = 0; i < n_indicators; i++) {
		if (indicators[i].kind == INDICATOR_RATIO) {
			if (indicators[i].parts[0] >= n_indicators ||
			    indicators[i].parts[1] >= n_indicators)
				abort();
		} else if (indicators[i].type >= schema_n_types(config_schema(config))) {
			abort();
		}
		if (indicators[i].n_windows == 0)
			abort();
	}
	for (uint32_t i = 0; i < n_rules; i++)
		if (!rules[i].applies || (rules[i].kind == RULE_THRESHOLD && !rules[i].limits))
			abort();
	if (units_count(config_units(config)) == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text pair = { 0 };
	const char *pairs[1];
	struct config_overrides overrides = { .pairs = pairs, .n_pairs = 0 };
	size_t chosen = 4;

	if (size > 0 && data[0] >= '0' && data[0] <= '5')
		chosen = data[0] - (size_t)'0';
	if (size > 0) {
		data++;
		size--;
	}
	if (chosen == 5) {
		text_add_bytes(&pair, (const char *)data, size);
		pairs[0] = text_get(&pair);
		overrides.n_pairs = 1;
	}
	if (config_build(&config, "fuzz", make_sources(data, size, chosen), &overrides, &report) ==
	    0)
		look_at(config);
	else if (report.size == 0)
		abort(); /* refused without a word */
	return 0;
}

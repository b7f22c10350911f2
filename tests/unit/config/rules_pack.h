/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_pack: what tests of rules share: parts that all kinds of rules can be on, and ways to find
 * one.
 *
 * For tests only.
 */
#ifndef TEST_CONFIG_RULES_PACK_H
#define TEST_CONFIG_RULES_PACK_H

#include "pack.h"

#define RULES(yaml)                                                                                \
	{                                                                                          \
		PART_RULES, "rules.d/z.yml", yaml                                                  \
	}

static const struct file links = {
	PART_FEEDS, "feeds.d/links.yml",
	"links:\n"
	"  expect: {from: [east, west], every: 5m}\n"
	"  events:\n"
	"    link.seen: {link: text, up: flag, count: {type: number, min: 0}, kind: [a, b]}\n"
	"    link.gone: {link: text, other: text}\n"
	"    link.lost: {link: text}\n"
};

static const struct file figures = {
	PART_INDICATORS, "indicators.d/links.yml",
	"links.up: {last: links/link.seen.up}\n"
	"links.count: {count: links/link.seen}\n"
	"links.both: {ratio: [links.count, desk.opened]}\n"
	"links.change: {change: links.count, as: ratio}\n"
	"links.usual: {baseline: links.count}\n"
	"links.done: {progress: links.stock, goal: 10}\n"
	"links.stock: {stock: links/link.seen.count, by: link}\n"
	"links.late: {behind: links.done, from: 2026-01-01, by: 2026-12-31}\n"
	"links.score: {score: [{of: links.up, weight: 1, max: 1}], bands: [{from: 0, title: Poor}, "
	"{from: 50, title: {vi: Khá, en: Fairly Good}}, {from: 80, title: Best, key: top}]}\n"
	"open: {track: record, open: desk/record.opened, close: desk/record.closed, due: due, "
	"due-soon: 2d}\n"
	"plain: {track: link, open: links/link.seen, close: links/link.gone}\n"
};

static const struct file hours = { PART_CALENDAR, "calendar.yml",
				   "office: {weeks: [{mon-fri: \"08:00-17:00\"}]}\n" };

/* Loads one file over all of these. */
static inline int load_rules_over(struct config **ret, const struct file *file, struct text *report)
{
	const struct file files[] = { links, figures, hours, *file };

	return pack_load(ret, files, COUNT(files), report);
}

/* The same of what must be good. */
static inline struct config *expect_rules(const char *yaml)
{
	const struct file files[] = { links, figures, hours, RULES(yaml) };

	return expect_good(files, COUNT(files));
}

/* Loads each, and expects exactly what it says to be told. */
static inline void expect_rule_mistakes(const struct mistake *mistakes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(config_free) struct config *config = NULL;
		CLEANUP_TEXT struct text report = { 0 };
		CLEANUP_TEXT struct text told = { 0 };
		int r = load_rules_over(&config, &mistakes[i].file, &report);

		text_add(&told, "%s:%s\n", mistakes[i].file.name, mistakes[i].told);
		if (strncmp(text_get(&report), told.bytes, told.size) != 0)
			print_error("%s\nexpected: %stold: %s", mistakes[i].file.yaml,
				    text_get(&told), text_get(&report));
		assert_int_equal(r, CONFIG_REFUSED);
		assert_memory_equal(text_get(&report), told.bytes, told.size);
		if (!strstr(text_get(&report), "\n1 error in 1 file; nothing was loaded\n"))
			print_error("%s", text_get(&report));
		assert_non_null(
			strstr(text_get(&report), "\n1 error in 1 file; nothing was loaded\n"));
	}
}

static inline const struct rule *find_rule(const struct config *config, const char *id)
{
	struct rulebook book;

	config_rulebook(config, &book);
	for (uint32_t i = 0; i < book.n_rules; i++)
		if (strcmp(book.rules[i].id, id) == 0)
			return &book.rules[i];
	fail_msg("no rule %s", id);
	return NULL;
}

static inline uint32_t find_unit(const struct config *config, const char *id)
{
	return units_find(config_units(config), id, strlen(id));
}

#endif

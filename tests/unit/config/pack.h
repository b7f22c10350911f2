/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack: a small good configuration in memory, to be spoilt in one place per test.
 *
 * For tests only.
 */
#ifndef TEST_CONFIG_PACK_H
#define TEST_CONFIG_PACK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"

struct file {
	enum part part;
	const char *name;
	const char *yaml;
};

static const struct file good_pack[] = {
	{ PART_SETTINGS, "iocd.yml", "instance: test\n" },
	{ PART_UNITS, "units.yml",
	  "units:\n"
	  "  home: {level: province, name: {vi: Nhà, en: Home}}\n"
	  "  east: {level: district, parent: home, aliases: [old-east]}\n"
	  "  west: {level: district, parent: home}\n"
	  "  east-1: {level: commune, parent: east}\n" },
	{ PART_FEEDS, "feeds.d/desk.yml",
	  "desk:\n"
	  "  events:\n"
	  "    record.opened: {record: text, channel: [online, counter], due: time}\n"
	  "    record.closed: {record: text, late: flag, cost: {type: number, min: 0}}\n"
	  "    record.moved: {record: text, to_unit: text, cost: number, late: text}\n" },
	{ PART_INDICATORS, "indicators.d/desk.yml",
	  "desk.opened: {count: desk/record.opened}\n"
	  "desk.closed: {count: desk/record.closed}\n"
	  "desk.closed-late: {count: desk/record.closed, where: {late: yes}}\n"
	  "desk.late-rate: {ratio: [desk.closed-late, desk.closed], show: percent}\n"
	  "desk.cost: {sum: desk/record.closed.cost}\n" },
	{ PART_RULES, "rules.d/desk.yml",
	  "desk-late: {indicator: desk.late-rate, window: 2h, warning: \"> 5%\"}\n" },
};

/* Adds the good pack, with files of the same name replaced and others added, in order. */
static inline struct sources *pack_sources(const struct file *files, size_t n)
{
	struct sources *sources = sources_new();

	for (int part = 0; part < PART_OVERRIDES; part++) {
		for (size_t i = 0; i < COUNT(good_pack); i++) {
			const struct file *file = &good_pack[i];

			for (size_t j = 0; j < n; j++)
				if (strcmp(files[j].name, good_pack[i].name) == 0)
					file = &files[j];
			if ((int)file->part == part && file->yaml)
				sources_add(sources, file->part, file->name, file->yaml,
					    strlen(file->yaml));
		}
		for (size_t j = 0; j < n; j++) {
			size_t i = 0;

			while (i < COUNT(good_pack) &&
			       strcmp(files[j].name, good_pack[i].name) != 0)
				i++;
			if (i == COUNT(good_pack) && (int)files[j].part == part)
				sources_add(sources, files[j].part, files[j].name, files[j].yaml,
					    strlen(files[j].yaml));
		}
	}
	return sources;
}

/* Loads the good pack with files laid over it; report may have something in it afterwards. */
static inline int pack_load(struct config **ret, const struct file *files, size_t n,
			    struct text *report)
{
	return config_build(ret, "pack", pack_sources(files, n), NULL, report);
}

/* A file laid over the good pack, and all that must be said about it. */
struct mistake {
	struct file file;
	const char *told; /* "line:column: error: message" */
};

/* Loads with one mistake, and another good file beside it (or NULL): exactly that is told, with the
 * caret under its column. */
static inline void expect_mistake_beside(const struct mistake *mistake, const struct file *beside)
{
	const struct file files[] = { mistake->file, beside ? *beside : mistake->file };
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text told = { 0 };
	const char *caret, *sum;
	unsigned column = 0;
	int r;

	r = pack_load(&config, files, beside ? 2 : 1, &report);
	text_add(&told, "%s:%s\n", mistake->file.name, mistake->told);
	if (r != CONFIG_REFUSED || strncmp(text_get(&report), told.bytes, told.size) != 0)
		print_error("%s\nexpected: %stold: %s", mistake->file.yaml, text_get(&told),
			    text_get(&report));
	assert_int_equal(r, CONFIG_REFUSED);
	assert_memory_equal(text_get(&report), told.bytes, told.size);

	assert_int_equal(sscanf(mistake->told, "%*u:%u:", &column), 1);
	caret = strchr(report.bytes + told.size, '\n') + 1;
	if (!strchr(mistake->file.yaml, '\t') && strspn(caret, " ") + 1 != column)
		print_error("%s", text_get(&report));
	if (!strchr(mistake->file.yaml, '\t'))
		assert_int_equal(strspn(caret, " ") + 1, column);
	assert_int_equal(caret[strspn(caret, " \t")], '^');
	sum = strchr(caret, '\n') + 1;
	if (strcmp(sum, "1 error in 1 file; nothing was loaded\n") != 0)
		print_error("%s", text_get(&report));
	assert_string_equal(sum, "1 error in 1 file; nothing was loaded\n");
}

static inline void expect_mistake(const struct mistake *mistake)
{
	expect_mistake_beside(mistake, NULL);
}

static inline void expect_mistakes(const struct mistake *mistakes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_mistake(&mistakes[i]);
}

/* Loads what must be good, in every detail. */
static inline struct config *expect_good(const struct file *files, size_t n)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;
	int r;

	r = pack_load(&config, files, n, &report);
	assert_string_equal(text_get(&report), "");
	assert_int_equal(r, 0);
	return config;
}

/* Loads what is good but for one warning. */
static inline void expect_warning(const struct file *file, const char *told)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	int r;

	r = pack_load(&config, file, 1, &report);
	if (!strstr(text_get(&report), told))
		print_error("%s", text_get(&report));
	assert_int_equal(r, 0);
	assert_non_null(strstr(text_get(&report), told));
	assert_non_null(strstr(text_get(&report), "\n1 warning in 1 file\n"));
}

#endif

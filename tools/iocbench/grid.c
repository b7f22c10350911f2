/* SPDX-License-Identifier: Apache-2.0 */
#include "grid.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"

/* The part of a unit or type in the order of events: neighbours are far apart. */
#define STRIDE 7919u

static void add_units(const struct grid *grid, struct text *text)
{
	text_add(text, "units:\n  all: {level: whole, name: {vi: all, en: all}}\n");
	for (uint32_t i = 0; i < grid->n_units; i++)
		text_add(text,
			 "  u%05u: {level: part, parent: all, name: {vi: u%05u, en: u%05u}}\n", i,
			 i, i);
}

static void add_feed(const struct grid *grid, struct text *text)
{
	text_add(text, "load:\n  title: {vi: load, en: load}\n  events:\n");
	for (uint32_t i = 0; i < grid->n_types; i++)
		text_add(text, "    t%04u: {value: number}\n", i);
}

static void add_indicators(const struct grid *grid, struct text *text)
{
	for (uint32_t i = 0; i < grid->n_types; i++)
		text_add(text,
			 "load.t%04u: {title: {vi: t%04u, en: t%04u}, mean: load/t%04u.value}\n", i,
			 i, i, i);
}

static int write_file(const char *directory, const char *folder, const char *name,
		      const struct text *text)
{
	CLEANUP_TEXT struct text path = { 0 };
	FILE *file;
	bool ok;

	text_add(&path, "%s/%s", directory, folder);
	if (disk_make_directory(text_get(&path)))
		return err_raise(-EIO);
	text_add(&path, "/%s", name);
	file = fopen(text_get(&path), "we");
	if (!file)
		return err_raise(-errno);
	ok = fwrite(text->bytes, 1, text->size, file) == text->size;
	return fclose(file) || !ok ? err_raise(-EIO) : 0;
}

int grid_write(const struct grid *grid, const char *directory)
{
	static const struct {
		void (*add)(const struct grid *grid, struct text *text);
		const char *folder;
		const char *name;
	} parts[] = {
		{ add_units, "", "units.yml" },
		{ add_feed, "feeds.d", "load.yml" },
		{ add_indicators, "indicators.d", "load.yml" },
	};
	int r = 0;

	for (size_t i = 0; !r && i < COUNT(parts); i++) {
		CLEANUP_TEXT struct text text = { 0 };

		parts[i].add(grid, &text);
		r = write_file(directory, parts[i].folder, parts[i].name, &text);
	}
	return err_pass(r);
}

static void add_event(const struct grid *grid, struct cargo *cargo, uint64_t n, const char *stamp)
{
	uint64_t place = n * STRIDE % ((uint64_t)grid->n_units * grid->n_types);
	uint32_t unit = (uint32_t)(place / grid->n_types);
	uint32_t type = (uint32_t)(place % grid->n_types);
	CLEANUP_TEXT struct text topic = { 0 };
	CLEANUP_TEXT struct text json = { 0 };

	text_add(&topic, "%s/u%05u/load/evt/t%04u", grid->prefix, unit, type);
	text_add(&json,
		 "{\"specversion\":\"1.0\",\"id\":\"%" PRIu64 "\",\"source\":\"/unit/u%05u/"
		 "load\",\"type\":\"vn.ioc.load.t%04u.v1\",\"time\":\"%s\","
		 "\"datacontenttype\":\"application/json\",\"data\":{\"value\":%" PRIu64 "}}",
		 n, unit, type, stamp, n % 1000);
	cargo->event_bytes += json.size;
	cargo_add(cargo, text_get(&topic), &json, 1);
}

void grid_load(const struct grid *grid, struct cargo *cargo, uint64_t n_events)
{
	time_t now_s = (time_t)(clock_real_ms() / 1000);
	char stamp[32];
	struct tm tm;

	(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now_s, &tm));
	*cargo = (struct cargo){ 0 };
	for (uint64_t n = 0; n < n_events; n++)
		add_event(grid, cargo, n, stamp);
}

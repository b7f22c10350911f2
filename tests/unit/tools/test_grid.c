/* SPDX-License-Identifier: Apache-2.0 */
#include "grid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/config.h"
#include "iocd/base/err.h"

#define N_UNITS 30u
#define N_TYPES 20u

static const struct grid grid = { N_UNITS, N_TYPES, "test/v1" };

/* The series that a packet is for. */
static unsigned series_of(const struct cargo *cargo, size_t i)
{
	const struct packet *packet = &cargo->packets[i];
	const char *topic = memmem(cargo->bytes.bytes + packet->start, packet->size, "test/v1/", 8);
	unsigned unit, type;

	assert_non_null(topic);
	assert_int_equal(sscanf(topic, "test/v1/u%5u/load/evt/t%4u", &unit, &type), 2);
	assert_true(unit < N_UNITS && type < N_TYPES);
	return unit * N_TYPES + type;
}

static void the_first_events_touch_every_series_once(void **state)
{
	bool touched[N_UNITS * N_TYPES] = { false };
	struct cargo cargo;

	(void)state;
	grid_load(&grid, &cargo, N_UNITS * N_TYPES + 7);
	assert_int_equal(cargo.n_events, N_UNITS * N_TYPES + 7);
	assert_int_equal(cargo.n_packets, N_UNITS * N_TYPES + 7);
	for (size_t i = 0; i < N_UNITS * N_TYPES; i++) {
		unsigned series = series_of(&cargo, i);

		assert_false(touched[series]);
		touched[series] = true;
	}
	cargo_fini(&cargo);
}

static void remove_pack(const char *directory)
{
	static const char *const names[] = { "units.yml", "feeds.d/load.yml",
					     "indicators.d/load.yml" };
	static const char *const folders[] = { "feeds.d", "indicators.d", "" };

	for (size_t i = 0; i < COUNT(names) + COUNT(folders); i++) {
		CLEANUP_TEXT struct text path = { 0 };

		text_add(&path, "%s/%s", directory,
			 i < COUNT(names) ? names[i] : folders[i - COUNT(names)]);
		assert_int_equal(remove(text_get(&path)), 0);
	}
}

static void what_is_written_is_a_configuration(void **state)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	char directory[] = "/tmp/iocd-grid-XXXXXX";
	uint32_t n_indicators;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(grid_write(&grid, directory), 0);
	assert_int_equal(config_load(&config, directory, NULL, &report), 0);
	assert_string_equal(text_get(&report), "");
	(void)config_indicators(config, &n_indicators);
	assert_int_equal(n_indicators, N_TYPES);
	assert_int_equal(units_count(config_units(config)), N_UNITS + 1);
	remove_pack(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_events_touch_every_series_once),
		cmocka_unit_test(what_is_written_is_a_configuration),
	};

	return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}

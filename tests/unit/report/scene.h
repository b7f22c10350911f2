/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scene: a small report: a province with three communes, two lines, ranked by the first.
 */
#ifndef TEST_REPORT_SCENE_H
#define TEST_REPORT_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "iocd/report.h"

#define N_UNITS 4
enum { PROVINCE, ONE, TWO, THREE };
enum { ON_TIME, RECEIVED };

struct scene {
	struct units *units;
	struct report_plan plan;
	struct report_table table;
	struct text before; /* its JSON, when it was made before */
};

static const bool all_units[N_UNITS] = { true, true, true, true };
static const bool communes[N_UNITS] = { false, true, true, true };

static const struct indicator figures[] = {
	[ON_TIME] = { .id = "on-time",
		      .title_vi = "Đúng hạn <&>",
		      .title_en = "On time <&>",
		      .measure_vi = "%",
		      .measure_en = "%",
		      .percent = true,
		      .target = 0.97,
		      .ranking = { .min_samples = 10 } },
	[RECEIVED] = { .id = "received",
		       .title_vi = "Tiếp nhận",
		       .title_en = "Received",
		       .measure_vi = "hồ sơ",
		       .measure_en = "files",
		       .target = NAN },
};

static inline void scene_table(struct scene *scene)
{
	struct report_period period;

	assert_int_equal(report_read_period(&period, REPORT_MONTH, "2026-10", 420), 0);
	report_table_fini(&scene->table);
	report_table_init(&scene->table, &scene->plan, scene->units, figures, &period, 420);
}

static inline void scene_init(struct scene *scene)
{
	static const char *const ids[] = { "tinh", "xa-1", "xa-2", "xa-3" };

	*scene = (struct scene){ .units = units_new() };
	for (uint32_t i = 0; i < N_UNITS; i++) {
		const struct unit unit = { .id = ids[i],
					   .level = i ? "commune" : "province",
					   .name_vi = i ? "Xã, \"một\"" : "Tỉnh",
					   .name_en = ids[i],
					   .parent = i ? 0 : UNIT_NONE };
		uint32_t number;

		assert_int_equal(units_add(scene->units, &unit, &number), 0);
	}
	scene->plan = (struct report_plan){ .id = "monthly",
					    .title_vi = "Báo cáo tháng",
					    .title_en = "Monthly report",
					    .every = REPORT_MONTH,
					    .units = all_units,
					    .lines = { ON_TIME, RECEIVED },
					    .n_lines = 2,
					    .rank_line = 0,
					    .ranked = communes };
	scene_table(scene);
}

static inline void scene_fini(struct scene *scene)
{
	report_table_fini(&scene->table);
	text_fini(&scene->before);
	units_free(scene->units);
}

static inline void scene_put(struct scene *scene, uint32_t unit, uint32_t line, double value,
			     uint64_t samples)
{
	const struct reading reading = { .quality = QUALITY_GOOD,
					 .value = value,
					 .samples = samples };

	report_table_put(&scene->table, unit, line, &reading, 1);
}

static inline bool scene_finish(struct scene *scene, int64_t made_ms)
{
	return report_table_finish(&scene->table, scene->before.bytes, scene->before.size, made_ms);
}

/* What was written is what the next one is compared with. */
static inline void scene_write(struct scene *scene)
{
	text_clear(&scene->before);
	report_json(&scene->before, &scene->table, UNIT_NONE);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ground: a small configuration in a directory of its own, and records for a fold of it.
 *
 * For tests only.
 */
#ifndef TEST_TRIAL_GROUND_H
#define TEST_TRIAL_GROUND_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/config.h"
#include "iocd/journal.h"

#define BEGIN_MS INT64_C(1772416800000) /* 2026-03-02T09:00:00+07:00, a Monday */
#define MINUTE   60000

static const char *const units_yml = "units:\n"
				     "  home: {level: province}\n"
				     "  east: {level: district, parent: home}\n"
				     "  west: {level: district, parent: home}\n";
static const char *const feed_yml =
	"desk:\n"
	"  events:\n"
	"    closed: {record: text, late: flag, cost: {type: number, min: 0}}\n"
	"    broken: {host: text, kind: [small, large]}\n";
static const char *const indicators_yml =
	"desk.closed: {count: desk/closed, windows: [1h, today]}\n"
	"desk.late: {count: desk/closed, where: {late: yes}, windows: [1h, today]}\n"
	"desk.late-rate: {ratio: [desk.late, desk.closed], show: percent, windows: [1h, today]}\n"
	"desk.cost: {last: desk/closed.cost, windows: [1h, today]}\n";
static const char *const rules_yml =
	"late:\n"
	"  indicator: desk.late-rate\n"
	"  window: 1h\n"
	"  warning: \"> 10%\"\n"
	"  critical: \"> 50%\"\n"
	"  clear: \"< 8%\"\n"
	"  hold: 30s\n"
	"  fade: 30s\n"
	"  min-samples: 4\n"
	"  units: {level: district}\n"
	"  override: {west: {warning: \"> 20%\"}}\n"
	"costly: {indicator: desk.cost, window: 1h, warning: \"> 100\", units: {level: district}}\n"
	"broken: {event: desk/broken, where: {kind: large}, severity: critical, subject: host, "
	"fade: 5m}\n";

struct ground {
	char directory[64];
	struct config *config;
};

static inline void ground_write(const struct ground *ground, const char *name, const char *text)
{
	char path[160], *slash;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", ground->directory, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	(void)mkdir(path, 0700);
	*slash = '/';
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline void ground_load(struct ground *ground)
{
	CLEANUP_TEXT struct text report = { 0 };

	if (config_load(&ground->config, ground->directory, NULL, &report))
		fail_msg("%s", text_get(&report));
}

/* With these units and rules. */
static inline void ground_init_on(struct ground *ground, const char *units, const char *rules)
{
	*ground = (struct ground){ .directory = "/tmp/iocd-trial-XXXXXX" };
	assert_non_null(mkdtemp(ground->directory));
	ground_write(ground, "units.yml", units);
	ground_write(ground, "feeds.d/desk.yml", feed_yml);
	ground_write(ground, "indicators.d/desk.yml", indicators_yml);
	ground_write(ground, "rules.d/desk.yml", rules);
	ground_load(ground);
}

/* With these rules; NULL: those above. */
static inline void ground_init(struct ground *ground, const char *rules)
{
	ground_init_on(ground, units_yml, rules ? rules : rules_yml);
}

static inline int ground_remove(const char *path, const struct stat *status, int flag,
				struct FTW *ftw)
{
	(void)status, (void)flag, (void)ftw;
	return remove(path);
}

static inline void ground_fini(struct ground *ground)
{
	config_free(ground->config);
	assert_int_equal(nftw(ground->directory, ground_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* ---- records ---- */

/* Records that stay, as a journal's do. */
struct tape {
	struct record *list; /* owned, as are topics and payloads */
	size_t n;
	unsigned n_events;
};

static inline void tape_add(struct tape *tape, enum record_kind kind, int64_t at_ms,
			    const char *topic, const char *payload, size_t size)
{
	tape->list = xrealloc(tape->list, tape->n + 1, sizeof(*tape->list));
	tape->list[tape->n] = (struct record){
		.kind = kind,
		.arrival_ms = at_ms,
		.position = tape->n,
		.next = tape->n + 1,
		.topic = xstrdup(topic),
		.topic_size = strlen(topic),
		.payload = xstrndup(payload, size),
		.payload_size = size,
	};
	tape->n++;
}

static inline void tape_time(struct tape *tape, int64_t at_ms)
{
	tape_add(tape, RECORD_TIME, at_ms, "", "", 0);
}

static inline void tape_event(struct tape *tape, int64_t at_ms, const char *unit, const char *type,
			      const char *data)
{
	CLEANUP_TEXT struct text topic = { 0 }, json = { 0 };
	char time[CIVIL_TEXT_MAX];

	text_add(&topic, "ioc/v1/%s/desk/evt/%s", unit, type);
	text_add(&json,
		 "{\"specversion\":\"1.0\",\"id\":\"%u\",\"source\":\"/x\",\"type\":\"%s\","
		 "\"time\":\"%s\",\"data\":%s}",
		 ++tape->n_events, type, civil_format(time, at_ms, 420), data);
	tape_add(tape, RECORD_MESSAGE, at_ms, text_get(&topic), text_get(&json), json.size);
}

static inline void tape_fini(struct tape *tape)
{
	for (size_t i = 0; i < tape->n; i++) {
		free((char *)tape->list[i].topic);
		free((char *)tape->list[i].payload);
	}
	free(tape->list);
}

#endif

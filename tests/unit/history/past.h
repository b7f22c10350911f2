/* SPDX-License-Identifier: Apache-2.0 */
/*
 * past: a history in a directory of its own, a loop to turn, and small batches of counts.
 *
 * The tree: 0 is the province, 1 and 2 its districts, 3 and 4 stand below 1, 5 and 6 below 2.
 */
#ifndef IOCD_TESTS_PAST_H
#define IOCD_TESTS_PAST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/history.h"
#include "iocd/net/loop.h"
#include "iocd/unit.h"

#define DAY         INT64_C(86400000)
#define HOUR        INT64_C(3600000)
#define MINUTE      INT64_C(60000)
#define START       INT64_C(1795309200000) /* Sunday, 2026-11-22T08:00:00+07:00 */
#define START_HOUR  ((int32_t)(START / HOUR))
#define OFFSET      420
#define PATIENCE_MS 60000

enum { PROVINCE, NORTH, SOUTH, A, B, C, D, N_LIVE };

struct past {
	char directory[64];
	char path[96];
	struct units *units;
	struct loop *loop;
	struct timer *look;
	struct timer *guard;
	struct history_options options;
	struct history *history;

	/* Of the last answer. */
	struct history_row *rows;
	size_t n_rows;
	char reason[256];
	int n_answers;
	int n_refused; /* of all answers, those with a reason */
};

static inline void past_on_guard(void *context)
{
	(void)context;
	fprintf(stderr, "waited in vain\n");
	abort();
}

static inline void past_on_look(void *context)
{
	loop_stop(((struct past *)context)->loop);
}

static inline struct units *past_units(void)
{
	static const struct unit tree[N_LIVE] = {
		{ .id = "p", .parent = UNIT_NONE },    { .id = "north", .parent = PROVINCE },
		{ .id = "south", .parent = PROVINCE }, { .id = "a", .parent = NORTH },
		{ .id = "b", .parent = NORTH },        { .id = "c", .parent = SOUTH },
		{ .id = "d", .parent = SOUTH },
	};
	struct units *units = units_new();
	uint32_t number;

	for (uint32_t i = 0; i < N_LIVE; i++) {
		struct unit unit = tree[i];

		unit.from_day = INT32_MIN;
		unit.until_day = INT32_MAX;
		assert_int_equal(units_add(units, &unit, &number), 0);
	}
	return units;
}

/* Without a history: past_open() makes it. */
static inline int past_set_up(void **state)
{
	struct past *past = calloc(1, sizeof(*past));

	assert_non_null(past);
	snprintf(past->directory, sizeof(past->directory), "/tmp/iocd-history-XXXXXX");
	assert_non_null(mkdtemp(past->directory));
	snprintf(past->path, sizeof(past->path), "%s/h.db", past->directory);
	past->units = past_units();
	assert_int_equal(loop_new(&past->loop), 0);
	past->look = timer_new(past->loop, past_on_look, past);
	past->guard = timer_new(past->loop, past_on_guard, past);
	past->options = (struct history_options){
		.file = past->path,
		.journal_id = "first",
		.offset_minutes = OFFSET,
		.hours_kept_days = 62,
		.days_kept = 366,
		.units = past->units,
	};
	*state = past;
	return 0;
}

static inline int past_tear_down(void **state)
{
	struct past *past = *state;
	char command[128];

	history_close(past->history);
	timer_close(past->look);
	timer_close(past->guard);
	loop_free(past->loop);
	units_free(past->units);
	snprintf(command, sizeof(command), "rm -r %s", past->directory);
	assert_int_equal(system(command), 0);
	free(past->rows);
	free(past);
	return 0;
}

static inline int past_open(struct past *past)
{
	return history_new(&past->history, past->loop, &past->options);
}

static inline void past_close(struct past *past)
{
	history_close(past->history);
	past->history = NULL;
}

static inline struct history_status past_status(const struct past *past)
{
	struct history_status status;

	history_get_status(past->history, &status);
	return status;
}

/* Turns the loop until the condition holds, which is looked at every few milliseconds. */
#define PAST_UNTIL(past, condition)                                                                \
	do {                                                                                       \
		timer_start((past)->guard, PATIENCE_MS, 0);                                        \
		timer_start((past)->look, 1, 1);                                                   \
		while (!(condition))                                                               \
			loop_run((past)->loop);                                                    \
		timer_stop((past)->look);                                                          \
		timer_stop((past)->guard);                                                         \
	} while (0)

static inline void past_settle(struct past *past)
{
	PAST_UNTIL(past, past_status(past).waiting == 0);
}

/* ---- batches ---- */

/* Puts one batch of n cells. */
static inline void past_put(struct past *past, uint64_t number, int64_t tick_ms,
			    const struct cell *cells, size_t n)
{
	struct cell_batch batch = { .number = number, .tick_ms = tick_ms, .cells = cells, .n = n };

	history_put(past->history, NULL, &batch, 1);
}

/* Puts a batch of one count. */
static inline void past_count(struct past *past, uint64_t number, int64_t tick_ms, uint32_t unit,
			      int32_t hour, uint64_t n)
{
	struct cell cell = { .series = 7, .unit = unit, .hour = hour, .n = n, .body = "" };

	past_put(past, number, tick_ms, &cell, 1);
}

/* ---- what is in the file ---- */

/* A table as text, a line for each row: at, series key, unit id, n, revision, body. */
static inline struct text past_dump(const struct past *past, const char *table)
{
	struct text text = { 0 }, sql = { 0 };
	sqlite3_stmt *statement;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(past->path, &db), SQLITE_OK);
	text_add(&sql,
		 "SELECT at, key, id, n, revision, hex(body) FROM %s JOIN unit ON unit.number = "
		 "unit JOIN series ON series.number = series ORDER BY 1, 2, 3",
		 table);
	assert_int_equal(sqlite3_prepare_v2(db, text_get(&sql), -1, &statement, NULL), SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW)
		text_add(&text, "%s %s %s n=%s r%s %s\n",
			 (const char *)sqlite3_column_text(statement, 0),
			 (const char *)sqlite3_column_text(statement, 1),
			 (const char *)sqlite3_column_text(statement, 2),
			 (const char *)sqlite3_column_text(statement, 3),
			 (const char *)sqlite3_column_text(statement, 4),
			 (const char *)sqlite3_column_text(statement, 5));
	sqlite3_finalize(statement);
	sqlite3_close(db);
	text_fini(&sql);
	return text;
}

/* A number that the file answers. */
static inline int64_t past_number(const struct past *past, const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3 *db;
	int64_t number;

	assert_int_equal(sqlite3_open(past->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

/* n and revision of the only row of a table and unit at a time: "n=3 r1". */
static inline void past_expect(const struct past *past, const char *table, const char *unit,
			       int32_t at, const char *wanted)
{
	struct text dump = past_dump(past, table);
	char line[64];

	snprintf(line, sizeof(line), "%d 7 %s %s ", at, unit, wanted);
	if (!strstr(text_get(&dump), line))
		fail_msg("no '%s' in\n%s", line, text_get(&dump));
	text_fini(&dump);
}

/* ---- questions ---- */

static inline void past_on_answer(void *context, const struct history_row *rows, size_t n,
				  const char *reason)
{
	struct past *past = context;

	free(past->rows);
	past->rows = calloc(n + 1, sizeof(*rows));
	if (n > 0)
		memcpy(past->rows, rows, n * sizeof(*rows));
	past->n_rows = n;
	snprintf(past->reason, sizeof(past->reason), "%s", reason ? reason : "");
	past->n_answers++;
	past->n_refused += reason != NULL;
}

static inline void past_ask(struct past *past, const struct history_query *query)
{
	int n = past->n_answers;

	history_ask(past->history, query, past_on_answer, past);
	PAST_UNTIL(past, past->n_answers > n);
}

#endif

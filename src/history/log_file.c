/* SPDX-License-Identifier: Apache-2.0 */
/* The log in the file. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "log.h"

#define FIRST_PLACE  8 /* of the texts: to be written, from 1; and read, from 0 */
#define FIRST_COLUMN 6

/* ---- where it stands ---- */

static int read_generation(struct writer *writer)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_LAST_GENERATION);
	int r;

	writer->generation_ms = 0;
	text_clear(&writer->generation);
	(void)sqlite3_bind_text(statement, 1, writer->journal_id, -1, SQLITE_STATIC);
	while (file_next(&writer->file, statement, &r)) {
		const char *text = (const char *)sqlite3_column_text(statement, 1);

		writer->generation_ms = sqlite3_column_int64(statement, 0);
		text_clear(&writer->generation);
		text_add(&writer->generation, "%s", text ? text : "");
	}
	return r;
}

int log_read_state(struct writer *writer)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_GET_LOG);
	int r;

	writer->log_last = 0;
	writer->log_last_ms = 0;
	writer->has_log = false;
	(void)sqlite3_bind_text(statement, 1, writer->journal_id, -1, SQLITE_STATIC);
	while (file_next(&writer->file, statement, &r)) {
		writer->log_last = (uint64_t)sqlite3_column_int64(statement, 0);
		writer->log_last_ms = sqlite3_column_int64(statement, 1);
		writer->has_log = true;
	}
	return r ? r : read_generation(writer);
}

static int write_state(struct writer *writer, uint64_t last, int64_t last_ms)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_SET_LOG);

	(void)sqlite3_bind_text(statement, 1, writer->journal_id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(statement, 2, (int64_t)last);
	(void)sqlite3_bind_int64(statement, 3, last_ms);
	return file_run(&writer->file, statement);
}

/* ---- writing ---- */

static int put_row(struct writer *writer, const struct history_transition *row)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_PUT_TRANSITION);

	(void)sqlite3_bind_int64(statement, 1, row->time_ms);
	(void)sqlite3_bind_int64(statement, 2, (int64_t)row->number);
	(void)sqlite3_bind_text(statement, 3, writer->journal_id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(statement, 4, (int64_t)row->position);
	(void)sqlite3_bind_int64(statement, 5, (int64_t)row->raised_number);
	if (isfinite(row->value))
		(void)sqlite3_bind_double(statement, 6, row->value);
	else
		(void)sqlite3_bind_null(statement, 6);
	(void)sqlite3_bind_int(statement, 7, row->is_drill);
	for (int i = 0; i < N_LOG_TEXTS; i++)
		(void)sqlite3_bind_text(statement, FIRST_PLACE + i, row->texts[i], -1,
					SQLITE_STATIC);
	return file_run(&writer->file, statement);
}

static void look_for_a_gap(struct writer *writer, uint64_t number, uint64_t last, bool has_log)
{
	uint64_t missing;

	if (number <= last) {
		log_warning("history.log_numbered_anew", "transition=%" PRIu64 " last=%" PRIu64,
			    number, last);
		return;
	}
	missing = has_log ? number - last - 1 : 0; /* else the log begins here */
	if (missing > 0 && writer->log_missing == 0)
		log_warning("history.log_gap",
			    "transition=%" PRIu64 " last=%" PRIu64
			    " meaning=\"what happened to alerts between is not in history\"",
			    number, last);
	writer->log_missing += missing;
}

static int put_rows(struct writer *writer, const struct log_batch *batch)
{
	uint64_t last = writer->log_last, missing = writer->log_missing;
	int64_t last_ms = writer->log_last_ms;
	bool has_log = writer->has_log;
	int r = file_run(&writer->file, file_statement(&writer->file, STATEMENT_BEGIN));

	for (size_t i = 0; i < batch->n && !r; i++) {
		const struct history_transition *row = &batch->rows[i];

		if (log_is_known(row->number, row->time_ms, last, last_ms))
			continue;
		r = put_row(writer, row);
		if (r)
			break;
		look_for_a_gap(writer, row->number, last, has_log);
		last = row->number;
		last_ms = row->time_ms;
		has_log = true;
	}
	if (!r)
		r = write_state(writer, last, last_ms);
	if (!r)
		r = file_run(&writer->file, file_statement(&writer->file, STATEMENT_COMMIT));
	if (r) {
		writer->log_missing = missing;
		return r;
	}
	writer->log_last = last;
	writer->log_last_ms = last_ms;
	writer->has_log = true;
	return 0;
}

static int put_generation(struct writer *writer, const struct history_generation *generation)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_PUT_GENERATION);
	int r;

	if (generation->time_ms <= writer->generation_ms ||
	    strcmp(generation->generation, text_get(&writer->generation)) == 0)
		return 0;
	(void)sqlite3_bind_int64(statement, 1, generation->time_ms);
	(void)sqlite3_bind_text(statement, 2, writer->journal_id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 3, generation->generation, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 4, generation->by, -1, SQLITE_STATIC);
	r = file_run(&writer->file, statement);
	if (r)
		return r;
	writer->generation_ms = generation->time_ms;
	text_clear(&writer->generation);
	text_add(&writer->generation, "%s", generation->generation);
	return 0;
}

int log_put(struct writer *writer, const struct log_batch *batch)
{
	int r = batch->is_generation ? put_generation(writer, &batch->generation)
				     : put_rows(writer, batch);

	return r ? writer_roll_back(writer, r) : 0;
}

/* ---- reading ---- */

/* Lent until the statement moves on. */
static struct history_transition read_row(sqlite3_stmt *statement)
{
	struct history_transition row = {
		.time_ms = sqlite3_column_int64(statement, 0),
		.number = (uint64_t)sqlite3_column_int64(statement, 1),
		.position = (uint64_t)sqlite3_column_int64(statement, 2),
		.raised_number = (uint64_t)sqlite3_column_int64(statement, 3),
		.value = (double)NAN,
		.is_drill = sqlite3_column_int(statement, 5),
	};

	if (sqlite3_column_type(statement, 4) == SQLITE_FLOAT)
		row.value = sqlite3_column_double(statement, 4);
	for (int i = 0; i < N_LOG_TEXTS; i++) {
		const char *text = (const char *)sqlite3_column_text(statement, FIRST_COLUMN + i);

		row.texts[i] = text ? text : "";
	}
	return row;
}

static bool is_of_units(const struct log_question *question, const struct units *units,
			const char *id)
{
	uint32_t unit;

	if (!question->of_units)
		return true;
	unit = units_find_registered(units, id, strlen(id));
	if (unit == UNIT_NONE)
		unit = units_find(units, id, strlen(id));
	return unit < question->n_units && question->of_units[unit];
}

static bool is_wanted(const struct log_question *question, const struct units *units,
		      const struct history_transition *row)
{
	return row->time_ms >= question->since_ms && row->time_ms < question->until_ms &&
	       (!question->rule || strcmp(question->rule, row->texts[LOG_RULE]) == 0) &&
	       is_of_units(question, units, row->texts[LOG_UNIT]);
}

void log_question_take_along(struct log_question *question, const struct log_batch *batch,
			     const struct units *units)
{
	for (size_t i = 0; i < batch->n; i++)
		if (is_wanted(question, units, &batch->rows[i]))
			log_batch_add(&question->waiting, &batch->rows[i]);
	if (batch->is_generation)
		log_add_generation(&question->waiting_generations, &question->n_waiting_generations,
				   &batch->generation);
}

/* True: there is room for more. */
static bool add_found(struct log_question *question, const struct history_transition *row)
{
	question->is_cut = question->found.n == question->limit;
	if (!question->is_cut)
		log_batch_add(&question->found, row);
	return !question->is_cut;
}

static void find_waiting(struct log_question *question, const struct writer *writer)
{
	for (size_t i = question->waiting.n; i > 0; i--) {
		const struct history_transition *row = &question->waiting.rows[i - 1];

		if (!log_is_known(row->number, row->time_ms, writer->log_last,
				  writer->log_last_ms) &&
		    !add_found(question, row))
			return;
	}
}

static int find_rows(struct log_question *question, struct writer *writer)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_SCAN_LOG);
	int r;

	(void)sqlite3_bind_int64(statement, 1, question->since_ms);
	(void)sqlite3_bind_int64(statement, 2, question->until_ms);
	while (file_next(&writer->file, statement, &r)) {
		struct history_transition row = read_row(statement);

		if (!is_wanted(question, writer->units, &row) || add_found(question, &row))
			continue;
		(void)sqlite3_reset(statement);
		return 0;
	}
	return r;
}

static void add_generation(struct log_question *question,
			   const struct history_generation *generation)
{
	if (generation->time_ms >= question->since_ms && generation->time_ms < question->until_ms)
		log_add_generation(&question->generations, &question->n_generations, generation);
}

static int find_generations(struct log_question *question, struct writer *writer)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_SCAN_GENERATIONS);
	int r;

	(void)sqlite3_bind_int64(statement, 1, question->since_ms);
	(void)sqlite3_bind_int64(statement, 2, question->until_ms);
	while (file_next(&writer->file, statement, &r)) {
		const char *generation = (const char *)sqlite3_column_text(statement, 1);
		const char *by = (const char *)sqlite3_column_text(statement, 2);

		add_generation(question, &(struct history_generation){
						 .time_ms = sqlite3_column_int64(statement, 0),
						 .generation = generation ? generation : "",
						 .by = by ? by : "",
					 });
	}
	for (size_t i = 0; i < question->n_waiting_generations && !r; i++)
		if (question->waiting_generations[i].time_ms > writer->generation_ms)
			add_generation(question, &question->waiting_generations[i]);
	return r;
}

/* When the oldest transition in the file was; 0: there is none. */
static int find_first(struct writer *writer, int64_t *ret_ms)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_FIRST_OF_LOG);
	int r;

	*ret_ms = 0;
	while (file_next(&writer->file, statement, &r))
		*ret_ms = sqlite3_column_int64(statement, 0);
	return r;
}

int log_run(struct log_question *question, struct writer *writer)
{
	int r = find_first(writer, &question->first_ms);

	find_waiting(question, writer);
	if (!r && !question->is_cut)
		r = find_rows(question, writer);
	return r ? r : find_generations(question, writer);
}

/* ---- forgetting ---- */

int log_forget(struct writer *writer, bool *ret_more)
{
	sqlite3_stmt *drop = file_statement(&writer->file, STATEMENT_DROP_LOG);
	int64_t now_ms = writer->log_last_ms > writer->last_tick_ms ? writer->log_last_ms
								    : writer->last_tick_ms;
	int64_t kept_ms = now_ms - writer->kept_days[GRAIN_DAY] * DAY_MS;
	int64_t first_ms;
	int r = find_first(writer, &first_ms);

	*ret_more = false;
	if (r || first_ms == 0 || first_ms >= kept_ms)
		return r;

	*ret_more = first_ms + DAY_MS < kept_ms;
	(void)sqlite3_bind_int64(drop, 1, *ret_more ? first_ms + DAY_MS : kept_ms);
	return file_run(&writer->file, drop);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The audit in the file: its columns are time and number, then the texts. */
#include "audit_texts.h"
#include "iocd/base/err.h"

#define FIRST_PLACE  2 /* of the texts: to be written, from 1; and read, from 0 */
#define FIRST_COLUMN 2

/* ---- writing ---- */

static int put_entry(struct writer *writer, struct history_audit *entry)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_PUT_AUDIT);

	(void)sqlite3_bind_int64(statement, 1, entry->time_ms);
	for (int i = 0; i < N_AUDIT_TEXTS; i++)
		(void)sqlite3_bind_text(statement, FIRST_PLACE + i, *audit_text(entry, i), -1,
					SQLITE_STATIC);
	return file_run(&writer->file, statement);
}

int audit_put(struct writer *writer, const struct audit_batch *batch)
{
	int r = file_run(&writer->file, file_statement(&writer->file, STATEMENT_BEGIN));

	for (size_t i = 0; i < batch->n && !r; i++)
		r = put_entry(writer, &batch->entries[i]);
	if (!r)
		r = file_run(&writer->file, file_statement(&writer->file, STATEMENT_COMMIT));
	return r ? writer_roll_back(writer, r) : 0;
}

/* ---- reading ---- */

/* Lent until the statement moves on. */
static struct history_audit read_entry(sqlite3_stmt *statement)
{
	struct history_audit entry = {
		.time_ms = sqlite3_column_int64(statement, 0),
		.number = (uint64_t)sqlite3_column_int64(statement, 1),
	};

	for (int i = 0; i < N_AUDIT_TEXTS; i++) {
		const char *text = (const char *)sqlite3_column_text(statement, FIRST_COLUMN + i);

		*audit_text(&entry, i) = text ? text : "";
	}
	return entry;
}

/* True: there is room for more. */
static bool add_found(struct audit_question *question, const struct history_audit *entry)
{
	question->is_cut = question->found.n == question->limit;
	if (!question->is_cut)
		(void)audit_batch_add(&question->found, entry);
	return !question->is_cut;
}

int audit_run(struct audit_question *question, struct writer *writer)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_SCAN_AUDIT);
	int r;

	for (size_t i = question->waiting.n; i > 0; i--)
		if (!add_found(question, &question->waiting.entries[i - 1]))
			return 0;
	(void)sqlite3_bind_int64(statement, 1, question->since_ms);
	(void)sqlite3_bind_int64(statement, 2, question->until_ms);
	while (file_next(&writer->file, statement, &r)) {
		struct history_audit entry = read_entry(statement);

		if (!audit_is_wanted(question, writer->units, &entry) ||
		    add_found(question, &entry))
			continue;
		(void)sqlite3_reset(statement);
		return 0;
	}
	return r;
}

/* ---- forgetting ---- */

static int find_first(struct writer *writer, int64_t *ret_ms)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_FIRST_OF_AUDIT);
	int r;

	*ret_ms = 0;
	while (file_next(&writer->file, statement, &r))
		*ret_ms = sqlite3_column_int64(statement, 0);
	return r;
}

int audit_forget(struct writer *writer, bool *ret_more)
{
	sqlite3_stmt *drop = file_statement(&writer->file, STATEMENT_DROP_AUDIT);
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A span is closed by the first round in which cells leave the fold two minutes after its end or
 * later: until then its rows are in the making and have revision 1.  What a later round changes was
 * read by somebody, perhaps, so the revision grows.
 */
#include "write.h"

#include <errno.h>
#include <inttypes.h>

#include "audit.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "log.h"

struct row {
	struct cell_sum sum;
	int64_t revision;
	int64_t round; /* that wrote it last */
};

/* ---- where the file stands ---- */

static int read_journal(struct writer *writer)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_GET_JOURNAL);
	int r;

	writer->last = 0;
	writer->last_tick_ms = 0;
	(void)sqlite3_bind_text(statement, 1, writer->journal_id, -1, SQLITE_STATIC);
	while (file_next(&writer->file, statement, &r)) {
		writer->last = (uint64_t)sqlite3_column_int64(statement, 0);
		writer->last_tick_ms = sqlite3_column_int64(statement, 1);
	}
	return r;
}

static int read_state(struct writer *writer)
{
	int r = read_journal(writer);

	if (!r)
		r = file_get_meta(&writer->file, "round", &writer->rounds.present);
	if (!r)
		r = file_get_meta(&writer->file, "round_before", &writer->rounds.before);
	if (!r)
		r = log_read_state(writer);
	if (!r)
		r = names_load(&writer->names, &writer->file, writer->units);
	return r;
}

static int write_state(struct writer *writer)
{
	sqlite3_stmt *statement = file_statement(&writer->file, STATEMENT_SET_JOURNAL);
	int r;

	(void)sqlite3_bind_text(statement, 1, writer->journal_id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(statement, 2, (int64_t)writer->last);
	(void)sqlite3_bind_int64(statement, 3, writer->last_tick_ms);
	r = file_run(&writer->file, statement);
	if (!r)
		r = file_set_meta(&writer->file, "round", writer->rounds.present);
	if (!r)
		r = file_set_meta(&writer->file, "round_before", writer->rounds.before);
	return r;
}

int writer_open(struct writer *writer)
{
	int r = file_open(&writer->file, writer->path);

	if (r)
		return r;
	r = read_state(writer);
	if (r)
		writer_close(writer, false);
	return r;
}

void writer_close(struct writer *writer, bool in_order)
{
	file_close(&writer->file, in_order);
	names_fini(&writer->names);
	text_fini(&writer->generation);
}

/* ---- rows ---- */

static void row_fini(struct row *row)
{
	text_fini(&row->sum.body);
}

static void bind_place(sqlite3_stmt *statement, int32_t at, int64_t series, int64_t unit)
{
	(void)sqlite3_bind_int(statement, 1, at);
	(void)sqlite3_bind_int64(statement, 2, series);
	(void)sqlite3_bind_int64(statement, 3, unit);
}

/* A row that makes no sense is begun anew. */
static void take_row(struct writer *writer, sqlite3_stmt *statement, struct row *row)
{
	uint64_t n = (uint64_t)sqlite3_column_int64(statement, 0);
	const void *body = sqlite3_column_blob(statement, 3); /* NULL if it is empty */

	row->revision = sqlite3_column_int64(statement, 1);
	row->round = sqlite3_column_int64(statement, 2);
	if (cell_merge(&row->sum, body ? body : "", (size_t)sqlite3_column_bytes(statement, 3), n,
		       CELL_OVER_TIME))
		writer->senseless++;
}

static int put_row(struct writer *writer, sqlite3_stmt *statement, const struct row *row)
{
	int code;

	(void)sqlite3_bind_int64(statement, 4, (int64_t)row->sum.n);
	(void)sqlite3_bind_int64(statement, 5, row->revision);
	(void)sqlite3_bind_int64(statement, 6, row->round);
	code = sqlite3_bind_blob64(statement, 7, text_get(&row->sum.body), row->sum.body.size,
				   SQLITE_STATIC);
	return code == SQLITE_OK ? file_run(&writer->file, statement) : err_raise(-EFBIG);
}

static void revise(struct row *row, const struct rounds *rounds, int64_t end_ms)
{
	bool was_closed = rounds->before >= span_closing_round(end_ms);

	if (row->revision == 0)
		row->revision = 1;
	else if (was_closed && row->round != rounds->present)
		row->revision++;
	row->round = rounds->present;
}

static int add_to_row(struct writer *writer, const struct rounds *rounds, enum grain grain,
		      const struct cell *cell, const int64_t place[2])
{
	sqlite3_stmt *get = file_statement(&writer->file, STATEMENT_GET_ROW + grain);
	sqlite3_stmt *put = file_statement(&writer->file, STATEMENT_PUT_ROW + grain);
	int32_t at = grain_at(grain, cell->hour * (int64_t)HOUR_MS, writer->offset_minutes);
	struct row row = { .revision = 0 };
	int r;

	bind_place(get, at, place[0], place[1]);
	while (file_next(&writer->file, get, &r))
		take_row(writer, get, &row);
	if (!r && cell_merge(&row.sum, cell->body, cell->size, cell->n, CELL_OVER_TIME)) {
		writer->senseless++;
	} else if (!r) {
		revise(&row, rounds, grain_begin(grain, at + 1, writer->offset_minutes));
		bind_place(put, at, place[0], place[1]);
		r = put_row(writer, put, &row);
	}
	row_fini(&row);
	return r;
}

static int add_cell(struct writer *writer, const struct rounds *rounds, const struct cell *cell)
{
	int64_t place[2]; /* series, unit */
	int r;

	r = names_series(&writer->names, &writer->file, cell->series, &place[0]);
	if (!r)
		r = names_unit(&writer->names, &writer->file, cell->unit, &place[1]);
	for (int grain = 0; grain < N_GRAINS && !r; grain++)
		r = add_to_row(writer, rounds, (enum grain)grain, cell, place);
	return r;
}

/* ---- batches ---- */

static struct rounds rounds_at(const struct rounds *rounds, int64_t tick_ms)
{
	int64_t round = span_round(tick_ms);

	if (round == rounds->present)
		return *rounds;
	return (struct rounds){ .present = round, .before = rounds->present };
}

static int write_batch(struct writer *writer, const struct cell_batch *batch)
{
	struct rounds rounds = rounds_at(&writer->rounds, batch->tick_ms);
	int r = file_run(&writer->file, file_statement(&writer->file, STATEMENT_BEGIN));

	for (size_t i = 0; i < batch->n && !r; i++)
		r = add_cell(writer, &rounds, &batch->cells[i]);
	if (r)
		return r;

	writer->last = batch->number;
	writer->last_tick_ms = batch->tick_ms;
	writer->rounds = rounds;
	r = write_state(writer);
	return r ? r : file_run(&writer->file, file_statement(&writer->file, STATEMENT_COMMIT));
}

/* A number that is not new with a tick that is new: the state was lost, and the fold numbers anew
 * from what is left of the journal. */
bool writer_knows(const struct writer *writer, const struct cell_batch *batch)
{
	return batch->number <= writer->last && batch->tick_ms <= writer->last_tick_ms;
}

/* last: what was written before. */
static void look_for_a_gap(struct writer *writer, const struct cell_batch *batch, uint64_t last)
{
	uint64_t missing;

	if (batch->number <= last) {
		log_warning("history.numbered_anew", "batch=%" PRIu64 " last=%" PRIu64,
			    batch->number, last);
		return;
	}
	missing = batch->number - last - 1;
	if (missing > 0 && writer->missing == 0)
		log_warning("history.gap",
			    "batch=%" PRIu64 " last=%" PRIu64
			    " meaning=\"the state is ahead of history; what lies between is lost\"",
			    batch->number, last);
	writer->missing += missing;
}

/* What is known of the file is read again, as numbers may have been given in vain.  If that does
 * not work either, the file is closed: who does not know what is in it must not write. */
int writer_roll_back(struct writer *writer, int why)
{
	int r = 0;

	if (!sqlite3_get_autocommit(writer->file.db))
		r = file_run(&writer->file, file_statement(&writer->file, STATEMENT_ROLLBACK));
	if (!r)
		r = read_state(writer);
	if (r)
		writer_close(writer, false);
	return r == FILE_DAMAGED ? r : why;
}

int writer_put(struct writer *writer, const struct cell_batch *batch)
{
	uint64_t last = writer->last;
	int r;

	if (writer_knows(writer, batch))
		return 0;

	r = write_batch(writer, batch);
	if (r)
		return writer_roll_back(writer, r);
	look_for_a_gap(writer, batch, last);
	return 0;
}

/* ---- forgetting ---- */

static int forget_one(struct writer *writer, enum grain grain, bool *ret_more)
{
	sqlite3_stmt *drop = file_statement(&writer->file, STATEMENT_DROP + grain);
	int64_t kept_ms = writer->last_tick_ms - writer->kept_days[grain] * DAY_MS;
	int32_t first, last;
	bool is_empty;
	int r;

	*ret_more = false;
	r = file_ends(&writer->file, grain, &is_empty, &first, &last);
	if (r || is_empty || grain_begin(grain, first + 1, writer->offset_minutes) > kept_ms)
		return r;

	*ret_more = true;
	(void)sqlite3_bind_int(drop, 1, first);
	return file_run(&writer->file, drop);
}

int writer_forget(struct writer *writer, bool *ret_more)
{
	bool more_hours = false, more_days = false, more_log = false, more_audit = false;
	int r;

	r = forget_one(writer, GRAIN_HOUR, &more_hours);
	if (!r)
		r = forget_one(writer, GRAIN_DAY, &more_days);
	if (!r)
		r = log_forget(writer, &more_log);
	if (!r)
		r = audit_forget(writer, &more_audit);
	*ret_more = more_hours || more_days || more_log || more_audit;
	return r;
}

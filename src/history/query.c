/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For each step and series, what came from one unit is merged over time, then the units over those
 * that they count for: a stock is the newest of each unit, and only then a sum.  A unit that stood
 * below others within a step has a run for each; whoever is above two runs takes them as one.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "lineage.h"

#define PIECE_ROWS  256        /* rows that one turn of the loop works out, about */
#define PIECE_BYTES (1u << 20) /* of bodies in a piece, about */

/* One unit, as long as it counted for the same others. */
struct run {
	uint32_t unit;
	uint32_t next; /* run of the same unit, + 1 */
	uint32_t slots[LINEAGE_MAX];
	uint32_t n_slots;
	struct total total;
};

struct scan {
	struct question *question;
	struct writer *writer;
	struct lineage lineage;
	struct run *runs;
	uint32_t n_runs, n_runs_max;
	uint32_t *first_of;   /* by registered unit: its first run, + 1 */
	struct total *totals; /* of one step: by slot, then by series */
	struct piece piece;
	query_piece_fn *give;
	void *context;
	bool is_over; /* nothing more is wanted */
};

/* A body may be empty: then there were only events. */
static bool is_something(const struct total *total)
{
	return total->sum.n > 0 || total->sum.body.size > 0;
}

static void add(struct scan *scan, struct total *total, const struct total *more,
		enum cell_axis axis)
{
	if (is_something(more) && cell_merge(&total->sum, text_get(&more->sum.body),
					     more->sum.body.size, more->sum.n, axis))
		scan->writer->senseless++;
	if (more->revision > total->revision)
		total->revision = more->revision;
	total->is_open = total->is_open || more->is_open;
}

/* ---- over time ---- */

static struct run *new_run(struct scan *scan, uint32_t unit, const uint32_t *slots, uint32_t n)
{
	struct run *run;

	if (scan->n_runs == scan->n_runs_max) {
		scan->n_runs_max = scan->n_runs_max ? 2 * scan->n_runs_max : 64;
		scan->runs = xrealloc(scan->runs, scan->n_runs_max, sizeof(*scan->runs));
	}
	run = &scan->runs[scan->n_runs++];
	*run = (struct run){ .unit = unit, .next = scan->first_of[unit], .n_slots = n };
	memcpy(run->slots, slots, n * sizeof(*slots));
	scan->first_of[unit] = scan->n_runs;
	return run;
}

static struct run *find_run(struct scan *scan, uint32_t unit, const uint32_t *slots, uint32_t n)
{
	for (uint32_t i = scan->first_of[unit]; i != 0; i = scan->runs[i - 1].next) {
		struct run *run = &scan->runs[i - 1];

		if (run->n_slots == n && memcmp(run->slots, slots, n * sizeof(*slots)) == 0)
			return run;
	}
	return new_run(scan, unit, slots, n);
}

/* Adds what came from a registered unit in the hour or day at. */
static void add_gain(struct scan *scan, uint32_t unit, int32_t at, const struct total *gain)
{
	const struct question *question = scan->question;
	int64_t begin_ms = grain_begin(question->grain, at, question->offset_minutes);
	int32_t day = grain_at(GRAIN_DAY, begin_ms, question->offset_minutes);
	uint32_t slots[LINEAGE_MAX];
	uint32_t n;

	if (unit == UNIT_NONE) /* of which configuration knows nothing any more */
		return;
	n = lineage_of(&scan->lineage, unit, day, slots);
	if (n > 0)
		add(scan, &find_run(scan, unit, slots, n)->total, gain, CELL_OVER_TIME);
}

static int scan_rows(struct scan *scan, int64_t series, int32_t at)
{
	struct file *file = &scan->writer->file;
	sqlite3_stmt *statement = file_statement(file, STATEMENT_SCAN + scan->question->grain);
	int r;

	(void)sqlite3_bind_int(statement, 1, at);
	(void)sqlite3_bind_int64(statement, 2, series);
	while (file_next(file, statement, &r)) {
		struct total gain = {
			.sum = { .n = (uint64_t)sqlite3_column_int64(statement, 1),
				 .body = { .bytes = (char *)sqlite3_column_blob(statement, 3),
					   .size = (size_t)sqlite3_column_bytes(statement, 3) } },
			.revision = (uint32_t)sqlite3_column_int64(statement, 2),
		};

		add_gain(scan,
			 names_find_unit(&scan->writer->names, sqlite3_column_int64(statement, 0)),
			 at, &gain);
	}
	return r;
}

/* Extras are in the order of at. */
static void scan_extras(struct scan *scan, uint32_t series, int32_t from, int32_t to)
{
	const struct question *question = scan->question;
	size_t low = 0, high = question->n_extras;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (question->extras[middle].at < from)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < question->n_extras && question->extras[low].at < to; low++) {
		const struct extra *extra = &question->extras[low];
		struct total gain = {
			.sum = { .n = extra->n,
				 .body = { .bytes = question->bodies.bytes + extra->start,
					   .size = extra->size } },
			.is_open = true,
		};

		if (extra->series == series)
			add_gain(scan, extra->unit, extra->at, &gain);
	}
}

/* ---- over units ---- */

static bool counts_for(const struct run *run, uint32_t slot)
{
	for (uint32_t i = 0; i < run->n_slots; i++)
		if (run->slots[i] == slot)
			return true;

	return false;
}

/* Merges all runs of a unit that count for slot, from run on, over time. */
static void add_runs(struct scan *scan, const struct run *run, uint32_t slot, struct total *to)
{
	struct total whole = { .revision = 0 };

	for (uint32_t i = run->next; i != 0; i = scan->runs[i - 1].next)
		if (counts_for(&scan->runs[i - 1], slot))
			add(scan, &whole, &scan->runs[i - 1].total, CELL_OVER_TIME);
	add(scan, &whole, &run->total, CELL_OVER_TIME);
	add(scan, to, &whole, CELL_OVER_UNITS);
	text_fini(&whole.sum.body);
}

/* Whether run is what a former unit had, and one of its successor's runs that count for slot has
 * that in it: a stock is handed over. */
static bool was_handed_over(const struct scan *scan, const struct run *run, uint32_t slot)
{
	uint32_t successor = units_successor(scan->writer->units, run->unit);
	int64_t theirs_ms, ours_ms;

	if (successor == run->unit || scan->first_of[successor] == 0 ||
	    !cell_is_stock(text_get(&run->total.sum.body), run->total.sum.body.size, &theirs_ms))
		return false;
	for (uint32_t i = scan->first_of[successor]; i != 0; i = scan->runs[i - 1].next) {
		const struct run *other = &scan->runs[i - 1];
		const struct text *body = &other->total.sum.body;

		if (counts_for(other, slot) &&
		    cell_is_stock(text_get(body), body->size, &ours_ms) && ours_ms > theirs_ms)
			return true;
	}
	return false;
}

/* Whether one of the unit's runs that come before run counts for slot, and took it along. */
static bool was_added(const struct scan *scan, const struct run *run, uint32_t slot)
{
	const struct run *other = &scan->runs[scan->first_of[run->unit] - 1];

	while (other != run && !counts_for(other, slot))
		other = &scan->runs[other->next - 1];
	return other != run;
}

static void fold_run(struct scan *scan, const struct run *run, uint32_t series)
{
	bool is_only = run->next == 0 && &scan->runs[scan->first_of[run->unit] - 1] == run;

	for (uint32_t i = 0; i < run->n_slots; i++) {
		uint32_t slot = run->slots[i];
		struct total *to = &scan->totals[(size_t)slot * scan->question->n_series + series];

		if (was_handed_over(scan, run, slot))
			continue;
		if (is_only)
			add(scan, to, &run->total, CELL_OVER_UNITS);
		else if (!was_added(scan, run, slot))
			add_runs(scan, run, slot, to);
	}
}

static void fold_runs(struct scan *scan, uint32_t series)
{
	for (uint32_t i = 0; i < scan->n_runs; i++)
		fold_run(scan, &scan->runs[i], series);
	for (uint32_t i = 0; i < scan->n_runs; i++) {
		scan->first_of[scan->runs[i].unit] = 0;
		text_fini(&scan->runs[i].total.sum.body);
	}
	scan->n_runs = 0;
}

/* ---- handing over ---- */

static bool has_something(const struct total *totals, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (is_something(&totals[i]))
			return true;

	return false;
}

static void flush(struct scan *scan)
{
	if (scan->piece.n > 0 && !scan->is_over)
		scan->is_over = !scan->give(scan->context, scan->question, &scan->piece);
	piece_clear(&scan->piece, scan->question->n_series);
}

static void make_piece(struct scan *scan)
{
	const struct question *question = scan->question;
	struct piece *piece = &scan->piece;

	piece->n_max = PIECE_ROWS / (question->n_list ? question->n_list : 1) + 1;
	piece->units = xcalloc(piece->n_max, sizeof(*piece->units));
	piece->steps = xcalloc(piece->n_max, sizeof(*piece->steps));
	piece->totals =
		xcalloc((size_t)piece->n_max * question->n_series + 1, sizeof(*piece->totals));
}

/* Moves what there is of slot into the piece. */
static void hand_over(struct scan *scan, uint32_t slot, uint32_t step)
{
	uint32_t n_series = scan->question->n_series;
	struct total *totals = &scan->totals[(size_t)slot * n_series];
	struct piece *piece = &scan->piece;

	if (!has_something(totals, n_series))
		return;
	if (piece->n == piece->n_max || piece->bytes > PIECE_BYTES)
		flush(scan);

	piece->units[piece->n] = slot;
	piece->steps[piece->n] = step;
	memcpy(&piece->totals[(size_t)piece->n * n_series], totals, n_series * sizeof(*totals));
	piece->n++;
	for (uint32_t i = 0; i < n_series; i++) {
		piece->bytes += totals[i].sum.body.size;
		totals[i] = (struct total){ .revision = 0 };
	}
}

/* ---- all of it ---- */

static int scan_series(struct scan *scan, uint32_t series, int32_t from, int32_t to)
{
	int64_t number = names_find_series(&scan->writer->names, scan->question->series[series]);
	int r = 0;

	for (int32_t at = from; number && at < to && !r && !scan->is_over; at++)
		r = scan_rows(scan, number, at);
	scan_extras(scan, series, from, to);
	fold_runs(scan, series);
	return r;
}

static int scan_step(struct scan *scan, uint32_t step, int32_t first, int32_t last)
{
	const struct question *question = scan->question;
	int32_t from = grain_at(question->grain, question->begins[step], question->offset_minutes);
	int32_t to =
		grain_at(question->grain, question->begins[step + 1], question->offset_minutes);
	int r = 0;

	from = from > first ? from : first;
	to = to <= last ? to : last + 1;
	for (uint32_t i = 0; i < question->n_series && !r; i++)
		r = scan_series(scan, i, from, to);
	for (uint32_t slot = 0; slot < question->n_units; slot++)
		hand_over(scan, slot, step);
	return r;
}

static int by_at(const void *left, const void *right)
{
	const struct extra *a = left, *b = right;

	return (a->at > b->at) - (a->at < b->at);
}

/* First and last "at" of which anything is known. */
static int find_ends(struct scan *scan, bool *ret_empty, int32_t *ret_first, int32_t *ret_last)
{
	const struct question *question = scan->question;
	int r = file_ends(&scan->writer->file, question->grain, ret_empty, ret_first, ret_last);

	if (r || question->n_extras == 0)
		return r;
	if (*ret_empty || question->extras[0].at < *ret_first)
		*ret_first = question->extras[0].at;
	if (*ret_empty || question->extras[question->n_extras - 1].at > *ret_last)
		*ret_last = question->extras[question->n_extras - 1].at;
	*ret_empty = false;
	return 0;
}

static int run(struct scan *scan)
{
	struct question *question = scan->question;
	int32_t first, last;
	bool is_empty;
	int r = find_ends(scan, &is_empty, &first, &last);

	if (r || is_empty || !question_lay_out(question, first, last))
		return r;

	make_piece(scan);
	for (uint32_t step = 0; step < question->n_steps && !r && !scan->is_over; step++)
		r = scan_step(scan, step, first, last);
	flush(scan);
	return r;
}

int query_run(struct question *question, struct writer *writer, query_piece_fn *give, void *context)
{
	struct scan scan = {
		.question = question, .writer = writer, .give = give, .context = context
	};
	size_t n_totals = (size_t)question->n_units * question->n_series;
	int r;

	lineage_init(&scan.lineage, writer->units, question->view, question->units,
		     question->n_units);
	scan.first_of =
		xcalloc((size_t)units_registered(writer->units) + 1, sizeof(*scan.first_of));
	scan.totals = xcalloc(n_totals + 1, sizeof(*scan.totals));
	if (question->n_extras > 1)
		qsort(question->extras, question->n_extras, sizeof(*question->extras), by_at);
	r = run(&scan);
	for (size_t i = 0; i < n_totals; i++)
		text_fini(&scan.totals[i].sum.body);
	piece_fini(&scan.piece, question->n_series);
	lineage_fini(&scan.lineage);
	free(scan.first_of);
	free(scan.totals);
	free(scan.runs);
	return r;
}

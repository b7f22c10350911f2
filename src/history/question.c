/* SPDX-License-Identifier: Apache-2.0 */
#include "question.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "audit.h"
#include "log.h"

#define NO_SERIES UINT32_MAX

/* ---- what is asked ---- */

static uint32_t *copy_once(const uint32_t *numbers, uint32_t n, uint32_t *ret_n)
{
	uint32_t *copy = xcalloc((size_t)n + 1, sizeof(*copy));
	uint32_t n_copied = 0, max = 0;
	bool *is_there;

	for (uint32_t i = 0; i < n; i++)
		max = numbers[i] > max ? numbers[i] : max;
	is_there = xcalloc((size_t)max + 1, sizeof(*is_there));
	for (uint32_t i = 0; i < n; i++) {
		if (!is_there[numbers[i]])
			copy[n_copied++] = numbers[i];
		is_there[numbers[i]] = true;
	}
	free(is_there);
	*ret_n = n_copied;
	return copy;
}

static uint32_t find_series(const struct question *question, uint64_t series)
{
	for (uint32_t i = 0; i < question->n_series; i++)
		if (question->series[i] == series)
			return i;

	return NO_SERIES;
}

static uint32_t add_series(struct question *question, uint64_t series)
{
	uint32_t place = find_series(question, series);

	if (place != NO_SERIES)
		return place;
	question->series = xrealloc(question->series, (size_t)question->n_series + 1,
				    sizeof(*question->series));
	question->series[question->n_series] = series;
	return question->n_series++;
}

/* The series of an indicator, as many as there are; owned by the caller. */
static uint64_t *series_of(const struct question *question, uint32_t nth, uint32_t *ret_n)
{
	uint64_t *series = NULL;
	uint32_t max = 4;

	do {
		max *= 2;
		series = xrealloc(series, max, sizeof(*series));
		*ret_n = indicators_series(question->indicators, question->list[nth], series, max);
	} while (*ret_n >= max);
	return series;
}

static void find_parts(struct question *question)
{
	uint32_t n_list = question->n_list;

	question->first_parts = xcalloc((size_t)n_list + 1, sizeof(*question->first_parts));
	for (uint32_t i = 0; i < n_list; i++) {
		uint32_t first = question->first_parts[i], n;
		uint64_t *series = series_of(question, i, &n);

		question->parts =
			xrealloc(question->parts, (size_t)first + n + 1, sizeof(*question->parts));
		for (uint32_t k = 0; k < n; k++)
			question->parts[first + k] = add_series(question, series[k]);
		question->first_parts[i + 1] = first + n;
		question->parts_max = n > question->parts_max ? n : question->parts_max;
		free(series);
	}
}

static bool is_midnight(int64_t at_ms, int offset_minutes)
{
	return span_begin(HISTORY_DAY, at_ms, offset_minutes) == at_ms;
}

/* A whole of other than days is made of hours, as long as those are kept. */
static enum grain choose_grain(const struct question *question, const struct history_query *query,
			       const struct history_options *options)
{
	if (query->step == HISTORY_HOUR)
		return GRAIN_HOUR;
	if (query->step != HISTORY_WHOLE ||
	    (is_midnight(query->since_ms, options->offset_minutes) &&
	     is_midnight(query->until_ms, options->offset_minutes)))
		return GRAIN_DAY;
	return query->since_ms >= question->now_ms - options->hours_kept_days * DAY_MS ? GRAIN_HOUR
										       : GRAIN_DAY;
}

static void set_span(struct question *question, const struct history_query *query)
{
	int offset_minutes = question->offset_minutes;
	enum history_step step = query->step;

	if (step == HISTORY_WHOLE && question->grain == GRAIN_HOUR)
		step = HISTORY_HOUR;
	question->since_ms = span_begin(step, query->since_ms, offset_minutes);
	question->until_ms = span_begin(step, query->until_ms, offset_minutes);
	if (question->until_ms < query->until_ms)
		question->until_ms = span_next(step, question->until_ms, offset_minutes);
}

static void on_pending(void *context, const struct cell *cell)
{
	question_add_cell(context, cell);
}

struct question *question_new(const struct history_query *query,
			      const struct history_options *options, history_answer_fn *fn,
			      void *context)
{
	struct question *question = xcalloc(1, sizeof(*question));

	question->indicators = query->indicators;
	question->list = copy_once(query->list, query->n_list, &question->n_list);
	question->units = copy_once(query->of_units, query->n_units, &question->n_units);
	question->step = query->step;
	question->view = query->view;
	question->offset_minutes = options->offset_minutes;
	question->now_ms = indicators_now_ms(query->indicators);
	question->last_batch = indicators_last_batch(query->indicators);
	question->fn = fn;
	question->context = context;
	question->grain = choose_grain(question, query, options);
	set_span(question, query);
	find_parts(question);
	indicators_each_pending(query->indicators, on_pending, question);
	return question;
}

struct question *question_free(struct question *question)
{
	if (!question)
		return NULL;

	free(question->list);
	free(question->units);
	free(question->series);
	free(question->parts);
	free(question->first_parts);
	free(question->extras);
	text_fini(&question->bodies);
	free(question->begins);
	free(question->rows);
	log_question_free(question->log);
	audit_question_free(question->audit);
	free(question);
	return NULL;
}

void question_add_cell(struct question *question, const struct cell *cell)
{
	int64_t begin_ms = grain_begin(GRAIN_HOUR, cell->hour, 0);
	uint32_t series = find_series(question, cell->series);
	size_t n = question->n_extras;

	if (series == NO_SERIES || begin_ms < question->since_ms || begin_ms >= question->until_ms)
		return;

	if ((n & (n - 1)) == 0) /* a power of two, or none */
		question->extras =
			xrealloc(question->extras, n ? 2 * n : 1, sizeof(*question->extras));
	question->extras[question->n_extras++] = (struct extra){
		.series = series,
		.unit = cell->unit,
		.at = grain_at(question->grain, begin_ms, question->offset_minutes),
		.n = cell->n,
		.start = question->bodies.size,
		.size = cell->size,
	};
	text_add_bytes(&question->bodies, cell->body, cell->size);
}

void question_forget_cells(struct question *question)
{
	question->n_extras = 0;
	text_clear(&question->bodies);
}

/* ---- rows ---- */

static bool is_too_much(const struct question *question, uint64_t n_steps)
{
	return n_steps * question->n_units * question->n_list > HISTORY_ROWS_MAX;
}

static void add_step(struct question *question, int64_t begin_ms)
{
	question->begins = xrealloc(question->begins, (size_t)question->n_steps + 2,
				    sizeof(*question->begins));
	question->begins[question->n_steps++] = begin_ms;
}

static void lay_out_steps(struct question *question, int64_t from_ms, int64_t to_ms)
{
	int offset_minutes = question->offset_minutes;
	int64_t at_ms = from_ms;

	if (question->step == HISTORY_WHOLE) {
		add_step(question, question->since_ms);
		at_ms = question->until_ms;
	} else {
		for (at_ms = span_begin(question->step, from_ms, offset_minutes);
		     at_ms < to_ms && !is_too_much(question, question->n_steps);
		     at_ms = span_next(question->step, at_ms, offset_minutes))
			add_step(question, at_ms);
	}
	if (question->n_steps > 0)
		question->begins[question->n_steps] = at_ms;
}

bool question_lay_out(struct question *question, int32_t first, int32_t last)
{
	int64_t from_ms = grain_begin(question->grain, first, question->offset_minutes);
	int64_t to_ms = grain_begin(question->grain, last + 1, question->offset_minutes);

	if (from_ms < question->since_ms)
		from_ms = question->since_ms;
	if (to_ms > question->until_ms)
		to_ms = question->until_ms;
	if (from_ms < to_ms)
		lay_out_steps(question, from_ms, to_ms);
	if (is_too_much(question, question->n_steps)) {
		(void)snprintf(question->reason, sizeof(question->reason),
			       "more than %d rows: ask for fewer units or indicators, a shorter "
			       "time, or longer steps",
			       HISTORY_ROWS_MAX);
		return false;
	}
	question->rows =
		xcalloc((size_t)question->n_units * question->n_list * question->n_steps + 1,
			sizeof(*question->rows));
	return true;
}

static uint32_t n_parts(const struct question *question, uint32_t nth)
{
	return question->first_parts[nth + 1] - question->first_parts[nth];
}

/* Puts the totals of one indicator side by side; what they own is only lent.  False: there is
 * nothing. */
static bool gather(const struct question *question, uint32_t nth, const struct total *totals,
		   struct history_row *row, uint64_t *series, struct cell_sum *sums)
{
	bool is_there = false;
	const uint32_t *parts = question->parts + question->first_parts[nth];

	for (uint32_t k = 0; k < n_parts(question, nth); k++) {
		uint32_t place = parts[k];
		const struct total *total = &totals[place];

		series[k] = question->series[place];
		sums[k] = total->sum;
		is_there = is_there || total->sum.n > 0 || total->sum.body.size > 0;
		row->is_open = row->is_open || total->is_open;
		if (total->revision > row->revision)
			row->revision = total->revision;
	}
	return is_there;
}

static void take_entry(struct question *question, const struct piece *piece, uint32_t entry,
		       uint64_t *series, struct cell_sum *sums)
{
	const struct total *totals = piece->totals + (size_t)entry * question->n_series;
	uint32_t step = piece->steps[entry];
	int64_t from_ms = question->begins[step], to_ms = question->begins[step + 1];
	int64_t end_ms = to_ms < question->now_ms ? to_ms : question->now_ms;

	for (uint32_t i = 0; i < question->n_list; i++) {
		struct history_row row = {
			.unit = question->units[piece->units[entry]],
			.indicator = question->list[i],
			.from_ms = from_ms,
			.to_ms = to_ms,
			.revision = 1,
			.is_open = question->now_ms < to_ms + SPAN_CLOSING_MS,
		};

		if (!gather(question, i, totals, &row, series, sums))
			continue;
		row.reading = indicators_work_out(question->indicators, row.indicator, series, sums,
						  n_parts(question, i),
						  end_ms > from_ms ? end_ms - from_ms : 1, end_ms);
		question->rows[((size_t)piece->units[entry] * question->n_list + i) *
				       question->n_steps +
			       step] = row;
	}
}

void question_take_piece(struct question *question, const struct piece *piece)
{
	uint64_t *series = xcalloc((size_t)question->parts_max + 1, sizeof(*series));
	struct cell_sum *sums = xcalloc((size_t)question->parts_max + 1, sizeof(*sums));

	for (uint32_t i = 0; i < piece->n; i++)
		take_entry(question, piece, i, series, sums);
	free(series);
	free(sums);
}

void question_tell(struct question *question)
{
	size_t n_grid = (size_t)question->n_units * question->n_list * question->n_steps;
	size_t n = 0;

	if (question->log) {
		log_question_tell(question->log, question->reason);
		return;
	}
	if (question->audit) {
		audit_question_tell(question->audit, question->reason);
		return;
	}
	if (*question->reason) {
		question->fn(question->context, NULL, 0, question->reason);
		return;
	}
	for (size_t i = 0; i < n_grid; i++)
		if (question->rows[i].to_ms != 0)
			question->rows[n++] = question->rows[i];
	question->fn(question->context, question->rows, n, NULL);
}

/* ---- pieces ---- */

void piece_clear(struct piece *piece, uint32_t n_series)
{
	for (size_t i = 0; i < (size_t)piece->n * n_series; i++)
		text_fini(&piece->totals[i].sum.body);
	piece->n = 0;
	piece->bytes = 0;
}

void piece_fini(struct piece *piece, uint32_t n_series)
{
	piece_clear(piece, n_series);
	free(piece->units);
	free(piece->steps);
	free(piece->totals);
	*piece = (struct piece){ .n = 0 };
}

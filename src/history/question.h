/* SPDX-License-Identifier: Apache-2.0 */
/*
 * question: what was asked, what has not left the fold, and the rows that become of it.
 *
 * It is made on the loop, answered on the thread of the file, which hands back pieces of sums, and
 * told on the loop, where indicators may be asked what sums mean.  At any time it belongs to one of
 * the two.
 */
#ifndef IOCD_HISTORY_QUESTION_H
#define IOCD_HISTORY_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/history.h"
#include "span.h"

/* A cell that is not in the file. */
struct extra {
	uint32_t series; /* index in question.series */
	uint32_t unit;   /* registered */
	int32_t at;      /* of question.grain */
	uint64_t n;
	size_t start, size; /* of its body in question.bodies */
};

/* What all of a unit is in one series and one step. */
struct total {
	struct cell_sum sum;
	uint32_t revision;
	bool is_open; /* something in it is not in the file */
};

/* Totals on their way to the loop. */
struct piece {
	uint32_t n; /* entries */
	uint32_t n_max;
	uint32_t *units;      /* by entry: index in question.units */
	uint32_t *steps;      /* by entry */
	struct total *totals; /* question.n_series for each entry; owned */
	size_t bytes;         /* of their bodies */
};

struct audit_question;
struct log_question;

struct question {
	const struct indicators *indicators; /* borrowed; loop only */
	uint32_t *list;
	uint32_t n_list;
	uint32_t *units; /* each once */
	uint32_t n_units;
	uint64_t *series; /* of all indicators, each once */
	uint32_t n_series;
	uint32_t *parts; /* of list[i], as indexes in series: from parts[first_parts[i]] on, ... */
	uint32_t *first_parts;      /* ... up to first_parts[i + 1] */
	uint32_t parts_max;         /* that one indicator has */
	int64_t since_ms, until_ms; /* whole steps */
	enum history_step step;
	enum history_view view;
	enum grain grain;
	int offset_minutes;
	int64_t now_ms;
	uint64_t last_batch; /* that had left the fold */
	struct extra *extras;
	size_t n_extras;
	struct text bodies;
	history_answer_fn *fn;
	void *context;

	int64_t *begins; /* of steps; n_steps + 1 */
	uint32_t n_steps;
	struct history_row *rows; /* n_units * n_list * n_steps; those with to_ms 0 are not there */
	struct log_question
		*log; /* owned; NULL: it is about figures; else all above is not there */
	struct audit_question *audit; /* likewise */
	char reason[160];
	struct question *next; /* in a queue of history */
};

/* Copies what is asked, and from the fold what has not left it, and gives the question, never NULL;
 * frees it and returns NULL. */
struct question *question_new(const struct history_query *query,
			      const struct history_options *options, history_answer_fn *fn,
			      void *context) MUST_USE;
struct question *question_free(struct question *question);
DEFINE_CLEANUP(struct question, question_free)

/* Adds a cell that is not in the file, if the question is about it; forgets all that were added. */
void question_add_cell(struct question *question, const struct cell *cell);
void question_forget_cells(struct question *question);

/* Lays out the rows for the steps from first to last "at", as far as they are asked for.  False: it
 * would be too many, and reason says so. */
bool question_lay_out(struct question *question, int32_t first, int32_t last);

/* Makes rows of a piece.  Loop. */
void question_take_piece(struct question *question, const struct piece *piece);

/* Calls fn, with the rows or the reason.  Loop. */
void question_tell(struct question *question);

/* Frees the totals of a piece and makes it empty; piece_fini() all of it. */
void piece_clear(struct piece *piece, uint32_t n_series);
void piece_fini(struct piece *piece, uint32_t n_series);

#endif

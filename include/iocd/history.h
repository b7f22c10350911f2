/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history: closed hours and days in an SQLite file (WAL), by series and by the unit that they came
 * from; each with a revision that grows when something late corrects it.  And what happened to
 * alerts: history_log.h.
 *
 * A thread of its own writes and answers; the loop never waits.  Batches are written in the order
 * of their numbers, each with its number in one transaction that is synced: a batch that comes
 * again after a restart is passed over, so nothing counts twice.  Losing the file loses history
 * only; it is begun anew, and that is told.
 *
 * Units stand in the file by id, as they were when their events came.  A query adds them up along
 * the tree as it is (former units count for those that they were merged into) or as it was.
 *
 * Loop thread, callbacks too.
 */
#ifndef IOCD_HISTORY_H
#define IOCD_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/cell.h"
#include "iocd/net/loop.h"

#define HISTORY_ROWS_MAX      100000 /* that one answer may have */
#define HISTORY_QUESTIONS_MAX 64     /* that may wait; one more is answered with a reason */

enum history_outcome {
	HISTORY_BROKEN = 1, /* the file is damaged; it was put aside and a new one begun */
};

struct history_options {
	const char *file;
	const char *journal_id;    /* batches of another journal are other batches */
	int offset_minutes;        /* of local time: days */
	int hours_kept_days;       /* default 62 */
	int days_kept;             /* default 366; so what happened to alerts */
	const struct units *units; /* borrowed for life */
};

struct history_status {
	uint64_t committed;     /* number of the last batch that is safe on the disk */
	uint64_t waiting;       /* batches that wait: 0: all that history_put() got is safe */
	uint64_t missing;       /* batches that never came: the state was ahead of the file */
	uint64_t log_committed; /* number of the last transition that is safe on the disk */
	uint64_t log_waiting;   /* transitions that wait */
	uint64_t log_missing;   /* transitions that never came, since the start */
	uint64_t generations_waiting;
	uint64_t bytes;     /* of the file and its log */
	uint64_t put_aside; /* damaged files, since the start */
	int fault;          /* the last, negative errno; 0: none */
	char reason[160];   /* in words; "" if all is well */
};

enum history_step {
	HISTORY_HOUR,
	HISTORY_DAY,
	HISTORY_WEEK,
	HISTORY_MONTH,
	HISTORY_YEAR,
	HISTORY_WHOLE
};
enum history_view { HISTORY_AS_IS, HISTORY_AS_WAS };

struct history_query {
	const struct indicators *indicators;
	const uint32_t *list; /* of indicators; copied, a second time passed over, as with units */
	uint32_t n_list;
	const uint32_t *of_units; /* indexes of the units asked for; copied */
	uint32_t n_units;
	int64_t since_ms, until_ms; /* [since, until), widened to whole steps of local time */
	enum history_step step;
	enum history_view view;
};

/* One row: a unit, an indicator and a span. */
struct history_row {
	uint32_t unit, indicator;
	int64_t from_ms, to_ms;
	struct reading reading; /* value, samples, quality */
	uint32_t revision;      /* the highest in it; above 1: corrected after it was closed */
	bool is_open;           /* the span is not over, or not all of it has left the fold */
};

/* What a query gave: rows by unit, indicator and time, in the order asked for; lent during the
 * call.  n 0 and a reason if it failed.  Spans that nothing is known of have no row. */
typedef void history_answer_fn(void *context, const struct history_row *rows, size_t n,
			       const char *reason);

struct history;

/* Opens the file, or makes it, and starts the thread.  0, HISTORY_BROKEN or a fault. */
int history_new(struct history **ret, struct loop *loop,
		const struct history_options *options) MUST_USE;

/* Hands over copies of batches, to be written. */
void history_put(struct history *history, const struct indicators *indicators,
		 const struct cell_batch *batches, size_t n);

/* Asks; fn is called once, from a later turn of the loop, or from history_close() with a reason.
 * What has not left the fold yet is added from memory. */
void history_ask(struct history *history, const struct history_query *query, history_answer_fn *fn,
		 void *context);

/* Copies the present state. */
void history_get_status(const struct history *history, struct history_status *ret);

/* Whether all that has left the fold is safe: only then may the state of the fold be saved. */
static inline bool history_has_all(const struct history_status *status,
				   const struct indicators *indicators)
{
	return status->committed >= indicators_last_batch(indicators);
}

/* Writes what waits and takes history.  Accepts NULL. */
void history_close(struct history *history);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The loop's half of the log. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "iocd/base/err.h"
#include "iocd/unit.h"

static void put(struct history *history, struct log_batch *batch)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->log = batch;
	job->bytes = batch->bytes;
	history_put_job(history, job);
}

/* Everything after what was looked at last; a book that is behind that is another one. */
static uint64_t first_of(const struct history *history, const struct alertbook *book)
{
	uint64_t seen = history->log_seen <= alertbook_last(book) ? history->log_seen : 0;
	uint64_t forgotten = alertbook_forgotten(book);

	return (seen > forgotten ? seen : forgotten) + 1;
}

void history_put_transitions(struct history *history, const struct alertbook *book,
			     const struct alert_context *context)
{
	uint64_t last = alertbook_last(book);
	struct log_batch *batch;

	if (last == history->log_seen)
		return;

	batch = xcalloc(1, sizeof(*batch));
	for (uint64_t number = first_of(history, book); number <= last; number++) {
		const struct transition *transition = alertbook_transition(book, number);

		if (!transition || log_is_known(number, transition->time_ms, history->log_put,
						history->log_put_ms))
			continue;
		log_batch_take(batch, transition, context);
		history->log_put = number;
		history->log_put_ms = transition->time_ms;
	}
	history->log_seen = last;
	if (batch->n > 0)
		put(history, batch);
	else
		log_batch_free(batch);
}

void history_put_generation(struct history *history, const char *generation, const char *by,
			    int64_t time_ms)
{
	struct log_batch *batch = xcalloc(1, sizeof(*batch));

	batch->is_generation = true;
	batch->generation = (struct history_generation){
		.time_ms = time_ms,
		.generation = xstrdup(generation),
		.by = xstrdup(by),
	};
	put(history, batch);
}

static bool *copy_flags(const bool *flags, uint32_t n)
{
	bool *copy = xcalloc((size_t)n + 1, sizeof(*copy));

	memcpy(copy, flags, n * sizeof(*copy));
	return copy;
}

void history_ask_log(struct history *history, const struct history_log_query *query,
		     history_log_fn *fn, void *context)
{
	struct question *question = xcalloc(1, sizeof(*question));
	struct log_question *log = xcalloc(1, sizeof(*log));

	*log = (struct log_question){
		.since_ms = query->since_ms,
		.until_ms = query->until_ms,
		.n_units = units_registered(history->options.units),
		.rule = query->rule ? xstrdup(query->rule) : NULL,
		.limit = query->limit,
		.fn = fn,
		.context = context,
	};
	if (query->of_units)
		log->of_units = copy_flags(query->of_units, log->n_units);
	question->log = log;
	history_put_question(history, question);
}

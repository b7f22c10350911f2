/* SPDX-License-Identifier: Apache-2.0 */
/* The loop's half of the audit. */
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "inside.h"
#include "iocd/base/err.h"
#include "iocd/unit.h"

/* Opens a batch that further entries may join, as long as the thread has not begun with it.  Under
 * the mutex. */
static struct job *open_batch(struct history *history)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->audit = xcalloc(1, sizeof(*job->audit));
	history->open_audit = job;
	history_append(history, job);
	return job;
}

void history_put_audit(struct history *history, const struct history_audit *entry)
{
	struct job *job;
	size_t bytes;

	history_lock(history);
	if (history->audit_waiting >= HISTORY_AUDIT_WAITING) {
		history->audit_lost++;
		history_unlock(history);
		return;
	}
	history->has_put = true;
	job = history->open_audit ? history->open_audit : open_batch(history);
	bytes = audit_batch_add(job->audit, entry);
	job->bytes += bytes;
	history->waiting_bytes += bytes;
	history->audit_waiting++;
	history_unlock(history);
}

static char *copy_text(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static bool *copy_units(const bool *by_unit, uint32_t n)
{
	bool *copy;

	if (!by_unit)
		return NULL;
	copy = xcalloc((size_t)n + 1, sizeof(*copy));
	memcpy(copy, by_unit, n * sizeof(*copy));
	return copy;
}

void history_ask_audit(struct history *history, const struct history_audit_query *query,
		       history_audit_fn *fn, void *context)
{
	struct question *question = xcalloc(1, sizeof(*question));
	struct audit_question *audit = xcalloc(1, sizeof(*audit));

	*audit = (struct audit_question){
		.since_ms = query->since_ms,
		.until_ms = query->until_ms,
		.n_units = units_count(history->options.units),
		.who = copy_text(query->who),
		.what = copy_text(query->what),
		.self = copy_text(query->self),
		.is_private = query->is_private,
		.limit = query->limit,
		.fn = fn,
		.context = context,
	};
	audit->of_units = copy_units(query->of_units, audit->n_units);
	audit->about = copy_units(query->about, audit->n_units);
	question->audit = audit;
	history_put_question(history, question);
}

uint64_t history_audit_lost(const struct history *history)
{
	struct history *mutable = (struct history *)history;
	uint64_t lost;

	history_lock(mutable);
	lost = history->audit_lost;
	history_unlock(mutable);
	return lost;
}

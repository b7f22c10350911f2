/* SPDX-License-Identifier: Apache-2.0 */
#include "fold.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/alert_json.h"
#include "iocd/base/err.h"
#include "iocd/flow_options.h"

static void save(const struct flow *flow, struct dump *dump)
{
	struct bytes_writer writer;

	saved_begin(&dump->saved, &writer);
	flow_save(flow, &writer);
	saved_end(&writer);
}

/* Writes down what was told since the last tick. */
static void note(struct fold *fold)
{
	const struct alertbook *book = flow_book(fold->flow);
	const struct alert_context context = {
		.units = config_units(fold->config),
		.offset_minutes = config_settings(fold->config)->offset_minutes,
	};
	uint64_t last = alertbook_last(book);

	if (last == fold->n_log)
		return;
	fold->log = xrealloc(fold->log, last, sizeof(*fold->log));
	while (fold->n_log < last) {
		CLEANUP_TEXT struct text json = { 0 };

		transition_json(&json, &context, alertbook_transition(book, fold->n_log + 1));
		fold->log[fold->n_log++] = xstrdup(text_get(&json));
	}
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	struct fold *fold = context;

	(void)tick;
	note(fold);
	for (size_t i = 0; i < fold->n_kept; i++)
		if (fold->kept[i].tick_ms == flow_tick_ms(fold->flow))
			save(fold->flow, &fold->kept[i]);
}

static int make(struct fold *fold, const struct config *config, struct journal *journal,
		flow_tick_fn *fn, void *context)
{
	struct flow_options options;

	*fold = (struct fold){ .config = config };
	flow_options_from(&options, config);
	options.journal = journal;
	options.position = journal ? journal_first(journal) : 0;
	options.memory.ids = 4096; /* many folds are made: none shall cost much */
	options.dedup_sources = 64;
	options.sketch_bytes = 64 << 20;
	return err_pass(flow_new(&fold->flow, &options, fn, context));
}

int fold_init(struct fold *fold, const struct config *config, struct journal *journal)
{
	return err_pass(make(fold, config, journal, on_tick, fold));
}

int fold_init_watched(struct fold *fold, const struct config *config, flow_tick_fn *fn,
		      void *context)
{
	return err_pass(make(fold, config, NULL, fn, context));
}

void fold_fini(struct fold *fold)
{
	for (size_t i = 0; i < fold->n_kept; i++)
		saved_fini(&fold->kept[i].saved);
	for (uint64_t i = 0; i < fold->n_log; i++)
		free(fold->log[i]);
	free(fold->log);
	flow_free(fold->flow);
	*fold = (struct fold){ .flow = NULL };
}

void fold_keep(struct fold *fold, int64_t tick_ms)
{
	assert(fold->n_kept < FOLD_KEPT_MAX);
	fold->kept[fold->n_kept++] = (struct dump){ .tick_ms = tick_ms };
}

const char *fold_load(struct fold *fold, const struct dump *dump)
{
	struct bytes_reader reader;

	bytes_reader_init(&reader, dump->saved.bytes, dump->saved.n);
	flow_load(fold->flow, &reader);
	if (reader.is_bad)
		return reader.why;
	if (reader.at != reader.end)
		return "something is left over";

	fold->n_log = alertbook_last(flow_book(fold->flow));
	fold->log = xcalloc(fold->n_log + 1, sizeof(*fold->log));
	return NULL;
}

int fold_carry(struct fold *fold)
{
	int r;

	do
		r = flow_step(fold->flow);
	while (r == 0);
	return r == FLOW_IDLE ? 0 : r;
}

/* The name of the part that the byte at offset is in: the last that begins before it. */
static const char *part_at(const struct dump *dump, size_t offset)
{
	static const char names[][8] = { "flow",     "ledger",   "rate",    "letters", "dedup",
					 "clocks",   "contract", "tracker", "pool",    "figures",
					 "usual",    "gauges",   "opened",  "stocks",  "alerts",
					 "findings", "end" };
	const char *name = "?";
	const char *last = NULL;

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *at =
			memmem(dump->saved.bytes, dump->saved.n, names[i], sizeof(names[i]));

		if (at && at <= dump->saved.bytes + offset && (!last || at > last)) {
			last = at;
			name = names[i];
		}
	}
	return name;
}

static bool dump_is_same(const struct dump *a, const struct dump *b, struct text *report)
{
	size_t offset = 0;

	if (!a->saved.bytes || !b->saved.bytes || a->tick_ms != b->tick_ms) {
		text_add(report,
			 "they remember ticks %" PRId64 " (%zu bytes) and %" PRId64 " (%zu)",
			 a->tick_ms, a->saved.n, b->tick_ms, b->saved.n);
		return false;
	}
	if (a->saved.n == b->saved.n && memcmp(a->saved.bytes, b->saved.bytes, a->saved.n) == 0)
		return true;

	while (offset < a->saved.n && offset < b->saved.n &&
	       a->saved.bytes[offset] == b->saved.bytes[offset])
		offset++;
	text_add(report, "states of %zu and %zu bytes differ at byte %zu, in %.8s", a->saved.n,
		 b->saved.n, offset, part_at(a, offset));
	return false;
}

static bool log_is_same(const struct fold *a, const struct fold *b, struct text *report)
{
	if (a->n_log != b->n_log) {
		text_add(report, "they told %" PRIu64 " and %" PRIu64 " things", a->n_log,
			 b->n_log);
		return false;
	}
	for (uint64_t i = 0; i < a->n_log; i++)
		if (a->log[i] && b->log[i] && strcmp(a->log[i], b->log[i]) != 0) {
			text_add(report, "one told\n%s\nthe other\n%s", a->log[i], b->log[i]);
			return false;
		}
	return true;
}

bool fold_is_same(const struct fold *fold, const struct fold *other, struct text *report)
{
	assert(fold->n_kept > 0 && other->n_kept > 0);
	return log_is_same(fold, other, report) &&
	       dump_is_same(&fold->kept[fold->n_kept - 1], &other->kept[other->n_kept - 1], report);
}

/* -1: it cannot be read. */
static int64_t count_records(struct journal *journal)
{
	CLEANUP(journal_cursor_free)
	struct journal_cursor *cursor = journal_cursor_new(journal, journal_first(journal));
	struct record record;
	int64_t n = 0;
	int r;

	while ((r = journal_next(cursor, &record)) == 0)
		n++;
	return r == JOURNAL_END ? n : -1;
}

int fold_pick_ticks(struct journal *journal, int64_t end_ms, int64_t *ret, int max)
{
	CLEANUP(journal_cursor_free)
	struct journal_cursor *cursor = journal_cursor_new(journal, journal_first(journal));
	int64_t n_records = count_records(journal), last_ms = INT64_MIN;
	struct record record;
	int n = 0;

	if (n_records < 0)
		return -1;
	for (int64_t i = 0; journal_next(cursor, &record) == 0 && n < max; i++) {
		int64_t tick_ms = (record.arrival_ms / FLOW_TICK_MS + 1) * FLOW_TICK_MS;

		if (i < n_records * (n + 1) / (max + 1) || tick_ms <= last_ms || tick_ms >= end_ms)
			continue;
		last_ms = tick_ms;
		ret[n++] = tick_ms;
	}
	return n;
}

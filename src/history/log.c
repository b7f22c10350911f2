/* SPDX-License-Identifier: Apache-2.0 */
/* Transitions as rows: made of a book's, kept, and told. */
#include "log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"

/* ---- rows ---- */

static void row_fini(struct history_transition *row)
{
	free((void *)row->texts[0]); /* all are in one block */
}

/* Copies texts of that many bytes, their ends included, into a block of row's own. */
static size_t own_texts(struct history_transition *row)
{
	size_t bytes = 0;
	char *at;

	for (int i = 0; i < N_LOG_TEXTS; i++)
		bytes += strlen(row->texts[i]) + 1;
	at = xcalloc(1, bytes);
	for (int i = 0; i < N_LOG_TEXTS; i++) {
		size_t size = strlen(row->texts[i]) + 1;

		memcpy(at, row->texts[i], size);
		row->texts[i] = at;
		at += size;
	}
	return bytes;
}

void log_batch_add(struct log_batch *batch, const struct history_transition *row)
{
	if (batch->n == batch->capacity) {
		batch->capacity = batch->capacity ? 2 * batch->capacity : 4;
		batch->rows = xrealloc(batch->rows, batch->capacity, sizeof(*batch->rows));
	}
	batch->rows[batch->n] = *row;
	batch->bytes += sizeof(*row) + own_texts(&batch->rows[batch->n]);
	batch->n++;
}

void log_batch_fini(struct log_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		row_fini(&batch->rows[i]);
	free(batch->rows);
	free((void *)batch->generation.generation);
	free((void *)batch->generation.by);
	*batch = (struct log_batch){ .n = 0 };
}

struct log_batch *log_batch_free(struct log_batch *batch)
{
	if (!batch)
		return NULL;

	log_batch_fini(batch);
	free(batch);
	return NULL;
}

void log_add_generation(struct history_generation **list, size_t *n,
			const struct history_generation *generation)
{
	*list = xrealloc(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = (struct history_generation){
		.time_ms = generation->time_ms,
		.generation = xstrdup(generation->generation),
		.by = xstrdup(generation->by),
	};
}

void log_free_generations(struct history_generation *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free((void *)list[i].generation);
		free((void *)list[i].by);
	}
	free(list);
}

/* ---- of a transition ---- */

static void add_suppressions(struct text *text, unsigned suppressed)
{
	for (enum suppression s = 0; s < N_SUPPRESSIONS; s++)
		if (suppressed & SUPPRESSION_BIT(s))
			text_add(text, "%s%s", text->size ? " " : "", suppression_name(s));
}

/* A row of short texts that are lent by the transition, by rules, or for ever. */
static struct history_transition lend_row(const struct transition *transition)
{
	const struct alert *alert = &transition->alert;
	const struct rule *rule = alert->rule;

	return (struct history_transition){
		.number = transition->number,
		.time_ms = transition->time_ms,
		.position = transition->position,
		.raised_number = alert->raised_number,
		.value = (double)NAN,
		.is_drill = alert->drill,
		.texts = {
			[LOG_NEWS] = alert_news_name(transition->news),
			[LOG_RULE] = rule->id,
			[LOG_VERSION] = rule->version,
			[LOG_SUBJECT] = alert->subject,
			[LOG_SEVERITY] = severity_name(alert->machine.severity),
			[LOG_HANDLING] = handling_name(alert->machine.handling),
			[LOG_THRESHOLD] = alert->threshold ? alert->threshold->text : "",
			[LOG_OWNER] = alert->owner,
			[LOG_BY] = transition->by,
			[LOG_NOTE] = transition->note,
		},
	};
}

void log_batch_take(struct log_batch *batch, const struct transition *transition,
		    const struct alert_context *context)
{
	const struct alert *alert = &transition->alert;
	struct history_transition row = lend_row(transition);
	CLEANUP_TEXT struct text suppressed = { 0 };
	CLEANUP_TEXT struct text tells = { 0 };
	CLEANUP_TEXT struct text vi = { 0 };
	CLEANUP_TEXT struct text en = { 0 };
	CLEANUP_TEXT struct text title_vi = { 0 };
	CLEANUP_TEXT struct text title_en = { 0 };
	char key[ALERT_KEY_MAX];

	add_suppressions(&suppressed, alert->machine.suppressed);
	alert_receivers(&tells, context, transition->tells);
	alert_title(&title_vi, alert, true);
	alert_title(&title_en, alert, false);
	alert_reason(&vi, context, alert, true);
	alert_reason(&en, context, alert, false);
	row.texts[LOG_UNIT] = units_at(context->units, alert->unit)->id;
	row.texts[LOG_KEY] = alert_key(key, alert);
	row.texts[LOG_SUPPRESSED] = text_get(&suppressed);
	row.texts[LOG_TELLS] = text_get(&tells);
	row.texts[LOG_TITLE_VI] = text_get(&title_vi);
	row.texts[LOG_TITLE_EN] = text_get(&title_en);
	row.texts[LOG_REASON_VI] = text_get(&vi);
	row.texts[LOG_REASON_EN] = text_get(&en);
	if (alert->threshold)
		row.value = alert->reading.value;
	for (int i = 0; i < N_LOG_TEXTS; i++) /* of a rule that has its id and nothing else */
		row.texts[i] = row.texts[i] ? row.texts[i] : "";
	log_batch_add(batch, &row);
}

/* ---- questions ---- */

struct log_question *log_question_free(struct log_question *question)
{
	if (!question)
		return NULL;

	log_batch_fini(&question->waiting);
	log_batch_fini(&question->found);
	log_free_generations(question->waiting_generations, question->n_waiting_generations);
	log_free_generations(question->generations, question->n_generations);
	free(question->of_units);
	free(question->rule);
	free(question);
	return NULL;
}

static void turn_round(struct log_batch *batch)
{
	for (size_t i = 0; i < batch->n / 2; i++) {
		struct history_transition row = batch->rows[i];

		batch->rows[i] = batch->rows[batch->n - 1 - i];
		batch->rows[batch->n - 1 - i] = row;
	}
}

void log_question_tell(struct log_question *question, const char *reason)
{
	if (*reason) {
		question->fn(question->context, NULL, reason);
		return;
	}
	turn_round(&question->found);
	question->fn(question->context,
		     &(struct history_log){
			     .rows = question->found.rows,
			     .n = question->found.n,
			     .is_cut = question->is_cut,
			     .generations = question->generations,
			     .n_generations = question->n_generations,
			     .first_ms = question->first_ms,
		     },
		     NULL);
}

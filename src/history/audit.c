/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of the audit: copied, chosen, and told. */
#include "audit.h"

#include <stdlib.h>
#include <string.h>

#include "audit_texts.h"
#include "iocd/base/err.h"
#include "iocd/unit.h"

/* ---- batches ---- */

/* Copies texts into a block of entry's own, which begins with the first; how many bytes it has. */
static size_t own_texts(struct history_audit *entry)
{
	size_t bytes = 0;
	char *at;

	for (int i = 0; i < N_AUDIT_TEXTS; i++)
		bytes += strlen(*audit_text(entry, i)) + 1;
	at = xcalloc(1, bytes);
	for (int i = 0; i < N_AUDIT_TEXTS; i++) {
		const char **text = audit_text(entry, i);
		size_t size = strlen(*text) + 1;

		memcpy(at, *text, size);
		*text = at;
		at += size;
	}
	return bytes;
}

size_t audit_batch_add(struct audit_batch *batch, const struct history_audit *entry)
{
	struct history_audit *copy;

	if (batch->n == batch->capacity) {
		batch->capacity = batch->capacity ? 2 * batch->capacity : 4;
		batch->entries = xrealloc(batch->entries, batch->capacity, sizeof(*batch->entries));
	}
	copy = &batch->entries[batch->n++];
	*copy = *entry;
	return sizeof(*copy) + own_texts(copy);
}

static void batch_fini(struct audit_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		free((void *)*audit_text(&batch->entries[i], 0));
	free(batch->entries);
}

struct audit_batch *audit_batch_free(struct audit_batch *batch)
{
	if (!batch)
		return NULL;

	batch_fini(batch);
	free(batch);
	return NULL;
}

/* ---- what a question is about ---- */

/* "login.failed" is of the family "login". */
static bool is_of_family(const char *what, const char *family)
{
	size_t size = strlen(family);

	return strncmp(what, family, size) == 0 && (what[size] == '\0' || what[size] == '.');
}

static bool is_private(const char *what)
{
	static const char *const families[] = { HISTORY_AUDIT_PRIVATE };

	for (size_t i = 0; i < COUNT(families); i++)
		if (is_of_family(what, families[i]))
			return true;
	return false;
}

static bool is_among(const struct audit_question *question, const bool *wanted,
		     const struct units *units, const char *id)
{
	uint32_t unit;

	if (!wanted)
		return true;
	unit = units_find(units, id, strlen(id));
	return unit < question->n_units && wanted[unit];
}

static bool may_see(const struct audit_question *question, const struct units *units,
		    const struct history_audit *entry)
{
	if (question->self && strcmp(question->self, entry->who) == 0)
		return true;
	return is_among(question, question->of_units, units, entry->unit) &&
	       !(question->is_private && is_private(entry->what));
}

bool audit_is_wanted(const struct audit_question *question, const struct units *units,
		     const struct history_audit *entry)
{
	return entry->time_ms >= question->since_ms && entry->time_ms < question->until_ms &&
	       (!question->who || strcmp(question->who, entry->who) == 0) &&
	       (!question->what || is_of_family(entry->what, question->what)) &&
	       is_among(question, question->about, units, entry->unit) &&
	       may_see(question, units, entry);
}

void audit_question_take_along(struct audit_question *question, const struct audit_batch *batch,
			       const struct units *units)
{
	for (size_t i = 0; i < batch->n; i++)
		if (audit_is_wanted(question, units, &batch->entries[i]))
			(void)audit_batch_add(&question->waiting, &batch->entries[i]);
}

struct audit_question *audit_question_free(struct audit_question *question)
{
	if (!question)
		return NULL;

	batch_fini(&question->waiting);
	batch_fini(&question->found);
	free(question->of_units);
	free(question->about);
	free(question->who);
	free(question->what);
	free(question->self);
	free(question);
	return NULL;
}

static void turn_round(struct audit_batch *batch)
{
	for (size_t i = 0; i < batch->n / 2; i++) {
		struct history_audit entry = batch->entries[i];

		batch->entries[i] = batch->entries[batch->n - 1 - i];
		batch->entries[batch->n - 1 - i] = entry;
	}
}

void audit_question_tell(struct audit_question *question, const char *reason)
{
	static const struct history_audit none;

	if (*reason) {
		question->fn(question->context, NULL, 0, false, reason);
		return;
	}
	turn_round(&question->found);
	question->fn(question->context, question->found.n ? question->found.entries : &none,
		     question->found.n, question->is_cut, NULL);
}

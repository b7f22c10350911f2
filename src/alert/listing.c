/* SPDX-License-Identifier: Apache-2.0 */
/* What others may see of the book. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "twins.h"

/* For qsort: most severe first, then in the order in which they were told. */
static int compare_alerts(const void *a, const void *b)
{
	const struct alert *x = *(const struct alert *const *)a;
	const struct alert *y = *(const struct alert *const *)b;

	if (x->machine.severity != y->machine.severity)
		return x->machine.severity > y->machine.severity ? -1 : 1;
	return (x->raised_number > y->raised_number) - (x->raised_number < y->raised_number);
}

/* For qsort: what was over last first. */
static int compare_over(const void *a, const void *b)
{
	const struct alert *x = *(const struct alert *const *)a;
	const struct alert *y = *(const struct alert *const *)b;

	return (x->cleared_number < y->cleared_number) - (x->cleared_number > y->cleared_number);
}

/* Calls each with the n alerts, in order, and frees the array. */
static void list(const struct alert **alerts, size_t n, int (*compare)(const void *, const void *),
		 alert_each_fn *each, void *context)
{
	qsort(alerts, n, sizeof(struct alert *), compare);
	for (size_t i = 0; i < n; i++)
		each(context, alerts[i]);
	free(alerts);
}

uint64_t alertbook_last(const struct alertbook *book)
{
	return book->last;
}

uint64_t alertbook_forgotten(const struct alertbook *book)
{
	return book->last > ALERTBOOK_LOG ? book->last - ALERTBOOK_LOG : 0;
}

const struct transition *alertbook_transition(const struct alertbook *book, uint64_t number)
{
	const struct transition *transition = &book->log[number % book->log_capacity];

	return number > 0 && transition->number == number ? transition : NULL;
}

void alertbook_each_raised(const struct alertbook *book, alert_each_fn *each, void *context)
{
	size_t n_told = alertbook_count(book, SEVERITY_NONE), n = 0;
	const struct alert **told = xcalloc(n_told + 1, sizeof(struct alert *));

	for (const struct entry *entry = book->entries; entry; entry = entry->hh.next)
		if (alert_machine_stands(&entry->alert.machine))
			told[n++] = &entry->alert;
	assert(n == n_told);
	list(told, n, compare_alerts, each, context);
}

void alertbook_each_over(const struct alertbook *book, alert_each_fn *each, void *context)
{
	const struct alert **over =
		xcalloc((size_t)HASH_COUNT(book->entries) + 1, sizeof(struct alert *));
	size_t n = 0;

	for (const struct entry *entry = book->entries; entry; entry = entry->hh.next)
		if (entry->alert.machine.handling == HANDLING_CLEARED_UNACKNOWLEDGED)
			over[n++] = &entry->alert;
	list(over, n, compare_over, each, context);
}

/* For qsort. */
static int compare_keys(const void *a, const void *b)
{
	return open_key_compare(a, b);
}

void alertbook_each_key(const struct alertbook *book, alert_key_fn *each, void *context)
{
	size_t n = HASH_COUNT(book->entries), at = 0;
	struct open_key *keys = xcalloc(n + 1, sizeof(*keys));

	for (const struct entry *entry = book->entries; entry; entry = entry->hh.next)
		keys[at++] = entry->deadline.key;
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 0; i < n; i++)
		each(context, keys[i].rule, keys[i].unit, keys[i].subject);
	free(keys);
}

static void fill_key(struct open_key *key, uint32_t rule, uint32_t unit, const char *subject)
{
	const struct slice slice = { .bytes = subject, .size = strlen(subject) };

	*key = (struct open_key){ .rule = rule, .unit = unit };
	entry_copy_text(key->subject, sizeof(key->subject), &slice);
}

const struct alert *alertbook_find(const struct alertbook *book, uint32_t rule, uint32_t unit,
				   const char *subject)
{
	const struct entry *entry;
	struct open_key key;

	fill_key(&key, rule, unit, subject);
	entry = book_find(book, &key);
	return entry && !alert_machine_is_over(&entry->alert.machine) ? &entry->alert : NULL;
}

size_t alertbook_count(const struct alertbook *book, enum severity severity)
{
	if (severity != SEVERITY_NONE)
		return book->n_told[severity];
	return book->n_told[SEVERITY_WARNING] + book->n_told[SEVERITY_CRITICAL];
}

void alertbook_each_hindrance(const struct alertbook *book, hindrance_each_fn *each, void *context)
{
	struct hindrance configured;

	for (uint32_t i = 0; i < book->hindrances.n; i++)
		each(context, &book->hindrances.list[i]);
	for (uint32_t i = 0; i < book_about(book)->n_maintenances; i++) {
		if (!book->hindrances.is_open[i])
			continue;
		hindrances_describe(book, i, &configured);
		each(context, &configured);
	}
}

unsigned alertbook_hindrances(const struct alertbook *book, uint32_t rule, uint32_t unit,
			      const char *subject)
{
	struct entry *imagined, *entry;
	struct hindrance hindrance;
	struct open_key key;
	unsigned bits = 0;

	fill_key(&key, rule, unit, subject);
	entry = book_find(book, &key);
	if (entry && !entry_rests(entry))
		return entry->alert.machine.suppressed;
	if (entry)
		bits = entry->alert.machine.suppressed & SUPPRESSION_BIT(SUPPRESSION_CHATTER);

	imagined = entry_new(&key, rules_at(book->rules, rule), 0);
	imagined->past.order = UINT64_MAX;
	for (enum suppression kind = 0; kind < N_SUPPRESSIONS; kind++)
		if (hindrances_look(book, imagined, kind, &hindrance))
			bits |= SUPPRESSION_BIT(kind);
	if (causes_find(book, imagined) || twins_told(book, imagined))
		bits |= SUPPRESSION_BIT(SUPPRESSION_INHIBITED);
	free(imagined);
	return bits;
}

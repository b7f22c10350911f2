/* SPDX-License-Identifier: Apache-2.0 */
#include "twins.h"

#include <string.h>

#include "book.h"
#include "mirrored.h"

/* ---- finding ---- */

static struct entry *find_ours(const struct alertbook *book, const struct entry *entry)
{
	struct open_key key = { .unit = entry->alert.unit };
	struct slice rule, subject;
	struct mirrored known;

	if (!mirrored_unpack(entry->alert.detail, &known))
		return NULL; /* nothing was said of it yet */
	rule = known.texts[MIRRORED_RULE];
	subject = known.texts[MIRRORED_SUBJECT];
	key.rule = rules_find(book->rules, rule.bytes, rule.size);
	if (key.rule == UINT32_MAX || rules_at(book->rules, key.rule)->kind == RULE_OWN)
		return NULL;
	entry_copy_text(key.subject, sizeof(key.subject), &subject);
	return book_find(book, &key);
}

static struct entry *find_mirrored(const struct alertbook *book, const struct entry *entry)
{
	const struct alert *alert = &entry->alert;
	const struct slice rule = { alert->rule->id, strlen(alert->rule->id) };
	const struct slice subject = { alert->subject, strlen(alert->subject) };
	struct open_key key = { .rule = book->causes.mirror_rule, .unit = alert->unit };

	if (key.rule == UINT32_MAX)
		return NULL;
	mirrored_subject(key.subject, rule, subject);
	return book_find(book, &key);
}

static struct entry *find(const struct alertbook *book, const struct entry *entry)
{
	if (alert_is_mirrored(&entry->alert))
		return find_ours(book, entry);
	return entry->alert.rule->kind == RULE_OWN ? NULL : find_mirrored(book, entry);
}

/* ---- which of them is told ---- */

static bool is_unheard_backlog(const struct alert_machine *machine)
{
	return machine->suppressed & SUPPRESSION_BIT(SUPPRESSION_BACKLOG) && !machine->announced;
}

/* Of two that stand. */
static bool outranks(const struct alert *a, const struct alert *b)
{
	const struct alert_machine *x = &a->machine, *y = &b->machine;

	if (a->drill != b->drill)
		return b->drill;
	if (is_unheard_backlog(x) != is_unheard_backlog(y))
		return is_unheard_backlog(y);
	if (x->severity != y->severity)
		return x->severity > y->severity;
	if (x->announced != y->announced)
		return x->announced;
	return a->raised_number < b->raised_number;
}

/* What does not stand yet yields before it does, so that it is not told when it does. */
static bool yields(const struct alert *alert, const struct alert *twin)
{
	if (!alert_machine_stands(&twin->machine))
		return false;
	if (alert_machine_stands(&alert->machine))
		return outranks(twin, alert);
	return !is_unheard_backlog(&twin->machine);
}

const struct entry *twins_told(const struct alertbook *book, const struct entry *entry)
{
	const struct entry *twin = find(book, entry);

	return twin && yields(&entry->alert, &twin->alert) ? twin : NULL;
}

void twins_see(struct alertbook *book, struct entry *entry)
{
	static const struct author released = { .by = "", .note = "its twin is not told any more" };
	struct entry *twin = find(book, entry);
	struct entry *const pair[] = { entry, twin };
	bool yield[COUNT(pair)];

	if (!twin)
		return;
	yield[0] = yields(&entry->alert, &twin->alert);
	yield[1] = yields(&twin->alert, &entry->alert);
	for (size_t i = 0; i < COUNT(pair); i++)
		if (yield[i] && !pair[i]->alert.yields)
			causes_look(book, pair[i], NULL);
	for (size_t i = 0; i < COUNT(pair); i++)
		if (!yield[i] && pair[i]->alert.yields)
			causes_look(book, pair[i], &released);
}

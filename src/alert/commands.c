/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command about alerts walks all of them: people give few.  A command that hinders alerts is kept
 * as what it orders.
 */
#include <string.h>

#include "book.h"
#include "mirroring.h"
#include "iocd/unit.h"

/* Carries a command out on an alert that stands or waits; whether that changed anything. */
typedef bool handle_fn(struct alertbook *book, struct entry *entry, const struct command *command);

static int64_t until_of(const struct command *command)
{
	return command->until_ms < BOOK_TIME_MAX ? command->until_ms : BOOK_TIME_MAX;
}

static struct author author_of(const struct command *command)
{
	return (struct author){ .by = command->by, .note = command->note };
}

static void copy(char *to, size_t capacity, const char *text)
{
	const struct slice slice = { .bytes = text, .size = strlen(text) };

	entry_copy_text(to, capacity, &slice);
}

static bool acknowledge(struct alertbook *book, struct entry *entry, const struct command *command)
{
	const struct author author = author_of(command);
	struct alert *alert = &entry->alert;
	enum alert_news news = alert_machine_acknowledge(&alert->machine);

	/* For another while: of a mirrored one its site says so, where it may come too late. */
	if (news == NEWS_NOTHING && alert->machine.handling == HANDLING_ACKNOWLEDGED &&
	    alert->acknowledged_until_ms != until_of(command)) {
		if (alert_is_mirrored(alert))
			return true;
		news = NEWS_ACKNOWLEDGED;
	}
	if (news == NEWS_NOTHING)
		return false;

	copy(alert->acknowledged_by, sizeof(alert->acknowledged_by), command->by);
	copy(alert->acknowledged_note, sizeof(alert->acknowledged_note), command->note);
	alert->acknowledged_ms = book->now_ms;
	alert->acknowledged_until_ms = until_of(command);
	mirroring_order(book, entry, command->by, MIRRORED_ACKNOWLEDGEMENT);
	book_tell(book, entry, news, &author);
	return true;
}

static bool unacknowledge(struct alertbook *book, struct entry *entry,
			  const struct command *command)
{
	const struct author author = author_of(command);
	enum alert_news news = alert_machine_unacknowledge(&entry->alert.machine);

	if (news != NEWS_NOTHING)
		mirroring_order(book, entry, command->by, MIRRORED_ACKNOWLEDGEMENT);
	book_tell(book, entry, news, &author);
	return news != NEWS_NOTHING;
}

static bool assign(struct alertbook *book, struct entry *entry, const struct command *command)
{
	const struct author author = author_of(command);
	struct alert *alert = &entry->alert;

	if (strcmp(alert->owner, command->owner) == 0)
		return false;
	copy(alert->owner, sizeof(alert->owner), command->owner);
	mirroring_order(book, entry, command->by, MIRRORED_OWNER);
	book_tell(book, entry, NEWS_ASSIGNED, &author);
	return true;
}

static bool comment(struct alertbook *book, struct entry *entry, const struct command *command)
{
	const struct author author = author_of(command);

	book_tell(book, entry, NEWS_COMMENTED, &author);
	return true;
}

static bool reset(struct alertbook *book, struct entry *entry, const struct command *command)
{
	const struct author author = author_of(command);
	struct alert_machine *machine = &entry->alert.machine;
	enum alert_news news;

	book_count(book, machine, -1);
	news = alert_machine_reset(machine);
	book_count(book, machine, 1);
	book_tell(book, entry, news, &author);
	return news != NEWS_NOTHING;
}

/* What the verbs do: to alerts; or that they begin, or end, something that hinders them. */
static const struct {
	handle_fn *handle;
	enum suppression kind;
	bool begins;
	bool has_end; /* it must end by itself */
} verbs[N_COMMAND_VERBS] = {
	[COMMAND_ACKNOWLEDGE] = { .handle = acknowledge },
	[COMMAND_UNACKNOWLEDGE] = { .handle = unacknowledge },
	[COMMAND_ASSIGN] = { .handle = assign },
	[COMMAND_COMMENT] = { .handle = comment },
	[COMMAND_RESET] = { .handle = reset },
	[COMMAND_SHELVE] = { .kind = SUPPRESSION_SHELVED, .begins = true, .has_end = true },
	[COMMAND_UNSHELVE] = { .kind = SUPPRESSION_SHELVED },
	[COMMAND_DISABLE] = { .kind = SUPPRESSION_OUT_OF_SERVICE, .begins = true },
	[COMMAND_ENABLE] = { .kind = SUPPRESSION_OUT_OF_SERVICE },
	[COMMAND_MAINTAIN] = { .kind = SUPPRESSION_MAINTENANCE, .begins = true, .has_end = true },
	[COMMAND_END_MAINTENANCE] = { .kind = SUPPRESSION_MAINTENANCE },
};

/* Describes in *ret what command is about; false if it names a unit that there is not. */
static bool read_scope(const struct alertbook *book, const struct command *command,
		       struct hindrance *ret)
{
	const struct units *units = book_about(book)->units;

	*ret = (struct hindrance){
		.kind = verbs[command->verb].kind,
		.unit = UNIT_NONE,
		.is_below = command->is_below && command->unit[0],
		.has_subject = command->has_subject,
		.from_ms = book->now_ms,
		.until_ms = until_of(command),
	};
	copy(ret->rule, sizeof(ret->rule), command->rule);
	copy(ret->by, sizeof(ret->by), command->by);
	copy(ret->note, sizeof(ret->note), command->note);
	if (command->has_subject)
		copy(ret->subject, sizeof(ret->subject), command->subject);
	if (!command->unit[0])
		return true;
	if (units)
		ret->unit = units_find(units, command->unit, strlen(command->unit));
	return ret->unit != UNIT_NONE;
}

/* Whether people see it: it stands, or is over and waits. */
static bool is_seen(const struct entry *entry)
{
	return alert_machine_stands(&entry->alert.machine) ||
	       entry->alert.machine.handling == HANDLING_CLEARED_UNACKNOWLEDGED;
}

/* Whether command, on what people see of scope, is for entry: who handles mirrored alerts names
 * each, because it is an order to its site as well. */
static bool is_meant(const struct alertbook *book, const struct hindrance *scope,
		     const struct entry *entry)
{
	return is_seen(entry) && hindrance_covers(scope, book_about(book), entry) &&
	       (scope->has_subject || !alert_is_mirrored(&entry->alert));
}

static enum command_outcome handle(struct alertbook *book, const struct command *command,
				   const struct hindrance *scope, uint32_t *ret_n)
{
	struct entry *entry, *next;
	uint32_t n_seen = 0;

	HASH_ITER (hh, book->entries, entry, next) {
		if (!is_meant(book, scope, entry))
			continue;
		n_seen++;
		if (!verbs[command->verb].handle(book, entry, command))
			continue;
		(*ret_n)++;
		book_settle(book, entry);
	}
	if (n_seen == 0)
		return OUTCOME_NO_SUCH_ALERT;
	return *ret_n > 0 ? OUTCOME_DONE : OUTCOME_NEEDLESS;
}

/* How many alerts stand that scope is about. */
static uint32_t count_concerned(const struct alertbook *book, const struct hindrance *scope)
{
	uint32_t n = 0;

	for (const struct entry *entry = book->entries; entry; entry = entry->hh.next)
		n += alert_machine_stands(&entry->alert.machine) &&
		     hindrance_covers(scope, book_about(book), entry);
	return n;
}

static enum command_outcome begin(struct alertbook *book, const struct hindrance *wanted,
				  uint32_t *ret_n)
{
	const struct hindrance *known = hindrances_find(&book->hindrances, wanted);

	if (known && known->until_ms == wanted->until_ms && strcmp(known->note, wanted->note) == 0)
		return OUTCOME_NEEDLESS;
	if (!known && book->hindrances.n >= ALERTBOOK_HINDRANCES)
		return OUTCOME_FULL;

	*ret_n = count_concerned(book, wanted);
	hindrances_order(book, wanted);
	return OUTCOME_DONE;
}

static enum command_outcome end(struct alertbook *book, const struct hindrance *wanted,
				uint32_t *ret_n)
{
	struct hindrance *known = hindrances_find(&book->hindrances, wanted);

	if (!known)
		return OUTCOME_NEEDLESS;
	*ret_n = count_concerned(book, wanted);
	hindrances_end(book, known, wanted->by, wanted->note);
	return OUTCOME_DONE;
}

static bool has_rule(const struct alertbook *book, const struct command *command)
{
	return !command->rule[0] ||
	       rules_find(book->rules, command->rule, strlen(command->rule)) != UINT32_MAX;
}

/* Whether it would end before it begins, or not at all what must. */
static bool is_too_late(const struct alertbook *book, const struct command *command)
{
	return (command->until_ms != 0 || verbs[command->verb].has_end) &&
	       command->until_ms <= book->now_ms;
}

enum command_outcome alertbook_command(struct alertbook *book, const struct command *command,
				       int64_t now_ms, uint64_t position, uint32_t *ret_n)
{
	bool is_ending = !verbs[command->verb].handle && !verbs[command->verb].begins;
	struct hindrance scope;

	alertbook_tick(book, now_ms, position);
	*ret_n = 0;
	if (!read_scope(book, command, &scope))
		return OUTCOME_NO_SUCH_UNIT;
	if (is_ending && hindrances_find(&book->hindrances, &scope))
		return end(book, &scope, ret_n); /* even if its rule is gone */
	if (!has_rule(book, command))
		return OUTCOME_NO_SUCH_RULE;
	if (!is_ending && is_too_late(book, command))
		return OUTCOME_TOO_LATE;
	if (verbs[command->verb].handle)
		return handle(book, command, &scope, ret_n);
	return is_ending ? OUTCOME_NEEDLESS : begin(book, &scope, ret_n);
}

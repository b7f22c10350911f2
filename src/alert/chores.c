/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What time brings to an alert beside what its condition makes of it: an acknowledgement expires,
 * others are told because nobody has acknowledged it, it is told again, it does not chatter any
 * more, or nobody is waited for any longer.
 */
#include "book.h"
#include "mirrored.h"

static int64_t acknowledgement_due_ms(const struct alert *alert)
{
	if (alert->machine.handling != HANDLING_ACKNOWLEDGED || alert->acknowledged_until_ms == 0)
		return ALERT_NO_DEADLINE;
	return alert->acknowledged_until_ms;
}

static int64_t chatter_due_ms(const struct alertbook *book, const struct entry *entry)
{
	int64_t end_ms = entry_chatter_end_ms(entry);

	if (!(entry->alert.machine.suppressed & SUPPRESSION_BIT(SUPPRESSION_CHATTER)))
		return ALERT_NO_DEADLINE;
	return end_ms == INT64_MIN ? book->now_ms : end_ms;
}

/* Whether receivers know that it stands, and may hear of it. */
static bool is_told(const struct alert_machine *machine)
{
	return machine->announced && !machine->suppressed && alert_machine_stands(machine);
}

static int64_t step_due_ms(const struct alert *alert)
{
	if (!is_told(&alert->machine) || alert->machine.handling != HANDLING_UNACKNOWLEDGED ||
	    alert->steps >= alert->rule->n_steps)
		return ALERT_NO_DEADLINE;
	return later(alert->told_ms, alert->rule->steps[alert->steps].after_ms);
}

/* The next time after it was repeated last that is a whole number of intervals after it was told.
 */
static int64_t next_repeat_ms(const struct entry *entry, int64_t interval_ms)
{
	int64_t since_ms = entry->past.repeated_ms - entry->alert.told_ms;

	if (interval_ms <= 0)
		return ALERT_NO_DEADLINE;
	return later(entry->past.repeated_ms, interval_ms - since_ms % interval_ms);
}

static bool is_repeated(const struct alert *alert)
{
	bool is_watchdog = alert->rule->kind == RULE_OWN && alert->rule->own == OWN_WATCHDOG;

	return is_told(&alert->machine) &&
	       (is_watchdog || alert->machine.handling == HANDLING_UNACKNOWLEDGED);
}

/* Lends receiver number as entry's unit sees it; NULL if there is none. */
static const struct receiver *receiver_at(const struct alertbook *book, const struct entry *entry,
					  uint32_t number)
{
	const struct rules_options *about = book_about(book);

	if (number < about->n_receivers)
		return &about->receivers[number];
	return number == RECEIVER_UNIT && about->unit_receivers
		       ? about->unit_receivers[entry->alert.unit]
		       : NULL;
}

/* When entry is told again, and in *ret to whom of those who are due by due_ms. */
static int64_t repeat_due_ms(const struct alertbook *book, const struct entry *entry, int64_t by_ms,
			     uint32_t *ret)
{
	const struct alert *alert = &entry->alert;
	int64_t first_ms;

	*ret = RECEIVERS_NONE;
	if (!is_repeated(alert))
		return ALERT_NO_DEADLINE;

	first_ms = next_repeat_ms(entry, alert->rule->repeat_ms);
	if (first_ms <= by_ms)
		*ret = book_listeners(book, entry) | alert->told;
	for (uint32_t bits = alert->told; bits; bits &= bits - 1) {
		uint32_t number = (uint32_t)__builtin_ctz(bits);
		const struct receiver *receiver = receiver_at(book, entry, number);
		int64_t at_ms =
			receiver ? next_repeat_ms(entry, receiver->repeat_ms) : ALERT_NO_DEADLINE;

		if (at_ms <= by_ms)
			*ret |= UINT32_C(1) << number;
		if (at_ms < first_ms)
			first_ms = at_ms;
	}
	return first_ms;
}

static int64_t forgetting_due_ms(const struct alert *alert)
{
	if (alert->machine.handling != HANDLING_CLEARED_UNACKNOWLEDGED)
		return ALERT_NO_DEADLINE;
	return later(alert->cleared_ms, ALERT_FORGET_MS);
}

/* When entry, of which only its raises are remembered, is worth nothing. */
static int64_t memory_due_ms(const struct entry *entry)
{
	return alert_machine_is_over(&entry->alert.machine) ? entry_chatter_end_ms(entry)
							    : ALERT_NO_DEADLINE;
}

int64_t book_chores_due_ms(const struct alertbook *book, const struct entry *entry)
{
	uint32_t receivers;
	const int64_t due_ms[] = {
		acknowledgement_due_ms(&entry->alert),
		chatter_due_ms(book, entry),
		step_due_ms(&entry->alert),
		repeat_due_ms(book, entry, INT64_MIN, &receivers),
		forgetting_due_ms(&entry->alert),
		memory_due_ms(entry),
	};
	int64_t first_ms = ALERT_NO_DEADLINE;

	for (size_t i = 0; i < COUNT(due_ms); i++)
		if (due_ms[i] < first_ms)
			first_ms = due_ms[i];
	return first_ms;
}

static void end_acknowledgement(struct alertbook *book, struct entry *entry)
{
	struct alert *alert = &entry->alert;
	char by[ALERT_NAME_MAX];
	const struct slice name = { .bytes = alert->acknowledged_by,
				    .size = sizeof(alert->acknowledged_by) };

	if (acknowledgement_due_ms(alert) > book->now_ms)
		return;
	if (alert_is_mirrored(alert)) /* that order has no effect any more, wherever it is */
		mirrored_set(alert->detail, MIRRORED_ACKNOWLEDGEMENT, false);
	entry_copy_text(by, sizeof(by), &name);
	book_tell(book, entry, alert_machine_unacknowledge(&alert->machine),
		  &(struct author){ .by = by, .note = "expired" });
}

static void take_steps(struct alertbook *book, struct entry *entry)
{
	static const struct author nobody = { .by = "", .note = "nobody has acknowledged it" };
	struct alert *alert = &entry->alert;

	while (step_due_ms(alert) <= book->now_ms)
		book_tell_to(book, entry, NEWS_ESCALATED, &nobody,
			     alert->rule->steps[alert->steps++].receivers);
}

static void repeat(struct alertbook *book, struct entry *entry)
{
	uint32_t receivers;

	if (repeat_due_ms(book, entry, book->now_ms, &receivers) > book->now_ms)
		return;
	book_tell_to(book, entry, NEWS_REPEATED, &book_itself, receivers);
}

void book_do_chores(struct alertbook *book, struct entry *entry)
{
	static const struct author no_chatter = { .by = "", .note = "chatters no more" };
	static const struct author forgotten = { .by = "", .note = "nobody has acknowledged it" };

	end_acknowledgement(book, entry);
	if (chatter_due_ms(book, entry) <= book->now_ms)
		book_release(book, entry, SUPPRESSION_CHATTER, &no_chatter);
	repeat(book, entry);
	take_steps(book, entry);
	if (forgetting_due_ms(&entry->alert) <= book->now_ms)
		book_tell(book, entry, alert_machine_forget(&entry->alert.machine), &forgotten);
}

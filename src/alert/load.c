/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading fills the book first; only when all of it is good are those alerts closed whose rule does
 * not stand any more, and is looked at what suppresses the others, so that a damaged file tells
 * nothing.
 */
#include "load.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"

#define NUMBER_MAX      (UINT64_MAX / 2) /* of transitions: counting on cannot overflow */
#define HINDRANCE_BYTES 39               /* fewer never hold one */

/* Whether several saved units are this one now. */
static bool is_merged(const struct loading *loading, uint32_t unit)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < loading->units->n; i++)
		n += loading->units->to[i] == unit;
	return n > 1;
}

static bool outweighs(const struct alert *alert, const struct alert *other)
{
	bool stands = alert_machine_stands(&alert->machine);

	if (stands != alert_machine_stands(&other->machine))
		return stands;
	if (alert->machine.severity != other->machine.severity)
		return alert->machine.severity > other->machine.severity;
	return alert->raised_ms != 0 &&
	       (other->raised_ms == 0 || alert->raised_ms < other->raised_ms);
}

static void let_fall(struct loading *loading, struct entry *entry, const char *why)
{
	loading->why[loading->n_fallen] = why;
	loading->fallen[loading->n_fallen++] = entry;
}

/* Two units that became one had the same alert: the one that stands remains, then the graver, then
 * the one that was told first; the other falls. */
static void merge(struct loading *loading, struct entry *entry, struct entry *there)
{
	const struct alert alert = entry->alert;
	const struct past past = entry->past;

	if (!is_merged(loading, alert.unit))
		bytes_reject(loading->reader, "it holds an alert twice");
	if (outweighs(&alert, &there->alert)) {
		entry->alert = there->alert;
		entry->past = there->past;
		there->alert = alert;
		there->past = past;
	}
	let_fall(loading, entry, "its unit became one with another");
}

/* Lends the words for why alert does not live on; NULL: it does. */
static const char *why_fallen(const struct loading *loading, const struct alert *alert)
{
	const struct rules *rules = loading->book->rules;
	uint32_t number = rules_find(rules, alert->rule->id, strlen(alert->rule->id));

	return book_why_closed(alert, number == UINT32_MAX ? NULL : rules_at(rules, number));
}

/* Gives a good entry, taken, its place in the book. */
static void house(struct loading *loading, struct entry *entry)
{
	struct alertbook *book = loading->book;
	const struct alert *alert = &entry->alert;
	struct open_key *key = &entry->deadline.key;
	const char *why = why_fallen(loading, alert);
	struct entry *there;

	book_count(book, &alert->machine, 1);
	if (why) {
		let_fall(loading, entry, why);
		return;
	}

	key->rule = rules_find(book->rules, alert->rule->id, strlen(alert->rule->id));
	key->unit = alert->unit;
	memcpy(key->subject, alert->subject, sizeof(key->subject));
	there = book_find(book, key);
	if (there)
		merge(loading, entry, there);
	else
		book_insert(book, entry);
}

static void get_past(struct loading *loading, struct entry *entry)
{
	struct bytes_reader *reader = loading->reader;
	struct past *past = &entry->past;

	past->order = bytes_get_u64(reader);
	past->shelved = bytes_get_u64(reader);
	past->repeated_ms = load_time(reader, loading->book->now_ms);
	past->n_raises = load_choice(reader, ALERTBOOK_RAISES + 1);
	for (uint32_t i = 0; i < past->n_raises; i++)
		past->raises[i] = load_time(reader, loading->book->now_ms);

	if (past->order == 0 || past->order > loading->book->last_order ||
	    past->shelved > loading->book->last_shelved ||
	    (past->shelved != 0) != entry_rests(entry))
		bytes_reject(reader, "an alert has an order that cannot be");
	if (entry->alert.closed ||
	    (alert_machine_is_over(&entry->alert.machine) && past->n_raises == 0))
		bytes_reject(reader, "an open alert is at rest");
}

static void get_entry(struct loading *loading)
{
	struct entry *entry = xcalloc(1, sizeof(*entry));

	load_alert(loading, &entry->alert);
	get_past(loading, entry);
	if (!loading->reader->is_bad && entry->alert.unit != RENUMBER_GONE)
		house(loading, entry);
	else
		free(entry);
}

static void get_entries(struct loading *loading)
{
	struct bytes_reader *reader = loading->reader;
	uint32_t n = bytes_get_count(reader, ALERT_BYTES);

	if (n > ALERTBOOK_MAX)
		bytes_reject(reader, "it holds too many alerts");
	if (reader->is_bad)
		return;

	loading->fallen = xcalloc((size_t)n + 1, sizeof(struct entry *));
	loading->why = xcalloc((size_t)n + 1, sizeof(char *));
	for (uint32_t i = 0; i < n && !reader->is_bad; i++)
		get_entry(loading);
}

static void get_transition(struct loading *loading, uint64_t number)
{
	struct bytes_reader *reader = loading->reader;
	struct transition transition = { .number = number };

	if (!load_flag(reader))
		return;

	transition.time_ms = load_time(reader, loading->book->now_ms);
	transition.position = bytes_get_u64(reader);
	transition.news = load_choice(reader, NEWS_FORGOTTEN + 1);
	load_text(reader, transition.by, sizeof(transition.by));
	load_text(reader, transition.note, sizeof(transition.note));
	transition.tells = load_receivers(loading);
	load_alert(loading, &transition.alert);
	if (transition.news == NEWS_NOTHING)
		bytes_reject(reader, "a transition tells nothing");
	if (!reader->is_bad && transition.alert.unit != RENUMBER_GONE)
		*book_log_place(loading->book, number) = transition;
}

static void get_hindrance(struct loading *loading)
{
	struct bytes_reader *reader = loading->reader;
	struct hindrance hindrance = { .kind = load_choice(reader, SUPPRESSION_CHATTER) };
	const struct hindrance *there;
	uint32_t unit;

	load_text(reader, hindrance.rule, sizeof(hindrance.rule));
	unit = bytes_get_u32(reader);
	hindrance.is_below = load_flag(reader);
	hindrance.has_subject = load_flag(reader);
	load_text(reader, hindrance.subject, sizeof(hindrance.subject));
	load_text(reader, hindrance.by, sizeof(hindrance.by));
	load_text(reader, hindrance.note, sizeof(hindrance.note));
	hindrance.from_ms = load_time(reader, loading->book->now_ms);
	hindrance.until_ms = load_time(reader, BOOK_TIME_MAX);
	if (hindrance.kind == SUPPRESSION_INHIBITED ||
	    (hindrance.rule[0] && !load_is_id(hindrance.rule, strlen(hindrance.rule))))
		bytes_reject(reader, "a shelving is of what cannot be shelved");

	hindrance.unit = unit == UNIT_NONE ? UNIT_NONE : renumber(loading->units, unit);
	if (reader->is_bad || (unit != UNIT_NONE && hindrance.unit == RENUMBER_GONE))
		return;
	there = hindrances_find(&loading->book->hindrances, &hindrance);
	if (!there || hindrance_is_longer(&hindrance, there))
		hindrances_add(&loading->book->hindrances, &hindrance);
}

static void get_hindrances(struct loading *loading)
{
	uint32_t n = bytes_get_count(loading->reader, HINDRANCE_BYTES);

	if (n > ALERTBOOK_HINDRANCES)
		bytes_reject(loading->reader, "it holds too many shelvings");
	for (uint32_t i = 0; i < n && !loading->reader->is_bad; i++)
		get_hindrance(loading);
}

static void get_receivers(struct loading *loading)
{
	struct bytes_reader *reader = loading->reader;
	uint32_t n_receivers = bytes_get_count(reader, 4);

	if (n_receivers > RECEIVERS_MAX)
		bytes_reject(reader, "it holds too many receivers");
	receivers_map_init(&loading->receivers);
	for (uint32_t i = 0; i < n_receivers && !reader->is_bad; i++) {
		size_t n;
		const char *id = bytes_get_text(reader, &n);

		receivers_map_add(&loading->receivers, book_about(loading->book), i, id, n);
	}
}

static void get_place(struct loading *loading)
{
	struct bytes_reader *reader = loading->reader;
	struct alertbook *book = loading->book;

	book->last = bytes_get_u64(reader);
	book->now_ms = bytes_get_i64(reader);
	book->position = bytes_get_u64(reader);
	book->last_order = bytes_get_u64(reader);
	book->last_shelved = bytes_get_u64(reader);
	if (book->last > NUMBER_MAX || book->last_order > NUMBER_MAX ||
	    book->last_shelved > NUMBER_MAX)
		bytes_reject(reader, "transitions have numbers that cannot be");
	if (book->now_ms != INT64_MIN && (book->now_ms < 0 || book->now_ms > BOOK_TIME_MAX))
		bytes_reject(reader, "alerts are of a time that cannot be");
}

/* Clears the alerts that do not live on, or only frees them if the bytes were bad. */
static void drop_fallen(struct loading *loading)
{
	for (size_t i = 0; i < loading->n_fallen; i++) {
		const struct author author = { .by = "", .note = loading->why[i] };

		if (loading->reader->is_bad)
			free(loading->fallen[i]);
		else
			book_close(loading->book, loading->fallen[i], &author);
	}
	free(loading->fallen);
	free(loading->why);
}

/* Units that a ghost may be asked about. */
static uint32_t count_units(const struct renumber *units)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < units->n; i++)
		if (units->to[i] != RENUMBER_GONE && units->to[i] >= n)
			n = units->to[i] + 1;
	return n;
}

void alertbook_load(struct alertbook *book, struct bytes_reader *reader,
		    const struct renumber *units)
{
	struct loading loading = { .book = book, .reader = reader, .units = units };

	ghosts_init(&book->ghosts, count_units(units));
	bytes_get_part(reader, BOOK_PART, BOOK_VERSION);
	get_place(&loading);
	get_receivers(&loading);
	get_hindrances(&loading);
	get_entries(&loading);
	for (uint64_t n = book_first_kept(book); n <= book->last && !reader->is_bad; n++)
		get_transition(&loading, n);
	drop_fallen(&loading);
	if (reader->is_bad)
		return;
	hindrances_init(&book->hindrances, book->rules, book->now_ms);
	hindrances_plan(book);
	book_look_again(book, &(struct author){ .by = "", .note = "rule changed" });
}

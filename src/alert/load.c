/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading fills the book first; only when all of it is good are those alerts closed whose rule does
 * not stand any more, so that a damaged file tells nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "limit.h"
#include "save.h"

#define RULE_ID_MAX 64
#define ALERT_BYTES 90                       /* fewer never hold an alert */
#define TIME_MAX    INT64_C(253402300799999) /* the year 9999 */
#define NUMBER_MAX  (UINT64_MAX / 2)         /* of transitions: counting on cannot overflow */

struct loading {
	struct alertbook *book;
	struct bytes_reader *reader;
	const struct renumber *units;
	struct entry **fallen; /* owned, as are they: open alerts whose rule does not stand */
	size_t n_fallen;
};

/* A number below n. */
static uint8_t get_choice(struct bytes_reader *reader, unsigned n)
{
	uint8_t choice = bytes_get_u8(reader);

	if (choice < n)
		return choice;
	bytes_reject(reader, "an alert has a property that there is not");
	return 0;
}

static bool get_flag(struct bytes_reader *reader)
{
	return get_choice(reader, 2) == 1;
}

static int64_t get_time(struct bytes_reader *reader, int64_t max_ms)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms >= 0 && time_ms <= max_ms)
		return time_ms;
	bytes_reject(reader, "an alert has a time that cannot be");
	return 0;
}

static bool is_id(const char *id, size_t n)
{
	if (n == 0 || n > RULE_ID_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", id[i]) || !id[i])
			return false;
	return true;
}

/* Lends the rule that an alert was made by, or its ghost. */
static const struct rule *get_rule(struct loading *loading)
{
	struct bytes_reader *reader = loading->reader;
	enum rule_kind kind = get_choice(reader, RULE_SILENCE + 1);
	struct alertbook *book = loading->book;
	const struct rule *rule;
	const char *id;
	uint32_t number;
	size_t n;

	id = bytes_get_text(reader, &n);
	if (!is_id(id, n)) {
		bytes_reject(reader, "an alert's rule has no name");
		return NULL;
	}

	number = rules_find(book->rules, id, n);
	rule = number == UINT32_MAX ? NULL : rules_at(book->rules, number);
	if (rule && rule->kind == kind)
		return rule;
	return ghosts_get(&book->ghosts, kind, id, n);
}

static void get_subject(struct bytes_reader *reader, char subject[ALERT_SUBJECT_MAX])
{
	size_t n;
	const char *bytes = bytes_get_text(reader, &n);

	if (n >= ALERT_SUBJECT_MAX || memchr(bytes, '\0', n)) {
		bytes_reject(reader, "an alert has a subject that cannot be");
		return;
	}
	memcpy(subject, bytes, n);
}

static void get_machine(struct loading *loading, struct alert_machine *machine)
{
	struct bytes_reader *reader = loading->reader;

	machine->state = get_choice(reader, ALERT_FADING + 1);
	machine->severity = get_choice(reader, SEVERITY_CRITICAL + 1);
	machine->judgement = get_choice(reader, JUDGE_CRITICAL + 1);
	machine->uncertain = get_flag(reader);
	machine->since_ms = get_time(reader, loading->book->now_ms);
	if (machine->state != ALERT_QUIET && machine->severity == SEVERITY_NONE)
		bytes_reject(reader, "an alert has no severity");
}

static void get_reading(struct bytes_reader *reader, struct reading *reading)
{
	reading->quality = get_choice(reader, QUALITY_STALE + 1);
	reading->value = bytes_get_f64(reader);
	reading->samples = bytes_get_u64(reader);
	reading->last_ms = get_time(reader, TIME_MAX);
	reading->position = bytes_get_u64(reader);
	reading->reporting = bytes_get_u32(reader);
	reading->expected = bytes_get_u32(reader);
}

static void get_limit(struct bytes_reader *reader, struct alert *alert)
{
	enum limit limit = get_choice(reader, N_LIMITS);
	enum comparison comparison;
	double value;

	if (limit == LIMIT_NONE)
		return;

	comparison = get_choice(reader, COMPARE_LE + 1);
	value = bytes_get_f64(reader);
	if (!reader->is_bad && alert->unit != RENUMBER_GONE)
		alert->threshold = limit_recall(alert->rule, alert->unit, limit, comparison, value);
}

static void get_samples(struct bytes_reader *reader, struct alert *alert)
{
	alert->n_samples = get_choice(reader, ALERT_SAMPLES + 1);
	for (uint32_t i = 0; i < alert->n_samples; i++)
		alert->samples[i] = bytes_get_u64(reader);
}

/* Reads into *alert, which is all zero; its unit may be RENUMBER_GONE. */
static void get_alert(struct loading *loading, struct alert *alert)
{
	struct bytes_reader *reader = loading->reader;
	int64_t now_ms = loading->book->now_ms;

	alert->rule = get_rule(loading);
	alert->unit = renumber(loading->units, bytes_get_u32(reader));
	get_subject(reader, alert->subject);
	get_machine(loading, &alert->machine);
	get_reading(reader, &alert->reading);
	get_limit(reader, alert);
	alert->events = bytes_get_u64(reader);
	alert->first_ms = get_time(reader, now_ms);
	alert->raised_ms = get_time(reader, now_ms);
	alert->changed_ms = get_time(reader, now_ms);
	alert->raised_number = bytes_get_u64(reader);
	get_samples(reader, alert);
	alert->drill = get_flag(reader);
	alert->closed = get_flag(reader);
	alert->presence = get_choice(reader, PRESENCE_STOPPED + 1);
}

static bool stands(const struct alert *alert)
{
	return alert->rule->applies[alert->unit];
}

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
	if (alert->machine.severity != other->machine.severity)
		return alert->machine.severity > other->machine.severity;
	return alert->raised_ms != 0 &&
	       (other->raised_ms == 0 || alert->raised_ms < other->raised_ms);
}

/* Two units that became one had the same alert: the graver one stands, then the one that was told
 * first; the other falls. */
static void merge(struct loading *loading, struct entry *entry, struct entry *there)
{
	struct alert lesser = entry->alert;

	if (!is_merged(loading, entry->alert.unit))
		bytes_reject(loading->reader, "it holds an alert twice");
	if (outweighs(&entry->alert, &there->alert)) {
		lesser = there->alert;
		there->alert = entry->alert;
		book_settle(loading->book, there);
	}
	entry->alert = lesser;
	loading->fallen[loading->n_fallen++] = entry;
}

/* Gives a good alert that is open its place in the book. */
static void house(struct loading *loading, const struct alert *alert)
{
	struct alertbook *book = loading->book;
	struct entry *entry = xcalloc(1, sizeof(*entry));
	struct open_key *key = &entry->deadline.key;
	struct entry *there;

	entry->alert = *alert;
	book_count(book, &alert->machine, 1);
	if (!stands(alert)) {
		loading->fallen[loading->n_fallen++] = entry;
		return;
	}

	key->rule = alert->rule->number;
	key->unit = alert->unit;
	memcpy(key->subject, alert->subject, sizeof(key->subject));
	there = book_find(book, key);
	if (there) {
		merge(loading, entry, there);
		return;
	}
	book_insert(book, entry);
	book_settle(book, entry);
}

static void get_entry(struct loading *loading)
{
	struct alert alert = { .n_samples = 0 };

	get_alert(loading, &alert);
	if (alert.machine.state == ALERT_QUIET || alert.closed)
		bytes_reject(loading->reader, "an open alert is at rest");
	if (!loading->reader->is_bad && alert.unit != RENUMBER_GONE)
		house(loading, &alert);
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
	for (uint32_t i = 0; i < n && !reader->is_bad; i++)
		get_entry(loading);
}

static void get_transition(struct loading *loading, uint64_t number)
{
	struct bytes_reader *reader = loading->reader;
	struct transition transition = { .number = number };

	if (!get_flag(reader))
		return;

	transition.time_ms = get_time(reader, loading->book->now_ms);
	transition.position = bytes_get_u64(reader);
	transition.news = get_choice(reader, NEWS_CLEARED + 1);
	get_alert(loading, &transition.alert);
	if (transition.news == NEWS_NOTHING)
		bytes_reject(reader, "a transition tells nothing");
	if (!reader->is_bad && transition.alert.unit != RENUMBER_GONE)
		loading->book->log[number % ALERTBOOK_LOG] = transition;
}

static void get_place(struct loading *loading)
{
	struct bytes_reader *reader = loading->reader;
	struct alertbook *book = loading->book;

	book->last = bytes_get_u64(reader);
	book->now_ms = bytes_get_i64(reader);
	book->position = bytes_get_u64(reader);
	if (book->last > NUMBER_MAX)
		bytes_reject(reader, "transitions have numbers that cannot be");
	if (book->now_ms != INT64_MIN && (book->now_ms < 0 || book->now_ms > TIME_MAX))
		bytes_reject(reader, "alerts are of a time that cannot be");
}

/* Clears the open alerts whose rule does not stand, or only frees them if the bytes were bad. */
static void drop_fallen(struct loading *loading)
{
	struct alertbook *book = loading->book;

	for (size_t i = 0; i < loading->n_fallen; i++)
		if (loading->reader->is_bad)
			free(loading->fallen[i]);
		else
			book_close(book, loading->fallen[i], book->position);
	free(loading->fallen);
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
	get_entries(&loading);
	for (uint64_t n = book_first_kept(book); n <= book->last && !reader->is_bad; n++)
		get_transition(&loading, n);
	drop_fallen(&loading);
}

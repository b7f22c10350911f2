/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "limit.h"
#include "load.h"
#include "mirrored.h"

#define RULE_ID_MAX 64

uint8_t load_choice(struct bytes_reader *reader, unsigned n)
{
	uint8_t choice = bytes_get_u8(reader);

	if (choice < n)
		return choice;
	bytes_reject(reader, "an alert has a property that there is not");
	return 0;
}

bool load_flag(struct bytes_reader *reader)
{
	return load_choice(reader, 2) == 1;
}

int64_t load_time(struct bytes_reader *reader, int64_t max_ms)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms >= 0 && time_ms <= max_ms)
		return time_ms;
	bytes_reject(reader, "an alert has a time that cannot be");
	return 0;
}

uint32_t load_receivers(struct loading *loading)
{
	uint32_t bits = bytes_get_u32(loading->reader);

	if (bits & ~loading->receivers.known)
		bytes_reject(loading->reader, "an alert has a receiver that there is not");
	return receivers_map_bits(&loading->receivers, bits);
}

void load_text(struct bytes_reader *reader, char *to, size_t capacity)
{
	size_t n;
	const char *bytes = bytes_get_text(reader, &n);

	if (n >= capacity || memchr(bytes, '\0', n)) {
		bytes_reject(reader, "an alert has a text that cannot be");
		return;
	}
	memcpy(to, bytes, n);
}

bool load_is_id(const char *id, size_t n)
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
	enum rule_kind kind = load_choice(reader, N_RULE_KINDS);
	struct alertbook *book = loading->book;
	const struct rule *rule;
	const char *id;
	uint32_t number;
	size_t n;

	id = bytes_get_text(reader, &n);
	if (!load_is_id(id, n)) {
		bytes_reject(reader, "an alert's rule has no name");
		return NULL;
	}

	number = rules_find(book->rules, id, n);
	rule = number == UINT32_MAX ? NULL : rules_at(book->rules, number);
	if (rule && rule->kind == kind)
		return rule;
	return ghosts_get(&book->ghosts, kind, id, n);
}

static void get_machine(struct loading *loading, struct alert_machine *machine)
{
	struct bytes_reader *reader = loading->reader;

	machine->state = load_choice(reader, ALERT_FADING + 1);
	machine->severity = load_choice(reader, SEVERITY_CRITICAL + 1);
	machine->judgement = load_choice(reader, JUDGE_CRITICAL + 1);
	machine->uncertain = load_flag(reader);
	machine->since_ms = load_time(reader, loading->book->now_ms);
	machine->latched = load_flag(reader);
	machine->handling = load_choice(reader, HANDLING_CLEARED_UNACKNOWLEDGED + 1);
	machine->suppressed = load_choice(reader, 1u << N_SUPPRESSIONS);
	machine->announced = load_flag(reader);
	machine->announced_severity = load_choice(reader, SEVERITY_CRITICAL + 1);
}

static void get_reading(struct bytes_reader *reader, struct reading *reading)
{
	reading->quality = load_choice(reader, QUALITY_STALE + 1);
	reading->value = bytes_get_f64(reader);
	reading->samples = bytes_get_u64(reader);
	reading->last_ms = load_time(reader, BOOK_TIME_MAX);
	reading->position = bytes_get_u64(reader);
	reading->reporting = bytes_get_u32(reader);
	reading->expected = bytes_get_u32(reader);
}

/* Lends what was put into text, NULL if that was nothing. */
static const char *get_words(struct bytes_reader *reader, struct text *text)
{
	const char *bytes;
	size_t n;

	if (!load_flag(reader))
		return NULL;
	bytes = bytes_get_text(reader, &n);
	if (memchr(bytes, '\0', n))
		bytes_reject(reader, "an alert has a text that cannot be");
	text_add_bytes(text, bytes, n);
	return text_get(text);
}

static void get_limit(struct loading *loading, struct alert *alert)
{
	CLEANUP_TEXT struct text text = { 0 };
	CLEANUP_TEXT struct text file = { 0 };
	struct bytes_reader *reader = loading->reader;
	struct threshold limit = { 0 };

	if (!load_flag(reader))
		return;

	limit.comparison = load_choice(reader, COMPARE_LE + 1);
	limit.value = bytes_get_f64(reader);
	limit.origin = load_choice(reader, LIMIT_OF_UNIT + 1);
	limit.text = get_words(reader, &text);
	limit.place.file = get_words(reader, &file);
	limit.place.line = bytes_get_u32(reader);
	limit.place.column = bytes_get_u32(reader);
	if (!reader->is_bad && alert->unit != RENUMBER_GONE)
		alert->threshold =
			limit_recall(&loading->book->old_limits, alert->rule, alert->unit, &limit);
}

static void get_samples(struct bytes_reader *reader, struct alert *alert)
{
	alert->n_samples = load_choice(reader, ALERT_SAMPLES + 1);
	for (uint32_t i = 0; i < alert->n_samples; i++)
		alert->samples[i] = bytes_get_u64(reader);
}

static void get_people(struct loading *loading, struct alert *alert)
{
	struct bytes_reader *reader = loading->reader;
	int64_t now_ms = loading->book->now_ms;

	load_text(reader, alert->owner, sizeof(alert->owner));
	load_text(reader, alert->acknowledged_by, sizeof(alert->acknowledged_by));
	load_text(reader, alert->acknowledged_note, sizeof(alert->acknowledged_note));
	alert->acknowledged_ms = load_time(reader, now_ms);
	alert->acknowledged_until_ms = load_time(reader, BOOK_TIME_MAX);
	for (unsigned i = 0; i < N_SUPPRESSIONS; i++) {
		if (!(alert->machine.suppressed & SUPPRESSION_BIT(i)))
			continue;
		alert->suppressed_until_ms[i] = load_time(reader, BOOK_TIME_MAX);
		load_text(reader, alert->suppressed_by[i], sizeof(alert->suppressed_by[i]));
	}
	alert->told = load_receivers(loading);
	alert->steps = bytes_get_u32(reader);
	alert->told_ms = load_time(reader, now_ms);
	alert->raises = bytes_get_u32(reader);
}

/* A mirrored alert whose site's unit is gone goes too. */
static void get_origin(struct loading *loading, struct alert *alert)
{
	struct bytes_reader *reader = loading->reader;
	bool was_mirrored = load_flag(reader);
	uint32_t origin = was_mirrored ? renumber(loading->units, bytes_get_u32(reader)) : 0;
	struct mirrored known;

	alert->yields = load_flag(reader);
	if (reader->is_bad || !alert_is_mirrored(alert))
		return;
	if (!was_mirrored || !mirrored_unpack(alert->detail, &known))
		bytes_reject(reader, "a mirrored alert does not say what it mirrors");
	else if (origin == RENUMBER_GONE)
		alert->unit = RENUMBER_GONE;
	else
		alert->origin = origin;
}

void load_alert(struct loading *loading, struct alert *alert)
{
	struct bytes_reader *reader = loading->reader;
	int64_t now_ms = loading->book->now_ms;

	alert->rule = get_rule(loading);
	alert->unit = renumber(loading->units, bytes_get_u32(reader));
	load_text(reader, alert->subject, sizeof(alert->subject));
	get_machine(loading, &alert->machine);
	get_reading(reader, &alert->reading);
	get_limit(loading, alert);
	alert->events = bytes_get_u64(reader);
	alert->first_ms = load_time(reader, now_ms);
	alert->raised_ms = load_time(reader, now_ms);
	alert->changed_ms = load_time(reader, now_ms);
	alert->cleared_ms = load_time(reader, now_ms);
	alert->raised_number = bytes_get_u64(reader);
	alert->cleared_number = bytes_get_u64(reader);
	get_samples(reader, alert);
	alert->drill = load_flag(reader);
	alert->closed = load_flag(reader);
	alert->presence = load_choice(reader, PRESENCE_STOPPED + 1);
	load_text(reader, alert->detail, sizeof(alert->detail));
	get_origin(loading, alert);
	get_people(loading, alert);
	if (!load_can_be(alert))
		bytes_reject(reader, "an alert is in a state that cannot be");
}

bool load_can_be(const struct alert *alert)
{
	const struct alert_machine *machine = &alert->machine;
	bool stands = alert_machine_stands(machine);
	bool is_handled = machine->handling == HANDLING_UNACKNOWLEDGED ||
			  machine->handling == HANDLING_ACKNOWLEDGED;

	if (machine->latched && alert_state_is_told(machine->state))
		return false;
	if ((stands || machine->state == ALERT_PENDING) && machine->severity == SEVERITY_NONE)
		return false;
	return stands == is_handled && (stands || !machine->announced) &&
	       (stands ? alert->raised_number > alert->cleared_number
		       : alert->raised_number <= alert->cleared_number);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

#include <stddef.h>
#include <string.h>

#include "mirrored.h"

/* Keeps position as the latest sample. */
static void add_sample(struct alert *alert, uint64_t position)
{
	if (alert->n_samples > 0 && alert->samples[alert->n_samples - 1] == position)
		return;

	if (alert->n_samples == ALERT_SAMPLES) {
		alert->n_samples--;
		memmove(alert->samples, alert->samples + 1,
			alert->n_samples * sizeof(alert->samples[0]));
	}
	alert->samples[alert->n_samples++] = position;
}

struct entry *entry_new(const struct open_key *key, const struct rule *rule, int64_t now_ms)
{
	struct entry *entry = xcalloc(1, sizeof(*entry));
	struct alert *alert = &entry->alert;

	entry->deadline.key = *key;
	alert->rule = rule;
	alert->unit = key->unit;
	memcpy(alert->subject, key->subject, sizeof(alert->subject));
	alert_machine_init(&alert->machine, now_ms);
	return entry;
}

struct entry *entry_of(struct deadline *deadline)
{
	return (struct entry *)((char *)deadline - offsetof(struct entry, deadline));
}

/* Forgets all of the alert's last life but what suppresses it and how often it was raised. */
static void renew(struct alert *alert)
{
	struct alert fresh = {
		.rule = alert->rule,
		.unit = alert->unit,
		.machine = alert->machine,
		.raises = alert->raises,
	};

	memcpy(fresh.subject, alert->subject, sizeof(fresh.subject));
	memcpy(fresh.suppressed_until_ms, alert->suppressed_until_ms,
	       sizeof(fresh.suppressed_until_ms));
	memcpy(fresh.suppressed_by, alert->suppressed_by, sizeof(fresh.suppressed_by));
	*alert = fresh;
}

void entry_begin(struct entry *entry, uint64_t order, int64_t now_ms)
{
	struct alert *alert = &entry->alert;

	if (alert_machine_is_over(&alert->machine))
		renew(alert);
	entry->past.order = order;
	alert->first_ms = now_ms;
	alert->events = 0;
	alert->n_samples = 0;
	alert->drill = alert->rule->kind == RULE_EVENT;
}

void entry_copy_text(char *to, size_t capacity, const struct slice *slice)
{
	size_t size = slice->size > 0 ? strnlen(slice->bytes, slice->size) : 0;

	if (size >= capacity) {
		size = capacity - 1;
		while (size > 0 && (slice->bytes[size] & 0xc0) == 0x80)
			size--;
	}
	if (size > 0)
		memcpy(to, slice->bytes, size);
	memset(to + size, 0, capacity - size);
}

struct alert_policy entry_policy(const struct entry *entry)
{
	const struct rule *rule = entry->alert.rule;
	bool is_critical = entry->alert.machine.severity == SEVERITY_CRITICAL;

	/* The origin waits, and latches; what stands by its latch here stands until it says so. */
	if (alert_is_mirrored(&entry->alert))
		return (struct alert_policy){ .is_latched = entry->alert.machine.latched,
					      .is_awaited = is_critical };
	return (struct alert_policy){
		.hold_ms = rule->kind == RULE_EVENT ? 0 : rule->hold_ms,
		.fade_ms = rule->fade_ms,
		.is_latched = rule->is_latched,
		.is_awaited = rule->is_latched || is_critical,
	};
}

/* The journal record that verdict, whose condition holds, follows from. */
static void add_record(struct alert *alert, const struct verdict *verdict)
{
	switch (alert->rule->kind) {
	case RULE_THRESHOLD:
	case RULE_EACH:
		add_sample(alert, verdict->reading.position);
		return;
	case RULE_SEQUENCE:
	case RULE_DEADLINE:
	case RULE_OWN:
		add_sample(alert, verdict->position);
		return;
	case RULE_EVENT:
	case RULE_SILENCE:
		return;
	}
}

void entry_absorb(struct entry *entry, const struct verdict *verdict)
{
	struct alert *alert = &entry->alert;

	if (verdict->event) {
		alert->events++;
		alert->drill = alert->drill && verdict->event->drill;
		add_sample(alert, verdict->event->position);
	} else if (verdict->judgement != JUDGE_UNKNOWN) {
		alert->reading = verdict->reading;
		alert->threshold = verdict->threshold;
		alert->presence = verdict->presence;
		if (verdict->detail.size > 0)
			entry_copy_text(alert->detail, sizeof(alert->detail), &verdict->detail);
		if (judgement_holds(verdict->judgement))
			add_record(alert, verdict);
	}
}

/* Whether its rule asks how often it is raised; what events do is no coming and going. */
static bool minds_chatter(const struct rule *rule)
{
	return rule->kind != RULE_EVENT && rule->chatter_times > 0 && rule->chatter_within_ms > 0;
}

bool entry_note_raise(struct entry *entry, int64_t now_ms)
{
	const struct rule *rule = entry->alert.rule;
	struct past *past = &entry->past;
	uint32_t times =
		rule->chatter_times < ALERTBOOK_RAISES ? rule->chatter_times : ALERTBOOK_RAISES;

	if (!minds_chatter(rule)) {
		past->n_raises = 0;
		return false;
	}

	if (past->n_raises == ALERTBOOK_RAISES)
		memmove(past->raises, past->raises + 1, --past->n_raises * sizeof(past->raises[0]));
	past->raises[past->n_raises++] = now_ms;
	return past->n_raises >= times &&
	       now_ms - past->raises[past->n_raises - times] < rule->chatter_within_ms;
}

int64_t entry_chatter_end_ms(const struct entry *entry)
{
	const struct past *past = &entry->past;

	if (past->n_raises == 0 || !minds_chatter(entry->alert.rule))
		return INT64_MIN;
	return later(past->raises[past->n_raises - 1], entry->alert.rule->chatter_within_ms);
}

int entry_compare(const struct entry *a, const struct entry *b)
{
	return open_key_compare(&a->deadline.key, &b->deadline.key);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

#include <stddef.h>
#include <string.h>

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
	alert->first_ms = now_ms;
	alert->drill = rule->kind == RULE_EVENT;
	alert_machine_init(&alert->machine, now_ms);
	return entry;
}

struct entry *entry_of(struct deadline *deadline)
{
	return (struct entry *)((char *)deadline - offsetof(struct entry, deadline));
}

void entry_copy_subject(char subject[ALERT_SUBJECT_MAX], const struct slice *slice)
{
	size_t size = slice->size > 0 ? strnlen(slice->bytes, slice->size) : 0;

	if (size >= ALERT_SUBJECT_MAX) {
		size = ALERT_SUBJECT_MAX - 1;
		while (size > 0 && (slice->bytes[size] & 0xc0) == 0x80)
			size--;
	}
	if (size > 0)
		memcpy(subject, slice->bytes, size);
	memset(subject + size, 0, ALERT_SUBJECT_MAX - size);
}

struct alert_policy entry_policy(const struct entry *entry)
{
	const struct rule *rule = entry->alert.rule;

	return (struct alert_policy){
		.hold_ms = rule->kind == RULE_EVENT ? 0 : rule->hold_ms,
		.fade_ms = rule->fade_ms,
	};
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
		if (judgement_holds(verdict->judgement) && alert->rule->kind == RULE_THRESHOLD)
			add_sample(alert, verdict->reading.position);
	}
}

int entry_compare(const struct entry *a, const struct entry *b)
{
	return open_key_compare(&a->deadline.key, &b->deadline.key);
}

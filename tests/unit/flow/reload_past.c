/* SPDX-License-Identifier: Apache-2.0 */
#include "reload_past.h"

uint32_t past_draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

static struct entry *put(struct past *past, enum record_kind kind, const char *topic)
{
	struct entry *entry = &past->entries[past->n++];

	assert_true(past->n <= COUNT(past->entries));
	*entry = (struct entry){
		.record = { .kind = kind, .arrival_ms = past->now_ms, .position = past->position }
	};
	(void)snprintf(entry->topic, sizeof(entry->topic), "%s", topic);
	past->position += 100;
	entry->record.next = past->position;
	return entry;
}

static void put_own(struct past *past, const char *topic, const char *payload)
{
	struct entry *entry = put(past, RECORD_OWN, topic);

	(void)snprintf(entry->payload, sizeof(entry->payload), "%s", payload);
}

static void put_event(struct past *past, const char *unit, const char *type, const char *data)
{
	CLEANUP_TEXT struct text payload = { 0 };
	char topic[64], id[32];

	(void)snprintf(topic, sizeof(topic), "ioc/v1/%s/desk/evt/%s", unit, type);
	(void)snprintf(id, sizeof(id), "e%u", ++past->n_events);
	write_event(&payload, unit, type, id, past->now_ms, data);
	assert_true(payload.size < sizeof(past->entries[0].payload));
	(void)snprintf(put(past, RECORD_MESSAGE, topic)->payload, sizeof(past->entries[0].payload),
		       "%s", text_get(&payload));
}

static void put_opening(struct past *past, const char *unit)
{
	char record[16];
	CLEANUP_TEXT struct text data = { 0 };
	int64_t due_ms = past->now_ms + (int64_t)past_draw(&past->seed, 60) * SECOND;

	(void)snprintf(record, sizeof(record), "r%u", past_draw(&past->seed, 9));
	write_opening(&data, record, due_ms);
	put_event(past, unit, "opened", text_get(&data));
}

/* One thing more happens.  The second district is mute for a while in the middle. */
static void put_step(struct past *past)
{
	static const char *const words[] = { "redis red gone", "redis amber slow", "redis green " };
	bool is_mute = past->n > PAST_STEPS / 4 && past->n < PAST_STEPS * 3 / 4;
	const char *unit = is_mute || past_draw(&past->seed, 2) ? "d1" : "d2";
	uint32_t dice = past_draw(&past->seed, 20);
	char data[64];

	if (dice < 6) {
		(void)snprintf(data, sizeof(data), "{\"value\":%u}", past_draw(&past->seed, 12));
		put_event(past, unit, "level", data);
	} else if (dice < 9) {
		put_event(past, unit, "closed",
			  past_draw(&past->seed, 2) ? "{\"late\":true}" : "{\"late\":false}");
	} else if (dice < 13) {
		(void)snprintf(data, sizeof(data), "{\"host\":\"h%u\",\"way\":\"w%u\"}",
			       past_draw(&past->seed, 5), past_draw(&past->seed, 3));
		put_event(past, unit, "hit", data);
	} else if (dice < 16) {
		put_opening(past, unit);
	} else if (dice < 18) {
		(void)snprintf(data, sizeof(data), "{\"record\":\"r%u\"}",
			       past_draw(&past->seed, 9));
		put_event(past, unit, "done", data);
	} else {
		put_own(past, OWN_TOPIC_STATE, words[past_draw(&past->seed, COUNT(words))]);
	}
}

/* Time passes by records of its own, as often as it must. */
static void pass_until(struct past *past, int64_t until_ms)
{
	while (until_ms - past->now_ms > 4 * SECOND) {
		past->now_ms += 4 * SECOND;
		(void)put(past, RECORD_TIME, "");
	}
	past->now_ms = until_ms;
}

static void put_rulebook(struct past *past, const char *payload)
{
	past->n_rules++;
	put_own(past, OWN_TOPIC_RULES, payload);
}

/* Rules that somebody brings, or only time. */
static void put_rules(struct past *past, const char *reload)
{
	if (reload)
		put_rulebook(past, reload);
	else
		(void)put(past, RECORD_TIME, "");
}

void past_make(struct past *past, uint32_t seed, size_t reload_at, const char *reload)
{
	size_t back_at = reload_at + 1 + past_draw(&seed, PAST_STEPS / 2);

	*past = (struct past){ .now_ms = START + 30, .seed = seed };
	put_rulebook(past, "start\nbase");
	for (size_t i = 0; i < PAST_STEPS; i++) {
		if (i == reload_at || i == back_at)
			put_rules(past, !reload || i == reload_at ? reload : "binh\nbase");
		else
			put_step(past);
		pass_until(past, past->now_ms + 40 + past_draw(&past->seed, 900));
	}
	pass_until(past, past->now_ms + PAST_QUIET);
	(void)put(past, RECORD_TIME, "");
}

void past_carry(struct flow *flow, struct entry *entry)
{
	struct record *record = &entry->record;

	record->topic = entry->topic;
	record->topic_size = strlen(entry->topic);
	record->payload = entry->payload;
	record->payload_size = strlen(entry->payload);
	flow_carry(flow, record);
}

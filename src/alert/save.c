/* SPDX-License-Identifier: Apache-2.0 */
#include "save.h"

#include "limit.h"

static void put_machine(struct bytes_writer *writer, const struct alert_machine *machine)
{
	bytes_put_u8(writer, (uint8_t)machine->state);
	bytes_put_u8(writer, (uint8_t)machine->severity);
	bytes_put_u8(writer, (uint8_t)machine->judgement);
	bytes_put_u8(writer, machine->uncertain);
	bytes_put_i64(writer, machine->since_ms);
}

static void put_reading(struct bytes_writer *writer, const struct reading *reading)
{
	bytes_put_u8(writer, (uint8_t)reading->quality);
	bytes_put_f64(writer, reading->value);
	bytes_put_u64(writer, reading->samples);
	bytes_put_i64(writer, reading->last_ms);
	bytes_put_u64(writer, reading->position);
	bytes_put_u32(writer, reading->reporting);
	bytes_put_u32(writer, reading->expected);
}

static void put_limit(struct bytes_writer *writer, const struct alert *alert)
{
	enum limit limit = limit_of(alert);

	bytes_put_u8(writer, (uint8_t)limit);
	if (limit != LIMIT_NONE) {
		bytes_put_u8(writer, (uint8_t)alert->threshold->comparison);
		bytes_put_f64(writer, alert->threshold->value);
	}
}

static void put_alert(struct bytes_writer *writer, const struct alert *alert)
{
	bytes_put_u8(writer, (uint8_t)ghost_kind(alert->rule));
	bytes_put_text(writer, alert->rule->id);
	bytes_put_u32(writer, alert->unit);
	bytes_put_text(writer, alert->subject);
	put_machine(writer, &alert->machine);
	put_reading(writer, &alert->reading);
	put_limit(writer, alert);
	bytes_put_u64(writer, alert->events);
	bytes_put_i64(writer, alert->first_ms);
	bytes_put_i64(writer, alert->raised_ms);
	bytes_put_i64(writer, alert->changed_ms);
	bytes_put_u64(writer, alert->raised_number);
	bytes_put_u8(writer, (uint8_t)alert->n_samples);
	for (uint32_t i = 0; i < alert->n_samples; i++)
		bytes_put_u64(writer, alert->samples[i]);
	bytes_put_u8(writer, alert->drill);
	bytes_put_u8(writer, alert->closed);
	bytes_put_u8(writer, (uint8_t)alert->presence);
}

static void put_transition(struct bytes_writer *writer, const struct transition *transition)
{
	bytes_put_u8(writer, transition ? 1 : 0);
	if (!transition)
		return;

	bytes_put_i64(writer, transition->time_ms);
	bytes_put_u64(writer, transition->position);
	bytes_put_u8(writer, (uint8_t)transition->news);
	put_alert(writer, &transition->alert);
}

void alertbook_save(const struct alertbook *book, struct bytes_writer *writer)
{
	bytes_put_part(writer, BOOK_PART, BOOK_VERSION);
	bytes_put_u64(writer, book->last);
	bytes_put_i64(writer, book->now_ms);
	bytes_put_u64(writer, book->position);

	bytes_put_u32(writer, HASH_COUNT(book->entries));
	for (const struct entry *entry = book->entries; entry; entry = entry->hh.next)
		put_alert(writer, &entry->alert);
	for (uint64_t n = book_first_kept(book); n <= book->last; n++)
		put_transition(writer, alertbook_transition(book, n));
}

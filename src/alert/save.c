/* SPDX-License-Identifier: Apache-2.0 */
#include "save.h"

#include "mirrored.h"

static void put_machine(struct bytes_writer *writer, const struct alert_machine *machine)
{
	bytes_put_u8(writer, (uint8_t)machine->state);
	bytes_put_u8(writer, (uint8_t)machine->severity);
	bytes_put_u8(writer, (uint8_t)machine->judgement);
	bytes_put_u8(writer, machine->uncertain);
	bytes_put_i64(writer, machine->since_ms);
	bytes_put_u8(writer, machine->latched);
	bytes_put_u8(writer, (uint8_t)machine->handling);
	bytes_put_u8(writer, (uint8_t)machine->suppressed);
	bytes_put_u8(writer, machine->announced);
	bytes_put_u8(writer, (uint8_t)machine->announced_severity);
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

/* A text that may not be there. */
static void put_words(struct bytes_writer *writer, const char *words)
{
	bytes_put_u8(writer, words ? 1 : 0);
	if (words)
		bytes_put_text(writer, words);
}

static void put_limit(struct bytes_writer *writer, const struct threshold *limit)
{
	bytes_put_u8(writer, limit ? 1 : 0);
	if (!limit)
		return;

	bytes_put_u8(writer, (uint8_t)limit->comparison);
	bytes_put_f64(writer, limit->value);
	bytes_put_u8(writer, (uint8_t)limit->origin);
	put_words(writer, limit->text);
	put_words(writer, limit->place.file);
	bytes_put_u32(writer, limit->place.line);
	bytes_put_u32(writer, limit->place.column);
}

/* Who handles it, who suppresses it, and who was told. */
static void put_people(struct bytes_writer *writer, const struct alert *alert)
{
	bytes_put_text(writer, alert->owner);
	bytes_put_text(writer, alert->acknowledged_by);
	bytes_put_text(writer, alert->acknowledged_note);
	bytes_put_i64(writer, alert->acknowledged_ms);
	bytes_put_i64(writer, alert->acknowledged_until_ms);
	for (unsigned i = 0; i < N_SUPPRESSIONS; i++) {
		if (!(alert->machine.suppressed & SUPPRESSION_BIT(i)))
			continue;
		bytes_put_i64(writer, alert->suppressed_until_ms[i]);
		bytes_put_text(writer, alert->suppressed_by[i]);
	}
	bytes_put_u32(writer, alert->told);
	bytes_put_u32(writer, alert->steps);
	bytes_put_i64(writer, alert->told_ms);
	bytes_put_u32(writer, alert->raises);
}

static void put_origin(struct bytes_writer *writer, const struct alert *alert)
{
	bytes_put_u8(writer, alert_is_mirrored(alert));
	if (alert_is_mirrored(alert))
		bytes_put_u32(writer, alert->origin);
	bytes_put_u8(writer, alert->yields);
}

static void put_alert(struct bytes_writer *writer, const struct alert *alert)
{
	bytes_put_u8(writer, (uint8_t)ghost_kind(alert->rule));
	bytes_put_text(writer, alert->rule->id);
	bytes_put_u32(writer, alert->unit);
	bytes_put_text(writer, alert->subject);
	put_machine(writer, &alert->machine);
	put_reading(writer, &alert->reading);
	put_limit(writer, alert->threshold);
	bytes_put_u64(writer, alert->events);
	bytes_put_i64(writer, alert->first_ms);
	bytes_put_i64(writer, alert->raised_ms);
	bytes_put_i64(writer, alert->changed_ms);
	bytes_put_i64(writer, alert->cleared_ms);
	bytes_put_u64(writer, alert->raised_number);
	bytes_put_u64(writer, alert->cleared_number);
	bytes_put_u8(writer, (uint8_t)alert->n_samples);
	for (uint32_t i = 0; i < alert->n_samples; i++)
		bytes_put_u64(writer, alert->samples[i]);
	bytes_put_u8(writer, alert->drill);
	bytes_put_u8(writer, alert->closed);
	bytes_put_u8(writer, (uint8_t)alert->presence);
	bytes_put_text(writer, alert->detail);
	put_origin(writer, alert);
	put_people(writer, alert);
}

static void put_past(struct bytes_writer *writer, const struct past *past)
{
	bytes_put_u64(writer, past->order);
	bytes_put_u64(writer, past->shelved);
	bytes_put_i64(writer, past->repeated_ms);
	bytes_put_u8(writer, (uint8_t)past->n_raises);
	for (uint32_t i = 0; i < past->n_raises; i++)
		bytes_put_i64(writer, past->raises[i]);
}

static void put_transition(struct bytes_writer *writer, const struct transition *transition)
{
	bytes_put_u8(writer, transition ? 1 : 0);
	if (!transition)
		return;

	bytes_put_i64(writer, transition->time_ms);
	bytes_put_u64(writer, transition->position);
	bytes_put_u8(writer, (uint8_t)transition->news);
	bytes_put_text(writer, transition->by);
	bytes_put_text(writer, transition->note);
	bytes_put_u32(writer, transition->tells);
	put_alert(writer, &transition->alert);
}

static void put_hindrance(struct bytes_writer *writer, const struct hindrance *hindrance)
{
	bytes_put_u8(writer, (uint8_t)hindrance->kind);
	bytes_put_text(writer, hindrance->rule);
	bytes_put_u32(writer, hindrance->unit);
	bytes_put_u8(writer, hindrance->is_below);
	bytes_put_u8(writer, hindrance->has_subject);
	bytes_put_text(writer, hindrance->subject);
	bytes_put_text(writer, hindrance->by);
	bytes_put_text(writer, hindrance->note);
	bytes_put_i64(writer, hindrance->from_ms);
	bytes_put_i64(writer, hindrance->until_ms);
}

static void put_receivers(struct bytes_writer *writer, const struct rules_options *about)
{
	bytes_put_u32(writer, about->n_receivers);
	for (uint32_t i = 0; i < about->n_receivers; i++)
		bytes_put_text(writer, about->receivers[i].id);
}

void alertbook_save(const struct alertbook *book, struct bytes_writer *writer)
{
	bytes_put_part(writer, BOOK_PART, BOOK_VERSION);
	bytes_put_u64(writer, book->last);
	bytes_put_i64(writer, book->now_ms);
	bytes_put_u64(writer, book->position);
	bytes_put_u64(writer, book->last_order);
	bytes_put_u64(writer, book->last_shelved);
	put_receivers(writer, book_about(book));

	bytes_put_u32(writer, book->hindrances.n);
	for (uint32_t i = 0; i < book->hindrances.n; i++)
		put_hindrance(writer, &book->hindrances.list[i]);
	bytes_put_u32(writer, HASH_COUNT(book->entries));
	for (const struct entry *entry = book->entries; entry; entry = entry->hh.next) {
		put_alert(writer, &entry->alert);
		put_past(writer, &entry->past);
	}
	for (uint64_t n = book_first_kept(book); n <= book->last; n++)
		put_transition(writer, alertbook_transition(book, n));
}

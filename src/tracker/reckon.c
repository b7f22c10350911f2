/* SPDX-License-Identifier: Apache-2.0 */
#include "reckon.h"

#define NEVER INT64_MAX

const struct calendar *reckon_calendar(const struct trackers *trackers, uint32_t slot)
{
	const struct card *card = &trackers->table.cards[slot];
	const struct track *track = &trackers->tracks[card->track];
	uint8_t number = trackers->table.records[slot].calendar;

	if (number)
		return trackers->calendars[number - 1];
	if (track->by_unit && track->by_unit[card->unit])
		return track->by_unit[card->unit];
	return track->calendar;
}

uint8_t reckon_calendar_number(struct trackers *trackers, const struct calendar *calendar)
{
	uint32_t i = 0;

	while (i < trackers->n_calendars && trackers->calendars[i] != calendar)
		i++;
	if (i == CALENDARS_MAX)
		return 0;
	if (i == trackers->n_calendars)
		trackers->calendars[trackers->n_calendars++] = calendar;
	return (uint8_t)(i + 1);
}

static int64_t bounded(int64_t ms)
{
	return ms > TIME_LIMIT_MS ? TIME_LIMIT_MS : ms < -TIME_LIMIT_MS ? -TIME_LIMIT_MS : ms;
}

void reckon_set_due(struct trackers *trackers, uint32_t slot, const struct value *given)
{
	struct card *card = &trackers->table.cards[slot];
	const struct track *track = &trackers->tracks[card->track];
	const struct calendar *calendar = reckon_calendar(trackers, slot);
	int64_t opened_ms = trackers->table.records[slot].opened_ms;
	int64_t due_ms = 0;

	if (given)
		due_ms = given->time_ms;
	else if (track->allow_days > 0)
		due_ms = calendar_after_days(calendar, opened_ms, track->allow_days);
	else if (track->allow_ms > 0)
		due_ms = calendar_after_ms(calendar, opened_ms, track->allow_ms);
	card->due_ms = !given && due_ms == NEVER ? 0 : bounded(due_ms);
}

/* When slot, which has a deadline, is due soon; NEVER: it is not announced. */
static int64_t due_soon_of(const struct trackers *trackers, uint32_t slot)
{
	const struct card *card = &trackers->table.cards[slot];
	const struct track *track = &trackers->tracks[card->track];
	const struct calendar *calendar = reckon_calendar(trackers, slot);
	int64_t soon_ms = NEVER;

	if (track->due_soon_days > 0)
		soon_ms = calendar_after_days(calendar, card->due_ms, -track->due_soon_days);
	else if (track->due_soon_ms > 0)
		soon_ms = calendar_after_ms(calendar, card->due_ms, -track->due_soon_ms);
	return soon_ms;
}

void reckon_schedule(struct trackers *trackers, uint32_t slot)
{
	const struct card *card = &trackers->table.cards[slot];
	int64_t when_ms;

	if (card->due_ms == 0 || (card->flags & (MARK_PAUSED | MARK_OVERDUE))) {
		deadlines_remove(&trackers->table, slot);
		return;
	}

	when_ms = card->flags & MARK_DUE_SOON ? NEVER : due_soon_of(trackers, slot);
	deadlines_put(&trackers->table, slot, when_ms == NEVER ? card->due_ms : when_ms);
}

void reckon_judge(struct trackers *trackers, uint32_t slot, int64_t at_ms)
{
	struct card *card = &trackers->table.cards[slot];

	if ((card->flags & MARK_OVERDUE) && (card->due_ms == 0 || card->due_ms > at_ms))
		card->flags &= (uint8_t)~MARK_OVERDUE;
	if ((card->flags & MARK_DUE_SOON) &&
	    (card->due_ms == 0 || due_soon_of(trackers, slot) > at_ms))
		card->flags &= (uint8_t)~MARK_DUE_SOON;
}

static int64_t working_ms(const struct trackers *trackers, uint32_t slot, int64_t from_ms,
			  int64_t to_ms)
{
	if (to_ms <= from_ms)
		return 0;
	return bounded(calendar_elapsed_ms(reckon_calendar(trackers, slot), from_ms, to_ms));
}

/* What was overdue before a pause stays so: its deadline does not move. */
static int64_t moved_due(const struct trackers *trackers, uint32_t slot, int64_t from_ms,
			 int64_t to_ms)
{
	int64_t due_ms = trackers->table.cards[slot].due_ms;

	if (due_ms == 0 || due_ms <= from_ms)
		return due_ms;
	return bounded(calendar_after_ms(reckon_calendar(trackers, slot), due_ms,
					 working_ms(trackers, slot, from_ms, to_ms)));
}

void reckon_pause(struct trackers *trackers, uint32_t slot, int64_t from_ms, int64_t to_ms)
{
	struct record *record = &trackers->table.records[slot];

	trackers->table.cards[slot].due_ms = moved_due(trackers, slot, from_ms, to_ms);
	record->paused_ms = bounded(record->paused_ms + working_ms(trackers, slot, from_ms, to_ms));
}

int64_t reckon_due(const struct trackers *trackers, uint32_t slot, int64_t at_ms)
{
	const struct card *card = &trackers->table.cards[slot];

	if (!(card->flags & MARK_PAUSED))
		return card->due_ms;
	return moved_due(trackers, slot, trackers->table.records[slot].changed_ms, at_ms);
}

int64_t reckon_elapsed(const struct trackers *trackers, uint32_t slot, int64_t at_ms)
{
	const struct record *record = &trackers->table.records[slot];
	int64_t elapsed_ms = working_ms(trackers, slot, record->opened_ms, at_ms);

	elapsed_ms -= record->paused_ms;
	if (trackers->table.cards[slot].flags & MARK_PAUSED)
		elapsed_ms -= working_ms(trackers, slot, record->changed_ms, at_ms);
	return elapsed_ms > 0 ? elapsed_ms : 0;
}

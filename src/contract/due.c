/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hearing somebody is a store and no more: the entry in the queue stays where it is, too early.
 * When it comes up it is moved to where it belongs by then.  So a unit costs one move of its entry
 * per interval, however many events it sends.  Who is due comes out in the same order all the same:
 * by the instant that it is really due, then by watch and unit.
 */
#include "iocd/base/civil.h"
#include "state.h"

#define MS_PER_MINUTE 60000
#define MS_PER_DAY    86400000

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The begin of work on the first working day after the day of base_ms. */
static int64_t next_day(const struct calendar *calendar, int64_t base_ms, int offset_minutes)
{
	int64_t day = (int64_t)civil_day(base_ms, offset_minutes) + 1;
	int64_t start_ms = day * MS_PER_DAY - (int64_t)offset_minutes * MS_PER_MINUTE;

	return calendar_is_open(calendar, start_ms) ? start_ms
						    : calendar_next_change_ms(calendar, start_ms);
}

/* What was heard on one day is not for the next. */
static int64_t due_by_minute(const struct contract *contract, int64_t base_ms)
{
	int offset_minutes = calendar_about(contract->calendar)->offset_minutes;
	int64_t start_ms = next_day(contract->calendar, base_ms, offset_minutes);
	int64_t by_ms;

	if (start_ms >= TIME_MAX_MS)
		return INT64_MAX;
	by_ms = civil_day(start_ms, offset_minutes) * (int64_t)MS_PER_DAY +
		((int64_t)contract->by_minute - offset_minutes) * MS_PER_MINUTE;
	return calendar_after_ms(contract->calendar, by_ms, contract->grace_ms);
}

int64_t contracts_line_due(const struct contracts *contracts, uint32_t watch, uint32_t unit)
{
	const struct contract *contract = contracts->watches[watch].contract;
	const struct line *line = &contracts->watches[watch].lines[unit];
	int64_t base_ms = later(line->heard_ms, line->base_ms);
	int64_t wait_ms = contract->every_ms + contract->grace_ms;

	if (contract->every_ms == 0)
		return later(due_by_minute(contract, base_ms),
			     contracts->listening_ms + CONTRACT_SETTLE_MS);

	base_ms = later(base_ms, contracts->listening_ms);
	return contract->calendar ? calendar_after_ms(contract->calendar, base_ms, wait_ms)
				  : base_ms + wait_ms;
}

static bool is_before(const struct entry *a, const struct entry *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms;
	return a->watch != b->watch ? a->watch < b->watch : a->unit < b->unit;
}

static void sift_up(struct entry *queue, uint32_t i)
{
	struct entry entry = queue[i];

	for (; i > 0 && is_before(&entry, &queue[(i - 1) / 2]); i = (i - 1) / 2)
		queue[i] = queue[(i - 1) / 2];
	queue[i] = entry;
}

static void sift_down(struct entry *queue, uint32_t n, uint32_t i)
{
	struct entry entry = queue[i];
	uint32_t child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && is_before(&queue[child + 1], &queue[child]))
			child++;
		if (!is_before(&queue[child], &entry))
			break;
		queue[i] = queue[child];
		i = child;
	}
	queue[i] = entry;
}

void contracts_enqueue(struct contracts *contracts, uint32_t watch, uint32_t unit)
{
	struct line *line = &contracts->watches[watch].lines[unit];

	if (line->is_queued)
		return;

	line->is_queued = true;
	contracts->queue[contracts->n_queued] = (struct entry){
		.due_ms = contracts_line_due(contracts, watch, unit), .watch = watch, .unit = unit
	};
	sift_up(contracts->queue, contracts->n_queued++);
}

bool contracts_next_due(struct contracts *contracts, int64_t now_ms, struct entry *ret)
{
	struct entry *first = contracts->queue;

	while (contracts->n_queued > 0 && first->due_ms <= now_ms) {
		int64_t due_ms = contracts_line_due(contracts, first->watch, first->unit);

		if (due_ms == first->due_ms) {
			*ret = *first;
			contracts->watches[ret->watch].lines[ret->unit].is_queued = false;
			*first = contracts->queue[--contracts->n_queued];
			if (contracts->n_queued > 0)
				sift_down(contracts->queue, contracts->n_queued, 0);
			return true;
		}
		first->due_ms = due_ms;
		sift_down(contracts->queue, contracts->n_queued, 0);
	}
	return false;
}

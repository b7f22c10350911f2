/* SPDX-License-Identifier: Apache-2.0 */
#include "days.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define LAST_DAY 84005 /* 2199-12-31 */

struct day_nodes {
	const struct node *rest, *work, *name, *source, *assumed;
};

static const struct slot day_slots[] = {
	{ "rest", offsetof(struct day_nodes, rest) },
	{ "work", offsetof(struct day_nodes, work) },
	{ "name", offsetof(struct day_nodes, name) },
	{ "source", offsetof(struct day_nodes, source) },
	{ "assumed", offsetof(struct day_nodes, assumed) },
};

/* A single day as it was written. */
struct draft {
	struct calendar_day day; /* hours aside */
	struct shifts own;
	const struct node *entry; /* lent by the tree */
};

struct drafts {
	struct draft *list; /* owned */
	uint32_t n;
	uint32_t capacity;
};

static bool check_range(struct load *load, struct place place, int32_t day)
{
	if (day <= LAST_DAY)
		return true;
	report_error(load->report, place, "a calendar has no days after 2199");
	return false;
}

bool calendar_day_read(struct load *load, const struct node *node, int32_t *ret_day)
{
	int32_t day;

	if (!date_read(load, node, &day) || !check_range(load, node->place, day))
		return false;
	*ret_day = day;
	return true;
}

/* Reads "2026-02-16" or "2026-02-16..2026-02-20". */
static bool read_range(struct load *load, const struct node *entry, int32_t *ret_first,
		       int32_t *ret_last)
{
	const char *key = entry->key;
	const char *dots = strstr(key, "..");
	size_t n = dots ? (size_t)(dots - key) : strlen(key);

	if (!date_parse(key, n, ret_first) ||
	    !(dots ? date_parse(dots + 2, strlen(dots + 2), ret_last)
		   : date_parse(key, n, ret_last))) {
		report_error(load->report, entry->key_place,
			     "'%s' is not a day; write it like 2026-02-16, or several like "
			     "2026-02-16..2026-02-20",
			     key);
		return false;
	}
	if (*ret_first > *ret_last) {
		report_error(load->report, entry->key_place, "'%s' ends before it begins", key);
		return false;
	}
	return check_range(load, entry->key_place, *ret_last);
}

/* "rest", with or without a yes. */
static bool read_rest(struct load *load, const struct node *node)
{
	bool rest = true;

	if (node->kind == NODE_TEXT && !node->text[0])
		return true;
	if (!read_flag(load, node, &rest))
		return true; /* reported */
	if (!rest)
		report_error(load->report, node->place,
			     "a day that does not rest has its hours under 'work'");
	return rest;
}

static void read_day(struct load *load, const struct node *entry, struct draft *draft)
{
	struct day_nodes nodes = { 0 };

	*draft = (struct draft){ .entry = entry };
	draft->day.place = entry->key_place;
	draft->day.source = "";
	(void)read_slots(load, entry, day_slots, COUNT(day_slots), &nodes);
	read_title(load, nodes.name, "", &draft->day.name_vi, &draft->day.name_en);
	if (nodes.source)
		(void)read_text(load, nodes.source, &draft->day.source);
	if (nodes.assumed)
		(void)read_flag(load, nodes.assumed, &draft->day.is_assumed);
	if (!nodes.rest == !nodes.work) {
		if (entry->kind == NODE_MAP)
			report_error(load->report, entry->key_place, "%s",
				     nodes.rest ? "'rest' and 'work': it is one of them"
						: "neither 'rest' nor 'work'");
		return;
	}
	if (nodes.rest)
		(void)read_rest(load, nodes.rest);
	else
		(void)shifts_read(load, nodes.work, &draft->own);
}

static void add_draft(struct drafts *drafts, const struct draft *draft, int32_t day)
{
	if (drafts->n == drafts->capacity) {
		drafts->capacity = drafts->capacity ? 2 * drafts->capacity : 64;
		drafts->list = xrealloc(drafts->list, drafts->capacity, sizeof(*drafts->list));
	}
	drafts->list[drafts->n] = *draft;
	drafts->list[drafts->n++].day.day = day;
}

static void read_entry(struct load *load, const struct node *entry, struct drafts *drafts)
{
	int32_t first, last;
	struct draft draft;

	read_day(load, entry, &draft);
	if (!read_range(load, entry, &first, &last))
		return;
	/* Each may change the day after it too. */
	if ((uint32_t)(last - first) >= CALENDAR_DAYS_MAX / 2 - drafts->n) {
		report_error(load->report, entry->key_place, "more than %d single days",
			     CALENDAR_DAYS_MAX / 2 - 1);
		return;
	}
	for (int32_t day = first; day <= last; day++)
		add_draft(drafts, &draft, day);
}

static int compare(const void *one, const void *other)
{
	const struct draft *a = one;
	const struct draft *b = other;

	if (a->day.day != b->day.day)
		return a->day.day < b->day.day ? -1 : 1;
	if (a->day.place.line != b->day.place.line)
		return a->day.place.line < b->day.place.line ? -1 : 1;
	return a->day.place.column < b->day.place.column ? -1 : 1;
}

/* The keys of a map differ, but days may be in two of them. */
static void refuse_twice(struct load *load, const struct drafts *drafts)
{
	const struct node *told = NULL;

	for (uint32_t i = 1; i < drafts->n; i++) {
		const struct draft *draft = &drafts->list[i];

		if (draft->day.day != draft[-1].day.day || draft->entry == told)
			continue;
		told = draft->entry;
		report_error(load->report, told->key_place,
			     "a day of '%s' is given already, by '%s'", told->key,
			     draft[-1].entry->key);
	}
}

/* Weekly shifts of a day. */
static const struct shifts *shifts_of(const struct weeks *weeks, int32_t day)
{
	uint32_t i = weeks->n - 1;

	while (i > 0 && weeks->list[i].from_day > day)
		i--;
	return &weeks->list[i].weekdays[((day + 3) % N_WEEKDAYS + N_WEEKDAYS) % N_WEEKDAYS];
}

/* Single days while they are laid out. */
struct lay {
	struct load *load;
	const struct weeks *weeks;
	struct calendar_day *days;
	uint32_t n;
};

static void lay_day(struct lay *lay, const struct draft *draft, const struct shifts *own,
		    uint32_t tail)
{
	struct calendar_day *day = &lay->days[lay->n++];
	const char *why;

	*day = draft->day;
	if (!shifts_lay(own, tail, &day->hours, &why))
		report_error(lay->load->report, draft->entry->key_place, "'%s' %s",
			     draft->entry->key, why);
}

/* The day after draft, if that is not in the list itself and has other hours now. */
static void lay_next(struct lay *lay, const struct draft *draft)
{
	int32_t next = draft->day.day + 1;
	struct draft after = *draft;
	uint32_t tail = shifts_tail(&draft->own);

	if (tail == shifts_tail(shifts_of(lay->weeks, draft->day.day)))
		return;
	after.day.day = next;
	after.day.name_vi = after.day.name_en = after.day.source = "";
	lay_day(lay, &after, shifts_of(lay->weeks, next), tail);
}

static void lay_days(struct lay *lay, const struct drafts *drafts)
{
	for (uint32_t i = 0; i < drafts->n; i++) {
		const struct draft *draft = &drafts->list[i];
		int32_t day = draft->day.day;
		bool follows = i > 0 && draft[-1].day.day == day - 1;
		bool followed = i + 1 < drafts->n && draft[1].day.day == day + 1;

		lay_day(lay, draft, &draft->own,
			shifts_tail(follows ? &draft[-1].own : shifts_of(lay->weeks, day - 1)));
		if (!followed)
			lay_next(lay, draft);
	}
}

const struct calendar_day *calendar_days_read(struct load *load, const struct node *map,
					      const struct weeks *weeks, uint32_t *ret_n)
{
	struct lay lay = { .load = load, .weeks = weeks };
	uint32_t errors = report_errors(load->report);
	struct drafts drafts = { 0 };

	*ret_n = 0;
	if (map->kind == NODE_TEXT && !map->text[0])
		return NULL; /* all of them are commented out */
	if (!read_kind(load, map, NODE_MAP))
		return NULL;
	for (const struct node *entry = map->first; entry; entry = entry->next)
		read_entry(load, entry, &drafts);
	if (drafts.n > 0)
		qsort(drafts.list, drafts.n, sizeof(*drafts.list), compare);
	refuse_twice(load, &drafts);
	if (report_errors(load->report) == errors && weeks->n > 0) {
		lay.days = scratch_take(load->config->memory,
					(2 * (size_t)drafts.n + 1) * sizeof(*lay.days));
		lay_days(&lay, &drafts);
	}
	free(drafts.list);
	*ret_n = lay.n;
	return lay.days;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "calendars.h"

#include <stdlib.h>
#include <string.h>

#include "days.h"
#include "iocd/base/err.h"

#define WEEKS_MAX 100   /* versions of one calendar */
#define FIRST_DAY 10957 /* 2000-01-01: where the first version does not say since when it holds */

static const struct naming calendar_naming = {
	.what = "calendar", .more = "_-", .max_size = 64, .max_n = CALENDARS_MAX
};

static const char *const weekday_names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

struct calendar_nodes {
	const struct node *title, *weeks, *days;
};

static const struct slot calendar_slots[] = {
	{ "title", offsetof(struct calendar_nodes, title) },
	{ "weeks", offsetof(struct calendar_nodes, weeks) },
	{ "days", offsetof(struct calendar_nodes, days) },
};

/* The weekday that n bytes name; N_WEEKDAYS: none. */
static uint32_t find_weekday(const char *text, size_t n)
{
	uint32_t day = 0;

	while (day < N_WEEKDAYS && (n != 3 || strncmp(text, weekday_names[day], n) != 0))
		day++;
	return day;
}

/* Reads "mon" or "mon-fri". */
static bool read_weekdays(const char *key, uint32_t *ret_first, uint32_t *ret_last)
{
	size_t n = strcspn(key, "-");

	*ret_first = *ret_last = find_weekday(key, n);
	if (key[n])
		*ret_last = find_weekday(key + n + 1, strlen(key + n + 1));
	return *ret_first < N_WEEKDAYS && *ret_last < N_WEEKDAYS && *ret_first <= *ret_last;
}

static void refuse_week_key(struct load *load, const struct node *entry)
{
	static const char *const words[] = { "from", "cut-off", "mon-fri", "mon-sat", "sat-sun" };
	struct hint hint;

	hint_begin(&hint, load, entry->key);
	for (size_t i = 0; i < COUNT(words); i++)
		hint_consider(&hint, words[i]);
	for (size_t i = 0; i < COUNT(weekday_names); i++)
		hint_consider(&hint, weekday_names[i]);
	report_error(load->report, entry->key_place,
		     "unknown key '%s'; days are mon to sun, or several like mon-fri%s", entry->key,
		     hint_end(&hint));
}

static void read_weekday(struct load *load, const struct node *entry, struct week *week)
{
	struct shifts shifts = { .n = 0 };
	uint32_t first, last;

	if (!read_weekdays(entry->key, &first, &last)) {
		refuse_week_key(load, entry);
		return;
	}
	if (strcmp(entry->text ? entry->text : "", "rest") != 0 &&
	    !shifts_read(load, entry, &shifts))
		return;
	for (uint32_t day = first; day <= last; day++) {
		if (week->nodes[day])
			report_error(load->report, entry->key_place,
				     "the hours of '%s' are given already, by '%s'",
				     weekday_names[day], week->nodes[day]->key);
		week->nodes[day] = entry;
		week->weekdays[day] = shifts;
	}
}

static void read_week_entry(struct load *load, const struct node *entry, struct week *week)
{
	if (strcmp(entry->key, "from") == 0)
		(void)calendar_day_read(load, entry, &week->from_day);
	else if (strcmp(entry->key, "cut-off") == 0)
		(void)date_read_minute(load, entry, &week->cut_off);
	else
		read_weekday(load, entry, week);
}

static bool has_work(const struct week *week)
{
	for (uint32_t day = 0; day < N_WEEKDAYS; day++)
		if (week->weekdays[day].n > 0)
			return true;
	return false;
}

/* Lays out the days of a week, each with what goes on from the day before. */
static void lay_week(struct load *load, const struct week *week, struct calendar_week *ret)
{
	const char *why;

	*ret = (struct calendar_week){ .from_day = week->from_day,
				       .cut_off = (uint16_t)week->cut_off,
				       .place = week->place };
	for (uint32_t day = 0; day < N_WEEKDAYS; day++) {
		uint32_t before = (day + N_WEEKDAYS - 1) % N_WEEKDAYS;

		if (!shifts_lay(&week->weekdays[day], shifts_tail(&week->weekdays[before]),
				&ret->weekdays[day], &why))
			report_error(load->report, week->nodes[day]->place, "'%s' %s",
				     weekday_names[day], why);
	}
}

static void read_week(struct load *load, const struct node *item, struct weeks *weeks)
{
	struct week *week = &weeks->list[weeks->n];
	uint32_t errors = report_errors(load->report);

	*week = (struct week){ .from_day = FIRST_DAY,
			       .cut_off = DAY_MINUTES,
			       .place = item->place };
	if (!read_kind(load, item, NODE_MAP))
		return;
	for (const struct node *entry = item->first; entry; entry = entry->next)
		read_week_entry(load, entry, week);
	if (weeks->n > 0 && read_present(load, item, node_find(item, "from"), "from") &&
	    week->from_day <= weeks->list[weeks->n - 1].from_day &&
	    report_errors(load->report) == errors)
		report_error(load->report, node_find(item, "from")->place,
			     "not after the 'from' of the weekly hours before");
	if (report_errors(load->report) == errors && !has_work(week))
		report_error(load->report, item->place, "no day of the week has working hours");
	weeks->n++;
}

static void read_weeks(struct load *load, const struct node *list, struct weeks *weeks)
{
	if (!read_kind(load, list, NODE_LIST))
		return;
	if (list->n == 0 || list->n > WEEKS_MAX) {
		report_error(load->report, list->place, "a calendar has from 1 to %d 'weeks'",
			     WEEKS_MAX);
		return;
	}
	weeks->list = scratch_take(load->trees, list->n * sizeof(*weeks->list));
	for (const struct node *item = list->first; item; item = item->next)
		read_week(load, item, weeks);
}

static struct calendar_week *lay_weeks(struct load *load, const struct weeks *weeks)
{
	struct calendar_week *laid =
		scratch_take(load->config->memory, (weeks->n + 1) * sizeof(*laid));

	for (uint32_t i = 0; i < weeks->n; i++)
		lay_week(load, &weeks->list[i], &laid[i]);
	return laid;
}

/* Gives the calendar, or NULL: mistakes were reported. */
static struct calendar *read_calendar(struct load *load, const struct node *entry)
{
	struct calendar_options options = {
		.id = entry->key,
		.offset_minutes = load->config->settings.offset_minutes,
		.place = entry->key_place,
	};
	struct calendar_nodes nodes = { 0 };
	struct weeks weeks = { .n = 0 };
	uint32_t errors = report_errors(load->report);

	(void)read_slots(load, entry, calendar_slots, COUNT(calendar_slots), &nodes);
	if (entry->kind != NODE_MAP)
		return NULL;
	read_title(load, nodes.title, entry->key, &options.title_vi, &options.title_en);
	if (strcmp(entry->key, "always") == 0)
		report_error(load->report, entry->key_place,
			     "'always' is built in; name this calendar differently");
	if (read_present(load, entry, nodes.weeks, "weeks"))
		read_weeks(load, nodes.weeks, &weeks);
	if (report_errors(load->report) == errors) {
		options.weeks = lay_weeks(load, &weeks);
		options.n_weeks = weeks.n;
	}
	if (nodes.days)
		options.days = calendar_days_read(load, nodes.days, &weeks, &options.n_days);
	return report_errors(load->report) == errors ? calendar_new(&options) : NULL;
}

static struct calendar *make_always(struct load *load)
{
	struct calendar_week *week = scratch_take(load->config->memory, sizeof(*week));
	struct calendar_options options = {
		.id = "always",
		.title_vi = "Mọi lúc",
		.title_en = "Always",
		.offset_minutes = load->config->settings.offset_minutes,
		.weeks = week,
		.n_weeks = 1,
	};

	*week = (struct calendar_week){ .from_day = FIRST_DAY, .cut_off = DAY_MINUTES };
	for (uint32_t day = 0; day < N_WEEKDAYS; day++)
		week->weekdays[day] =
			(struct calendar_hours){ .spans = { { 0, DAY_MINUTES } }, .n = 1 };
	return calendar_new(&options);
}

void load_calendars(struct load *load)
{
	struct config *config = load->config;

	names_collect(load, &load->calendars, PART_CALENDAR, &calendar_naming);
	config->calendars = xcalloc(load->calendars.n + 1, sizeof(*config->calendars));
	config->calendars[config->n_calendars++] = make_always(load);
	load->by_name = scratch_take(load->trees,
				     (load->calendars.n + 1) * sizeof(const struct calendar *));
	for (uint32_t i = 0; i < load->calendars.n; i++) {
		struct calendar *calendar = read_calendar(load, load->calendars.list[i]);

		load->by_name[i] = calendar;
		if (calendar)
			config->calendars[config->n_calendars++] = calendar;
	}
}

const struct calendar *calendar_always(const struct load *load)
{
	return load->config->calendars[0];
}

static void refuse_name(struct load *load, const struct node *node)
{
	struct hint hint;

	if (load->calendars.incomplete)
		return;

	hint_begin(&hint, load, node->text);
	hint_consider(&hint, "always");
	for (uint32_t i = 0; i < load->calendars.n; i++)
		hint_consider(&hint, load->calendars.list[i]->key);
	report_error_as(load->report, "unknown-name", node->place, "unknown calendar '%s'%s",
			node->text, hint_end(&hint));
}

bool calendar_read(struct load *load, const struct node *node, const struct calendar **ret)
{
	const char *id;
	uint32_t number;

	if (!read_text(load, node, &id))
		return false;
	if (strcmp(id, "always") == 0) {
		*ret = calendar_always(load);
		return true;
	}
	number = map_find(load->calendars.numbers, id, strlen(id));
	if (number == MAP_NONE)
		refuse_name(load, node);
	if (number == MAP_NONE || !load->by_name[number])
		return false;
	*ret = load->by_name[number];
	return true;
}

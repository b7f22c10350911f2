/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Periods go through the written form of their first day, so that only base/civil.c knows how long
 * months and years are.  Weeks are those of ISO 8601: from Monday, named after the year that their
 * Thursday lies in.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/report.h"

#define DAY_MS    86400000LL
#define MINUTE_MS 60000LL

struct date {
	int year, month, day;
};

/* The start of a local day, or INT64_MIN: there is no such day. */
static int64_t start_of(struct date date, int offset_minutes)
{
	char text[CIVIL_TEXT_MAX];
	int64_t start_ms;
	int n;

	n = snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", date.year, date.month,
		     date.day);
	if (n != 20 || civil_parse(text, (size_t)n, &start_ms))
		return INT64_MIN;
	return start_ms - offset_minutes * MINUTE_MS;
}

static struct date date_of(int64_t time_ms, int offset_minutes)
{
	struct date date = { 0 };
	char text[CIVIL_TEXT_MAX];

	(void)civil_format(text, time_ms, offset_minutes);
	(void)sscanf(text, "%4d-%2d-%2d", &date.year, &date.month, &date.day);
	return date;
}

static int64_t monday_of(int64_t time_ms, int offset_minutes)
{
	int32_t day = civil_day(time_ms, offset_minutes);

	return (day - (day + 3) % 7) * DAY_MS - offset_minutes * MINUTE_MS; /* day 0: Thursday */
}

static void name_week(struct report_period *period, int offset_minutes)
{
	int64_t thursday_ms = period->from_ms + 3 * DAY_MS;
	int year = date_of(thursday_ms, offset_minutes).year;
	int64_t new_year_ms = start_of((struct date){ year, 1, 1 }, offset_minutes);

	(void)snprintf(period->name, sizeof(period->name), "%04u-W%02u", (unsigned)year % 10000,
		       (unsigned)((thursday_ms - new_year_ms) / (7 * DAY_MS) + 1) % 100);
}

/* The period that time_ms lies in. */
static void period_at(struct report_period *ret, enum report_every every, int64_t time_ms,
		      int offset_minutes)
{
	struct date date = date_of(time_ms, offset_minutes);
	struct date next = { date.year + 1, 1, 1 };

	switch (every) {
	case REPORT_DAY:
		ret->from_ms = start_of(date, offset_minutes);
		ret->to_ms = ret->from_ms + DAY_MS;
		(void)snprintf(ret->name, sizeof(ret->name), "%04u-%02u-%02u",
			       (unsigned)date.year % 10000, (unsigned)date.month % 100,
			       (unsigned)date.day % 100);
		break;
	case REPORT_WEEK:
		ret->from_ms = monday_of(time_ms, offset_minutes);
		ret->to_ms = ret->from_ms + 7 * DAY_MS;
		name_week(ret, offset_minutes);
		break;
	case REPORT_MONTH:
		if (date.month < 12)
			next = (struct date){ date.year, date.month + 1, 1 };
		ret->from_ms = start_of((struct date){ date.year, date.month, 1 }, offset_minutes);
		ret->to_ms = start_of(next, offset_minutes);
		(void)snprintf(ret->name, sizeof(ret->name), "%04u-%02u",
			       (unsigned)date.year % 10000, (unsigned)date.month % 100);
		break;
	case REPORT_YEAR:
		ret->from_ms = start_of((struct date){ date.year, 1, 1 }, offset_minutes);
		ret->to_ms = start_of(next, offset_minutes);
		(void)snprintf(ret->name, sizeof(ret->name), "%04u", (unsigned)date.year % 10000);
		break;
	}
}

void report_last_period(struct report_period *ret, enum report_every every, int64_t time_ms,
			int offset_minutes)
{
	period_at(ret, every, time_ms, offset_minutes);
	period_at(ret, every, ret->from_ms - 1, offset_minutes);
}

/* A week's name says its number: the week of the Thursday that lies so many weeks behind the first
 * of its year. */
static int64_t start_of_week(const char *name, int offset_minutes)
{
	struct report_period period;
	int year, week, used = 0;

	if (sscanf(name, "%4d-W%2d%n", &year, &week, &used) != 2 || name[used])
		return INT64_MIN;
	period_at(&period, REPORT_WEEK, start_of((struct date){ year, 1, 4 }, offset_minutes),
		  offset_minutes); /* the fourth of January is always in week 1 */
	return period.from_ms + (week - 1) * 7 * DAY_MS;
}

static int64_t start_of_name(enum report_every every, const char *name, int offset_minutes)
{
	struct date date = { .month = 1, .day = 1 };
	int used = 0;

	switch (every) {
	case REPORT_DAY:
		(void)sscanf(name, "%4d-%2d-%2d%n", &date.year, &date.month, &date.day, &used);
		break;
	case REPORT_WEEK:
		return start_of_week(name, offset_minutes);
	case REPORT_MONTH:
		(void)sscanf(name, "%4d-%2d%n", &date.year, &date.month, &used);
		break;
	case REPORT_YEAR:
		(void)sscanf(name, "%4d%n", &date.year, &used);
		break;
	}
	return used > 0 && !name[used] ? start_of(date, offset_minutes) : INT64_MIN;
}

int report_read_period(struct report_period *ret, enum report_every every, const char *name,
		       int offset_minutes)
{
	int64_t from_ms = start_of_name(every, name, offset_minutes);

	if (from_ms < 0)
		return -EINVAL;
	period_at(ret, every, from_ms, offset_minutes);
	return strcmp(ret->name, name) == 0 ? 0 : -EINVAL;
}

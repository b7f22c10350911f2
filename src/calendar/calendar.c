/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Working time is a count that never falls.  The time between two instants is the difference of
 * two counts; an instant after some of it is the last at which the count was less, and one more
 * millisecond.
 */
#include "iocd/calendar.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "layout.h"

#define TIME_MAX_MS ((int64_t)1 << 54) /* what is further away is taken for it */

struct calendar {
	struct calendar_options options;
	struct layout layout;
};

/* A local instant. */
struct moment {
	int64_t day;
	int64_t ms; /* of the day */
};

struct calendar *calendar_new(const struct calendar_options *options)
{
	struct calendar *calendar = xcalloc(1, sizeof(*calendar));

	calendar->options = *options;
	layout_init(&calendar->layout, options);
	return calendar;
}

struct calendar *calendar_free(struct calendar *calendar)
{
	if (!calendar)
		return NULL;

	layout_fini(&calendar->layout);
	free(calendar);
	return NULL;
}

const struct calendar_options *calendar_about(const struct calendar *calendar)
{
	return &calendar->options;
}

static int64_t clamp(int64_t ms)
{
	if (ms > TIME_MAX_MS)
		return TIME_MAX_MS;
	return ms < -TIME_MAX_MS ? -TIME_MAX_MS : ms;
}

static int64_t offset_ms(const struct calendar *calendar)
{
	return (int64_t)calendar->options.offset_minutes * MS_PER_MINUTE;
}

static struct moment moment_of(const struct calendar *calendar, int64_t time_ms)
{
	int64_t local_ms = clamp(time_ms) + offset_ms(calendar);
	struct moment moment = { .day = floor_divide(local_ms, MS_PER_DAY) };

	moment.ms = local_ms - moment.day * MS_PER_DAY;
	return moment;
}

static int64_t instant_of(const struct calendar *calendar, int64_t day, int64_t ms)
{
	return day * MS_PER_DAY + ms - offset_ms(calendar);
}

static const struct calendar_hours *hours_of(const struct calendar *calendar, int64_t day)
{
	return piece_hours(layout_piece(&calendar->layout, day), day);
}

/* What is worked of hours until ms of the day. */
static int64_t worked_until(const struct calendar_hours *hours, int64_t ms)
{
	int64_t sum_ms = 0;

	for (uint32_t i = 0; i < hours->n; i++) {
		int64_t from_ms = (int64_t)hours->spans[i].from * MS_PER_MINUTE;
		int64_t to_ms = (int64_t)hours->spans[i].to * MS_PER_MINUTE;

		if (ms > from_ms)
			sum_ms += (ms < to_ms ? ms : to_ms) - from_ms;
	}
	return sum_ms;
}

/* The last ms of the day at which worked_ms of hours, which have more, are over. */
static int64_t last_with(const struct calendar_hours *hours, int64_t worked_ms)
{
	uint32_t i = 0;

	for (; i < hours->n; i++) {
		int64_t span_ms = (hours->spans[i].to - hours->spans[i].from) * MS_PER_MINUTE;

		if (worked_ms < span_ms)
			break;
		worked_ms -= span_ms;
	}
	assert(i < hours->n);
	return (int64_t)hours->spans[i].from * MS_PER_MINUTE + worked_ms;
}

static int64_t count_at(const struct calendar *calendar, int64_t time_ms)
{
	struct moment moment = moment_of(calendar, time_ms);

	return layout_before(&calendar->layout, MEASURE_MS, moment.day) +
	       worked_until(hours_of(calendar, moment.day), moment.ms);
}

/* The last instant at which the count is at most count; none if there is no last one. */
static int64_t last_at(const struct calendar *calendar, int64_t count, int64_t none)
{
	int64_t day, rest_ms;

	if (!layout_find(&calendar->layout, MEASURE_MS, count, &day, &rest_ms))
		return none;
	return instant_of(calendar, day, last_with(hours_of(calendar, day), rest_ms));
}

static const struct calendar_span *span_at(const struct calendar_hours *hours, int64_t ms)
{
	for (uint32_t i = 0; i < hours->n; i++)
		if (ms >= (int64_t)hours->spans[i].from * MS_PER_MINUTE &&
		    ms < (int64_t)hours->spans[i].to * MS_PER_MINUTE)
			return &hours->spans[i];

	return NULL;
}

bool calendar_is_open(const struct calendar *calendar, int64_t time_ms)
{
	struct moment moment = moment_of(calendar, time_ms);

	return span_at(hours_of(calendar, moment.day), moment.ms) != NULL;
}

static bool is_all_open(const struct pattern *pattern)
{
	return pattern->before[MEASURE_MS][7] == (int64_t)7 * MS_PER_DAY;
}

/* The end of work that goes on at ms of day, over any number of midnights. */
static int64_t end_of_work(const struct calendar *calendar, int64_t day, int64_t ms)
{
	const struct piece *last = &calendar->layout.pieces[calendar->layout.n_pieces - 1];

	for (;;) {
		const struct piece *piece = layout_piece(&calendar->layout, day);
		const struct calendar_span *span = span_at(piece_hours(piece, day), ms);

		if (!span)
			return instant_of(calendar, day, ms);
		if (!piece->day && is_all_open(piece->pattern)) {
			if (piece == last)
				return INT64_MAX;
			day = piece[1].start;
			ms = 0;
		} else if (span->to == 1440) {
			day++;
			ms = 0;
		} else {
			ms = (int64_t)span->to * MS_PER_MINUTE;
		}
	}
}

int64_t calendar_next_change_ms(const struct calendar *calendar, int64_t time_ms)
{
	struct moment moment = moment_of(calendar, time_ms);

	if (span_at(hours_of(calendar, moment.day), moment.ms))
		return end_of_work(calendar, moment.day, moment.ms);
	return last_at(calendar, count_at(calendar, time_ms), INT64_MAX);
}

int64_t calendar_elapsed_ms(const struct calendar *calendar, int64_t from_ms, int64_t to_ms)
{
	return count_at(calendar, to_ms) - count_at(calendar, from_ms);
}

int64_t calendar_after_ms(const struct calendar *calendar, int64_t from_ms, int64_t working_ms)
{
	int64_t count = count_at(calendar, from_ms) + clamp(working_ms);
	int64_t before_ms;

	if (working_ms == 0)
		return from_ms;
	if (working_ms != clamp(working_ms))
		return working_ms > 0 ? INT64_MAX : INT64_MIN;
	if (working_ms < 0)
		return last_at(calendar, count, INT64_MIN);

	before_ms = last_at(calendar, count - 1, INT64_MAX);
	return before_ms == INT64_MAX ? before_ms : before_ms + 1;
}

/* Whether what comes then counts as of the next working day: after the cut-off, or when the work of
 * a shorter day is over. */
static bool is_cut_off(const struct piece *piece, struct moment moment)
{
	const struct calendar_hours *hours = piece_hours(piece, moment.day);
	int64_t minute = piece->pattern->week->cut_off;

	if (hours->n == 0 || minute == 1440)
		return false;
	if (hours->spans[hours->n - 1].to < minute)
		minute = hours->spans[hours->n - 1].to;
	return moment.ms > minute * MS_PER_MINUTE;
}

int64_t calendar_after_days(const struct calendar *calendar, int64_t from_ms, int32_t n)
{
	struct moment moment = moment_of(calendar, from_ms);
	const struct piece *piece = layout_piece(&calendar->layout, moment.day);
	int64_t count = layout_before(&calendar->layout, MEASURE_DAYS, moment.day) + n;
	const struct calendar_hours *hours;
	int64_t day, rest;

	assert(n != 0);
	if (n > 0 && is_cut_off(piece, moment))
		count++;
	if (!layout_find(&calendar->layout, MEASURE_DAYS, count, &day, &rest))
		return n > 0 ? INT64_MAX : INT64_MIN;

	hours = hours_of(calendar, day);
	return instant_of(calendar, day,
			  (int64_t)MS_PER_MINUTE *
				  (n > 0 ? hours->spans[hours->n - 1].to : hours->spans[0].from));
}

const struct calendar_day *calendar_day_of(const struct calendar *calendar, int64_t time_ms)
{
	return layout_piece(&calendar->layout, moment_of(calendar, time_ms).day)->day;
}

int32_t calendar_last_day(const struct calendar *calendar)
{
	const struct calendar_options *options = &calendar->options;

	return options->n_days > 0 ? options->days[options->n_days - 1].day : INT32_MIN;
}

bool calendar_has_run_out(const struct calendar *calendar, int64_t time_ms)
{
	int64_t last_ms = (int64_t)calendar_last_day(calendar) * MS_PER_DAY;

	if (calendar->options.n_days == 0)
		return false;
	return floor_divide(civil_month(clamp(time_ms), calendar->options.offset_minutes), 12) >
	       floor_divide(civil_month(last_ms, 0), 12);
}

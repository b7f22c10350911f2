/* SPDX-License-Identifier: Apache-2.0 */
#include "layout.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"

#define MONDAY (-3) /* 1969-12-29: weeks are counted from it */

int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t hours_amount(const struct calendar_hours *hours, enum measure measure)
{
	int64_t minutes = 0;

	for (uint32_t i = 0; i < hours->n; i++)
		minutes += hours->spans[i].to - hours->spans[i].from;
	return measure == MEASURE_MS ? minutes * MS_PER_MINUTE : minutes > 0;
}

static void pattern_init(struct pattern *pattern, const struct calendar_week *week)
{
	pattern->week = week;
	for (enum measure m = 0; m < N_MEASURES; m++) {
		int64_t sum = 0;

		for (int i = 0; i < 7; i++) {
			pattern->before[m][i] = sum;
			sum += hours_amount(&week->weekdays[i], m);
		}
		pattern->before[m][7] = sum;
	}
}

/* What a pattern that held always would have before day. */
static int64_t pattern_before(const struct pattern *pattern, enum measure measure, int64_t day)
{
	int64_t week = floor_divide(day - MONDAY, 7);

	return week * pattern->before[measure][7] +
	       pattern->before[measure][day - MONDAY - week * 7];
}

static int64_t piece_before(const struct piece *piece, enum measure measure, int64_t day)
{
	if (piece->day)
		return piece->base[measure] +
		       (day > piece->start ? hours_amount(&piece->day->hours, measure) : 0);
	return piece->base[measure] + pattern_before(piece->pattern, measure, day) -
	       pattern_before(piece->pattern, measure, piece->start);
}

static void add_piece(struct layout *layout, int64_t start, const struct pattern *pattern,
		      const struct calendar_day *day)
{
	struct piece *piece = &layout->pieces[layout->n_pieces];

	*piece = (struct piece){ .start = start, .pattern = pattern, .day = day };
	for (enum measure m = 0; m < N_MEASURES && layout->n_pieces > 0; m++)
		piece->base[m] = piece_before(piece - 1, m, start);
	layout->n_pieces++;
}

static int64_t first_change(const struct calendar_options *options)
{
	int64_t week = options->n_weeks > 1 ? options->weeks[1].from_day : INT32_MAX;
	int64_t day = options->n_days > 0 ? options->days[0].day : INT32_MAX;

	return week < day ? week : day;
}

/* Where several begin on one day, the last of them holds it and the others are empty. */
void layout_init(struct layout *layout, const struct calendar_options *options)
{
	const struct pattern *now;
	uint32_t w = 1;

	assert(options->n_weeks > 0);
	layout->patterns = xcalloc(options->n_weeks, sizeof(*layout->patterns));
	layout->pieces =
		xcalloc(options->n_weeks + 2 * (size_t)options->n_days, sizeof(*layout->pieces));
	layout->n_pieces = 0;
	for (uint32_t i = 0; i < options->n_weeks; i++)
		pattern_init(&layout->patterns[i], &options->weeks[i]);

	now = layout->patterns;
	add_piece(layout, first_change(options), now, NULL);
	for (uint32_t d = 0; d <= options->n_days; d++) {
		int64_t until = d < options->n_days ? options->days[d].day : INT64_MAX;

		assert(d == 0 || d == options->n_days || until > options->days[d - 1].day);
		for (; w < options->n_weeks && options->weeks[w].from_day <= until; w++) {
			assert(options->weeks[w].from_day >= options->weeks[w - 1].from_day ||
			       w == 1);
			now = &layout->patterns[w];
			add_piece(layout, options->weeks[w].from_day, now, NULL);
		}
		if (d == options->n_days)
			break;
		add_piece(layout, until, now, &options->days[d]);
		add_piece(layout, until + 1, now, NULL);
	}
}

void layout_fini(struct layout *layout)
{
	free(layout->pieces);
	free(layout->patterns);
}

const struct piece *layout_piece(const struct layout *layout, int64_t day)
{
	uint32_t low = 0, high = layout->n_pieces;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (layout->pieces[middle].start <= day)
			low = middle;
		else
			high = middle;
	}
	return &layout->pieces[low];
}

const struct calendar_hours *piece_hours(const struct piece *piece, int64_t day)
{
	if (piece->day)
		return &piece->day->hours;
	return &piece->pattern->week->weekdays[day - MONDAY - floor_divide(day - MONDAY, 7) * 7];
}

int64_t layout_before(const struct layout *layout, enum measure measure, int64_t day)
{
	return piece_before(layout_piece(layout, day), measure, day);
}

/* The last piece before which at most amount was worked. */
static const struct piece *find_piece(const struct layout *layout, enum measure measure,
				      int64_t amount)
{
	uint32_t low = 0, high = layout->n_pieces;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (layout->pieces[middle].base[measure] <= amount)
			low = middle;
		else
			high = middle;
	}
	return &layout->pieces[low];
}

/* The same as layout_find(), under a pattern that holds always. */
static bool pattern_find(const struct pattern *pattern, enum measure measure, int64_t amount,
			 int64_t *ret_day, int64_t *ret_rest)
{
	const int64_t *before = pattern->before[measure];
	int64_t week, rest, day;
	int i = 6;

	if (before[7] == 0)
		return false;
	week = floor_divide(amount, before[7]);
	rest = amount - week * before[7];
	while (before[i] > rest)
		i--;
	if (week > DAY_MAX / 7 || week < -DAY_MAX / 7)
		return false;

	day = MONDAY + week * 7 + i;
	*ret_day = day;
	*ret_rest = rest - before[i];
	return true;
}

bool layout_find(const struct layout *layout, enum measure measure, int64_t amount,
		 int64_t *ret_day, int64_t *ret_rest)
{
	const struct piece *piece = find_piece(layout, measure, amount);

	if (piece->day) {
		*ret_day = piece->start;
		*ret_rest = amount - piece->base[measure];
		return true;
	}
	amount += pattern_before(piece->pattern, measure, piece->start) - piece->base[measure];
	return pattern_find(piece->pattern, measure, amount, ret_day, ret_rest);
}

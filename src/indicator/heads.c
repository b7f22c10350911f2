/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a UNITS indicator reads: from its tally, or unit by unit over a span that no tally is kept
 * of.
 */
#include <math.h>

#include "derive.h"
#include "quality.h"
#include "reading.h"

/* Units at and below one: how many, how many of them are known, and are counted. */
struct head_count {
	uint32_t expected, known, counted;
};

/* The place among the windows of an indicator of the one that span is, or its number of windows. */
static uint32_t find_window(const struct indicators *indicators, const struct indicator *indicator,
			    const struct span *span)
{
	uint32_t i = 0;

	for (; i < indicator->n_windows; i++) {
		struct span known = span_of_window(&indicators->present, &indicator->windows[i]);

		if (known.kind == span->kind && known.first == span->first &&
		    known.last == span->last)
			break;
	}
	return i;
}

static bool is_below(const struct indicators *indicators, uint32_t unit, uint32_t top)
{
	while (unit != top && unit != UNIT_NONE)
		unit = indicators->parents[unit];
	return unit == top;
}

/* Over a span that no tally is kept of, every unit is asked. */
static struct head_count ask_all(const struct indicators *indicators, uint32_t number,
				 uint32_t unit, const struct span *span)
{
	const struct indicator *units = &indicators->list[number];
	struct head_count count = { 0 };

	for (uint32_t u = unit; u < indicators->n_units; u++) { /* children are behind parents */
		struct reading reading;

		if (!units->among[u] || !is_below(indicators, u, unit))
			continue;
		reading = read_any(indicators, units->parts[0], u, span);
		count.expected++;
		if (!quality_is_enough(reading.quality))
			continue;
		count.known++;
		count.counted += units_value_counts(units, reading.value);
	}
	return count;
}

static struct head_count count_heads(const struct indicators *indicators, uint32_t number,
				     uint32_t unit, const struct span *span)
{
	const struct indicator *units = &indicators->list[number];
	uint32_t window = find_window(indicators, units, span);
	const struct tally *tally;

	if (window == units->n_windows)
		return ask_all(indicators, number, unit, span);
	tally = tallies_at(&indicators->tallies, number, unit);
	return (struct head_count){ tally->expected, tally->known[window], tally->counted[window] };
}

struct reading heads_read(const struct indicators *indicators, uint32_t number, uint32_t unit,
			  const struct span *span)
{
	struct head_count count = count_heads(indicators, number, unit, span);
	struct reading part = read_any(indicators, indicators->list[number].parts[0], unit, span);
	struct reading reading = {
		.quality = count.known < count.expected ? QUALITY_PARTIAL : QUALITY_GOOD,
		.samples = count.known,
		.reporting = count.known,
		.expected = count.expected,
	};

	reading_take_newest(&reading, &part);
	return reading_finish(reading, count.known > 0 ? (double)count.counted : (double)NAN);
}

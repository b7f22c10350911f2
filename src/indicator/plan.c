/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "key.h"
#include "moment.h"
#include "series.h"

#define RECENT_MINUTES 60                  /* what indicators_read_minute() reaches back */
#define RING_SLACK     (AHEAD_MINUTES + 3) /* cells for clocks that are ahead, and late ticks */

static bool condition_equals(const struct condition *a, const struct condition *b)
{
	if (a->field != b->field || a->test != b->test)
		return false;
	if (a->test == WHERE_CHOICE)
		return a->choices == b->choices;
	if (a->test == WHERE_TEXT)
		return a->text.size == b->text.size &&
		       memcmp(a->text.bytes, b->text.bytes, a->text.size) == 0;
	return a->number == b->number;
}

static bool where_equals(const struct where *a, const struct where *b)
{
	if (a->n_conditions != b->n_conditions)
		return false;

	for (uint32_t i = 0; i < a->n_conditions; i++)
		if (!condition_equals(&a->conditions[i], &b->conditions[i]))
			return false;
	return true;
}

/* The measure that an indicator of this kind reads; false: it reads the count. */
static bool measure_of(enum indicator_kind kind, enum measure_kind *ret)
{
	switch (kind) {
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
		*ret = MEASURE_SUM;
		return true;
	case INDICATOR_MIN:
		*ret = MEASURE_MIN;
		return true;
	case INDICATOR_MAX:
		*ret = MEASURE_MAX;
		return true;
	case INDICATOR_LAST:
		*ret = MEASURE_LAST;
		return true;
	case INDICATOR_DISTINCT:
		*ret = MEASURE_DISTINCT;
		return true;
	case INDICATOR_QUANTILE:
		*ret = MEASURE_QUANTILE;
		return true;
	case INDICATOR_COUNT:
	case INDICATOR_RATE:
	case INDICATOR_RATIO:
		break;
	}
	return false;
}

static const struct field *field_of(const struct indicators_options *options,
				    const struct indicator *indicator)
{
	return &schema_type(options->schema, indicator->type)->fields[indicator->field];
}

/* An event without the value does not count into a mean: then the stream is narrower. */
static uint32_t needed_field(const struct indicators_options *options,
			     const struct indicator *indicator)
{
	enum measure_kind kind;

	if (!measure_of(indicator->kind, &kind) || !field_of(options, indicator)->optional)
		return PLAN_NONE;
	return indicator->field;
}

static uint32_t find_stream(const struct plan *plan, const struct indicators_options *options,
			    const struct indicator *indicator)
{
	uint32_t needs = needed_field(options, indicator);

	for (uint32_t i = 0; i < plan->n_streams; i++) {
		const struct stream *stream = &plan->streams[i];

		if (stream->type == indicator->type && stream->needs == needs &&
		    where_equals(stream->where, &indicator->where))
			return i;
	}
	return PLAN_NONE;
}

static uint32_t find_measure(const struct stream *stream, const struct indicator *indicator)
{
	enum measure_kind kind;

	if (!measure_of(indicator->kind, &kind))
		return PLAN_NONE;

	for (uint32_t i = 0; i < stream->n_measures; i++)
		if (stream->measures[i].kind == kind &&
		    stream->measures[i].field == indicator->field)
			return i;
	return PLAN_NONE;
}

static void add_stream(struct plan *plan, const struct indicators_options *options,
		       const struct indicator *indicator)
{
	struct stream *stream = &plan->streams[plan->n_streams++];

	*stream = (struct stream){
		.where = &indicator->where,
		.type = indicator->type,
		.feed = schema_type(options->schema, indicator->type)->feed,
		.needs = needed_field(options, indicator),
		.ring = RECENT_MINUTES,
	};
	stream->key = key_of_stream(options->schema, stream);
}

static void add_measure(struct stream *stream, const struct indicators_options *options,
			const struct indicator *indicator)
{
	struct measure measure = { .field = indicator->field };

	if (!measure_of(indicator->kind, &measure.kind) ||
	    find_measure(stream, indicator) != PLAN_NONE)
		return;

	measure.field_kind = field_of(options, indicator)->kind;
	measure.key = key_of_measure(measure.kind, field_of(options, indicator));
	stream->measures =
		xrealloc(stream->measures, stream->n_measures + 1, sizeof(*stream->measures));
	stream->measures[stream->n_measures++] = measure;
	stream->n_numbers += measure.kind < MEASURE_LAST;
	stream->has_sketches |= measure.kind == MEASURE_QUANTILE;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_measures(const void *a, const void *b)
{
	const struct measure *left = a, *right = b;
	int by_kind = compare_numbers(left->kind, right->kind);

	return by_kind ? by_kind : compare_numbers(left->field, right->field);
}

/* n_readers is not in use yet and holds the number of the filter. */
static int compare_streams(const void *a, const void *b)
{
	const struct stream *left = a, *right = b;
	int order = compare_numbers(left->feed, right->feed);

	order = order ? order : compare_numbers(left->type, right->type);
	order = order ? order : compare_numbers(left->n_readers, right->n_readers);
	return order ? order : compare_numbers(left->needs, right->needs);
}

static void number_filters(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->n_streams; i++) {
		struct stream *streams = plan->streams;
		uint32_t first = 0;

		while (streams[first].type != streams[i].type ||
		       !where_equals(streams[first].where, streams[i].where))
			first++;
		streams[i].n_readers = first;
	}
}

static void sort_streams(struct plan *plan)
{
	struct stream *streams = plan->streams;

	number_filters(plan);
	if (plan->n_streams > 0)
		qsort(streams, plan->n_streams, sizeof(*streams), compare_streams);

	for (uint32_t i = 1; i < plan->n_streams; i++)
		streams[i].repeats_where = streams[i].type == streams[i - 1].type &&
					   streams[i].n_readers == streams[i - 1].n_readers;

	for (uint32_t i = 0; i < plan->n_streams; i++) {
		streams[i].n_readers = 0;
		if (streams[i].n_measures > 0)
			qsort(streams[i].measures, streams[i].n_measures,
			      sizeof(*streams[i].measures), compare_measures);
	}
}

static void add_to_range(struct range *range, uint32_t number)
{
	if (range->n++ == 0)
		range->first = number;
}

static void find_ranges(struct plan *plan, const struct schema *schema)
{
	plan->types = xcalloc(schema_n_types(schema) + 1, sizeof(*plan->types));
	plan->feeds = xcalloc(schema_n_feeds(schema) + 1, sizeof(*plan->feeds));

	for (uint32_t i = 0; i < plan->n_streams; i++) {
		add_to_range(&plan->types[plan->streams[i].type], i);
		add_to_range(&plan->feeds[plan->streams[i].feed], i);
	}
}

static struct source find_source(const struct plan *plan, const struct indicators_options *options,
				 uint32_t number)
{
	const struct indicator *indicator = &options->list[number];
	uint32_t stream = find_stream(plan, options, indicator);

	assert(stream != PLAN_NONE);
	return (struct source){
		.stream = stream,
		.measure = find_measure(&plan->streams[stream], indicator),
	};
}

/* Tells stream that indicator number reads it, and how far back. */
static void add_reader(struct stream *stream, const struct indicator *indicator, uint32_t number)
{
	for (uint32_t i = 0; i < indicator->n_windows; i++) {
		const struct window *window = &indicator->windows[i];

		if (window->kind == WINDOW_MINUTES && window->minutes > stream->ring)
			stream->ring = window->minutes;
	}

	stream->readers =
		xrealloc(stream->readers, stream->n_readers + 1, sizeof(*stream->readers));
	stream->readers[stream->n_readers++] = number;
}

static void connect_indicator(struct plan *plan, const struct indicators_options *options,
			      uint32_t number)
{
	const struct indicator *indicator = &options->list[number];
	struct source *sources = plan->sources[number];
	bool ratio = indicator->kind == INDICATOR_RATIO;

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t part = ratio ? indicator->parts[i] : number;

		assert(part < options->n_list);
		assert(!ratio || options->list[part].kind == INDICATOR_COUNT ||
		       options->list[part].kind == INDICATOR_SUM);
		sources[i] = find_source(plan, options, part);
		if (i == 0 || sources[1].stream != sources[0].stream)
			add_reader(&plan->streams[sources[i].stream], indicator, number);
	}
}

void plan_init(struct plan *plan, const struct indicators_options *options)
{
	*plan = (struct plan){ 0 };
	plan->streams = xcalloc(options->n_list + 1, sizeof(*plan->streams));
	plan->sources = xcalloc(options->n_list + 1, sizeof(*plan->sources));

	for (uint32_t i = 0; i < options->n_list; i++) {
		const struct indicator *indicator = &options->list[i];

		if (indicator->kind == INDICATOR_RATIO)
			continue;
		if (find_stream(plan, options, indicator) == PLAN_NONE)
			add_stream(plan, options, indicator);
		add_measure(&plan->streams[find_stream(plan, options, indicator)], options,
			    indicator);
	}

	sort_streams(plan);
	find_ranges(plan, options->schema);
	for (uint32_t i = 0; i < options->n_list; i++)
		connect_indicator(plan, options, i);
	for (uint32_t i = 0; i < plan->n_streams; i++) {
		plan->streams[i].ring += RING_SLACK;
		series_lay_out(&plan->streams[i]);
	}
}

void plan_fini(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->n_streams; i++) {
		free(plan->streams[i].measures);
		free(plan->streams[i].readers);
	}
	free(plan->sources);
	free(plan->feeds);
	free(plan->types);
	free(plan->streams);
	*plan = (struct plan){ 0 };
}

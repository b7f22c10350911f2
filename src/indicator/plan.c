/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "distinct.h"
#include "iocd/base/err.h"
#include "key.h"
#include "moment.h"
#include "series.h"

#define RECENT_MINUTES 60 /* what indicators_read_minute() reaches back */
#define LOOK_BACK_MAX  INDICATOR_MINUTES_MAX
#define HOUR_MINUTES   120 /* that are read back while an hour is recorded */

static_assert(RING_SLACK > AHEAD_MINUTES + 1, "early events leave the longest window whole");

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
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
	case INDICATOR_RATIO:
	case INDICATOR_SCORE:
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
	case INDICATOR_BASELINE:
	case INDICATOR_UNITS:
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

/* The stream that indicator wants, as it begins. */
static struct stream stream_for(const struct indicators_options *options,
				const struct indicator *indicator)
{
	struct stream stream = {
		.where = &indicator->where,
		.type = indicator->type,
		.feed = schema_type(options->schema, indicator->type)->feed,
		.needs = needed_field(options, indicator),
		.ring = RECENT_MINUTES,
	};

	stream.key = key_of_stream(options->schema, &stream);
	return stream;
}

/* Streams are told apart by what they count, in whatever order their conditions are written: what
 * leaves under one key comes from one stream. */
static uint32_t find_stream(const struct plan *plan, const struct indicators_options *options,
			    const struct indicator *indicator)
{
	uint64_t key = stream_for(options, indicator).key;

	for (uint32_t i = 0; i < plan->n_streams; i++)
		if (plan->streams[i].key == key)
			return i;
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
	plan->streams[plan->n_streams++] = stream_for(options, indicator);
}

static void add_measure(struct stream *stream, const struct indicators_options *options,
			const struct indicator *indicator)
{
	struct measure measure = { .field = indicator->field,
				   .keep_minutes = DISTINCT_KEEP_MONTHS };

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
	uint32_t stream;

	if (!indicator_is_counted(indicator))
		return (struct source){ PLAN_NONE, PLAN_NONE };

	stream = find_stream(plan, options, indicator);
	assert(stream != PLAN_NONE);
	return (struct source){
		.stream = stream,
		.measure = find_measure(&plan->streams[stream], indicator),
	};
}

static void find_sources(struct plan *plan, const struct indicators_options *options)
{
	for (uint32_t i = 0; i < options->n_list; i++) {
		const struct indicator *indicator = &options->list[i];
		bool ratio = indicator->kind == INDICATOR_RATIO;

		for (uint32_t k = 0; k < 2; k++)
			plan->sources[i][k] =
				find_source(plan, options, ratio ? indicator->parts[k] : i);
	}
}

static void find_readers(struct plan *plan, const struct indicators_options *options)
{
	lists_init(&plan->readers, plan->n_streams);
	for (uint32_t i = 0; i < options->n_list; i++) {
		uint32_t n;
		const uint32_t *users = lists_of(&plan->uses.users, i, &n);

		if (!indicator_is_counted(&options->list[i]))
			continue;
		for (uint32_t k = 0; k < n; k++)
			lists_add(&plan->readers, plan->sources[i][0].stream, users[k]);
	}
	lists_seal(&plan->readers);
	for (uint32_t i = 0; i < plan->n_streams; i++)
		plan->streams[i].readers = lists_of(&plan->readers, i, &plan->streams[i].n_readers);
}

/* How many minutes must be kept to read over window, and over what was before it if looks_back. */
static uint32_t minutes_of(const struct window *window, bool looks_back)
{
	bool is_sliding = window->kind == WINDOW_MINUTES;

	if (!looks_back)
		return is_sliding ? window->minutes : 0;
	if (window->kind == WINDOW_TODAY || (is_sliding && window->minutes > LOOK_BACK_MAX / 2))
		return LOOK_BACK_MAX;
	return is_sliding ? 2 * window->minutes : 0;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Makes the rings of all that is read with indicator number as long as its windows. */
static void widen_rings(struct plan *plan, const struct indicators_options *options,
			uint32_t number)
{
	const struct indicator *indicator = &options->list[number];
	bool is_baseline = indicator->kind == INDICATOR_BASELINE;
	uint32_t n, minutes = is_baseline ? HOUR_MINUTES : 0;
	const uint32_t *reads =
		lists_of(&plan->uses.reads, is_baseline ? indicator->parts[0] : number, &n);
	bool looks_back = false, reads_year = false;

	for (uint32_t i = 0; i < n; i++)
		looks_back |= options->list[reads[i]].kind == INDICATOR_CHANGE;
	if (indicator->ranking.units)
		minutes = larger(minutes, minutes_of(&indicator->ranking.window, looks_back));
	for (uint32_t i = 0; i < indicator->n_windows && !is_baseline; i++) {
		minutes = larger(minutes, minutes_of(&indicator->windows[i], looks_back));
		reads_year |= indicator->windows[i].kind == WINDOW_YEAR;
	}

	for (uint32_t i = 0; i < n; i++) {
		uint32_t stream = plan->sources[reads[i]][0].stream;
		uint32_t measure = plan->sources[reads[i]][0].measure;

		if (indicator_is_counted(&options->list[reads[i]]) &&
		    plan->streams[stream].ring < minutes)
			plan->streams[stream].ring = minutes;
		if (measure != PLAN_NONE && reads_year)
			plan->streams[stream].measures[measure].keep_minutes = DISTINCT_KEEP_YEAR;
	}
}

void plan_init(struct plan *plan, const struct indicators_options *options)
{
	*plan = (struct plan){ 0 };
	plan->streams = xcalloc(options->n_list + 1, sizeof(*plan->streams));
	plan->sources = xcalloc(options->n_list + 1, sizeof(*plan->sources));
	uses_init(&plan->uses, options);

	for (uint32_t i = 0; i < options->n_list; i++) {
		const struct indicator *indicator = &options->list[i];

		if (!indicator_is_counted(indicator))
			continue;
		if (find_stream(plan, options, indicator) == PLAN_NONE)
			add_stream(plan, options, indicator);
		add_measure(&plan->streams[find_stream(plan, options, indicator)], options,
			    indicator);
	}

	sort_streams(plan);
	find_ranges(plan, options->schema);
	find_sources(plan, options);
	find_readers(plan, options);
	for (uint32_t i = 0; i < options->n_list; i++)
		widen_rings(plan, options, i);
	for (uint32_t i = 0; i < plan->n_streams; i++) {
		plan->streams[i].ring += RING_SLACK;
		series_lay_out(&plan->streams[i]);
	}
}

void plan_fini(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->n_streams; i++)
		free(plan->streams[i].measures);
	lists_fini(&plan->readers);
	uses_fini(&plan->uses);
	free(plan->sources);
	free(plan->feeds);
	free(plan->types);
	free(plan->streams);
	*plan = (struct plan){ 0 };
}

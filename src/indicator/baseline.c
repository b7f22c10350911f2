/* SPDX-License-Identifier: Apache-2.0 */
#include "baseline.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "derive.h"
#include "iocd/base/err.h"
#include "moment.h"

#define SAVED_PART    "usual"
#define SAVED_VERSION 1
#define SAVED_BYTES   52 /* of a record without its values */
#define HOURS_MAX     (MS_MAX / 3600000)
#define ENOUGH        3 /* values that make something usual, if there are so many weeks */

static_assert(sizeof(struct record) % 8 == 0, "records lie one behind the other");

/* Hours that are remembered: the last one, and the weeks before; even, for alignment. */
static uint32_t ring_of(const struct indicator *baseline)
{
	return baseline->weeks * WEEK_HOURS + 2;
}

static size_t record_bytes(const struct indicator *baseline)
{
	return sizeof(struct record) + ring_of(baseline) * sizeof(float);
}

static struct record *record_of(const struct baselines *baselines, uint32_t indicator,
				uint32_t unit)
{
	return (struct record *)(baselines->base + baselines->starts[indicator] +
				 unit * record_bytes(&baselines->list[indicator]));
}

int baselines_init(struct baselines *baselines, const struct indicators_options *options)
{
	*baselines = (struct baselines){
		.list = options->list,
		.n_list = options->n_list,
		.n_units = units_count(options->units),
		.numbers = xcalloc((size_t)options->n_list + 1, sizeof(uint32_t)),
		.starts = xcalloc((size_t)options->n_list + 1, sizeof(size_t)),
	};
	for (uint32_t i = 0; i < options->n_list; i++) {
		if (options->list[i].kind != INDICATOR_BASELINE)
			continue;
		assert(options->list[i].weeks > 0 && options->list[i].weeks <= WEEKS_MAX);
		baselines->numbers[baselines->n++] = i;
		baselines->starts[i] = baselines->size;
		baselines->size += record_bytes(&options->list[i]) * baselines->n_units;
	}
	baselines->n_pairs = (uint64_t)baselines->n * baselines->n_units;
	baselines->next = baselines->n_pairs;
	if (baselines->size == 0)
		return 0;

	baselines->base = mmap(NULL, baselines->size, PROT_READ | PROT_WRITE,
			       MAP_NORESERVE | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (baselines->base == MAP_FAILED) {
		baselines->base = NULL;
		return err_raise(-errno);
	}
	return 0;
}

void baselines_fini(struct baselines *baselines)
{
	if (baselines->base)
		(void)munmap(baselines->base, baselines->size);
	free(baselines->starts);
	free(baselines->numbers);
	*baselines = (struct baselines){ 0 };
}

void baselines_start(struct baselines *baselines, int32_t hour)
{
	baselines->hour = hour;
	baselines->next = 0;
}

bool baselines_next(struct baselines *baselines, uint32_t *ret_indicator, uint32_t *ret_unit)
{
	if (baselines->next >= baselines->n_pairs)
		return false;

	*ret_indicator = baselines->numbers[baselines->next / baselines->n_units];
	*ret_unit = (uint32_t)(baselines->next % baselines->n_units);
	baselines->next++;
	return true;
}

/* Puts value into the ring at hour, which is newer than all before, with holes in between. */
static void put(struct record *record, uint32_t ring, int32_t hour, float value)
{
	int32_t from = record->last + 1;

	if (record->last == 0)
		record->first = from = hour;
	if (hour - from >= (int32_t)ring)
		from = hour - (int32_t)ring + 1;
	for (int32_t h = from; h < hour; h++)
		record->values[(uint32_t)h % ring] = NAN;
	record->values[(uint32_t)hour % ring] = value;
	record->last = hour;
}

static float value_at(const struct record *record, uint32_t ring, int32_t hour)
{
	if (hour < record->first || hour > record->last || record->last - hour >= (int32_t)ring)
		return NAN;
	return record->values[(uint32_t)hour % ring];
}

bool baselines_record(struct baselines *baselines, uint32_t indicator, uint32_t unit,
		      const struct reading *reading)
{
	struct record *record = record_of(baselines, indicator, unit);
	bool is_known = reading->quality == QUALITY_GOOD || reading->quality == QUALITY_PARTIAL;

	if ((!is_known && record->last == 0) || baselines->hour <= record->last)
		return false;

	put(record, ring_of(&baselines->list[indicator]), baselines->hour,
	    is_known ? (float)reading->value : NAN);
	record->quality = reading->quality;
	record->reporting = reading->reporting;
	record->expected = reading->expected;
	record->samples = reading->samples;
	record->last_ms = reading->last_ms;
	record->position = reading->position;
	return true;
}

/* The value of the last hour as a share of the median of the same hour in the weeks before. */
static double share_of_usual(const struct indicator *baseline, const struct record *record)
{
	double values[WEEKS_MAX];
	uint32_t ring = ring_of(baseline);
	uint32_t n = 0;
	double usual;

	for (uint32_t week = 1; week <= baseline->weeks; week++) {
		float value = value_at(record, ring, record->last - (int32_t)week * WEEK_HOURS);

		if (!isnan(value))
			values[n++] = (double)value;
	}
	if (n < ENOUGH && n < baseline->weeks)
		return NAN;
	usual = median(values, n);
	return ratio_value((double)value_at(record, ring, record->last), usual);
}

struct reading baselines_read(const struct baselines *baselines, uint32_t indicator, uint32_t unit,
			      int32_t hour)
{
	const struct record *record = record_of(baselines, indicator, unit);
	bool is_recording = baselines->hour == hour - 1 && baselines->next < baselines->n_pairs;
	struct reading reading = { .quality = QUALITY_UNKNOWN, .value = NAN };

	if (record->last == 0 || record->last < hour - 1 - is_recording)
		return reading;

	reading.samples = record->samples;
	reading.last_ms = record->last_ms;
	reading.position = record->position;
	reading.reporting = record->reporting;
	reading.expected = record->expected;
	reading.value = share_of_usual(&baselines->list[indicator], record);
	if (!isnan(reading.value))
		reading.quality = (enum quality)record->quality;
	return reading;
}

static void save_record(const struct record *record, uint32_t ring, uint32_t unit,
			struct bytes_writer *writer)
{
	int32_t first = record->first;

	if (record->last - first >= (int32_t)ring)
		first = record->last - (int32_t)ring + 1;
	bytes_put_u32(writer, unit);
	bytes_put_u32(writer, (uint32_t)first);
	bytes_put_u32(writer, (uint32_t)record->last);
	bytes_put_u32(writer, record->quality);
	bytes_put_u32(writer, record->reporting);
	bytes_put_u32(writer, record->expected);
	bytes_put_u64(writer, record->samples);
	bytes_put_i64(writer, record->last_ms);
	bytes_put_u64(writer, record->position);
	for (int32_t hour = first; hour <= record->last; hour++)
		bytes_put(writer, &record->values[(uint32_t)hour % ring], sizeof(float));
}

void baselines_save(const struct baselines *baselines, struct bytes_writer *writer)
{
	bytes_put_part(writer, SAVED_PART, SAVED_VERSION);
	bytes_put_u32(writer, (uint32_t)baselines->hour);
	bytes_put_u64(writer, baselines->n_pairs - baselines->next);
	bytes_put_u32(writer, baselines->n);
	for (uint32_t i = 0; i < baselines->n; i++) {
		uint32_t number = baselines->numbers[i];
		uint32_t n = 0;

		for (uint32_t unit = 0; unit < baselines->n_units; unit++)
			n += record_of(baselines, number, unit)->last != 0;
		bytes_put_text(writer, baselines->list[number].id);
		bytes_put_u32(writer, n);
		for (uint32_t unit = 0; unit < baselines->n_units; unit++) {
			const struct record *record = record_of(baselines, number, unit);

			if (record->last != 0)
				save_record(record, ring_of(&baselines->list[number]), unit,
					    writer);
		}
	}
}

static uint32_t find_baseline(const struct baselines *baselines, const char *id, size_t n)
{
	for (uint32_t i = 0; i < baselines->n; i++) {
		const char *known = baselines->list[baselines->numbers[i]].id;

		if (strlen(known) == n && memcmp(known, id, n) == 0)
			return baselines->numbers[i];
	}
	return INDICATOR_NONE;
}

/* Whether values of two units make up that of both. */
static bool adds_up(const struct baselines *baselines, uint32_t indicator)
{
	switch (baselines->list[baselines->list[indicator].parts[0]].kind) {
	case INDICATOR_COUNT:
	case INDICATOR_SUM:
	case INDICATOR_RATE:
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
	case INDICATOR_UNITS:
		return true;
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
	case INDICATOR_RATIO:
	case INDICATOR_SCORE:
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
	case INDICATOR_BASELINE:
		break;
	}
	return false;
}

/* Adds values of hours from head->first on to a record that is there. */
static void merge_values(struct record *into, uint32_t ring, const struct record *head,
			 const float *values)
{
	for (int32_t hour = head->first; hour <= head->last; hour++) {
		float more;

		memcpy(&more, &values[hour - head->first], sizeof(more));
		if (hour > into->last)
			put(into, ring, hour, more);
		else if (!isnan(value_at(into, ring, hour)) && !isnan(more))
			into->values[(uint32_t)hour % ring] += more;
	}
}

static void place_record(struct record *record, uint32_t ring, const struct record *head,
			 const float *values)
{
	*record = *head;
	record->last = 0;
	for (int32_t hour = head->first; hour <= head->last; hour++) {
		float value;

		memcpy(&value, &values[hour - head->first], sizeof(value));
		put(record, ring, hour, value);
	}
}

static bool are_sound(const float *values, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		float value;

		memcpy(&value, &values[i], sizeof(value));
		if (isinf(value))
			return false;
	}
	return true;
}

static void load_record(struct baselines *baselines, struct bytes_reader *reader,
			uint32_t indicator, const struct renumber *units)
{
	uint32_t old = bytes_get_u32(reader), unit = renumber(units, old);
	struct record head = { .first = (int32_t)bytes_get_u32(reader) };
	uint32_t n, ring;
	const void *values;
	struct record *record;

	head.last = (int32_t)bytes_get_u32(reader);
	head.quality = bytes_get_u32(reader);
	head.reporting = bytes_get_u32(reader);
	head.expected = bytes_get_u32(reader);
	head.samples = bytes_get_u64(reader);
	head.last_ms = bytes_get_i64(reader);
	head.position = bytes_get_u64(reader);
	if (head.first <= 0 || head.last < head.first || head.last > HOURS_MAX ||
	    head.last - head.first >= WEEKS_MAX * WEEK_HOURS + 2 || head.quality > QUALITY_STALE)
		bytes_reject(reader, "what is usual is out of bounds");
	if (reader->is_bad)
		return;

	n = (uint32_t)(head.last - head.first) + 1;
	values = bytes_get(reader, n * sizeof(float));
	if (!values || !are_sound(values, n)) {
		bytes_reject(reader, "what is usual has no bounds");
		return;
	}
	if (unit == RENUMBER_GONE || indicator == INDICATOR_NONE || renumber_is_within(units, old))
		return;
	record = record_of(baselines, indicator, unit);
	ring = ring_of(&baselines->list[indicator]);
	if (record->last == 0)
		place_record(record, ring, &head, values);
	else if (adds_up(baselines, indicator))
		merge_values(record, ring, &head, values);
}

void baselines_load(struct baselines *baselines, struct bytes_reader *reader,
		    const struct renumber *units)
{
	uint32_t n;
	uint64_t left;

	bytes_get_part(reader, SAVED_PART, SAVED_VERSION);
	baselines->hour = (int32_t)bytes_get_u32(reader);
	left = bytes_get_u64(reader);
	if (baselines->hour < 0 || baselines->hour > HOURS_MAX)
		bytes_reject(reader, "what is usual is of no hour");

	n = bytes_get_count(reader, 2 * sizeof(uint32_t));
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		size_t size;
		const char *id = bytes_get_text(reader, &size);
		uint32_t indicator = find_baseline(baselines, id, size);
		uint32_t n_records = bytes_get_count(reader, SAVED_BYTES);

		for (uint32_t k = 0; k < n_records && !reader->is_bad; k++)
			load_record(baselines, reader, indicator, units);
	}
	/* Who was recorded already is passed over: with other units or baselines all are asked. */
	baselines->next = left <= baselines->n_pairs ? baselines->n_pairs - left : 0;
}

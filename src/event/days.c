/* SPDX-License-Identifier: Apache-2.0 */
#include "days.h"

#include <string.h>

#define DAY_MS   86400000
#define DAY_LAST 2932896 /* of the year 9999 */

/* What is saved of one crowd: its number and its bits. */
#define CROWD_BYTES (1 + DAYS_KEPT / 8)

static uint32_t day_of(const struct event *event)
{
	return (uint32_t)(event->time_ms / DAY_MS);
}

static uint32_t crowd_of(const struct event *event)
{
	return crowd_of_stream(event->stream[1]);
}

static uint8_t bit(uint32_t number)
{
	return (uint8_t)(1u << number % 8);
}

/* Moves the end to day; what falls out at the beginning is kept in before. */
static void advance(struct days *days, uint32_t day)
{
	uint32_t n = day - days->last < DAYS_KEPT ? day - days->last : DAYS_KEPT;

	if (days->last == 0) /* nothing falls out */
		n = 0;

	for (uint32_t crowd = 0; crowd < CROWDS; crowd++)
		for (uint32_t i = 1; i <= n; i++) {
			uint32_t place = (days->last + i) % DAYS_KEPT;
			uint8_t *byte = &days->noted[crowd][place / 8];

			if (*byte & bit(place))
				days->before[crowd / 8] |= bit(crowd);
			*byte &= (uint8_t)~bit(place);
		}
	days->last = day;
}

void days_note(struct days *days, const struct event *event)
{
	uint32_t day = day_of(event);
	uint32_t crowd = crowd_of(event);

	if (day > days->last)
		advance(days, day);
	if (days->last - day < DAYS_KEPT)
		days->noted[crowd][day % DAYS_KEPT / 8] |= bit(day);
	else
		days->before[crowd / 8] |= bit(crowd);
}

bool days_has(const struct days *days, const struct event *event)
{
	uint32_t day = day_of(event);
	uint32_t crowd = crowd_of(event);

	if (day > days->last)
		return false;
	if (days->last - day < DAYS_KEPT)
		return days->noted[crowd][day % DAYS_KEPT / 8] & bit(day);
	return days->before[crowd / 8] & bit(crowd);
}

static bool is_empty(const uint8_t *bits)
{
	static const uint8_t none[DAYS_KEPT / 8];

	return memcmp(bits, none, sizeof(none)) == 0;
}

void days_save(const struct days *days, struct bytes_writer *writer)
{
	uint32_t n = 0;

	for (uint32_t crowd = 0; crowd < CROWDS; crowd++)
		n += !is_empty(days->noted[crowd]);
	bytes_put_u32(writer, days->last);
	bytes_put(writer, days->before, sizeof(days->before));
	bytes_put_u32(writer, n);
	for (uint32_t crowd = 0; crowd < CROWDS; crowd++) {
		if (is_empty(days->noted[crowd]))
			continue;
		bytes_put_u8(writer, (uint8_t)crowd);
		bytes_put(writer, days->noted[crowd], sizeof(days->noted[crowd]));
	}
}

void days_load(struct days *days, struct bytes_reader *reader)
{
	uint32_t last = bytes_get_u32(reader);
	const uint8_t *before = bytes_get(reader, CROWDS / 8);
	uint32_t n = bytes_get_count(reader, CROWD_BYTES);

	if (last > DAY_LAST)
		bytes_reject(reader, "it remembers a day that there is not");
	if (days && before) {
		days->last = last;
		memcpy(days->before, before, sizeof(days->before));
	}
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint8_t crowd = bytes_get_u8(reader);
		const void *bits = bytes_get(reader, DAYS_KEPT / 8);

		if (days && bits)
			memcpy(days->noted[crowd], bits, sizeof(days->noted[crowd]));
	}
}

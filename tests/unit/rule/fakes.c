/* SPDX-License-Identifier: Apache-2.0 */
#include "fakes.h"

int64_t fake_now_ms;

int64_t indicators_now_ms(const struct indicators *indicators)
{
	(void)indicators;
	return fake_now_ms;
}

bool calendar_is_open(const struct calendar *calendar, int64_t time_ms)
{
	return time_ms >= calendar->from_ms && time_ms < calendar->to_ms;
}

struct contract_view contracts_view(const struct contracts *contracts, uint32_t feed, uint32_t unit)
{
	return contracts->views[feed][unit];
}

int64_t calendar_next_change_ms(const struct calendar *calendar, int64_t time_ms)
{
	if (time_ms < calendar->from_ms)
		return calendar->from_ms;
	return time_ms < calendar->to_ms ? calendar->to_ms : INT64_MAX;
}

int64_t keyed_now_ms(const struct keyed *keyed)
{
	return keyed->now_ms;
}

struct reading keyed_read(const struct keyed *keyed, uint32_t slot)
{
	return keyed->readings[slot];
}

uint32_t keyed_find(const struct keyed *keyed, uint32_t plan, uint32_t unit, struct slice key)
{
	for (uint32_t i = 0; i < FAKE_SLOTS; i++)
		if (plan == 1 && unit == 1 && keyed->keys[i] &&
		    strlen(keyed->keys[i]) == key.size &&
		    memcmp(keyed->keys[i], key.bytes, key.size) == 0)
			return i;
	return UINT32_MAX;
}

struct reading keyed_read_value(const struct keyed *keyed, uint32_t plan, uint32_t unit,
				struct slice key)
{
	uint32_t slot = keyed_find(keyed, plan, unit, key);

	return slot == UINT32_MAX ? keyed->nothing : keyed->readings[slot];
}

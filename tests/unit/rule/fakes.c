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

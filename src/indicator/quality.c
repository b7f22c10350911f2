/* SPDX-License-Identifier: Apache-2.0 */
#include "quality.h"

#include <math.h>

static uint32_t badness(enum quality quality)
{
	switch (quality) {
	case QUALITY_GOOD:
		return 0;
	case QUALITY_PARTIAL:
		return 1;
	case QUALITY_STALE:
		return 2;
	case QUALITY_UNKNOWN:
		break;
	}
	return 3;
}

struct reading reading_of_nothing(void)
{
	return (struct reading){ .quality = QUALITY_UNKNOWN, .value = NAN };
}

void reading_judge_voice(struct reading *reading, const struct indicators *indicators,
			 struct voice voice)
{
	struct contract_share share = { 0 };
	bool is_silent;

	if (indicators->contracts)
		share = contracts_share(indicators->contracts, voice.feed, voice.unit);
	reading->reporting = share.kept;
	reading->expected = share.expected;
	if (!hearing_knows(&indicators->hearing, voice))
		return;

	is_silent = share.expected > 0 ? share.kept == 0
				       : hearing_is_silent(&indicators->hearing, voice,
							   indicators->present.ms);
	reading->quality = is_silent ? QUALITY_STALE : QUALITY_GOOD;
	if (!is_silent && share.kept < share.expected)
		reading->quality = QUALITY_PARTIAL;
}

void reading_vouch(struct reading *reading)
{
	if (reading->quality == QUALITY_UNKNOWN)
		reading->quality = reading->expected > 0 ? QUALITY_STALE : QUALITY_GOOD;
}

struct reading reading_finish(struct reading reading, double value)
{
	reading.value = value;
	if (isnan(value) || reading.quality == QUALITY_UNKNOWN) {
		reading.quality = QUALITY_UNKNOWN;
		reading.value = NAN;
	}
	return reading;
}

static double share_of(const struct reading *reading)
{
	return reading->expected > 0 ? (double)reading->reporting / reading->expected : 1;
}

void reading_copy_quality(struct reading *reading, const struct reading *part)
{
	reading->quality = part->quality;
	reading->reporting = part->reporting;
	reading->expected = part->expected;
}

void reading_take_quality(struct reading *reading, const struct reading *part)
{
	uint32_t ours = badness(reading->quality), theirs = badness(part->quality);

	if (theirs > ours || (theirs == ours && share_of(part) < share_of(reading)))
		reading_copy_quality(reading, part);
}

void reading_take_newest(struct reading *reading, const struct reading *part)
{
	if (reading->last_ms < part->last_ms)
		reading->last_ms = part->last_ms;
	if (reading->position < part->position)
		reading->position = part->position;
}

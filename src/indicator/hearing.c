/* SPDX-License-Identifier: Apache-2.0 */
#include "hearing.h"

#include <stdlib.h>

#include "iocd/base/err.h"

static struct heard *heard_of(const struct hearing *hearing, struct voice voice)
{
	return &hearing->heard[(size_t)voice.unit * hearing->n_feeds + voice.feed];
}

static bool was_too_long(const struct hearing *hearing, struct voice voice, int64_t now_ms)
{
	int64_t silent_after = hearing->silent_after[voice.feed];

	return silent_after > 0 && now_ms - heard_of(hearing, voice)->last_ms > silent_after;
}

void hearing_init(struct hearing *hearing, const struct schema *schema, uint32_t n_units)
{
	uint32_t n_feeds = schema_n_feeds(schema);
	size_t n = (size_t)n_units * n_feeds + 1;

	*hearing = (struct hearing){
		.heard = xcalloc(n, sizeof(*hearing->heard)),
		.silent_after = xcalloc(n_feeds + 1, sizeof(*hearing->silent_after)),
		.voices = xcalloc(n, sizeof(*hearing->voices)),
		.n_feeds = n_feeds,
	};
	for (uint32_t i = 0; i < n_feeds; i++)
		hearing->silent_after[i] = schema_feed(schema, i)->silent_after_ms;
}

void hearing_fini(struct hearing *hearing)
{
	free(hearing->voices);
	free(hearing->silent_after);
	free(hearing->heard);
	*hearing = (struct hearing){ 0 };
}

enum heard_news hearing_note(struct hearing *hearing, struct voice voice, int64_t arrival_ms)
{
	struct heard *heard = heard_of(hearing, voice);
	enum heard_news news = HEARD_AGAIN;

	if (arrival_ms <= heard->last_ms)
		return HEARD_NOTHING;

	if (heard->last_ms == 0)
		hearing->voices[hearing->n_voices++] = voice;
	if (heard->last_ms == 0 || was_too_long(hearing, voice, arrival_ms))
		news = HEARD_ANEW;

	heard->last_ms = arrival_ms;
	heard->told_silent = false;
	return news;
}

bool hearing_knows(const struct hearing *hearing, struct voice voice)
{
	return heard_of(hearing, voice)->last_ms > 0;
}

bool hearing_is_silent(const struct hearing *hearing, struct voice voice, int64_t now_ms)
{
	return hearing_knows(hearing, voice) && was_too_long(hearing, voice, now_ms);
}

bool hearing_fell_silent(struct hearing *hearing, struct voice voice, int64_t now_ms)
{
	struct heard *heard = heard_of(hearing, voice);

	if (heard->told_silent || !hearing_is_silent(hearing, voice, now_ms))
		return false;

	heard->told_silent = true;
	return true;
}

void hearing_start_round(struct hearing *hearing)
{
	hearing->left = hearing->n_voices;
}

bool hearing_visit(struct hearing *hearing, struct voice *ret)
{
	if (hearing->left == 0)
		return false;

	hearing->left--;
	*ret = hearing->voices[hearing->next];
	hearing->next = hearing->next + 1 < hearing->n_voices ? hearing->next + 1 : 0;
	return true;
}

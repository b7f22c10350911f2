/* SPDX-License-Identifier: Apache-2.0 */
#include "hearing.h"

#include <stdlib.h>

#include "iocd/base/err.h"
#include "moment.h"

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

void hearing_note_own(struct hearing *hearing, struct voice voice, int64_t arrival_ms)
{
	struct heard *heard = heard_of(hearing, voice);

	if (heard->own_ms < arrival_ms)
		heard->own_ms = arrival_ms;
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

void hearing_save(const struct hearing *hearing, struct bytes_writer *writer)
{
	bytes_put_u32(writer, hearing->n_voices);
	bytes_put_u32(writer, hearing->next);
	bytes_put_u32(writer, hearing->left);
	for (uint32_t i = 0; i < hearing->n_voices; i++) {
		const struct heard *heard = heard_of(hearing, hearing->voices[i]);

		bytes_put_u32(writer, hearing->voices[i].feed);
		bytes_put_u32(writer, hearing->voices[i].unit);
		bytes_put_i64(writer, heard->last_ms);
		bytes_put_i64(writer, heard->own_ms);
		bytes_put_u8(writer, heard->told_silent);
	}
}

/* A voice as it was saved. */
struct saved_voice {
	struct voice voice;
	struct heard heard;
};

/* Reads one; whether it is still there. */
static bool load_voice(struct saved_voice *saved, struct bytes_reader *reader,
		       const struct renumber *units, const struct renumber *feeds)
{
	uint8_t told_silent;

	saved->voice.feed = renumber(feeds, bytes_get_u32(reader));
	saved->voice.unit = renumber(units, bytes_get_u32(reader));
	saved->heard.last_ms = bytes_get_i64(reader);
	saved->heard.own_ms = bytes_get_i64(reader);
	told_silent = bytes_get_u8(reader);
	saved->heard.told_silent = told_silent == 1;

	if (saved->heard.last_ms <= 0 || saved->heard.last_ms > MS_MAX || told_silent > 1 ||
	    saved->heard.own_ms < 0 || saved->heard.own_ms > saved->heard.last_ms)
		bytes_reject(reader, "a unit was heard at a time that is none");
	return !reader->is_bad && saved->voice.feed != RENUMBER_GONE &&
	       saved->voice.unit != RENUMBER_GONE;
}

/* Puts one where it was; whether it was not there yet. */
static bool place_voice(struct hearing *hearing, const struct saved_voice *saved,
			struct bytes_reader *reader)
{
	if (hearing_knows(hearing, saved->voice)) {
		bytes_reject(reader, "a unit was heard twice on a feed");
		return false;
	}
	*heard_of(hearing, saved->voice) = saved->heard;
	hearing->voices[hearing->n_voices++] = saved->voice;
	return true;
}

/* Notes when one was heard itself, there and in all that is above it now. */
static void note_again(struct hearing *hearing, const struct saved_voice *saved,
		       const uint32_t *parents)
{
	struct voice voice = saved->voice;

	hearing_note_own(hearing, voice, saved->heard.own_ms);
	for (; voice.unit != UNIT_NONE; voice.unit = parents[voice.unit])
		(void)hearing_note(hearing, voice, saved->heard.own_ms);
}

void hearing_load(struct hearing *hearing, struct bytes_reader *reader,
		  const struct renumber *units, const struct renumber *feeds,
		  const uint32_t *parents)
{
	uint32_t n = bytes_get_u32(reader);
	uint32_t next = bytes_get_u32(reader);
	uint32_t left = bytes_get_u32(reader);

	if (left > n || (next > 0 && next >= n))
		bytes_reject(reader, "its round is out of bounds");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		bool is_left = (i >= next ? i - next : n - next + i) < left;
		struct saved_voice saved;

		if (!load_voice(&saved, reader, units, feeds))
			continue;
		if (parents) {
			note_again(hearing, &saved, parents);
		} else if (place_voice(hearing, &saved, reader)) {
			hearing->next += i < next;
			hearing->left += is_left;
		}
	}
	if (parents)
		hearing_start_round(hearing);
	if (hearing->next >= hearing->n_voices)
		hearing->next = 0;
}

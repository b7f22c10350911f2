/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hearing: when each unit, or one below it, was last heard on each feed; and the round that visits
 * all who were ever heard, a few at a time.
 *
 * No heap after hearing_init(), no clock.
 */
#ifndef IOCD_INDICATOR_HEARING_H
#define IOCD_INDICATOR_HEARING_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/event.h"

enum heard_news {
	HEARD_NOTHING, /* something as new was heard already, here and above */
	HEARD_AGAIN,
	HEARD_ANEW, /* for the first time, or after silence */
};

struct heard {
	int64_t last_ms;  /* newest arrival, here or below; 0: never */
	int64_t own_ms;   /* the same, here */
	bool told_silent; /* hearing_fell_silent() has said so */
};

/* A feed of a unit. */
struct voice {
	uint32_t feed;
	uint32_t unit;
};

struct hearing {
	struct heard *heard;   /* owned; [unit * n_feeds + feed] */
	int64_t *silent_after; /* owned; ms, by feed; 0: never silent */
	struct voice *voices;  /* owned; all that were heard, in that order */
	uint32_t n_voices;
	uint32_t n_feeds;
	uint32_t next; /* of voices, to be visited next */
	uint32_t left; /* visits until the round is over */
};

/* Makes a hearing that never heard any of n_units on a feed of schema; and frees what it holds. */
void hearing_init(struct hearing *hearing, const struct schema *schema, uint32_t n_units);
void hearing_fini(struct hearing *hearing);

/* Notes that voice was heard itself at arrival_ms; that it, or one below it, was. */
void hearing_note_own(struct hearing *hearing, struct voice voice, int64_t arrival_ms);
enum heard_news hearing_note(struct hearing *hearing, struct voice voice, int64_t arrival_ms);

/* Whether voice was ever heard; whether it was, but not for too long. */
bool hearing_knows(const struct hearing *hearing, struct voice voice);
bool hearing_is_silent(const struct hearing *hearing, struct voice voice, int64_t now_ms);

/* Whether voice is silent and that was not said before. */
bool hearing_fell_silent(struct hearing *hearing, struct voice voice, int64_t now_ms);

/* Starts a round, or starts it again from where it is. */
void hearing_start_round(struct hearing *hearing);

/* The next voice of the round; false: it is over. */
bool hearing_visit(struct hearing *hearing, struct voice *ret);

/* Put it into writer; and read it back into a fresh one, without the voices that are gone, the
 * round where it was.  parents are those of the tree if that has changed since, or NULL: then what
 * is above those who were heard themselves is found anew, and so is the round.  Reader is marked
 * bad if the bytes make no sense. */
void hearing_save(const struct hearing *hearing, struct bytes_writer *writer);
void hearing_load(struct hearing *hearing, struct bytes_reader *reader,
		  const struct renumber *units, const struct renumber *feeds,
		  const uint32_t *parents);

#endif

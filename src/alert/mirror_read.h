/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mirror_read: what a site says of one of its alerts, read from JSON: trusted in nothing but that
 * the site said it.
 *
 * Allocates while it reads; what a struct word holds is lent until word_fini().
 */
#ifndef IOCD_ALERT_MIRROR_READ_H
#define IOCD_ALERT_MIRROR_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "iocd/mirror.h"
#include "iocd/unit.h"
#include "mirrored.h"

/* Whose order it was. */
enum word_side {
	SIDE_NONE,  /* nobody's */
	SIDE_SITE,  /* of somebody at the site or below; the name says of which */
	SIDE_ABOVE, /* of somebody here or above, whose order we sent down: "<person>@<instance>" */
};

/* A person of the site as we name him. */
struct word_person {
	enum word_side side;
	char name[ALERT_NAME_MAX];
};

struct word {
	json_t *json;                    /* owned */
	const json_t *standing;          /* {"standing":[...]}: the list; all else is empty then */
	bool is_partial;                 /* of that list */
	char subject[ALERT_SUBJECT_MAX]; /* of the alert here */
	uint32_t unit;                   /* of the alert */
	struct mirrored mirrored;
	enum alert_news news;
	struct word_person by;
	char note[ALERT_NOTE_MAX];

	uint64_t record; /* where in the journal it came; as the next not read, but told by the
			    caller */
	bool is_old;     /* it is no news */
	bool stands;     /* RAISED or FADING */
	bool latched;    /* stands, but only by that */
	bool uncertain, drill, closed;
	enum severity severity;
	enum handling handling;
	struct word_person acknowledged_by, owner;
	char acknowledged_note[ALERT_NOTE_MAX];
	int64_t acknowledged_ms, acknowledged_until_ms;
	char suppressed_by[ALERT_BY_MAX];
	int64_t suppressed_until_ms;
};

/* Reads size bytes that site said.  0, MIRROR_BAD or MIRROR_ELSEWHERE. */
int word_read(struct word *ret, const struct units *units, const struct mirror_site *site,
	      const char *json, size_t size) MUST_USE;
void word_fini(struct word *word);
#define CLEANUP_WORD __attribute__((cleanup(cleanup_word_fini)))
static inline void cleanup_word_fini(struct word *word)
{
	word_fini(word);
}

#endif

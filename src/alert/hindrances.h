/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hindrances: what keeps alerts from being told for a while: shelvings, what is out of service and
 * maintenance, as commands ordered it; and the maintenance that configuration plans.
 *
 * Alerts carry what hinders them.  When something begins or ends all of them are looked at once.
 */
#ifndef IOCD_ALERT_HINDRANCES_H
#define IOCD_ALERT_HINDRANCES_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert_record.h"
#include "iocd/rule.h"

struct alertbook;
struct entry;

struct hindrances {
	struct hindrance *list; /* owned: what commands ordered, in that order */
	uint32_t n, capacity;
	bool *is_open;   /* owned; by number of configured maintenance: it is under way */
	int64_t next_ms; /* when something begins or ends by itself; or ALERT_NO_DEADLINE */
};

/* Prepares for rules, at now_ms (INT64_MIN: not known yet, nothing is under way); list and n stay.
 */
void hindrances_init(struct hindrances *hindrances, const struct rules *rules, int64_t now_ms);
void hindrances_fini(struct hindrances *hindrances);

/* Lends the place of the one of that kind and very scope, or NULL. */
struct hindrance *hindrances_find(const struct hindrances *hindrances,
				  const struct hindrance *wanted);

/* Whether it is about alerts of entry's rule, unit and subject. */
bool hindrance_covers(const struct hindrance *hindrance, const struct rules_options *about,
		      const struct entry *entry);

/* Whether a lasts longer than b. */
bool hindrance_is_longer(const struct hindrance *a, const struct hindrance *b);

/* Puts hindrance (copied) in, or in the place of the one of its scope; there is room. */
void hindrances_add(struct hindrances *hindrances, const struct hindrance *hindrance);

/* The same, and looks at the alerts concerned.  Takes one out (lent by hindrances_find()), as by
 * (NULL: who ordered it), who says note, and looks likewise. */
void hindrances_order(struct alertbook *book, const struct hindrance *hindrance);
void hindrances_end(struct alertbook *book, struct hindrance *hindrance, const char *by,
		    const char *note);

/* Begins and ends what does so by itself until the book's time. */
void hindrances_tick(struct alertbook *book);

/* The one that hinders entry in that way for longest, in *ret; false if none does. */
bool hindrances_look(const struct alertbook *book, const struct entry *entry, enum suppression kind,
		     struct hindrance *ret);

/* Describes configured maintenance number in *ret. */
void hindrances_describe(const struct alertbook *book, uint32_t number, struct hindrance *ret);

/* When the next begins or ends by itself. */
void hindrances_plan(struct alertbook *book);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyed: figures of a unit for each value of a field: of each link, each host.
 *
 * For rules that say "for each".  What indicators count for a whole unit, with all below it, is
 * counted here for every value of one field apart, over the one window of the rule, which slides by
 * the minute.  Values beyond the cap of a unit are counted together under KEYED_OTHERS: none is
 * lost, and no sender makes figures without end.  A value that was quiet for a whole window makes
 * room within a minute.
 *
 * Events are counted, corrected when late and bounded when early as in indicator.h.  Where the
 * field is absent or empty, there is nothing to count an event under.
 *
 * Whoever owns it calls keyed_add() with each event that indicators_add() gets, at a tick after
 * indicators_tick() keyed_tick(), and then, until it gives nothing, keyed_take_changes() for
 * rules_judge_keyed().
 *
 * Deterministic: time is what keyed_tick() was told; no I/O, no clock, no log, no heap after
 * keyed_new().  One thread at a time.
 */
#ifndef IOCD_KEYED_H
#define IOCD_KEYED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"
#include "iocd/event.h"
#include "iocd/indicator.h"
#include "iocd/indicator_kind.h"

#define KEYED_KEY_MAX 64  /* bytes kept of a value; longer ones that begin alike are one */
#define KEYED_OTHERS  "*" /* stands for all values beyond the cap */
#define KEYED_CAP     100 /* values of a unit, where a rule does not say */
#define KEYED_CAP_MAX 1000
#define KEYED_SLOTS   20000 /* values of all units and rules together; and so many KEYED_OTHERS */
#define KEYED_BATCH   1024  /* changes that are lent at once */
#define KEYED_MINUTES 60    /* longest window */

/* What is counted: of one rule. */
struct keyed_plan {
	const char *id;                 /* the rule's; what state is saved under */
	const struct indicator *figure; /* COUNT, SUM, MEAN, MIN, MAX, LAST, RATE, STOCK (the newest
					   value, from whichever unit) or a RATIO of COUNTs and
					   SUMs; borrowed */
	const char *field;              /* text or choice, in all types that figure counts */
	int64_t window_ms;              /* whole minutes, at most KEYED_MINUTES */
	uint32_t cap;                   /* at most KEYED_CAP_MAX */
	const bool *applies;            /* by unit index */
};

struct keyed_change {
	uint32_t plan;
	uint32_t slot; /* for keyed_read() */
	uint32_t unit;
	struct slice key; /* lent until the next call */
};

struct keyed_options {
	const struct units *units; /* borrowed for life, as are the next three */
	const struct schema *schema;
	const struct indicator *indicators; /* parts of ratios refer to it */
	uint32_t n_indicators;
	const struct indicators *figures; /* borrowed for life: a value is stale or partial where
					     its figure of the whole unit is; NULL: never */
	const struct keyed_plan *list;    /* copied; what its members lend is borrowed for life */
	uint32_t n_list;
};

struct keyed;

/* Makes them empty.  Gives them; never NULL. */
struct keyed *keyed_new(const struct keyed_options *options) MUST_USE;
struct keyed *keyed_free(struct keyed *keyed);
DEFINE_CLEANUP(struct keyed, keyed_free)

/* Whether any plan looks at events of type: a cheap look before keyed_add(). */
bool keyed_want(const struct keyed *keyed, uint32_t type);

/* Counts an admitted event, by the minute of its own time, in its unit and all above to which a
 * plan applies. */
void keyed_add(struct keyed *keyed, const struct event *event);

/* Lets time pass to now_ms.  In a new minute every value is marked as changed, some with each tick
 * so that none is long. */
void keyed_tick(struct keyed *keyed, int64_t now_ms);

/* Marks every value as changed: rules are others. */
void keyed_mark_all(struct keyed *keyed);

/* Lends what may read differently since the last call, each slot once, at most KEYED_BATCH: call
 * again until it gives none. */
size_t keyed_take_changes(struct keyed *keyed, const struct keyed_change **ret);

/* Reads a slot.  Without an event in its window a COUNT, SUM or RATE reads 0, anything else
 * QUALITY_UNKNOWN. */
struct reading keyed_read(const struct keyed *keyed, uint32_t slot);

/* Reads a value by its name; one that has no slot as one without an event. */
struct reading keyed_read_value(const struct keyed *keyed, uint32_t plan, uint32_t unit,
				struct slice key);

/* Finds the slot of a value, UINT32_MAX if it has none. */
uint32_t keyed_find(const struct keyed *keyed, uint32_t plan, uint32_t unit, struct slice key);

/* The present time (ms) of the last tick; values that have a slot; how often something was counted
 * under KEYED_OTHERS; and how often even that had no room. */
int64_t keyed_now_ms(const struct keyed *keyed);
uint32_t keyed_live(const struct keyed *keyed);
uint64_t keyed_beyond_cap(const struct keyed *keyed);
uint64_t keyed_refused(const struct keyed *keyed);

/* Put all into writer, without heap and the same state in the same bytes; and read it back into
 * fresh ones, whose plans may be others: known by id, and by what they count; what does not fit is
 * let go.  Of another window what fits is kept.  Values of units that have become one are added up
 * (what is counted above already is not counted again).  Marks reader bad if it makes no sense. */
void keyed_save(const struct keyed *keyed, struct bytes_writer *writer);
void keyed_load(struct keyed *keyed, struct bytes_reader *reader, const struct renumber *units);

#endif

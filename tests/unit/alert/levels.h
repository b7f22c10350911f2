/* SPDX-License-Identifier: Apache-2.0 */
/*
 * levels: alert books one above the other, joined by what they say to each other: transitions go
 * up, orders go down, each in order, as late as one likes.
 *
 *	province (u0)  <-  district (u1)  <-  commune (u3)
 */
#ifndef TEST_ALERT_LEVELS_H
#define TEST_ALERT_LEVELS_H

#include "iocd/mirror.h"
#include "stage.h"

#define LEVELS 3

enum { PROVINCE, DISTRICT, COMMUNE };

struct queue {
	char **items; /* owned, as are they */
	size_t first, n;
};

struct level {
	struct stage stage;
	struct mirror_site site; /* as the one above knows it */
	uint64_t put;            /* number of the last transition that was put into up */
	struct queue up;         /* transitions on their way to the one above */
	struct command *down;    /* owned: orders on their way here */
	size_t first, n;
};

struct levels {
	struct level at[LEVELS];
	int64_t now_ms;
};

/* Opens them: each judges rules "high", "low" and "held" (latched), which are on iocd itself, in the
 * units at and below its own; and "seen" and "hit", which may have twins; "m" is for what it
 * mirrors.  Receivers: "duty" hears all at once. */
struct levels levels_open(void);
void levels_close(struct levels *levels);

/* Judges at level.  Gives a command there, by "<by>", about the alert of that rule and subject;
 * rule NULL: the mirrored one of that subject. */
void levels_judge(struct levels *levels, int level, const char *rule, uint32_t unit,
		  const char *subject, enum judgement judgement);
struct command levels_order(enum command_verb verb, const char *by, const char *rule,
			    const char *unit, const char *subject);
enum command_outcome levels_give(struct levels *levels, int level, const struct command *command);

/* Carries the next transition from level to the one above; or order from there.  False: there is
 * none.  Carries all, until nothing moves any more. */
bool levels_carry_up(struct levels *levels, int level);
bool levels_carry_down(struct levels *levels, int level);
void levels_carry_all(struct levels *levels);

/* The one above level loses, or finds, it. */
void levels_lose(struct levels *levels, int level, bool is_lost);
void levels_tick(struct levels *levels, int64_t ms);
void levels_restart(struct levels *levels, int level);

/* Puts what stands at level into up, as if its outbox were new. */
void levels_list(struct levels *levels, int level);

/* Gives the JSON of the last transition of level. */
char *levels_json(const struct levels *levels, int level);

#endif

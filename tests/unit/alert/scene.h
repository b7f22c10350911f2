/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scene: an alert book under rules of its own, and how to save and read it, for the tests of both.
 */
#ifndef TEST_ALERT_SCENE_H
#define TEST_ALERT_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../saved.h"
#include "iocd/alertbook.h"

#define N_UNITS 4

#define LIMITS(warning_, critical_)                                                                \
	{                                                                                          \
		.warning = { .comparison = COMPARE_GT, .value = (warning_) },                      \
		.critical = { .comparison = COMPARE_GT, .value = (critical_) },                    \
		.clear = { .comparison = COMPARE_LT, .value = 3 },                                 \
	}
#define EVERYWHERE(warning_, critical_)                                                            \
	{                                                                                          \
		LIMITS(warning_, critical_), LIMITS(warning_, critical_),                          \
			LIMITS(warning_, critical_), LIMITS(warning_, critical_)                   \
	}

extern const bool everywhere[N_UNITS];
extern const struct limits limits[N_UNITS];      /* of list */
extern const struct limits same_limits[N_UNITS]; /* of reordered */

enum { LEVEL, FLOOD, SWIFT, N_RULES };

/* Three rules; and the same in another order and with other patience. */
extern const struct rule list[N_RULES];
extern const struct rule reordered[N_RULES];

extern const struct renumber identity;

struct scene {
	struct rules *rules;
	struct alertbook *book;
};

/* Give a scene with an empty book, and with one in which alerts are in every state, at 1000. */
struct scene make_scene(const struct rule *rules, uint32_t n);
struct scene make_busy(void);
void drop_scene(struct scene *scene);

void reload(struct scene *scene, const struct rule *rules, uint32_t n, int64_t now_ms);

/* Judges a threshold rule by its id; matches the event rule. */
void judge(struct scene *scene, const char *id, uint32_t unit, enum judgement judgement,
	   int64_t now_ms);
void send_event(struct scene *scene, uint32_t unit, const char *subject, bool drill,
		int64_t now_ms);

const struct alert *find(const struct scene *scene, const char *id, uint32_t unit,
			 const char *subject);

/* Gives what is saved of book. */
struct saved save(const struct alertbook *book);

/* Whether n bytes make a book; they are copied, so that the sanitizer sees who goes beyond. */
bool load(struct scene *scene, const char *bytes, size_t n, const struct renumber *units);

/* The same into a new scene; fails if they make none. */
struct scene load_scene(const struct saved *saved, const struct rule *rules, uint32_t n,
			const struct renumber *units);

void check_same_bytes(const struct alertbook *a, const struct alertbook *b);
void check_same_alert(const struct alert *a, const struct alert *b);
void check_same_log(const struct alertbook *a, const struct alertbook *b);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage: an alert book with a tree of units, receivers and maintenance, and what happened in it as
 * lines to compare.
 *
 *	u0 ---- u1 ---- u3
 *	   `--- u2
 */
#ifndef TEST_ALERT_STAGE_H
#define TEST_ALERT_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alertbook.h"
#include "iocd/base/text.h"
#include "iocd/unit.h"

#define STAGE_UNITS 4

extern const bool stage_everywhere[STAGE_UNITS];

struct stage {
	struct units *units;
	struct rules *rules;
	struct alertbook *book;
	uint64_t seen; /* number of the last transition that was compared */
	uint32_t n;    /* alerts that the last command was about */
	struct text text;
};

/* Opens a book under what options says of rules, receivers and maintenance. */
struct stage stage_open(const struct rules_options *options);
void stage_close(struct stage *stage);

/* Puts it under other rules, as "an" ordered; saves the book and reads it back, under the same. */
void stage_reload(struct stage *stage, const struct rules_options *options, int64_t now_ms);
void stage_restart(struct stage *stage, const struct rules_options *options);

/* Judges a rule by its id; the last is for rules with a subject. */
void stage_judge(struct stage *stage, const char *id, uint32_t unit, enum judgement judgement,
		 int64_t now_ms);
void stage_judge_subject(struct stage *stage, const char *id, uint32_t unit, const char *subject,
			 enum judgement judgement, int64_t now_ms);
void stage_event(struct stage *stage, const char *id, uint32_t unit, bool drill, int64_t now_ms);
void stage_tick(struct stage *stage, int64_t now_ms);

/* A command by "an" with note "because"; rule and unit may be NULL: all. */
struct command stage_order(enum command_verb verb, const char *rule, const char *unit,
			   int64_t until_ms);
enum command_outcome stage_give(struct stage *stage, const struct command *command, int64_t now_ms);
enum command_outcome stage_command(struct stage *stage, enum command_verb verb, const char *rule,
				   const char *unit, int64_t until_ms, int64_t now_ms);

const struct alert *stage_find(const struct stage *stage, const char *id, uint32_t unit,
			       const char *subject);

/* Checks all transitions since the last time, a line each: "<news> <rule> <unit>[ <subject>]", then
 * " > <receivers>" if any hear of it, then " (<by>: <note>)" if there is either. */
#define stage_expect(stage, ...)                                                                   \
	stage_check((stage), __LINE__, (const char *const[]){ __VA_ARGS__, NULL })
#define stage_expect_nothing(stage) stage_check((stage), __LINE__, (const char *const[]){ NULL })
void stage_check(struct stage *stage, int line, const char *const *lines);

/* Checks that the alert is suppressed by these SUPPRESSION_BITs. */
void stage_check_suppressed(const struct stage *stage, const char *id, uint32_t unit,
			    unsigned bits);

#endif

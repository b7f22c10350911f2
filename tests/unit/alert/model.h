/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model: what must be told to whom, worked out slowly and by other means than the book's: it walks
 * through all pairs of alerts, keeps its own list of what was ordered, and reads only the log.
 *
 * It fails when the book does otherwise.
 */
#ifndef TEST_ALERT_MODEL_H
#define TEST_ALERT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "stage.h"

#define MODEL_RULES    7
#define MODEL_SUBJECTS 2
#define MODEL_KEYS     (MODEL_RULES * STAGE_UNITS * MODEL_SUBJECTS)
#define MODEL_ORDERS   400
#define MODEL_RAISES   64

/* What is known of one alert. */
struct told {
	bool stands, waits, is_acknowledged, is_announced, is_critical;
	uint32_t told; /* receivers: bits of model_receivers */
	uint32_t steps;
	int64_t told_ms;              /* since when others wait to be told */
	int64_t heard_ms;             /* when anybody was told last */
	int64_t until_ms;             /* of the acknowledgement */
	int64_t raises[MODEL_RAISES]; /* the last ones, in a ring */
	uint32_t n_raises;
	bool chatters;
	bool rests;
	uint64_t order;
	int64_t first_ms;
};

struct order {
	enum suppression kind;
	char rule[16];
	uint32_t unit;
	bool is_below, has_subject;
	char subject[8];
	int64_t until_ms;
};

struct model {
	struct stage *stage;
	const struct rules_options *options; /* the present ones */
	int64_t now_ms;
	uint64_t seen;
	uint64_t last_order;
	int64_t command_until_ms;
	const struct rule *rules[MODEL_RULES];  /* the present ones; NULL: is none now */
	const struct alert *alerts[MODEL_KEYS]; /* found for the present check */
	struct told told[MODEL_KEYS];
	struct order orders[MODEL_ORDERS];
	uint32_t n_orders;
	uint64_t n_told, n_escalated, n_repeated, n_inhibited; /* so that the test tests */
};

extern const char *const model_rules[MODEL_RULES];       /* ids */
extern const char *const model_subjects[MODEL_SUBJECTS]; /* the second for "link" alone */

/* Begins without alerts; stage is borrowed for life, options until the next reload. */
void model_init(struct model *model, struct stage *stage, const struct rules_options *options);

/* Notes that command was carried out, or that other rules hold. */
void model_order(struct model *model, const struct command *command);
void model_reload(struct model *model, const struct rules_options *options);

/* Reads what happened since the last time, and looks at all alerts. */
void model_check(struct model *model, int64_t now_ms);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_feeds: the feeds that a rule hangs on: without them it judges nothing.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_RULE_FEEDS_H
#define IOCD_CONTROL_RULE_FEEDS_H

#include "views.h"

#define RULE_FEEDS_MAX 16

/* Indexes in the schema, each once. */
struct rule_feeds {
	uint32_t list[RULE_FEEDS_MAX];
	uint32_t n;
};

/* Adds those of rule, which is one of those in force: of any other nothing is known. */
void rule_feeds_find(struct rule_feeds *feeds, const struct views *views, const struct rule *rule);

/* Writes the member "feed": the id of the only one; null if there are several, or none. */
void rule_feeds_put(struct text *text, const struct views *views, const struct rule *rule);

#endif

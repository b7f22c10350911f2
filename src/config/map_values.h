/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_values: where one value of a map comes from.
 *
 * In short: "/a/b" (a JSON Pointer), "{level}" (of the topic), "{payload}" (all of the element), or
 * any other text (always this).  In full: {from: one of the first three, of: message, words: ...},
 * {name: of a SenML record, ...} or {is: always this}.
 */
#ifndef IOCD_CONFIG_MAP_VALUES_H
#define IOCD_CONFIG_MAP_VALUES_H

#include "iocd/map_feed.h"

#include "read.h"

/* What a value is for. */
struct map_target {
	const struct feed_map *map; /* with its topic, format and per_time */
	const struct field *field;  /* a field that it has to suit; NULL: none is known */
	bool is_time;               /* a time, though there is no field */
	bool is_attribute;          /* neither scaled nor converted */
};

/* Reads node (NULL is fine: nowhere); a mistake is reported. */
bool map_value_read(struct load *load, const struct node *node, const struct map_target *target,
		    struct map_value *ret);

#endif

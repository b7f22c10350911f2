/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pointer: JSON Pointers (RFC 6901), taken apart once.
 *
 * Pure.  Reading is safe from any thread.
 */
#ifndef IOCD_EVENT_POINTER_H
#define IOCD_EVENT_POINTER_H

#include <jansson.h>

#include "iocd/map_feed.h"

struct pointer {
	char *bytes; /* owned: all steps, each ended by a zero */
	uint32_t n;  /* steps */
	const char *steps[MAP_STEPS_MAX];
};

/* Takes text apart, which map_pointer_is_good() (NULL as ""). */
void pointer_init(struct pointer *pointer, const char *text);
void pointer_fini(struct pointer *pointer);

/* Lends what pointer points to in value; NULL: nothing. */
const json_t *pointer_find(const struct pointer *pointer, const json_t *value);

#endif

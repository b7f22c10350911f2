/* SPDX-License-Identifier: Apache-2.0 */
/*
 * health: the fields of p:health.
 *
 * At most HEALTH_FIELDS; one more is refused with a line of log.  Loop thread.
 */
#ifndef IOCD_STORE_HEALTH_H
#define IOCD_STORE_HEALTH_H

#include <stdbool.h>
#include <stddef.h>

#include "transaction.h"

#define HEALTH_FIELDS 64

struct health_field {
	char *name;  /* owned */
	char *value; /* owned */
	bool is_dirty;
};

struct health {
	const char *prefix; /* borrowed for life */
	struct health_field fields[HEALTH_FIELDS];
	size_t n_fields;
	size_t n_dirty;
	bool is_full; /* told */
	struct redis_command command;
};

/* Gives the memory back. */
void health_fini(struct health *health);

/* Sets a field; copies both.  Makes all that were ever set dirty. */
void health_put(struct health *health, const char *name, const char *value);
void health_put_all(struct health *health);

/* Writes what is dirty, if anything is. */
void health_write(struct health *health, struct transaction *transaction);

#endif

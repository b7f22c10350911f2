/* SPDX-License-Identifier: Apache-2.0 */
#include "health.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "keys.h"

void health_fini(struct health *health)
{
	for (size_t i = 0; i < health->n_fields; i++) {
		free(health->fields[i].name);
		free(health->fields[i].value);
	}
	command_fini(&health->command);
}

static struct health_field *find_or_add(struct health *health, const char *name)
{
	for (size_t i = 0; i < health->n_fields; i++)
		if (strcmp(health->fields[i].name, name) == 0)
			return &health->fields[i];

	if (health->n_fields == HEALTH_FIELDS)
		return NULL;
	health->fields[health->n_fields] = (struct health_field){ .name = xstrdup(name) };
	return &health->fields[health->n_fields++];
}

void health_put(struct health *health, const char *name, const char *value)
{
	struct health_field *field = find_or_add(health, name);

	if (!field) {
		if (!health->is_full)
			log_error("store.health_full", "field=%s", name);
		health->is_full = true;
		return;
	}

	free(field->value);
	field->value = xstrdup(value);
	health->n_dirty += !field->is_dirty;
	field->is_dirty = true;
}

void health_put_all(struct health *health)
{
	for (size_t i = 0; i < health->n_fields; i++)
		health->fields[i].is_dirty = true;
	health->n_dirty = health->n_fields;
}

void health_write(struct health *health, struct transaction *transaction)
{
	size_t n = health->n_dirty;

	if (n == 0)
		return;

	command_begin(&health->command, "HSET");
	key_health(command_arg(&health->command), health->prefix);
	command_end(&health->command);
	for (size_t i = 0; i < health->n_fields; i++) {
		struct health_field *field = &health->fields[i];

		if (!field->is_dirty)
			continue;
		command_add(&health->command, field->name);
		command_add(&health->command, field->value);
		field->is_dirty = false;
	}
	health->n_dirty = 0;
	transaction_send(transaction, &health->command, n);
	transaction->fields += n;
}

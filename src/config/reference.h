/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference: "<feed>/<event>" and "<feed>/<event>.<field>" to indexes in the schema, and what an
 * event's field must equal.
 *
 * Each reports a mistake and returns false; nothing is reported if what it refers to is broken.
 */
#ifndef IOCD_CONFIG_REFERENCE_H
#define IOCD_CONFIG_REFERENCE_H

#include "read.h"

/* An event type: "<feed>/<event>". */
bool reference_read_type(struct load *load, const struct node *node, uint32_t *ret_type);

/* A field: "<feed>/<event>.<field>".  It is the last part behind a dot: events have dots in their
 * names. */
bool reference_read_field(struct load *load, const struct node *node, uint32_t *ret_type,
			  uint32_t *ret_field);

/* A field of type by its name alone. */
bool reference_find_field(struct load *load, uint32_t type, const char *name, struct place place,
			  uint32_t *ret_field);

/* A filter over the fields of type: a map of field to choice, choices, text, yes or no, or
 * comparison. */
bool reference_read_where(struct load *load, const struct node *node, uint32_t type,
			  struct where *ret);

/* Lends the name of a kind with its article: "a number". */
const char *field_kind_name(enum field_kind kind);

#endif

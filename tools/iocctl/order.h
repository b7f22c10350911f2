/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order: one command to iocd about alerts: made, sent, and sent again if no answer came, which its
 * key makes harmless.
 */
#ifndef IOCCTL_ORDER_H
#define IOCCTL_ORDER_H

#include <jansson.h>
#include <stdint.h>

#include "call.h"
#include "iocd/base/text.h"

/* Gives what names an alert in a command: rule, unit and subject, out of iocd's JSON of it. */
json_t *order_about(const json_t *alert) MUST_USE;

/* Sends a command of that verb; takes members (rule, unit, note and the like), to which verb and by
 * are added.  Gives the answer in *ret, NULL if there is none; returns a status, and appends to why
 * what is not STATUS_GOOD. */
int order_send(const struct call *call, const char *verb, json_t *members, json_t **ret,
	       struct text *why);

/* Adds member until to members: so many milliseconds from now. */
void order_add_end(json_t *members, int64_t for_ms);

/* Appends "Ward – Late", and what of it there is. */
void order_name(struct text *text, const json_t *alert, bool vietnamese);

#endif

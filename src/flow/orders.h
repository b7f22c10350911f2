/* SPDX-License-Identifier: Apache-2.0 */
/*
 * orders: what became of the last commands, by their keys, so that one that comes twice is carried
 * out once and whoever gave it is answered.
 */
#ifndef IOCD_FLOW_ORDERS_H
#define IOCD_FLOW_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/command.h"

struct orders;

/* Makes an empty memory.  Gives it; never NULL. */
struct orders *orders_new(void) MUST_USE;
struct orders *orders_free(struct orders *orders);

/* Notes what became of the command with that key, and forgets the oldest. */
void orders_note(struct orders *orders, const char *key, enum command_outcome outcome, uint32_t n);

/* What became of it; false: it is not known. */
bool orders_find(const struct orders *orders, const char *key, enum command_outcome *ret,
		 uint32_t *ret_n);

/* Put all of it into writer, without heap; and read it back into an empty memory. */
void orders_save(const struct orders *orders, struct bytes_writer *writer);
void orders_load(struct orders *orders, struct bytes_reader *reader);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reason_names: reasons in saved state, whose numbers may mean others in another version.
 *
 * Pure; no heap.
 */
#ifndef IOCD_EVENT_REASON_NAMES_H
#define IOCD_EVENT_REASON_NAMES_H

#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/reason.h"

#define REASON_NAMES_MAX 255

/* What saved numbers mean now. */
struct reason_names {
	enum reason to[REASON_NAMES_MAX + 1]; /* by saved number; REASON_NONE: there is none now */
	uint32_t n;                           /* saved numbers are below; at least 1 */
};

/* Puts the names of all reasons into writer; reads them back into *ret. */
void reason_names_save(struct bytes_writer *writer);
void reason_names_load(struct reason_names *ret, struct bytes_reader *reader);

#endif

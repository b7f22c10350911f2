/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: the answer to GET explain as a page for people.
 *
 * The same page for `iocctl explain` and for the window of `iocctl watch`.  Reads no clock.
 */
#ifndef IOCCTL_EXPLAIN_H
#define IOCCTL_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "iocd/base/text.h"

/* Appends the page, lines of any length, clean. */
void explain_write(struct text *text, const json_t *answer, bool vietnamese, int64_t now_ms);

/* The same of the answer to GET explain-not; returns whether the alert stands after all. */
bool explain_write_not(struct text *text, const json_t *answer, bool vietnamese, int64_t now_ms);

#endif

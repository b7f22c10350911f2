/* SPDX-License-Identifier: Apache-2.0 */
/*
 * characters: texts of people, told from arbitrary bytes.
 *
 * Pure; any thread.
 */
#ifndef IOCD_ACCESS_CHARACTERS_H
#define IOCD_ACCESS_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>

#define CHARACTERS_NONE SIZE_MAX /* it is no UTF-8 (RFC 3629) */

/* How many characters text has, or CHARACTERS_NONE. */
size_t characters_count(const char *text);

/* Whether a control character (U+0000 to U+001F, U+007F to U+009F) is in text. */
bool characters_have_control(const char *text);

#endif

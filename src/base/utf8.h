/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8: how many bytes the next character has, for those who must not pass on what is none.
 *
 * Pure; any thread.
 */
#ifndef IOCD_BASE_UTF8_H
#define IOCD_BASE_UTF8_H

#include <stddef.h>

/* Bytes of the UTF-8 character (RFC 3629) that starts the n bytes: 1 to 4, or 0 if they do not
 * start with one. */
size_t utf8_size(const char *bytes, size_t n);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * common: passwords that whoever guesses tries first.
 *
 * Pure; any thread.
 */
#ifndef IOCD_ACCESS_COMMON_H
#define IOCD_ACCESS_COMMON_H

#include <stdbool.h>

/* Whether password, without regard to case, is one of them, or one character or a run ("123...",
 * "abc...") and nothing else. */
bool is_common_password(const char *password);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * typing: a line that somebody types on the watch's screen.
 */
#ifndef IOCCTL_TYPING_H
#define IOCCTL_TYPING_H

#include <stdbool.h>
#include <wchar.h>

#include "iocd/base/text.h"

#define KEY_ESCAPE 27

/* Does to line what a key does, as get_wch() gave it.  Returns whether the line is finished; it is
 * empty then if it was given up. */
bool typing_take(struct text *line, wint_t key, bool is_special);

#endif

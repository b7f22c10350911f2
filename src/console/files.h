/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files: the files of the page, in the C file that embed.py makes.
 *
 * Constant; without the page there are none.
 */
#ifndef CONSOLE_FILES_H
#define CONSOLE_FILES_H

#include "iocd/console.h"

extern const struct console_file *const console_files; /* NULL: the page was not built */
extern const size_t console_n_files;

#endif

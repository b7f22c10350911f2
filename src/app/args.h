/* SPDX-License-Identifier: Apache-2.0 */
/*
 * args: the daemon's command line.
 *
 * Prints help, version and usage errors itself; decides nothing else.
 */
#ifndef IOCD_APP_ARGS_H
#define IOCD_APP_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "iocd/base/defs.h"

#define ARGS_SET_MAX 64 /* --set options of one command line */

enum args_outcome {
	ARGS_DONE = 1, /* help or version was printed: end well */
	ARGS_USAGE,    /* a mistake was told: end with status 2 */
};

struct args {
	const char *directory; /* of the configuration */
	bool check_only;
	const char *set[ARGS_SET_MAX]; /* "key=value"; lent by argv */
	size_t n_set;
};

/* Reads the command line.  0, ARGS_DONE or ARGS_USAGE. */
int args_read(struct args *ret, int argc, char **argv) MUST_USE;

#endif

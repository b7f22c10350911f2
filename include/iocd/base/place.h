/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place: where in a configuration file a value was written, so that an alert can say which line
 * its threshold stands on.  A record; no functions.
 */
#ifndef IOCD_BASE_PLACE_H
#define IOCD_BASE_PLACE_H

#include <stdint.h>

struct place {
	const char *file; /* lent by the configuration; relative to its directory; NULL: built in */
	uint32_t line;    /* from 1 */
	uint32_t column;  /* from 1, in characters */
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes: what control.c answers, for tests.
 *
 * Any thread.
 */
#ifndef IOCD_CONTROL_ROUTES_H
#define IOCD_CONTROL_ROUTES_H

#include <stddef.h>

/* Lends the path and the method of the i-th route; NULL: there are no more. */
const char *routes_at(size_t i, const char **ret_method);

#endif

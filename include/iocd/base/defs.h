/* SPDX-License-Identifier: Apache-2.0 */
/*
 * defs: the few compiler extensions that the rest of the house uses.
 *
 * Only attributes and macros: nothing here has a run-time cost or a state.
 */
#ifndef IOCD_BASE_DEFS_H
#define IOCD_BASE_DEFS_H

#include <stddef.h>

/* The result says whether the call worked: not looking at it is a mistake. */
#define MUST_USE __attribute__((warn_unused_result))

/* printf-like: format is parameter number f, its arguments start at parameter a. */
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Number of elements of an array (not of a pointer). */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* CLEANUP(x_free) struct x *x = NULL; frees x when its block ends; set x = NULL to hand it over. */
#define CLEANUP(free_fn) __attribute__((cleanup(cleanup_##free_fn)))
#define DEFINE_CLEANUP(type, free_fn)                                                              \
	static inline void cleanup_##free_fn(type **object)                                        \
	{                                                                                          \
		(void)free_fn(*object);                                                            \
	}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build: makes a snapshot of files that are in memory already; config_load() without the disk,
 * which is how tests and the fuzzer come in.
 */
#ifndef IOCD_CONFIG_BUILD_H
#define IOCD_CONFIG_BUILD_H

#include "iocd/config.h"
#include "source.h"

/* As config_load(), of sources, which it takes in any case.  directory is copied. */
int config_build(struct config **ret, const char *directory, struct sources *sources,
		 const struct config_overrides *overrides, struct text *report) MUST_USE;

/* As config_check(), likewise. */
int config_build_checked(struct config **ret, struct sources *sources,
			 const struct config_check *check) MUST_USE;

#endif

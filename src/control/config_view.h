/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_view: requests about the configuration that are not answered yet.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_CONFIG_VIEW_H
#define IOCD_CONTROL_CONFIG_VIEW_H

#include "views.h"

/* Makes what view_config() needs over time, and gives it; frees it, when http is closed, and
 * returns NULL. */
struct views_looks *views_looks_new(struct loop *loop) MUST_USE;
struct views_looks *views_looks_free(struct views_looks *looks);

#endif

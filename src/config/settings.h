/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings: what is checked about several settings together, once each of them is good; and what
 * the checks need from the reader.
 */
#ifndef IOCD_CONFIG_SETTINGS_H
#define IOCD_CONFIG_SETTINGS_H

#include "iocd/frame.h"
#include "read.h"

struct settings_load;

/* Where the value of the key of that name stands; without a file: it was not given. */
struct place settings_place(const struct settings_load *settings, const char *name);

/* Checks the settings of load. */
void settings_check(const struct settings_load *settings, struct load *load);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * circles: rules that inhibit each other, directly or over others.
 *
 * Pure; heap only for what it gives and while it looks.
 */
#ifndef IOCD_ALERT_CIRCLES_H
#define IOCD_ALERT_CIRCLES_H

#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/rule.h"

/* Gives an array by rule number, for the caller to free(): two rules have the same number in it if
 * each inhibits the other, or something that does so in the end. */
uint32_t *circles_find(const struct rules *rules) MUST_USE;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backtest_put: what a back-test says of one rule, the same in its result and in the list of rules.
 *
 * Pure.
 */
#ifndef IOCD_CONTROL_BACKTEST_PUT_H
#define IOCD_CONTROL_BACKTEST_PUT_H

#include "iocd/control_backtest.h"
#include "put.h"

/* Writes the numbers of a row into the open object. */
void backtest_put_row(struct text *text, const struct control_backtest_row *row);

#endif

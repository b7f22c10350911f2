/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board_inside: struct board, for the two files that make up the board.
 *
 * Nothing else includes it.
 */
#ifndef IOCCTL_BOARD_INSIDE_H
#define IOCCTL_BOARD_INSIDE_H

#include "board.h"

struct board {
	json_t *status;  /* owned; NULL: nothing heard yet */
	json_t **alerts; /* owned, in no order */
	size_t n_alerts;
	size_t n_untold;   /* alerts that are open, but were too many for the answer */
	json_t **selected; /* lent by alerts, in order */
	size_t n_selected;
};

#endif

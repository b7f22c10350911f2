/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board_inside: struct board, for the files that make up the board.
 *
 * Nothing else includes it.
 */
#ifndef IOCCTL_BOARD_INSIDE_H
#define IOCCTL_BOARD_INSIDE_H

#include "board.h"

enum board_cause { BOARD_ALERT, BOARD_RULE, BOARD_UNIT };

/* Alerts of one cause. */
struct board_group {
	enum board_cause cause;
	json_t *head; /* lent by alerts: the cause, or the gravest of its rule or unit */
	size_t n, n_critical;
};

struct board {
	json_t *status;  /* owned; NULL: nothing heard yet */
	json_t **alerts; /* owned, in no order */
	size_t n_alerts;
	size_t n_untold;   /* alerts that are open, but were too many for the answer */
	json_t **selected; /* lent by alerts, in order */
	size_t n_selected;
	size_t n_matching; /* alerts that the filter let through, if they are folded or not */
	struct board_group *groups; /* owned; as many as selected, if folded */
	size_t n_groups;            /* 0: not folded */
};

/* board_fold.c: puts the selected alerts into groups, and their heads into selected. */
void board_fold_selected(struct board *board);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handling: how people handle one alert, as a state machine of its own beside its condition.
 *
 * Pure; the only writer of alert_machine.handling.
 */
#ifndef IOCD_ALERT_HANDLING_H
#define IOCD_ALERT_HANDLING_H

#include <stdbool.h>

#include "iocd/alert.h"

/* What happens to the alert, as far as who handles it is concerned. */
enum handling_event {
	HANDLED_NOTHING,
	HANDLED_RAISED,      /* it was raised, for the first time or again */
	HANDLED_WORSENED,    /* its severity has grown */
	HANDLED_OVER,        /* it does not stand any more, and nobody need be waited for */
	HANDLED_OVER_UNSEEN, /* it does not stand any more; whoever has not acknowledged it should
			      */
	HANDLED_ACKNOWLEDGE,
	HANDLED_UNACKNOWLEDGE,
	HANDLED_FORGET,
	N_HANDLED
};

/* Makes the move that event asks for; whether there is one. */
bool handling_move(struct alert_machine *machine, enum handling_event event);

#endif

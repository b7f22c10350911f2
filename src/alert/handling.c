/* SPDX-License-Identifier: Apache-2.0 */
#include "handling.h"

struct move {
	bool is_one;
	enum handling to;
};

/* clang-format off */
/* By handling and event; a cell left out is no move. */
static const struct move moves[][N_HANDLED] = {
	[HANDLING_NONE] = {
		[HANDLED_RAISED]        = { true, HANDLING_UNACKNOWLEDGED },
	},
	[HANDLING_UNACKNOWLEDGED] = {
		[HANDLED_ACKNOWLEDGE]   = { true, HANDLING_ACKNOWLEDGED },
		[HANDLED_OVER]          = { true, HANDLING_NONE },
		[HANDLED_OVER_UNSEEN]   = { true, HANDLING_CLEARED_UNACKNOWLEDGED },
	},
	/* Who has acknowledged a warning does not know that it is critical now, and who has
	 * acknowledged what then went does not know that it came back. */
	[HANDLING_ACKNOWLEDGED] = {
		[HANDLED_RAISED]        = { true, HANDLING_UNACKNOWLEDGED },
		[HANDLED_WORSENED]      = { true, HANDLING_UNACKNOWLEDGED },
		[HANDLED_UNACKNOWLEDGE] = { true, HANDLING_UNACKNOWLEDGED },
		[HANDLED_OVER]          = { true, HANDLING_NONE },
		[HANDLED_OVER_UNSEEN]   = { true, HANDLING_NONE },
	},
	[HANDLING_CLEARED_UNACKNOWLEDGED] = {
		[HANDLED_RAISED]        = { true, HANDLING_UNACKNOWLEDGED },
		[HANDLED_ACKNOWLEDGE]   = { true, HANDLING_NONE },
		[HANDLED_FORGET]        = { true, HANDLING_NONE },
		[HANDLED_OVER]          = { true, HANDLING_NONE },
	},
};
/* clang-format on */

bool handling_move(struct alert_machine *machine, enum handling_event event)
{
	const struct move *move = &moves[machine->handling][event];

	if (!move->is_one)
		return false;
	machine->handling = move->to;
	return true;
}

enum alert_news alert_machine_acknowledge(struct alert_machine *machine)
{
	return handling_move(machine, HANDLED_ACKNOWLEDGE) ? NEWS_ACKNOWLEDGED : NEWS_NOTHING;
}

enum alert_news alert_machine_unacknowledge(struct alert_machine *machine)
{
	return handling_move(machine, HANDLED_UNACKNOWLEDGE) ? NEWS_UNACKNOWLEDGED : NEWS_NOTHING;
}

enum alert_news alert_machine_forget(struct alert_machine *machine)
{
	return handling_move(machine, HANDLED_FORGET) ? NEWS_FORGOTTEN : NEWS_NOTHING;
}

const char *handling_name(enum handling handling)
{
	static const char *const names[] = {
#define X(name, text) [HANDLING_##name] = text,
		HANDLINGS(X)
#undef X
	};

	return names[handling];
}

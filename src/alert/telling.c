/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What receivers were told last stands in announced and announced_severity.  They hear of what
 * changes that; while something suppresses the alert it is let differ from how things are, and
 * when nothing does any more what they lack is told at once.
 */
#include <stddef.h>

#include "handling.h"

/* How bad it is now; what is only latched is not bad any more. */
static enum severity present_severity(const struct alert_machine *machine)
{
	return machine->latched ? SEVERITY_NONE : machine->severity;
}

/* Whether it stands and receivers believe it to be better than that. */
static bool is_owed(const struct alert_machine *machine)
{
	return alert_machine_stands(machine) &&
	       (!machine->announced || present_severity(machine) > machine->announced_severity);
}

enum alert_news alert_machine_suppress(struct alert_machine *machine, enum suppression suppression)
{
	if (machine->suppressed & SUPPRESSION_BIT(suppression))
		return NEWS_NOTHING;

	machine->suppressed |= SUPPRESSION_BIT(suppression);
	return alert_machine_stands(machine) ? NEWS_SUPPRESSED : NEWS_NOTHING;
}

enum alert_news alert_machine_release(struct alert_machine *machine, enum suppression suppression)
{
	if (!(machine->suppressed & SUPPRESSION_BIT(suppression)))
		return NEWS_NOTHING;

	machine->suppressed &= ~SUPPRESSION_BIT(suppression);
	if (machine->suppressed == 0 && is_owed(machine))
		return NEWS_ANNOUNCED;
	return alert_machine_stands(machine) ? NEWS_RELEASED : NEWS_NOTHING;
}

enum alert_news alert_machine_end_drill(struct alert_machine *machine)
{
	if (!alert_machine_stands(machine))
		return NEWS_NOTHING;

	(void)handling_move(machine, HANDLED_WORSENED);
	machine->announced_severity = SEVERITY_NONE;
	return NEWS_CHANGED;
}

/* Whether receivers would hear of news if nothing suppressed it. */
static bool is_for_receivers(const struct alert_machine *machine, enum alert_news news)
{
	switch (news) {
	case NEWS_RAISED: /* latched, it may have been gone without their knowing */
		return !machine->announced ||
		       machine->announced_severity != present_severity(machine);
	case NEWS_ANNOUNCED:
		return true;
	case NEWS_CHANGED:
	case NEWS_NORMAL:
	case NEWS_ESCALATED:
	case NEWS_REPEATED:
		return machine->announced;
	case NEWS_NOTHING:
	case NEWS_CLEARED:
	case NEWS_UNCERTAIN:
	case NEWS_CERTAIN:
	case NEWS_ACKNOWLEDGED:
	case NEWS_UNACKNOWLEDGED:
	case NEWS_ASSIGNED:
	case NEWS_COMMENTED:
	case NEWS_SUPPRESSED:
	case NEWS_RELEASED:
	case NEWS_FORGOTTEN:
		return false;
	}
	return false;
}

bool alert_machine_tell(struct alert_machine *machine, enum alert_news news)
{
	bool was_announced = machine->announced;

	if (news == NEWS_CLEARED) {
		machine->announced = false;
		machine->announced_severity = SEVERITY_NONE;
		return was_announced;
	}

	if (machine->suppressed || !is_for_receivers(machine, news))
		return false;
	machine->announced = true;
	machine->announced_severity = present_severity(machine);
	return true;
}

const char *suppression_name(enum suppression suppression)
{
	static const char *const names[] = {
#define X(name, text) [SUPPRESSION_##name] = text,
		SUPPRESSIONS(X)
#undef X
	};

	return names[suppression];
}

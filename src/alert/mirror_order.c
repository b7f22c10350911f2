/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "iocd/unit.h"
#include "mirroring.h"
#include "person.h"

/* Lends the id of the unit that alert's site forwards for; "" if that is not known. */
static const char *site_of(const struct alertbook *book, const struct alert *alert)
{
	const struct units *units = book_about(book)->units;

	return units && alert->origin < units_count(units) ? units_at(units, alert->origin)->id
							   : "";
}

/* Lends what stands behind the "@" of by if that is site; else NULL. */
static const char *find_site(const char *by, const char *site)
{
	const char *at = strrchr(by, '@');

	return at && strcmp(at + 1, site) == 0 ? at : NULL;
}

bool mirroring_is_by_site(const struct alertbook *book, const struct alert *alert, const char *by)
{
	return find_site(by, site_of(book, alert)) != NULL;
}

void mirroring_order(struct alertbook *book, struct entry *entry, const char *by,
		     enum mirrored_flag flag)
{
	if (alert_is_mirrored(&entry->alert) && !mirroring_is_by_site(book, &entry->alert, by))
		mirrored_set(entry->alert.detail, flag, true);
}

static bool goes_down(enum command_verb verb, const struct alert *alert)
{
	switch (verb) {
	case COMMAND_ACKNOWLEDGE:
	case COMMAND_UNACKNOWLEDGE:
	case COMMAND_ASSIGN:
	case COMMAND_COMMENT:
		return true;
	case COMMAND_RESET:
		return alert->machine.latched;
	case COMMAND_SHELVE:
	case COMMAND_UNSHELVE:
	case COMMAND_DISABLE:
	case COMMAND_ENABLE:
	case COMMAND_MAINTAIN:
	case COMMAND_END_MAINTENANCE:
	case N_COMMAND_VERBS:
		break;
	}
	return false;
}

/* Lends the alert that command is about, if it is mirrored; else NULL. */
static const struct alert *find(const struct alertbook *book, const struct command *command)
{
	const struct units *units = book_about(book)->units;
	uint32_t rule = rules_find(book->rules, command->rule, strlen(command->rule)), unit;
	const struct alert *alert;

	if (!units || rule == UINT32_MAX || !command->has_subject || command->is_below)
		return NULL;
	unit = units_find(units, command->unit, strlen(command->unit));
	alert = unit == UNIT_NONE ? NULL : alertbook_find(book, rule, unit, command->subject);
	return alert && alert_is_mirrored(alert) ? alert : NULL;
}

/* Names person, who is known here by that name, to site: ours get "@instance", its own lose
 * theirs. */
static void name_below(char person[COMMAND_NAME_MAX], const char *site, const char *instance)
{
	char name[COMMAND_NAME_MAX];
	const char *at = find_site(person, site);

	memcpy(name, person, sizeof(name));
	if (at)
		memset(person + (at - person), 0, (size_t)(person + COMMAND_NAME_MAX - at));
	else if (*name && !strchr(name, '@'))
		person_at(person, COMMAND_NAME_MAX, name, instance);
}

/* Makes command, about alert, one that the site understands. */
static void translate(struct command *command, const struct unit *unit,
		      const struct mirrored *known)
{
	const struct slice *texts = known->texts;
	const struct slice id = { .bytes = unit->id, .size = strlen(unit->id) };

	entry_copy_text(command->unit, sizeof(command->unit), &id);
	if (texts[MIRRORED_SITE_RULE].size > 0) {
		entry_copy_text(command->rule, sizeof(command->rule), &texts[MIRRORED_SITE_RULE]);
		return;
	}
	entry_copy_text(command->rule, sizeof(command->rule), &texts[MIRRORED_RULE]);
	entry_copy_text(command->subject, sizeof(command->subject), &texts[MIRRORED_SUBJECT]);
}

bool alertbook_order_below(const struct alertbook *book, const struct command *command,
			   const char *instance, struct mirror_site *ret_site, struct command *ret)
{
	const struct alert *alert = find(book, command);
	struct mirrored known;
	const char *site;

	if (!alert || !goes_down(command->verb, alert) || !mirrored_unpack(alert->detail, &known))
		return false;
	site = site_of(book, alert);
	if (find_site(command->by, site))
		return false;

	*ret_site = (struct mirror_site){ .unit = alert->origin,
					  .sender = known.texts[MIRRORED_SITE].bytes };
	*ret = *command;
	translate(ret, units_at(book_about(book)->units, alert->unit), &known);
	name_below(ret->by, site, instance);
	name_below(ret->owner, site, instance);
	return true;
}

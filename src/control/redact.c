/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An alert in the words of all, without the names of units that its reader may not see: of the
 * alert that it follows from, and of the iocd where it arose.
 */
#include "redact.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/unit.h"

static bool may_name(const struct redaction *redaction, const char *id, size_t size)
{
	uint32_t unit = units_find(redaction->units, id, size);

	return unit != UNIT_NONE && redaction->sees(redaction->context, unit);
}

/* Who suppresses is a person, a maintenance, or an alert "<unit>/<key>". */
bool redact_keeps(const struct redaction *redaction, const char *by)
{
	const char *slash = strchr(by, '/');

	return !slash || may_name(redaction, by, (size_t)(slash - by));
}

static bool is_mirrored(const struct alert *alert)
{
	return alert->rule->kind == RULE_OWN && alert->rule->own == OWN_MIRRORED;
}

/* Of mirrored ones it is known only when they are written. */
bool redact_is_needed(const struct redaction *redaction, const struct alert *alert)
{
	if (is_mirrored(alert))
		return true;
	for (int i = 0; i < N_SUPPRESSIONS; i++)
		if (alert->machine.suppressed & SUPPRESSION_BIT(i) &&
		    !redact_keeps(redaction, alert->suppressed_by[i]))
			return true;
	return false;
}

static void blank_by(const struct redaction *redaction, json_t *object)
{
	const char *by = json_string_value(json_object_get(object, "by"));

	if (by && !redact_keeps(redaction, by))
		(void)json_object_set_new(object, "by", json_null());
}

static void blank_suppressors(const struct redaction *redaction, json_t *alert)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(alert, "suppressed"), i, one) blank_by(redaction, one);
}

bool redact_is_needed_by(const struct redaction *redaction, const struct transition *transition)
{
	return !redact_keeps(redaction, transition->by) ||
	       redact_is_needed(redaction, &transition->alert);
}

static void blank_unit(const struct redaction *redaction, json_t *object)
{
	const char *id = json_string_value(json_object_get(object, "unit"));

	if (!id || may_name(redaction, id, strlen(id)))
		return;
	(void)json_object_set_new(object, "unit", json_null());
	(void)json_object_set_new(object, "name", json_null());
}

void redact_alert(const struct redaction *redaction, struct text *text, size_t from)
{
	json_t *alert = json_loadb(text_get(text) + from, text->size - from, JSON_ALLOW_NUL, NULL);
	json_t *origin = json_object_get(alert, "origin");
	char *written;

	text->size = from;
	blank_by(redaction, alert);
	blank_suppressors(redaction, alert);
	blank_unit(redaction, origin);
	blank_unit(redaction, json_object_get(origin, "site"));
	written = json_dumps(alert, JSON_COMPACT);
	text_add(text, "%s", written ? written : "null");
	free(written);
	json_decref(alert);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "sight.h"

#include "iocd/unit.h"
#include "redact.h"
#include "views.h"

bool views_sees(const struct views *views, uint32_t unit)
{
	return scope_has(views->caller->scope, unit);
}

bool views_shows(const struct views *views, uint32_t unit, uint32_t top)
{
	return views_sees(views, unit) && views_is_within(views, unit, top);
}

bool views_sees_all(const struct views *views)
{
	return views->caller->scope->is_whole;
}

bool views_is_root(const struct views *views, uint32_t unit)
{
	uint32_t parent = units_parent(views->source.context.units, unit);

	return views_sees(views, unit) && (parent == UNIT_NONE || !views_sees(views, parent));
}

uint32_t views_find_unit(const struct views *views, const char *id, size_t size)
{
	uint32_t unit = units_find(views->source.context.units, id, size);

	return unit != UNIT_NONE && views_sees(views, unit) ? unit : UNIT_NONE;
}

bool views_sees_receiver(const struct views *views, const struct receiver *receiver)
{
	if (!receiver->units || views_sees_all(views))
		return true;
	for (uint32_t i = 0; i < units_count(views->source.context.units); i++)
		if (receiver->units[i] && views_sees(views, i))
			return true;
	return false;
}

/* ---- alerts ---- */

static bool sees(const void *context, uint32_t unit)
{
	return views_sees(context, unit);
}

static struct redaction redaction_of(const struct views *views)
{
	return (struct redaction){ views->source.context.units, sees, views };
}

bool views_sees_name(const struct views *views, const char *by)
{
	struct redaction redaction = redaction_of(views);

	return views_sees_all(views) || redact_keeps(&redaction, by);
}

void views_put_alert(struct text *text, const struct views *views, const struct alert *alert)
{
	struct redaction redaction = redaction_of(views);
	size_t from = text->size;

	alert_json(text, &views->source.context, alert);
	if (!views_sees_all(views) && redact_is_needed(&redaction, alert))
		redact_alert(&redaction, text, from);
}

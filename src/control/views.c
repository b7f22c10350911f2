/* SPDX-License-Identifier: Apache-2.0 */
/* What several views share. */
#include "views.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/counter.h"
#include "iocd/unit.h"

void views_error(struct http_response *response, int status, const char *code, const char *format,
		 ...)
{
	char message[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args);
	va_end(args);

	response->status = status;
	response->content_type = "application/json";
	text_clear(&response->body);
	put_object(&response->body, NULL);
	put_object(&response->body, "error");
	put_string(&response->body, "code", code);
	put_string(&response->body, "message", message);
	put_object_end(&response->body);
	put_object_end(&response->body);
}

struct views views_as(const struct views *views, struct caller *caller)
{
	struct views copy = *views;

	copy.caller = caller;
	return copy;
}

/* ---- units ---- */

/* Lends the id of the unit that is spelt most like id, NULL if none is nearly. */
static const char *nearest_unit(const struct views *views, const char *id)
{
	const struct units *units = views->source.context.units;
	const char *nearest = NULL;
	int least = 2;

	for (uint32_t i = 0; i < units_count(units); i++) {
		int distance;

		if (!views_sees(views, i))
			continue;
		distance = text_distance(id, units_at(units, i)->id, least);
		if (distance > least || (nearest && distance == least))
			continue;
		nearest = units_at(units, i)->id;
		least = distance;
	}
	return nearest;
}

void views_refuse_unit(const struct views *views, struct http_response *response, const char *id)
{
	const char *nearest = nearest_unit(views, id);

	if (nearest)
		views_error(response, 404, "unknown_unit",
			    "there is no unit '%s'; did you mean '%s'?", id, nearest);
	else
		views_error(response, 404, "unknown_unit", "there is no unit '%s'", id);
}

bool views_read_unit(const struct views *views, const struct http_request *request,
		     struct http_response *response, uint32_t *ret)
{
	const char *id = http_query(request, "unit");

	*ret = UNIT_NONE;
	if (!id)
		return true;

	*ret = views_find_unit(views, id, strlen(id));
	if (*ret != UNIT_NONE)
		return true;
	views_refuse_unit(views, response, id);
	return false;
}

bool views_read_count(const struct http_request *request, struct http_response *response,
		      const char *name, int64_t max, int64_t *ret)
{
	const char *text = http_query(request, name);
	int64_t number;

	if (!text)
		return true;

	if (text_read_integer(text, strlen(text), &number) == 0 && number >= 1 && number <= max) {
		*ret = number;
		return true;
	}
	views_error(response, 400, "bad_argument", "'%s' must be a number from 1 to %lld", name,
		    (long long)max);
	return false;
}

bool views_is_within(const struct views *views, uint32_t unit, uint32_t top)
{
	if (top == UNIT_NONE)
		return true;

	while (unit != UNIT_NONE && unit != top)
		unit = units_parent(views->source.context.units, unit);
	return unit == top;
}

/* ---- what was taken and what was not ---- */

uint64_t views_refused(const struct account *account)
{
	uint64_t n = 0;

	for (int i = REASON_NONE + 1; i < N_REASONS; i++)
		n += account->refused[i];
	return n;
}

int64_t views_unaccounted(const struct views *views)
{
	const struct account *all = ledger_all(views->source.ledger);

	return (int64_t)(counter_get(COUNTER_events_seen) - all->accepted - views_refused(all));
}

uint64_t views_missing(const struct views *views)
{
	const struct schema *schema = config_schema(views->source.config);
	uint64_t n = 0;

	for (uint32_t i = 0; i < schema_n_feeds(schema); i++)
		n += dedup_missing(views->source.dedup, i);
	return n;
}

void views_put_refused(struct text *text, const struct account *account)
{
	put_object(text, "refused");
	for (int i = REASON_NONE + 1; i < N_REASONS; i++)
		if (account->refused[i])
			put_integer(text, reason_name((enum reason)i), account->refused[i]);
	put_object_end(text);
}

void views_put_unit(struct text *text, const struct unit *unit)
{
	put_string(text, "id", unit->id);
	put_string(text, "level", unit->level);
	put_languages(text, "name", unit->name_vi, unit->name_en);
}

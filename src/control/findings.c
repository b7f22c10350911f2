/* SPDX-License-Identifier: Apache-2.0 */
/* What would have been an alert had it come in time, the newest first. */
#include "iocd/findings.h"

#include <string.h>

#include "iocd/unit.h"
#include "views.h"

#define FINDINGS_USUAL 100

/* A rule that was taken away since is known by its id alone. */
static void put_rule(struct text *text, const struct views *views, const char *id)
{
	uint32_t number = rules_find(views->source.rules, id, strlen(id));
	const struct rule *rule;

	put_object(text, "rule");
	put_string(text, "id", id);
	if (number == UINT32_MAX) {
		put_languages(text, "title", id, id);
	} else {
		rule = rules_at(views->source.rules, number);
		put_languages(text, "title", rule->title_vi, rule->title_en);
	}
	put_object_end(text);
}

static void put_finding(struct text *text, const struct views *views, const struct finding *finding)
{
	int offset_minutes = views->source.context.offset_minutes;

	put_object(text, NULL);
	put_integer(text, "number", finding->number);
	put_string(text, "severity", severity_name(finding->severity));
	put_rule(text, views, finding->rule);
	put_object(text, "unit");
	views_put_unit(text, units_at(views->source.context.units, finding->unit));
	put_object_end(text);
	put_string(text, "subject", finding->subject);
	put_time(text, "first", finding->first_ms, offset_minutes);
	put_time(text, "last", finding->last_ms, offset_minutes);
	put_time(text, "found", finding->found_ms, offset_minutes);
	put_integer(text, "events", finding->events);
	put_integer(text, "position", finding->position);
	put_object_end(text);
}

/* Returns how many there are; the newest limit are written.  *ret_last: the newest of all that the
 * caller may see. */
static uint64_t put_findings(struct text *text, const struct views *views, uint32_t unit,
			     uint64_t limit, uint64_t *ret_last)
{
	const struct findings *findings = views->source.findings;
	uint64_t last = findings_last(findings);
	uint64_t forgotten = last > FINDINGS_MAX ? last - FINDINGS_MAX : 0;
	uint64_t matching = 0;

	for (uint64_t number = last; number > forgotten; number--) {
		const struct finding *finding = findings_at(findings, number);

		if (!finding || !views_sees(views, finding->unit))
			continue;
		if (*ret_last == 0)
			*ret_last = number;
		if (!views_is_within(views, finding->unit, unit))
			continue;
		if (++matching <= limit)
			put_finding(text, views, finding);
	}
	return matching;
}

void view_findings(const struct views *views, const struct http_request *request,
		   struct http_response *response)
{
	struct text *text = &response->body;
	int64_t limit = FINDINGS_USUAL;
	uint64_t matching, last = 0;
	uint32_t unit;

	if (!views->source.findings) {
		views_error(response, 404, "no_findings", "nothing is found late here");
		return;
	}
	if (!views_read_unit(views, request, response, &unit) ||
	    !views_read_count(request, response, "limit", FINDINGS_MAX, &limit))
		return;

	put_object(text, NULL);
	put_array(text, "findings");
	matching = put_findings(text, views, unit, (uint64_t)limit, &last);
	put_array_end(text);
	put_integer(text, "matching", matching);
	put_integer(text, "last", last);
	put_object_end(text);
}

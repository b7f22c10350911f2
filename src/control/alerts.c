/* SPDX-License-Identifier: Apache-2.0 */
/* The alerts that stand, and those that are over and that nobody acknowledged. */
#include "alerts.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"

/* What a caller wants to see. */
struct query {
	uint32_t unit;
	enum severity severity; /* SEVERITY_NONE: any */
	bool standing, over;
	bool any_handling;
	enum handling handling;
	bool any_suppression;
	unsigned suppressed;      /* bits, one of which must be set; 0: none may */
	const char *owner;        /* NULL: any; "": nobody */
	const struct alert *only; /* NULL: any */
	bool is_folded;
	int64_t limit;
};

/* ---- reading the question ---- */

static bool complain(struct http_response *response, const char *name, const char *words,
		     const char *word)
{
	views_error(response, 400, "bad_argument", "'%s' is %s, not '%s'", name, words, word);
	return false;
}

static bool read_severity(const struct http_request *request, struct http_response *response,
			  struct query *ret)
{
	const char *word = http_query(request, "severity");

	ret->severity = SEVERITY_NONE;
	if (!word)
		return true;

	for (int i = SEVERITY_WARNING; i <= SEVERITY_CRITICAL; i++) {
		if (strcmp(word, severity_name((enum severity)i)) == 0) {
			ret->severity = (enum severity)i;
			return true;
		}
	}
	return complain(response, "severity", "warning or critical", word);
}

static bool read_state(const struct http_request *request, struct http_response *response,
		       struct query *ret)
{
	const char *word = http_query(request, "state");
	bool is_all = word && strcmp(word, "all") == 0;

	ret->over = is_all || (word && strcmp(word, "over") == 0);
	ret->standing = is_all || !ret->over;
	if (!word || ret->over || strcmp(word, "standing") == 0)
		return true;
	return complain(response, "state", "standing, over or all", word);
}

static bool read_handling(const struct http_request *request, struct http_response *response,
			  struct query *ret)
{
	const char *word = http_query(request, "handling");

	ret->any_handling = !word;
	if (!word)
		return true;

	for (int i = HANDLING_NONE; i <= HANDLING_CLEARED_UNACKNOWLEDGED; i++) {
		if (strcmp(word, handling_name((enum handling)i)) == 0) {
			ret->handling = (enum handling)i;
			return true;
		}
	}
	return complain(response, "handling",
			"unacknowledged, acknowledged, cleared-unacknowledged or none", word);
}

static bool read_suppressed(const struct http_request *request, struct http_response *response,
			    struct query *ret)
{
	const char *word = http_query(request, "suppressed");

	ret->any_suppression = !word;
	ret->suppressed = 0;
	if (!word || strcmp(word, "no") == 0)
		return true;

	for (unsigned i = 0; i < N_SUPPRESSIONS; i++)
		if (strcmp(word, "yes") == 0 ||
		    strcmp(word, suppression_name((enum suppression)i)) == 0)
			ret->suppressed |= SUPPRESSION_BIT(i);
	return ret->suppressed ||
	       complain(response, "suppressed", "yes, no, or what suppresses", word);
}

static bool read_only(const struct views *views, const struct http_request *request,
		      struct http_response *response, struct query *ret)
{
	const char *reference = http_query(request, "alert");

	ret->only = NULL;
	if (!reference)
		return true;

	ret->only = views_find_alert(views, reference);
	if (ret->only)
		return true;
	views_error(response, 404, "unknown_alert", "there is no alert '%s'", reference);
	return false;
}

static bool read_fold(const struct http_request *request, struct http_response *response,
		      struct query *ret)
{
	const char *word = http_query(request, "fold");

	ret->is_folded = word != NULL;
	if (!word || strcmp(word, "cause") == 0)
		return true;
	return complain(response, "fold", "cause", word);
}

static bool read_query(const struct views *views, const struct http_request *request,
		       struct http_response *response, struct query *ret)
{
	ret->limit = VIEWS_ALERTS;
	ret->owner = http_query(request, "owner");
	return views_read_unit(views, request, response, &ret->unit) &&
	       read_severity(request, response, ret) && read_state(request, response, ret) &&
	       read_handling(request, response, ret) && read_suppressed(request, response, ret) &&
	       read_only(views, request, response, ret) && read_fold(request, response, ret) &&
	       views_read_count(request, response, "limit", ALERTBOOK_MAX, &ret->limit);
}

/* ---- what it is ---- */

bool alerts_is_mirrored(const struct alert *alert)
{
	return alert->rule->kind == RULE_OWN && alert->rule->own == OWN_MIRRORED;
}

struct slice alerts_rule_id(const struct alert *alert)
{
	const char *id = alert->rule->id;

	if (!alerts_is_mirrored(alert))
		return (struct slice){ id, strlen(id) };
	/* Its subject is "<rule>/<subject>", or "<rule>". */
	return (struct slice){ alert->subject, strcspn(alert->subject, "/") };
}

/* ---- the list ---- */

static bool is_over(const struct alert *alert)
{
	return !alert_machine_stands(&alert->machine);
}

static bool is_wanted(const struct views *views, const struct query *query,
		      const struct alert *alert)
{
	const struct alert_machine *machine = &alert->machine;

	if (query->only)
		return alert == query->only;

	return views_is_within(views, alert->unit, query->unit) &&
	       (is_over(alert) ? query->over : query->standing) &&
	       (query->severity == SEVERITY_NONE || machine->severity == query->severity) &&
	       (query->any_handling || machine->handling == query->handling) &&
	       (query->any_suppression ||
		(query->suppressed ? (machine->suppressed & query->suppressed) != 0
				   : machine->suppressed == 0)) &&
	       (!query->owner || strcmp(alert->owner, query->owner) == 0);
}

struct gathering {
	struct alerts *alerts;
	uint32_t capacity;
};

static void gather(void *context, const struct alert *alert)
{
	struct gathering *gathering = context;
	struct alerts *alerts = gathering->alerts;

	if (!views_sees(alerts->views, alert->unit))
		return;
	if (alerts->n == gathering->capacity) {
		gathering->capacity = gathering->capacity ? gathering->capacity * 2 : 64;
		alerts->list = xrealloc(alerts->list, gathering->capacity, sizeof(*alerts->list));
	}
	alerts->list[alerts->n++] = (struct listed){ .alert = alert };
}

/* All that the caller may see, because an alert that is not wanted may be the cause of one that is,
 * and because the places in this list are the numbers by which people name alerts. */
static void gather_all(struct alerts *alerts, const struct query *query)
{
	struct gathering gathering = { .alerts = alerts };

	alertbook_each_raised(alerts->views->source.book, gather, &gathering);
	alertbook_each_over(alerts->views->source.book, gather, &gathering);
	for (uint32_t i = 0; i < alerts->n; i++)
		alerts->list[i].is_wanted = is_wanted(alerts->views, query, alerts->list[i].alert);
}

void alerts_count(struct alerts_tally *tally, const struct alert *alert)
{
	tally->all++;
	tally->over += is_over(alert);
	tally->acknowledged += alert->machine.handling == HANDLING_ACKNOWLEDGED;
	tally->suppressed += alert->machine.suppressed != 0;
	tally->severities[alert->machine.severity]++;
}

void alerts_put_tally(struct text *text, const struct alerts_tally *tally)
{
	put_integer(text, "matching", tally->all);
	put_integer(text, "critical", tally->severities[SEVERITY_CRITICAL]);
	put_integer(text, "warning", tally->severities[SEVERITY_WARNING]);
	put_integer(text, "over", tally->over);
	put_integer(text, "acknowledged", tally->acknowledged);
	put_integer(text, "suppressed", tally->suppressed);
}

static void put_alerts(struct text *text, const struct alerts *alerts, int64_t limit)
{
	CLEANUP_TEXT struct text numbers = { 0 };

	put_array(text, "alerts");
	put_array(&numbers, NULL);
	for (uint32_t i = 0; i < alerts->n && limit > 0; i++) {
		if (!alerts->list[i].is_wanted)
			continue;
		put_name(text, NULL);
		views_put_alert(text, alerts->views, alerts->list[i].alert);
		put_integer(&numbers, NULL, i + 1);
		limit--;
	}
	put_array_end(text);
	put_array_end(&numbers);
	put_name(text, "numbers");
	text_add_bytes(text, text_get(&numbers), numbers.size);
}

static void put_counts(struct text *text, const struct alerts *alerts)
{
	struct alerts_tally tally = { .all = 0 };
	uint64_t open = 0;

	for (uint32_t i = 0; i < alerts->n; i++) {
		open += !is_over(alerts->list[i].alert);
		if (alerts->list[i].is_wanted)
			alerts_count(&tally, alerts->list[i].alert);
	}
	put_object(text, "counts");
	put_integer(text, "open", open);
	alerts_put_tally(text, &tally);
	put_object_end(text);
}

void view_alerts(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	struct alerts alerts = { .views = views };
	struct text *text = &response->body;
	struct query query;

	if (!read_query(views, request, response, &query))
		return;

	gather_all(&alerts, &query);
	put_object(text, NULL);
	if (query.is_folded) {
		uint64_t n;

		put_array(text, "groups");
		n = alerts_fold(text, &alerts, (uint64_t)query.limit);
		put_array_end(text);
		put_integer(text, "n_groups", n);
	} else {
		put_alerts(text, &alerts, query.limit);
	}
	put_counts(text, &alerts);
	put_integer(text, "last", alertbook_last(views->source.book));
	put_object_end(text);
	free(alerts.list);
}

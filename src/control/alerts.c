/* SPDX-License-Identifier: Apache-2.0 */
/* The alerts of which operators were told and that are not over. */
#include <string.h>

#include "iocd/unit.h"
#include "views.h"

struct listing {
	const struct views *views;
	struct text *text;
	struct text *numbers; /* places in the whole list, which GET explain takes too */
	uint32_t unit;
	enum severity severity;
	int64_t limit;
	uint64_t number;
	uint64_t matching;
	uint64_t n_of[SEVERITY_CRITICAL + 1];
};

static void list_alert(void *context, const struct alert *alert)
{
	struct listing *listing = context;
	enum severity severity = alert->machine.severity;

	listing->number++;
	if (!views_is_within(listing->views, alert->unit, listing->unit) ||
	    (listing->severity != SEVERITY_NONE && severity != listing->severity))
		return;

	listing->n_of[severity]++;
	if (++listing->matching > (uint64_t)listing->limit)
		return;
	put_name(listing->text, NULL);
	alert_json(listing->text, &listing->views->source.context, alert);
	put_integer(listing->numbers, NULL, listing->number);
}

static bool read_severity(const struct http_request *request, struct http_response *response,
			  enum severity *ret)
{
	const char *word = http_query(request, "severity");

	*ret = SEVERITY_NONE;
	if (!word)
		return true;

	for (int i = SEVERITY_WARNING; i <= SEVERITY_CRITICAL; i++) {
		if (strcmp(word, severity_name((enum severity)i)) == 0) {
			*ret = (enum severity)i;
			return true;
		}
	}
	views_error(response, 400, "bad_argument", "'severity' is warning or critical, not '%s'",
		    word);
	return false;
}

void view_alerts(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	struct text *text = &response->body;
	CLEANUP_TEXT struct text numbers = { 0 };
	struct listing listing = {
		.views = views, .text = text, .numbers = &numbers, .limit = VIEWS_ALERTS
	};

	if (!views_read_unit(views, request, response, &listing.unit) ||
	    !read_severity(request, response, &listing.severity) ||
	    !views_read_count(request, response, "limit", ALERTBOOK_MAX, &listing.limit))
		return;

	put_object(text, NULL);
	put_array(text, "alerts");
	put_array(&numbers, NULL);
	alertbook_each_raised(views->source.book, list_alert, &listing);
	put_array_end(text);
	put_array_end(&numbers);
	put_name(text, "numbers");
	text_add_bytes(text, text_get(&numbers), numbers.size);

	put_object(text, "counts");
	put_integer(text, "open", alertbook_count(views->source.book, SEVERITY_NONE));
	put_integer(text, "matching", listing.matching);
	put_integer(text, "critical", listing.n_of[SEVERITY_CRITICAL]);
	put_integer(text, "warning", listing.n_of[SEVERITY_WARNING]);
	put_object_end(text);
	put_object_end(text);
}

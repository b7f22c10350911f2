/* SPDX-License-Identifier: Apache-2.0 */
/* Which alert a caller means. */
#include <inttypes.h>
#include <string.h>

#include "iocd/unit.h"
#include "views.h"

/* What the caller is looking for. */
struct search {
	const struct views *views;
	const char *reference;
	uint64_t number; /* place in the list of alerts; 0: not asked for so */
	uint64_t at;
	const struct alert *found;
};

/* Whether reference is "<unit>/<key>", or that and "/<raised number>". */
static bool is_called(const struct search *search, const struct alert *alert)
{
	const struct unit *unit = units_at(search->views->source.context.units, alert->unit);
	CLEANUP_TEXT struct text name = { 0 };
	char key[ALERT_KEY_MAX];

	text_add(&name, "%s/%s", unit->id, alert_key(key, alert));
	if (strcmp(search->reference, text_get(&name)) == 0)
		return true;
	text_add(&name, "/%" PRIu64, alert->raised_number);
	return strcmp(search->reference, text_get(&name)) == 0;
}

static void look_at(void *context, const struct alert *alert)
{
	struct search *search = context;

	if (!views_sees(search->views, alert->unit))
		return;
	search->at++;
	if (search->found)
		return;
	if (search->number ? search->number == search->at : is_called(search, alert))
		search->found = alert;
}

/* Of a condition that holds but was not told yet, named "<unit>/<rule>". */
static const struct alert *find_pending(const struct search *search)
{
	const struct control_source *source = &search->views->source;
	const char *slash = strchr(search->reference, '/');
	uint32_t unit, rule;

	if (!slash)
		return NULL;

	unit = views_find_unit(search->views, search->reference,
			       (size_t)(slash - search->reference));
	rule = rules_find(source->rules, slash + 1, strlen(slash + 1));
	if (unit == UNIT_NONE || rule == UINT32_MAX)
		return NULL;
	return alertbook_find(source->book, rule, unit, "");
}

static const struct alert *find_in_log(const struct search *search)
{
	const struct alertbook *book = search->views->source.book;
	const struct transition *transition;

	for (uint64_t n = alertbook_last(book); n > alertbook_forgotten(book); n--) {
		transition = alertbook_transition(book, n);
		if (transition && views_sees(search->views, transition->alert.unit) &&
		    is_called(search, &transition->alert))
			return &transition->alert;
	}
	return NULL;
}

const struct alert *views_find_alert(const struct views *views, const char *reference)
{
	struct search search = { .views = views, .reference = reference };
	int64_t number;

	if (text_read_integer(reference, strlen(reference), &number) == 0 && number > 0)
		search.number = (uint64_t)number;
	alertbook_each_raised(views->source.book, look_at, &search);
	alertbook_each_over(views->source.book, look_at, &search); /* numbers go on */
	if (!search.found && !search.number)
		search.found = find_pending(&search);
	if (!search.found && !search.number)
		search.found = find_in_log(&search);
	return search.found;
}

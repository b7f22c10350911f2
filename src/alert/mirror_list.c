/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "key.h"
#include "mirror_read.h"
#include "mirroring.h"

#define LISTED_MAX 128 /* bytes beside the key: a unit's id, quotes and the like */

/* ---- reading it ---- */

struct listed {
	uint32_t unit;
	const char *key; /* lent by JSON */
};

static int compare(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return strcmp(x->key, y->key);
}

/* Gives what list names, in order; free() it.  What is none of our units cannot be meant here. */
static struct listed *read_list(const struct units *units, const json_t *list, size_t *ret_n)
{
	struct listed *all = xcalloc(json_array_size(list) + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *id = json_string_value(json_array_get(list, i));
		const char *slash = id ? strchr(id, '/') : NULL;

		if (slash)
			all[n++] = (struct listed){
				.unit = units_find(units, id, (size_t)(slash - id)),
				.key = slash + 1,
			};
	}
	qsort(all, n, sizeof(*all), compare);
	*ret_n = n;
	return all;
}

static bool is_listed(const struct listed *all, size_t n, const struct alert *alert,
		      const struct mirrored *known)
{
	const struct slice *texts = known->texts;
	bool is_nested = texts[MIRRORED_SITE_RULE].size > 0;
	const struct slice own = { .bytes = alert->subject, .size = strlen(alert->subject) };
	char key[ALERT_KEY_MAX];
	const struct listed wanted = {
		.unit = alert->unit,
		.key = key_write(key, texts[is_nested ? MIRRORED_SITE_RULE : MIRRORED_RULE],
				 is_nested ? own : texts[MIRRORED_SUBJECT]),
	};

	return bsearch(&wanted, all, n, sizeof(*all), compare) != NULL;
}

/* Its numbers may begin anew. */
static void forget_number(struct entry *entry)
{
	char detail[ALERT_DETAIL_MAX];
	struct mirrored known;

	memcpy(detail, entry->alert.detail, sizeof(detail));
	if (!mirrored_unpack(detail, &known))
		return;
	known.number = 0;
	mirrored_pack(entry->alert.detail, &known);
}

static void end(struct alertbook *book, struct entry *entry)
{
	static const struct author unlisted = { .by = "", .note = "it is over at its site" };
	struct alert_machine *machine = &entry->alert.machine;
	enum alert_news news;

	book_count(book, machine, -1);
	news = alert_machine_close(machine, book->now_ms);
	book_count(book, machine, 1);
	book_tell(book, entry, news, &unlisted);
}

void mirroring_list(struct alertbook *book, const struct units *units,
		    const struct mirror_site *site, const struct word *word)
{
	size_t n;
	struct listed *all = read_list(units, word->standing, &n);
	struct entry *entry, *next;

	HASH_ITER (hh, book->entries, entry, next) {
		struct mirrored known;
		bool is_over;

		if (!mirroring_is_of(entry, site, &known))
			continue;
		is_over = !word->is_partial && !is_listed(all, n, &entry->alert, &known);
		forget_number(entry);
		if (is_over)
			end(book, entry);
		book_settle(book, entry);
	}
	free(all);
}

bool mirroring_is_of(const struct entry *entry, const struct mirror_site *site,
		     struct mirrored *ret)
{
	return alert_is_mirrored(&entry->alert) && entry->alert.origin == site->unit &&
	       mirrored_unpack(entry->alert.detail, ret) &&
	       strcmp(ret->texts[MIRRORED_SITE].bytes, site->sender) == 0;
}

/* ---- writing it ---- */

static bool is_watchdog(const struct alert *alert)
{
	return alert->rule->kind == RULE_OWN && alert->rule->own == OWN_WATCHDOG;
}

static bool is_bad_enough(const struct alert *alert, enum severity severity)
{
	return severity != SEVERITY_NONE && alert->machine.severity >= severity &&
	       !is_watchdog(alert) && !alert->yields;
}

bool alertbook_goes_up(const struct transition *transition, enum severity severity)
{
	bool is_better = transition->news == NEWS_CHANGED || transition->news == NEWS_NORMAL ||
			 transition->news == NEWS_CLEARED || transition->news == NEWS_FORGOTTEN;

	return is_bad_enough(&transition->alert, severity) ||
	       (is_better && severity != SEVERITY_NONE && !is_watchdog(&transition->alert) &&
		!transition->alert.yields);
}

struct writing {
	struct text *json;
	const struct units *units;
	enum severity severity;
	bool is_partial;
};

static void list_one(void *context, const struct alert *alert)
{
	CLEANUP_TEXT struct text id = { 0 };
	struct writing *writing = context;
	struct text *json = writing->json;
	char key[ALERT_KEY_MAX];

	if (!is_bad_enough(alert, writing->severity))
		return;
	if (json->size + ALERT_KEY_MAX + LISTED_MAX > STANDING_BYTES_MAX) {
		writing->is_partial = true;
		return;
	}
	text_add(&id, "%s/%s", units_at(writing->units, alert->unit)->id, alert_key(key, alert));
	text_add(json, "%s", json->bytes[json->size - 1] == '[' ? "" : ",");
	text_add_json(json, id.bytes, id.size);
}

void alertbook_write_standing(const struct alertbook *book, const struct units *units,
			      enum severity severity, struct text *json)
{
	struct writing writing = { .json = json, .units = units, .severity = severity };

	text_add(json, "{\"standing\":[");
	alertbook_each_raised(book, list_one, &writing);
	alertbook_each_over(book, list_one, &writing);
	text_add(json, writing.is_partial ? "],\"partial\":true}" : "]}");
}

struct telling {
	const struct alertbook *book;
	enum severity severity;
	standing_each_fn *each;
	void *context;
};

static void tell_one(void *context, const struct alert *alert)
{
	const struct telling *telling = context;
	const struct transition transition = {
		.number = alertbook_last(telling->book),
		.time_ms = alert->changed_ms,
		.position = telling->book->position,
		.news = NEWS_NOTHING,
		.alert = *alert,
	};

	if (is_bad_enough(alert, telling->severity))
		telling->each(telling->context, &transition);
}

void alertbook_each_standing(const struct alertbook *book, enum severity severity,
			     standing_each_fn *each, void *context)
{
	struct telling telling = {
		.book = book, .severity = severity, .each = each, .context = context
	};

	alertbook_each_raised(book, tell_one, &telling);
	alertbook_each_over(book, tell_one, &telling);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Two rulebooks held against each other, and what would become of the alerts: as JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "differ.h"
#include "future.h"
#include "iocd/base/err.h"
#include "iocd/forecast.h"

static void add_text(struct text *json, const char *text)
{
	text_add_json(json, text, strlen(text));
}

/* ---- receivers and maintenances ---- */

/* What is compared of a thing that has an id: the rest of it as bytes. */
struct named {
	const char *id;
	uint64_t digest;
};

static void add_named(struct text *json, const char *name, const struct named *before,
		      uint32_t n_before, const struct named *after, uint32_t n_after)
{
	const char *gap = "";

	text_add(json, ",\"%s\":[", name);
	for (uint32_t i = 0; i < n_after + n_before; i++) {
		bool is_new = i < n_after;
		const struct named *one = is_new ? &after[i] : &before[i - n_after];
		const struct named *list = is_new ? before : after;
		uint32_t n = is_new ? n_before : n_after, j = 0;

		while (j < n && strcmp(list[j].id, one->id) != 0)
			j++;
		if (j < n && (!is_new || list[j].digest == one->digest))
			continue;
		text_add(json, "%s{\"id\":", gap);
		add_text(json, one->id);
		text_add(json, ",\"change\":\"%s\"}",
			 !is_new ? "removed"
			 : j < n ? "changed"
				 : "added");
		gap = ",";
	}
	text_add(json, "]");
}

static void add_receivers(struct text *json, const struct rulebook *before,
			  const struct rulebook *after, uint32_t n_units)
{
	struct named *a = xcalloc((size_t)before->n_receivers + 1, sizeof(*a));
	struct named *b = xcalloc((size_t)after->n_receivers + 1, sizeof(*b));

	for (uint32_t i = 0; i < before->n_receivers; i++)
		a[i] = (struct named){ before->receivers[i].id,
				       differ_receiver(before, i, n_units) };
	for (uint32_t i = 0; i < after->n_receivers; i++)
		b[i] = (struct named){ after->receivers[i].id, differ_receiver(after, i, n_units) };
	add_named(json, "receivers", a, before->n_receivers, b, after->n_receivers);
	free(a);
	free(b);
}

static void add_maintenances(struct text *json, const struct rulebook *before,
			     const struct rulebook *after, uint32_t n_units)
{
	struct named *a = xcalloc((size_t)before->n_maintenances + 1, sizeof(*a));
	struct named *b = xcalloc((size_t)after->n_maintenances + 1, sizeof(*b));

	for (uint32_t i = 0; i < before->n_maintenances; i++)
		a[i] = (struct named){ before->maintenances[i].id,
				       differ_maintenance(before, i, n_units) };
	for (uint32_t i = 0; i < after->n_maintenances; i++)
		b[i] = (struct named){ after->maintenances[i].id,
				       differ_maintenance(after, i, n_units) };
	add_named(json, "maintenances", a, before->n_maintenances, b, after->n_maintenances);
	free(a);
	free(b);
}

/* ---- rules ---- */

static const struct rule *find_rule(const struct rulebook *book, const char *id)
{
	for (uint32_t i = 0; i < book->n_rules; i++)
		if (strcmp(book->rules[i].id, id) == 0)
			return &book->rules[i];
	return NULL;
}

static void add_rules(struct text *json, const struct rulebook *before,
		      const struct rulebook *after, const struct units *units)
{
	size_t start;

	text_add(json, ",\"rules\":[");
	start = json->size;
	for (uint32_t i = 0; i < after->n_rules; i++)
		differ_rule(json, json->size > start ? "," : "",
			    find_rule(before, after->rules[i].id), &after->rules[i], units);
	for (uint32_t i = 0; i < before->n_rules; i++)
		if (!find_rule(after, before->rules[i].id))
			differ_rule(json, json->size > start ? "," : "", &before->rules[i], NULL,
				    units);
	text_add(json, "]");
}

/* ---- alerts ---- */

static enum severity severity_in(const struct future *future, const struct standing_alert *like)
{
	const struct standing_alert *found = future_find(future, like);

	return found ? found->severity : SEVERITY_NONE;
}

static void add_severity(struct text *json, const char *name, enum severity severity)
{
	if (severity == SEVERITY_NONE)
		text_add(json, ",\"%s\":null", name);
	else
		text_add(json, ",\"%s\":\"%s\"", name, severity_name(severity));
}

static void add_words(struct text *json, const char *name, const char *vi, const char *en)
{
	text_add(json, ",\"%s\":{\"vi\":", name);
	add_text(json, vi);
	text_add(json, ",\"en\":");
	add_text(json, en);
	text_add(json, "}");
}

/* The three futures of all alerts: as they are, under the same rules, under others. */
struct fates {
	const struct rulebook *before, *after;
	const struct units *units;
	struct future now, same, other;
	int64_t now_ms;
	const struct standing_alert **list; /* owned: those that move, by unit */
	size_t n;
};

/* How people call what it is about. */
static void add_named_alert(struct text *json, const struct fates *fates,
			    const struct standing_alert *alert)
{
	const struct unit *unit = units_at(fates->units, alert->unit);
	const struct rule *rule = find_rule(fates->after, alert->rule);

	if (!rule)
		rule = find_rule(fates->before, alert->rule);
	text_add(json, "{\"unit\":");
	add_text(json, unit->id);
	add_words(json, "name", unit->name_vi, unit->name_en);
	text_add(json, ",\"rule\":");
	add_text(json, alert->rule);
	if (rule)
		add_words(json, "title", rule->title_vi, rule->title_en);
	text_add(json, ",\"subject\":");
	add_text(json, alert->subject);
}

static void add_fate(struct text *json, const struct fates *fates,
		     const struct standing_alert *alert)
{
	enum severity from = severity_in(&fates->now, alert);
	enum severity to = severity_in(&fates->other, alert);
	enum severity anyway = severity_in(&fates->same, alert);
	int64_t after_ms = alert->moved_ms > fates->now_ms ? alert->moved_ms - fates->now_ms : 0;

	add_named_alert(json, fates, alert);
	text_add(json, ",\"change\":\"%s\"",
		 from == SEVERITY_NONE ? "rises"
		 : to == SEVERITY_NONE ? "clears"
				       : "severity");
	add_severity(json, "from", from);
	add_severity(json, "to", to);
	text_add(json, ",\"after_s\":");
	text_add_number(json, (double)after_ms / 1000);
	text_add(json, ",\"anyway\":%s}", anyway == to ? "true" : "false");
}

static void note_fate(struct fates *fates, const struct standing_alert *alert)
{
	if (severity_in(&fates->now, alert) != severity_in(&fates->other, alert))
		fates->list[fates->n++] = alert;
}

static int compare_fates(const void *one, const void *other)
{
	const struct standing_alert *const *a = one, *const *b = other;

	if ((*a)->unit != (*b)->unit)
		return (*a)->unit < (*b)->unit ? -1 : 1;
	return standing_compare(*a, *b);
}

static void find_fates(struct fates *fates)
{
	fates->list = xcalloc(fates->other.n + fates->now.n + 1, sizeof(*fates->list));
	for (size_t i = 0; i < fates->other.n; i++)
		note_fate(fates, &fates->other.list[i]);
	/* What was closed when too much else was to be noted down. */
	for (size_t i = 0; i < fates->now.n; i++)
		if (!future_find(&fates->other, &fates->now.list[i]))
			note_fate(fates, &fates->now.list[i]);
	qsort(fates->list, fates->n, sizeof(*fates->list), compare_fates);
}

static void add_alerts(struct text *json, const struct trial_now *now,
		       const struct rulebook *before, const struct rulebook *after)
{
	struct fates fates = {
		.before = before,
		.after = after,
		.units = config_units(now->config),
		.now_ms = flow_tick_ms(now->flow),
	};

	future_now(&fates.now, now->flow);
	future_under(&fates.same, now->flow, now->config, before);
	future_under(&fates.other, now->flow, now->config, after);
	find_fates(&fates);
	text_add(json, ",\"alerts\":[");
	for (size_t i = 0; i < fates.n; i++) {
		text_add(json, "%s", i > 0 ? "," : "");
		add_fate(json, &fates, fates.list[i]);
	}
	text_add(json, "]");
	free(fates.list);
	future_fini(&fates.now);
	future_fini(&fates.same);
	future_fini(&fates.other);
}

/* ---- all of it ---- */

/* The rulebook that runs now, as far as a comparison needs it. */
static void book_in_force(struct rulebook *ret, const struct flow *flow)
{
	const struct rules_options *about = rules_about(flow_rules(flow));

	*ret = (struct rulebook){
		.rules = about->list,
		.n_rules = about->n_list,
		.receivers = about->receivers,
		.n_receivers = about->n_receivers,
		.unit_receivers = about->unit_receivers,
		.maintenances = about->maintenances,
		.n_maintenances = about->n_maintenances,
		.generation = flow_generation(flow),
	};
}

/* Makes the rules of directory fit what runs, as a reload does. */
static int load(struct config **ret, struct text *report, const struct trial_now *now,
		const char *directory, char restart[128])
{
	CLEANUP(config_free) struct config *config = NULL;
	struct rulebook book;
	const char *what;
	int r = config_load(&config, directory, now->overrides, report);

	if (r)
		return r;
	restart[0] = '\0';
	if (!config_same_but_rules(now->config, config, &what))
		(void)strncat(restart, what, 127);
	config_rulebook(config, &book);
	return config_with_rules(ret, now->config, book.source, book.source_size, report);
}

static void add_refusal(struct text *json, const char *directory, const struct text *report)
{
	text_add(json, "{\"good\":false,\"directory\":");
	add_text(json, directory);
	text_add(json, ",\"report\":");
	text_add_json(json, text_get(report), report->size);
	text_add(json, "}\n");
}

static void add_comparison(struct text *json, const struct trial_now *now,
			   const struct rulebook *before, const struct rulebook *after)
{
	const struct units *units = config_units(now->config);

	add_rules(json, before, after, units);
	add_receivers(json, before, after, units_count(units));
	add_maintenances(json, before, after, units_count(units));
	add_alerts(json, now, before, after);
}

int trial_diff(struct text *json, const struct trial_now *now, const char *directory)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	struct rulebook before, after;
	char restart[128];
	int r = load(&config, &report, now, directory, restart);

	if (r) {
		add_refusal(json, directory, &report);
		return CONFIG_REFUSED;
	}
	book_in_force(&before, now->flow);
	config_rulebook(config, &after);

	text_add(json, "{\"good\":true,\"directory\":");
	add_text(json, directory);
	text_add(json, ",\"config\":\"%s\",\"running\":\"%s\",\"restart\":", after.generation,
		 before.generation);
	if (*restart)
		add_text(json, restart);
	else
		text_add(json, "null");
	add_comparison(json, now, &before, &after);
	text_add(json, "}\n");
	return 0;
}

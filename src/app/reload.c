/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules come into force by the journal: a reload reads the files, and if they are good, appends
 * what they say; the fold takes them over when it carries that record, here as in every replay.
 */
#include <stdio.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/own.h"
#include "notify.h"
#include "parts.h"

static const char *generation_of(const struct config *config)
{
	struct rulebook book;

	config_rulebook(config, &book);
	return book.generation;
}

/* The place of a generation that is known already; n_configs if there is none. */
static size_t find_generation(const struct app *app, const char *generation)
{
	size_t i = 0;

	while (i < app->n_configs && strcmp(generation_of(app->configs[i]), generation) != 0)
		i++;
	return i;
}

static void keep(struct app *app, struct config *config)
{
	app->configs = xrealloc(app->configs, app->n_configs + 1, sizeof(struct config *));
	app->configs[app->n_configs++] = config;
}

int rules_read(void *context, const char *source, size_t size, struct rulebook *ret)
{
	struct app *app = context;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP(config_free) struct config *config = NULL;
	size_t known;

	if (config_with_rules(&config, app->configs[0], source, size, &report)) {
		log_warning("rules.passed_over", "first=%.*s",
			    (int)strcspn(text_get(&report), "\n"), text_get(&report));
		return 1;
	}

	known = find_generation(app, generation_of(config));
	if (known == app->n_configs) {
		keep(app, config);
		config = NULL;
	}
	config_rulebook(app->configs[known], ret);
	return 0;
}

void rules_follow(struct app *app)
{
	const char *generation = flow_generation(app->flow);
	size_t number;

	if (flow_rules_changes(app->flow) == app->rules_seen)
		return;

	app->rules_seen = flow_rules_changes(app->flow);
	number = find_generation(app, generation);
	app->in_force = number < app->n_configs ? number : 0;
	delivery_replace_rules(app->delivery, flow_rules(app->flow));
	control_replace_config(app->control, app_config(app), flow_rules(app->flow),
			       flow_keyed(app->flow), flow_sequences(app->flow));
	state_want_snapshot(app);
	if (app->health.is_mended)
		app->health.refused_ms = 0;
	counter_add(COUNTER_reloads_applied, 1);
	log_info("rules.applied", "generation=%s rules=%u", generation,
		 rules_count(flow_rules(app->flow)));
}

/* Appends what config says as by's. */
static int append(struct app *app, const struct config *config, const char *by)
{
	CLEANUP_TEXT struct text payload = { 0 };
	struct rulebook book;
	int r;

	config_rulebook(config, &book);
	text_add(&payload, "%s\n", by);
	text_add_bytes(&payload, book.source, book.source_size);
	r = own_append(app, OWN_TOPIC_RULES, text_get(&payload), payload.size);
	if (r)
		return r;

	(void)snprintf(app->journaled, sizeof(app->journaled), "%s", book.generation);
	app->journaled_end = journal_end(app->journal);
	return 0;
}

void rules_record(struct app *app)
{
	int r;

	if (flow_rules_are_recorded(app->flow) &&
	    strcmp(generation_of(app->configs[0]), flow_generation(app->flow)) == 0)
		return;
	r = append(app, app->configs[0], "start");
	if (r)
		log_warning("rules.record", "error=%s meaning=\"a replay will not know the rules\"",
			    r < 0 ? strerror(-r) : "too big");
}

static int refuse(struct app *app, const struct text *report)
{
	const char *why = text_get(report);

	app->health.refused_ms = clock_real_ms();
	app->health.is_mended = false;
	(void)snprintf(app->health.refused_why, sizeof(app->health.refused_why), "%.*s",
		       (int)strcspn(why, "\n"), why);
	counter_add(COUNTER_reloads_refused, 1);
	log_warning("config.refused", "first=%s running=%s", app->health.refused_why,
		    config_fingerprint(app_config(app)));
	return CONTROL_REFUSED;
}

/* A file can be caught half-written: whoever wrote it reloads again, and until then the old
 * configuration stays whole. */
static int load(struct app *app, struct config **ret, struct text *report)
{
	const struct config_overrides overrides = { .pairs = app->args->set,
						    .n_pairs = app->args->n_set };
	CLEANUP(config_free) struct config *config = NULL;
	const char *what;

	if (config_load(&config, app->args->directory, &overrides, report))
		return 1;

	if (!config_same_but_rules(app->configs[0], config, &what)) {
		text_add(report,
			 "%s changed: only rules.d, receivers.yml and maintenance.yml can be "
			 "reloaded while iocd runs; restart it to apply the rest (nothing is lost: "
			 "the journal is read again)\n",
			 what);
		return 1;
	}

	*ret = config;
	config = NULL;
	return 0;
}

/* Whether the fold has yet to carry the last rules that were journaled. */
static bool is_under_way(const struct app *app)
{
	return app->journaled_end > flow_position(app->flow);
}

/* What will be in force when all that is journaled is carried. */
static const char *newest_generation(const struct app *app)
{
	return is_under_way(app) ? app->journaled : flow_generation(app->flow);
}

/* Puts a good configuration into the journal; the name in *ret is lent until the next one. */
static int take_over(struct app *app, const struct config *config, const char *by,
		     struct text *report, struct control_reload *ret)
{
	bool is_newest = strcmp(generation_of(config), newest_generation(app)) == 0;
	int r = 0;

	if (is_newest && !is_under_way(app))
		return 0;

	if (!is_newest)
		r = append(app, config, by);
	if (r) {
		text_add(report, "the journal does not take it: %s\n",
			 r < 0 ? strerror(-r) : "too big");
		return refuse(app, report);
	}
	ret->position = app->journaled_end;
	ret->generation = app->journaled;
	return CONTROL_JOURNALED;
}

static void note_reload(struct app *app, const char *by, const struct text *report,
			const struct control_reload *what, int r)
{
	struct reloaded *reloaded = &app->reloaded;

	reloaded->time_ms = clock_real_ms();
	reloaded->is_refused = r == CONTROL_REFUSED;
	(void)snprintf(reloaded->by, sizeof(reloaded->by), "%s", by);
	(void)snprintf(reloaded->generation, sizeof(reloaded->generation), "%s",
		       r == CONTROL_JOURNALED ? what->generation : "");
	text_clear(&reloaded->report);
	text_add(&reloaded->report, "%s", text_get(report));
}

static const char *outcome_of(const struct app *app)
{
	const struct reloaded *reloaded = &app->reloaded;

	if (reloaded->time_ms == 0)
		return "";
	if (reloaded->is_refused)
		return "refused";
	if (!*reloaded->generation)
		return "unchanged";
	return is_under_way(app) ? "journaled" : "in force";
}

void rules_tell(void *context, struct control_rules_state *ret)
{
	struct app *app = context;

	*ret = (struct control_rules_state){
		.generation = flow_generation(app->flow),
		.reload_ms = app->reloaded.time_ms,
		.reload_by = app->reloaded.by,
		.reload_outcome = outcome_of(app),
		.reload_report = text_get(&app->reloaded.report),
		.overrides = &app->overrides,
	};
	ret->by = flow_rules_by(app->flow, &ret->since_ms);
}

int app_reload(void *context, const char *by, struct text *report, struct control_reload *ret)
{
	CLEANUP(config_free) struct config *config = NULL;
	struct app *app = context;
	int r;

	notify_reloading();
	if (load(app, &config, report)) {
		r = refuse(app, report);
	} else {
		r = take_over(app, config, by, report, ret);
		app->health.is_mended = r != CONTROL_REFUSED;
	}
	if (r == 0)
		app->health.refused_ms = 0;
	note_reload(app, by, report, ret, r);
	health_say(app);
	notify_ready();
	return r;
}

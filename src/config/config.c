/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "build.h"
#include "iocd/base/err.h"
#include "load.h"
#include "read.h"

#define MEMORY_BLOCK    (64 << 10)
#define SUGGESTIONS_MAX 200000 /* comparisons of words: well below a second */

struct config *config_free(struct config *config)
{
	if (!config)
		return NULL;

	free(config->reports);
	free(config->rules);
	for (uint32_t i = 0; i < config->n_tracks; i++)
		map_free(config->kinds[i]);
	free(config->kinds);
	free(config->tracks);
	free(config->indicators);
	free(config->contracts);
	schema_free(config->schema);
	units_free(config->units);
	for (uint32_t i = 0; i < config->n_calendars; i++)
		calendar_free(config->calendars[i]);
	free(config->calendars);
	scratch_free(config->memory);
	sources_free(config->sources);
	free(config->directory);
	free(config);
	return NULL;
}

/* Takes sources. */
static struct config *config_new(const char *directory, struct sources *sources)
{
	struct config *config = xcalloc(1, sizeof(*config));

	config->directory = xstrdup(directory);
	config->sources = sources;
	config->memory = scratch_new(MEMORY_BLOCK);
	config->units = units_new();
	config->schema = schema_new();
	return config;
}

static void load_init(struct load *load, struct config *config)
{
	load->config = config;
	load->report = report_new(config->sources);
	load->trees = scratch_new(MEMORY_BLOCK);
	load->roots = scratch_take(load->trees, (config->sources->n + 1) * sizeof(struct node *));
	load->suggestions_left = SUGGESTIONS_MAX;
}

static void load_fini(struct load *load)
{
	free(load->broken_indicators);
	map_free(load->level_numbers);
	map_free(load->reports.numbers);
	map_free(load->rules.numbers);
	map_free(load->indicators.numbers);
	map_free(load->feeds.numbers);
	map_free(load->units.numbers);
	map_free(load->calendars.numbers);
	scratch_free(load->trees);
	report_free(load->report);
}

/* The lines of the command line as a source of their own. */
static void add_overrides(struct sources *sources, const struct config_overrides *overrides)
{
	CLEANUP_TEXT struct text lines = { 0 };

	for (size_t i = 0; overrides && i < overrides->n_pairs; i++)
		text_add(&lines, "%s%s", i == 0 ? "" : "\n", overrides->pairs[i]);
	sources_add(sources, PART_OVERRIDES, "--set", text_get(&lines), lines.size);
}

static void refuse_fault(struct load *load, const struct source *source)
{
	struct place place = { .file = source->name, .line = 0 };

	if (source->fault == -EFBIG)
		report_error(load->report, place, "larger than %d bytes", SOURCE_BYTES_MAX);
	else
		report_error(load->report, place, "cannot be read: %s", strerror(-source->fault));
}

static const struct node *parse(struct load *load, struct source *source)
{
	struct node_memory memory = { .nodes = load->trees, .texts = load->config->memory };
	const struct node *root;

	if (source->fault) {
		refuse_fault(load, source);
		return NULL;
	}
	if (source->part == PART_OVERRIDES) {
		source->digest = XXH3_64bits(source->bytes, source->size);
		return NULL;
	}
	root = node_parse(source, &memory, load->report);
	source->digest = node_digest(root);
	return root;
}

static void parse_all(struct load *load)
{
	const struct sources *sources = load->config->sources;

	for (uint32_t i = 0; i < sources->n; i++)
		load->roots[i] = parse(load, sources->list[i]);
}

/* A file or folder that nobody reads is most often a misspelt one. */
static void warn_of_strays(struct load *load)
{
	static const char *const names[] = { "iocd.yml",     "calendar.yml", "units.yml", "feeds.d",
					     "indicators.d", "rules.d",      "reports.d" };
	const struct sources *sources = load->config->sources;

	for (uint32_t i = 0; i < sources->n_strays; i++) {
		struct place place = { .file = sources->strays[i].name };
		struct hint hint;

		hint_begin(&hint, load, place.file);
		for (size_t name = 0; name < COUNT(names); name++)
			hint_consider(&hint, names[name]);
		report_warning(load->report, place, "not read%s%s",
			       strchr(place.file, '/') ? "; names end in .yml" : "",
			       hint_end(&hint));
	}
}

static void warn_of_nothing(struct load *load)
{
	struct place nowhere = { .file = NULL };

	if (report_errors(load->report) == 0 && load->feeds.n == 0 && load->indicators.n == 0 &&
	    load->rules.n == 0)
		report_warning(load->report, nowhere,
			       "no feed, no indicator and no rule is declared; nothing is watched");
}

static void read_all(struct load *load)
{
	parse_all(load);
	load_settings(load);
	load_calendars(load);
	load_units(load);
	load_feeds(load);
	load_indicators(load);
	load_rules(load);
	load_reports(load);
	warn_of_strays(load);
	warn_of_nothing(load);
}

static void set_fingerprint(struct config *config)
{
	XXH3_state_t *state = XXH3_createState();

	if (!state)
		abort();
	XXH3_64bits_reset(state);
	for (uint32_t i = 0; i < config->sources->n; i++) {
		const struct source *source = config->sources->list[i];

		if (source->part == PART_OVERRIDES)
			continue;
		XXH3_64bits_update(state, source->name, strlen(source->name) + 1);
		XXH3_64bits_update(state, &source->size, sizeof(source->size));
		XXH3_64bits_update(state, source->bytes, source->size);
	}
	snprintf(config->fingerprint, sizeof(config->fingerprint), "%016llx",
		 (unsigned long long)XXH3_64bits_digest(state));
	XXH3_freeState(state);
}

/* Rules name what they look at by pointer too, once nothing moves any more. */
static void set_references(struct config *config)
{
	for (uint32_t i = 0; i < config->n_rules; i++) {
		struct rule *rule = &config->rules[i];

		if (rule->kind == RULE_THRESHOLD)
			rule->figure = &config->indicators[rule->indicator];
		else if (rule->kind == RULE_EVENT)
			rule->event_type = schema_type(config->schema, rule->type);
		else
			rule->silent_feed = schema_feed(config->schema, rule->feed);
	}
}

int config_build(struct config **ret, const char *directory, struct sources *sources,
		 const struct config_overrides *overrides, struct text *report)
{
	CLEANUP(config_free) struct config *config = config_new(directory, sources);
	struct load *load = xcalloc(1, sizeof(*load)); /* large */
	uint32_t errors;

	add_overrides(sources, overrides);
	load_init(load, config);
	read_all(load);
	errors = report_errors(load->report);
	report_write(load->report, report);
	load_fini(load);
	free(load);
	if (errors > 0)
		return CONFIG_REFUSED;

	set_references(config);
	set_fingerprint(config);
	sources_forget_bytes(config->sources);
	*ret = config;
	config = NULL;
	return 0;
}

int config_load(struct config **ret, const char *directory,
		const struct config_overrides *overrides, struct text *report)
{
	CLEANUP(sources_free) struct sources *sources = sources_new();
	struct sources *taken;
	int r;

	r = sources_read(sources, directory);
	if (r) {
		text_add(report, "cannot read directory '%s': %s\n", directory, strerror(-r));
		return err_pass(r);
	}
	taken = sources;
	sources = NULL;
	return config_build(ret, directory, taken, overrides, report);
}

const struct settings *config_settings(const struct config *config)
{
	return &config->settings;
}

const struct units *config_units(const struct config *config)
{
	return config->units;
}

const struct schema *config_schema(const struct config *config)
{
	return config->schema;
}

const struct calendar *config_find_calendar(const struct config *config, const char *id)
{
	for (uint32_t i = 0; i < config->n_calendars; i++)
		if (strcmp(calendar_about(config->calendars[i])->id, id) == 0)
			return config->calendars[i];
	return NULL;
}

const struct calendar *const *config_calendars(const struct config *config, uint32_t *ret_n)
{
	*ret_n = config->n_calendars;
	return (const struct calendar *const *)config->calendars;
}

const struct contract *config_contracts(const struct config *config, uint32_t *ret_n)
{
	*ret_n = config->n_contracts;
	return config->contracts;
}

const struct track *config_tracks(const struct config *config, uint32_t *ret_n)
{
	*ret_n = config->n_tracks;
	return config->tracks;
}

const struct indicator *config_indicators(const struct config *config, uint32_t *ret_n)
{
	*ret_n = config->n_indicators;
	return config->indicators;
}

const struct rule *config_rules(const struct config *config, uint32_t *ret_n)
{
	*ret_n = config->n_rules;
	return config->rules;
}

const struct report_plan *config_reports(const struct config *config, uint32_t *ret_n)
{
	*ret_n = config->n_reports;
	return config->reports;
}

const char *config_directory(const struct config *config)
{
	return config->directory;
}

const char *config_fingerprint(const struct config *config)
{
	return config->fingerprint;
}

static const struct source *find_source(const struct config *config, const char *name)
{
	for (uint32_t i = 0; i < config->sources->n; i++)
		if (strcmp(config->sources->list[i]->name, name) == 0)
			return config->sources->list[i];
	return NULL;
}

/* Lends the name of a file of a, rules aside, that b has not or not the same; or NULL. */
static const char *find_difference(const struct config *a, const struct config *b)
{
	for (uint32_t i = 0; i < a->sources->n; i++) {
		const struct source *source = a->sources->list[i];
		const struct source *other = find_source(b, source->name);

		if (source->part != PART_RULES && (!other || other->digest != source->digest))
			return source->name;
	}
	return NULL;
}

bool config_same_but_rules(const struct config *a, const struct config *b, const char **ret_what)
{
	const char *what = find_difference(a, b);

	if (!what)
		what = find_difference(b, a);
	if (!what)
		return true;
	*ret_what = what;
	return false;
}

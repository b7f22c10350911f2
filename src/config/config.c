/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "build.h"
#include "iocd/base/err.h"
#include "checks.h"
#include "load.h"
#include "read.h"
#include "source_text.h"

#define MEMORY_BLOCK    (64 << 10)
#define SUGGESTIONS_MAX 200000 /* comparisons of words: well below a second */

/* What a snapshot does not borrow. */
static void free_parts(struct config *config)
{
	free(config->reports);
	for (uint32_t i = 0; i < config->n_tracks; i++)
		map_free(config->kinds[i]);
	free(config->kinds);
	free(config->tracks);
	free(config->indicators);
	free(config->contracts);
	schema_free(config->schema);
	map_free(config->elsewhere);
	units_free(config->units);
	for (uint32_t i = 0; i < config->n_calendars; i++)
		calendar_free(config->calendars[i]);
	free(config->calendars);
}

struct config *config_free(struct config *config)
{
	if (!config)
		return NULL;

	text_fini(&config->source);
	free(config->maintenances);
	free(config->receivers);
	free(config->sequences);
	free(config->rules);
	if (!config->root)
		free_parts(config);
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
	map_free(load->maintenances.numbers);
	map_free(load->receivers.numbers);
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
	static const char *const names[] = { "iocd.yml",  "calendar.yml",  "units.yml",
					     "feeds.d",   "indicators.d",  "rules.d",
					     "reports.d", "receivers.yml", "maintenance.yml",
					     "tests.d",   "users.yml" };
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
	    load->config->n_written == 0)
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
	load_forwarding(load);
	load_indicators(load);
	load_reports(load);
	load_rulebook(load);
	warn_of_strays(load);
	warn_of_nothing(load);
}

static void read_rulebook(struct load *load, const struct config *root)
{
	load_borrow(load, root);
	parse_all(load);
	load_rulebook(load);
}

/* Those that hold the files of part. */
static const struct sources *sources_of(const struct config *config, enum part part)
{
	return config->root && !part_is_reloaded(part) ? config->root->sources : config->sources;
}

/* Over all files but the command line, as they are. */
static void add_exactly(XXH3_state_t *state, const struct config *config, enum part part)
{
	const struct sources *sources = sources_of(config, part);

	for (uint32_t i = 0; i < sources->n; i++) {
		const struct source *source = sources->list[i];

		if (source->part != part)
			continue;
		XXH3_64bits_update(state, source->name, strlen(source->name) + 1);
		XXH3_64bits_update(state, &source->exact, sizeof(source->exact));
	}
}

/* Over what those mean that a reload replaces; a file that says nothing is as good as none. */
static void add_meaning(XXH3_state_t *state, const struct config *config)
{
	const struct node nothing = { .kind = NODE_MAP, .text = "" };
	uint64_t empty = node_digest(&nothing);

	for (uint32_t i = 0; i < config->sources->n; i++) {
		const struct source *source = config->sources->list[i];

		if (!part_is_reloaded(source->part) || source->digest == empty)
			continue;
		XXH3_64bits_update(state, source->name, strlen(source->name) + 1);
		XXH3_64bits_update(state, &source->digest, sizeof(source->digest));
	}
}

static void set_fingerprints(struct config *config)
{
	XXH3_state_t *state = XXH3_createState();

	if (!state)
		abort();
	XXH3_64bits_reset(state);
	for (uint32_t part = 0; part < PART_OVERRIDES; part++)
		add_exactly(state, config, (enum part)part);
	snprintf(config->fingerprint, sizeof(config->fingerprint), "%016llx",
		 (unsigned long long)XXH3_64bits_digest(state));
	XXH3_64bits_reset(state);
	add_meaning(state, config);
	snprintf(config->generation, sizeof(config->generation), "%016llx",
		 (unsigned long long)XXH3_64bits_digest(state));
	XXH3_freeState(state);
}

/* Rules name what they look at by pointer too, once nothing moves any more. */
static void set_references(struct config *config)
{
	for (uint32_t i = 0; i < config->n_rules; i++) {
		struct rule *rule = &config->rules[i];

		if (rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH)
			rule->figure = &config->indicators[rule->indicator];
		else if (rule->kind == RULE_EVENT)
			rule->event_type = schema_type(config->schema, rule->type);
		else if (rule->kind == RULE_SILENCE)
			rule->silent_feed = schema_feed(config->schema, rule->feed);
		else if (rule->kind == RULE_SEQUENCE)
			rule->record = &config->sequences[rule->track];
		else if (rule->kind == RULE_DEADLINE)
			rule->record = &config->tracks[rule->track];
	}
}

static void check_size(struct load *load)
{
	struct place place = { .file = "rules.d" };

	source_text_write(load->config->sources, &load->config->source);
	if (load->config->source.size > CONFIG_SOURCE_MAX)
		report_error(load->report, place,
			     "all rules, receivers and maintenance together are larger than %u "
			     "bytes",
			     CONFIG_SOURCE_MAX);
}

/* Makes config of its sources; told of what as in struct config_check. */
static int make(struct config *config, const struct config_check *told)
{
	struct load *load = xcalloc(1, sizeof(*load)); /* large */
	uint32_t errors;

	load_init(load, config);
	if (config->root) {
		report_only_errors(load->report);
		read_rulebook(load, config->root);
	} else {
		read_all(load);
	}
	if (report_errors(load->report) == 0) {
		check_size(load);
		set_references(config);
	}
	if (report_errors(load->report) == 0 && !config->root)
		checks_run(load, told->now_ms);
	errors = report_errors(load->report);
	if (told->report)
		report_write(load->report, told->report);
	if (told->each)
		report_each(load->report, told->each, told->context);
	load_fini(load);
	free(load);
	if (errors > 0)
		return CONFIG_REFUSED;

	set_fingerprints(config);
	if (!config->root)
		forwarding_set_hash(config);
	sources_forget_bytes(config->sources);
	return 0;
}

int config_build_checked(struct config **ret, struct sources *sources,
			 const struct config_check *check)
{
	CLEANUP(config_free) struct config *config = config_new(check->directory, sources);
	int r;

	config->units = units_new();
	config->schema = schema_new();
	add_overrides(sources, check->overrides);
	r = make(config, check);
	if (r)
		return r;
	*ret = config;
	config = NULL;
	return 0;
}

int config_build(struct config **ret, const char *directory, struct sources *sources,
		 const struct config_overrides *overrides, struct text *report)
{
	const struct config_check check = { .directory = directory,
					    .overrides = overrides,
					    .report = report };

	return config_build_checked(ret, sources, &check);
}

int config_with_rules(struct config **ret, const struct config *base, const char *source,
		      size_t size, struct text *report)
{
	const struct config_check told = { .report = report };
	struct sources *sources = sources_new();
	CLEANUP(config_free) struct config *config = config_new(base->directory, sources);
	int r;

	config->root = base->root ? base->root : base;
	if (size > CONFIG_SOURCE_MAX || !source_text_read(sources, source, size)) {
		text_add(report, "not the files of a rulebook\n");
		return CONFIG_REFUSED;
	}
	r = make(config, &told);
	if (r)
		return r;
	*ret = config;
	config = NULL;
	return 0;
}

int config_check(struct config **ret, const struct config_check *check)
{
	CLEANUP(sources_free) struct sources *sources = sources_new();
	struct sources *taken;
	int r;

	r = sources_read(sources, check->directory);
	if (r) {
		if (check->report)
			text_add(check->report, "cannot read directory '%s': %s\n",
				 check->directory, strerror(-r));
		return err_pass(r);
	}
	taken = sources;
	sources = NULL;
	return config_build_checked(ret, taken, check);
}

int config_load(struct config **ret, const char *directory,
		const struct config_overrides *overrides, struct text *report)
{
	const struct config_check check = { .directory = directory,
					    .overrides = overrides,
					    .report = report };

	return config_check(ret, &check);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a snapshot lends, and how two of them differ. */
#include <string.h>

#include "iocd/config.h"
#include "load.h"

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
	*ret_n = config->n_written;
	return config->rules;
}

void config_rulebook(const struct config *config, struct rulebook *ret)
{
	*ret = (struct rulebook){
		.rules = config->rules,
		.n_rules = config->n_rules,
		.sequences = config->sequences,
		.n_sequences = config->n_sequences,
		.receivers = config->receivers,
		.n_receivers = config->n_receivers,
		.unit_receivers = config->unit_receivers,
		.maintenances = config->maintenances,
		.n_maintenances = config->n_maintenances,
		.generation = config->generation,
		.source = text_get(&config->source),
		.source_size = config->source.size,
	};
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

const char *config_contract_hash(const struct config *config)
{
	return config->contract_hash;
}

const uint8_t *config_sites(const struct config *config)
{
	return config->sites;
}

const bool *config_forwarded(const struct config *config)
{
	return config->forwarded;
}

const bool *config_rolled(const struct config *config)
{
	return config->rolled;
}

/* The files beside those of the rulebook, which may stand among them. */
static const struct sources *others_of(const struct config *config)
{
	return config->root ? config->root->sources : config->sources;
}

static const struct source *find_source(const struct config *config, const char *name)
{
	const struct sources *sources = others_of(config);

	for (uint32_t i = 0; i < sources->n; i++)
		if (strcmp(sources->list[i]->name, name) == 0)
			return sources->list[i];
	return NULL;
}

/* Lends the name of a file of a, the rulebook aside, that b has not or not the same; or NULL. */
static const char *find_difference(const struct config *a, const struct config *b)
{
	const struct sources *sources = others_of(a);

	for (uint32_t i = 0; i < sources->n; i++) {
		const struct source *source = sources->list[i];
		const struct source *other = find_source(b, source->name);

		if (!part_is_reloaded(source->part) && (!other || other->digest != source->digest))
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/flow_options.h"

void flow_options_from(struct flow_options *ret, const struct config *config)
{
	const struct settings *settings = config_settings(config);

	*ret = (struct flow_options){
		.units = config_units(config),
		.schema = config_schema(config),
		.prefix = settings->mqtt.prefix,
		.offset_minutes = settings->offset_minutes,
		.limits = {
			.payload = (size_t)settings->limits.payload_bytes,
			.depth = settings->limits.depth,
			.keys = settings->limits.keys,
			.batch = settings->limits.batch,
			.string = (size_t)settings->limits.string_bytes,
			.age_ms = settings->limits.age_ms,
			.future_ms = settings->limits.future_ms,
			.ahead_ms = settings->limits.ahead_ms,
		},
		.operators = settings->operators,
		.rate = settings->limits.rate,
		.burst = settings->limits.burst,
		.memory = {
			.ms = settings->limits.dedup_memory_ms,
			.ids = (uint32_t)settings->limits.dedup_ids,
			.window = (uint32_t)settings->limits.dedup_window,
		},
		.dedup_sources = (uint32_t)settings->limits.dedup_sources,
		.lateness_ms = settings->limits.lateness_ms,
		.records = (uint32_t)settings->limits.records,
		.sketch_bytes = (size_t)settings->limits.sketch_bytes,
		.sites = {
			.wanted = config_sites(config),
			.version = IOCD_VERSION,
			.hash = config_contract_hash(config),
		},
		.instance = settings->instance,
		.sender = *settings->forward.host ? settings->forward.sender : NULL,
		.rolled = config_rolled(config),
	};
	ret->indicators = config_indicators(config, &ret->n_indicators);
	config_rulebook(config, &ret->book);
	ret->tracks = config_tracks(config, &ret->n_tracks);
	ret->contracts = config_contracts(config, &ret->n_contracts);
}

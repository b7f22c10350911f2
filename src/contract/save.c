/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

static bool is_worth_saving(const struct line *line)
{
	return line->state != CONTRACT_NONE || line->heard_ms > 0;
}

static void save_watch(const struct contracts *contracts, const struct watch *watch,
		       struct bytes_writer *writer)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < contracts->n_units; i++)
		n += is_worth_saving(&watch->lines[i]);
	bytes_put_u32(writer, watch->contract->feed);
	bytes_put_u32(writer, n);
	for (uint32_t i = 0; i < contracts->n_units; i++) {
		const struct line *line = &watch->lines[i];

		if (!is_worth_saving(line))
			continue;
		bytes_put_u32(writer, i);
		bytes_put_u8(writer, line->state);
		bytes_put_i64(writer, line->heard_ms);
		bytes_put_i64(writer, line->base_ms);
		bytes_put_i64(writer, line->since_ms);
	}
}

static void save_links(const struct contracts *contracts, struct bytes_writer *writer)
{
	size_t n_all = (size_t)(contracts->n_feeds + 1) * contracts->n_units;
	uint32_t n = 0;

	for (size_t i = 0; i < n_all; i++)
		n += contracts->links[i].presence != PRESENCE_UNKNOWN;
	bytes_put_u32(writer, n);
	for (size_t i = 0; i < n_all; i++) {
		const struct link *link = &contracts->links[i];
		uint32_t row = (uint32_t)(i / contracts->n_units);

		if (link->presence == PRESENCE_UNKNOWN)
			continue;
		bytes_put_u32(writer, row == contracts->n_feeds ? TYPE_NONE : row);
		bytes_put_u32(writer, (uint32_t)(i % contracts->n_units));
		bytes_put_u8(writer, link->presence);
		bytes_put_u64(writer, link->session);
		bytes_put_i64(writer, link->since_ms);
	}
}

void contracts_save(const struct contracts *contracts, struct bytes_writer *writer)
{
	bytes_put_part(writer, CONTRACT_PART, CONTRACT_VERSION);
	bytes_put_i64(writer, contracts->now_ms);
	bytes_put_i64(writer, contracts->listening_ms);
	bytes_put_u32(writer, contracts->n_watches);
	for (uint32_t i = 0; i < contracts->n_watches; i++)
		save_watch(contracts, &contracts->watches[i], writer);
	save_links(contracts, writer);
	bytes_put_u32(writer, contracts->n_changes);
	for (uint32_t i = 0; i < contracts->n_changes; i++) {
		bytes_put_u32(writer, contracts->changes[i].feed);
		bytes_put_u32(writer, contracts->changes[i].unit);
		bytes_put_u8(writer, contracts->changes[i].is_state);
	}
}

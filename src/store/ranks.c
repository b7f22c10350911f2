/* SPDX-License-Identifier: Apache-2.0 */
#include "ranks.h"

#include <stdlib.h>

#include "iocd/base/err.h"
#include "keys.h"

void ranks_init(struct ranks *ranks, const struct store_source *source, const char *prefix)
{
	*ranks = (struct ranks){
		.indicators = source->indicators,
		.units = source->context.units,
		.prefix = prefix,
		.n_indicators = indicators_count(source->indicators),
	};
	ranks->is_dirty = xcalloc((size_t)ranks->n_indicators + 1, sizeof(*ranks->is_dirty));
	for (uint32_t i = 0; i < ranks->n_indicators; i++)
		ranks->n_ranked += indicator_is_ranked(indicators_at(ranks->indicators, i));
	if (ranks->n_ranked > 0)
		ranks->rows = xcalloc(units_count(ranks->units), sizeof(*ranks->rows));
}

void ranks_fini(struct ranks *ranks)
{
	command_fini(&ranks->command);
	free(ranks->rows);
	free(ranks->is_dirty);
}

static void mark(struct ranks *ranks, uint32_t indicator)
{
	ranks->n_dirty += !ranks->is_dirty[indicator];
	ranks->is_dirty[indicator] = true;
}

void ranks_note(struct ranks *ranks, const struct change *changes, size_t n)
{
	if (ranks->n_ranked == 0)
		return;

	for (size_t i = 0; i < n; i++) {
		const struct ranking *ranking =
			&indicators_at(ranks->indicators, changes[i].indicator)->ranking;

		if (ranking->units && ranking->units[changes[i].unit])
			mark(ranks, changes[i].indicator);
	}
}

void ranks_note_all(struct ranks *ranks)
{
	for (uint32_t i = 0; i < ranks->n_indicators; i++)
		if (indicator_is_ranked(indicators_at(ranks->indicators, i)))
			mark(ranks, i);
}

static void begin_with_key(struct ranks *ranks, const char *name, const char *indicator)
{
	command_begin(&ranks->command, name);
	key_rank(command_arg(&ranks->command), ranks->prefix, indicator);
	command_end(&ranks->command);
}

static void add_rows(struct ranks *ranks, const char *indicator, uint32_t n,
		     struct transaction *transaction)
{
	begin_with_key(ranks, "ZADD", indicator);
	for (uint32_t i = 0; i < n; i++) {
		text_add_number(command_arg(&ranks->command), ranks->rows[i].reading.value);
		command_end(&ranks->command);
		command_add(&ranks->command, units_at(ranks->units, ranks->rows[i].unit)->id);
	}
	transaction_send(transaction, &ranks->command, n);
}

static void write_one(struct ranks *ranks, uint32_t number, struct transaction *transaction)
{
	const char *id = indicators_at(ranks->indicators, number)->id;
	uint32_t n = indicators_rank(ranks->indicators, number, UNIT_NONE, ranks->rows,
				     units_count(ranks->units));
	uint32_t n_placed = rank_count_placed(ranks->rows, n);

	command_begin(&ranks->command, "SADD");
	key_ranks(command_arg(&ranks->command), ranks->prefix);
	command_end(&ranks->command);
	command_add(&ranks->command, id);
	transaction_send(transaction, &ranks->command, 1);
	begin_with_key(ranks, "UNLINK", id);
	transaction_send(transaction, &ranks->command, 1);
	if (n_placed > 0)
		add_rows(ranks, id, n_placed, transaction);
}

bool ranks_write(struct ranks *ranks, struct transaction *transaction)
{
	for (uint32_t i = 0; i < ranks->n_indicators && ranks->n_dirty > 0; i++) {
		if (!ranks->is_dirty[i])
			continue;
		if (transaction_is_full(transaction))
			return false;
		write_one(ranks, i, transaction);
		ranks->is_dirty[i] = false;
		ranks->n_dirty--;
	}
	return true;
}

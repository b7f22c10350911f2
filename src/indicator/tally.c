/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include <stdlib.h>

#include "derive.h"
#include "iocd/base/err.h"
#include "quality.h"

/* One more unit may count, for itself and for all above. */
static void expect(struct tallies *tallies, uint32_t slot, uint32_t unit)
{
	for (uint32_t u = unit; u != UNIT_NONE; u = tallies->parents[u])
		tallies->sums[(size_t)slot * tallies->n_units + u].expected++;
}

void tallies_init(struct tallies *tallies, const struct indicators_options *options)
{
	*tallies = (struct tallies){
		.list = options->list,
		.parents = units_parents(options->units),
		.n_units = units_count(options->units),
		.numbers = xcalloc((size_t)options->n_list + 1, sizeof(uint32_t)),
		.slots = xcalloc((size_t)options->n_list + 1, sizeof(uint32_t)),
	};
	for (uint32_t i = 0; i < options->n_list; i++)
		if (options->list[i].kind == INDICATOR_UNITS) {
			tallies->slots[i] = tallies->n;
			tallies->numbers[tallies->n++] = i;
		}

	tallies->sums = xcalloc((size_t)tallies->n * tallies->n_units + 1, sizeof(*tallies->sums));
	tallies->bits = xcalloc((size_t)tallies->n * tallies->n_units + 1, sizeof(*tallies->bits));
	for (uint32_t slot = 0; slot < tallies->n; slot++)
		for (uint32_t unit = 0; unit < tallies->n_units; unit++)
			if (options->list[tallies->numbers[slot]].among[unit])
				expect(tallies, slot, unit);
}

void tallies_fini(struct tallies *tallies)
{
	free(tallies->bits);
	free(tallies->sums);
	free(tallies->slots);
	free(tallies->numbers);
	*tallies = (struct tallies){ 0 };
}

/* What is to be said of unit now. */
static struct tally_bits look(const struct indicators *indicators, const struct indicator *units,
			      uint32_t unit)
{
	struct tally_bits bits = { 0 };

	for (uint32_t i = 0; i < units->n_windows; i++) {
		struct reading reading =
			indicators_read(indicators, units->parts[0], unit, &units->windows[i]);
		uint8_t bit = (uint8_t)(1u << i);

		if (!quality_is_enough(reading.quality))
			continue;
		bits.known |= bit;
		if (units_value_counts(units, reading.value))
			bits.counted |= bit;
	}
	return bits;
}

static void count_bits(struct tally *tally, struct tally_bits was, struct tally_bits is)
{
	for (uint32_t i = 0; i < INDICATOR_WINDOWS_MAX; i++) {
		tally->known[i] += (is.known >> i & 1u) - (was.known >> i & 1u);
		tally->counted[i] += (is.counted >> i & 1u) - (was.counted >> i & 1u);
	}
}

/* Looks at unit again; whether anything flipped. */
static bool update(struct indicators *indicators, uint32_t number, uint32_t unit)
{
	struct tallies *tallies = &indicators->tallies;
	size_t start = (size_t)tallies->slots[number] * tallies->n_units;
	struct tally_bits *bits = &tallies->bits[start + unit];
	struct tally_bits was = *bits;

	if (!tallies->list[number].among[unit])
		return false;
	*bits = look(indicators, &tallies->list[number], unit);
	if (bits->known == was.known && bits->counted == was.counted)
		return false;
	for (uint32_t u = unit; u != UNIT_NONE; u = tallies->parents[u])
		count_bits(&tallies->sums[start + u], was, *bits);
	return true;
}

/* Looks again at unit for those who watch indicator.  What flips goes on to those who watch what
 * follows, for these may have been passed already. */
static void follow(struct indicators *indicators, uint32_t indicator, uint32_t unit)
{
	const struct uses *uses = &indicators->plan.uses;
	uint32_t n, n_users;
	const uint32_t *watchers = lists_of(&uses->watchers, indicator, &n);

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t *users = lists_of(&uses->users, watchers[i], &n_users);

		if (!update(indicators, watchers[i], unit))
			continue;
		state_mark_users(indicators, watchers[i], unit);
		for (uint32_t u = unit; u != UNIT_NONE; u = indicators->parents[u])
			for (uint32_t k = 0; k < n_users; k++)
				follow(indicators, users[k], u);
	}
}

void tallies_follow(struct indicators *indicators)
{
	const struct changes *changes = &indicators->changes;

	if (indicators->tallies.n == 0)
		return;
	for (size_t i = 0; i < changes->n; i++) { /* grows on the way */
		struct change change = changes->list[i];

		follow(indicators, change.indicator, change.unit);
	}
}

void tallies_rebuild(struct indicators *indicators)
{
	const struct tallies *tallies = &indicators->tallies;
	bool has_flipped = true;

	/* One may look at what follows another: each round settles one more. */
	for (uint32_t round = 0; round < tallies->n && has_flipped; round++) {
		has_flipped = false;
		for (uint32_t slot = 0; slot < tallies->n; slot++)
			for (uint32_t unit = 0; unit < tallies->n_units; unit++)
				has_flipped |= update(indicators, tallies->numbers[slot], unit);
	}
}

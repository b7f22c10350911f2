/* SPDX-License-Identifier: Apache-2.0 */
/* What hangs on the rulebook: rules, figures by value, sequences; and its replacement by another,
 * which keeps of their state what fits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"
#include "state.h"

#define SEQUENCE_RECORDS 100000 /* that the rules on sequences may follow */
#define REFIT_BUFFER     4096

static struct rules *make_rules(const struct flow *flow, const struct rulebook *book)
{
	return rules_new(&(struct rules_options){
		.list = book->rules,
		.n_list = book->n_rules,
		.n_units = flow->n_units,
		.n_indicators = flow->n_indicators,
		.n_types = flow->n_types,
		.contracts = flow->contracts,
		.units = flow->units,
		.receivers = book->receivers,
		.n_receivers = book->n_receivers,
		.unit_receivers = book->unit_receivers,
		.maintenances = book->maintenances,
		.n_maintenances = book->n_maintenances,
	});
}

static struct keyed *make_keyed(const struct flow *flow, const struct rulebook *book)
{
	struct keyed_plan *plans = xcalloc((size_t)book->n_rules + 1, sizeof(*plans));
	const struct keyed_options options = {
		.units = flow->units,
		.schema = flow->schema,
		.indicators = flow->indicator_list,
		.n_indicators = flow->n_indicators,
		.figures = flow->indicators,
		.list = plans,
		.n_list = (uint32_t)rules_plans(book->rules, book->n_rules, plans),
	};
	struct keyed *keyed = keyed_new(&options);

	free(plans);
	return keyed;
}

static int make_sequences(struct trackers **ret, const struct flow *flow,
			  const struct rulebook *book)
{
	return trackers_new(ret, &(struct trackers_options){
					 .units = flow->units,
					 .schema = flow->schema,
					 .list = book->sequences,
					 .n_list = book->n_sequences,
					 .records = SEQUENCE_RECORDS,
				 });
}

int rules_make(struct flow *flow, const struct rulebook *book)
{
	int r = make_sequences(&flow->sequences, flow, book);

	if (r)
		return err_pass(r);
	flow->rulebook = *book;
	flow->keyed = make_keyed(flow, book);
	flow->rules = make_rules(flow, book);
	return 0;
}

void rules_unmake(struct flow *flow)
{
	rules_free(flow->rules);
	keyed_free(flow->keyed);
	trackers_free(flow->sequences);
}

/* The same units on both sides. */
static uint32_t *make_identity(uint32_t n)
{
	uint32_t *same = xcalloc((size_t)n + 1, sizeof(*same));

	for (uint32_t i = 0; i < n; i++)
		same[i] = i;
	return same;
}

static void move_state(struct keyed *keyed, struct trackers *sequences, const struct flow *from)
{
	uint32_t *same = make_identity(from->n_units);
	const struct renumber units = { .to = same, .n = from->n_units };
	CLEANUP_TEXT struct text luggage = { 0 };
	char buffer[REFIT_BUFFER];
	struct bytes_writer writer;
	struct bytes_reader reader;

	bytes_writer_init(&writer, bytes_into_text, &luggage, buffer, sizeof(buffer));
	keyed_save(from->keyed, &writer);
	trackers_save(from->sequences, &writer);
	if (bytes_flush(&writer) == 0) {
		bytes_reader_init(&reader, text_get(&luggage), luggage.size);
		keyed_load(keyed, &reader, &units);
		trackers_load(sequences, &reader, &units);
	}
	free(same);
}

void rules_replace(struct flow *flow, const struct rulebook *book, const char *by)
{
	struct rules *rules = make_rules(flow, book);
	struct keyed *keyed = make_keyed(flow, book);
	struct trackers *sequences;

	if (make_sequences(&sequences, flow, book)) { /* no address space: the old rules stay */
		keyed_free(keyed);
		rules_free(rules);
		return;
	}
	move_state(keyed, sequences, flow);
	alertbook_replace_rules(flow->book, rules, by, flow->tick_ms, flow->position);
	rules_unmake(flow);
	flow->rules = rules;
	flow->keyed = keyed;
	flow->sequences = sequences;
	flow->rulebook = *book;
	flow->rules_changes++;
	flow->rules_are_new = true;
	(void)snprintf(flow->reviewer, sizeof(flow->reviewer), "%s", by);
}

int rules_adopt(struct flow *flow, const struct rulebook *book)
{
	flow->book = alertbook_free(flow->book);
	rules_unmake(flow);
	flow->rules = NULL;
	flow->keyed = NULL;
	flow->sequences = NULL;
	if (rules_make(flow, book))
		return err_fold(-ENOMEM);
	flow->book = alertbook_new(flow->rules);
	flow->rules_changes++;
	return 0;
}

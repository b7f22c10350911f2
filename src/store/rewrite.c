/* SPDX-License-Identifier: Apache-2.0 */
#include "rewrite.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "keys.h"

#define UNLINK_AT_ONCE 500 /* keys in one command */

typedef void key_fn(struct text *key, const char *prefix);

static void add_key(struct rewrite *rewrite, key_fn *key)
{
	key(command_arg(&rewrite->command), rewrite->prefix);
	command_end(&rewrite->command);
}

static void enter(struct rewrite *rewrite, enum rewrite_phase phase)
{
	rewrite->phase = phase;
	rewrite->item = 0;
	rewrite->offset = 0;
	rewrite->unit = 0;
	rewrite->indicator = 0;
}

static void unlink_single_keys(struct rewrite *rewrite, struct transaction *transaction)
{
	command_begin(&rewrite->command, "UNLINK");
	add_key(rewrite, key_cursor);
	add_key(rewrite, key_units);
	add_key(rewrite, key_ranks);
	add_key(rewrite, key_alerts);
	add_key(rewrite, key_health);
	if (rewrite->renews_alertlog)
		add_key(rewrite, key_alertlog);
	if (rewrite->renews_deadletter)
		add_key(rewrite, key_deadletter);
	transaction_send(transaction, &rewrite->command, 1);
	health_put_all(rewrite->health);
	enter(rewrite, REWRITE_OLD_UNITS);
}

static void add_unit_keys(struct rewrite *rewrite, const char *unit, size_t n)
{
	char id[64];

	if (n >= sizeof(id)) /* no unit of ours was ever called so */
		return;

	memcpy(id, unit, n);
	id[n] = '\0';
	key_live(command_arg(&rewrite->command), rewrite->prefix, id);
	command_end(&rewrite->command);
	key_meta(command_arg(&rewrite->command), rewrite->prefix, id);
	command_end(&rewrite->command);
}

static void add_alert_key(struct rewrite *rewrite, const char *member, size_t n)
{
	key_alert_of_member(command_arg(&rewrite->command), rewrite->prefix, member, n);
	command_end(&rewrite->command);
}

static void add_rank_key(struct rewrite *rewrite, const char *indicator, size_t n)
{
	key_rank(command_arg(&rewrite->command), rewrite->prefix, "");
	text_add_bytes(command_arg(&rewrite->command), indicator, n);
	command_end(&rewrite->command);
}

/* Unlinks what the next items of list name; then comes the next phase. */
static void unlink_listed(struct rewrite *rewrite, struct transaction *transaction,
			  const struct redis_command *list,
			  void (*add)(struct rewrite *, const char *, size_t),
			  enum rewrite_phase next)
{
	const char *bytes = text_get(&list->bytes);

	command_begin(&rewrite->command, "UNLINK");
	while (rewrite->item < list->n && rewrite->command.n < UNLINK_AT_ONCE) {
		size_t n = list->sizes[rewrite->item++];

		add(rewrite, bytes + rewrite->offset, n);
		rewrite->offset += n;
	}
	if (rewrite->command.n > 1)
		transaction_send(transaction, &rewrite->command, rewrite->command.n);
	if (rewrite->item == list->n)
		enter(rewrite, next);
}

static void add_to_units(struct rewrite *rewrite, struct transaction *transaction)
{
	command_begin(&rewrite->command, "SADD");
	add_key(rewrite, key_units);
	command_add(&rewrite->command,
		    units_at(rewrite->figures->context->units, rewrite->unit)->id);
	transaction_send(transaction, &rewrite->command, 1);
}

/* Writes one unit, or as much of it as there is room for. */
static void write_values(struct rewrite *rewrite, struct transaction *transaction)
{
	struct figures *figures = rewrite->figures;

	if (rewrite->unit == figures->n_units) {
		ranks_note_all(rewrite->ranks);
		enter(rewrite, REWRITE_RANKS);
		return;
	}

	if (rewrite->indicator == 0)
		add_to_units(rewrite, transaction);
	figures_write_unit(figures, transaction, rewrite->unit, &rewrite->indicator);
	if (rewrite->indicator == figures->n_indicators) {
		rewrite->indicator = 0;
		rewrite->unit++;
	}
}

static void copy_alert(void *context, const struct alert *alert)
{
	struct rewrite *rewrite = context;

	if (rewrite->n_alerts == rewrite->alerts_capacity) {
		rewrite->alerts_capacity = rewrite->alerts_capacity * 2 + 16;
		rewrite->alerts = xrealloc(rewrite->alerts, rewrite->alerts_capacity,
					   sizeof(*rewrite->alerts));
	}
	rewrite->alerts[rewrite->n_alerts++] = *alert;
}

/* The book may change between two chunks: what follows is told by its transitions. */
static void copy_alerts(struct rewrite *rewrite)
{
	rewrite->n_alerts = 0;
	alertbook_each_raised(rewrite->news->book, copy_alert, rewrite);
	rewrite->news->applied = alertbook_last(rewrite->news->book);
	enter(rewrite, REWRITE_ALERTS);
}

static void write_alerts(struct rewrite *rewrite, struct transaction *transaction)
{
	while (rewrite->item < rewrite->n_alerts && !transaction_is_full(transaction))
		news_write_alert(rewrite->news, transaction, &rewrite->alerts[rewrite->item++]);
	if (rewrite->item == rewrite->n_alerts)
		enter(rewrite, REWRITE_MINUTES);
}

static void write_minutes(struct rewrite *rewrite, struct transaction *transaction)
{
	struct figures *figures = rewrite->figures;

	if (rewrite->unit == figures->n_units) {
		enter(rewrite, REWRITE_STREAMS);
		return;
	}

	figures_write_unit_minutes(figures, transaction, rewrite->unit, &rewrite->indicator);
	if (rewrite->indicator == figures->n_indicators) {
		rewrite->indicator = 0;
		rewrite->unit++;
	}
}

static void write_streams(struct rewrite *rewrite, struct transaction *transaction)
{
	news_write(rewrite->news, transaction);
	samples_write(rewrite->samples, transaction);
	if (news_waiting(rewrite->news) == 0 && samples_waiting(rewrite->samples) == 0)
		enter(rewrite, REWRITE_DONE);
}

static void write_phase(struct rewrite *rewrite, struct transaction *transaction)
{
	switch (rewrite->phase) {
	case REWRITE_SINGLE_KEYS:
		unlink_single_keys(rewrite, transaction);
		break;
	case REWRITE_OLD_UNITS:
		unlink_listed(rewrite, transaction, &rewrite->look->units, add_unit_keys,
			      REWRITE_OLD_ALERTS);
		break;
	case REWRITE_OLD_ALERTS:
		unlink_listed(rewrite, transaction, &rewrite->look->members, add_alert_key,
			      REWRITE_OLD_RANKS);
		break;
	case REWRITE_OLD_RANKS:
		unlink_listed(rewrite, transaction, &rewrite->look->ranks, add_rank_key,
			      REWRITE_VALUES);
		break;
	case REWRITE_VALUES:
		write_values(rewrite, transaction);
		break;
	case REWRITE_RANKS:
		if (ranks_write(rewrite->ranks, transaction))
			enter(rewrite, REWRITE_COUNT_ALERTS);
		break;
	case REWRITE_COUNT_ALERTS:
		copy_alerts(rewrite);
		break;
	case REWRITE_ALERTS:
		write_alerts(rewrite, transaction);
		break;
	case REWRITE_MINUTES:
		write_minutes(rewrite, transaction);
		break;
	case REWRITE_STREAMS:
		write_streams(rewrite, transaction);
		break;
	case REWRITE_DONE:
		break;
	}
}

void rewrite_begin(struct rewrite *rewrite)
{
	enter(rewrite, REWRITE_SINGLE_KEYS);
}

void rewrite_fini(struct rewrite *rewrite)
{
	free(rewrite->alerts);
	command_fini(&rewrite->command);
}

void rewrite_write(struct rewrite *rewrite, struct transaction *transaction)
{
	while (!rewrite_is_done(rewrite) && !transaction_is_full(transaction))
		write_phase(rewrite, transaction);
}

bool rewrite_is_done(const struct rewrite *rewrite)
{
	return rewrite->phase == REWRITE_DONE;
}

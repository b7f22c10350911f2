/* SPDX-License-Identifier: Apache-2.0 */
#include "figures.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "keys.h"

#define MINUTE_MS      60000
#define CLOSE_AFTER_MS 5000    /* events of a minute may still be on their way when it ends */
#define MINUTES_BACK   59      /* how far back indicators_read_minute() can look */
#define RECENT_KEPT_S  "90000" /* of p:recent after its last entry: a day and an hour */
#define READING_WEIGHT 8       /* of looking through the past hour of a pair, in hash fields */

int figures_init(struct figures *figures, const struct store_source *source, const char *prefix)
{
	uint32_t n_indicators = indicators_count(source->indicators);
	uint32_t n_units = units_count(source->context.units);
	uint64_t n_pairs = (uint64_t)n_indicators * n_units;

	if (n_pairs >= UINT32_MAX)
		return err_raise(-E2BIG);

	*figures = (struct figures){
		.indicators = source->indicators,
		.context = &source->context,
		.prefix = prefix,
		.n_indicators = n_indicators,
		.n_units = n_units,
		.written = xcalloc(n_pairs + 1, sizeof(*figures->written)),
	};
	pairs_init(&figures->dirty, (uint32_t)n_pairs);
	pairs_init(&figures->fresh, (uint32_t)n_pairs);
	pairs_init(&figures->due, (uint32_t)n_pairs);
	return 0;
}

void figures_fini(struct figures *figures)
{
	command_fini(&figures->live);
	command_fini(&figures->gone);
	command_fini(&figures->meta);
	pairs_fini(&figures->dirty);
	pairs_fini(&figures->fresh);
	pairs_fini(&figures->due);
	free(figures->written);
}

void figures_note(struct figures *figures, const struct change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t pair = changes[i].unit * figures->n_indicators + changes[i].indicator;

		pairs_add(&figures->dirty, pair);
		pairs_add(&figures->fresh, pair);
	}
}

static uint32_t closed_by_now(const struct figures *figures)
{
	int64_t ended_ms = indicators_now_ms(figures->indicators) - CLOSE_AFTER_MS;

	return ended_ms > MINUTE_MS ? (uint32_t)(ended_ms / MINUTE_MS - 1) : 0;
}

void figures_forget(struct figures *figures)
{
	pairs_clear(&figures->dirty);
	pairs_clear(&figures->due);
	figures->closed = closed_by_now(figures);
}

void figures_close_minute(struct figures *figures)
{
	uint32_t closed = closed_by_now(figures);
	struct pairs empty = figures->due;

	if (closed <= figures->closed || empty.n > 0)
		return;

	figures->closed = closed;
	figures->due = figures->fresh;
	figures->fresh = empty;
}

bool figures_wait(const struct figures *figures)
{
	return figures->dirty.n > 0 || figures->due.n > 0;
}

static const char *unit_id(const struct figures *figures, uint32_t unit)
{
	return units_at(figures->context->units, unit)->id;
}

/* ---- p:live and p:meta ---- */

static void begin(struct redis_command *command, const char *name,
		  void (*key)(struct text *, const char *, const char *),
		  const struct figures *figures, uint32_t unit)
{
	command_begin(command, name);
	key(command_arg(command), figures->prefix, unit_id(figures, unit));
	command_end(command);
}

static void begin_group(struct figures *figures, uint32_t unit)
{
	begin(&figures->live, "HSET", key_live, figures, unit);
	begin(&figures->gone, "HDEL", key_live, figures, unit);
	begin(&figures->meta, "HSET", key_meta, figures, unit);
}

/* Sends a command unless it has nothing but a name and a key; says how many fields it has. */
static size_t send_if_any(struct transaction *transaction, struct redis_command *command,
			  size_t args_per_field)
{
	size_t n = (command->n - 2) / args_per_field;

	if (n > 0)
		transaction_send(transaction, command, n);
	return n;
}

static void send_group(struct figures *figures, struct transaction *transaction)
{
	transaction->fields += send_if_any(transaction, &figures->live, 2);
	transaction->fields += send_if_any(transaction, &figures->meta, 2);
	(void)send_if_any(transaction, &figures->gone, 1);
}

static void add_value(struct figures *figures, const struct indicator *indicator,
		      const struct window *window, const struct reading *reading)
{
	bool is_known = reading->quality != QUALITY_UNKNOWN && isfinite(reading->value);
	struct redis_command *command = is_known ? &figures->live : &figures->gone;

	key_field(command_arg(command), indicator->id, window->text);
	command_end(command);
	if (!is_known)
		return;

	text_add_number(command_arg(command), reading->value);
	command_end(command);
}

static void add_word(struct text *text, const char *word)
{
	text_add_bytes(text, word, strlen(word));
}

static void add_quality(struct text *text, const struct reading *reading)
{
	add_word(text, quality_name(reading->quality));
	if (reading->quality != QUALITY_PARTIAL)
		return;
	add_word(text, " ");
	text_add_number(text, reading->reporting);
	add_word(text, "/");
	text_add_number(text, reading->expected);
}

static void add_meta(struct figures *figures, const struct indicator *indicator,
		     const struct reading *reading)
{
	struct redis_command *meta = &figures->meta;
	char time[CIVIL_TEXT_MAX] = "-";

	if (reading->last_ms > 0)
		(void)civil_format(time, reading->last_ms, figures->context->offset_minutes);
	command_add(meta, indicator->id);
	/* Without printf: every commit has thousands of these. */
	add_quality(command_arg(meta), reading);
	add_word(command_arg(meta), "|");
	add_word(command_arg(meta), time);
	add_word(command_arg(meta), "|");
	text_add_number(command_arg(meta), (double)reading->samples);
	if (reading->is_provisional)
		add_word(command_arg(meta), "|provisional");
	command_end(meta);
}

/* Adds all that there is to say of a pair to the commands of its unit. */
static void add_pair(struct figures *figures, uint32_t number, uint32_t unit)
{
	const struct indicator *indicator = indicators_at(figures->indicators, number);

	for (uint32_t i = 0; i < indicator->n_windows; i++) {
		const struct window *window = &indicator->windows[i];
		struct reading reading = indicators_read(figures->indicators, number, unit, window);

		add_value(figures, indicator, window, &reading);
		if (i == 0)
			add_meta(figures, indicator, &reading);
	}
}

static size_t weight_of(const struct figures *figures, uint32_t number)
{
	return indicators_at(figures->indicators, number)->n_windows + 1u;
}

static int compare_pairs(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* Takes as many dirty pairs as there is room for, those of a unit side by side. */
static size_t take_group(struct figures *figures, const struct transaction *transaction)
{
	size_t weight = transaction->weight;
	size_t n = 0;

	while (figures->dirty.n > 0 && weight < STORE_CHUNK && n < COUNT(figures->group)) {
		uint32_t pair = pairs_take(&figures->dirty);

		weight += weight_of(figures, pair % figures->n_indicators);
		figures->group[n++] = pair;
	}
	qsort(figures->group, n, sizeof(*figures->group), compare_pairs);
	return n;
}

void figures_write_changes(struct figures *figures, struct transaction *transaction)
{
	size_t n = take_group(figures, transaction);

	for (size_t i = 0; i < n; i++) {
		uint32_t unit = figures->group[i] / figures->n_indicators;
		bool is_first = i == 0 || figures->group[i - 1] / figures->n_indicators != unit;
		bool is_last = i + 1 == n || figures->group[i + 1] / figures->n_indicators != unit;

		if (is_first)
			begin_group(figures, unit);
		add_pair(figures, figures->group[i] % figures->n_indicators, unit);
		if (is_last)
			send_group(figures, transaction);
	}
}

static void unlink_values(struct figures *figures, struct transaction *transaction, uint32_t unit)
{
	struct redis_command *command = &figures->gone;

	begin(command, "UNLINK", key_live, figures, unit);
	key_meta(command_arg(command), figures->prefix, unit_id(figures, unit));
	command_end(command);
	transaction_send(transaction, command, 1);
}

void figures_write_unit(struct figures *figures, struct transaction *transaction, uint32_t unit,
			uint32_t *from)
{
	size_t weight = transaction->weight;

	if (*from == 0)
		unlink_values(figures, transaction, unit);
	begin_group(figures, unit);
	for (; *from < figures->n_indicators && weight < STORE_CHUNK; ++*from) {
		weight += weight_of(figures, *from);
		add_pair(figures, *from, unit);
	}
	send_group(figures, transaction);
}

/* ---- p:recent ---- */

static void add_recent_key(const struct figures *figures, struct redis_command *command,
			   uint32_t pair)
{
	key_recent(command_arg(command), figures->prefix,
		   unit_id(figures, pair / figures->n_indicators),
		   indicators_at(figures->indicators, pair % figures->n_indicators)->id);
	command_end(command);
}

static void write_minute(struct figures *figures, struct transaction *transaction, uint32_t pair,
			 uint32_t minute, double value)
{
	struct redis_command *command = &figures->live;

	command_begin(command, "XADD");
	add_recent_key(figures, command, pair);
	command_add(command, "MAXLEN");
	command_add(command, "~");
	command_add_integer(command, STORE_RECENT);
	text_add(command_arg(command), "%" PRIu64 "-0", (uint64_t)minute * MINUTE_MS);
	command_end(command);
	command_add(command, "v");
	text_add_number(command_arg(command), value);
	command_end(command);
	transaction_send(transaction, command, 1);
}

/* So that the streams of indicators and units that are no more go away by themselves. */
static void write_expiry(struct figures *figures, struct transaction *transaction, uint32_t pair)
{
	struct redis_command *command = &figures->live;

	command_begin(command, "EXPIRE");
	add_recent_key(figures, command, pair);
	command_add(command, RECENT_KEPT_S);
	transaction_send(transaction, command, 1);
}

static struct reading read_minute(const struct figures *figures, uint32_t pair,
				  uint32_t minutes_ago)
{
	return indicators_read_minute(figures->indicators, pair % figures->n_indicators,
				      pair / figures->n_indicators, minutes_ago);
}

/* A pair may have changed in a minute that was not over yet: then its turn comes again. */
static void come_back(struct figures *figures, uint32_t pair, uint32_t present)
{
	uint32_t first = present > MINUTES_BACK ? present - MINUTES_BACK : 0;

	if (first <= figures->closed)
		first = figures->closed + 1;
	for (uint32_t minute = first; minute <= present; minute++)
		if (read_minute(figures, pair, present - minute).samples > 0)
			pairs_add(&figures->fresh, pair);
}

/* Whether an indicator is what there is, or worked out of such: then it is nothing over a minute.
 */
static bool is_level(const struct figures *figures, uint32_t number)
{
	const struct indicator *indicator = indicators_at(figures->indicators, number);

	switch (indicator->kind) {
	case INDICATOR_COUNT:
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
		return false;
	case INDICATOR_RATIO:
		return is_level(figures, indicator->parts[0]) ||
		       is_level(figures, indicator->parts[1]);
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
	case INDICATOR_SCORE:
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
	case INDICATOR_BASELINE:
	case INDICATOR_UNITS:
		break;
	}
	return true;
}

/* Writes what a level is as a minute ends. */
static void write_level(struct figures *figures, struct transaction *transaction, uint32_t pair)
{
	uint32_t number = pair % figures->n_indicators;
	struct reading reading =
		indicators_read(figures->indicators, number, pair / figures->n_indicators,
				&indicators_at(figures->indicators, number)->windows[0]);

	if (figures->written[pair] < figures->closed && isfinite(reading.value)) {
		write_minute(figures, transaction, pair, figures->closed, reading.value);
		write_expiry(figures, transaction, pair);
	}
	figures->written[pair] = figures->closed;
}

/* Writes the closed minutes of a pair that are not written yet and had events. */
static void write_minutes(struct figures *figures, struct transaction *transaction, uint32_t pair)
{
	uint32_t present = (uint32_t)(indicators_now_ms(figures->indicators) / MINUTE_MS);
	uint32_t minute = figures->written[pair] + 1;
	bool any = false;

	if (is_level(figures, pair % figures->n_indicators)) {
		write_level(figures, transaction, pair);
		return;
	}
	if (minute + MINUTES_BACK < present)
		minute = present - MINUTES_BACK;
	for (; minute <= figures->closed; minute++) {
		struct reading reading = read_minute(figures, pair, present - minute);

		if (reading.samples == 0 || !isfinite(reading.value))
			continue;
		write_minute(figures, transaction, pair, minute, reading.value);
		any = true;
	}
	figures->written[pair] = figures->closed;
	come_back(figures, pair, present);
	if (any)
		write_expiry(figures, transaction, pair);
}

void figures_write_minutes(struct figures *figures, struct transaction *transaction)
{
	while (figures->due.n > 0 && !transaction_is_full(transaction)) {
		transaction->weight++; /* reading costs, too */
		write_minutes(figures, transaction, pairs_take(&figures->due));
	}
}

static void unlink_minutes(struct figures *figures, struct transaction *transaction, uint32_t unit)
{
	struct redis_command *command = &figures->gone;

	command_begin(command, "UNLINK");
	for (uint32_t i = 0; i < figures->n_indicators; i++)
		add_recent_key(figures, command, unit * figures->n_indicators + i);
	transaction_send(transaction, command, 1 + figures->n_indicators / 8);
}

void figures_write_unit_minutes(struct figures *figures, struct transaction *transaction,
				uint32_t unit, uint32_t *from)
{
	if (*from == 0 && figures->n_indicators > 0)
		unlink_minutes(figures, transaction, unit);
	for (; *from < figures->n_indicators && !transaction_is_full(transaction); ++*from) {
		uint32_t pair = unit * figures->n_indicators + *from;
		const struct indicator *indicator = indicators_at(figures->indicators, *from);
		struct reading reading =
			indicators_read(figures->indicators, *from, unit, &indicator->windows[0]);

		figures->written[pair] = 0;
		if (reading.last_ms == 0)
			continue;
		transaction->weight += READING_WEIGHT;
		write_minutes(figures, transaction, pair);
	}
}

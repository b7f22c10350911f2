/* SPDX-License-Identifier: Apache-2.0 */
#include "stock.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "key.h"
#include "moment.h"

#define TABLE_SIZE    (2 * (size_t)STOCK_VALUES_MAX)
#define VALUE_MAX     1e300 /* so that no sum of values is infinite */
#define TOLD_KEY      1     /* of what sites say: no text has that hash, but by chance */
#define DAY_MS        (INT64_C(24) * 60 * MINUTE_MS)
#define SAVED_PART    "stocks"
#define SAVED_VERSION 2
#define SAVED_BYTES   48 /* of one value */

static void exact_add(struct exact *exact, double x)
{
	double sum = exact->hi + x;
	double taken = sum - exact->hi;
	double rest = (exact->hi - (sum - taken)) + (x - taken) + exact->lo;

	exact->hi = sum + rest;
	exact->lo = rest - (exact->hi - sum);
}

/* What a stock holds, in the words of the configuration. */
static uint64_t key_of_stock(const struct schema *schema, const struct indicator *indicator)
{
	const struct event_type *type = schema_type(schema, indicator->type);
	const struct stream stream = {
		.where = &indicator->where,
		.type = indicator->type,
		.feed = type->feed,
		.needs = indicator->field,
	};
	uint64_t key = key_of_stream(schema, &stream);

	if (indicator->by_field == TYPE_NONE)
		return XXH3_64bits_withSeed("stock", 5, key);
	return XXH3_64bits_withSeed(type->fields[indicator->by_field].name,
				    strlen(type->fields[indicator->by_field].name), key);
}

static void find_stocks(struct stocks *stocks, const struct indicators_options *options)
{
	lists_init(&stocks->types, schema_n_types(options->schema));
	for (uint32_t i = 0; i < options->n_list; i++) {
		const struct indicator *indicator = &options->list[i];

		if (indicator->kind != INDICATOR_STOCK)
			continue;
		lists_add(&stocks->types, indicator->type, stocks->n);
		stocks->keys[stocks->n] = key_of_stock(options->schema, indicator);
		stocks->slots[i] = stocks->n;
		stocks->numbers[stocks->n++] = i;
	}
	lists_seal(&stocks->types);
}

static bool stood_below(const struct units *units, uint32_t unit, uint32_t above)
{
	for (int depth = 0; unit != UNIT_NONE && depth <= UNIT_DEPTH_MAX; depth++) {
		unit = units_at(units, unit)->parent;
		if (unit == above)
			return true;
	}
	return false;
}

static void find_formers(struct stocks *stocks, const struct indicators_options *options)
{
	const struct units *units = options->units;
	uint32_t n = units_registered(units);

	stocks->formers = xcalloc((size_t)n + 1, sizeof(*stocks->formers));
	lists_init(&stocks->heirs, stocks->n_units);
	for (uint32_t i = stocks->n_units; i < n; i++) {
		struct former *former = &stocks->formers[i];
		const struct unit *unit = units_at(units, i);

		former->sender = XXH3_64bits(unit->id, strlen(unit->id)) | 1;
		former->successor = units_successor(units, i);
		former->end_ms = INT64_MAX;
		if (unit->until_day == INT32_MAX || stood_below(units, i, former->successor))
			continue;
		former->end_ms = (unit->until_day + (int64_t)1) * DAY_MS -
				 options->offset_minutes * (int64_t)MINUTE_MS;
		lists_add(&stocks->heirs, former->successor, i);
	}
	lists_seal(&stocks->heirs);
}

static void *map_zeroes(size_t size)
{
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_NORESERVE | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return base == MAP_FAILED ? NULL : base;
}

int stocks_init(struct stocks *stocks, const struct indicators_options *options)
{
	size_t n_list = options->n_list;

	*stocks = (struct stocks){
		.list = options->list,
		.schema = options->schema,
		.parents = units_parents(options->units),
		.n_units = units_count(options->units),
		.numbers = xcalloc(n_list + 1, sizeof(uint32_t)),
		.slots = xcalloc(n_list + 1, sizeof(uint32_t)),
		.keys = xcalloc(n_list + 1, sizeof(uint64_t)),
	};
	find_stocks(stocks, options);
	find_formers(stocks, options);
	if (stocks->n == 0)
		return 0;

	stocks->sums = xcalloc((size_t)stocks->n * stocks->n_units + 1, sizeof(*stocks->sums));
	stocks->values = map_zeroes(STOCK_VALUES_MAX * sizeof(*stocks->values));
	stocks->table = map_zeroes(TABLE_SIZE * sizeof(*stocks->table));
	return stocks->values && stocks->table ? 0 : err_raise(-ENOMEM);
}

void stocks_fini(struct stocks *stocks)
{
	if (stocks->table)
		(void)munmap(stocks->table, TABLE_SIZE * sizeof(*stocks->table));
	if (stocks->values)
		(void)munmap(stocks->values, STOCK_VALUES_MAX * sizeof(*stocks->values));
	lists_fini(&stocks->types);
	lists_fini(&stocks->heirs);
	free(stocks->formers);
	free(stocks->sums);
	free(stocks->keys);
	free(stocks->slots);
	free(stocks->numbers);
	*stocks = (struct stocks){ 0 };
}

/* What a value is known by. */
struct name {
	uint32_t slot, unit;
	uint64_t key, sender;
};

/* Where in the table a value is, or would be: the table is never full. */
static uint32_t *find_place(const struct stocks *stocks, const struct name *name)
{
	uint64_t of = (uint64_t)name->slot << 32 | name->unit;
	size_t at =
		XXH3_64bits_withSeed(&of, sizeof(of), name->key ^ name->sender) & (TABLE_SIZE - 1);

	for (; stocks->table[at]; at = (at + 1) & (TABLE_SIZE - 1)) {
		const struct stock_value *value = &stocks->values[stocks->table[at] - 1];

		if (value->key == name->key && value->unit == name->unit &&
		    value->slot == name->slot && value->sender == name->sender)
			break;
	}
	return &stocks->table[at];
}

/* Lends a held value, a new one (of time INT64_MIN) if there was none; NULL: no room. */
static struct stock_value *hold(struct stocks *stocks, const struct name *name)
{
	uint32_t *place = find_place(stocks, name);
	struct stock_value *value;

	if (*place)
		return &stocks->values[*place - 1];
	if (stocks->n_values == STOCK_VALUES_MAX)
		return NULL;

	value = &stocks->values[stocks->n_values++];
	*value = (struct stock_value){ .key = name->key,
				       .sender = name->sender,
				       .time_ms = INT64_MIN,
				       .slot = name->slot,
				       .unit = name->unit };
	*place = stocks->n_values;
	return value;
}

/* Takes one value out of a stock and puts one in; n: 1 if there was none to take out. */
static void exchange(struct stock *stock, double out, const struct stock_value *in, uint32_t n)
{
	exact_add(&stock->sum, in->value);
	exact_add(&stock->sum, -out);
	stock->n += n;
	if (stock->last_ms < in->time_ms)
		stock->last_ms = in->time_ms;
	if (stock->position < in->position)
		stock->position = in->position;
}

/* Carries what value was, and now is, to its unit and all above. */
static void carry_value(struct stocks *stocks, const struct stock_value *value, double was,
			uint32_t n)
{
	struct stock *sums = &stocks->sums[(size_t)value->slot * stocks->n_units];
	struct stock *own = &sums[value->unit];

	exact_add(&own->own, value->value);
	exact_add(&own->own, -was);
	own->n_own += n;
	for (uint32_t u = value->unit; u != UNIT_NONE; u = stocks->parents[u])
		exchange(&sums[u], was, value, n);
}

static uint64_t hash_text(const char *bytes, size_t size)
{
	return XXH3_64bits(bytes, size);
}

/* The hash of what tells values of indicator apart; choices go by their words. */
static uint64_t key_of_event(const struct stocks *stocks, const struct indicator *indicator,
			     const struct event *event)
{
	const struct value *value;
	const struct field *field;
	const char *choice;

	if (indicator->by_field == TYPE_NONE || !event->values[indicator->by_field].present)
		return 0;

	value = &event->values[indicator->by_field];
	field = &schema_type(stocks->schema, event->type)->fields[indicator->by_field];
	if (field->kind != FIELD_CHOICE)
		return hash_text(value->text.bytes, value->text.size);
	choice = field->choices[value->choice];
	return hash_text(choice, strlen(choice));
}

static double bounded(double value)
{
	return fmax(-VALUE_MAX, fmin(VALUE_MAX, value));
}

/* Whether the unit of name has spoken for former. */
static bool was_spoken_for(const struct stocks *stocks, const struct name *name, uint32_t former)
{
	const struct name own = { name->slot, name->unit, name->key, 0 };
	uint32_t place = *find_place(stocks, &own);

	return place && stocks->values[place - 1].time_ms >= stocks->formers[former].end_ms;
}

/* What the former units said that value speaks for now is over. */
static void speak_for_formers(struct stocks *stocks, const struct stock_value *value)
{
	uint32_t n;
	const uint32_t *formers = lists_of(&stocks->heirs, value->unit, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct former *former = &stocks->formers[formers[i]];
		const struct name name = { value->slot, value->unit, value->key, former->sender };
		uint32_t place = value->time_ms < former->end_ms ? 0 : *find_place(stocks, &name);

		if (place) {
			struct stock_value *theirs = &stocks->values[place - 1];
			double was = theirs->value;

			theirs->value = 0;
			carry_value(stocks, theirs, was, 0);
		}
	}
}

/* Lends the held value of name if what is said of it now counts. */
static struct stock_value *hold_newer(struct stocks *stocks, const struct name *name,
				      uint32_t former, int64_t time_ms)
{
	struct stock_value *value;

	if (former && was_spoken_for(stocks, name, former))
		return NULL;
	value = hold(stocks, name);
	if (!value) {
		stocks->refusals++;
		counter_add(COUNTER_stock_refused, 1);
		return NULL;
	}
	return time_ms < value->time_ms ? NULL : value;
}

/* Makes value what in says, and carries that. */
static void renew(struct stocks *stocks, struct stock_value *value, const struct stock_told *in)
{
	bool is_new = value->time_ms == INT64_MIN;
	double was = value->value;

	value->time_ms = in->time_ms;
	value->value = bounded(in->value);
	value->position = in->position;
	carry_value(stocks, value, was, is_new);
	if (!in->former)
		speak_for_formers(stocks, value);
}

/* Takes event into one stock; whether that changed it. */
static bool take(struct stocks *stocks, uint32_t slot, const struct event *event, int64_t time_ms)
{
	const struct indicator *indicator = &stocks->list[stocks->numbers[slot]];
	struct name name = { .slot = slot, .unit = event->unit };
	struct stock_told in = { .former = event->former,
				 .time_ms = time_ms,
				 .position = event->position };
	struct stock_value *value;

	if (!event->values[indicator->field].present || !where_holds(&indicator->where, event))
		return false;

	name.key = key_of_event(stocks, indicator, event);
	name.sender = event->former ? stocks->formers[event->former].sender : 0;
	value = hold_newer(stocks, &name, event->former, time_ms);
	if (!value)
		return false;
	in.value = event->values[indicator->field].number;
	renew(stocks, value, &in);
	return true;
}

/* What sites said of former units that name speaks for, unless that is over. */
static double told_of_formers(const struct stocks *stocks, const struct name *name)
{
	double sum = 0;
	uint32_t n;
	const uint32_t *formers = lists_of(&stocks->heirs, name->unit, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct name theirs = { name->slot, name->unit, name->key,
					     stocks->formers[formers[i]].sender };
		uint32_t place = *find_place(stocks, &theirs);

		sum += place ? stocks->values[place - 1].value : 0;
	}
	return sum;
}

void stocks_tell(struct stocks *stocks, uint32_t slot, const struct stock_told *told,
		 stock_changed_fn *changed, void *context)
{
	const struct stock *stock = &stocks->sums[(size_t)slot * stocks->n_units + told->unit];
	const struct name name = { slot, told->unit, TOLD_KEY,
				   told->former ? stocks->formers[told->former].sender : 0 };
	struct stock_value *value = hold_newer(stocks, &name, told->former, told->time_ms);
	struct stock_told in = *told;

	if (!value)
		return;
	if (!told->former && stock->n_own > (value->time_ms != INT64_MIN))
		in.value += told_of_formers(stocks, &name) - (stock->own.hi - value->value);
	renew(stocks, value, &in);
	changed(context, stocks->numbers[slot], told->unit);
}

void stocks_add(struct stocks *stocks, const struct event *event, int64_t time_ms,
		stock_changed_fn *changed, void *context)
{
	uint32_t n;
	const uint32_t *slots = lists_of(&stocks->types, event->type, &n);

	for (uint32_t i = 0; i < n; i++)
		if (take(stocks, slots[i], event, time_ms))
			changed(context, stocks->numbers[slots[i]], event->unit);
}

void stocks_each_own(const struct stocks *stocks, stock_each_fn *each, void *context)
{
	for (uint32_t slot = 0; slot < stocks->n; slot++)
		for (uint32_t unit = 0; unit < stocks->n_units; unit++) {
			const struct stock *stock =
				&stocks->sums[(size_t)slot * stocks->n_units + unit];

			if (stock->n_own > 0)
				each(context, stocks->keys[slot], stocks->numbers[slot], unit,
				     stock->own.hi);
		}
}

void stocks_save(const struct stocks *stocks, struct bytes_writer *writer)
{
	bytes_put_part(writer, SAVED_PART, SAVED_VERSION);
	bytes_put_u64(writer, stocks->refusals);
	bytes_put_u32(writer, stocks->n);
	for (uint32_t slot = 0; slot < stocks->n; slot++)
		bytes_put_u64(writer, stocks->keys[slot]);

	bytes_put_u32(writer, stocks->n_values);
	for (uint32_t i = 0; i < stocks->n_values; i++) {
		const struct stock_value *value = &stocks->values[i];

		bytes_put_u32(writer, value->slot);
		bytes_put_u32(writer, value->unit);
		bytes_put_u64(writer, value->key);
		bytes_put_u64(writer, value->sender);
		bytes_put_i64(writer, value->time_ms);
		bytes_put_f64(writer, value->value);
		bytes_put_u64(writer, value->position);
	}
}

/* Reads which slot each saved stock has now: the first of its kind that has no other. */
static uint32_t *load_slots(const struct stocks *stocks, struct bytes_reader *reader,
			    uint32_t n_slots)
{
	uint32_t *slots = xcalloc((size_t)n_slots + 1, sizeof(*slots));
	bool *is_taken = xcalloc((size_t)stocks->n + 1, sizeof(*is_taken));

	for (uint32_t i = 0; i < n_slots; i++) {
		uint64_t key = bytes_get_u64(reader);
		uint32_t slot = 0;

		while (slot < stocks->n && (is_taken[slot] || stocks->keys[slot] != key))
			slot++;
		is_taken[slot] = true;
		slots[i] = slot;
	}
	free(is_taken);
	return slots;
}

static void load_value(struct stocks *stocks, struct bytes_reader *reader,
		       const struct stock_value *saved)
{
	const struct name name = { saved->slot, saved->unit, saved->key, saved->sender };
	struct stock_value *value = hold(stocks, &name);
	bool is_new;
	double was;

	if (!value) {
		bytes_reject(reader, "there are too many values of stocks");
		return;
	}
	is_new = value->time_ms == INT64_MIN;
	was = value->value;
	value->value = bounded(was + saved->value);
	if (value->time_ms < saved->time_ms)
		value->time_ms = saved->time_ms;
	if (value->position < saved->position)
		value->position = saved->position;
	carry_value(stocks, value, was, is_new);
}

static void load_values(struct stocks *stocks, struct bytes_reader *reader,
			const struct renumber *units, const uint32_t *slots, uint32_t n_slots)
{
	uint32_t n = bytes_get_count(reader, SAVED_BYTES);

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		struct stock_value value = { .slot = bytes_get_u32(reader) };
		uint32_t old, former;

		old = bytes_get_u32(reader);
		value.unit = renumber(units, old);
		value.key = bytes_get_u64(reader);
		value.sender = bytes_get_u64(reader);
		value.time_ms = bytes_get_i64(reader);
		value.value = bytes_get_f64(reader);
		value.position = bytes_get_u64(reader);
		if (value.slot >= n_slots || value.time_ms < 0 || value.time_ms > MS_MAX ||
		    !(fabs(value.value) <= VALUE_MAX))
			bytes_reject(reader, "a value of a stock is out of bounds");
		if (reader->is_bad)
			return;
		value.slot = slots[value.slot];
		former = renumber_former(units, old);
		if (value.sender == 0 && former != RENUMBER_GONE)
			value.sender = stocks->formers[former].sender;
		if (value.slot < stocks->n && value.unit != RENUMBER_GONE)
			load_value(stocks, reader, &value);
	}
}

void stocks_load(struct stocks *stocks, struct bytes_reader *reader, const struct renumber *units)
{
	uint32_t n_slots;
	uint32_t *slots;

	bytes_get_part(reader, SAVED_PART, SAVED_VERSION);
	stocks->refusals = bytes_get_u64(reader);
	n_slots = bytes_get_count(reader, sizeof(uint64_t));
	slots = load_slots(stocks, reader, n_slots);
	load_values(stocks, reader, units, slots, n_slots);
	free(slots);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "disk_model.h"
#include "iocd/alert_json.h"
#include "iocd/base/clock.h"
#include "memory.h"

#define WRITER_BYTES 65536

static bool wrong(struct oracle *oracle, const char *format, ...) PRINTF(2, 3);

static bool wrong(struct oracle *oracle, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(oracle->why, sizeof(oracle->why), format, args);
	va_end(args);
	return false;
}

/* ---- state as bytes ---- */

static int dump_more(void *context, const void *bytes, size_t n)
{
	struct dump *dump = context;

	if (dump->size + n > dump->capacity) {
		dump->capacity = 2 * (dump->size + n);
		dump->bytes = own_grow(dump->bytes, dump->capacity, 1);
	}
	memcpy(dump->bytes + dump->size, bytes, n);
	dump->size += n;
	return 0;
}

static void dump_flow(struct dump *dump, const struct flow *flow)
{
	static char buffer[WRITER_BYTES];
	struct bytes_writer writer;
	int r;

	dump->size = 0;
	bytes_writer_init(&writer, dump_more, dump, buffer, sizeof(buffer));
	flow_save(flow, &writer);
	r = bytes_flush(&writer);
	assert(r == 0);
}

static void dump_if_wanted(const struct oracle *oracle, struct dump *dump, const struct flow *flow)
{
	if (oracle->is_dumping && flow_tick_ms(flow) >= oracle->dump_from_ms)
		dump_flow(dump, flow);
}

/* ---- the shadow ---- */

static void on_shadow_tick(void *context, const struct flow_tick *tick)
{
	struct oracle *oracle = context;

	past_put(&oracle->truth, tick->batches, tick->n_batches);
	dump_if_wanted(oracle, &oracle->shadow_dump, oracle->shadow);
}

void oracle_init(struct oracle *oracle, struct senders *senders, const struct world *world,
		 struct redis_server *server, struct past *past)
{
	struct flow_options options;
	int r;

	*oracle = (struct oracle){
		.senders = senders, .world = world, .server = server, .past = past
	};
	world_flow_options(world, NULL, 0, &options);
	memory_is_own(true);
	r = flow_new(&oracle->shadow, &options, on_shadow_tick, oracle);
	memory_is_own(false);
	assert(r == 0);
}

void oracle_fini(struct oracle *oracle)
{
	memory_is_own(true);
	flow_free(oracle->shadow);
	memory_is_own(false);
	past_fini(&oracle->truth);
	people_fini(&oracle->people);
	own_free(oracle->shadow_dump.bytes);
	own_free(oracle->dump.bytes);
	own_free(oracle->known);
	own_free(oracle->told);
	own_free(oracle->true_ones);
}

static uint64_t shadow_end(const struct oracle *oracle)
{
	return oracle->n_known > 0 ? oracle->known[oracle->n_known - 1].next : 0;
}

/* ---- what is told ---- */

static uint64_t digest_of(const struct oracle *oracle, const struct transition *transition)
{
	const struct alert_context context = { .units = oracle->world->units,
					       .offset_minutes = WORLD_OFFSET };
	CLEANUP_TEXT struct text json = { 0 };

	transition_json(&json, &context, transition);
	return XXH3_64bits(json.bytes, json.size);
}

bool oracle_tick(struct oracle *oracle, const struct flow *flow)
{
	const struct alertbook *book = flow_book(flow);

	if (*oracle->past->why)
		return wrong(oracle, "%s", oracle->past->why);
	dump_if_wanted(oracle, &oracle->dump, flow);
	while (oracle->n_told < alertbook_last(book)) {
		const struct transition *transition =
			alertbook_transition(book, oracle->n_told + 1);

		if (!transition)
			return wrong(oracle, "transition %zu is not in the book",
				     oracle->n_told + 1);
		oracle->told = own_grow(oracle->told, oracle->n_told + 1, sizeof(uint64_t));
		oracle->told[oracle->n_told++] = digest_of(oracle, transition);
	}
	return true;
}

/* What transition number must be; 0 if the journal does not lead to it. */
static uint64_t true_digest(struct oracle *oracle, uint64_t number)
{
	const struct alertbook *book = flow_book(oracle->shadow);

	while (oracle->n_true < alertbook_last(book)) {
		const struct transition *transition =
			alertbook_transition(book, oracle->n_true + 1);

		assert(transition);
		oracle->true_ones =
			own_grow(oracle->true_ones, oracle->n_true + 1, sizeof(uint64_t));
		oracle->true_ones[oracle->n_true++] = digest_of(oracle, transition);
	}
	return number > 0 && number <= oracle->n_true ? oracle->true_ones[number - 1] : 0;
}

static bool check_told(struct oracle *oracle)
{
	for (; oracle->n_confirmed < oracle->n_told; oracle->n_confirmed++)
		if (true_digest(oracle, oracle->n_confirmed + 1) !=
		    oracle->told[oracle->n_confirmed])
			return wrong(oracle,
				     "transition %zu was told, but the journal leads to another, "
				     "or to none",
				     oracle->n_confirmed + 1);
	return true;
}

/* ---- the journal ---- */

static bool is_same(const struct known *known, const struct record *record, size_t message)
{
	return known->position == record->position && known->next == record->next &&
	       known->arrival_ms == record->arrival_ms && known->kind == record->kind &&
	       known->message == message;
}

static void hold(struct oracle *oracle, size_t number, uint64_t position)
{
	const struct sent_message *message = &oracle->senders->messages[number];

	for (size_t i = 0; i < message->n_events; i++) {
		struct sent_event *event = &oracle->senders->events[message->first_event + i];

		if (event->held_at > position)
			event->held_at = position;
	}
}

static bool learn(struct oracle *oracle, const struct record *record, size_t message)
{
	bool is_good;

	oracle->known = own_grow(oracle->known, oracle->n_known + 1, sizeof(*oracle->known));
	oracle->known[oracle->n_known++] = (struct known){
		.position = record->position,
		.next = record->next,
		.arrival_ms = record->arrival_ms,
		.kind = record->kind,
		.message = message,
	};
	memory_is_own(true);
	flow_carry(oracle->shadow, record);
	is_good = people_follow(&oracle->people, oracle->shadow, record);
	memory_is_own(false);
	return is_good || wrong(oracle, "%s", oracle->people.why);
}

/* Takes a record as the number-th from the beginning of time. */
static bool take(struct oracle *oracle, const struct record *record, size_t number)
{
	bool is_message = record->kind == RECORD_MESSAGE;
	size_t message = is_message ? senders_find(oracle->senders, record) : NEVER;

	if (is_message && message == NEVER)
		return wrong(oracle, "phantom: nobody sent what stands at %" PRIu64,
			     record->position);
	if (!is_message && record->kind != RECORD_TIME && record->kind != RECORD_OWN)
		return wrong(oracle, "phantom: a record of kind %d", (int)record->kind);
	if (number < oracle->n_known && !is_same(&oracle->known[number], record, message))
		return wrong(oracle, "the record at %" PRIu64 " is not what was synced there",
			     record->position);
	if (number >= oracle->n_known && record->position != shadow_end(oracle))
		return wrong(oracle, "a gap before the record at %" PRIu64, record->position);
	if (number >= oracle->n_known && !learn(oracle, record, message))
		return false;
	if (is_message)
		hold(oracle, message, record->position);
	return true;
}

static size_t number_at(const struct oracle *oracle, uint64_t position)
{
	size_t number = 0;

	if (position >= shadow_end(oracle))
		return oracle->n_known;
	while (oracle->known[number].position < position)
		number++;
	return number;
}

/* Takes what is synced from position on. */
static bool read_from(struct oracle *oracle, struct process *process, uint64_t position)
{
	size_t number = number_at(oracle, position);
	struct record record;
	int r = 0;

	if (!oracle->cursor)
		oracle->cursor = journal_cursor_new(process->journal, position);
	if (journal_cursor_position(oracle->cursor) != position)
		journal_cursor_seek(oracle->cursor, position);
	while (journal_cursor_position(oracle->cursor) < journal_synced(process->journal) &&
	       (r = journal_next(oracle->cursor, &record)) == 0)
		if (!take(oracle, &record, number++))
			return false;
	if (r)
		return wrong(oracle, "the journal cannot be read: %d", r);
	if (number < oracle->n_known)
		return wrong(oracle, "lost: synced records from %" PRIu64 " on are gone",
			     oracle->known[number].position);
	return true;
}

void oracle_process_stops(struct oracle *oracle)
{
	oracle->cursor = journal_cursor_free(oracle->cursor);
}

void oracle_process_died(struct oracle *oracle)
{
	oracle->cursor = NULL;
}

bool oracle_follow(struct oracle *oracle, struct process *process)
{
	bool is_good = true;

	disk_model_is_watched(true);
	if (shadow_end(oracle) < journal_synced(process->journal))
		is_good = read_from(oracle, process, shadow_end(oracle));
	disk_model_is_watched(false);
	return is_good;
}

/* Takes all that is there, to see that it is what it was. */
static bool scan(struct oracle *oracle, struct process *process)
{
	uint64_t first = journal_first(process->journal);

	for (size_t i = 0; i < oracle->senders->n_events; i++)
		if (oracle->senders->events[i].held_at >= first)
			oracle->senders->events[i].held_at = NEVER;
	return read_from(oracle, process, first);
}

/* ---- counts ---- */

static bool check_held(struct oracle *oracle)
{
	for (size_t i = 0; i < oracle->senders->n_events; i++) {
		const struct sent_event *event = &oracle->senders->events[i];
		const struct sent_message *message = &oracle->senders->messages[event->message];

		if (event->held_at == NEVER && message->is_acked && !message->is_excused)
			return wrong(oracle,
				     "lost: event e%zu was acknowledged (end %" PRIu64
				     ") and is not in the journal",
				     i, message->acked_end);
	}
	return true;
}

static bool check_counts(struct oracle *oracle, const struct flow *flow)
{
	uint64_t counts[N_UNITS][N_TYPES] = { 0 };
	double weights[N_UNITS][N_TYPES] = { 0 };

	for (size_t i = 0; i < oracle->senders->n_events; i++) {
		const struct sent_event *event = &oracle->senders->events[i];

		if (event->held_at == NEVER)
			continue;
		counts[event->unit][event->type]++;
		weights[event->unit][event->type] += event->weight;
		if (event->unit == UNIT_P)
			continue;
		counts[UNIT_P][event->type]++;
		weights[UNIT_P][event->type] += event->weight;
	}
	for (uint32_t unit = 0; unit < N_UNITS; unit++)
		for (uint32_t type = 0; type < N_TYPES; type++) {
			uint64_t count = world_count(flow, unit, type);
			double weight = type < N_WEIGHED ? world_weight(flow, unit, type)
							 : weights[unit][type];

			if (count != counts[unit][type] || weight < weights[unit][type] ||
			    weight > weights[unit][type])
				return wrong(oracle,
					     "%s: %s of %s: counted %" PRIu64
					     " (%.0f), held %" PRIu64 " (%.0f)",
					     count > counts[unit][type] ? "double" : "lost",
					     world_type(type), world_unit(unit), count, weight,
					     counts[unit][type], weights[unit][type]);
		}
	return true;
}

/* ---- history ---- */

/* What is in history counts in the unit that sent it. */
static bool check_sums(struct oracle *oracle, const struct past_sums *sums)
{
	const struct indicators *indicators = flow_indicators(oracle->shadow);
	uint64_t counts[N_UNITS][N_TYPES] = { 0 };

	for (size_t i = 0; i < oracle->senders->n_events; i++) {
		const struct sent_event *event = &oracle->senders->events[i];

		counts[event->unit][event->type] += event->held_at != NEVER;
	}
	for (uint32_t type = 0; type < N_TYPES; type++) {
		uint64_t series = 0;

		(void)indicators_series(indicators, FIGURE_COUNT + type, &series, 1);
		for (uint32_t unit = 0; unit < N_UNITS; unit++) {
			uint64_t n = past_sums_count(sums, series, unit);

			if (n != counts[unit][type])
				return wrong(
					oracle, "history: %s of %s: %" PRIu64 ", held %" PRIu64,
					world_type(type), world_unit(unit), n, counts[unit][type]);
		}
	}
	return true;
}

/* History and what process has not let leave are together what the shadow and the ledger say. */
static bool check_past(struct oracle *oracle, const struct process *process)
{
	const struct indicators *indicators = flow_indicators(process->flow);
	struct past_sums sums = { 0 }, true_sums = { 0 };
	bool is_good;

	if (oracle->past->n != indicators_last_batch(indicators) ||
	    oracle->past->n != oracle->truth.n)
		return wrong(oracle,
			     "history: it has %zu batches, %" PRIu64
			     " left the fold, and %zu should have",
			     oracle->past->n, indicators_last_batch(indicators), oracle->truth.n);
	past_sums_add_all(&sums, oracle->past);
	indicators_each_pending(indicators, past_sums_add, &sums);
	past_sums_add_all(&true_sums, &oracle->truth);
	indicators_each_pending(flow_indicators(oracle->shadow), past_sums_add, &true_sums);
	is_good = check_sums(oracle, &sums);
	if (is_good && !past_sums_agree(&sums, &true_sums))
		is_good = wrong(oracle, "history and what has not left are not what they must be");
	past_sums_fini(&sums);
	past_sums_fini(&true_sums);
	return is_good;
}

bool oracle_check_all_counted(struct oracle *oracle)
{
	for (size_t i = 0; i < oracle->senders->n_events; i++) {
		const struct sent_event *event = &oracle->senders->events[i];

		if (event->held_at == NEVER &&
		    !oracle->senders->messages[event->message].is_excused)
			return wrong(oracle, "lost: event e%zu never came in", i);
	}
	return true;
}

/* ---- Redis ---- */

struct log_reading {
	struct oracle *oracle;
	uint64_t number; /* of the last entry */
	bool is_number;  /* else its json */
	bool is_wrong;
};

static void read_number(struct log_reading *reading, uint64_t number)
{
	if (number != reading->number + 1)
		reading->is_wrong =
			!wrong(reading->oracle, "alert log in Redis: %" PRIu64 " follows %" PRIu64,
			       number, reading->number);
	reading->number = number;
}

static void read_json(struct log_reading *reading, const char *value, size_t size)
{
	if (true_digest(reading->oracle, ++reading->number) != XXH3_64bits(value, size))
		reading->is_wrong =
			!wrong(reading->oracle,
			       "alert log in Redis: %" PRIu64 " is not what the journal leads to",
			       reading->number);
}

static void on_entry(void *context, const char *value, size_t size)
{
	struct log_reading *reading = context;

	if (reading->is_wrong)
		return;
	if (!value)
		reading->is_wrong = !wrong(reading->oracle, "alert log in Redis: a field is gone");
	else if (reading->is_number)
		read_number(reading, strtoull(value, NULL, 10));
	else
		read_json(reading, value, size);
}

bool oracle_check_alertlog(struct oracle *oracle, bool whole)
{
	struct log_reading numbers = { .oracle = oracle, .is_number = true };
	struct log_reading texts = { .oracle = oracle };
	uint64_t last = alertbook_last(flow_book(oracle->shadow));

	redis_server_read_stream(oracle->server, "p:alertlog", "number", on_entry, &numbers);
	if (!numbers.is_wrong)
		redis_server_read_stream(oracle->server, "p:alertlog", "json", on_entry, &texts);
	if (numbers.is_wrong || texts.is_wrong)
		return false;
	if (whole && numbers.number != last)
		return wrong(oracle, "alert log in Redis ends at %" PRIu64 " of %" PRIu64,
			     numbers.number, last);
	return true;
}

static bool check_cursor(struct oracle *oracle, struct process *process)
{
	const char *journal = redis_server_field(oracle->server, "p:cursor", "journal");
	const char *position = redis_server_field(oracle->server, "p:cursor", "position");

	if (!journal || !position || strcmp(journal, journal_id(process->journal)) != 0)
		return true;
	if (strtoull(position, NULL, 10) > journal_end(process->journal))
		return wrong(oracle, "Redis shows position %s, the journal ends at %" PRIu64,
			     position, journal_end(process->journal));
	return true;
}

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Not what depends on when it was written: an alert stands there with the figure that was known
 * when it was last told, or when the view was last written anew. */
static bool is_view(const char *key, const char *name)
{
	if (begins(key, "p:recent") || begins(key, "p:health") || begins(key, "p:cursor"))
		return false;
	return !begins(key, "p:alert:") || !(begins(name, "json") || begins(name, "reason"));
}

void oracle_dump_view(const struct oracle *oracle, struct text *ret)
{
	redis_server_dump(oracle->server, is_view, false, ret);
}

/* ---- all of it ---- */

/* Lets one more tick pass in the process, by a record of its own. */
static bool pass_tick(struct oracle *oracle, struct process *process)
{
	const struct record record = { .kind = RECORD_TIME };
	int64_t now_ms = flow_tick_ms(process->flow);
	int r;

	if (now_ms < clock_real_ms())
		now_ms = clock_real_ms();
	oracle->dump_from_ms = now_ms;
	r = journal_append(process->journal, &record, now_ms + 2 * FLOW_TICK_MS);
	if (r)
		return wrong(oracle, "no time passes: %d", r);
	while (journal_synced(process->journal) < journal_end(process->journal))
		process_keep(process);
	if (process_carry(process, SIZE_MAX))
		return wrong(oracle, "cannot go on: %s", process->why);
	return true;
}

static bool check_people(struct oracle *oracle, const struct process *process)
{
	return people_are_answered(&oracle->people, process->flow) ||
	       wrong(oracle, "%s", oracle->people.why);
}

static bool check_state(struct oracle *oracle)
{
	const struct dump *dump = &oracle->dump;
	const struct dump *shadow = &oracle->shadow_dump;
	size_t at = 0;

	if (dump->size == shadow->size && memcmp(dump->bytes, shadow->bytes, dump->size) == 0)
		return true;
	while (at < dump->size && at < shadow->size && dump->bytes[at] == shadow->bytes[at])
		at++;
	return wrong(oracle,
		     "the state differs from that of a replay from the beginning: at byte %zu of "
		     "%zu and %zu",
		     at, dump->size, shadow->size);
}

bool oracle_check(struct oracle *oracle, struct process *process)
{
	bool is_good;

	disk_model_is_watched(true);
	is_good = scan(oracle, process);
	oracle->is_dumping = true;
	oracle->dump.size = oracle->shadow_dump.size = 0;
	is_good = is_good && pass_tick(oracle, process) && oracle_follow(oracle, process);
	oracle->is_dumping = false;
	disk_model_is_watched(false);
	return is_good && check_held(oracle) && check_counts(oracle, process->flow) &&
	       check_told(oracle) && check_people(oracle, process) && check_state(oracle) &&
	       check_past(oracle, process) && check_cursor(oracle, process) &&
	       oracle_check_alertlog(oracle, false);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "samples.h"

#include "iocd/base/civil.h"
#include "keys.h"

#define SAMPLE_WEIGHT 8 /* what one costs Redis, in hash fields, more or less */

void samples_init(struct samples *samples, const struct store_source *source, const char *prefix)
{
	*samples = (struct samples){
		.deadletter = source->deadletter,
		.context = &source->context,
		.prefix = prefix,
	};
}

void samples_fini(struct samples *samples)
{
	command_fini(&samples->command);
}

/* Number of the sample before the oldest that the stream would keep. */
static uint64_t forgotten(const struct samples *samples)
{
	uint64_t last = deadletter_last(samples->deadletter);

	return last > STORE_DEADLETTER ? last - STORE_DEADLETTER : 0;
}

/* Whether the numbers in Redis mean the samples that they mean in the dead letters. */
static bool is_of_our_count(const struct samples *samples, const struct cursor_marks *marks)
{
	const struct sample *sample = deadletter_at(samples->deadletter, marks->deadletter);

	if (marks->deadletter > deadletter_last(samples->deadletter))
		return false;
	return !sample || marks->deadletter_at == 0 || marks->deadletter_at == sample->position;
}

bool samples_resume(struct samples *samples, const struct cursor *cursor, bool has_stream)
{
	const struct cursor_marks *marks = &cursor->marks;
	bool is_whole = has_stream && cursor->same_journal && is_of_our_count(samples, marks);

	samples->written = is_whole ? marks->deadletter : forgotten(samples);
	samples->written_at = is_whole ? marks->deadletter_at : 0;
	return !is_whole;
}

void samples_mark(const struct samples *samples, struct cursor_marks *marks)
{
	marks->deadletter = samples->written;
	marks->deadletter_at = samples->written_at;
}

uint64_t samples_waiting(const struct samples *samples)
{
	return deadletter_last(samples->deadletter) - samples->written;
}

static void add_text(struct redis_command *command, const char *name, const char *value)
{
	command_add(command, name);
	command_add(command, value);
}

static void add_number(struct redis_command *command, const char *name, uint64_t value)
{
	command_add(command, name);
	command_add_integer(command, value);
}

static void write_sample(struct samples *samples, struct transaction *transaction,
			 const struct sample *sample)
{
	const struct alert_context *context = samples->context;
	struct redis_command *command = &samples->command;
	bool has_unit = sample->unit != UNIT_NONE;
	char time[CIVIL_TEXT_MAX];

	command_begin(command, "XADD");
	key_deadletter(command_arg(command), samples->prefix);
	command_end(command);
	command_add(command, "MAXLEN");
	command_add(command, "~");
	command_add_integer(command, STORE_DEADLETTER);
	command_add(command, "*");
	add_number(command, "number", sample->number);
	add_text(command, "time", civil_format(time, sample->arrival_ms, context->offset_minutes));
	add_text(command, "unit", has_unit ? units_at(context->units, sample->unit)->id : "-");
	add_text(command, "reason", reason_name(sample->reason));
	add_number(command, "nth", sample->nth);
	add_number(command, "position", sample->position);
	add_number(command, "size", sample->payload_size);
	command_add(command, "topic");
	command_add_bytes(command, sample->topic, sample->topic_kept);
	command_add(command, "payload");
	command_add_bytes(command, sample->payload, sample->payload_kept);
	transaction_send(transaction, command, SAMPLE_WEIGHT);
}

void samples_write(struct samples *samples, struct transaction *transaction)
{
	if (samples->written < forgotten(samples))
		samples->written = forgotten(samples);
	while (samples_waiting(samples) > 0 && !transaction_is_full(transaction)) {
		const struct sample *sample =
			deadletter_at(samples->deadletter, ++samples->written);

		if (!sample)
			continue;
		write_sample(samples, transaction, sample);
		samples->written_at = sample->position;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/intake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"

#define INTAKE_RETRY_US 100000

struct intake {
	struct mqtt *mqtt;
	struct journal *journal;
	struct mqtt_hooks hooks; /* of our owner */
};

/* A message that no record can hold is cut: it is still too big for any limit, so the fold refuses
 * and counts it like every other. */
static size_t payload_that_fits(const struct mqtt_message *message)
{
	size_t room = JOURNAL_RECORD_MAX - message->topic_size;

	return message->payload_size < room ? message->payload_size : room;
}

static bool is_full_disk(int fault)
{
	return fault == -ENOSPC || fault == -EDQUOT;
}

/* Not to return is the only way not to acknowledge: the library sends PUBACK whatever we answer.
 * A full disk is waited for: ending would make no room. */
static void append_or_die(struct journal *journal, const struct record *record)
{
	int64_t give_up_ms = clock_mono_ms() + INTAKE_PATIENCE_MS;
	int told = 0;
	int r;

	while ((r = journal_append(journal, record, clock_real_ms()))) {
		if (r != told)
			log_error("journal.append", "error=%s at=%s", strerror(-r), err_trace());
		told = r;
		if (journal_fault(journal) || (!is_full_disk(r) && clock_mono_ms() >= give_up_ms)) {
			log_error("intake.gave_up", "the broker will deliver the message again");
			_exit(EXIT_FAILURE);
		}
		usleep(INTAKE_RETRY_US);
	}
	if (told)
		log_info("journal.append", "the journal takes messages again");
}

static void on_message(void *context, const struct mqtt_message *message)
{
	struct intake *intake = context;
	struct record record = {
		.kind = RECORD_MESSAGE,
		.flags = message->retained ? RECORD_RETAINED : 0,
		.topic = message->topic,
		.topic_size = message->topic_size,
		.payload = message->payload,
		.payload_size = payload_that_fits(message),
	};

	append_or_die(intake->journal, &record);
	counter_add(COUNTER_messages_received, 1);
	counter_add(COUNTER_messages_bytes, message->payload_size);
}

static void on_change(void *context)
{
	struct intake *intake = context;

	if (intake->hooks.change)
		intake->hooks.change(intake->hooks.context);
}

static void on_done(void *context, uint64_t token, int reason)
{
	struct intake *intake = context;

	if (intake->hooks.done)
		intake->hooks.done(intake->hooks.context, token, reason);
}

int intake_new(struct intake **ret, struct loop *loop, const struct mqtt_options *options,
	       struct journal *journal, const struct mqtt_hooks *hooks)
{
	struct intake *intake = xcalloc(1, sizeof(*intake));
	const struct mqtt_hooks own = {
		.context = intake,
		.message = on_message,
		.change = on_change,
		.done = on_done,
	};
	int r;

	intake->journal = journal;
	intake->hooks = *hooks;
	r = mqtt_new(&intake->mqtt, loop, options, &own);
	if (r) {
		free(intake);
		return err_pass(r);
	}

	*ret = intake;
	return 0;
}

void intake_start(struct intake *intake)
{
	mqtt_start(intake->mqtt);
}

void intake_pause(struct intake *intake, const char *why)
{
	mqtt_pause(intake->mqtt, why);
}

void intake_resume(struct intake *intake)
{
	mqtt_resume(intake->mqtt);
}

struct mqtt *intake_mqtt(struct intake *intake)
{
	return intake->mqtt;
}

void intake_close(struct intake *intake, int64_t wait_ms)
{
	if (!intake)
		return;

	/* Intake itself stays: the library's threads may still be inside on_message(). */
	mqtt_close(intake->mqtt, wait_ms);
}

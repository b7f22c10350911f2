/* SPDX-License-Identifier: Apache-2.0 */
/* What may happen in the life of a process: its own work, its neighbours', and faults. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock_model.h"
#include "disk_model.h"
#include "history_inside.h"
#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "iocd/own.h"
#include "iocd/base/text.h"
#include "loop_model.h"
#include "mqtt_model.h"
#include "redis_model.h"

#define MESSAGES_MAX 120

/* ---- steps: what the process and its world do ---- */

static void make_message(void)
{
	if (history.senders.n_messages < MESSAGES_MAX)
		senders_make(&history.senders, history.start_ms + clock_mono_ms());
}

void deliver(bool again)
{
	size_t number = senders_choose(&history.senders, again);
	const struct sent_message *sent;
	struct mqtt_message message;

	if (number == NEVER || !mqtt_model_is_up())
		return;
	sent = &history.senders.messages[number];
	message =
		(struct mqtt_message){ .topic = sent->topic,
				       .topic_size = strlen(sent->topic),
				       .retained = sent->n_events == 0 && sent->payload && again };
	senders_read(&history.senders, number, &message.payload, &message.payload_size);
	mqtt_model_deliver(&message);
	senders_appended(&history.senders, number, journal_end(history.process.journal),
			 history.acks_at_once);
	say("message %zu (e%zu and %zu more) %s, end %" PRIu64, number, sent->first_event,
	    sent->n_events ? sent->n_events - 1 : 0, again ? "again" : "appended",
	    journal_end(history.process.journal));
}

void keep(void)
{
	bool has_work =
		journal_synced(history.process.journal) < journal_end(history.process.journal);

	demand(oracle_follow(&history.oracle, &history.process));
	process_keep(&history.process);
	senders_synced(&history.senders, journal_synced(history.process.journal));
	if (has_work)
		say("synced %" PRIu64 " of %" PRIu64, journal_synced(history.process.journal),
		    journal_end(history.process.journal));
}

void carry(size_t n)
{
	if (process_carry(&history.process, n) == 0)
		return;
	if (history.process.is_refused)
		give_up(history.process.why);
	die_by_itself(history.process.why);
}

/* Timers run at their own times. */
void pass(int64_t ms)
{
	int64_t until = clock_mono_ms() + ms;

	while (clock_mono_ms() < until) {
		int64_t next = loop_model_next_ms();

		if (next > until)
			next = until;
		if (next > clock_mono_ms())
			clock_model_pass(next - clock_mono_ms());
		process_turn(&history.process);
	}
}

static void pass_some(void)
{
	int64_t ms = one_in(12) ? 500 + (int64_t)below(3000) : 10 + (int64_t)below(200);

	pass(ms);
}

static void write_past(void)
{
	if (past_step(&history.past))
		say("history: %zu batches, %zu written, %zu synced", history.past.n,
		    history.past.n_written, history.past.n_synced);
}

/* ---- what people and iocd itself put into the journal ---- */

static void put_own(const char *topic, const char *payload)
{
	struct process *process = &history.process;
	const struct record record = {
		.kind = RECORD_OWN,
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload,
		.payload_size = strlen(payload),
	};
	int r;

	if (clock_real_ms() > process->clock_ms)
		process->clock_ms = clock_real_ms();
	r = journal_append(process->journal, &record, process->clock_ms);
	say("%s %s: %d", topic, payload, r);
}

/* As from somebody who was not answered. */
static void command_again(void)
{
	if (history.n_commands > 0)
		put_own(OWN_TOPIC_COMMAND, history.command);
}

static void command(void)
{
	static const char *const verbs[] = { "acknowledge", "unacknowledge",  "assign",
					     "comment",     "reset",          "shelve",
					     "unshelve",    "disable",        "enable",
					     "maintain",    "end-maintenance" };
	static const char *const rules[] = { "late", "level", "hit",  "overdue",
					     "mute", "host",  "slow", "due" };
	const char *verb = verbs[below(COUNT(verbs))];
	CLEANUP_TEXT struct text payload = { 0 };
	char until[CIVIL_TEXT_MAX];

	text_add(&payload, "{\"verb\":\"%s\",\"key\":\"k%d\",\"by\":\"an\",\"note\":\"because\"",
		 verb, (int)(history.n_commands++ % PEOPLE_KEYS));
	text_add(&payload, ",\"unit\":\"%s\"", world_unit((uint32_t)below(N_UNITS)));
	if (!strstr(verb, "maint"))
		text_add(&payload, ",\"rule\":\"%s\"", rules[below(COUNT(rules))]);
	if (one_in(2) || strstr("shelve maintain", verb))
		text_add(&payload, ",\"until\":\"%s\"",
			 civil_format(until, clock_real_ms() + 100 + (int64_t)below(20000),
				      WORLD_OFFSET));
	text_add(&payload, "}");
	(void)snprintf(history.command, sizeof(history.command), "%s", text_get(&payload));
	put_own(OWN_TOPIC_COMMAND, history.command);
}

static void speak(void)
{
	static const char *const words[] = { "redis red gone",  "redis amber slow", "redis green ",
					     "broker red gone", "broker green ",    "config red no",
					     "config green " };

	if (one_in(4))
		put_own(OWN_TOPIC_RULES, one_in(2) ? "an\nsim" : "binh\nstrict");
	else if (one_in(3))
		put_own(OWN_TOPIC_STATE, words[below(COUNT(words))]);
	else if (one_in(3))
		command_again();
	else
		command();
}

static void want_snapshot(void)
{
	history.process.wants_snapshot = true;
}

/* ---- steps: faults ---- */

static void upset_redis(void)
{
	static const char *const refusals[] = {
		[REFUSE_GROWING] = "OOM command not allowed when used memory > 'maxmemory'.",
		[REFUSE_WRITING] = "READONLY You can't write against a read only replica.",
		[REFUSE_ALL] = "LOADING Redis is loading the dataset in memory",
	};
	unsigned sort;

	history.result->n_redis++;
	switch (below(7)) {
	case 0:
		say("Redis: the connection breaks");
		redis_model_break();
		break;
	case 1:
		say("Redis: restarts with all it had");
		redis_model_server_died();
		break;
	case 2:
		say("Redis: restarts with an older copy");
		redis_model_server_died();
		redis_server_go_back(history.server);
		break;
	case 3:
		say("Redis: restarts empty");
		redis_model_server_died();
		redis_server_wipe(history.server);
		break;
	case 4:
		say("Redis: out of reach");
		redis_model_server_died();
		redis_model_listen(false);
		break;
	default:
		sort = (unsigned)below(COUNT(refusals));
		history.refusal = history.refusal ? NULL : refusals[sort];
		say("Redis: refuses: %s", history.refusal ? history.refusal : "nothing any more");
		redis_server_refuse(history.server, history.refusal, (enum redis_refusal)sort);
		break;
	}
}

static void upset_disk(void)
{
	switch (below(4)) {
	case 0:
		say("disk: a write will fail");
		disk_model_fail_write(1 + below(6));
		break;
	case 1:
		say("disk: a sync will fail");
		disk_model_fail_sync(1 + below(4));
		break;
	default:
		say("disk: nearly full");
		disk_model_limit(disk_model_used() + below(3u << 19));
		break;
	}
}

static void set_clock(void)
{
	int64_t by_ms = (int64_t)below(6000) - 3000;

	say("the clock is set by %" PRId64 " ms", by_ms);
	clock_model_set(by_ms);
}

static void upset(void)
{
	switch (below(8)) {
	case 0:
		upset_disk();
		break;
	case 1:
		set_clock();
		break;
	default:
		upset_redis();
		break;
	}
}

void calm(void)
{
	redis_model_listen(true);
	if (history.refusal)
		redis_server_refuse(history.server, NULL, REFUSE_ALL);
	history.refusal = NULL;
	disk_model_limit(UINT64_MAX);
	disk_model_fail_write(0);
	disk_model_fail_sync(0);
}

void step(void)
{
	uint64_t dice = below(100);

	if (dice < 21)
		make_message();
	else if (dice < 43)
		deliver(one_in(8));
	else if (dice < 56)
		keep();
	else if (dice < 65)
		carry(1 + below(12));
	else if (dice < 75)
		pass_some();
	else if (dice < 78)
		write_past();
	else if (dice < 85)
		(void)redis_model_serve(1 + below(60));
	else if (dice < 92)
		(void)redis_model_deliver(1 + below(60));
	else if (dice < 94)
		want_snapshot();
	else if (dice < 96)
		speak();
	else if (dice < 97)
		redis_server_remember(history.server);
	else if (dice < 98)
		upset();
	else if (one_in(2))
		calm();
	else if (one_in(3))
		die_by_itself("kill -9");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test is played as a journal would be: events, commands and time are records, which come one
 * after the other, and time passes whenever the fold wants it to.
 */
#include "scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/flow_options.h"
#include "iocd/own.h"

#define DEDUP_IDS     16384 /* tests are small, and many: none shall cost much */
#define DEDUP_SOURCES 4096
#define SKETCH_BYTES  (64u << 20)

struct text *scenario_fail(struct scenario *scenario, struct place place)
{
	struct text *text = &scenario->played->why;
	char time[CIVIL_TEXT_MAX];

	scenario->played->n_failures++;
	(void)civil_format(time, scenario->step->at_ms,
			   config_settings(scenario->config)->offset_minutes);
	text_add(text, "%s:%u:%u: %.10s %.8s: ", place.file, place.line, place.column, time,
		 time + 11);
	return text;
}

/* The book keeps only so many, so they are counted at every tick. */
static void count_news(struct scenario *scenario)
{
	const struct alertbook *book = flow_book(scenario->flow);

	while (scenario->n_told < alertbook_last(book)) {
		const struct transition *told = alertbook_transition(book, ++scenario->n_told);

		if (told && told->alert.rule->number < scenario->n_rules)
			scenario->told[told->alert.rule->number * N_NEWS + told->news]++;
	}
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	(void)tick;
	count_news(context);
}

/* Carries a record at at_ms, or at once if that is over. */
static void carry(struct scenario *scenario, struct record *record, int64_t at_ms)
{
	if (scenario->now_ms < at_ms)
		scenario->now_ms = at_ms;
	record->arrival_ms = scenario->now_ms;
	record->position = scenario->position++;
	record->next = scenario->position;
	flow_carry(scenario->flow, record);
	count_news(scenario);
}

static void carry_time(struct scenario *scenario, int64_t at_ms)
{
	struct record record = { .kind = RECORD_TIME, .topic = "", .payload = "" };

	carry(scenario, &record, at_ms);
}

static void pass_time(struct scenario *scenario, int64_t until_ms)
{
	int64_t due_ms;

	while ((due_ms = flow_due_ms(scenario->flow)) < until_ms)
		carry_time(scenario, due_ms);
	if (scenario->now_ms < until_ms)
		carry_time(scenario, until_ms);
}

static void carry_bytes(struct scenario *scenario, enum record_kind kind, const char *topic,
			const char *payload, int64_t at_ms)
{
	struct record record = {
		.kind = kind,
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload,
		.payload_size = strlen(payload),
	};

	carry(scenario, &record, at_ms);
}

/* ---- events ---- */

/* What the marks of a text stand for in one event. */
struct marks {
	uint32_t n;       /* "%n" */
	const char *unit; /* "%u": id */
};

static void add_marked(struct text *text, const char *from, const struct marks *marks)
{
	for (; *from; from++) {
		if (from[0] == '%' && from[1] == 'n') {
			text_add(text, "%" PRIu32, marks->n);
			from++;
		} else if (from[0] == '%' && from[1] == 'u') {
			text_add(text, "%s", marks->unit);
			from++;
		} else {
			text_add_bytes(text, from, 1);
		}
	}
}

static void add_string(struct text *json, const char *name, const char *value,
		       const struct marks *marks)
{
	CLEANUP_TEXT struct text marked = { 0 };

	add_marked(&marked, value, marks);
	text_add(json, ",\"%s\":", name);
	text_add_json(json, text_get(&marked), marked.size);
}

static void add_event(struct text *json, struct scenario *scenario, const struct test_send *send,
		      const struct marks *marks)
{
	const struct event_type *type = schema_type(config_schema(scenario->config), send->type);
	int64_t time_ms = send->happened_ms + (int64_t)(marks->n - 1) * send->every_ms;
	char time[CIVIL_TEXT_MAX];

	text_add(json, "{\"specversion\":\"1.0\",\"source\":\"/unit/%s/test\",\"type\":\"%s\"",
		 marks->unit, type->name);
	text_add(json, ",\"time\":\"%s\"",
		 civil_format(time, time_ms, config_settings(scenario->config)->offset_minutes));
	if (send->id)
		add_string(json, "id", send->id, marks);
	else
		text_add(json, ",\"id\":\"test-%" PRIu64 "\"", scenario->played->n_events);
	if (send->subject)
		add_string(json, "subject", send->subject, marks);
	if (send->is_historical)
		text_add(json, ",\"historical\":true");
	if (send->is_drill)
		text_add(json, ",\"drill\":true");
	text_add(json, ",\"data\":");
	add_marked(json, send->data, marks);
	text_add(json, "}");
}

static void send_event(struct scenario *scenario, const struct test_send *send, uint32_t unit,
		       uint32_t n, int64_t at_ms)
{
	const struct schema *schema = config_schema(scenario->config);
	const struct event_type *type = schema_type(schema, send->type);
	const struct marks marks = {
		.n = n,
		.unit = units_at(config_units(scenario->config), unit)->id,
	};
	CLEANUP_TEXT struct text topic = { 0 }, json = { 0 };

	scenario->played->n_events++;
	text_add(&topic, "%s/%s/%s/evt/%s", config_settings(scenario->config)->mqtt.prefix,
		 marks.unit, schema_feed(schema, type->feed)->id, type->name);
	add_event(&json, scenario, send, &marks);
	carry_bytes(scenario, RECORD_MESSAGE, text_get(&topic), text_get(&json), at_ms);
}

static void send_message(struct scenario *scenario, const struct test_send *send, uint32_t n,
			 int64_t at_ms)
{
	CLEANUP_TEXT struct text topic = { 0 }, payload = { 0 };
	const struct marks marks = { .n = n, .unit = "%u" };

	scenario->played->n_events++;
	add_marked(&topic, send->topic, &marks);
	add_marked(&payload, send->payload, &marks);
	carry_bytes(scenario, RECORD_MESSAGE, text_get(&topic), text_get(&payload), at_ms);
}

/* What was refused otherwise than the test says. */
static void check_refused(struct scenario *scenario, const struct test_send *send,
			  const struct account *before, uint64_t n_sent)
{
	const struct account *after = ledger_all(flow_ledger(scenario->flow));

	for (int i = 1; i < N_REASONS; i++) {
		uint64_t n = after->refused[i] - before->refused[i];
		uint64_t wanted = (int)send->refused == i ? n_sent : 0;

		if (n == wanted)
			continue;
		text_add(scenario_fail(scenario, send->place),
			 SAYS(scenario->vietnamese,
			      "%" PRIu64 " sự kiện bị từ chối (%s), đúng ra là %" PRIu64
			      "\n    %s: %s\n",
			      "%" PRIu64 " events were refused (%s), expected %" PRIu64
			      "\n    %s: %s\n"),
			 n, reason_name((enum reason)i), wanted, reason_name((enum reason)i),
			 scenario->vietnamese ? reason_text_vi((enum reason)i)
					      : reason_text((enum reason)i));
	}
}

static void send_all(struct scenario *scenario, const struct test_send *send)
{
	struct account before = *ledger_all(flow_ledger(scenario->flow));
	uint64_t n_before = scenario->played->n_events;
	int64_t at_ms = scenario->step->at_ms;

	for (uint32_t n = 1; n <= send->times; n++, at_ms += send->every_ms) {
		pass_time(scenario, at_ms);
		if (send->type == TYPE_NONE)
			send_message(scenario, send, n, at_ms);
		for (uint32_t i = 0; i < send->n_units; i++)
			send_event(scenario, send, send->units[i], n, at_ms);
	}
	check_refused(scenario, send, &before, scenario->played->n_events - n_before);
}

/* ---- commands ---- */

static void give_order(struct scenario *scenario, const struct command *given)
{
	CLEANUP_TEXT struct text json = { 0 };
	struct command command = *given;
	enum command_outcome outcome;
	uint32_t n;

	(void)snprintf(command.key, sizeof(command.key), "test-%u", ++scenario->n_commands);
	command_write(&json, &command);
	carry_bytes(scenario, RECORD_OWN, OWN_TOPIC_COMMAND, text_get(&json),
		    scenario->step->at_ms);
	if (!flow_find_command(scenario->flow, command.key, &outcome, &n) ||
	    outcome == OUTCOME_DONE)
		return;
	text_add(scenario_fail(scenario, scenario->step->place),
		 SAYS(scenario->vietnamese, "%s không thực hiện được: %s\n",
		      "%s was not carried out: %s\n"),
		 command_verb_name(command.verb), command_outcome_name(outcome));
}

static void tell_own(struct scenario *scenario, const struct test_own *own)
{
	CLEANUP_TEXT struct text words = { 0 };

	text_add(&words, "%s %s %s", own->part, own->light, own->detail);
	carry_bytes(scenario, RECORD_OWN, OWN_TOPIC_STATE, text_get(&words), scenario->step->at_ms);
}

/* ---- all of it ---- */

static void play_step(struct scenario *scenario, const struct test_step *step)
{
	scenario->step = step;
	pass_time(scenario, step->at_ms);
	if (step->send)
		send_all(scenario, step->send);
	if (step->own)
		tell_own(scenario, step->own);
	if (step->command)
		give_order(scenario, step->command);
	if (step->n_expectations + step->n_counts == 0)
		return;
	pass_time(scenario,
		  (scenario->now_ms > step->at_ms && step->send ? scenario->now_ms : step->at_ms) +
			  TRIAL_SETTLE_MS);
	scenario_check(scenario);
}

static int begin(struct scenario *scenario)
{
	struct flow_options options;

	flow_options_from(&options, scenario->config);
	options.memory.ids = DEDUP_IDS;
	options.dedup_sources = DEDUP_SOURCES;
	options.sketch_bytes = SKETCH_BYTES;
	scenario->n_rules = options.book.n_rules;
	scenario->told = xcalloc((size_t)scenario->n_rules * N_NEWS + 1, sizeof(*scenario->told));
	return flow_new(&scenario->flow, &options, on_tick, scenario);
}

int trial_play(const struct config *config, const struct rule_test *test, bool vietnamese,
	       struct trial_played *ret)
{
	struct scenario scenario = {
		.config = config,
		.test = test,
		.vietnamese = vietnamese,
		.played = ret,
	};
	int r;

	*ret = (struct trial_played){ .n_checks = 0 };
	r = begin(&scenario);
	for (uint32_t i = 0; i < test->n_steps && !r; i++)
		play_step(&scenario, &test->steps[i]);
	if (!r)
		ret->span_ms = (scenario.now_ms - test->steps[0].at_ms) / 1000 * 1000;
	flow_free(scenario.flow);
	free(scenario.told);
	return err_pass(r);
}

void trial_played_fini(struct trial_played *played)
{
	text_fini(&played->why);
}

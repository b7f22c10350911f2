/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"

const bool stage_everywhere[STAGE_UNITS] = { true, true, true, true };

static struct rules *make_rules(struct stage *stage, const struct rules_options *options)
{
	struct rules_options whole = *options;

	whole.n_units = STAGE_UNITS;
	whole.n_indicators = 1;
	whole.n_types = 1;
	whole.units = stage->units;
	return rules_new(&whole);
}

static void add_unit(struct units *units, const char *id, uint32_t parent)
{
	const struct unit unit = {
		.id = id, .level = "", .name_vi = id, .name_en = id, .parent = parent
	};
	uint32_t number;

	assert_int_equal(units_add(units, &unit, &number), 0);
}

struct stage stage_open(const struct rules_options *options)
{
	struct stage stage = { .units = units_new() };

	add_unit(stage.units, "u0", UNIT_NONE);
	add_unit(stage.units, "u1", 0);
	add_unit(stage.units, "u2", 0);
	add_unit(stage.units, "u3", 1);
	assert_int_equal(units_add_alias(stage.units, 1, "old1"), 0);
	stage.rules = make_rules(&stage, options);
	stage.book = alertbook_new(stage.rules);
	return stage;
}

void stage_close(struct stage *stage)
{
	alertbook_free(stage->book);
	rules_free(stage->rules);
	units_free(stage->units);
	text_fini(&stage->text);
}

void stage_reload(struct stage *stage, const struct rules_options *options, int64_t now_ms)
{
	struct rules *rules = make_rules(stage, options);

	alertbook_replace_rules(stage->book, rules, "an", now_ms, (uint64_t)now_ms);
	rules_free(stage->rules);
	stage->rules = rules;
}

static struct saved save(const struct alertbook *book)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	alertbook_save(book, &writer);
	saved_end(&writer);
	return saved;
}

void stage_restart(struct stage *stage, const struct rules_options *options)
{
	static const uint32_t same[STAGE_UNITS] = { 0, 1, 2, 3 };
	const struct renumber units = { .to = same, .n = STAGE_UNITS };
	struct saved saved = save(stage->book);
	struct rules *rules = make_rules(stage, options);
	struct alertbook *book = alertbook_new(rules);
	struct bytes_reader reader;

	bytes_reader_init(&reader, saved.bytes, saved.n);
	alertbook_load(book, &reader, &units);
	if (reader.is_bad)
		fail_msg("%s", reader.why);
	assert_ptr_equal(reader.at, reader.end);
	saved_fini(&saved);
	alertbook_free(stage->book);
	rules_free(stage->rules);
	stage->book = book;
	stage->rules = rules;
}

static uint32_t rule_of(const struct stage *stage, const char *id)
{
	uint32_t rule = rules_find(stage->rules, id, strlen(id));

	assert_int_not_equal(rule, UINT32_MAX);
	return rule;
}

void stage_judge_subject(struct stage *stage, const char *id, uint32_t unit, const char *subject,
			 enum judgement judgement, int64_t now_ms)
{
	const struct verdict verdict = {
		.rule = rule_of(stage, id),
		.unit = unit,
		.judgement = judgement,
		.subject = { .bytes = subject, .size = strlen(subject) },
		.detail = { .bytes = "detail", .size = 6 },
		.position = (uint64_t)now_ms,
	};

	alertbook_judge(stage->book, &verdict, now_ms, (uint64_t)now_ms);
}

void stage_judge(struct stage *stage, const char *id, uint32_t unit, enum judgement judgement,
		 int64_t now_ms)
{
	stage_judge_subject(stage, id, unit, "", judgement, now_ms);
}

void stage_event(struct stage *stage, const char *id, uint32_t unit, bool drill, int64_t now_ms)
{
	const struct event event = { .unit = unit, .drill = drill, .position = (uint64_t)now_ms };
	const struct verdict verdict = {
		.rule = rule_of(stage, id),
		.unit = unit,
		.judgement = JUDGE_CRITICAL,
		.event = &event,
		.subject = { .bytes = "", .size = 0 },
	};

	alertbook_judge(stage->book, &verdict, now_ms, (uint64_t)now_ms);
}

void stage_tick(struct stage *stage, int64_t now_ms)
{
	alertbook_tick(stage->book, now_ms, (uint64_t)now_ms);
}

struct command stage_order(enum command_verb verb, const char *rule, const char *unit,
			   int64_t until_ms)
{
	struct command command = {
		.verb = verb, .key = "key", .by = "an", .note = "because", .until_ms = until_ms
	};

	(void)snprintf(command.rule, sizeof(command.rule), "%s", rule ? rule : "");
	(void)snprintf(command.unit, sizeof(command.unit), "%s", unit ? unit : "");
	return command;
}

enum command_outcome stage_give(struct stage *stage, const struct command *command, int64_t now_ms)
{
	return alertbook_command(stage->book, command, now_ms, (uint64_t)now_ms, &stage->n);
}

enum command_outcome stage_command(struct stage *stage, enum command_verb verb, const char *rule,
				   const char *unit, int64_t until_ms, int64_t now_ms)
{
	const struct command command = stage_order(verb, rule, unit, until_ms);

	return stage_give(stage, &command, now_ms);
}

const struct alert *stage_find(const struct stage *stage, const char *id, uint32_t unit,
			       const char *subject)
{
	return alertbook_find(stage->book, rule_of(stage, id), unit, subject);
}

static void add_receivers(struct text *text, const struct rules_options *about, uint32_t bits)
{
	text_add(text, " >");
	for (uint32_t i = 0; i < about->n_receivers; i++)
		if (bits & UINT32_C(1) << i)
			text_add(text, " %s", about->receivers[i].id);
	if (bits & UINT32_C(1) << RECEIVER_UNIT)
		text_add(text, " unit");
}

static void add_line(struct stage *stage, const struct transition *transition)
{
	const struct alert *alert = &transition->alert;
	struct text *text = &stage->text;

	text_add(text, "%s %s u%u", alert_news_name(transition->news), alert->rule->id,
		 alert->unit);
	if (alert->subject[0])
		text_add(text, " %s", alert->subject);
	if (transition->tells)
		add_receivers(text, rules_about(stage->rules), transition->tells);
	if (transition->by[0] || transition->note[0])
		text_add(text, " (%s: %s)", transition->by, transition->note);
	text_add(text, "\n");
}

void stage_check(struct stage *stage, int line, const char *const *lines)
{
	CLEANUP_TEXT struct text expected = { 0 };

	text_clear(&stage->text);
	while (stage->seen < alertbook_last(stage->book)) {
		const struct transition *transition =
			alertbook_transition(stage->book, ++stage->seen);

		assert_non_null(transition);
		assert_int_equal(transition->number, stage->seen);
		add_line(stage, transition);
	}
	for (; *lines; lines++)
		text_add(&expected, "%s\n", *lines);
	if (strcmp(text_get(&stage->text), text_get(&expected)) != 0)
		fail_msg("line %d: expected\n%sbut it was\n%s", line, text_get(&expected),
			 text_get(&stage->text));
}

void stage_check_suppressed(const struct stage *stage, const char *id, uint32_t unit, unsigned bits)
{
	const struct alert *alert = stage_find(stage, id, unit, "");

	assert_non_null(alert);
	assert_int_equal(alert->machine.suppressed, bits);
	assert_int_equal(alertbook_hindrances(stage->book, rule_of(stage, id), unit, ""), bits);
}

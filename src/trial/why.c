/* SPDX-License-Identifier: Apache-2.0 */
/* Why a rule has no alert of a unit now: what it looks at, and what it would take. */
#include <inttypes.h>
#include <math.h>

#include "iocd/base/civil.h"
#include "iocd/trial.h"
#include "scenario.h"

static void begin(struct text *text, const struct trial_why *why)
{
	text_add(text, "%s", why->indent);
}

static void add_place(struct text *text, struct place place)
{
	if (place.file)
		text_add(text, " (%s:%" PRIu32 ")", place.file, place.line);
}

static void add_number(struct text *text, const struct indicator *figure, double value)
{
	if (isnan(value))
		text_add(text, "-");
	else
		text_add(text, figure->percent ? "%.4g %%" : "%.6g",
			 figure->percent ? value * 100 : value);
}

static void add_limit(struct text *text, const char *name, const struct threshold *threshold)
{
	if (threshold->comparison == COMPARE_NONE)
		return;
	text_add(text, "; %s %s", name, threshold->text);
	add_place(text, threshold->place);
}

static void say_value(struct text *text, const struct trial_why *why, const struct rule *rule,
		      uint32_t unit, const struct reading *reading)
{
	begin(text, why);
	text_add(text, "%s, %s: ", rule->figure->id, rule->window.text);
	add_number(text, rule->figure, reading->value);
	text_add(text, SAYS(why->vietnamese, ", %" PRIu64 " mẫu", ", %" PRIu64 " samples"),
		 reading->samples);
	add_limit(text, "warning", &rule->limits[unit].warning);
	add_limit(text, "critical", &rule->limits[unit].critical);
	add_limit(text, "clear", &rule->limits[unit].clear);
	text_add(text, "\n");
	if (reading->quality == QUALITY_UNKNOWN || reading->quality == QUALITY_STALE) {
		begin(text, why);
		text_add(text,
			 SAYS(why->vietnamese, "số liệu không rõ (%s)\n", "the figure is %s\n"),
			 quality_name(reading->quality));
	} else if (reading->samples < rule->min_samples) {
		begin(text, why);
		text_add(text,
			 SAYS(why->vietnamese, "chưa đủ min-samples %" PRIu64 "\n",
			      "fewer than min-samples %" PRIu64 "\n"),
			 rule->min_samples);
	}
}

static void say_heard(struct text *text, const struct trial_why *why, uint32_t unit, uint32_t feed)
{
	const struct feed_account *account = ledger_feed(flow_ledger(why->flow), unit, feed);

	begin(text, why);
	text_add(text,
		 SAYS(why->vietnamese, "%" PRIu64 " sự kiện của nguồn %s đã được nhận\n",
		      "%" PRIu64 " events of feed %s were accepted\n"),
		 account->accepted, schema_feed(config_schema(why->config), feed)->id);
}

/* Figures of one value are found by an alert's subject only; a ratio is known by what it counts. */
static void say_each(struct text *text, const struct trial_why *why, const struct rule *rule,
		     uint32_t unit)
{
	uint32_t n, type = rule->figure->type;
	const struct indicator *list = config_indicators(why->config, &n);

	if (rule->figure->kind == INDICATOR_RATIO)
		type = list[rule->figure->parts[1]].type;
	if (type != TYPE_NONE)
		say_heard(text, why, unit, schema_type(config_schema(why->config), type)->feed);
}

static void say_contract(struct text *text, const struct trial_why *why, const struct rule *rule,
			 uint32_t unit)
{
	struct contract_view view = contracts_view(flow_contracts(why->flow), rule->feed, unit);
	char time[CIVIL_TEXT_MAX];

	say_heard(text, why, unit, rule->feed);
	begin(text, why);
	text_add(text, SAYS(why->vietnamese, "hợp đồng: %s", "its contract: %s"),
		 contract_state_name(view.state));
	if (view.due_ms)
		text_add(text, SAYS(why->vietnamese, ", hạn %s", ", due %s"),
			 civil_format(time, view.due_ms,
				      config_settings(why->config)->offset_minutes));
	text_add(text, "\n");
}

static void on_record(void *context, const struct track_record *record)
{
	(void)context;
	(void)record;
}

static void say_records(struct text *text, const struct trial_why *why,
			const struct trackers *trackers, const struct rule *rule)
{
	const struct trackers_query query = { .track = rule->track, .state = RECORD_OPEN };
	uint64_t n = trackers_each(trackers, &query, on_record, NULL);

	begin(text, why);
	text_add(text,
		 SAYS(why->vietnamese, "%s: %" PRIu64 " hồ sơ đang mở, của mọi đơn vị\n",
		      "%s: %" PRIu64 " records are open, of all units\n"),
		 rule->record->id, n);
}

static void say_looked_at(struct text *text, const struct trial_why *why, const struct rule *rule,
			  uint32_t unit)
{
	struct reading reading;

	switch (rule->kind) {
	case RULE_THRESHOLD:
		reading = indicators_read(flow_indicators(why->flow), rule->indicator, unit,
					  &rule->window);
		say_value(text, why, rule, unit, &reading);
		break;
	case RULE_EACH:
		say_each(text, why, rule, unit);
		break;
	case RULE_EVENT:
		say_heard(text, why, unit, rule->event_type->feed);
		break;
	case RULE_SILENCE:
		say_contract(text, why, rule, unit);
		break;
	case RULE_SEQUENCE:
		say_records(text, why, flow_sequences(why->flow), rule);
		break;
	case RULE_DEADLINE:
		say_records(text, why, flow_trackers(why->flow), rule);
		break;
	case RULE_OWN:
		break;
	}
}

void trial_say_why_not(struct text *text, const struct trial_why *why, uint32_t number,
		       uint32_t unit)
{
	const struct rule *rule = rules_at(flow_rules(why->flow), number);

	if (!rule->applies[unit]) {
		begin(text, why);
		text_add(text, SAYS(why->vietnamese, "quy tắc không áp dụng cho đơn vị này",
				    "the rule does not apply to this unit"));
		add_place(text, rule->place);
		text_add(text, "\n");
		return;
	}
	if (rule->calendar && !calendar_is_open(rule->calendar, flow_tick_ms(why->flow))) {
		begin(text, why);
		text_add(text,
			 SAYS(why->vietnamese, "ngoài giờ của lịch '%s'\n",
			      "outside of the hours of calendar '%s'\n"),
			 calendar_about(rule->calendar)->id);
	}
	say_looked_at(text, why, rule, unit);
}

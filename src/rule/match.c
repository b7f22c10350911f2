/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "inside.h"

/* Writes value, which is no text, in words into subject. */
static struct slice print_subject(struct rules *rules, char subject[SUBJECT_MAX],
				  const struct field *field, const struct value *value)
{
	if (field->kind == FIELD_TIME) {
		(void)civil_format(subject, value->time_ms, 0);
	} else if (field->kind == FIELD_FLAG) {
		(void)snprintf(subject, SUBJECT_MAX, "%s", value->number != 0 ? "true" : "false");
	} else {
		text_clear(&rules->number);
		text_add_number(&rules->number, value->number);
		(void)snprintf(subject, SUBJECT_MAX, "%s", text_get(&rules->number));
	}
	return (struct slice){ .bytes = subject, .size = strlen(subject) };
}

/* What tells the alert of event by rule apart from others of the rule and unit. */
static struct slice find_subject(struct rules *rules, const struct rule *rule,
				 const struct event *event, char subject[SUBJECT_MAX])
{
	const struct field *field;
	const struct value *value;

	if (rule->subject_field == TYPE_NONE)
		return event->subject;

	field = &rule->event_type->fields[rule->subject_field];
	value = &event->values[rule->subject_field];
	if (!value->present)
		return (struct slice){ .bytes = "", .size = 0 };
	if (field->kind == FIELD_TEXT)
		return value->text;
	if (field->kind == FIELD_CHOICE)
		return (struct slice){ .bytes = field->choices[value->choice],
				       .size = strlen(field->choices[value->choice]) };
	return print_subject(rules, subject, field, value);
}

size_t rules_match_late(struct rules *rules, const struct event *event, const struct verdict **ret)
{
	size_t n_verdicts = 0;
	uint32_t n;
	const struct index_entry *entries = index_group(&rules->by_type, event->type, &n);

	assert(event->unit < rules->options.n_units);

	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &rules->options.list[entries[i].rule];

		if (!entries[i].applies[event->unit] || !where_holds(&rule->where, event) ||
		    !rule_is_open(rule, event->time_ms))
			continue;
		rules->verdicts[n_verdicts] = (struct verdict){
			.rule = entries[i].rule,
			.unit = event->unit,
			.judgement = rule->severity == SEVERITY_CRITICAL ? JUDGE_CRITICAL
									 : JUDGE_WARNING,
			.event = event,
			.subject = find_subject(rules, rule, event, rules->subjects[n_verdicts]),
		};
		n_verdicts++;
	}
	*ret = rules->verdicts;
	return n_verdicts;
}

size_t rules_match(struct rules *rules, const struct event *event, const struct verdict **ret)
{
	if (!event->historical)
		return rules_match_late(rules, event, ret);

	*ret = rules->verdicts;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Whether all is as a step expects, and if it is not, what is so instead. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/alert_json.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "scenario.h"

#define OTHERS_SHOWN 5 /* alerts that nobody expected, in one failure */

/* All that stands of the rules that the step is about. */
struct standing {
	const bool *about;  /* by rule */
	struct alert *list; /* owned copies, the gravest first */
	size_t n;
};

static void on_alert(void *context, const struct alert *alert)
{
	struct standing *standing = context;

	if (!standing->about[alert->rule->number])
		return;
	standing->list = xrealloc(standing->list, standing->n + 1, sizeof(*standing->list));
	standing->list[standing->n++] = *alert;
}

static bool is_so(const struct alert *alert, enum test_word word)
{
	const struct alert_machine *machine = alert ? &alert->machine : NULL;
	bool stands = machine && alert_machine_stands(machine);

	switch (word) {
	case TEST_NOTHING:
		return !stands;
	case TEST_PENDING:
		return machine && machine->state == ALERT_PENDING;
	case TEST_WARNING:
		return stands && machine->severity == SEVERITY_WARNING;
	case TEST_CRITICAL:
		return stands && machine->severity == SEVERITY_CRITICAL;
	case TEST_FADING:
		return machine && machine->state == ALERT_FADING;
	case TEST_LATCHED:
		return machine && machine->latched;
	case TEST_UNCERTAIN:
		return stands && machine->uncertain;
	case TEST_DRILL:
		return stands && alert->drill;
	case TEST_UNACKNOWLEDGED:
		return machine && machine->handling == HANDLING_UNACKNOWLEDGED;
	case TEST_ACKNOWLEDGED:
		return machine && machine->handling == HANDLING_ACKNOWLEDGED;
	case TEST_CLEARED_UNACKNOWLEDGED:
		return machine && machine->handling == HANDLING_CLEARED_UNACKNOWLEDGED;
	case TEST_SUPPRESSED:
		return stands && machine->suppressed;
	case TEST_SHELVED:
		return stands && machine->suppressed & SUPPRESSION_BIT(SUPPRESSION_SHELVED);
	case TEST_MAINTENANCE:
		return stands && machine->suppressed & SUPPRESSION_BIT(SUPPRESSION_MAINTENANCE);
	case TEST_INHIBITED:
		return stands && machine->suppressed & SUPPRESSION_BIT(SUPPRESSION_INHIBITED);
	case TEST_OUT_OF_SERVICE:
		return stands && machine->suppressed & SUPPRESSION_BIT(SUPPRESSION_OUT_OF_SERVICE);
	case TEST_CHATTER:
		return stands && machine->suppressed & SUPPRESSION_BIT(SUPPRESSION_CHATTER);
	case N_TEST_WORDS:
		break;
	}
	return false;
}

static bool is_all_so(const struct alert *alert, unsigned words)
{
	for (int word = 0; word < N_TEST_WORDS; word++)
		if (words & TEST_WORD_BIT(word) && !is_so(alert, (enum test_word)word))
			return false;
	return true;
}

/* ---- words ---- */

static void add_words(struct text *text, unsigned words)
{
	const char *gap = "";

	for (int word = 0; word < N_TEST_WORDS; word++) {
		if (!(words & TEST_WORD_BIT(word)))
			continue;
		text_add(text, "%s%s", gap, test_word_name((enum test_word)word));
		gap = ", ";
	}
}

/* All that is so of an alert. */
static void add_state(struct text *text, const struct alert *alert)
{
	unsigned words = 0;

	for (int word = 0; word < N_TEST_WORDS; word++)
		if (is_so(alert, (enum test_word)word))
			words |= TEST_WORD_BIT(word);
	if (words != TEST_WORD_BIT(TEST_NOTHING))
		words &= ~TEST_WORD_BIT(TEST_NOTHING);
	add_words(text, words);
}

static void add_name(struct text *text, const struct scenario *scenario, uint32_t rule,
		     uint32_t unit, const char *subject)
{
	text_add(text, "%s/%s%s%s", units_at(config_units(scenario->config), unit)->id,
		 rules_at(flow_rules(scenario->flow), rule)->id, subject && *subject ? "/" : "",
		 subject ? subject : "");
}

static void add_reason(struct text *text, const struct scenario *scenario,
		       const struct alert *alert)
{
	const struct alert_context context = {
		.units = config_units(scenario->config),
		.offset_minutes = config_settings(scenario->config)->offset_minutes,
	};

	text_add(text, "    ");
	alert_reason(text, &context, alert, scenario->vietnamese);
	text_add(text, "\n");
}

/* When it will be told, or will be over. */
static void add_deadline(struct text *text, const struct scenario *scenario,
			 const struct alert *alert)
{
	bool is_pending = alert->machine.state == ALERT_PENDING;
	int64_t length_ms = is_pending ? alert->rule->hold_ms : alert->rule->fade_ms;
	char time[CIVIL_TEXT_MAX];

	if (!is_pending && alert->machine.state != ALERT_FADING)
		return;
	if (alert->machine.uncertain)
		return;
	(void)civil_format(time, alert->machine.since_ms + length_ms,
			   config_settings(scenario->config)->offset_minutes);
	text_add(text, "    %s %.8s (%s ", SAYS(scenario->vietnamese, "đến", "until"), time + 11,
		 is_pending ? "hold" : "fade");
	text_add_duration(text, length_ms);
	text_add(text, ")\n");
}

static void add_why(struct text *text, const struct scenario *scenario,
		    const struct test_expectation *expectation, const struct alert *alert)
{
	const struct trial_why why = {
		.flow = scenario->flow,
		.config = scenario->config,
		.indent = "    ",
		.vietnamese = scenario->vietnamese,
	};

	if (alert)
		add_deadline(text, scenario, alert);
	if (alert && alert_machine_stands(&alert->machine))
		add_reason(text, scenario, alert);
	else
		trial_say_why_not(text, &why, expectation->rule, expectation->unit);
}

/* ---- the scopes ---- */

static bool is_same(const struct test_expectation *expectation, const struct alert *alert)
{
	return alert->rule->number == expectation->rule && alert->unit == expectation->unit &&
	       (!expectation->subject || strcmp(alert->subject, expectation->subject) == 0);
}

static const struct alert *find_alert(const struct scenario *scenario,
				      const struct standing *standing,
				      const struct test_expectation *expectation)
{
	for (size_t i = 0; i < standing->n; i++)
		if (is_same(expectation, &standing->list[i]))
			return &standing->list[i];
	return alertbook_find(flow_book(scenario->flow), expectation->rule, expectation->unit,
			      expectation->subject ? expectation->subject : "");
}

static void check_one(struct scenario *scenario, const struct standing *standing,
		      const struct test_expectation *expectation)
{
	const struct alert *alert = find_alert(scenario, standing, expectation);
	struct text *text;

	if (is_all_so(alert, expectation->words))
		return;
	text = scenario_fail(scenario, expectation->place);
	add_name(text, scenario, expectation->rule, expectation->unit, expectation->subject);
	text_add(text, SAYS(scenario->vietnamese, ": đúng ra là ", ": expected "));
	add_words(text, expectation->words);
	text_add(text, SAYS(scenario->vietnamese, ", thực tế là ", ", but it is "));
	add_state(text, alert);
	text_add(text, "\n");
	add_why(text, scenario, expectation, alert);
}

/* Whether another expectation of the step is about alert. */
static bool is_named(const struct test_step *step, const struct test_expectation *of,
		     const struct alert *alert)
{
	for (uint32_t i = 0; i < step->n_expectations; i++) {
		const struct test_expectation *other = &step->expectations[i];

		if (other->rule != of->rule || other->scope == SCOPE_OTHERS ||
		    other->unit != alert->unit)
			continue;
		if (of->scope == SCOPE_OTHERS)
			return true;
		if (other->scope == SCOPE_SUBJECT && strcmp(other->subject, alert->subject) == 0)
			return true;
	}
	return false;
}

static bool is_unexpected(const struct scenario *scenario,
			  const struct test_expectation *expectation, const struct alert *alert)
{
	return alert->rule->number == expectation->rule &&
	       (expectation->unit == UNIT_NONE || expectation->unit == alert->unit) &&
	       !is_named(scenario->step, expectation, alert);
}

static void check_others(struct scenario *scenario, const struct standing *standing,
			 const struct test_expectation *expectation)
{
	struct text *text = NULL;
	size_t n = 0;

	for (size_t i = 0; i < standing->n; i++) {
		const struct alert *alert = &standing->list[i];

		if (!is_unexpected(scenario, expectation, alert) || n++ >= OTHERS_SHOWN)
			continue;
		if (!text) {
			text = scenario_fail(scenario, expectation->place);
			text_add(text,
				 SAYS(scenario->vietnamese,
				      "%s: đúng ra không còn cảnh báo nào khác\n",
				      "%s: expected no other alert\n"),
				 alert->rule->id);
		}
		text_add(text, "    ");
		add_name(text, scenario, alert->rule->number, alert->unit, alert->subject);
		text_add(text, ": ");
		add_state(text, alert);
		text_add(text, "\n");
		add_reason(text, scenario, alert);
	}
	if (n > OTHERS_SHOWN)
		text_add(text, SAYS(scenario->vietnamese, "    và %zu nữa\n", "    and %zu more\n"),
			 n - OTHERS_SHOWN);
}

static void check_count(struct scenario *scenario, const struct test_count *count)
{
	uint32_t n = scenario->told[count->rule * N_NEWS + count->news];

	if (n == count->n)
		return;
	text_add(scenario_fail(scenario, count->place),
		 SAYS(scenario->vietnamese,
		      "%s: đúng ra được báo '%s' %" PRIu32 " lần, thực tế %" PRIu32 " lần\n",
		      "%s: expected to be told '%s' %" PRIu32 " times, but was %" PRIu32
		      " times\n"),
		 rules_at(flow_rules(scenario->flow), count->rule)->id,
		 alert_news_name(count->news), count->n, n);
}

void scenario_check(struct scenario *scenario)
{
	const struct test_step *step = scenario->step;
	bool *about = xcalloc((size_t)scenario->n_rules + 1, sizeof(*about));
	struct standing standing = { .about = about };

	for (uint32_t i = 0; i < step->n_expectations; i++)
		about[step->expectations[i].rule] = true;
	alertbook_each_raised(flow_book(scenario->flow), on_alert, &standing);

	for (uint32_t i = 0; i < step->n_expectations; i++) {
		const struct test_expectation *expectation = &step->expectations[i];

		if (expectation->scope == SCOPE_UNIT || expectation->scope == SCOPE_SUBJECT)
			check_one(scenario, &standing, expectation);
		else
			check_others(scenario, &standing, expectation);
	}
	for (uint32_t i = 0; i < step->n_counts; i++)
		check_count(scenario, &step->counts[i]);
	scenario->played->n_checks += step->n_expectations + step->n_counts;
	free(standing.list);
	free(about);
}

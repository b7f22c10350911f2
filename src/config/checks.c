/* SPDX-License-Identifier: Apache-2.0 */
#include "checks.h"

#include "rules.h"

#define CRITICAL_PERCENT 5 /* of rules, at most: what everybody calls critical nobody looks at */
#define LISTED           5 /* names in a message */
#define FADE_LONG_MS     (24 * 3600000LL)

bool units_meet(const struct load *load, const bool *a, const bool *b)
{
	uint32_t n = units_count(load->config->units);

	for (uint32_t i = 0; i < n; i++)
		if ((!a || a[i]) && (!b || b[i]))
			return true;
	return false;
}

static bool has_critical_limit(const struct load *load, const struct rule *rule)
{
	for (uint32_t i = 0; i < units_count(load->config->units); i++)
		if (rule->applies[i] && rule->limits[i].critical.comparison != COMPARE_NONE)
			return true;
	return false;
}

bool can_be_critical(const struct load *load, const struct rule *rule)
{
	switch (rule->kind) {
	case RULE_THRESHOLD:
	case RULE_EACH:
		return has_critical_limit(load, rule);
	case RULE_DEADLINE:
		return rule->due_soon == SEVERITY_CRITICAL || rule->overdue == SEVERITY_CRITICAL;
	case RULE_EVENT:
	case RULE_SILENCE:
	case RULE_SEQUENCE:
	case RULE_OWN:
		break;
	}
	return rule->severity == SEVERITY_CRITICAL;
}

static void check_critical(struct load *load)
{
	CLEANUP_TEXT struct text list = { 0 };
	const struct place nowhere = { .file = NULL };
	uint32_t n = 0, critical = 0;

	for (uint32_t i = 0; i < load->config->n_rules; i++) {
		const struct rule *rule = &load->config->rules[i];

		if (rule->kind == RULE_OWN)
			continue;
		n++;
		if (!can_be_critical(load, rule))
			continue;
		if (critical++ < LISTED)
			text_add(&list, "%s%s", list.size ? ", " : "", rule->id);
	}
	if (critical <= 1 || critical * 100 <= n * CRITICAL_PERCENT)
		return;
	if (critical > LISTED)
		text_add(&list, " and %u more", critical - LISTED);
	report_warning_as(load->report, "too-many-critical", nowhere,
			  "%u of %u rules can become critical, which is more than %d %%: %s",
			  critical, n, CRITICAL_PERCENT, text_get(&list));
}

static void check_fades(struct load *load)
{
	CLEANUP_TEXT struct text fade = { 0 };

	for (uint32_t i = 0; i < load->config->n_rules; i++) {
		const struct rule *rule = &load->config->rules[i];

		if (rule->fade_ms <= FADE_LONG_MS)
			continue;
		text_clear(&fade);
		text_add_duration(&fade, rule->fade_ms);
		report_warning_as(load->report, "fade-long", rule->place,
				  "alerts of '%s' stand for another %s when all is well again",
				  rule->id, text_get(&fade));
	}
}

static void check_maintenance(struct load *load, int64_t now_ms)
{
	for (uint32_t i = 0; i < load->config->n_maintenances && now_ms; i++) {
		const struct maintenance *maintenance = &load->config->maintenances[i];

		if (!maintenance->calendar && maintenance->until_ms <= now_ms)
			report_warning_as(load->report, "maintenance-over", maintenance->place,
					  "maintenance '%s' is over", maintenance->id);
	}
}

void checks_run(struct load *load, int64_t now_ms)
{
	checks_limits(load);
	check_critical(load);
	check_fades(load);
	checks_pairs(load);
	checks_receivers(load);
	check_maintenance(load, now_ms);
}

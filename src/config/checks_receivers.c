/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is told of what: receivers that hear nothing, steps that tell nobody new, critical alerts of
 * which nobody hears.
 */
#include "checks.h"

static bool hears(const struct load *load, const struct receiver *receiver, const struct rule *rule)
{
	return receiver->is_at_once && (!receiver->rules || receiver->rules[rule->number]) &&
	       (receiver->least != SEVERITY_CRITICAL || can_be_critical(load, rule)) &&
	       units_meet(load, receiver->units, rule->applies);
}

static bool hears_any(const struct load *load, const struct receiver *receiver)
{
	for (uint32_t i = 0; i < load->config->n_rules; i++)
		if (hears(load, receiver, &load->config->rules[i]))
			return true;
	return false;
}

static uint32_t named_by(const struct rule *rule)
{
	uint32_t set = rule->tell;

	for (uint32_t i = 0; i < rule->n_steps; i++)
		set |= rule->steps[i].receivers;
	return set;
}

static bool is_of_unit(const struct load *load, const struct receiver *receiver)
{
	const struct config *config = load->config;

	for (uint32_t i = 0; config->unit_receivers && i < units_count(config->units); i++)
		if (config->unit_receivers[i] == receiver)
			return true;
	return false;
}

static void check_unused(struct load *load)
{
	const struct config *config = load->config;
	uint32_t named = 0;

	for (uint32_t i = 0; i < config->n_rules; i++)
		named |= named_by(&config->rules[i]);
	for (uint32_t i = 0; i < config->n_receivers; i++) {
		const struct receiver *receiver = &config->receivers[i];

		if ((named & (UINT32_C(1) << i)) || is_of_unit(load, receiver) ||
		    hears_any(load, receiver))
			continue;
		report_warning_as(load->report, "receiver-unused", receiver->place,
				  "nothing is ever told to '%s'", receiver->id);
	}
}

/* Whether receiver hears of every alert of rule as it is raised. */
static bool hears_all(const struct load *load, const struct receiver *receiver,
		      const struct rule *rule)
{
	if (!receiver->is_at_once || receiver->least == SEVERITY_CRITICAL ||
	    (receiver->rules && !receiver->rules[rule->number]))
		return false;
	for (uint32_t i = 0; i < units_count(load->config->units); i++)
		if (rule->applies[i] && receiver->units && !receiver->units[i])
			return false;
	return true;
}

static void check_steps(struct load *load, const struct rule *rule)
{
	const struct config *config = load->config;
	uint32_t told = rule->tell;

	for (uint32_t i = 0; i < config->n_receivers; i++)
		if (hears_all(load, &config->receivers[i], rule))
			told |= UINT32_C(1) << i;
	for (uint32_t i = 0; i < rule->n_steps; i++) {
		if (!(rule->steps[i].receivers & ~told))
			report_warning_as(load->report, "escalation-tells-nobody",
					  rule->steps[i].place,
					  "all who are named here have been told before");
		told |= rule->steps[i].receivers;
	}
}

static bool is_told(const struct load *load, const struct rule *rule)
{
	const struct config *config = load->config;

	if (named_by(rule))
		return true;
	for (uint32_t i = 0; i < config->n_receivers; i++)
		if (hears(load, &config->receivers[i], rule))
			return true;
	return false;
}

void checks_receivers(struct load *load)
{
	const struct config *config = load->config;

	if (!config->elsewhere)
		check_unused(load);
	for (uint32_t i = 0; i < config->n_rules; i++) {
		const struct rule *rule = &config->rules[i];

		check_steps(load, rule);
		if (config->n_receivers > 0 && !rule->is_hidden && can_be_critical(load, rule) &&
		    units_meet(load, rule->applies, NULL) && !is_told(load, rule))
			report_warning_as(load->report, "critical-untold", rule->place,
					  "'%s' can become critical, and no receiver hears of it",
					  rule->id);
	}
}

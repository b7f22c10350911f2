/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules on each event, and on feeds that break their contract.
 */
#include "contracts.h"
#include "reference.h"
#include "rules.h"

#define EVENT_FADE_MS (30 * 60000) /* where none is given */

static void read_subject(struct load *load, const struct node *node, struct rule *rule)
{
	const struct field *field;
	const char *name;

	if (!read_text(load, node, &name) ||
	    !reference_find_field(load, rule->type, name, node->place, &rule->subject_field) ||
	    load->broken_types[rule->type])
		return;
	field = &schema_type(load->config->schema, rule->type)->fields[rule->subject_field];
	if (field->kind != FIELD_TEXT && field->kind != FIELD_CHOICE)
		report_error(load->report, node->place,
			     "'%s' is %s; a subject is a text or a choice", name,
			     field_kind_name(field->kind));
}

void event_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule)
{
	rule->fade_ms = EVENT_FADE_MS;
	rule_read_severity(load, nodes, rule);
	if (!reference_read_type(load, nodes->watched[WATCHED_EVENT], &rule->type))
		return;
	if (nodes->where)
		(void)reference_read_where(load, nodes->where, rule->type, &rule->where);
	if (nodes->subject)
		read_subject(load, nodes->subject, rule);
}

/* Narrows the rule to the units that are expected to report. */
static void narrow(struct load *load, const struct rule_nodes *nodes,
		   const struct contract *contract, bool *applies)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < units_count(load->config->units); i++) {
		applies[i] = applies[i] && contract->expected[i];
		n += applies[i];
	}
	if (n == 0 && !load->config->elsewhere)
		report_error(load->report,
			     nodes->units ? nodes->units->place : nodes->entry->key_place,
			     "none of these units is expected to report on feed '%s'",
			     nodes->watched[WATCHED_SILENCE]->text);
}

void silence_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule,
		       bool *applies)
{
	const struct node *node = nodes->watched[WATCHED_SILENCE];
	const struct contract *contract;
	const char *feed;

	rule_read_severity(load, nodes, rule);
	if (!read_text(load, node, &feed) ||
	    !names_find(load, &load->feeds, feed, node->place, &rule->feed))
		return;
	contract = contract_of(load, rule->feed);
	if (contract && applies)
		narrow(load, nodes, contract, applies);
	if (!contract && !load->broken_contracts[rule->feed])
		report_error(
			load->report, node->place,
			"feed '%s' expects nobody to report; say in its 'expect' who must, and "
			"how often",
			feed);
}

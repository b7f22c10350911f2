/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules: what the readers of rules share.
 *
 * A rule watches one thing, which one key says; that makes its kind, and with it which other keys
 * have a meaning.  What refers to other rules is read when all of them are there.
 */
#ifndef IOCD_CONFIG_RULES_H
#define IOCD_CONFIG_RULES_H

#include "limit.h"
#include "read.h"

#define PATIENCE_MAX_MS (31 * 24 * 3600000LL) /* of hold, fade and repeat */

/* The keys that say what is watched. */
enum watched {
	WATCHED_INDICATOR,
	WATCHED_CHANGE,
	WATCHED_BASELINE,
	WATCHED_BEHIND,
	WATCHED_BAND,
	WATCHED_EVENT,
	WATCHED_SILENCE,
	WATCHED_SEQUENCE,
	WATCHED_DEADLINE,
	WATCHED_OWN,
	N_WATCHED
};

/* One rule's keys. */
struct rule_nodes {
	const struct node *entry;
	const struct node *watched[N_WATCHED];
	const struct node *title, *units, *hold, *fade, *calendar;
	const struct node *window, *min_samples, *override, *each, *cap;
	struct limit_nodes limits;
	const struct node *where, *severity, *subject;
	const struct node *due_soon, *overdue;
	const struct node *latch, *chatter, *repeat, *tell, *inhibits, *escalate;
};

/* Read what is special to a rule's kind.  node is the key that says what is watched; rule->applies
 * is set unless it could not be read. */
void figure_rule_read(struct load *load, const struct rule_nodes *nodes, enum watched watched,
		      struct rule *rule);
void event_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule);
void silence_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule,
		       bool *applies);
void sequence_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule);
void deadline_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule);

/* Reads "severity", which has to be there. */
void rule_read_severity(struct load *load, const struct rule_nodes *nodes, struct rule *rule);

/* Read latch, chatter, repeat, tell and escalate; set those of a rule that says nothing of them. */
void handling_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule);
void handling_set_defaults(struct rule *rule);

/* Reads "inhibits" of all rules, and lays out what silence inhibits anyway.  nodes by rule number;
 * those of hidden rules have no entry. */
void inhibits_read(struct load *load, const struct rule_nodes *nodes);

/* Lends, by indicator, whether it is made of what feed sends; for the load. */
const bool *feed_figures(struct load *load, uint32_t feed);

/* Whether rule looks at feed; figures is that of feed. */
bool rule_looks_at(const struct load *load, const struct rule *rule, uint32_t feed,
		   const bool *figures);

/* Reads a rule's id or a list of them.  Lends an array by rule number for the life of the
 * configuration, or NULL: a mistake was reported. */
bool *rule_set_read(struct load *load, const struct node *list);

#endif

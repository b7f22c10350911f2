/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_tests: what the readers of tests.d share.
 *
 * rule_tests.c reads files, tests and steps; test_moment.c times; test_send.c and
 * test_data.c what is sent;
 * test_order.c what people do; test_expect.c what must be so.  They use the readers of read.h on a
 * load of their own, whose configuration holds the sources and the memory of the tests and nothing
 * else.
 */
#ifndef IOCD_CONFIG_RULE_TESTS_H
#define IOCD_CONFIG_RULE_TESTS_H

#include "iocd/rule_test.h"
#include "read.h"

/* The test that is being read. */
struct tester {
	struct load *load;           /* borrowed; its config is the one described above */
	const struct config *config; /* borrowed: what the tests are about */
	struct scratch *memory;      /* borrowed: of what tests lend */
	bool has_day, has_now;
	int32_t day;       /* that times of day stand in */
	int64_t now_ms;    /* end of what was read last */
	const bool *about; /* by rule: only these count; NULL: all but hidden ones */
	bool is_elsewhere; /* the test is about units that the site has not: what else is found in
			      it says nothing */
};

/* Reads a moment: "08:00", "08:00:30" (of tester's day), "2026-03-02 08:00", "+10m" and "-10m"
 * (from base_ms), or as in RFC 3339.  False: a mistake was reported. */
bool moment_read(struct tester *tester, const struct node *node, int64_t base_ms, int64_t *ret_ms);

/* The same for when a step is, which later times of day stand in; NULL: at once. */
bool moment_read_step(struct tester *tester, const struct node *node, struct place place,
		      int64_t *ret_ms);

/* Lends all rules, iocd's own among them. */
const struct rule *test_rules(const struct tester *tester, uint32_t *ret_n);

/* Find a unit by id or former id, and a rule.  In place of a unit elsewhere it is some unit. */
bool test_find_unit(struct tester *tester, const char *word, struct place place, uint32_t *ret);
bool test_find_rule(struct tester *tester, const char *word, struct place place, uint32_t *ret);

/* The nodes of what is sent; NULL where there is none. */
struct send_nodes {
	const struct node *send, *from, *times, *every, *happened, *id, *subject, *data;
	const struct node *historical, *drill, *topic, *payload, *refused;
};

/* Reads what a step at at_ms sends; *ret is NULL if it sends nothing. */
bool test_send_read(struct tester *tester, const struct node *step, const struct send_nodes *nodes,
		    int64_t at_ms, const struct test_send **ret);

/* Reads the data (NULL: none) of an event of send's type into send; place is the event's. */
bool test_data_read(struct tester *tester, const struct node *data, struct place place,
		    int64_t at_ms, struct test_send *send);

/* The nodes of what somebody does. */
struct order_nodes {
	const struct node *verbs[N_COMMAND_VERBS];
	const struct node *by, *note, *owner, *below, *until;
};

/* Reads what somebody does at at_ms; *ret is NULL if nobody does anything.  Reads what iocd says of
 * a part of itself. */
bool test_order_read(struct tester *tester, const struct node *step,
		     const struct order_nodes *nodes, int64_t at_ms, const struct command **ret);
bool test_own_read(struct tester *tester, const struct node *own, const struct test_own **ret);

/* Read what must be so, and have been told, into step; nodes may be NULL. */
bool test_expect_read(struct tester *tester, const struct node *expect, struct test_step *step);
bool test_told_read(struct tester *tester, const struct node *told, struct test_step *step);

#endif

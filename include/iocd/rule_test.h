/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_test: unit tests of rules, as the files of tests.d have them: what is sent and done at what
 * time, and which alerts must stand then.
 *
 * Reading checks all that it can against the configuration: units, rules, event types, fields and
 * their values, times that go back; mistakes are told like those of the configuration, all in one
 * go.  trial.h plays the tests.  Blocks on files; allocates freely.  Any thread.
 */
#ifndef IOCD_RULE_TEST_H
#define IOCD_RULE_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/alert_kind.h"
#include "iocd/base/defs.h"
#include "iocd/base/place.h"
#include "iocd/base/text.h"
#include "iocd/command.h"
#include "iocd/config.h"
#include "iocd/reason.h"

#define RULE_TEST_SPAN_MS (31 * 24 * 3600000LL) /* the longest that a test may last */
#define RULE_TEST_TIMES   10000                 /* the most events that a step may send */

/* Events of one type.  In texts "%n" is 1, 2, ... times, "%u" the id of who sends. */
struct test_send {
	uint32_t type;         /* index; TYPE_NONE: topic and payload as they stand */
	const uint32_t *units; /* who sends; each in turn, times times */
	uint32_t n_units;
	uint32_t times;
	int64_t every_ms;    /* between two of these */
	int64_t happened_ms; /* event time of the first, the others each every_ms later */
	const char *id;      /* NULL: each its own */
	const char *subject; /* NULL: none */
	const char *data;    /* JSON */
	bool is_historical, is_drill;
	const char *topic, *payload; /* of a message */
	enum reason refused;         /* REASON_NONE: all must be accepted; else all for this */
	struct place place;
};

/* A RECORD_OWN of topic OWN_TOPIC_STATE: what iocd says of a part of itself. */
struct test_own {
	const char *part, *light; /* words */
	const char *detail;       /* what is wrong, perhaps "" */
};

/* clang-format off */
/* What an alert must be; several may be asked of one. */
#define TEST_WORDS(X)                                                                            \
	X(NOTHING, "nothing")               /* there is none that stands                       */ \
	X(PENDING, "pending")               /* its condition holds, and its hold is not over    */ \
	X(WARNING, "warning")               /* it stands as one                                 */ \
	X(CRITICAL, "critical")             /* likewise                                         */ \
	X(FADING, "fading")                 /* it stands, and its condition is gone             */ \
	X(LATCHED, "latched")               /* it stands only because nobody has reset it       */ \
	X(UNCERTAIN, "uncertain")           /* what it is judged by is not known now            */ \
	X(DRILL, "drill")                   /* it stands as an exercise                         */ \
	X(UNACKNOWLEDGED, "unacknowledged") /* handling.c                                       */ \
	X(ACKNOWLEDGED, "acknowledged")                                                            \
	X(CLEARED_UNACKNOWLEDGED, "cleared-unacknowledged")                                        \
	X(SUPPRESSED, "suppressed")         /* something keeps it from being told               */ \
	X(SHELVED, "shelved")               /* this does; likewise                              */ \
	X(MAINTENANCE, "maintenance")                                                              \
	X(INHIBITED, "inhibited")                                                                  \
	X(OUT_OF_SERVICE, "out-of-service")                                                        \
	X(CHATTER, "chatter")
/* clang-format on */

enum test_word {
#define X(name, text) TEST_##name,
	TEST_WORDS(X)
#undef X
		N_TEST_WORDS
};
#define TEST_WORD_BIT(word) (1u << (word))

enum test_scope {
	SCOPE_UNIT,     /* the gravest alert of rule and unit, whatever its subject */
	SCOPE_SUBJECT,  /* the one of rule, unit and subject */
	SCOPE_SUBJECTS, /* all of rule and unit but those of other expectations of the step */
	SCOPE_OTHERS,   /* all of rule but those of units of other expectations of the step */
};

/* What must be so at a step. */
struct test_expectation {
	uint32_t rule; /* index */
	enum test_scope scope;
	uint32_t unit; /* UNIT_NONE with SCOPE_OTHERS */
	const char *subject;
	unsigned words; /* TEST_WORD_BITs; all must hold */
	struct place place;
};

/* How many times that must have been told of rule since the test began. */
struct test_count {
	uint32_t rule;
	enum alert_news news;
	uint32_t n;
	struct place place;
};

/* One moment: first something is sent, said or done, then looked at. */
struct test_step {
	int64_t at_ms;                 /* civil time; never before the end of the step before */
	const struct test_send *send;  /* NULL: nothing */
	const struct test_own *own;    /* likewise */
	const struct command *command; /* likewise; its key is empty */
	const struct test_expectation *expectations;
	uint32_t n_expectations;
	const struct test_count *counts;
	uint32_t n_counts;
	struct place place;
};

struct rule_test {
	const char *name;
	const struct test_step *steps; /* at least one; one of them expects something */
	uint32_t n_steps;
	struct place place;
};

struct rule_tests;

/* Reads files (any paths), or if n is 0 all of tests.d in config's directory; config is borrowed
 * for life.  Appends mistakes to report.  Gives them; 0, CONFIG_REFUSED or a fault (the directory
 * or a file cannot be read: told in report too).  No tests.d: no tests. */
int rule_tests_load(struct rule_tests **ret, const struct config *config, const char *const *files,
		    size_t n, struct text *report) MUST_USE;

/* As rule_tests_load() of all in tests.d, for those who only look: each is called with what was
 * found, as config_check() does. */
int rule_tests_check(struct rule_tests **ret, const struct config *config, struct text *report,
		     config_finding_fn *each, void *context) MUST_USE;
struct rule_tests *rule_tests_free(struct rule_tests *tests);
DEFINE_CLEANUP(struct rule_tests, rule_tests_free)

/* Lends them, in the order of files and lines; all that they lend lives as long. */
const struct rule_test *rule_tests_list(const struct rule_tests *tests, uint32_t *ret_n);

/* How many more are not among them: they are about units that settings.site has not. */
uint32_t rule_tests_skipped(const struct rule_tests *tests);

/* Lends the word: "pending". */
const char *test_word_name(enum test_word word);

#endif

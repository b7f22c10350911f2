/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be so at a step.  What is not named must not stand: other units of a rule that is
 * named, other subjects where subjects are, and other rules of those that the test is about.
 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "rule_tests.h"

#define OTHERS "others" /* the key for all that is not named */

/* A list that grows; copied out in the end. */
struct wanted {
	struct tester *tester;
	struct test_expectation *list; /* owned */
	uint32_t n;
};

const char *test_word_name(enum test_word word)
{
	static const char *const names[] = {
#define X(name, text) text,
		TEST_WORDS(X)
#undef X
	};

	return names[word];
}

static void want(struct wanted *wanted, const struct test_expectation *expectation)
{
	wanted->list = xrealloc(wanted->list, wanted->n + 1, sizeof(*wanted->list));
	wanted->list[wanted->n++] = *expectation;
}

static bool is_nothing(const struct node *node)
{
	return node->kind == NODE_TEXT &&
	       (strcmp(node->text, "nothing") == 0 || strcmp(node->text, "nobody") == 0);
}

static bool read_word(struct tester *tester, const struct node *node, unsigned *ret)
{
	const char *names[N_TEST_WORDS];
	uint32_t word;

	for (int i = 0; i < N_TEST_WORDS; i++)
		names[i] = test_word_name((enum test_word)i);
	if (!read_choice(tester->load, node, names, N_TEST_WORDS, &word))
		return false;
	*ret |= TEST_WORD_BIT(word);
	return true;
}

/* "warning" or [warning, uncertain]. */
static bool read_words(struct tester *tester, const struct node *node, unsigned *ret)
{
	bool good = true;

	if (is_nothing(node)) {
		*ret = TEST_WORD_BIT(TEST_NOTHING);
		return true;
	}
	for (const struct node *item = node_first_item(node); item;
	     item = node_next_item(node, item))
		good = read_word(tester, item, ret) && good;
	if (good && *ret & TEST_WORD_BIT(TEST_NOTHING)) {
		report_error(tester->load->report, node->place, "'nothing' stands alone");
		return false;
	}
	if (good && !*ret) {
		report_error(tester->load->report, node->place, "what must it be?");
		return false;
	}
	return good;
}

/* True if those that are not named may be as they are. */
static bool read_others(struct tester *tester, const struct node *map, bool *ret_any)
{
	static const char *const words[] = { "nothing", "any" };
	const struct node *others = node_find(map, OTHERS);
	uint32_t word = 0;

	if (others && !read_choice(tester->load, others, words, COUNT(words), &word))
		return false;
	*ret_any = word == 1;
	return true;
}

static bool want_words(struct wanted *wanted, const struct node *node,
		       struct test_expectation expectation)
{
	if (!read_words(wanted->tester, node, &expectation.words))
		return false;
	expectation.place = node->place;
	want(wanted, &expectation);
	return true;
}

/* The subjects of one unit. */
static bool want_subjects(struct wanted *wanted, const struct node *map,
			  struct test_expectation expectation)
{
	bool good, any = false;

	good = read_others(wanted->tester, map, &any);
	for (const struct node *entry = map->first; entry; entry = entry->next) {
		if (strcmp(entry->key, OTHERS) == 0)
			continue;
		expectation.scope = SCOPE_SUBJECT;
		expectation.subject = entry->key;
		good = want_words(wanted, entry, expectation) && good;
	}
	expectation.scope = SCOPE_SUBJECTS;
	expectation.subject = NULL;
	expectation.words = TEST_WORD_BIT(TEST_NOTHING);
	expectation.place = map->key_place;
	if (!any)
		want(wanted, &expectation);
	return good;
}

static bool want_unit(struct wanted *wanted, const struct node *entry,
		      struct test_expectation expectation)
{
	if (!test_find_unit(wanted->tester, entry->key, entry->key_place, &expectation.unit))
		return false;
	if (entry->kind == NODE_MAP)
		return want_subjects(wanted, entry, expectation);
	expectation.scope = SCOPE_UNIT;
	return want_words(wanted, entry, expectation);
}

static bool want_rule(struct wanted *wanted, const struct node *entry)
{
	struct test_expectation expectation = {
		.scope = SCOPE_OTHERS,
		.unit = UNIT_NONE,
		.words = TEST_WORD_BIT(TEST_NOTHING),
		.place = entry->place,
	};
	struct test_expectation one = { .place = entry->place };
	bool good, any = false;

	if (!test_find_rule(wanted->tester, entry->key, entry->key_place, &one.rule))
		return false;
	expectation.rule = one.rule;
	if (is_nothing(entry)) {
		want(wanted, &expectation);
		return true;
	}
	if (entry->kind != NODE_MAP) {
		report_error(wanted->tester->load->report, entry->place,
			     "say of which units: {UNIT: warning}; or nobody");
		return false;
	}
	good = read_others(wanted->tester, entry, &any);
	for (const struct node *unit = entry->first; unit; unit = unit->next)
		if (strcmp(unit->key, OTHERS) != 0)
			good = want_unit(wanted, unit, one) && good;
	expectation.place = entry->key_place;
	if (!any)
		want(wanted, &expectation);
	return good;
}

static bool is_wanted(const struct wanted *wanted, uint32_t rule)
{
	for (uint32_t i = 0; i < wanted->n; i++)
		if (wanted->list[i].rule == rule)
			return true;
	return false;
}

/* Rules that the test is about and that were not named. */
static void want_rest(struct wanted *wanted, struct place place, bool of_all)
{
	const struct tester *tester = wanted->tester;
	uint32_t n, n_named = wanted->n;
	const struct rule *rules = test_rules(tester, &n);

	for (uint32_t i = 0; i < n; i++) {
		if (tester->about ? !tester->about[i] : !of_all || rules[i].is_hidden)
			continue;
		if (n_named == 0 || !is_wanted(wanted, i))
			want(wanted, &(struct test_expectation){
					     .rule = i,
					     .scope = SCOPE_OTHERS,
					     .unit = UNIT_NONE,
					     .words = TEST_WORD_BIT(TEST_NOTHING),
					     .place = place,
				     });
	}
}

static bool read_expect(struct wanted *wanted, const struct node *expect)
{
	bool good = true;

	if (is_nothing(expect)) {
		want_rest(wanted, expect->place, true);
		return true;
	}
	if (!read_kind(wanted->tester->load, expect, NODE_MAP))
		return false;
	for (const struct node *entry = expect->first; entry; entry = entry->next)
		good = want_rule(wanted, entry) && good;
	if (good)
		want_rest(wanted, expect->key_place, false);
	return good;
}

bool test_expect_read(struct tester *tester, const struct node *expect, struct test_step *step)
{
	struct wanted wanted = { .tester = tester };
	struct test_expectation *copy;
	bool good;

	if (!expect)
		return true;
	good = read_expect(&wanted, expect);
	if (good && wanted.n == 0) {
		report_error(tester->load->report, expect->place, "nothing is expected here");
		good = false;
	}
	copy = scratch_take(tester->memory, (wanted.n + 1) * sizeof(*copy));
	if (wanted.n > 0)
		memcpy(copy, wanted.list, wanted.n * sizeof(*copy));
	free(wanted.list);
	step->expectations = copy;
	step->n_expectations = wanted.n;
	return good;
}

/* ---- what was told ---- */

static bool read_count(struct tester *tester, const struct node *entry, struct test_count *count)
{
	static const char *const names[] = {
#define X(name, text) text,
		ALERT_NEWS(X)
#undef X
	};
	uint32_t news = 0;
	int64_t n;
	struct hint hint;

	hint_begin(&hint, tester->load, entry->key);
	for (uint32_t i = 1; i < COUNT(names); i++) {
		if (strcmp(names[i], entry->key) == 0)
			news = i;
		hint_consider(&hint, names[i]);
	}
	if (!news) {
		report_error(tester->load->report, entry->key_place, "'%s' is no news%s",
			     entry->key, hint_end(&hint));
		return false;
	}
	if (!read_integer(tester->load, entry, 0, 1000000, &n))
		return false;
	count->news = (enum alert_news)news;
	count->n = (uint32_t)n;
	count->place = entry->place;
	return true;
}

static bool read_counts(struct tester *tester, const struct node *entry, struct test_count *list,
			uint32_t *n)
{
	uint32_t rule;
	bool good = true;

	if (!test_find_rule(tester, entry->key, entry->key_place, &rule))
		return false;
	if (is_nothing(entry)) {
		list[(*n)++] = (struct test_count){ .rule = rule,
						    .news = NEWS_RAISED,
						    .place = entry->place };
		return true;
	}
	if (!read_kind(tester->load, entry, NODE_MAP))
		return false;
	for (const struct node *news = entry->first; news; news = news->next) {
		struct test_count *count = &list[(*n)++];

		count->rule = rule;
		good = read_count(tester, news, count) && good;
	}
	return good;
}

bool test_told_read(struct tester *tester, const struct node *told, struct test_step *step)
{
	struct test_count *list;
	uint32_t n = 0;
	bool good = true;

	if (!told)
		return true;
	if (!read_kind(tester->load, told, NODE_MAP))
		return false;
	for (const struct node *entry = told->first; entry; entry = entry->next)
		n += entry->n + 1;
	list = scratch_take(tester->memory, (n + 1) * sizeof(*list));
	memset(list, 0, (n + 1) * sizeof(*list));
	n = 0;
	for (const struct node *entry = told->first; entry; entry = entry->next)
		good = read_counts(tester, entry, list, &n) && good;
	step->counts = list;
	step->n_counts = n;
	return good;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_tests.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define FOLDER          "tests.d"
#define MEMORY_BLOCK    (64 << 10)
#define SUGGESTIONS_MAX 200000
#define STEPS_MAX       10000

struct rule_tests {
	struct config *held; /* owned: holds sources and memory, and the settings of config */
	const struct config *config; /* borrowed */
	struct rule_test *list;      /* owned */
	uint32_t n;
	uint32_t n_skipped;
};

struct rule_tests *rule_tests_free(struct rule_tests *tests)
{
	if (!tests)
		return NULL;

	free(tests->list);
	config_free(tests->held);
	free(tests);
	return NULL;
}

const struct rule_test *rule_tests_list(const struct rule_tests *tests, uint32_t *ret_n)
{
	*ret_n = tests->n;
	return tests->list;
}

uint32_t rule_tests_skipped(const struct rule_tests *tests)
{
	return tests->n_skipped;
}

const struct rule *test_rules(const struct tester *tester, uint32_t *ret_n)
{
	struct rulebook book;

	config_rulebook(tester->config, &book);
	*ret_n = book.n_rules;
	return book.rules;
}

bool test_find_unit(struct tester *tester, const char *word, struct place place, uint32_t *ret)
{
	const struct units *units = config_units(tester->config);
	struct hint hint;

	*ret = units_find(units, word, strlen(word));
	if (*ret != UNIT_NONE)
		return true;
	if (is_elsewhere(tester->config, word)) {
		tester->is_elsewhere = true;
		*ret = 0;
		return true;
	}
	hint_begin(&hint, tester->load, word);
	for (uint32_t i = 0; i < units_count(units); i++)
		hint_consider(&hint, units_at(units, i)->id);
	report_error(tester->load->report, place, "unknown unit '%s'%s", word, hint_end(&hint));
	return false;
}

bool test_find_rule(struct tester *tester, const char *word, struct place place, uint32_t *ret)
{
	uint32_t n;
	const struct rule *rules = test_rules(tester, &n);
	struct hint hint;

	hint_begin(&hint, tester->load, word);
	for (uint32_t i = 0; i < n; i++) {
		if (strcmp(rules[i].id, word) == 0) {
			*ret = i;
			return true;
		}
		hint_consider(&hint, rules[i].id);
	}
	report_error(tester->load->report, place, "unknown rule '%s'%s", word, hint_end(&hint));
	return false;
}

/* ---- one test ---- */

struct step_nodes {
	const struct node *at, *own, *expect, *told;
	struct send_nodes send;
	struct order_nodes order;
};

/* clang-format off */
#define STEP(name, member) { name, offsetof(struct step_nodes, member) }
static const struct slot step_slots[] = {
	STEP("at", at),
	STEP("send", send.send),
	STEP("from", send.from),
	STEP("times", send.times),
	STEP("every", send.every),
	STEP("happened", send.happened),
	STEP("id", send.id),
	STEP("subject", send.subject),
	STEP("data", send.data),
	STEP("historical", send.historical),
	STEP("drill", send.drill),
	STEP("topic", send.topic),
	STEP("payload", send.payload),
	STEP("refused", send.refused),
	STEP("iocd", own),
	STEP("by", order.by),
	STEP("note", order.note),
	STEP("to", order.owner),
	STEP("below", order.below),
	STEP("until", order.until),
#define X(verb, text) STEP(text, order.verbs[COMMAND_##verb]),
	COMMAND_VERBS(X)
#undef X
	STEP("expect", expect),
	STEP("told", told),
};
/* clang-format on */

static bool read_step(struct tester *tester, const struct node *map, struct test_step *step)
{
	struct step_nodes nodes = { 0 };
	bool good = read_slots(tester->load, map, step_slots, COUNT(step_slots), &nodes);

	*step = (struct test_step){ .place = map->place };
	if (map->kind != NODE_MAP)
		return false;
	if (!moment_read_step(tester, nodes.at, map->place, &step->at_ms)) {
		if (!tester->has_day)
			return false; /* no time in it could be read */
		good = false;
		step->at_ms = tester->now_ms;
	}
	good = test_send_read(tester, map, &nodes.send, step->at_ms, &step->send) && good;
	good = test_order_read(tester, map, &nodes.order, step->at_ms, &step->command) && good;
	if (nodes.own)
		good = test_own_read(tester, nodes.own, &step->own) && good;
	good = test_expect_read(tester, nodes.expect, step) && good;
	return test_told_read(tester, nodes.told, step) && good;
}

static bool read_about(struct tester *tester, const struct node *rules)
{
	uint32_t n;
	bool *about, good = true;

	if (!rules)
		return true;
	if (rules->kind == NODE_MAP)
		return read_kind(tester->load, rules, NODE_LIST);
	(void)test_rules(tester, &n);
	about = scratch_take(tester->load->trees, n + 1);
	memset(about, 0, n + 1);
	for (const struct node *item = node_first_item(rules); item;
	     item = node_next_item(rules, item)) {
		const char *word;
		uint32_t rule;

		if (read_text(tester->load, item, &word) &&
		    test_find_rule(tester, word, item->place, &rule))
			about[rule] = true;
		else
			good = false;
	}
	tester->about = about;
	return good;
}

static bool read_steps(struct tester *tester, const struct node *list, struct rule_test *test)
{
	struct test_step *steps;
	bool good = true, expects = false;

	if (!read_kind(tester->load, list, NODE_LIST))
		return false;
	if (list->n == 0 || list->n > STEPS_MAX) {
		report_error(tester->load->report, list->place, "a test has 1 to %d steps",
			     STEPS_MAX);
		return false;
	}
	steps = scratch_take(tester->memory, list->n * sizeof(*steps));
	for (const struct node *item = list->first; item; item = item->next) {
		struct test_step *step = &steps[test->n_steps++];

		good = read_step(tester, item, step) && good;
		expects |= step->n_expectations + step->n_counts > 0;
	}
	test->steps = steps;
	if (good && !expects) {
		report_error(tester->load->report, test->place,
			     "this test expects nothing, so it cannot fail");
		return false;
	}
	if (good && tester->now_ms - steps[0].at_ms > RULE_TEST_SPAN_MS) {
		report_error(tester->load->report, test->place,
			     "this test lasts longer than a "
			     "month");
		return false;
	}
	return good;
}

static bool read_test(struct tester *tester, const struct node *entry, struct rule_test *test)
{
	struct {
		const struct node *date, *rules, *steps;
	} nodes = { 0 };
	static const struct slot slots[] = {
		{ "date", 0 },
		{ "rules", sizeof(const struct node *) },
		{ "steps", 2 * sizeof(const struct node *) },
	};
	bool good;

	*test = (struct rule_test){ .name = entry->key, .place = entry->key_place };
	tester->has_day = tester->has_now = false;
	tester->about = NULL;
	tester->is_elsewhere = false;
	good = read_slots(tester->load, entry, slots, COUNT(slots), &nodes);
	if (nodes.date) {
		tester->has_day = date_read(tester->load, nodes.date, &tester->day);
		good = tester->has_day && good;
	}
	good = read_about(tester, nodes.rules) && good;
	if (entry->kind != NODE_MAP || !read_present(tester->load, entry, nodes.steps, "steps"))
		return false;
	return read_steps(tester, nodes.steps, test) && good;
}

/* ---- all of them ---- */

static void read_file(struct tester *tester, const struct source *source, struct rule_tests *tests)
{
	const struct node_memory memory = { .nodes = tester->load->trees, .texts = tester->memory };
	const struct node *root = node_parse(source, &memory, tester->load->report);

	if (!root || !read_kind(tester->load, root, NODE_MAP))
		return;
	tests->list = xrealloc(tests->list, tests->n + root->n + 1, sizeof(*tests->list));
	for (const struct node *entry = root->first; entry; entry = entry->next) {
		(void)read_test(tester, entry, &tests->list[tests->n]);
		if (tester->is_elsewhere)
			tests->n_skipped++;
		else
			tests->n++;
	}
}

/* Who wants to know what is wrong. */
struct asker {
	struct text *report;
	config_finding_fn *each; /* or NULL */
	void *context;
};

static int read_all(struct rule_tests *tests, const struct asker *asker)
{
	struct load *load = xcalloc(1, sizeof(*load)); /* large */
	struct tester tester = { .load = load, .config = tests->config };
	uint32_t errors;

	load->config = tests->held;
	load->report = report_new(tests->held->sources);
	load->trees = scratch_new(MEMORY_BLOCK);
	load->suggestions_left = SUGGESTIONS_MAX;
	tester.memory = tests->held->memory;
	for (uint32_t i = 0; i < tests->held->sources->n; i++)
		read_file(&tester, tests->held->sources->list[i], tests);
	errors = report_errors(load->report);
	if (asker->each)
		report_each(load->report, asker->each, asker->context);
	report_write(load->report, asker->report);
	report_free(load->report);
	scratch_free(load->trees);
	free(load);
	return errors > 0 ? CONFIG_REFUSED : 0;
}

/* A walk through tests.d. */
struct finding_files {
	struct rule_tests *tests;
	struct text *report;
	int r;
};

static int read_source(struct rule_tests *tests, const char *path, const char *name,
		       struct text *report)
{
	char *bytes;
	size_t size;
	int r = disk_read_file(path, SOURCE_BYTES_MAX, &bytes, &size);

	if (r) {
		text_add(report, "cannot read '%s': %s\n", path, strerror(-r));
		return err_pass(r);
	}
	sources_add(tests->held->sources, PART_TESTS, name, bytes, size);
	free(bytes);
	return 0;
}

static void on_name(void *context, const char *name)
{
	struct finding_files *finding = context;
	CLEANUP_TEXT struct text path = { 0 }, shown = { 0 };

	if (name[0] == '.' || finding->r)
		return;
	text_add(&shown, FOLDER "/%s", name);
	text_add(&path, "%s/%s", config_directory(finding->tests->config), text_get(&shown));
	finding->r =
		read_source(finding->tests, text_get(&path), text_get(&shown), finding->report);
}

static int find_files(struct rule_tests *tests, struct text *report)
{
	struct finding_files finding = { .tests = tests, .report = report };
	CLEANUP_TEXT struct text path = { 0 };
	int r;

	text_add(&path, "%s/" FOLDER, config_directory(tests->config));
	r = disk_list(text_get(&path), ".yml", on_name, &finding);
	if (r && r != -ENOENT)
		text_add(report, "cannot read '%s': %s\n", text_get(&path), strerror(-r));
	if (r)
		return r == -ENOENT ? 0 : err_pass(r);
	return err_pass(finding.r);
}

static int load_tests(struct rule_tests **ret, const struct config *config,
		      const char *const *files, size_t n, const struct asker *asker)
{
	CLEANUP(rule_tests_free) struct rule_tests *tests = xcalloc(1, sizeof(*tests));
	int r = 0;

	tests->config = config;
	tests->held = xcalloc(1, sizeof(*tests->held));
	tests->held->sources = sources_new();
	tests->held->memory = scratch_new(MEMORY_BLOCK);
	tests->held->settings = *config_settings(config);
	if (n == 0)
		r = find_files(tests, asker->report);
	for (size_t i = 0; i < n && !r; i++)
		r = read_source(tests, files[i], files[i], asker->report);
	if (r)
		return err_pass(r);

	r = read_all(tests, asker);
	if (r)
		return r;
	*ret = tests;
	tests = NULL;
	return 0;
}

int rule_tests_load(struct rule_tests **ret, const struct config *config, const char *const *files,
		    size_t n, struct text *report)
{
	return load_tests(ret, config, files, n, &(struct asker){ .report = report });
}

int rule_tests_check(struct rule_tests **ret, const struct config *config, struct text *report,
		     config_finding_fn *each, void *context)
{
	const struct asker asker = { .report = report, .each = each, .context = context };

	return load_tests(ret, config, NULL, 0, &asker);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl check: a configuration, read here; iocctl reload: by the iocd that runs. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "iocd/config.h"
#include "iocd/rule_test.h"
#include "show.h"

static void print_good(const struct call *call, const struct config *config,
		       const struct rule_tests *tests)
{
	uint32_t n_indicators, n_rules, n_tests;

	(void)config_indicators(config, &n_indicators);
	(void)config_rules(config, &n_rules);
	(void)rule_tests_list(tests, &n_tests);
	printf(SAY(call,
		   "%s: tốt: %u đơn vị, %u nguồn tin, %u chỉ số, %u quy tắc, %u bài kiểm tra\n",
		   "%s: good: %u units, %u feeds, %u indicators, %u rules, %u tests\n"),
	       config_directory(config), units_count(config_units(config)),
	       schema_n_feeds(config_schema(config)), n_indicators, n_rules, n_tests);
}

/* What was found so far. */
struct found {
	json_t *list; /* NULL: nobody wants one */
	uint32_t n_warnings;
};

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static void on_finding(void *context, const struct config_finding *finding)
{
	struct found *found = context;
	json_t *json;

	found->n_warnings += !finding->is_error;
	if (!found->list)
		return;
	json = json_pack("{s:o, s:i, s:i, s:i, s:s, s:s, s:s, s:o, s:o}", "file",
			 text_or_null(finding->file), "line", (int)finding->line, "column",
			 (int)finding->column, "end_column", (int)finding->end_column, "severity",
			 finding->is_error ? "error" : "warning", "code", finding->code, "message",
			 finding->message, "source", text_or_null(finding->source), "suggestion",
			 text_or_null(finding->suggestion));
	json_array_append_new(found->list, json);
}

/* A directory that cannot be read is found too. */
static void add_fault(struct found *found, const char *why)
{
	const struct config_finding finding = { .is_error = true,
						.code = "not-readable",
						.message = why };

	on_finding(found, &finding);
}

static int status_of(const struct call *call, int r, const struct found *found)
{
	return r || (call->given[OPTION_STRICT] && found->n_warnings) ? STATUS_FINDING
								      : STATUS_GOOD;
}

int run_check(const struct call *call)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP(rule_tests_free) struct rule_tests *tests = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	struct found found = { .list = call->json ? json_array() : NULL };
	const struct config_check check = { .directory = call->arguments[0],
					    .now_ms = clock_real_ms(),
					    .report = &report,
					    .each = on_finding,
					    .context = &found };
	int r = config_check(&config, &check);

	if (r == 0)
		r = rule_tests_check(&tests, config, &report, on_finding, &found);
	if (r < 0)
		add_fault(&found, text_get(&report));
	if (call->json)
		api_print(found.list);
	else
		fputs(text_get(&report), stderr);
	json_decref(found.list);
	if (!r && !call->json)
		print_good(call, config, tests);
	return status_of(call, r, &found);
}

int run_reload(const struct call *call)
{
	json_t *answer;
	int r = api_post(call, "reload", &answer);

	if (call->json && answer)
		api_print(answer);
	else if (answer)
		fputs(show_string(answer, "report"), stderr);
	if (r == STATUS_GOOD && !call->json)
		printf(SAY(call, "đã áp dụng cấu hình %s\n", "applied configuration %s\n"),
		       show_string(answer, "config"));
	json_decref(answer);
	return r;
}

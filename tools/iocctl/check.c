/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl check: a configuration, read here; iocctl reload: by the iocd that runs. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "iocd/config.h"
#include "show.h"

static void print_good(const struct call *call, const struct config *config)
{
	uint32_t n_indicators, n_rules;

	(void)config_indicators(config, &n_indicators);
	(void)config_rules(config, &n_rules);
	printf(SAY(call, "%s: tốt: %u đơn vị, %u nguồn tin, %u chỉ số, %u quy tắc\n",
		   "%s: good: %u units, %u feeds, %u indicators, %u rules\n"),
	       config_directory(config), units_count(config_units(config)),
	       schema_n_feeds(config_schema(config)), n_indicators, n_rules);
}

static void print_json(const struct config *config, const char *report)
{
	json_t *json = json_pack("{s:b, s:s}", "good", config != NULL, "report", report);
	uint32_t n_indicators, n_rules;

	if (config) {
		(void)config_indicators(config, &n_indicators);
		(void)config_rules(config, &n_rules);
		json_object_set_new(json, "config", json_string(config_fingerprint(config)));
		json_object_set_new(json, "units", json_integer(units_count(config_units(config))));
		json_object_set_new(json, "feeds",
				    json_integer(schema_n_feeds(config_schema(config))));
		json_object_set_new(json, "indicators", json_integer(n_indicators));
		json_object_set_new(json, "rules", json_integer(n_rules));
	}
	api_print(json);
	json_decref(json);
}

int run_check(const struct call *call)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	int r = config_load(&config, call->arguments[0], NULL, &report);

	if (call->json)
		print_json(config, text_get(&report));
	else
		fputs(text_get(&report), stderr);
	if (r)
		return STATUS_FINDING;

	if (!call->json)
		print_good(call, config);
	return STATUS_GOOD;
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

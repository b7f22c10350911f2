/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl backtest --suggest: which limit of a rule would give so many alerts a week. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "backtest.h"
#include "iocd/base/err.h"
#include "iocd/suggest.h"
#include "show.h"

#define PASSES   2
#define PER_WEEK 5

static int complain(const struct call *call, const char *message, const char *what)
{
	fprintf(stderr, "iocctl: %s: '%s'\n", message, what);
	(void)call;
	return STATUS_USAGE;
}

static int find_rule(const struct backtesting *testing, uint32_t *ret)
{
	const char *wanted = testing->call->given[OPTION_SUGGEST];
	uint32_t n;
	const struct rule *rules = config_rules(testing->after, &n);

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(rules[i].id, wanted) == 0) {
			*ret = i;
			return STATUS_GOOD;
		}
	return complain(testing->call, SAY(testing->call, "không có quy tắc", "there is no rule"),
			wanted);
}

static int read_per_week(const struct call *call, double *ret)
{
	const char *given = call->given[OPTION_PER_WEEK];

	*ret = PER_WEEK;
	if (!given || (text_read_number(given, strlen(given), ret) == 0 && *ret >= 0))
		return STATUS_GOOD;
	return complain(call, SAY(call, "không phải số cảnh báo mỗi tuần", "no number of alerts"),
			given);
}

static void on_record(void *context, enum backtest_side side, const struct record *record)
{
	(void)side;
	suggest_carry(context, record);
}

/* ---- words ---- */

static void print_table(const struct backtesting *testing, const struct suggested *found)
{
	static const struct column columns[] = {
		{ "NGƯỠNG", "LIMIT", 0 },
		{ "CẢNH BÁO", "ALERTS", COLUMN_RIGHT },
		{ "MỖI TUẦN", "A WEEK", COLUMN_RIGHT },
		{ "", "", 0 },
	};
	const struct call *call = testing->call;
	CLEANUP(table_free)
	struct table *table = table_new(columns, COUNT(columns), call->vietnamese);

	for (uint32_t i = 0; i < found->n; i++) {
		const struct suggestion *one = &found->list[i];
		char raised[24], per_week[32], remark[64];
		const char *cells[] = { one->text, raised, per_week, remark };

		(void)snprintf(raised, sizeof(raised), "%" PRIu64, one->raised);
		(void)snprintf(per_week, sizeof(per_week), "%.1f", one->per_week);
		(void)snprintf(remark, sizeof(remark), "%s%s%s",
			       one->is_present ? SAY(call, "hiện nay", "present") : "",
			       one->is_present && i == found->best ? ", " : "",
			       i == found->best ? SAY(call, "gần nhất", "nearest") : "");
		table_row(table, i == found->best ? TINT_YELLOW : TINT_NONE, cells);
	}
	show_table(call, table, NULL);
}

static void print_text(const struct backtesting *testing, const struct rule *rule,
		       const struct suggested *found)
{
	const struct call *call = testing->call;
	const struct suggestion *best = &found->list[found->best];
	CLEANUP_TEXT struct text text = { 0 };

	text_add(&text,
		 SAY(call,
		     "%s: %" PRIu64 " giá trị đã xét, từ %.6g đến %.6g; hiện nay %s: \"%s\" "
		     "(%s:%" PRIu32 ")\n",
		     "%s: %" PRIu64 " values were judged, from %.6g to %.6g; at present %s: \"%s\" "
		     "(%s:%" PRIu32 ")\n"),
		 rule->id, found->n_values, found->least, found->most, found->key,
		 found->present->text, found->present->place.file, found->present->place.line);
	if (found->n_overridden > 0)
		text_add(&text,
			 SAY(call, "%" PRIu32 " đơn vị có ngưỡng riêng, được giữ nguyên\n",
			     "%" PRIu32 " units have limits of their own, which stay\n"),
			 found->n_overridden);
	show_print(&text);
	print_table(testing, found);
	text_add(&text, "\n%s:%" PRIu32 ":\n  %s: \"%s\"\n", found->present->place.file,
		 found->present->place.line, found->key, best->text);
	if (found->clear && !best->is_present)
		text_add(&text, "%s:%" PRIu32 ":\n  clear: \"%s\"\n", found->clear->place.file,
			 found->clear->place.line, found->clear_text);
	show_print(&text);
}

static void print_json(const struct backtesting *testing, const struct rule *rule,
		       const struct suggested *found)
{
	json_t *list = json_array(), *json;

	for (uint32_t i = 0; i < found->n; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:f, s:I, s:f, s:b, s:b}", "text",
					found->list[i].text, "limit", found->list[i].limit,
					"alerts", (json_int_t)found->list[i].raised, "per_week",
					found->list[i].per_week, "present",
					found->list[i].is_present, "nearest", i == found->best));
	json = json_pack("{s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:f, s:f, s:o, s:o, s:o}", "rule",
			 rule->id, "key", found->key, "file", found->present->place.file, "line",
			 (json_int_t)found->present->place.line, "present", found->present->text,
			 "values", (json_int_t)found->n_values, "overridden",
			 (json_int_t)found->n_overridden, "least", found->least, "most",
			 found->most, "since", journal_json_time(&testing->place, found->since_ms),
			 "until", journal_json_time(&testing->place, found->until_ms), "limits",
			 list);
	api_print(json);
	json_decref(json);
}

/* ---- the two passes ---- */

/* r is what a function of suggest.h gave. */
static int explain(const struct call *call, int r)
{
	if (r == SUGGEST_WRONG_KIND)
		return complain(call,
				SAY(call, "quy tắc này không so chỉ số với ngưỡng",
				    "this rule does not hold an indicator against a limit"),
				call->given[OPTION_SUGGEST]);
	if (r == SUGGEST_NO_VALUES) {
		(void)complain(call,
			       SAY(call, "không có giá trị nào để xét", "it saw no value to judge"),
			       call->given[OPTION_SUGGEST]);
		return STATUS_FINDING;
	}
	fprintf(stderr, "iocctl: %s\n", err_trace());
	return STATUS_UNREACHABLE;
}

static int run_passes(struct backtesting *testing, struct suggest *suggest)
{
	int64_t since_ms, until_ms;
	int status = backtest_read(testing, 0, PASSES, SIDE_AFTER, on_record, suggest);
	int r;

	if (status)
		return status;
	status = backtest_span(testing->call, suggest_end_ms(suggest),
			       testing->place.offset_minutes, &since_ms, &until_ms);
	if (status)
		return status;
	r = suggest_again(suggest, since_ms, until_ms);
	if (r)
		return explain(testing->call, r);
	return backtest_read(testing, 1, PASSES, SIDE_AFTER, on_record, suggest);
}

int backtest_suggest(struct backtesting *testing)
{
	CLEANUP(suggest_free) struct suggest *suggest = NULL;
	struct suggested found;
	double per_week;
	uint32_t number, n;
	int status = find_rule(testing, &number);
	int r;

	if (status == STATUS_GOOD)
		status = read_per_week(testing->call, &per_week);
	if (status)
		return status;
	r = suggest_new(&suggest, testing->after, number);
	if (r)
		return explain(testing->call, r);
	status = run_passes(testing, suggest);
	if (status)
		return status;
	suggest_finish(suggest, per_week, &found);
	if (testing->call->json)
		print_json(testing, &config_rules(testing->after, &n)[number], &found);
	else
		print_text(testing, &config_rules(testing->after, &n)[number], &found);
	return STATUS_GOOD;
}

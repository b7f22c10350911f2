/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl diff: what would change if iocd took over the rules of a directory. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "show.h"

#define UNITS_NAMED 5

/* ---- rules ---- */

static void add_place(struct text *text, const json_t *limit)
{
	if (!json_is_object(limit)) {
		text_add(text, "-");
		return;
	}
	text_add(text, "%s (%s:%" PRId64 ")", show_string(limit, "text"),
		 show_string(limit, "file"), show_integer(limit, "line"));
}

static void add_units(struct text *text, const struct call *call, const json_t *units)
{
	size_t n = json_array_size(units);

	for (size_t i = 0; i < n && n <= UNITS_NAMED; i++)
		text_add(text, "%s%s", i > 0 ? ", " : "",
			 json_string_value(json_array_get(units, i)));
	if (n > UNITS_NAMED)
		text_add(text, SAY(call, "%zu đơn vị", "%zu units"), n);
}

static void add_set(struct text *text, const struct call *call, const char *label,
		    const json_t *units)
{
	if (json_array_size(units) == 0)
		return;
	text_add(text, "      %s: ", label);
	add_units(text, call, units);
	text_add(text, "\n");
}

static const char *say_change(const struct call *call, const char *change)
{
	if (strcmp(change, "added") == 0)
		return SAY(call, "thêm", "added");
	if (strcmp(change, "removed") == 0)
		return SAY(call, "bỏ", "removed");
	return SAY(call, "đổi", "changed");
}

static void add_rule(struct text *text, const struct call *call, const json_t *rule)
{
	const json_t *one;
	size_t i;

	text_add(text, "  %s  %s  %s (%s:%" PRId64 ")\n",
		 say_change(call, show_string(rule, "change")), show_string(rule, "rule"),
		 show_words(rule, "title", call->vietnamese), show_string(rule, "file"),
		 show_integer(rule, "line"));
	json_array_foreach(json_object_get(rule, "attributes"), i, one)
		text_add(text, "      %s: %s -> %s\n", show_string(one, "name"),
			 *show_string(one, "from") ? show_string(one, "from") : "-",
			 *show_string(one, "to") ? show_string(one, "to") : "-");
	json_array_foreach(json_object_get(rule, "limits"), i, one)
	{
		text_add(text, "      %s: ", show_string(one, "limit"));
		add_place(text, json_object_get(one, "from"));
		text_add(text, " -> ");
		add_place(text, json_object_get(one, "to"));
		text_add(text, ": ");
		add_units(text, call, json_object_get(one, "units"));
		text_add(text, "\n");
	}
	add_set(text, call, SAY(call, "áp dụng thêm", "applies to as well"),
		json_object_get(rule, "units_added"));
	add_set(text, call, SAY(call, "thôi áp dụng", "applies no more to"),
		json_object_get(rule, "units_removed"));
}

/* ---- alerts ---- */

enum fate { FATE_RISES, FATE_CLEARS, FATE_SEVERITY, N_FATES };

static enum fate find_fate(const char *change)
{
	if (strcmp(change, "rises") == 0)
		return FATE_RISES;
	return strcmp(change, "clears") == 0 ? FATE_CLEARS : FATE_SEVERITY;
}

static const char *say_fate(const struct call *call, const char *change)
{
	static const char *const words[N_FATES][2] = {
		[FATE_RISES] = { "sẽ phát", "rises" },
		[FATE_CLEARS] = { "sẽ hết", "clears" },
		[FATE_SEVERITY] = { "đổi mức", "changes" },
	};

	return words[find_fate(change)][!call->vietnamese];
}

static void add_alert(struct table *table, const struct call *call, const json_t *alert)
{
	const char *from = show_string(alert, "from");
	const char *to = show_string(alert, "to");
	const char *gravest = *from && strcmp(from, "critical") == 0 ? from : to;
	int64_t after_ms = (int64_t)(show_real(alert, "after_s") * 1000);
	CLEANUP_TEXT struct text severity = { 0 };
	CLEANUP_TEXT struct text key = { 0 };
	CLEANUP_TEXT struct text after = { 0 };

	text_add(&severity, "%s%s%s", show_severity(*from ? from : to, call->vietnamese),
		 *from && *to ? " -> " : "",
		 *from && *to ? show_severity(to, call->vietnamese) : "");
	text_add(&key, "%s/%s%s%s", show_string(alert, "unit"), show_string(alert, "rule"),
		 *show_string(alert, "subject") ? "/" : "", show_string(alert, "subject"));
	if (after_ms > 0)
		text_add_duration(&after, after_ms / 100 * 100);
	else
		text_add(&after, "%s", SAY(call, "ngay", "at once"));
	table_row(table, *to ? show_severity_tint(gravest) : TINT_DIM,
		  (const char *const[]){
			  say_fate(call, show_string(alert, "change")),
			  text_get(&severity),
			  show_words(alert, "name", call->vietnamese),
			  show_words(alert, "title", call->vietnamese),
			  text_get(&after),
			  text_get(&key),
		  });
}

/* What would happen without new rules too is only counted. */
static void print_alerts(const struct call *call, const json_t *answer)
{
	static const struct column columns[] = {
		{ "", "", COLUMN_TINTED },
		{ "mức độ", "severity", COLUMN_TINTED },
		{ "đơn vị", "unit", COLUMN_FLEXIBLE },
		{ "cảnh báo", "alert", COLUMN_FLEXIBLE },
		{ "khi nào", "when", 0 },
		{ "mã", "key", COLUMN_FLEXIBLE },
	};
	CLEANUP(table_free)
	struct table *table = table_new(columns, COUNT(columns), call->vietnamese);
	CLEANUP_TEXT struct text footing = { 0 };
	size_t n[N_FATES] = { 0 }, n_anyway = 0, i;
	const json_t *one;

	json_array_foreach(json_object_get(answer, "alerts"), i, one)
	{
		if (json_is_true(json_object_get(one, "anyway"))) {
			n_anyway++;
			continue;
		}
		n[find_fate(show_string(one, "change"))]++;
		add_alert(table, call, one);
	}
	if (n[FATE_RISES] + n[FATE_CLEARS] + n[FATE_SEVERITY] == 0)
		printf("  %s\n", SAY(call, "không đổi", "nothing changes"));
	else
		text_add(&footing,
			 SAY(call, "%zu sẽ phát, %zu sẽ hết, %zu đổi mức",
			     "%zu rise, %zu clear, %zu change their severity"),
			 n[FATE_RISES], n[FATE_CLEARS], n[FATE_SEVERITY]);
	if (footing.size > 0)
		show_table(call, table, text_get(&footing));
	if (n_anyway > 0)
		printf(SAY(call, "  (%zu thay đổi nữa cũng sẽ đến nếu giữ quy tắc cũ)\n",
			   "  (%zu more changes are on their way under the old rules too)\n"),
		       n_anyway);
}

/* ---- all of it ---- */

static void add_named(struct text *text, const struct call *call, const json_t *answer,
		      const char *member, const char *label)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, member), i, one)
		text_add(text, "  %s  %s %s\n", say_change(call, show_string(one, "change")), label,
			 show_string(one, "id"));
}

static void add_rules(struct text *text, const struct call *call, const json_t *answer)
{
	const json_t *one;
	size_t i, start;

	text_add(text, "%s\n", SAY(call, "Quy tắc:", "Rules:"));
	start = text->size;
	json_array_foreach(json_object_get(answer, "rules"), i, one)
	{
		add_rule(text, call, one);
	}
	add_named(text, call, answer, "receivers", SAY(call, "nơi nhận", "receiver"));
	add_named(text, call, answer, "maintenances", SAY(call, "bảo trì", "maintenance"));
	if (text->size == start)
		text_add(text, "  %s\n", SAY(call, "không đổi", "nothing changes"));
}

static void print_all(const struct call *call, const json_t *answer)
{
	const char *restart = show_string(answer, "restart");
	CLEANUP_TEXT struct text text = { 0 };

	if (*restart)
		text_add(&text,
			 SAY(call, "%s cũng khác: phải khởi động lại iocd để áp dụng phần đó\n",
			     "%s differs too: that part needs a restart of iocd\n"),
			 restart);
	add_rules(&text, call, answer);
	text_add(&text, "\n%s\n", SAY(call, "Cảnh báo:", "Alerts:"));
	show_print(&text);
	print_alerts(call, answer);
}

int run_diff(const struct call *call)
{
	char path[PATH_MAX];
	const struct argument argument = { "directory", path };
	json_t *answer;
	bool good;
	int r;

	if (!realpath(call->arguments[0], path)) {
		fprintf(stderr, "iocctl: '%s': %s\n", call->arguments[0], strerror(errno));
		return STATUS_USAGE;
	}
	r = api_get(call, "diff", &argument, 1, &answer);
	if (r != STATUS_GOOD)
		return r;
	good = json_is_true(json_object_get(answer, "good"));
	if (call->json)
		api_print(answer);
	else if (!good)
		fputs(show_string(answer, "report"), stderr);
	else
		print_all(call, answer);
	json_decref(answer);
	return good ? STATUS_GOOD : STATUS_FINDING;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <string.h>

#include "show.h"

static const struct column worst_columns[] = {
	{ "hạng", "place", COLUMN_RIGHT },
	{ "quy tắc", "rule", COLUMN_FLEXIBLE },
	{ "mã", "id", 0 },
	{ "cảnh báo", "alarms", COLUMN_RIGHT },
	{ "tỷ lệ", "share", COLUMN_RIGHT },
	{ "nghiêm trọng", "critical", COLUMN_RIGHT },
	{ "chập chờn", "chattered", COLUMN_RIGHT },
	{ "hết, không ai nhận", "never seen", COLUMN_RIGHT },
};

void load_flood(struct text *text, const json_t *load, bool vietnamese, int64_t now_ms)
{
	if (!json_is_true(json_object_get(load, "flood")))
		return;
	text_add(text, "%s ", vietnamese ? "DỒN DẬP từ" : "FLOOD since");
	show_clock(text, show_string(load, "flood_since"), now_ms);
	text_add(text, vietnamese ? " (%lld cảnh báo)" : " (%lld alerts)",
		 (long long)show_integer(load, "flood_alarms"));
}

void load_line(struct text *text, const json_t *load, bool vietnamese, int64_t now_ms)
{
	const json_t *standing = json_object_get(load, "standing");

	if (!json_is_object(load))
		return;
	text_add(text,
		 vietnamese ? "Cảnh báo: %lld trong 10 phút, %lld trong một giờ, %lld hôm nay; "
			      "đang mở %lld, chưa nhận %lld, quá 24 giờ %lld, chập chờn %lld"
			    : "Alarms: %lld in 10 minutes, %lld in an hour, %lld today; "
			      "open %lld, unacknowledged %lld, over 24 hours %lld, chattering %lld",
		 (long long)show_integer(load, "last_10_min"),
		 (long long)show_integer(load, "last_hour"), (long long)show_integer(load, "today"),
		 (long long)show_integer(standing, "all"),
		 (long long)show_integer(standing, "unacknowledged"),
		 (long long)show_integer(standing, "stale"),
		 (long long)show_integer(standing, "chattering"));
	if (json_is_true(json_object_get(load, "flood")))
		text_add(text, "; ");
	load_flood(text, load, vietnamese, now_ms);
}

/* ---- targets ---- */

static void add_target(struct sheet *sheet, const json_t *target)
{
	bool percent = json_is_true(json_object_get(target, "percent"));
	const char *light = show_string(target, "light");
	CLEANUP_TEXT struct text actual = { 0 };
	CLEANUP_TEXT struct text wanted = { 0 };
	CLEANUP_TEXT struct text limit = { 0 };

	show_value(&actual, show_real(target, "actual"), percent, "", sheet->vietnamese);
	show_value(&wanted, show_real(target, "target"), percent, "", sheet->vietnamese);
	show_value(&limit, show_real(target, "limit"), percent, "", sheet->vietnamese);
	sheet_row(sheet, show_light_tint(light),
		  (const char *const[]){
			  show_words(target, "title", sheet->vietnamese),
			  text_get(&actual),
			  text_get(&wanted),
			  text_get(&limit),
			  show_light(light, sheet->vietnamese),
		  });
}

static void add_targets(struct sheet *sheet, const json_t *answer)
{
	static const struct column columns[] = {
		{ "chỉ tiêu", "figure", COLUMN_FLEXIBLE },
		{ "thực tế", "actual", COLUMN_RIGHT },
		{ "nên", "target", COLUMN_RIGHT },
		{ "tối đa", "limit", COLUMN_RIGHT },
		{ "", "", COLUMN_TINTED },
	};
	const json_t *target;
	size_t i;

	sheet_part(sheet,
		   sheet->vietnamese ? "So với mức chịu được (ISA-18.2, EEMUA 191)"
				     : "Against what is bearable (ISA-18.2, EEMUA 191)",
		   columns, COUNT(columns));
	json_array_foreach(json_object_get(answer, "targets"), i, target) add_target(sheet, target);
	sheet_part_end(sheet);
}

static void say_acknowledging(struct sheet *sheet, const json_t *answer)
{
	bool vi = sheet->vietnamese;
	CLEANUP_TEXT struct text text = { 0 };

	text_add(&text,
		 vi ? "%lld người trực; đã nhận %lld cảnh báo tuần này"
		    : "%lld on watch; %lld alarms acknowledged this week",
		 (long long)show_integer(answer, "operators"),
		 (long long)show_integer(answer, "acknowledged"));
	if (show_integer(answer, "acknowledged") > 0) {
		text_add(&text, "%s", vi ? ", một nửa trong " : ", half of them within ");
		text_add_duration(&text, show_integer(answer, "acknowledged_p50_s") * 1000);
		text_add(&text, "%s", vi ? ", 95 % trong " : ", 95 % within ");
		text_add_duration(&text, show_integer(answer, "acknowledged_p95_s") * 1000);
	}
	sheet_say(sheet, text_get(&text));
}

/* ---- the worst ---- */

static void add_worst(struct sheet *sheet, const json_t *rule, size_t place, int64_t all)
{
	static const char *const names[] = { "alarms", "critical", "chatters", "unseen" };
	struct text counts[COUNT(names)] = { 0 };
	CLEANUP_TEXT struct text number = { 0 };
	CLEANUP_TEXT struct text share = { 0 };

	text_add(&number, "%zu", place);
	show_value(&share, (double)show_integer(rule, "alarms") / (double)(all ? all : 1), true, "",
		   sheet->vietnamese);
	for (size_t i = 0; i < COUNT(names); i++)
		show_count(&counts[i], show_integer(rule, names[i]), sheet->vietnamese);
	sheet_row(sheet, TINT_NONE,
		  (const char *const[]){
			  text_get(&number),
			  show_words(rule, "title", sheet->vietnamese),
			  show_string(rule, "rule"),
			  text_get(&counts[0]),
			  text_get(&share),
			  text_get(&counts[1]),
			  text_get(&counts[2]),
			  text_get(&counts[3]),
		  });
	for (size_t i = 0; i < COUNT(names); i++)
		text_fini(&counts[i]);
}

static void add_week(struct sheet *sheet, const json_t *answer, const char *week)
{
	const json_t *rules = json_object_get(json_object_get(answer, "worst"), week);
	bool is_last = strcmp(week, "last") == 0;
	CLEANUP_TEXT struct text title = { 0 };
	const json_t *rule;
	int64_t all = 0;
	size_t i;

	json_array_foreach(rules, i, rule) all += show_integer(rule, "alarms");
	if (!is_last && show_integer(answer, "week") > all)
		all = show_integer(answer, "week");
	text_add(&title, "%s",
		 sheet->vietnamese ? (is_last ? "Mười quy tắc báo nhiều nhất tuần trước"
					      : "Mười quy tắc báo nhiều nhất tuần này")
				   : (is_last ? "The ten worst rules of last week"
					      : "The ten worst rules of this week"));
	sheet_part(sheet, text_get(&title), worst_columns, COUNT(worst_columns));
	json_array_foreach(rules, i, rule) add_worst(sheet, rule, i + 1, all);
	sheet_part_end(sheet);
}

static void begin(struct sheet *sheet, const json_t *answer)
{
	CLEANUP_TEXT struct text title = { 0 };

	text_add(&title, "%s: %s, ", sheet->vietnamese ? "Tải cảnh báo" : "Load of alarms",
		 show_string(answer, "instance"));
	show_clock(&title, show_string(answer, "time"), 0);
	sheet_begin(sheet, text_get(&title));
}

void load_write(struct sheet *sheet, const json_t *answer)
{
	CLEANUP_TEXT struct text line = { 0 };

	begin(sheet, answer);
	load_line(&line, answer, sheet->vietnamese, show_time_ms(answer, "time"));
	sheet_say(sheet, text_get(&line));
	say_acknowledging(sheet, answer);
	add_targets(sheet, answer);
	add_week(sheet, answer, "this");
	sheet_end(sheet);
}

void load_write_worst(struct sheet *sheet, const json_t *answer, const char *week)
{
	begin(sheet, answer);
	add_week(sheet, answer, week);
	sheet_end(sheet);
}

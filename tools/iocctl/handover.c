/* SPDX-License-Identifier: Apache-2.0 */
#include "handover.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "load.h"
#include "show.h"

#define RULES_SHOWN 12 /* of those that raised most in the shift */

struct handover {
	struct sheet *sheet;
	const json_t *answer;
	bool vi;
	int64_t now_ms; /* the end of the shift */
};

#define SAY_IN(handover, vi_, en_) ((handover)->vi ? (vi_) : (en_))

static const char *unit_of(const struct handover *handover, const json_t *object)
{
	return show_words(json_object_get(object, "unit"), "name", handover->vi);
}

static const char *title_of(const struct handover *handover, const json_t *object)
{
	return show_words(json_object_get(object, "rule"), "title", handover->vi);
}

/* ---- alerts ---- */

static const struct column alert_columns[] = {
	{ "mức độ", "severity", COLUMN_TINTED },
	{ "xử lý", "handling", 0 },
	{ "người giữ", "owner", 0 },
	{ "đã", "age", COLUMN_RIGHT },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "cảnh báo", "alert", COLUMN_FLEXIBLE },
	{ "vì sao", "why", COLUMN_FLEXIBLE },
};

/* Who has it: its owner, else whoever has acknowledged it. */
static const char *holder_of(const json_t *alert)
{
	const char *owner = show_string(alert, "owner");

	return *owner ? owner : show_string(json_object_get(alert, "acknowledged"), "by");
}

static void add_alert(struct handover *handover, const json_t *alert)
{
	const char *severity = show_string(alert, "severity");
	CLEANUP_TEXT struct text age = { 0 };
	CLEANUP_TEXT struct text title = { 0 };

	show_age(&age, alert, "raised", handover->now_ms);
	show_flags(&title, alert, handover->vi);
	text_add(&title, "%s", title_of(handover, alert));
	sheet_row(handover->sheet, show_severity_tint(severity),
		  (const char *const[]){
			  show_severity(severity, handover->vi),
			  show_handling(alert, handover->vi),
			  holder_of(alert),
			  text_get(&age),
			  unit_of(handover, alert),
			  text_get(&title),
			  show_words(alert, "reason", handover->vi),
		  });
}

static bool is_new(const json_t *alert)
{
	return strcmp(show_string(alert, "handling"), "acknowledged") != 0;
}

/* Those that nobody has acknowledged come first. */
static void add_alerts(struct handover *handover, const char *list, const char *count,
		       const char *title)
{
	const json_t *alerts = json_object_get(handover->answer, list);
	int64_t n = show_integer(handover->answer, count);
	CLEANUP_TEXT struct text heading = { 0 };
	const json_t *alert;
	size_t i;

	text_add(&heading, "%s: %lld", title, (long long)n);
	if (n > (int64_t)json_array_size(alerts))
		text_add(&heading, SAY_IN(handover, " (kể %zu)", " (%zu are named)"),
			 json_array_size(alerts));
	sheet_part(handover->sheet, text_get(&heading), alert_columns, COUNT(alert_columns));
	for (int pass = 0; pass < 2; pass++) {
		json_array_foreach(alerts, i, alert)
		{
			if (is_new(alert) == (pass == 0))
				add_alert(handover, alert);
		}
	}
	sheet_part_end(handover->sheet);
}

/* ---- what is kept from being told ---- */

static void add_suppressions(struct handover *handover)
{
	static const struct column columns[] = {
		{ "loại", "kind", 0 },
		{ "quy tắc", "rule", COLUMN_FLEXIBLE },
		{ "đơn vị", "unit", COLUMN_FLEXIBLE },
		{ "đến", "until", 0 },
		{ "ai", "by", 0 },
		{ "vì sao", "why", COLUMN_FLEXIBLE },
	};
	const json_t *one;
	size_t i;

	sheet_part(handover->sheet,
		   SAY_IN(handover, "Đang gác, bảo trì, ngừng dùng",
			  "Shelved, in maintenance, out of service"),
		   columns, COUNT(columns));
	json_array_foreach(json_object_get(handover->answer, "suppressions"), i, one)
	{
		bool has_rule = json_is_object(json_object_get(one, "rule"));
		bool has_unit = json_is_object(json_object_get(one, "unit"));
		CLEANUP_TEXT struct text until = { 0 };

		show_clock(&until, show_string(one, "until"), handover->now_ms);
		sheet_row(handover->sheet, TINT_NONE,
			  (const char *const[]){
				  show_suppression(show_string(one, "kind"), handover->vi),
				  has_rule ? title_of(handover, one)
					   : SAY_IN(handover, "mọi quy tắc", "all rules"),
				  has_unit ? unit_of(handover, one)
					   : SAY_IN(handover, "mọi đơn vị", "all units"),
				  text_get(&until),
				  show_string(one, "by"),
				  show_string(one, "note"),
			  });
	}
	sheet_part_end(handover->sheet);
}

/* ---- what happened ---- */

static void say_counts(struct handover *handover)
{
	static const struct {
		const char *name, *vi, *en;
	} words[] = {
		{ "raised", "phát sinh", "raised" },
		{ "cleared", "đã hết", "cleared" },
		{ "acknowledged", "đã nhận", "acknowledged" },
		{ "commented", "ghi chú", "comments" },
		{ "escalated", "báo cấp trên", "escalated" },
		{ "announced", "báo muộn vì từng bị giữ", "told late, after suppression" },
		{ "forgotten", "hết mà không ai nhận", "over and never acknowledged" },
	};
	const json_t *counts = json_object_get(handover->answer, "counts");
	CLEANUP_TEXT struct text text = { 0 };

	text_add(&text, "%s", SAY_IN(handover, "Trong ca:", "In this shift:"));
	for (size_t i = 0; i < COUNT(words); i++)
		text_add(&text, "%s %lld %s", i ? "," : "",
			 (long long)show_integer(counts, words[i].name),
			 SAY_IN(handover, words[i].vi, words[i].en));
	if (json_is_true(json_object_get(handover->answer, "cut")))
		text_add(&text, "%s",
			 SAY_IN(handover, "; chỉ tính phần mới nhất, vì quá nhiều",
				"; only the newest part is counted, as there is too much"));
	sheet_say(handover->sheet, text_get(&text));
}

static void say_floods(struct handover *handover)
{
	const json_t *flood;
	size_t i;

	json_array_foreach(json_object_get(handover->answer, "floods"), i, flood)
	{
		CLEANUP_TEXT struct text text = { 0 };

		text_add(&text, "%s ", SAY_IN(handover, "DỒN DẬP từ", "FLOOD from"));
		show_clock(&text, show_string(flood, "from"), handover->now_ms);
		text_add(&text, "%s", SAY_IN(handover, " đến ", " to "));
		if (*show_string(flood, "to"))
			show_clock(&text, show_string(flood, "to"), handover->now_ms);
		else
			text_add(&text, "%s", SAY_IN(handover, "bây giờ", "now"));
		text_add(&text, SAY_IN(handover, ": %lld cảnh báo", ": %lld alerts"),
			 (long long)show_integer(flood, "alarms"));
		sheet_say(handover->sheet, text_get(&text));
	}
}

struct tally {
	const json_t *row; /* one of the rule's */
	int64_t n, critical;
};

static int compare(const void *left, const void *right)
{
	const struct tally *a = left, *b = right;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return strcmp(show_string(json_object_get(a->row, "rule"), "id"),
		      show_string(json_object_get(b->row, "rule"), "id"));
}

static struct tally *find(struct tally *tallies, size_t *n, const json_t *row)
{
	const char *id = show_string(json_object_get(row, "rule"), "id");

	for (size_t i = 0; i < *n; i++)
		if (strcmp(show_string(json_object_get(tallies[i].row, "rule"), "id"), id) == 0)
			return &tallies[i];
	tallies[*n] = (struct tally){ .row = row };
	return &tallies[(*n)++];
}

static void add_rules(struct handover *handover)
{
	static const struct column columns[] = {
		{ "quy tắc", "rule", COLUMN_FLEXIBLE },
		{ "phát sinh", "raised", COLUMN_RIGHT },
		{ "nghiêm trọng", "critical", COLUMN_RIGHT },
	};
	const json_t *log = json_object_get(handover->answer, "log");
	struct tally *tallies = xcalloc(json_array_size(log) + 1, sizeof(*tallies));
	const json_t *row;
	size_t i, n = 0;

	json_array_foreach(log, i, row)
	{
		struct tally *tally;

		if (strcmp(show_string(row, "news"), "raised") != 0)
			continue;
		tally = find(tallies, &n, row);
		tally->n++;
		tally->critical += strcmp(show_string(row, "severity"), "critical") == 0;
	}
	qsort(tallies, n, sizeof(*tallies), compare);
	sheet_part(handover->sheet, SAY_IN(handover, "Phát sinh nhiều nhất", "Raised most"),
		   columns, COUNT(columns));
	for (i = 0; i < n && i < RULES_SHOWN; i++) {
		CLEANUP_TEXT struct text raised = { 0 };
		CLEANUP_TEXT struct text critical = { 0 };

		show_count(&raised, tallies[i].n, handover->vi);
		show_count(&critical, tallies[i].critical, handover->vi);
		sheet_row(handover->sheet, TINT_NONE,
			  (const char *const[]){ title_of(handover, tallies[i].row),
						 text_get(&raised), text_get(&critical) });
	}
	sheet_part_end(handover->sheet);
	free(tallies);
}

/* What people did, and what was passed on because nobody did anything. */
static bool is_worth_a_line(const json_t *row)
{
	const char *news = show_string(row, "news");

	return *show_string(row, "by") || strcmp(news, "escalated") == 0 ||
	       strcmp(news, "forgotten") == 0;
}

static void add_event(struct handover *handover, const json_t *row)
{
	CLEANUP_TEXT struct text time = { 0 };
	CLEANUP_TEXT struct text what = { 0 };

	show_clock(&time, show_string(row, "time"), handover->now_ms);
	text_add(&what, "%s", show_news(show_string(row, "news"), handover->vi));
	if (strcmp(show_string(row, "news"), "assigned") == 0)
		text_add(&what, " → %s", show_string(row, "owner"));
	sheet_row(handover->sheet, TINT_NONE,
		  (const char *const[]){
			  text_get(&time),
			  *show_string(row, "by") ? show_string(row, "by") : "iocd",
			  text_get(&what),
			  unit_of(handover, row),
			  title_of(handover, row),
			  show_string(row, "note"),
		  });
}

static void add_events(struct handover *handover)
{
	static const struct column columns[] = {
		{ "lúc", "time", 0 },
		{ "ai", "by", 0 },
		{ "việc", "what", 0 },
		{ "đơn vị", "unit", COLUMN_FLEXIBLE },
		{ "cảnh báo", "alert", COLUMN_FLEXIBLE },
		{ "ghi chú", "note", COLUMN_FLEXIBLE },
	};
	const json_t *row;
	size_t i;

	sheet_part(handover->sheet,
		   SAY_IN(handover, "Việc đã làm và báo cấp trên", "What was done, and escalated"),
		   columns, COUNT(columns));
	json_array_foreach(json_object_get(handover->answer, "log"), i, row)
	{
		if (is_worth_a_line(row))
			add_event(handover, row);
	}
	sheet_part_end(handover->sheet);
}

/* ---- who is silent, iocd, and its rules ---- */

static void add_silent(struct handover *handover)
{
	static const struct column columns[] = {
		{ "đơn vị", "unit", COLUMN_FLEXIBLE },
		{ "nguồn", "feed", COLUMN_FLEXIBLE },
		{ "từ", "since", 0 },
		{ "kết nối", "connection", 0 },
	};
	const json_t *one;
	size_t i;

	sheet_part(handover->sheet, SAY_IN(handover, "Không gửi báo cáo", "Who does not report"),
		   columns, COUNT(columns));
	json_array_foreach(json_object_get(handover->answer, "silent"), i, one)
	{
		CLEANUP_TEXT struct text since = { 0 };

		show_clock(&since, show_string(one, "since"), handover->now_ms);
		sheet_row(handover->sheet, TINT_NONE,
			  (const char *const[]){
				  unit_of(handover, one),
				  show_words(json_object_get(one, "feed"), "title", handover->vi),
				  text_get(&since),
				  show_string(one, "presence"),
			  });
	}
	sheet_part_end(handover->sheet);
}

static void add_iocd(struct handover *handover)
{
	static const struct column columns[] = {
		{ "bộ phận", "part", 0 },
		{ "tình trạng", "state", COLUMN_TINTED },
		{ "từ", "since", 0 },
		{ "chi tiết", "detail", COLUMN_FLEXIBLE },
	};
	const json_t *part;
	size_t i;

	sheet_part(handover->sheet, SAY_IN(handover, "Bản thân iocd", "iocd itself"), columns,
		   COUNT(columns));
	json_array_foreach(json_object_get(json_object_get(handover->answer, "iocd"), "parts"), i,
			   part)
	{
		const char *light = show_string(part, "light");
		CLEANUP_TEXT struct text since = { 0 };

		show_clock(&since, show_string(part, "since"), handover->now_ms);
		sheet_row(handover->sheet, show_light_tint(light),
			  (const char *const[]){
				  show_string(part, "name"),
				  show_light(light, handover->vi),
				  text_get(&since),
				  *show_string(part, "detail") ? show_string(part, "detail")
							       : show_string(part, "state"),
			  });
	}
	sheet_part_end(handover->sheet);
}

static void add_generations(struct handover *handover)
{
	static const struct column columns[] = {
		{ "lúc", "time", 0 },
		{ "ai", "by", 0 },
		{ "bản quy tắc", "rules", 0 },
	};
	const json_t *one;
	size_t i;

	sheet_part(handover->sheet, SAY_IN(handover, "Thay đổi quy tắc", "Changes of rules"),
		   columns, COUNT(columns));
	json_array_foreach(json_object_get(handover->answer, "generations"), i, one)
	{
		CLEANUP_TEXT struct text time = { 0 };

		show_clock(&time, show_string(one, "time"), handover->now_ms);
		sheet_row(handover->sheet, TINT_NONE,
			  (const char *const[]){ text_get(&time), show_string(one, "by"),
						 show_string(one, "generation") });
	}
	sheet_part_end(handover->sheet);
}

/* ---- all of it ---- */

static void add_head(struct handover *handover)
{
	CLEANUP_TEXT struct text title = { 0 };
	CLEANUP_TEXT struct text load = { 0 };

	text_add(&title, "%s: %s (%s), ", SAY_IN(handover, "Bàn giao ca", "Hand-over"),
		 unit_of(handover, handover->answer), show_string(handover->answer, "instance"));
	show_clock(&title, show_string(handover->answer, "since"), 0);
	text_add(&title, " – ");
	show_clock(&title, show_string(handover->answer, "until"), 0);
	sheet_begin(handover->sheet, text_get(&title));
	load_line(&load, json_object_get(handover->answer, "load"), handover->vi, handover->now_ms);
	sheet_say(handover->sheet, text_get(&load));
}

void handover_write(struct sheet *sheet, const json_t *answer)
{
	struct handover handover = {
		.sheet = sheet,
		.answer = answer,
		.vi = sheet->vietnamese,
		.now_ms = show_time_ms(answer, "until"),
	};

	add_head(&handover);
	say_counts(&handover);
	say_floods(&handover);
	add_alerts(&handover, "standing", "n_standing",
		   SAY_IN(&handover, "Đang mở", "Open alerts"));
	add_alerts(&handover, "over", "n_over",
		   SAY_IN(&handover, "Đã hết, chưa ai nhận", "Over, and nobody acknowledged them"));
	add_suppressions(&handover);
	add_rules(&handover);
	add_events(&handover);
	add_silent(&handover);
	add_iocd(&handover);
	add_generations(&handover);
	sheet_end(sheet);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "show.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "screen.h"

#define CLOCK_AT   11 /* "2026-11-22T08:15:00": where the time of day begins */
#define CLOCK_SIZE 8

const char *show_string(const json_t *object, const char *name)
{
	const char *string = json_string_value(json_object_get(object, name));

	return string ? string : "";
}

const char *show_words(const json_t *object, const char *name, bool vietnamese)
{
	return show_string(json_object_get(object, name), vietnamese ? "vi" : "en");
}

int64_t show_integer(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

double show_real(const json_t *object, const char *name)
{
	const json_t *number = json_object_get(object, name);

	return json_is_number(number) ? json_number_value(number) : (double)NAN;
}

static int64_t read_time(const char *time)
{
	int64_t ms;

	return civil_parse(time, strlen(time), &ms) == 0 ? ms : 0;
}

int64_t show_time_ms(const json_t *object, const char *name)
{
	return read_time(show_string(object, name));
}

/* Minutes east of UTC, from the end of an RFC 3339 string. */
static int offset_of(const char *time)
{
	size_t size = strlen(time);
	int minutes;

	if (size < 6 || civil_parse_offset(time + size - 6, 6, &minutes))
		return 0;
	return minutes;
}

void show_clock(struct text *text, const char *time, int64_t now_ms)
{
	int64_t ms = read_time(time);
	int offset = offset_of(time);

	if (!ms) {
		text_add(text, "-");
		return;
	}
	if (civil_day(ms, offset) != civil_day(now_ms, offset))
		text_add(text, "%.*s ", CLOCK_AT - 1, time);
	text_add(text, "%.*s", CLOCK_SIZE, time + CLOCK_AT);
}

void show_clock_ms(struct text *text, int64_t time_ms, int64_t now_ms, int offset_minutes)
{
	char time[CIVIL_TEXT_MAX];

	show_clock(text, civil_format(time, time_ms, offset_minutes), now_ms);
}

int show_offset(const json_t *object, const char *name)
{
	time_t epoch = (time_t)(clock_real_ms() / 1000);
	const char *time = show_string(object, name);
	struct tm tm;

	if (*time)
		return offset_of(time);
	localtime_r(&epoch, &tm);
	return (int)(tm.tm_gmtoff / 60);
}

void show_age(struct text *text, const json_t *object, const char *name, int64_t now_ms)
{
	int64_t ms = show_time_ms(object, name);

	if (ms)
		screen_age(text, now_ms - ms);
	else
		text_add(text, "-");
}

static void use_comma(struct text *text, size_t start)
{
	for (size_t i = start; i < text->size; i++)
		if (text->bytes[i] == '.')
			text->bytes[i] = ',';
}

void show_count(struct text *text, int64_t count, bool vietnamese)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%lld", (long long)(count < 0 ? -count : count));

	text_add(text, count < 0 ? "-" : "");
	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			text_add(text, vietnamese ? "." : ",");
		text_add_bytes(text, &digits[i], 1);
	}
}

static void add_real(struct text *text, double value, bool vietnamese)
{
	size_t start = text->size;
	double size = fabs(value);

	if (size >= 1000 && size < 9e15) {
		show_count(text, (int64_t)llround(value), vietnamese);
		return;
	}
	if (size < 9e15 && (size == round(size) || size >= 100))
		text_add(text, "%.0f", value);
	else
		text_add(text, "%.3g", value);
	if (vietnamese)
		use_comma(text, start);
}

void show_value(struct text *text, double value, bool percent, const char *measure, bool vietnamese)
{
	size_t start = text->size;

	if (!isfinite(value)) {
		text_add(text, "-");
		return;
	}
	if (percent) {
		text_add(text, "%.1f %%", value * 100);
		if (vietnamese)
			use_comma(text, start);
	} else {
		add_real(text, value, vietnamese);
	}
	if (*measure && !percent)
		text_add(text, " %s", measure);
}

void show_bytes(struct text *text, int64_t bytes, bool vietnamese)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t start = text->size;
	double size = (double)bytes;
	size_t unit = 0;

	while (size >= 1024 && unit + 1 < COUNT(units)) {
		size /= 1024;
		unit++;
	}
	text_add(text, unit > 0 && size < 100 ? "%.1f %s" : "%.0f %s", size, units[unit]);
	if (vietnamese)
		use_comma(text, start);
}

const char *show_severity(const char *severity, bool vietnamese)
{
	if (strcmp(severity, "critical") == 0)
		return vietnamese ? "■ nghiêm trọng" : "■ critical";
	if (strcmp(severity, "warning") == 0)
		return vietnamese ? "▲ cảnh báo" : "▲ warning";
	return "-";
}

enum tint show_severity_tint(const char *severity)
{
	if (strcmp(severity, "critical") == 0)
		return TINT_RED;
	return strcmp(severity, "warning") == 0 ? TINT_YELLOW : TINT_NONE;
}

const char *show_light(const char *light, bool vietnamese)
{
	if (strcmp(light, "red") == 0)
		return vietnamese ? "✖ hỏng" : "✖ bad";
	if (strcmp(light, "amber") == 0)
		return vietnamese ? "! chú ý" : "! look";
	return vietnamese ? "● tốt" : "● good";
}

enum tint show_light_tint(const char *light)
{
	if (strcmp(light, "red") == 0)
		return TINT_RED;
	return strcmp(light, "amber") == 0 ? TINT_YELLOW : TINT_NONE;
}

/* clang-format off */
static const struct { const char *kind, *vi, *en, *flag_vi, *flag_en; } suppressions[] = {
	{ "shelved",        "gác lại",      "shelved",        "[GÁC LẠI] ",   "[SHELVED] " },
	{ "maintenance",    "bảo trì",      "maintenance",    "[BẢO TRÌ] ",   "[MAINTENANCE] " },
	{ "inhibited",      "kéo theo",     "consequence",    "[KÉO THEO] ",  "[CONSEQUENCE] " },
	{ "out-of-service", "ngừng dùng",   "out of service", "[NGỪNG DÙNG] ",
	  "[OUT OF SERVICE] " },
	{ "chatter",        "chập chờn",    "chatters",       "[CHẬP CHỜN] ", "[CHATTERS] " },
	{ "at-origin",      "nơi phát giữ lại", "held where it arises", "[NƠI PHÁT GIỮ LẠI] ",
	  "[HELD AT ORIGIN] " },
	{ "backlog",        "tin gửi bù",   "late from its site", "[GỬI BÙ] ",  "[LATE] " },
};
/* clang-format on */

const char *show_suppression(const char *kind, bool vietnamese)
{
	for (size_t i = 0; i < COUNT(suppressions); i++)
		if (strcmp(suppressions[i].kind, kind) == 0)
			return vietnamese ? suppressions[i].vi : suppressions[i].en;

	return kind;
}

const char *show_handling(const json_t *alert, bool vietnamese)
{
	const char *handling = show_string(alert, "handling");

	if (strcmp(handling, "unacknowledged") == 0)
		return vietnamese ? "CHƯA NHẬN" : "NEW";
	if (strcmp(handling, "acknowledged") == 0)
		return vietnamese ? "đã nhận" : "acknowledged";
	if (strcmp(handling, "cleared-unacknowledged") == 0)
		return vietnamese ? "đã hết, CHƯA NHẬN" : "over, NEW";
	return "";
}

const char *show_news(const char *news, bool vietnamese)
{
	/* clang-format off */
	static const struct { const char *news, *vi, *en; } words[] = {
		{ "raised",         "phát sinh",        "raised" },
		{ "changed",        "đổi mức",          "changed" },
		{ "cleared",        "đã hết",           "cleared" },
		{ "normal",         "hết, còn chốt",    "normal, latched" },
		{ "uncertain",      "chưa chắc",        "uncertain" },
		{ "certain",        "rõ trở lại",       "certain again" },
		{ "acknowledged",   "đã nhận",          "acknowledged" },
		{ "unacknowledged", "bỏ nhận",          "unacknowledged" },
		{ "assigned",       "giao việc",        "assigned" },
		{ "commented",      "ghi chú",          "commented" },
		{ "suppressed",     "giữ lại",          "suppressed" },
		{ "released",       "thôi giữ",         "released" },
		{ "announced",      "báo sau khi giữ",  "announced" },
		{ "escalated",      "báo cấp trên",     "escalated" },
		{ "repeated",       "nhắc lại",         "repeated" },
		{ "forgotten",      "không ai nhận",    "forgotten" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].news, news) == 0)
			return vietnamese ? words[i].vi : words[i].en;

	return news;
}

static bool is_true(const json_t *alert, const char *name)
{
	return json_is_true(json_object_get(alert, name));
}

const char *show_origin(const json_t *alert, bool vietnamese)
{
	const json_t *origin = json_object_get(alert, "origin");
	const char *name = show_words(origin, "name", vietnamese);

	return *name ? name : show_string(origin, "unit");
}

void show_flags(struct text *text, const json_t *alert, bool vietnamese)
{
	const char *origin = show_origin(alert, vietnamese);
	const json_t *one;
	size_t i;

	if (*origin) {
		text_add(text, "%s", vietnamese ? "[TỪ " : "[FROM ");
		screen_clean(text, origin);
		text_add(text, "] ");
	}
	if (is_true(alert, "drill"))
		text_add(text, "%s", vietnamese ? "[DIỄN TẬP] " : "[DRILL] ");
	if (is_true(alert, "uncertain"))
		text_add(text, "%s", vietnamese ? "[CHƯA CHẮC] " : "[UNCERTAIN] ");
	if (is_true(alert, "latched"))
		text_add(text, "%s", vietnamese ? "[CHỐT] " : "[LATCHED] ");
	json_array_foreach(json_object_get(alert, "suppressed"), i, one)
	{
		for (size_t k = 0; k < COUNT(suppressions); k++)
			if (strcmp(suppressions[k].kind, show_string(one, "kind")) == 0)
				text_add(text, "%s",
					 vietnamese ? suppressions[k].flag_vi
						    : suppressions[k].flag_en);
	}
}

void show_print(struct text *text)
{
	fputs(text_get(text), stdout);
	text_clear(text);
}

void show_table(const struct call *call, const struct table *table, const char *footing)
{
	CLEANUP_TEXT struct text text = { 0 };

	table_write(table, &text, call->width, call->colour);
	if (footing)
		text_add(&text, "%s\n", footing);
	show_print(&text);
}

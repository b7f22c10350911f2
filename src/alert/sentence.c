/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alert_json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ghost.h"
#include "iocd/base/civil.h"

/* Adds a string from outside, with blanks for what would break a line. */
static void add_plain(struct text *text, const char *bytes)
{
	size_t start = text->size;

	text_add_bytes(text, bytes, strlen(bytes));
	for (size_t i = start; i < text->size; i++)
		if ((unsigned char)text->bytes[i] < ' ' || text->bytes[i] == 0x7f)
			text->bytes[i] = ' ';
}

/* Decimals that leave number with so many digits in all, whole ones included. */
static int decimals_of(double number, int digits)
{
	int decimals = digits - 1 - (int)floor(log10(fabs(number)));

	return decimals > 0 ? decimals : 0;
}

static double round_for_people(double number, bool percent)
{
	double scale;

	if (number == 0 || !isfinite(number))
		return number;

	if (!percent)
		scale = pow(10, decimals_of(number, 3));
	else if (fabs(number) < 0.1)
		scale = pow(10, decimals_of(number, 1));
	else
		scale = 10;
	if (!isfinite(scale))
		return number;
	return round(number * scale) / scale;
}

static void add_number(struct text *text, double number, bool vietnamese)
{
	size_t start = text->size;

	text_add_number(text, number);
	if (vietnamese)
		for (size_t i = start; i < text->size; i++)
			if (text->bytes[i] == '.')
				text->bytes[i] = ',';
}

static void add_value(struct text *text, const struct indicator *figure, double value,
		      bool vietnamese)
{
	add_number(text, round_for_people(figure->percent ? value * 100 : value, figure->percent),
		   vietnamese);
	if (figure->percent)
		text_add(text, " %%");
	else if (figure->measure_vi[0])
		text_add(text, " %s", vietnamese ? figure->measure_vi : figure->measure_en);
}

static void add_plural(struct text *text, uint64_t n, const char *english, const char *vietnamese)
{
	if (vietnamese)
		text_add(text, "%" PRIu64 " %s", n, vietnamese);
	else
		text_add(text, "%" PRIu64 " %s%s", n, english, n == 1 ? "" : "s");
}

static void add_window(struct text *text, const struct window *window, bool vietnamese)
{
	bool hours = window->minutes % 60 == 0;
	uint64_t n = hours ? window->minutes / 60 : window->minutes;

	switch (window->kind) {
	case WINDOW_MINUTES:
		text_add(text, vietnamese ? "trong " : "over ");
		if (hours)
			add_plural(text, n, "hour", vietnamese ? "giờ" : NULL);
		else
			add_plural(text, n, "minute", vietnamese ? "phút" : NULL);
		break;
	case WINDOW_TODAY:
		text_add(text, vietnamese ? "trong hôm nay" : "today");
		break;
	case WINDOW_WEEK:
		text_add(text, vietnamese ? "trong tuần này" : "this week");
		break;
	case WINDOW_MONTH:
		text_add(text, vietnamese ? "trong tháng này" : "this month");
		break;
	case WINDOW_YEAR:
		text_add(text, vietnamese ? "trong năm này" : "this year");
		break;
	}
}

static void add_limit(struct text *text, const struct threshold *threshold, bool vietnamese)
{
	text_add(text, vietnamese ? ", ngưỡng " : ", limit ");
	text_add(text, "%s", threshold->text);
	if (threshold->place.file)
		text_add(text, " (%s:%" PRIu32 ")", threshold->place.file, threshold->place.line);
}

static void add_figure_reason(struct text *text, const struct alert *alert, bool vietnamese)
{
	const struct indicator *figure = alert->rule->figure;

	text_add(text, "%s: ", vietnamese ? figure->title_vi : figure->title_en);
	add_value(text, figure, alert->reading.value, vietnamese);
	if (figure->kind != INDICATOR_STOCK && figure->kind != INDICATOR_GAUGE) {
		text_add(text, " ");
		add_window(text, &alert->rule->window, vietnamese);
	}
	if (alert->threshold)
		add_limit(text, alert->threshold, vietnamese);
	text_add(text, ", ");
	add_plural(text, alert->reading.samples, "sample", vietnamese ? "mẫu" : NULL);
	if (alert->reading.quality == QUALITY_PARTIAL)
		text_add(text,
			 vietnamese ? ", %" PRIu32 "/%" PRIu32 " nguồn có báo cáo"
				    : ", %" PRIu32 " of %" PRIu32 " sources report",
			 alert->reading.reporting, alert->reading.expected);
}

/* Adds "2026-11-22 08:15:00", or "08:15:00 22/11/2026" as it is written in Vietnamese. */
static void add_time(struct text *text, int64_t time_ms, int offset_minutes, bool vietnamese)
{
	char stamp[CIVIL_TEXT_MAX];

	(void)civil_format(stamp, time_ms, offset_minutes);
	if (vietnamese)
		text_add(text, "%.8s %.2s/%.2s/%.4s", stamp + 11, stamp + 8, stamp + 5, stamp);
	else
		text_add(text, "%.10s %.8s", stamp, stamp + 11);
}

static void add_event_reason(struct text *text, const struct alert *alert, int offset_minutes,
			     bool vietnamese)
{
	text_add(text, "%s", alert->rule->event_type->name);
	if (alert->subject[0]) {
		text_add(text, vietnamese ? " từ " : " from ");
		add_plain(text, alert->subject);
	}
	text_add(text, ", ");
	add_plural(text, alert->events, "event", vietnamese ? "sự kiện" : NULL);
	text_add(text, vietnamese ? " từ lúc " : " since ");
	add_time(text, alert->first_ms, offset_minutes, vietnamese);
}

/* Connected but mute is another trouble than disconnected: the cure is with somebody else. */
static const char *presence_words(enum presence presence, bool vietnamese)
{
	switch (presence) {
	case PRESENCE_ONLINE:
		return vietnamese ? "vẫn kết nối nhưng không gửi dữ liệu"
				  : "connected, but sends nothing";
	case PRESENCE_LOST:
		return vietnamese ? "mất kết nối" : "disconnected";
	case PRESENCE_STOPPED:
		return vietnamese ? "đã tự ngắt kết nối" : "it said good-bye";
	case PRESENCE_UNKNOWN:
		break;
	}
	return vietnamese ? "không rõ còn kết nối hay không" : "not known whether it is connected";
}

static void add_silence_reason(struct text *text, const struct alert *alert, int offset_minutes,
			       bool vietnamese)
{
	const struct feed *feed = alert->rule->silent_feed;

	text_add(text, "%s: ", vietnamese ? feed->title_vi : feed->title_en);
	if (alert->reading.last_ms) {
		text_add(text, vietnamese ? "không có dữ liệu từ lúc " : "nothing since ");
		add_time(text, alert->reading.last_ms, offset_minutes, vietnamese);
	} else {
		text_add(text, vietnamese ? "chưa từng có dữ liệu" : "nothing ever");
	}
	text_add(text, "; %s", presence_words(alert->presence, vietnamese));
}

static void add_ghost_reason(struct text *text, const struct alert *alert, bool vietnamese)
{
	text_add(text,
		 vietnamese ? "quy tắc %s không còn trong cấu hình"
			    : "rule %s is no longer configured",
		 alert->rule->id);
}

void alert_reason(struct text *text, const struct alert_context *context, const struct alert *alert,
		  bool vietnamese)
{
	if (alert->rule->number == GHOST_NUMBER)
		add_ghost_reason(text, alert, vietnamese);
	else if (alert->rule->kind == RULE_EVENT)
		add_event_reason(text, alert, context->offset_minutes, vietnamese);
	else if (alert->rule->kind == RULE_SILENCE)
		add_silence_reason(text, alert, context->offset_minutes, vietnamese);
	else
		add_figure_reason(text, alert, vietnamese);

	if (alert->closed)
		text_add(text, vietnamese ? ", đóng vì cấu hình thay đổi"
					  : ", closed because the configuration changed");
}

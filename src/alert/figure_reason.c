/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reasons.h"
#include "words.h"

static void add_window(struct text *text, const struct window *window, bool vietnamese)
{
	bool hours = window->minutes % 60 == 0;
	uint64_t n = hours ? window->minutes / 60 : window->minutes;

	switch (window->kind) {
	case WINDOW_MINUTES:
		text_add(text, vietnamese ? "trong " : "over ");
		if (hours)
			words_plural(text, n, "hour", vietnamese ? "giờ" : NULL);
		else
			words_plural(text, n, "minute", vietnamese ? "phút" : NULL);
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

/* "down 34 %": what a change is, without its sign. */
static void add_change(struct text *text, const struct indicator *figure, double value,
		       bool vietnamese)
{
	struct indicator shown = *figure;

	shown.percent = figure->percent || figure->is_relative;
	if (value == 0) {
		text_add(text, vietnamese ? "không đổi" : "unchanged");
		return;
	}
	if (value < 0)
		text_add(text, vietnamese ? "giảm " : "down ");
	else
		text_add(text, vietnamese ? "tăng " : "up ");
	words_value(text, &shown, fabs(value), vietnamese);
}

static void add_against_usual(struct text *text, const struct indicator *figure, double value,
			      bool vietnamese)
{
	if (figure->percent) {
		words_value(text, figure, value, vietnamese);
		text_add(text, vietnamese ? " so với mức thường lệ" : " of what is usual");
	} else {
		text_add(text, vietnamese ? "bằng " : "");
		words_number(text, value, vietnamese);
		text_add(text, vietnamese ? " lần mức thường lệ" : " times what is usual");
	}
	text_add(text, vietnamese ? " của giờ này trong tuần" : " at this hour of the week");
}

/* What is behind is a share of a target. */
static void add_against_plan(struct text *text, const struct indicator *figure, double value,
			     bool vietnamese)
{
	struct indicator shown = *figure;

	shown.percent = true;
	if (vietnamese)
		text_add(text, value < 0 ? "vượt " : "chậm ");
	words_value(text, &shown, fabs(value), vietnamese);
	if (vietnamese)
		text_add(text, " so với kế hoạch");
	else
		text_add(text, value < 0 ? " ahead of plan" : " behind plan");
}

static void add_window_of(struct text *text, const struct rule *rule, bool vietnamese)
{
	if (rule->figure->kind == INDICATOR_STOCK || rule->figure->kind == INDICATOR_GAUGE)
		return;
	text_add(text, " ");
	add_window(text, &rule->window, vietnamese);
}

static void add_band(struct text *text, const struct indicator *figure, double value,
		     bool vietnamese)
{
	const struct score_band *band = indicator_band(figure, value);

	if (band)
		text_add(text, vietnamese ? ", mức “%s”" : ", band \"%s\"",
			 vietnamese ? band->title_vi : band->title_en);
}

/* What the figure is, or how it compares to what it should be. */
static void add_judged(struct text *text, const struct alert *alert, bool vietnamese)
{
	const struct rule *rule = alert->rule;
	double value = alert->reading.value;

	switch (rule->look) {
	case LOOK_VALUE:
		words_value(text, rule->figure, value, vietnamese);
		add_window_of(text, rule, vietnamese);
		break;
	case LOOK_CHANGE:
		add_change(text, rule->figure, value, vietnamese);
		add_window_of(text, rule, vietnamese);
		text_add(text, vietnamese ? " so với kỳ trước" : " against the period before");
		break;
	case LOOK_BASELINE:
		add_against_usual(text, rule->figure, value, vietnamese);
		break;
	case LOOK_BEHIND:
		add_against_plan(text, rule->figure, value, vietnamese);
		break;
	case LOOK_BAND:
		words_value(text, rule->figure, value, vietnamese);
		add_window_of(text, rule, vietnamese);
		add_band(text, rule->figure, value, vietnamese);
		break;
	}
}

/* "link db-1: ", for rules on each value of a field. */
static void add_each(struct text *text, const struct alert *alert, bool vietnamese)
{
	if (strcmp(alert->subject, KEYED_OTHERS) == 0) {
		text_add(text, vietnamese ? "%s (các giá trị còn lại): " : "%s (all others): ",
			 alert->rule->each);
		return;
	}
	text_add(text, "%s ", alert->rule->each);
	words_plain(text, alert->subject);
	text_add(text, ": ");
}

void figure_reason(struct text *text, const struct alert *alert, bool vietnamese)
{
	const struct indicator *figure = alert->rule->figure;

	if (alert->rule->kind == RULE_EACH)
		add_each(text, alert, vietnamese);
	text_add(text, "%s: ", vietnamese ? figure->title_vi : figure->title_en);
	add_judged(text, alert, vietnamese);
	if (alert->threshold)
		add_limit(text, alert->threshold, vietnamese);
	text_add(text, ", ");
	words_plural(text, alert->reading.samples, "sample", vietnamese ? "mẫu" : NULL);
	if (alert->reading.quality == QUALITY_PARTIAL)
		text_add(text,
			 vietnamese ? ", %" PRIu32 "/%" PRIu32 " nguồn có báo cáo"
				    : ", %" PRIu32 " of %" PRIu32 " sources report",
			 alert->reading.reporting, alert->reading.expected);
}

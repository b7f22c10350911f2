/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One page that prints well: black on white, heads of columns repeated on each sheet, nothing that
 * has to be fetched.  What is missing is a dash and a sentence, never a zero.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/report.h"

#define DAY_MS 86400000LL

static const char style[] =
	"@page{size:A4 landscape;margin:12mm;"
	"@bottom-right{font-size:8pt;content:counter(page)' / 'counter(pages)}}"
	"body{font:9.5pt/1.3 'DejaVu Sans',Arial,sans-serif;color:#000;margin:1.5em}"
	"@media print{body{margin:0;font-size:8.5pt}}"
	"h1{font-size:1.5em;margin:0 0 .2em}p{margin:.3em 0}"
	"table{border-collapse:collapse;width:100%;margin-top:.8em}"
	"th,td{border:.5pt solid #777;padding:2pt 4pt;text-align:right;vertical-align:top}"
	"th{background:#eee;font-weight:600;font-size:.9em;vertical-align:bottom}"
	"thead{display:table-header-group}tr{break-inside:avoid}td{white-space:nowrap}"
	"td.n,th.n{text-align:left;white-space:normal;min-width:12em}"
	"td.d1{padding-left:1.3em}td.d2{padding-left:2.4em}td.d3{padding-left:3.5em}"
	"td.miss{color:#555}td.bad{font-weight:700;text-decoration:underline}"
	"tr.silent td{background:#f4f4f4}sup{font-size:.7em;line-height:0}"
	".note{font-size:.9em;margin-top:.6em}";

#define DEPTH_MAX 3 /* that the style sets apart */

struct page {
	struct text *text;
	const struct report_table *table;
	bool vi;
};

static const char *say(const struct page *page, const char *vi, const char *en)
{
	return page->vi ? vi : en;
}

static void add_escaped(struct text *text, const char *value)
{
	for (const char *at = value; *at; at++) {
		if (*at == '&')
			text_add(text, "&amp;");
		else if (*at == '<')
			text_add(text, "&lt;");
		else if (*at == '>')
			text_add(text, "&gt;");
		else if (*at == '"')
			text_add(text, "&quot;");
		else
			text_add_bytes(text, at, 1);
	}
}

/* Thousands apart and a decimal comma as they are written in Vietnamese, or as in English. */
static void add_number(const struct page *page, double value, int decimals)
{
	char digits[64];
	size_t n, whole;

	(void)snprintf(digits, sizeof(digits), "%.*f", decimals, fabs(value));
	n = strlen(digits);
	whole = decimals > 0 ? n - (size_t)decimals - 1 : n;
	if (value < 0 && strspn(digits, "0.") < n)
		text_add(page->text, "-");
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0)
			text_add(page->text, "%s", say(page, ".", ","));
		if (digits[i] == '.')
			text_add(page->text, "%s", say(page, ",", "."));
		else
			text_add_bytes(page->text, &digits[i], 1);
	}
}

static void add_value(const struct page *page, const struct indicator *line, double value)
{
	double shown = line->percent ? value * 100 : value;

	if (line->percent)
		add_number(page, shown, 1);
	else
		add_number(page, shown, shown == floor(shown) ? 0 : 2);
	if (line->percent)
		text_add(page->text, "&nbsp;%%");
}

static void add_time(const struct page *page, int64_t time_ms, bool with_hour)
{
	char stamp[CIVIL_TEXT_MAX];

	(void)civil_format(stamp, time_ms, page->table->offset_minutes);
	if (page->vi)
		text_add(page->text, "%.2s/%.2s/%.4s", stamp + 8, stamp + 5, stamp);
	else
		text_add(page->text, "%.10s", stamp);
	if (with_hour)
		text_add(page->text, " %.5s", stamp + 11);
}

static void add_head(const struct page *page)
{
	const struct report_table *table = page->table;
	const char *title = say(page, table->report->title_vi, table->report->title_en);

	text_add(page->text,
		 "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>",
		 say(page, "vi", "en"));
	add_escaped(page->text, title);
	text_add(page->text, " %s</title><style>%s</style></head><body>\n<h1>", table->period.name,
		 style);
	add_escaped(page->text, title);
	text_add(page->text, "</h1>\n<p>%s ", say(page, "Kỳ", "Period"));
	add_time(page, table->period.from_ms, false);
	if (table->period.to_ms - table->period.from_ms > DAY_MS) {
		text_add(page->text, " – ");
		add_time(page, table->period.to_ms - DAY_MS, false);
	}
	text_add(page->text, ". %s ", say(page, "Lập lúc", "Made"));
	add_time(page, table->made_ms, true);
	if (table->revision > 1)
		text_add(page->text, ". <strong>%s %" PRIu32 "</strong>",
			 say(page, "Bản đính chính lần", "Revised, revision"),
			 table->revision - (page->vi ? 1 : 0));
	text_add(page->text, ".</p>\n");
}

static void add_columns(const struct page *page)
{
	const struct report_table *table = page->table;

	text_add(page->text, "<table><thead><tr><th class=\"n\">%s</th>",
		 say(page, "Đơn vị", "Unit"));
	if (table->report->rank_line != UINT32_MAX)
		text_add(page->text, "<th>%s</th>", say(page, "Hạng", "Rank"));
	for (uint32_t i = 0; i < table->report->n_lines; i++) {
		const struct indicator *line = &table->indicators[table->report->lines[i]];
		const char *measure = say(page, line->measure_vi, line->measure_en);

		text_add(page->text, "<th>");
		add_escaped(page->text, say(page, line->title_vi, line->title_en));
		if (*measure && strcmp(measure, "%") != 0) {
			text_add(page->text, " (");
			add_escaped(page->text, measure);
			text_add(page->text, ")");
		}
		if (!isnan(line->target)) {
			text_add(page->text, "<br>%s ", say(page, "chỉ tiêu", "target"));
			add_value(page, line, line->target);
		}
		text_add(page->text, "</th>");
	}
	text_add(page->text, "</tr></thead><tbody>\n");
}

/* A target is a floor, unless the line is one where less is better. */
static bool is_missed(const struct indicator *line, double value)
{
	if (isnan(line->target))
		return false;
	return line->ranking.lowest_first ? value > line->target : value < line->target;
}

static void add_figure(const struct page *page, const struct indicator *line,
		       const struct report_figure *figure)
{
	if (isnan(figure->reading.value)) {
		text_add(page->text, "<td class=\"miss\">–</td>");
		return;
	}
	text_add(page->text, "<td%s>",
		 is_missed(line, figure->reading.value) ? " class=\"bad\"" : "");
	add_value(page, line, figure->reading.value);
	text_add(page->text, "%s</td>", figure->is_revised ? "<sup>*</sup>" : "");
}

/* How many units of the tree stand above, as far as the style sets them apart. */
static unsigned depth_of(const struct units *units, uint32_t unit)
{
	unsigned depth = 0;

	while (depth < DEPTH_MAX && (unit = units_parent(units, unit)) != UNIT_NONE)
		depth++;
	return depth;
}

static void add_row(const struct page *page, const struct report_row *row)
{
	const struct report_table *table = page->table;
	const struct unit *unit = units_at(table->units, row->unit);

	text_add(page->text, "<tr%s><td class=\"n d%u\">",
		 row->is_silent ? " class=\"silent\"" : "", depth_of(table->units, row->unit));
	add_escaped(page->text, say(page, unit->name_vi, unit->name_en));
	text_add(page->text, "</td>");
	if (table->report->rank_line != UINT32_MAX && row->place)
		text_add(page->text, "<td>%" PRIu32 "</td>", row->place);
	else if (table->report->rank_line != UINT32_MAX)
		text_add(page->text, "<td class=\"miss\">–</td>");
	for (uint32_t i = 0; i < table->report->n_lines; i++)
		add_figure(page, &table->indicators[table->report->lines[i]], &row->figures[i]);
	text_add(page->text, "</tr>\n");
}

static void add_silent(const struct page *page, uint32_t only)
{
	const struct report_table *table = page->table;
	bool first = true;

	if (table->n_silent == 0 || only != UNIT_NONE)
		return;

	text_add(page->text, "<p class=\"note\">%s (%" PRIu32 "): ",
		 say(page, "Đơn vị chưa có số liệu", "Units that did not report"), table->n_silent);
	for (uint32_t i = 0; i < table->n_rows; i++) {
		const struct unit *unit = units_at(table->units, table->rows[i].unit);

		if (!table->rows[i].is_silent)
			continue;
		text_add(page->text, first ? "" : "; ");
		add_escaped(page->text, say(page, unit->name_vi, unit->name_en));
		first = false;
	}
	text_add(page->text, ".</p>\n");
}

static bool has_target(const struct report_table *table)
{
	for (uint32_t i = 0; i < table->report->n_lines; i++)
		if (!isnan(table->indicators[table->report->lines[i]].target))
			return true;

	return false;
}

static void add_legend(const struct page *page)
{
	text_add(page->text, "<p class=\"note\">– %s",
		 say(page, "chưa có số liệu", "nothing is known"));
	if (page->table->report->rank_line != UINT32_MAX)
		text_add(page->text, "%s",
			 say(page, "; không xếp hạng đơn vị chưa báo cáo hoặc quá ít trường hợp",
			     "; who did not report, or had too few cases, has no rank"));
	if (has_target(page->table))
		text_add(page->text, ". <b><u>%s</u></b> %s", say(page, "Gạch chân", "Underlined"),
			 say(page, "không đạt chỉ tiêu", "misses the target"));
	text_add(page->text, ".</p>\n");
}

void report_html(struct text *text, const struct report_table *table, uint32_t only,
		 bool vietnamese)
{
	const struct page page = { .text = text, .table = table, .vi = vietnamese };

	add_head(&page);
	add_columns(&page);
	for (uint32_t i = 0; i < table->n_rows; i++)
		if (only == UNIT_NONE || table->rows[i].unit == only)
			add_row(&page, &table->rows[i]);
	text_add(text, "</tbody></table>\n");
	add_silent(&page, only);
	add_legend(&page);
	if (table->revision > 1)
		text_add(text, "<p class=\"note\">* %s</p>\n",
			 say(&page, "số liệu đã đính chính so với bản đầu do dữ liệu đến muộn",
			     "corrected since the first report: data came late"));
	text_add(text, "</body></html>\n");
}

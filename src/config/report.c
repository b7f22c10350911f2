/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define EXCERPT_MAX    160 /* characters of a source line that are shown */
#define EXCERPT_BEFORE 80  /* of them before the caret, if the line must be cut */

enum finding_kind { FINDING_ERROR, FINDING_WARNING };

struct finding {
	enum finding_kind kind;
	uint32_t source; /* index, or UINT32_MAX: not about a file that was read */
	uint32_t number; /* in the order of adding */
	struct place place;
	const char *code; /* borrowed for ever */
	bool shows_code;
	char *message; /* owned */
};

struct report {
	const struct sources *sources;
	bool errors_only;
	struct finding *findings; /* owned */
	uint32_t n_findings;      /* kept */
	uint32_t n_errors;        /* kept or not */
	uint32_t n_warnings;
};

struct report *report_new(const struct sources *sources)
{
	struct report *report = xcalloc(1, sizeof(*report));

	report->sources = sources;
	report->findings = xcalloc(REPORT_FINDINGS_MAX, sizeof(*report->findings));
	return report;
}

struct report *report_free(struct report *report)
{
	if (!report)
		return NULL;

	for (uint32_t i = 0; i < report->n_findings; i++)
		free(report->findings[i].message);
	free(report->findings);
	free(report);
	return NULL;
}

void report_only_errors(struct report *report)
{
	report->errors_only = true;
}

uint32_t report_errors(const struct report *report)
{
	return report->n_errors;
}

int report_is_full(const struct report *report)
{
	return report->n_findings == REPORT_FINDINGS_MAX;
}

/* Cuts message so that it ends with a whole character and "...". */
static void cut(char *message)
{
	size_t end = REPORT_MESSAGE_MAX - 4;

	while (end > 0 && utf8_continues(message[end]))
		end--;
	memcpy(message + end, "...", 4);
}

static uint32_t find_source(const struct report *report, const char *name)
{
	for (uint32_t i = 0; name && i < report->sources->n; i++)
		if (report->sources->list[i]->name == name)
			return i;
	return UINT32_MAX;
}

/* Of what nobody gave a code. */
static const char *code_of(const struct report *report, uint32_t source, enum finding_kind kind)
{
	static const char *const codes[][2] = {
		[PART_SETTINGS] = { "setting-wrong", "setting-doubtful" },
		[PART_CALENDAR] = { "calendar-wrong", "calendar-doubtful" },
		[PART_UNITS] = { "unit-wrong", "unit-doubtful" },
		[PART_FEEDS] = { "feed-wrong", "feed-doubtful" },
		[PART_INDICATORS] = { "indicator-wrong", "indicator-doubtful" },
		[PART_RULES] = { "rule-wrong", "rule-doubtful" },
		[PART_RECEIVERS] = { "receiver-wrong", "receiver-doubtful" },
		[PART_MAINTENANCE] = { "maintenance-wrong", "maintenance-doubtful" },
		[PART_REPORTS] = { "report-wrong", "report-doubtful" },
		[PART_OVERRIDES] = { "setting-wrong", "setting-doubtful" },
		[PART_TESTS] = { "test-wrong", "test-doubtful" },
		[PART_USERS] = { "user-wrong", "user-doubtful" },
		[N_PARTS] = { "file-wrong", "file-doubtful" },
	};

	return codes[source == UINT32_MAX ? N_PARTS : report->sources->list[source]->part][kind];
}

/* code NULL: none of its own. */
static void PRINTF(5, 0) add(struct report *report, enum finding_kind kind, const char *code,
			     struct place place, const char *format, va_list arguments)
{
	char message[REPORT_MESSAGE_MAX];
	struct finding *finding;
	int n;

	if (report_is_full(report))
		return;

	n = vsnprintf(message, sizeof(message), format, arguments);
	if (n >= (int)sizeof(message))
		cut(message);

	finding = &report->findings[report->n_findings];
	finding->kind = kind;
	finding->place = place;
	finding->source = find_source(report, place.file);
	finding->number = report->n_findings++;
	finding->code = code ? code : code_of(report, finding->source, kind);
	finding->shows_code = code && kind == FINDING_WARNING;
	finding->message = xstrdup(message);
}

void report_error(struct report *report, struct place place, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(report, FINDING_ERROR, NULL, place, format, arguments);
	va_end(arguments);
	report->n_errors++;
}

void report_warning(struct report *report, struct place place, const char *format, ...)
{
	va_list arguments;

	if (report->errors_only)
		return;
	va_start(arguments, format);
	add(report, FINDING_WARNING, NULL, place, format, arguments);
	va_end(arguments);
	report->n_warnings++;
}

void report_error_as(struct report *report, const char *code, struct place place,
		     const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(report, FINDING_ERROR, code, place, format, arguments);
	va_end(arguments);
	report->n_errors++;
}

void report_warning_as(struct report *report, const char *code, struct place place,
		       const char *format, ...)
{
	va_list arguments;

	if (report->errors_only)
		return;
	va_start(arguments, format);
	add(report, FINDING_WARNING, code, place, format, arguments);
	va_end(arguments);
	report->n_warnings++;
}

static int order(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_findings(const void *one, const void *other)
{
	const struct finding *a = one;
	const struct finding *b = other;

	if (a->source != b->source)
		return order(a->source, b->source);
	if (a->place.line != b->place.line)
		return order(a->place.line, b->place.line);
	if (a->place.column != b->place.column)
		return order(a->place.column, b->place.column);
	return order(a->number, b->number);
}

/* Vietnamese may be written with combining marks (U+0300 to U+036F): they take no room. */
static int is_combining(const char *at, size_t size)
{
	unsigned char first = (unsigned char)at[0];
	unsigned char second = size > 1 ? (unsigned char)at[1] : 0;

	return first == 0xcc || (first == 0xcd && second >= 0x80 && second <= 0xaf);
}

static size_t character_size(const char *at, size_t left)
{
	size_t size = 1;

	while (size < left && utf8_continues(at[size]))
		size++;
	return size;
}

/* Appends what a terminal can be trusted with. */
static void add_character(struct text *text, const char *at, size_t size)
{
	unsigned char byte = (unsigned char)at[0];
	int plain = (byte >= 0x20 && byte < 0x7f) || byte == '\t';

	if (plain || (byte >= 0xc2 && size > 1 && !(byte == 0xc2 && (unsigned char)at[1] < 0xa0)))
		text_add_bytes(text, at, size);
	else
		text_add(text, "?");
}

static uint32_t count_characters(const char *line, size_t size)
{
	uint32_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += !utf8_continues(line[i]);
	return n;
}

/* Appends a source line, cut around column if it is long, and the caret below it. */
static void add_excerpt(struct text *text, const char *line, size_t size, uint32_t column)
{
	CLEANUP_TEXT struct text caret = { 0 };
	bool long_line = count_characters(line, size) > EXCERPT_MAX;
	uint32_t skip = long_line && column > EXCERPT_BEFORE ? column - EXCERPT_BEFORE : 0;
	uint32_t number = 0;
	size_t step;

	if (skip) {
		text_add(text, "...");
		text_add(&caret, "   ");
	}
	for (size_t i = 0; i < size; i += step) {
		step = character_size(line + i, size - i);
		number++;
		if (number <= skip)
			continue;
		if (number > skip + EXCERPT_MAX) {
			text_add(text, "...");
			break;
		}
		add_character(text, line + i, step);
		if (number < column && !is_combining(line + i, step))
			text_add(&caret, "%c", line[i] == '\t' ? '\t' : ' ');
	}
	text_add(text, "\n%s^\n", text_get(&caret));
}

static void write_finding(const struct report *report, const struct finding *finding,
			  struct text *text)
{
	static const char *const names[] = {
		[FINDING_ERROR] = "error", [FINDING_WARNING] = "warning"
	};
	const struct place *place = &finding->place;
	const struct source *source;
	const char *line;
	size_t size;

	if (place->file)
		text_add(text, "%s:", place->file);
	if (place->line)
		text_add(text, "%u:%u:", place->line, place->column);
	text_add(text, "%s%s: %s", place->file ? " " : "", names[finding->kind], finding->message);
	if (finding->shows_code)
		text_add(text, " [%s]", finding->code);
	text_add(text, "\n");
	if (finding->source == UINT32_MAX || !place->line)
		return;

	source = report->sources->list[finding->source];
	line = source_line(source, place->line, &size);
	add_excerpt(text, line, size, place->column);
}

/* Counts the files that findings are about; findings are sorted. */
static uint32_t count_files(const struct report *report)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < report->n_findings; i++) {
		const char *file = report->findings[i].place.file;

		n += file && (i == 0 || report->findings[i - 1].place.file != file);
	}
	return n;
}

static void add_count(struct text *text, uint32_t n, const char *what)
{
	text_add(text, "%u %s%s", n, what, n == 1 ? "" : "s");
}

static void write_sum(const struct report *report, struct text *text)
{
	uint32_t files = count_files(report);

	if (report->n_errors)
		add_count(text, report->n_errors, "error");
	if (report->n_warnings) {
		text_add(text, "%s", report->n_errors ? ", " : "");
		add_count(text, report->n_warnings, "warning");
	}
	if (files) {
		text_add(text, " in ");
		add_count(text, files, "file");
	}
	text_add(text, "%s\n", report->n_errors ? "; nothing was loaded" : "");
}

static void sort(struct report *report)
{
	qsort(report->findings, report->n_findings, sizeof(*report->findings), compare_findings);
}

/* The column behind the word, quoted or not, that stands at column of a line. */
static uint32_t end_column(const char *line, size_t size, uint32_t column)
{
	size_t i = 0, start;
	bool quoted;

	for (uint32_t at = 1; i < size && at < column; at++)
		i += character_size(line + i, size - i);
	start = i;
	quoted = i < size && (line[i] == '"' || line[i] == '\'');
	while (i < size) {
		i += character_size(line + i, size - i);
		column++;
		if (quoted ? line[i - 1] == line[start] && i - start > 1
			   : i < size && strchr(",]}:#", line[i]))
			break;
	}
	for (; i > start + 1 && line[i - 1] == ' '; i--)
		column--;
	return i == start ? column + 1 : column;
}

/* What the message proposes, in *ret (cut to size), "" if nothing. */
static void find_suggestion(const char *message, char *ret, size_t size)
{
	static const char mark[] = "did you mean '";
	const char *at = strstr(message, mark);
	const char *end = at ? strrchr(at, '\'') : NULL;

	ret[0] = '\0';
	if (end && end >= at + strlen(mark))
		(void)snprintf(ret, size, "%.*s", (int)(end - at - (long)strlen(mark)),
			       at + strlen(mark));
}

static void show(const struct report *report, const struct finding *finding,
		 config_finding_fn *each, void *context)
{
	char suggestion[REPORT_MESSAGE_MAX];
	CLEANUP_TEXT struct text source = { 0 };
	struct config_finding shown = {
		.is_error = finding->kind == FINDING_ERROR,
		.file = finding->place.file,
		.line = finding->place.line,
		.column = finding->place.column,
		.end_column = finding->place.column,
		.code = finding->code,
		.message = finding->message,
		.suggestion = suggestion,
	};
	const char *line;
	size_t size;

	find_suggestion(finding->message, suggestion, sizeof(suggestion));
	if (finding->source != UINT32_MAX && finding->place.line) {
		line = source_line(report->sources->list[finding->source], finding->place.line,
				   &size);
		text_add_bytes(&source, line, size);
		shown.end_column = end_column(line, size, finding->place.column);
	}
	shown.source = text_get(&source);
	each(context, &shown);
}

void report_each(struct report *report, config_finding_fn *each, void *context)
{
	sort(report);
	for (uint32_t i = 0; i < report->n_findings; i++)
		show(report, &report->findings[i], each, context);
}

void report_write(struct report *report, struct text *text)
{
	uint32_t all = report->n_errors + report->n_warnings;

	if (all == 0)
		return;

	sort(report);
	for (uint32_t i = 0; i < report->n_findings; i++)
		write_finding(report, &report->findings[i], text);
	if (all > report->n_findings)
		text_add(text, "and %u more\n", all - report->n_findings);
	write_sum(report, text);
}

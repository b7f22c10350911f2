/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl journal stat: the files of a journal, what is in them, and what repairs have put aside. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "api.h"
#include "iocd/base/civil.h"
#include "iocd/base/disk.h"
#include "journal.h"
#include "show.h"

static const struct column columns[] = {
	{ "TỪ VỊ TRÍ", "POSITION", COLUMN_RIGHT },
	{ "BYTE", "BYTES", COLUMN_RIGHT },
	{ "TIN", "MESSAGES", COLUMN_RIGHT },
	{ "GIỜ", "TIMES", COLUMN_RIGHT },
	{ "LỖ", "HOLES", COLUMN_RIGHT },
	{ "TIN ĐẦU", "FIRST", 0 },
	{ "TIN CUỐI", "LAST", 0 },
	{ "AN TOÀN ĐẾN", "SYNCED", COLUMN_RIGHT },
	{ "TÌNH TRẠNG", "STATE", COLUMN_FLEXIBLE | COLUMN_TINTED },
};

/* All files together. */
struct total {
	uint64_t bytes; /* of the files */
	uint64_t used;  /* by records */
	uint64_t messages;
	uint64_t times;
	uint64_t holes;
	uint64_t others;
	int64_t first_ms; /* arrival of the first record; 0: there is none */
	int64_t last_ms;
};

/* What is in the quarantine. */
struct aside {
	const char *directory;
	json_t *list;
	uint64_t bytes;
};

static void add_up(struct total *total, const struct journal_file *file)
{
	total->bytes += file->bytes;
	total->used += file->end - file->first;
	total->messages += file->messages;
	total->times += file->times;
	total->holes += file->holes;
	total->others += file->others;
	if (total->first_ms == 0)
		total->first_ms = file->first_arrival_ms;
	if (file->last_arrival_ms > 0)
		total->last_ms = file->last_arrival_ms;
}

static double span_s(const struct total *total)
{
	return (double)(total->last_ms - total->first_ms) / 1000;
}

static double per_s(const struct total *total, uint64_t n)
{
	return span_s(total) > 0 ? (double)n / span_s(total) : 0;
}

static void on_aside(void *context, const char *name)
{
	struct aside *aside = context;
	CLEANUP_TEXT struct text path = { 0 };
	struct stat status;

	text_add(&path, "%s/%s", aside->directory, name);
	if (stat(text_get(&path), &status))
		return;
	aside->bytes += (uint64_t)status.st_size;
	json_array_append_new(aside->list, json_pack("{s:s, s:I}", "file", name, "bytes",
						     (json_int_t)status.st_size));
}

static void look_aside(struct aside *aside, const struct journal_place *place)
{
	CLEANUP_TEXT struct text path = { 0 };

	text_add(&path, "%s/%s", place->directory, JOURNAL_QUARANTINE);
	aside->directory = text_get(&path);
	if (disk_list(text_get(&path), "", on_aside, aside))
		aside->bytes = 0; /* there is none: nothing was ever repaired */
	aside->directory = NULL;
}

static void add_clock(struct text *text, const struct journal_place *place, int64_t time_ms)
{
	char time[CIVIL_TEXT_MAX];

	if (time_ms)
		text_add(text, "%.19s", civil_format(time, time_ms, place->offset_minutes));
	else
		text_add(text, "-");
}

static void add_row(struct table *table, const struct call *call, const struct journal_place *place,
		    const struct journal_file *file)
{
	struct text cells[COUNT(columns)] = { 0 };
	const char *lent[COUNT(columns)];

	text_add(&cells[0], "%" PRIu64, file->first);
	show_bytes(&cells[1], (int64_t)file->bytes, call->vietnamese);
	show_count(&cells[2], (int64_t)file->messages, call->vietnamese);
	show_count(&cells[3], (int64_t)file->times, call->vietnamese);
	show_count(&cells[4], (int64_t)file->holes, call->vietnamese);
	add_clock(&cells[5], place, file->first_arrival_ms);
	add_clock(&cells[6], place, file->last_arrival_ms);
	if (file->has_mark)
		text_add(&cells[7], "%" PRIu64, file->mark);
	else
		text_add(&cells[7], "-");
	text_add(&cells[8], "%s", journal_harm_text(file->harm, call->vietnamese));
	for (size_t i = 0; i < COUNT(columns); i++)
		lent[i] = text_get(&cells[i]);
	table_row(table, file->harm > JOURNAL_TORN ? TINT_RED : TINT_NONE, lent);
	for (size_t i = 0; i < COUNT(columns); i++)
		text_fini(&cells[i]);
}

static void add_totals(struct text *text, const struct call *call,
		       const struct journal_place *place, const struct journal_survey *survey,
		       const struct total *total)
{
	bool vietnamese = call->vietnamese;

	text_add(text,
		 SAY(call, "\nnhật ký %s, vị trí %" PRIu64 " đến %" PRIu64 "\n",
		     "\njournal %s, positions %" PRIu64 " to %" PRIu64 "\n"),
		 journal_survey_id(survey), journal_survey_first(survey),
		 journal_survey_end(survey));
	show_count(text, (int64_t)total->messages, vietnamese);
	text_add(text, SAY(call, " tin, ", " messages, "));
	show_count(text, (int64_t)total->times, vietnamese);
	text_add(text, SAY(call, " giờ, ", " times, "));
	show_count(text, (int64_t)total->holes, vietnamese);
	text_add(text, SAY(call, " lỗ, ", " holes, "));
	show_bytes(text, (int64_t)total->used, vietnamese);
	text_add(text, SAY(call, " trong ", " in "));
	show_bytes(text, (int64_t)total->bytes, vietnamese);
	text_add(text, SAY(call, " tệp\n", " of files\n"));

	add_clock(text, place, total->first_ms);
	text_add(text, SAY(call, " đến ", " to "));
	add_clock(text, place, total->last_ms);
	text_add(text, SAY(call, ": %.1f tin/s, ", ": %.1f messages/s, "),
		 per_s(total, total->messages));
	show_bytes(text, (int64_t)per_s(total, total->used), vietnamese);
	text_add(text, "/s\n");
}

static void add_aside(struct text *text, const struct call *call, const struct aside *aside)
{
	const json_t *file;
	size_t i;

	text_add(text, SAY(call, "%s: %zu tệp, ", "%s: %zu files, "), JOURNAL_QUARANTINE,
		 json_array_size(aside->list));
	show_bytes(text, (int64_t)aside->bytes, call->vietnamese);
	text_add(text, "\n");
	json_array_foreach(aside->list, i, file)
	{
		text_add(text, "  %s  ", show_string(file, "file"));
		show_bytes(text, show_integer(file, "bytes"), call->vietnamese);
		text_add(text, "\n");
	}
}

static void print_text(const struct call *call, const struct journal_place *place,
		       const struct journal_survey *survey, const struct total *total,
		       const struct aside *aside)
{
	CLEANUP(table_free)
	struct table *table = table_new(columns, COUNT(columns), call->vietnamese);
	CLEANUP_TEXT struct text text = { 0 };
	const struct journal_file *files;
	size_t n = journal_survey_files(survey, &files);

	for (size_t i = 0; i < n; i++)
		add_row(table, call, place, &files[i]);
	show_table(call, table, NULL);
	add_totals(&text, call, place, survey, total);
	if (json_array_size(aside->list) > 0)
		add_aside(&text, call, aside);
	show_print(&text);
	journal_print_findings(call, place, survey);
}

static json_t *file_json(const struct journal_place *place, const struct journal_file *file)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, "
	"s:o}", "file",
			 file->name, "first", (json_int_t)file->first, "end", (json_int_t)file->end,
			 "bytes", (json_int_t)file->bytes, "state", journal_harm_name(file->harm),
			 "messages", (json_int_t)file->messages, "times", (json_int_t)file->times,
			 "holes", (json_int_t)file->holes, "owns", (json_int_t)file->owns,
			 "others", (json_int_t)file->others,
			 "first_arrival", journal_json_time(place, file->first_arrival_ms),
			 "last_arrival", journal_json_time(place, file->last_arrival_ms), "mark",
			 file->has_mark ? json_integer((json_int_t)file->mark) : json_null());
}

static void print_json(const struct journal_place *place, const struct journal_survey *survey,
		       const struct total *total, const struct aside *aside)
{
	json_t *json = journal_json(place, survey);
	json_t *list = json_array();
	const struct journal_file *files;
	size_t n = journal_survey_files(survey, &files);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, file_json(place, &files[i]));
	json_object_set_new(json, "files", list);
	json_object_set_new(json, "bytes", json_integer((json_int_t)total->bytes));
	json_object_set_new(json, "used_bytes", json_integer((json_int_t)total->used));
	json_object_set_new(json, "messages", json_integer((json_int_t)total->messages));
	json_object_set_new(json, "times", json_integer((json_int_t)total->times));
	json_object_set_new(json, "holes", json_integer((json_int_t)total->holes));
	json_object_set_new(json, "span_s", json_real(span_s(total)));
	json_object_set_new(json, "messages_per_s", json_real(per_s(total, total->messages)));
	json_object_set_new(json, "bytes_per_s", json_real(per_s(total, total->used)));
	json_object_set(json, "quarantine", aside->list);
	api_print(json);
	json_decref(json);
}

int journal_stat(const struct call *call, const struct journal_place *place)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	struct aside aside = { .bytes = 0 };
	struct total total = { .bytes = 0 };
	const struct journal_finding *findings;
	const struct journal_file *files;
	size_t n;
	int status;

	status = journal_survey(call, place, &survey);
	if (status == STATUS_GOOD)
		status = journal_scan(call, place, survey);
	if (status != STATUS_GOOD)
		return status;

	n = journal_survey_files(survey, &files);
	for (size_t i = 0; i < n; i++)
		add_up(&total, &files[i]);
	aside.list = json_array();
	look_aside(&aside, place);
	if (call->json)
		print_json(place, survey, &total, &aside);
	else
		print_text(call, place, survey, &total, &aside);
	json_decref(aside.list);
	return journal_survey_findings(survey, &findings) > 0 ? STATUS_FINDING : STATUS_GOOD;
}

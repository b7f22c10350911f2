/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl journal: the table of its verbs, and what they share. */
#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "progress.h"
#include "show.h"

#define BIT(option) (UINT64_C(1) << OPTION_##option)

static const struct verb {
	const char *name;
	uint64_t options;
	journal_verb_fn *run;
} verbs[] = {
	{ "verify", 0, journal_verify },
	{ "stat", 0, journal_stat },
	{ "cat", BIT(FROM) | BIT(TO) | BIT(TOPIC) | BIT(LIMIT), journal_cat },
	{ "replay", BIT(FROM), journal_replay },
	{ "repair", BIT(DRY_RUN), journal_mend },
};

const char *journal_harm_name(enum journal_harm harm)
{
	static const char *const names[] = {
		[JOURNAL_GOOD] = "good",       [JOURNAL_TORN] = "torn",
		[JOURNAL_NAME] = "misnamed",   [JOURNAL_STRAY] = "stray",
		[JOURNAL_MARK] = "mark",       [JOURNAL_HEADER] = "header",
		[JOURNAL_DAMAGED] = "damaged", [JOURNAL_MISSING] = "missing",
		[JOURNAL_LOST] = "lost",
	};

	return names[harm];
}

const char *journal_harm_text(enum journal_harm harm, bool vietnamese)
{
	static const char *const texts[][2] = {
		[JOURNAL_GOOD] = { "good", "tốt" },
		[JOURNAL_TORN] = { "torn end", "đuôi dở dang" },
		[JOURNAL_NAME] = { "the file has another's name", "tệp mang tên của tệp khác" },
		[JOURNAL_STRAY] = { "no file of this journal", "không phải tệp của nhật ký này" },
		[JOURNAL_MARK] = { "the mark of what was synced is damaged",
				   "dấu ghi phần đã an toàn bị hỏng" },
		[JOURNAL_HEADER] = { "the header is damaged", "phần đầu tệp bị hỏng" },
		[JOURNAL_DAMAGED] = { "records are damaged", "bản ghi bị hỏng" },
		[JOURNAL_MISSING] = { "the file is missing", "thiếu tệp" },
		[JOURNAL_LOST] = { "the end is damaged, and had been safe",
				   "phần cuối bị hỏng, dù đã từng an toàn" },
	};

	return texts[harm][vietnamese];
}

static int complain(const char *message, const char *what)
{
	fprintf(stderr, "iocctl: %s: '%s'\n", message, what);
	return STATUS_UNREACHABLE;
}

int journal_complain(const struct call *call, const char *directory, int r)
{
	switch (r) {
	case JOURNAL_NONE:
		return complain(SAY(call, "không có nhật ký ở đây", "there is no journal"),
				directory);
	case JOURNAL_HELD:
		return complain(SAY(call, "iocd đang dùng nhật ký này, hãy dừng iocd trước",
				    "an iocd is using this journal, stop it first"),
				directory);
	case JOURNAL_UNKNOWN:
		(void)complain(SAY(call,
				   "không đọc được phần đầu của tệp nào, không biết là nhật ký nào",
				   "no header is readable, nothing tells which journal this is"),
			       directory);
		return STATUS_FINDING;
	case JOURNAL_UNMENDABLE:
		(void)complain(SAY(call, "có chỗ không thể sửa, chưa thay đổi gì",
				   "there is something that cannot be mended, nothing was changed"),
			       directory);
		return STATUS_FINDING;
	default:
		fprintf(stderr,
			SAY(call, "iocctl: không đọc được '%s': %s\n",
			    "iocctl: cannot read '%s': %s\n"),
			directory, strerror(r < 0 ? -r : EIO));
		return STATUS_UNREACHABLE;
	}
}

int journal_survey(const struct call *call, const struct journal_place *place,
		   struct journal_survey **ret)
{
	int r = journal_survey_new(ret, place->directory);

	return r ? journal_complain(call, place->directory, r) : STATUS_GOOD;
}

int journal_scan(const struct call *call, const struct journal_place *place,
		 struct journal_survey *survey)
{
	struct progress progress;
	int r;

	progress_begin(&progress, call->vietnamese);
	r = journal_survey_scan(survey, progress_show, &progress);
	progress_end(&progress);
	return r ? journal_complain(call, place->directory, r) : STATUS_GOOD;
}

static void add_time(struct text *text, const struct journal_place *place, int64_t time_ms)
{
	char time[CIVIL_TEXT_MAX];

	text_add(text, "%s", time_ms ? civil_format(time, time_ms, place->offset_minutes) : "-");
}

static void add_loss(struct text *text, const struct call *call, const struct journal_place *place,
		     const struct journal_finding *finding)
{
	text_add(text,
		 SAY(call, "; mất vị trí %" PRIu64 " đến %" PRIu64 ", %" PRIu64 " byte, giữa ",
		     "; lost: positions %" PRIu64 " to %" PRIu64 ", %" PRIu64 " bytes, between "),
		 finding->from, finding->to, finding->to - finding->from);
	add_time(text, place, finding->before_ms);
	text_add(text, SAY(call, " và ", " and "));
	add_time(text, place, finding->after_ms);
}

void journal_print_findings(const struct call *call, const struct journal_place *place,
			    const struct journal_survey *survey)
{
	CLEANUP_TEXT struct text text = { 0 };
	const struct journal_finding *findings;
	size_t n = journal_survey_findings(survey, &findings);

	for (size_t i = 0; i < n; i++) {
		text_add(&text,
			 SAY(call, "%s: vị trí trong tệp %" PRIu64 ": %s",
			     "%s: offset %" PRIu64 ": %s"),
			 findings[i].name, findings[i].offset,
			 journal_harm_text(findings[i].harm, call->vietnamese));
		if (findings[i].to > findings[i].from)
			add_loss(&text, call, place, &findings[i]);
		text_add(&text, "\n");
	}
	show_print(&text);
}

json_t *journal_json_time(const struct journal_place *place, int64_t time_ms)
{
	char time[CIVIL_TEXT_MAX];

	return time_ms ? json_string(civil_format(time, time_ms, place->offset_minutes))
		       : json_null();
}

static json_t *finding_json(const struct journal_place *place,
			    const struct journal_finding *finding)
{
	json_t *json = json_pack("{s:s, s:s, s:I}", "harm", journal_harm_name(finding->harm),
				 "file", finding->name, "offset", (json_int_t)finding->offset);

	if (finding->to > finding->from) {
		json_object_set_new(json, "from", json_integer((json_int_t)finding->from));
		json_object_set_new(json, "to", json_integer((json_int_t)finding->to));
		json_object_set_new(json, "safe_bytes",
				    json_integer((json_int_t)finding->safe_bytes));
		json_object_set_new(json, "before", journal_json_time(place, finding->before_ms));
		json_object_set_new(json, "after", journal_json_time(place, finding->after_ms));
	}
	return json;
}

json_t *journal_json(const struct journal_place *place, const struct journal_survey *survey)
{
	const struct journal_finding *findings;
	size_t n = journal_survey_findings(survey, &findings);
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, finding_json(place, &findings[i]));
	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:o}", "directory", place->directory, "id",
			 journal_survey_id(survey), "first",
			 (json_int_t)journal_survey_first(survey), "end",
			 (json_int_t)journal_survey_end(survey), "torn_bytes",
			 (json_int_t)journal_survey_torn_bytes(survey), "findings", list);
}

static int complain_usage(const struct call *call, const char *message, const char *what)
{
	(void)complain(message, what);
	fputs(SAY(call, "Xem 'iocctl journal --help'.\n", "Try 'iocctl journal --help'.\n"),
	      stderr);
	return STATUS_USAGE;
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];

	return NULL;
}

/* STATUS_GOOD, or what was explained. */
static int check_options(const struct call *call, const struct verb *verb)
{
	static const struct {
		enum filter option;
		const char *name;
	} known[] = {
		{ OPTION_FROM, "--from" },       { OPTION_TO, "--to" },
		{ OPTION_TOPIC, "--topic" },     { OPTION_LIMIT, "--limit" },
		{ OPTION_DRY_RUN, "--dry-run" },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (call->given[known[i].option] &&
		    !(verb->options & UINT64_C(1) << known[i].option))
			return complain_usage(call,
					      SAY(call, "lệnh này không có tùy chọn",
						  "this command has no option"),
					      known[i].name);
	return STATUS_GOOD;
}

static int find_place(const struct call *call, struct journal_place *place)
{
	CLEANUP_TEXT struct text report = { 0 };
	const char *pack = call->given[OPTION_CONFIG];

	if (pack && config_load(&place->config, pack, NULL, &report)) {
		fputs(text_get(&report), stderr);
		return STATUS_UNREACHABLE;
	}
	place->offset_minutes = place->config ? config_settings(place->config)->offset_minutes
					      : show_offset(NULL, "");
	if (call->n_arguments > 1)
		place->directory = call->arguments[1];
	else if (place->config)
		place->directory = config_settings(place->config)->journal.directory;
	else
		return complain_usage(
			call, SAY(call, "thiếu thư mục nhật ký", "no journal was named"), "DIR");
	return STATUS_GOOD;
}

int run_journal(const struct call *call)
{
	struct journal_place place = { .config = NULL };
	const struct verb *verb = call->n_arguments > 0 ? find_verb(call->arguments[0]) : NULL;
	int status;

	if (!verb)
		return complain_usage(call,
				      SAY(call, "phải là verify, stat, cat, replay hoặc repair",
					  "it is verify, stat, cat, replay or repair"),
				      call->n_arguments > 0 ? call->arguments[0] : "");
	if (call->n_arguments > 2)
		return complain_usage(call, SAY(call, "thừa đối số", "an argument too many"),
				      call->arguments[2]);
	status = check_options(call, verb);
	if (status == STATUS_GOOD)
		status = find_place(call, &place);
	if (status == STATUS_GOOD)
		status = verb->run(call, &place);
	place.config = config_free(place.config);
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl ack, assign, shelve and their like: what people on watch do with alerts. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api.h"
#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "order.h"
#include "screen.h"
#include "show.h"

#define NOBODY "-"
#define DAY_MS INT64_C(86400000)

static int complain(const char *words)
{
	fprintf(stderr, "iocctl: %s\n", words);
	return STATUS_USAGE;
}

/* ---- when it ends ---- */

/* The next time of day "17:00", as this machine has it. */
static bool read_clock(const char *text, int64_t now_ms, int64_t *ret_ms)
{
	time_t now = (time_t)(now_ms / 1000);
	struct tm tm;
	char *end;

	localtime_r(&now, &tm);
	tm.tm_sec = 0;
	end = strlen(text) == 5 ? strptime(text, "%H:%M", &tm) : NULL;
	if (!end || *end)
		return false;

	tm.tm_isdst = -1;
	*ret_ms = (int64_t)mktime(&tm) * 1000;
	if (*ret_ms <= now_ms)
		*ret_ms += DAY_MS;
	return true;
}

/* Adds --for or --until to members, if either was given. */
static int add_end(const struct call *call, json_t *members)
{
	const char *duration = call->given[OPTION_FOR], *time = call->given[OPTION_UNTIL];
	int64_t ms, now_ms = clock_real_ms();

	if (duration && time)
		return complain(SAY(call, "--for hoặc --until, không phải cả hai",
				    "--for or --until, not both"));
	if (duration && (text_read_duration(duration, strlen(duration), &ms) || ms <= 0))
		return complain(SAY(call, "--for là một khoảng thời gian: 90m, 2h, 7d",
				    "--for is a duration: 90m, 2h, 7d"));
	if (time && civil_parse(time, strlen(time), &ms) && !read_clock(time, now_ms, &ms))
		return complain(SAY(call, "--until là giờ (17:00) hoặc thời điểm RFC 3339",
				    "--until is a time of day (17:00) or a time as in RFC 3339"));
	if (duration)
		ms += now_ms;
	if (duration || time)
		json_object_set_new(members, "until", json_integer(ms));
	return STATUS_GOOD;
}

/* What every command may or must have; what it does not take was refused with the options. */
static int add_common(const struct call *call, json_t *members, bool needs_end, bool needs_note)
{
	const char *note = call->given[OPTION_NOTE];
	int status = add_end(call, members);

	if (status)
		return status;
	if (!*call->by && !call->token)
		return complain(SAY(call, "ai làm? dùng --as TÊN", "who does it? use --as NAME"));
	if (needs_end && !json_object_get(members, "until"))
		return complain(SAY(call, "đến bao giờ? dùng --for hoặc --until",
				    "until when? use --for or --until"));
	if (needs_note && (!note || !*note))
		return complain(SAY(call, "vì sao? dùng --note", "why? use --note"));
	if (note && json_object_set_new(members, "note", json_string(note)))
		return complain(SAY(call, "--note không phải UTF-8", "--note is no UTF-8"));
	return STATUS_GOOD;
}

/* ---- sending ---- */

struct deed {
	const char *verb;
	const char *vi, *en; /* what has been done */
	bool needs_end, needs_note;
};

static void print_done(const struct call *call, const struct deed *deed, const json_t *answer,
		       const char *what)
{
	bool is_needless = strcmp(show_string(answer, "outcome"), "needless") == 0;
	CLEANUP_TEXT struct text text = { 0 };

	text_add(&text, "%s: %s",
		 is_needless ? SAY(call, "không cần, đã như vậy", "needless, it is so already")
			     : SAY(call, deed->vi, deed->en),
		 what);
	if (show_integer(answer, "alerts") > 1)
		text_add(&text, SAY(call, " (%lld cảnh báo)", " (%lld alerts)"),
			 (long long)show_integer(answer, "alerts"));
	text_add(&text, "\n");
	show_print(&text);
}

/* Takes members. */
static int perform(const struct call *call, const struct deed *deed, json_t *members,
		   const char *what)
{
	CLEANUP_TEXT struct text why = { 0 };
	json_t *answer = NULL;
	int status = add_common(call, members, deed->needs_end, deed->needs_note);

	if (status) {
		json_decref(members);
		return status;
	}
	status = order_send(call, deed->verb, members, &answer, &why);
	if (call->json && answer)
		api_print(answer);
	if (status != STATUS_GOOD)
		fprintf(stderr, "iocctl: %s: %s\n", what, text_get(&why));
	else if (!call->json)
		print_done(call, deed, answer, what);
	json_decref(answer);
	return status;
}

/* ---- which alerts ---- */

/* Gives what names the alert, as people refer to it, and appends its name to what; NULL:
 * *ret_status says why. */
static json_t *find(const struct call *call, const char *reference, struct text *what,
		    int *ret_status)
{
	const struct argument arguments[] = { { "alert", reference }, { "state", "all" } };
	const json_t *alerts;
	json_t *answer, *about = NULL;

	*ret_status = api_get(call, "alerts", arguments, COUNT(arguments), &answer);
	if (*ret_status)
		return NULL;

	alerts = json_object_get(answer, "alerts");
	if (json_array_size(alerts) == 1) {
		about = order_about(json_array_get(alerts, 0));
		order_name(what, json_array_get(alerts, 0), call->vietnamese);
	} else {
		*ret_status = STATUS_FINDING;
		screen_clean(what, reference);
		fprintf(stderr,
			SAY(call, "iocctl: không có cảnh báo '%s'\n",
			    "iocctl: there is no alert '%s'\n"),
			text_get(what));
	}
	json_decref(answer);
	return about;
}

#define ALERTS_AT_ONCE 100

struct target {
	struct text reference; /* as people name it */
	json_t *about;         /* owned */
	struct text name;
};

/* "4-7" as four numbers, as 'alerts --fold' shows them; anything else is one reference. */
static bool read_range(const char *argument, int64_t *ret_first, int64_t *ret_last)
{
	const char *dash = strchr(argument, '-');

	return dash && text_read_integer(argument, (size_t)(dash - argument), ret_first) == 0 &&
	       text_read_integer(dash + 1, strlen(dash + 1), ret_last) == 0 && *ret_first > 0 &&
	       *ret_first <= *ret_last;
}

/* Writes who is meant; returns how many, or -1: too many at once. */
static int list_references(const struct call *call, struct target *targets)
{
	int n = 0;

	for (int i = 0; i < call->n_arguments; i++) {
		int64_t first = 0, last = 0;
		bool is_range = read_range(call->arguments[i], &first, &last);

		if (last - first >= ALERTS_AT_ONCE - n)
			return -1;
		for (; first <= last; first++, n++) {
			if (is_range)
				text_add(&targets[n].reference, "%lld", (long long)first);
			else
				text_add(&targets[n].reference, "%s", call->arguments[i]);
		}
	}
	return n;
}

/* All are found before anything is done: a number may mean another alert afterwards. */
static int find_all(const struct call *call, struct target *targets, int n)
{
	int status = STATUS_GOOD;

	for (int i = 0; i < n && !status; i++)
		targets[i].about =
			find(call, text_get(&targets[i].reference), &targets[i].name, &status);
	return status;
}

/* Takes what targets have. */
static int perform_all(const struct call *call, const struct deed *deed, struct target *targets,
		       int n)
{
	int worst = find_all(call, targets, n);
	bool is_stopped = worst != STATUS_GOOD;

	for (int i = 0; i < n; i++) {
		int status = STATUS_GOOD;

		if (is_stopped)
			json_decref(targets[i].about);
		else
			status = perform(call, deed, targets[i].about, text_get(&targets[i].name));
		is_stopped = is_stopped || status > STATUS_FINDING;
		worst = status > worst ? status : worst;
	}
	return worst;
}

/* What is wrong with the call itself is told before iocd is asked anything. */
static int check(const struct call *call, const struct deed *deed)
{
	json_t *members = json_object();
	int status = add_common(call, members, deed->needs_end, deed->needs_note);

	json_decref(members);
	return status;
}

static int perform_each(const struct call *call, const struct deed *deed)
{
	struct target targets[ALERTS_AT_ONCE] = { { .about = NULL } };
	int n, status = check(call, deed);

	if (status)
		return status;
	if (call->n_arguments == 0)
		return complain(SAY(call, "cảnh báo nào? số thứ tự, id, hoặc UNIT/KEY",
				    "which alert? its number, id, or UNIT/KEY"));

	n = list_references(call, targets);
	if (n > 0)
		status = perform_all(call, deed, targets, n);
	else
		status = complain(SAY(call, "quá nhiều cảnh báo một lúc (tối đa 100)",
				      "too many alerts at once (at most 100)"));
	for (int i = 0; i < ALERTS_AT_ONCE; i++) {
		text_fini(&targets[i].reference);
		text_fini(&targets[i].name);
	}
	return status;
}

/* ---- the commands ---- */

int run_acknowledge(const struct call *call)
{
	static const struct deed deed = { "acknowledge", "đã nhận", "acknowledged", false, false };

	return perform_each(call, &deed);
}

int run_unacknowledge(const struct call *call)
{
	static const struct deed deed = { "unacknowledge", "đã bỏ nhận", "unacknowledged", false,
					  false };

	return perform_each(call, &deed);
}

int run_reset(const struct call *call)
{
	static const struct deed deed = { "reset", "đã đặt lại", "reset", false, false };

	return perform_each(call, &deed);
}

int run_assign(const struct call *call)
{
	static const struct deed deed = { "assign", "đã giao", "assigned", false, false };
	const char *owner = call->n_arguments > 1 ? call->arguments[1] : call->by;
	CLEANUP_TEXT struct text what = { 0 };
	json_t *members;
	int status;

	if (call->n_arguments < 1 || call->n_arguments > 2)
		return complain(SAY(call, "cần ALERT và có thể OWNER",
				    "what is needed is ALERT, and perhaps OWNER"));
	status = check(call, &deed);
	if (status)
		return status;
	members = find(call, call->arguments[0], &what, &status);
	if (!members)
		return status;

	if (strcmp(owner, NOBODY) == 0)
		owner = "";
	if (json_object_set_new(members, "owner", json_string(owner))) {
		json_decref(members);
		return complain(SAY(call, "OWNER không phải UTF-8", "OWNER is no UTF-8"));
	}
	text_add(&what, " → ");
	screen_clean(&what, *owner ? owner : NOBODY);
	return perform(call, &deed, members, text_get(&what));
}

int run_comment(const struct call *call)
{
	static const struct deed deed = { "comment", "đã ghi chú", "noted", false, true };
	CLEANUP_TEXT struct text what = { 0 };
	struct call with_note = *call;
	json_t *members;
	int status;

	with_note.given[OPTION_NOTE] = call->arguments[1];
	status = check(&with_note, &deed);
	if (status)
		return status;
	members = find(call, call->arguments[0], &what, &status);
	if (!members)
		return status;
	return perform(&with_note, &deed, members, text_get(&what));
}

/* Alerts by name, or all of a rule, of a unit, of both. */
static int perform_scope(const struct call *call, const struct deed *deed)
{
	const char *rule = call->given[OPTION_RULE], *unit = call->given[OPTION_UNIT];
	bool is_below = call->given[OPTION_BELOW] != NULL;
	CLEANUP_TEXT struct text what = { 0 };
	json_t *members;

	if (!rule && !unit && !is_below)
		return perform_each(call, deed);
	if (call->n_arguments > 0)
		return complain(SAY(call, "ALERT, hoặc --rule và --unit, không phải cả hai",
				    "ALERT, or --rule and --unit, not both"));

	members = json_pack("{s:s*, s:s*}", "rule", rule, "unit", unit);
	if (!members) /* with a part of it left out it would be about more */
		return complain(SAY(call, "--rule hoặc --unit không phải UTF-8",
				    "--rule or --unit is no UTF-8"));
	if (is_below)
		json_object_set_new(members, "below", json_true());
	screen_clean(&what, rule ? rule : SAY(call, "mọi quy tắc", "all rules"));
	text_add(&what, " – ");
	screen_clean(&what, unit ? unit : SAY(call, "mọi đơn vị", "all units"));
	if (is_below)
		text_add(&what, "%s", SAY(call, " và cấp dưới", " and below"));
	return perform(call, deed, members, text_get(&what));
}

int run_shelve(const struct call *call)
{
	static const struct deed deed = { "shelve", "đã gác", "shelved", true, true };

	return perform_scope(call, &deed);
}

int run_unshelve(const struct call *call)
{
	static const struct deed deed = { "unshelve", "đã bỏ gác", "unshelved", false, false };

	return perform_scope(call, &deed);
}

int run_disable(const struct call *call)
{
	static const struct deed deed = { "disable", "đã ngừng dùng", "out of service", false,
					  true };

	return perform_scope(call, &deed);
}

int run_enable(const struct call *call)
{
	static const struct deed deed = { "enable", "đã dùng lại", "back in service", false,
					  false };

	return perform_scope(call, &deed);
}

int run_maintain(const struct call *call)
{
	static const struct deed begin = { "maintain", "bắt đầu bảo trì", "maintenance begins",
					   true, true };
	static const struct deed end = { "end-maintenance", "kết thúc bảo trì", "maintenance ends",
					 false, false };
	bool ends = call->n_arguments == 1 && strcmp(call->arguments[0], "end") == 0;
	CLEANUP_TEXT struct text what = { 0 };
	const char *unit = call->given[OPTION_UNIT];
	json_t *members;

	if (call->n_arguments > 0 && !ends)
		return complain(SAY(call, "chỉ có thể là 'end'", "what may stand here is 'end'"));
	if (!unit)
		return complain(SAY(call, "đơn vị nào? dùng --unit", "which unit? use --unit"));
	if (ends && (call->given[OPTION_FOR] || call->given[OPTION_UNTIL]))
		return complain(SAY(call, "'end' là ngay bây giờ", "'end' is now"));

	members = json_pack("{s:s}", "unit", unit);
	if (!members)
		return complain(SAY(call, "--unit không phải UTF-8", "--unit is no UTF-8"));
	screen_clean(&what, unit);
	if (call->given[OPTION_BELOW]) {
		json_object_set_new(members, "below", json_true());
		text_add(&what, "%s", SAY(call, " và cấp dưới", " and below"));
	}
	return perform(call, ends ? &end : &begin, members, text_get(&what));
}

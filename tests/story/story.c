/* SPDX-License-Identifier: Apache-2.0 */
/*
 * story: plays a page of dialogue with the whole fold on scripted time, and then plays its journal
 * again, from the beginning and from states saved on the way, to see that it tells the same and
 * comes to the same.
 *
 *   config: DIR                    a configuration directory, from the source root
 *   date: 2026-03-02               the local day that the times below stand in
 *   about: RULE ...                only what these rules tell counts here
 *   once: WHY                      it is too long to be played again from its journal
 *   HH:MM:SS FEED/TYPE UNIT [xN] [at TIME] [id ID] {DATA}
 *                                  N events (ids of their own unless given) arrive; they happened
 *                                  then, or when `at` says (HH:MM:SS, or DATE-HH:MM:SS).  UNIT may
 *                                  be all units of a level but one: commune* or commune*!an-dien.
 *                                  "%n" in DATA is 1, 2, ... N
 *   HH:MM:SS topic TOPIC PAYLOAD   any message as it stands
 *   HH:MM:SS                       time passes
 *   expect alert RULE UNIT raised|changed|cleared [SEVERITY]    the next thing told
 *   expect nothing                 nothing else was told so far
 *   expect indicator UNIT ID@WINDOW VALUE|VALUE~REPORTING/EXPECTED|unknown|stale
 *   expect finding RULE UNIT N     a late finding of N events, the newest
 *   expect refused REASON N        N events so far were refused for this reason
 *   expect accepted N
 *
 * Lines that begin with # or blank ones are for the reader.  Figures are judged within a tick of
 * the arrival, so an expectation lets a tick pass if anything arrived since the last one.  At the
 * end nothing may have been told that was not expected.
 */
#include <ftw.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fold.h"
#include "iocd/alert_json.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"

#define PACE_MS  4000
#define RESTARTS 6 /* states on the way that are gone on from */

struct story {
	const char *file;
	int line;
	char directory[64]; /* of the journal */
	char date[16];
	char about[256]; /* " RULE RULE "; "": all rules */
	bool once;
	int64_t now_ms;  /* as the story says */
	int64_t tick_ms; /* now_ms, or a few ticks later */
	bool is_settled; /* nothing arrived since the last tick */
	uint64_t seen;   /* number of the last transition that was expected */
	unsigned n_events;
	int offset_minutes; /* of local time */
	struct config *config;
	struct journal *journal;
	struct fold fold;
	struct flow *flow; /* of fold; NULL: no config yet */
};

static int remove_path(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status, (void)flag, (void)place;
	return remove(path);
}

static int remove_directory(const struct story *story)
{
	return nftw(story->directory, remove_path, 8, FTW_DEPTH | FTW_PHYS);
}

static void fail(const struct story *story, const char *format, ...) __attribute__((noreturn))
PRINTF(2, 3);

static void fail(const struct story *story, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", story->file, story->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	(void)remove_directory(story);
	_exit(EXIT_FAILURE); /* the journal's thread runs on what is removed */
}

static void make_fold(struct story *story, struct fold *fold)
{
	if (fold_init(fold, story->config, story->journal))
		fail(story, "cannot make the flow: %s", err_trace());
}

static void open_config(struct story *story, const char *directory)
{
	CLEANUP_TEXT struct text report = { 0 };
	const struct journal_options options = {
		.directory = story->directory,
		.segment_bytes = 4 << 20,
		.mode = JOURNAL_EACH, /* what is appended can be read at once */
	};
	struct journal_recovery recovery;

	if (story->config)
		fail(story, "a story has one config");
	if (config_load(&story->config, directory, NULL, &report))
		fail(story, "%s", text_get(&report));
	if (journal_open(&story->journal, &options, &recovery) ||
	    journal_start(story->journal, NULL, NULL))
		fail(story, "cannot open the journal: %s", err_trace());
	story->offset_minutes = config_settings(story->config)->offset_minutes;
	make_fold(story, &story->fold);
	story->flow = story->fold.flow;
}

/* "HH:MM:SS" of the story's day, or "YYYY-MM-DD-HH:MM:SS". */
static int64_t read_time(const struct story *story, const char *clock)
{
	bool has_date = strlen(clock) > 10 && clock[10] == '-';
	char text[CIVIL_TEXT_MAX];
	int64_t ms;

	(void)snprintf(text, sizeof(text), "%.10sT%.8sZ", has_date ? clock : story->date,
		       has_date ? clock + 11 : clock);
	if (civil_parse(text, strlen(text), &ms))
		fail(story, "no time: '%s'", text);
	return ms - (int64_t)story->offset_minutes * 60000;
}

static void carry(struct story *story, struct fold *fold)
{
	if (fold_carry(fold))
		fail(story, "the fold failed: %s", err_trace());
}

static void append_time_at(struct story *story, int64_t time_ms)
{
	const struct record record = { .kind = RECORD_TIME };

	if (journal_append(story->journal, &record, time_ms))
		fail(story, "cannot append: %s", err_trace());
}

/* Time passes by records, which are read once they are synced; and they come often enough that
 * nobody believes that we were away. */
static void append_time(struct story *story)
{
	int64_t last_ms = flow_tick_ms(story->flow);

	while (last_ms > 0 && last_ms + PACE_MS < story->tick_ms)
		append_time_at(story, last_ms += PACE_MS);
	append_time_at(story, story->tick_ms);
	while (journal_synced(story->journal) < journal_end(story->journal))
		(void)sched_yield();
	carry(story, &story->fold);
}

static void pass_time(struct story *story, int64_t now_ms)
{
	if (now_ms < story->now_ms)
		fail(story, "time cannot go back");
	story->now_ms = now_ms;
	if (story->tick_ms < now_ms) {
		story->tick_ms = now_ms;
		story->is_settled = true;
	}
	append_time(story);
}

static void settle(struct story *story)
{
	if (!story->is_settled)
		story->tick_ms += FLOW_TICK_MS;
	story->is_settled = true;
	append_time(story);
}

static void send(struct story *story, const char *topic, const char *payload)
{
	const struct record record = {
		.kind = RECORD_MESSAGE,
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload,
		.payload_size = strlen(payload),
	};

	if (journal_append(story->journal, &record, story->tick_ms))
		fail(story, "cannot append: %s", err_trace());
	story->is_settled = false;
	carry(story, &story->fold);
}

static void send_event(struct story *story, const char *kind, const char *unit, int64_t at_ms,
		       const char *id, const char *data)
{
	CLEANUP_TEXT struct text payload = { 0 }, topic = { 0 };
	const char *type = strchr(kind, '/');
	char time[CIVIL_TEXT_MAX];

	if (!type)
		fail(story, "no FEED/TYPE: '%s'", kind);
	text_add(&topic, "ioc/v1/%s/%.*s/evt/%s", unit, (int)(type - kind), kind, type + 1);
	text_add(&payload, "{\"specversion\":\"1.0\",\"id\":\"");
	if (id)
		text_add(&payload, "%s", id);
	else
		text_add(&payload, "story-%u", ++story->n_events);
	text_add(&payload,
		 "\",\"source\":\"/unit/%s/story\",\"type\":\"%s\",\"time\":\"%s\",\"data\":%s}",
		 unit, type + 1, civil_format(time, at_ms, story->offset_minutes), data);
	send(story, text_get(&topic), text_get(&payload));
}

/* unit: an id, "LEVEL*" or "LEVEL*!ID". */
static void send_events(struct story *story, const char *kind, const char *unit, int64_t at_ms,
			const char *id, const char *data)
{
	const struct units *units = config_units(story->config);
	size_t n_level = strcspn(unit, "*");
	const char *but = strchr(unit, '!');

	if (!unit[n_level]) {
		send_event(story, kind, unit, at_ms, id, data);
		return;
	}
	for (uint32_t i = 0; i < units_count(units); i++) {
		const struct unit *each = units_at(units, i);

		if (strlen(each->level) == n_level && strncmp(each->level, unit, n_level) == 0 &&
		    !(but && strcmp(each->id, but + 1) == 0))
			send_event(story, kind, each->id, at_ms, id, data);
	}
}

static void put_number(struct text *text, const char *data, long n)
{
	const char *mark;

	while ((mark = strstr(data, "%n"))) {
		text_add_bytes(text, data, (size_t)(mark - data));
		text_add(text, "%ld", n);
		data = mark + 2;
	}
	text_add(text, "%s", data);
}

/* "FEED/TYPE UNIT [xN] [at TIME] [id ID] {DATA}" */
static void play_event(struct story *story, char *line)
{
	CLEANUP_TEXT struct text data = { 0 };
	char *brace = strchr(line, '{'), *rest = NULL;
	const char *kind, *unit, *word, *id = NULL;
	int64_t at_ms = story->now_ms;
	long n = 1;

	if (!brace)
		fail(story, "an event has {DATA}");
	text_add(&data, "%s", brace);
	*brace = '\0';
	kind = strtok_r(line, " ", &rest);
	unit = strtok_r(NULL, " ", &rest);
	if (!kind || !unit)
		fail(story, "an event has FEED/TYPE and UNIT");

	while ((word = strtok_r(NULL, " ", &rest))) {
		const char *value = word[0] == 'x' ? word + 1 : strtok_r(NULL, " ", &rest);

		if (word[0] == 'x')
			n = strtol(value, NULL, 10);
		else if (strcmp(word, "at") == 0 && value)
			at_ms = read_time(story, value);
		else if (strcmp(word, "id") == 0 && value)
			id = value;
		else
			fail(story, "what is '%s'?", word);
	}
	for (long i = 1; i <= n; i++) {
		CLEANUP_TEXT struct text numbered = { 0 };

		put_number(&numbered, text_get(&data), i);
		send_events(story, kind, unit, at_ms, id, text_get(&numbered));
	}
}

/* That figures became unknown is written down, but it is news only where it is expected; nor is
 * what always stands. */
static bool is_news(const struct transition *told)
{
	return told->news != NEWS_UNCERTAIN && told->news != NEWS_CERTAIN &&
	       (told->alert.rule->kind != RULE_OWN || told->alert.rule->own != OWN_WATCHDOG);
}

static bool is_about(const struct story *story, const struct transition *told)
{
	char word[80];

	if (!told || !is_news(told))
		return false;

	(void)snprintf(word, sizeof(word), " %s ", told->alert.rule->id);
	return !*story->about || strstr(story->about, word);
}

/* Lends what was told next, or NULL. */
static const struct transition *next_told(struct story *story)
{
	const struct alertbook *book = flow_book(story->flow);

	while (story->seen < alertbook_last(book) &&
	       !is_about(story, alertbook_transition(book, story->seen + 1)))
		story->seen++;
	return alertbook_transition(book, story->seen + 1);
}

static void expect_nothing(struct story *story)
{
	CLEANUP_TEXT struct text json = { 0 };
	const struct alert_context context = { .units = config_units(story->config),
					       .offset_minutes = story->offset_minutes };

	if (!next_told(story))
		return;
	transition_json(&json, &context, next_told(story));
	fail(story, "expected nothing, but was told %s", text_get(&json));
}

static void expect_alert(struct story *story, const char *rest)
{
	const struct transition *told = next_told(story);
	char rule[64], unit[64], news[16], severity[16] = "";

	if (sscanf(rest, "%63s %63s %15s %15s", rule, unit, news, severity) < 3)
		fail(story, "expect alert RULE UNIT NEWS [SEVERITY]");
	if (!told)
		fail(story, "was told nothing");
	story->seen++;
	if (strcmp(told->alert.rule->id, rule) != 0 ||
	    strcmp(units_at(config_units(story->config), told->alert.unit)->id, unit) != 0 ||
	    strcmp(alert_news_name(told->news), news) != 0 ||
	    (*severity && strcmp(severity_name(told->alert.machine.severity), severity) != 0))
		fail(story, "was told: alert %s %s %s %s", told->alert.rule->id,
		     units_at(config_units(story->config), told->alert.unit)->id,
		     alert_news_name(told->news), severity_name(told->alert.machine.severity));
}

static void expect_indicator(const struct story *story, const char *rest)
{
	const struct indicators *indicators = flow_indicators(story->flow);
	char unit[64], id[96], window[16], wanted[32], got[32];
	const struct indicator *indicator;
	struct reading reading;
	uint32_t n, u;

	if (sscanf(rest, "%63s %95[^@]@%15s %31s", unit, id, window, wanted) != 4)
		fail(story, "expect indicator UNIT ID@WINDOW VALUE");
	n = indicators_find(indicators, id, strlen(id));
	u = units_find(config_units(story->config), unit, strlen(unit));
	if (n == INDICATOR_NONE || u == UNIT_NONE)
		fail(story, "no indicator '%s' or no unit '%s'", id, unit);

	indicator = indicators_at(indicators, n);
	for (uint32_t w = 0; w < indicator->n_windows; w++) {
		if (strcmp(indicator->windows[w].text, window) != 0)
			continue;
		reading = indicators_read(indicators, n, u, &indicator->windows[w]);
		if (reading.quality == QUALITY_GOOD)
			(void)snprintf(got, sizeof(got), "%.6g", reading.value);
		else if (reading.quality == QUALITY_PARTIAL)
			(void)snprintf(got, sizeof(got), "%.6g~%u/%u", reading.value,
				       reading.reporting, reading.expected);
		else
			(void)snprintf(got, sizeof(got), "%s", quality_name(reading.quality));
		if (strcmp(got, wanted) != 0)
			fail(story, "%s of %s over %s is %s", id, unit, window, got);
		return;
	}
	fail(story, "'%s' has no window '%s'", id, window);
}

static void expect_finding(const struct story *story, const char *rest)
{
	const struct findings *findings = flow_findings(story->flow);
	const struct finding *finding = findings_at(findings, findings_last(findings));
	char rule[64], unit[64];
	unsigned long long n;

	if (sscanf(rest, "%63s %63s %llu", rule, unit, &n) != 3)
		fail(story, "expect finding RULE UNIT N");
	if (!finding)
		fail(story, "nothing was found late");
	if (strcmp(finding->rule, rule) != 0 || finding->events != n ||
	    strcmp(units_at(config_units(story->config), finding->unit)->id, unit) != 0)
		fail(story, "found: %s %s %llu", finding->rule,
		     units_at(config_units(story->config), finding->unit)->id,
		     (unsigned long long)finding->events);
}

static enum reason find_reason(const struct story *story, const char *name)
{
	for (int reason = 1; reason < N_REASONS; reason++)
		if (strcmp(reason_name((enum reason)reason), name) == 0)
			return (enum reason)reason;
	fail(story, "no reason '%s'", name);
}

static void expect_count(const struct story *story, const char *what, const char *rest)
{
	const struct account *account = ledger_all(flow_ledger(story->flow));
	unsigned long long wanted, got = account->accepted;
	char reason[32] = "";

	if (strcmp(what, "refused") == 0) {
		if (sscanf(rest, "%31s %llu", reason, &wanted) != 2)
			fail(story, "expect refused REASON N");
		got = account->refused[find_reason(story, reason)];
	} else if (sscanf(rest, "%llu", &wanted) != 1) {
		fail(story, "expect accepted N");
	}
	if (got != wanted)
		fail(story, "%s %s: %llu", what, reason, got);
}

static void play_expectation(struct story *story, const char *line)
{
	char what[16];
	int used = 0;

	settle(story);
	if (sscanf(line, "%15s %n", what, &used) < 1)
		fail(story, "expect what?");
	if (strcmp(what, "nothing") == 0)
		expect_nothing(story);
	else if (strcmp(what, "alert") == 0)
		expect_alert(story, line + used);
	else if (strcmp(what, "indicator") == 0)
		expect_indicator(story, line + used);
	else if (strcmp(what, "finding") == 0)
		expect_finding(story, line + used);
	else if (strcmp(what, "refused") == 0 || strcmp(what, "accepted") == 0)
		expect_count(story, what, line + used);
	else
		fail(story, "expect what? '%s'", what);
}

static void play_time(struct story *story, char *line)
{
	char *rest = line + 8;

	pass_time(story, read_time(story, line));
	rest += strspn(rest, " ");
	if (strncmp(rest, "topic ", 6) == 0) {
		char *payload = strchr(rest + 6, ' ');

		if (!payload)
			fail(story, "topic TOPIC PAYLOAD");
		*payload = '\0';
		send(story, rest + 6, payload + 1);
	} else if (*rest) {
		play_event(story, rest);
	}
}

static void play_line(struct story *story, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	line += strspn(line, " ");
	if (*line == '\0' || *line == '#' || strncmp(line, "story:", 6) == 0)
		return;

	if (strncmp(line, "config: ", 8) == 0)
		open_config(story, line + 8);
	else if (strncmp(line, "date: ", 6) == 0)
		(void)snprintf(story->date, sizeof(story->date), "%s", line + 6);
	else if (strncmp(line, "about: ", 7) == 0)
		(void)snprintf(story->about, sizeof(story->about), " %s ", line + 7);
	else if (strncmp(line, "once: ", 6) == 0)
		story->once = true;
	else if (!story->flow || !*story->date)
		fail(story, "a story begins with its config and date");
	else if (strncmp(line, "expect ", 7) == 0)
		play_expectation(story, line + 7);
	else if (strlen(line) >= 8 && line[2] == ':')
		play_time(story, line);
	else
		fail(story, "what is '%s'?", line);
}

static void compare(const struct story *story, const struct fold *again, const char *what,
		    int64_t from_ms)
{
	CLEANUP_TEXT struct text report = { 0 };
	char time[CIVIL_TEXT_MAX];

	if (!fold_is_same(&story->fold, again, &report))
		fail(story, "%s %s is not the same: %s", what,
		     civil_format(time, from_ms, story->offset_minutes), text_get(&report));
}

/* The rest of the journal behind a saved state. */
static void go_on(struct story *story, const struct dump *dump, int64_t end_ms)
{
	struct fold fold;
	const char *why;

	make_fold(story, &fold);
	why = fold_load(&fold, dump);
	if (why)
		fail(story, "a saved state cannot be read: %s", why);
	fold_keep(&fold, end_ms);
	carry(story, &fold);
	compare(story, &fold, "going on from", dump->tick_ms);
	fold_fini(&fold);
}

/* The same journal through a new fold, or through one that goes on from a saved state, must tell
 * the same and come to the same. */
static void replay(struct story *story)
{
	int64_t end_ms = story->tick_ms + FLOW_TICK_MS, ticks[RESTARTS];
	struct fold again;
	int n;

	fold_keep(&story->fold, end_ms);
	story->tick_ms = end_ms;
	append_time(story);

	make_fold(story, &again);
	n = fold_pick_ticks(story->journal, end_ms, ticks, RESTARTS);
	if (n < 1)
		fail(story, "there is no moment on the way");
	for (int i = 0; i < n; i++)
		fold_keep(&again, ticks[i]);
	fold_keep(&again, end_ms);
	carry(story, &again);
	compare(story, &again, "a replay until", end_ms);
	for (int i = 0; i < n; i++)
		go_on(story, &again.kept[i], end_ms);
	fold_fini(&again);
}

static void clean(struct story *story)
{
	fold_fini(&story->fold);
	journal_free(story->journal);
	config_free(story->config);
	if (remove_directory(story))
		fail(story, "cannot remove '%s'", story->directory);
}

static void play(struct story *story, FILE *file)
{
	char line[4096];

	while (fgets(line, sizeof(line), file)) {
		story->line++;
		play_line(story, line);
	}
	if (!story->flow)
		fail(story, "a story has a config");
	play_expectation(story, "nothing");
}

int main(int argc, char **argv)
{
	struct story story = { .directory = "/tmp/iocd-story-XXXXXX" };
	FILE *file = argc == 2 ? fopen(argv[1], "re") : NULL;

	if (!file) {
		fprintf(stderr, "usage: story FILE\n");
		return 2;
	}
	story.file = argv[1];
	if (!mkdtemp(story.directory))
		return EXIT_FAILURE;

	play(&story, file);
	(void)fclose(file);
	if (!story.once)
		replay(&story);
	clean(&story);
	printf("%s: as told\n", argv[1]);
	return EXIT_SUCCESS;
}

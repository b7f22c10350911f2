/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iocctl journal replay: the whole fold over a journal's records, as iocd would have done it, from
 * an empty state.  The journal is only read.
 *
 * The state may be saved at the end of a tick only: so the digest is that of the first tick behind
 * the last record, which a record of time brings about.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "api.h"
#include "iocd/alert_json.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/flow_options.h"
#include "journal.h"
#include "journal_line.h"
#include "progress.h"
#include "screen.h"
#include "show.h"

#define PROGRESS_RECORDS 1024 /* between two looks at the clock */
#define SAVE_BYTES       (64u << 10)

struct replay {
	const struct call *call;
	const struct journal_place *place;
	struct flow *flow;
	struct alert_context context;
	struct progress progress;
	uint64_t from; /* position */
	uint64_t end;  /* where it will end, as far as is known */
	uint64_t told; /* number of the last transition that was printed */
	uint64_t raised;
	uint64_t cleared;
	uint64_t records;
	uint64_t holes;
	uint64_t stretches; /* damaged, stepped over */
	bool is_saving;     /* the tick that comes is the last */
	char digest[33];    /* of the state; "": there was no tick */
};

static int hash(void *context, const void *bytes, size_t n)
{
	return XXH3_128bits_update(context, bytes, n) == XXH_OK ? 0 : err_raise(-EINVAL);
}

static void save(struct replay *replay)
{
	XXH3_state_t *state = XXH3_createState();
	char *buffer = xrealloc(NULL, 1, SAVE_BYTES);
	struct bytes_writer writer;
	XXH128_hash_t digest;

	(void)XXH3_128bits_reset(state);
	bytes_writer_init(&writer, hash, state, buffer, SAVE_BYTES);
	flow_save(replay->flow, &writer);
	if (bytes_flush(&writer) == 0) {
		digest = XXH3_128bits_digest(state);
		(void)snprintf(replay->digest, sizeof(replay->digest), "%016" PRIx64 "%016" PRIx64,
			       (uint64_t)digest.high64, (uint64_t)digest.low64);
	}
	free(buffer);
	(void)XXH3_freeState(state);
}

static void add_line(struct text *text, const struct replay *replay,
		     const struct transition *transition)
{
	const struct alert *alert = &transition->alert;
	CLEANUP_TEXT struct text reason = { 0 };
	char key[ALERT_KEY_MAX], time[CIVIL_TEXT_MAX];
	size_t before;

	text_add(text, "%s  %-7s  %-8s  %s  %s",
		 civil_format(time, transition->time_ms, replay->place->offset_minutes),
		 alert_news_name(transition->news), severity_name(alert->machine.severity),
		 units_at(replay->context.units, alert->unit)->id, alert_key(key, alert));
	before = reason.size;
	alert_reason(&reason, &replay->context, alert, replay->call->vietnamese);
	if (reason.size > before) {
		text_add(text, "  ");
		screen_clean(text, text_get(&reason));
	}
	text_add(text, "\n");
}

static void tell_one(struct replay *replay, const struct transition *transition)
{
	CLEANUP_TEXT struct text text = { 0 };

	replay->raised += transition->news == NEWS_RAISED;
	replay->cleared += transition->news == NEWS_CLEARED;
	if (replay->call->json) {
		transition_json(&text, &replay->context, transition);
		text_add(&text, "\n");
	} else {
		add_line(&text, replay, transition);
	}
	progress_end(&replay->progress);
	show_print(&text);
}

static void tell_news(struct replay *replay)
{
	const struct alertbook *book = flow_book(replay->flow);
	const struct transition *transition;

	while (replay->told < alertbook_last(book)) {
		transition = alertbook_transition(book, ++replay->told);
		if (transition)
			tell_one(replay, transition);
	}
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	struct replay *replay = context;

	(void)tick;
	tell_news(replay); /* the book keeps only so many */
	if (replay->is_saving)
		save(replay);
}

static void take(struct replay *replay, const struct record *record)
{
	uint64_t done = record->next - replay->from;
	uint64_t total = replay->end > replay->from ? replay->end - replay->from : 0;

	flow_carry(replay->flow, record);
	tell_news(replay);
	replay->records++;
	replay->holes += record->kind == RECORD_HOLE;
	if (replay->records % PROGRESS_RECORDS == 0)
		progress_show(&replay->progress, done < total ? done : total, total);
}

/* One tick more, of the same journal. */
static void finish(struct replay *replay)
{
	const struct record time = {
		.kind = RECORD_TIME,
		.arrival_ms = flow_tick_ms(replay->flow) + FLOW_TICK_MS,
		.position = flow_position(replay->flow),
		.next = flow_position(replay->flow),
	};

	if (flow_tick_ms(replay->flow) == 0)
		return;
	replay->is_saving = true;
	flow_carry(replay->flow, &time);
	tell_news(replay);
}

static int carry_all(struct replay *replay, struct journal_reader *reader)
{
	struct record record;
	int r;

	for (;;) {
		r = journal_reader_next(reader, &record);
		if (r < 0)
			return err_pass(r);
		if (r == JOURNAL_END)
			break;
		if (r == JOURNAL_CORRUPT)
			replay->stretches++;
		else
			take(replay, &record);
	}
	finish(replay);
	return 0;
}

static uint64_t count_refused(const struct account *account)
{
	uint64_t n = 0;

	for (int i = 0; i < N_REASONS; i++)
		n += account->refused[i];
	return n;
}

static void add_reasons(struct text *text, const struct account *account)
{
	const char *gap = " (";

	for (int i = 0; i < N_REASONS; i++) {
		if (account->refused[i] == 0)
			continue;
		text_add(text, "%s%s %" PRIu64, gap, reason_name((enum reason)i),
			 account->refused[i]);
		gap = ", ";
	}
	if (*gap == ',')
		text_add(text, ")");
}

static void print_sum(const struct replay *replay, double seconds)
{
	const struct call *call = replay->call;
	const struct account *account = ledger_all(flow_ledger(replay->flow));
	uint64_t refused = count_refused(account);
	CLEANUP_TEXT struct text text = { 0 };

	text_add(&text,
		 SAY(call,
		     "%" PRIu64 " bản ghi, %" PRIu64 " sự kiện, %" PRIu64 " được nhận, %" PRIu64
		     " bị từ chối",
		     "%" PRIu64 " records, %" PRIu64 " events, %" PRIu64 " accepted, %" PRIu64
		     " refused"),
		 replay->records, account->accepted + refused, account->accepted, refused);
	add_reasons(&text, account);
	text_add(&text,
		 SAY(call, "\n%" PRIu64 " cảnh báo phát ra, %" PRIu64 " kết thúc, %zu đang mở\n",
		     "\n%" PRIu64 " alerts raised, %" PRIu64 " cleared, %zu open\n"),
		 replay->raised, replay->cleared,
		 alertbook_count(flow_book(replay->flow), SEVERITY_NONE));
	if (replay->holes + replay->stretches > 0)
		text_add(&text,
			 SAY(call, "%" PRIu64 " lỗ, %" PRIu64 " đoạn hỏng đã bỏ qua\n",
			     "%" PRIu64 " holes, %" PRIu64 " damaged stretches stepped over\n"),
			 replay->holes, replay->stretches);
	text_add(&text,
		 SAY(call, "%.1f s, %.0f sự kiện/s\ntrạng thái %s\n",
		     "%.1f s, %.0f events/s\nstate %s\n"),
		 seconds, (double)(account->accepted + refused) / seconds,
		 *replay->digest ? replay->digest : "-");
	show_print(&text);
}

static json_t *reasons_json(const struct account *account)
{
	json_t *json = json_object();

	for (int i = 0; i < N_REASONS; i++)
		if (account->refused[i] > 0)
			json_object_set_new(json, reason_name((enum reason)i),
					    json_integer((json_int_t)account->refused[i]));
	return json;
}

/* One line more behind those of the alerts. */
static void print_sum_json(const struct replay *replay, double seconds)
{
	const struct account *account = ledger_all(flow_ledger(replay->flow));
	uint64_t seen = account->accepted + count_refused(account);
	json_t *json = json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:f, s:f}", "from",
		(json_int_t)replay->from, "end", (json_int_t)flow_position(replay->flow), "records",
		(json_int_t)replay->records, "seen", (json_int_t)seen, "accepted",
		(json_int_t)account->accepted, "refused", reasons_json(account), "raised",
		(json_int_t)replay->raised, "cleared", (json_int_t)replay->cleared, "open",
		(json_int_t)alertbook_count(flow_book(replay->flow), SEVERITY_NONE), "holes",
		(json_int_t)replay->holes, "damaged", (json_int_t)replay->stretches, "seconds",
		seconds, "events_per_s", (double)seen / seconds);
	char *line;

	json_object_set_new(json, "digest",
			    *replay->digest ? json_string(replay->digest) : json_null());
	line = json_dumps(json, JSON_COMPACT);
	puts(line);
	free(line);
	json_decref(json);
}

/* A record must begin at position; there the reader is left. */
static bool seek(const struct journal_survey *survey, uint64_t position)
{
	CLEANUP(journal_reader_free) struct journal_reader *reader = NULL;
	const struct journal_file *files;
	size_t n = journal_survey_files(survey, &files);
	struct record record;
	size_t i = 0;
	int r;

	while (i + 1 < n && files[i + 1].first <= position)
		i++;
	reader = journal_reader_new(survey, files[i].first);
	do
		r = journal_reader_position(reader) < position
			    ? journal_reader_next(reader, &record)
			    : JOURNAL_END;
	while (r == 0 || r == JOURNAL_CORRUPT);
	return journal_reader_position(reader) == position;
}

static int find_start(struct replay *replay, const struct journal_survey *survey)
{
	const struct call *call = replay->call;
	const char *given = call->given[OPTION_FROM];
	struct journal_bound from;

	replay->from = journal_survey_first(survey);
	replay->end = journal_survey_likely_end(survey);
	if (!given)
		return STATUS_GOOD;
	if (journal_bound_read(&from, given) || !from.is_position || !seek(survey, from.position)) {
		fprintf(stderr,
			SAY(call, "iocctl: không có bản ghi nào bắt đầu ở vị trí '%s'\n",
			    "iocctl: no record begins at position '%s'\n"),
			given);
		return STATUS_USAGE;
	}
	replay->from = from.position;
	return STATUS_GOOD;
}

static int run(struct replay *replay, const struct journal_survey *survey)
{
	CLEANUP(journal_reader_free) struct journal_reader *reader = NULL;
	struct flow_options options;
	double seconds;
	int r;

	flow_options_from(&options, replay->place->config);
	options.position = replay->from;
	r = flow_new(&replay->flow, &options, on_tick, replay);
	if (r)
		return journal_complain(replay->call, replay->place->directory, r);

	reader = journal_reader_new(survey, replay->from);
	progress_begin(&replay->progress, replay->call->vietnamese);
	r = carry_all(replay, reader);
	progress_end(&replay->progress);
	seconds = progress_seconds(&replay->progress);
	if (r)
		return journal_complain(replay->call, replay->place->directory, r);

	if (replay->call->json)
		print_sum_json(replay, seconds);
	else
		print_sum(replay, seconds);
	return replay->stretches > 0 ? STATUS_FINDING : STATUS_GOOD;
}

int journal_replay(const struct call *call, const struct journal_place *place)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	struct replay replay = { .call = call, .place = place };
	int status;

	if (!place->config) {
		fputs(SAY(call, "iocctl: replay cần --config DIR\n",
			  "iocctl: replay needs --config DIR\n"),
		      stderr);
		return STATUS_USAGE;
	}
	replay.context = (struct alert_context){
		.units = config_units(place->config),
		.offset_minutes = place->offset_minutes,
	};
	status = journal_survey(call, place, &survey);
	if (status == STATUS_GOOD)
		status = find_start(&replay, survey);
	if (status == STATUS_GOOD)
		status = run(&replay, survey);
	replay.flow = flow_free(replay.flow);
	return status;
}

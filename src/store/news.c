/* SPDX-License-Identifier: Apache-2.0 */
#include "news.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/log.h"
#include "keys.h"

/* What they cost Redis, in hash fields, more or less; this also bounds the bytes of a chunk. */
#define TRANSITION_WEIGHT 24
#define ALERT_WEIGHT      16

void news_init(struct news *news, const struct store_source *source, const char *prefix)
{
	*news = (struct news){
		.book = source->book,
		.context = &source->context,
		.prefix = prefix,
	};
}

void news_fini(struct news *news)
{
	text_fini(&news->json);
	command_fini(&news->command);
}

/* The channel has no memory: what was on it in this process, or by the cursor's word before, is not
 * repeated even when the stream is. */
static void resume_channel(struct news *news, bool is_same, const struct cursor_marks *marks)
{
	uint64_t last = alertbook_last(news->book);

	if (!news->is_resumed)
		news->confirmed = is_same ? marks->published : last;
	else if (is_same && marks->published > news->confirmed)
		news->confirmed = marks->published;
	news->published = news->confirmed;
	news->is_resumed = true;
}

/* Whether the numbers in Redis mean the transitions that they mean in the book. */
static bool is_of_our_count(const struct news *news, const struct cursor_marks *marks)
{
	uint64_t last = alertbook_last(news->book);
	const struct transition *transition = alertbook_transition(news->book, marks->alertlog);

	if (marks->alertlog > last || marks->published > last)
		return false;
	return !transition || marks->alertlog_at == 0 || marks->alertlog_at == transition->position;
}

bool news_resume(struct news *news, const struct cursor *cursor, bool has_stream)
{
	const struct cursor_marks *marks = &cursor->marks;
	bool is_same = cursor->same_journal && is_of_our_count(news, marks);
	bool is_whole = is_same && has_stream;

	if (cursor->same_journal && !is_same)
		log_warning("store.renumbered",
			    "logged=%" PRIu64 " last=%" PRIu64
			    " meaning=\"the log of alerts is written anew\"",
			    marks->alertlog, alertbook_last(news->book));
	resume_channel(news, is_same, marks);
	news->logged = is_whole ? marks->alertlog : alertbook_forgotten(news->book);
	news->in_stream = is_whole ? marks->alertlog : 0;
	news->in_stream_at = is_whole ? marks->alertlog_at : 0;
	return !is_whole;
}

uint64_t news_waiting(const struct news *news)
{
	return alertbook_last(news->book) - news->logged;
}

bool news_have_gap(const struct news *news)
{
	return news->applied < alertbook_forgotten(news->book);
}

/* ---- one alert ---- */

static void begin_alert_command(struct news *news, const char *name, const struct unit *unit,
				const char *key)
{
	command_begin(&news->command, name);
	key_alert(command_arg(&news->command), news->prefix, unit->id, key);
	command_end(&news->command);
}

static void begin_index_command(struct news *news, const char *name)
{
	command_begin(&news->command, name);
	key_alerts(command_arg(&news->command), news->prefix);
	command_end(&news->command);
}

static void add_member(struct news *news, const struct unit *unit, const char *key)
{
	key_member(command_arg(&news->command), unit->id, key);
	command_end(&news->command);
}

static void add_field(struct news *news, const char *name, const char *value)
{
	command_add(&news->command, name);
	command_add(&news->command, value);
}

static void add_time(struct news *news, const char *name, int64_t time_ms)
{
	char time[CIVIL_TEXT_MAX];

	add_field(news, name, civil_format(time, time_ms, news->context->offset_minutes));
}

static void add_reason(struct news *news, const struct alert *alert, bool vietnamese)
{
	command_add(&news->command, vietnamese ? "reason_vi" : "reason_en");
	alert_reason(command_arg(&news->command), news->context, alert, vietnamese);
	command_end(&news->command);
}

static void add_fields(struct news *news, const struct unit *unit, const struct alert *alert)
{
	add_field(news, "rule", alert->rule->id);
	add_field(news, "unit", unit->id);
	add_field(news, "subject", alert->subject);
	add_field(news, "severity", severity_name(alert->machine.severity));
	add_field(news, "drill", alert->drill ? "1" : "0");
	add_time(news, "raised", alert->raised_ms);
	add_time(news, "changed", alert->changed_ms);
	add_reason(news, alert, true);
	add_reason(news, alert, false);

	text_clear(&news->json);
	alert_json(&news->json, news->context, alert);
	add_field(news, "json", text_get(&news->json));
}

void news_write_alert(struct news *news, struct transaction *transaction, const struct alert *alert)
{
	const struct unit *unit = units_at(news->context->units, alert->unit);
	char key[ALERT_KEY_MAX];

	(void)alert_key(key, alert);
	begin_alert_command(news, "UNLINK", unit, key);
	transaction_send(transaction, &news->command, 1);
	begin_alert_command(news, "HSET", unit, key);
	add_fields(news, unit, alert);
	transaction_send(transaction, &news->command, ALERT_WEIGHT);

	begin_index_command(news, "ZADD");
	text_add(command_arg(&news->command), "%" PRId64 ".%03d", alert->raised_ms / 1000,
		 (int)(alert->raised_ms % 1000));
	command_end(&news->command);
	add_member(news, unit, key);
	transaction_send(transaction, &news->command, 1);
}

static void remove_alert(struct news *news, struct transaction *transaction,
			 const struct alert *alert)
{
	const struct unit *unit = units_at(news->context->units, alert->unit);
	char key[ALERT_KEY_MAX];

	(void)alert_key(key, alert);
	begin_alert_command(news, "UNLINK", unit, key);
	transaction_send(transaction, &news->command, 1);
	begin_index_command(news, "ZREM");
	add_member(news, unit, key);
	transaction_send(transaction, &news->command, 1);
}

/* ---- transitions ---- */

static void apply(struct news *news, struct transaction *transaction,
		  const struct transition *transition)
{
	if (transition->number <= news->applied)
		return;

	if (transition->news == NEWS_CLEARED)
		remove_alert(news, transaction, &transition->alert);
	else
		news_write_alert(news, transaction, &transition->alert);
	news->applied = transition->number;
}

static void log_transition(struct news *news, struct transaction *transaction,
			   const struct transition *transition)
{
	struct redis_command *command = &news->command;

	command_begin(command, "XADD");
	key_alertlog(command_arg(command), news->prefix);
	command_end(command);
	command_add(command, "MAXLEN");
	command_add(command, "~");
	command_add_integer(command, STORE_LOG);
	command_add(command, "*");
	command_add(command, "number");
	command_add_integer(command, transition->number);
	add_field(news, "news", alert_news_name(transition->news));
	add_field(news, "json", text_get(&news->json));
	transaction_send(transaction, command, TRANSITION_WEIGHT);
	news->in_stream = transition->number;
	news->in_stream_at = transition->position;
}

static void publish(struct news *news, struct transaction *transaction,
		    const struct transition *transition)
{
	if (transition->number <= news->published)
		return;

	begin_index_command(news, "PUBLISH"); /* the channel has the name of the key */
	command_add(&news->command, text_get(&news->json));
	transaction_send(transaction, &news->command, 1);
	news->published = transition->number;
}

/* Returns how many are too old for the book. */
static uint64_t pass_over_old(struct news *news)
{
	uint64_t first = alertbook_forgotten(news->book);
	uint64_t n = first > news->logged ? first - news->logged : 0;

	news->logged += n;
	return n;
}

static void write_transition(struct news *news, struct transaction *transaction,
			     const struct transition *transition)
{
	text_clear(&news->json);
	transition_json(&news->json, news->context, transition);
	log_transition(news, transaction, transition);
	publish(news, transaction, transition);
	apply(news, transaction, transition);
}

void news_write(struct news *news, struct transaction *transaction)
{
	uint64_t n_gone = pass_over_old(news);

	while (news_waiting(news) > 0 && !transaction_is_full(transaction)) {
		const struct transition *transition =
			alertbook_transition(news->book, ++news->logged);

		if (transition)
			write_transition(news, transaction, transition);
		else
			n_gone++; /* of a unit that is gone: so is all that stood for it here */
	}
	if (n_gone > 0)
		log_warning("store.transitions_skipped", "number=%" PRIu64, n_gone);
}

void news_mark(const struct news *news, struct cursor_marks *marks)
{
	marks->alertlog = news->in_stream;
	marks->alertlog_at = news->in_stream_at;
	marks->published = news->published;
}

void news_confirm(struct news *news)
{
	news->confirmed = news->published;
}

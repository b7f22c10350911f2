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

/* Number of the transition before the oldest that the book keeps. */
static uint64_t forgotten(const struct news *news)
{
	uint64_t last = alertbook_last(news->book);

	return last > ALERTBOOK_LOG ? last - ALERTBOOK_LOG : 0;
}

/* The channel has no memory: what was on it in this process, or by the cursor's word before, is not
 * repeated even when the stream is. */
static void resume_channel(struct news *news, bool is_same, uint64_t logged)
{
	uint64_t last = alertbook_last(news->book);

	if (!news->is_resumed)
		news->confirmed = is_same ? logged : last;
	else if (is_same && logged > news->confirmed)
		news->confirmed = logged;
	news->published = news->confirmed;
	news->is_resumed = true;
}

bool news_resume(struct news *news, const struct cursor *cursor, bool has_stream)
{
	bool is_same = cursor->same_journal && cursor->alertlog <= alertbook_last(news->book);
	bool is_whole = is_same && has_stream;

	resume_channel(news, is_same, cursor->alertlog);
	news->logged = is_whole ? cursor->alertlog : forgotten(news);
	return !is_whole;
}

uint64_t news_waiting(const struct news *news)
{
	return alertbook_last(news->book) - news->logged;
}

bool news_have_gap(const struct news *news)
{
	return news->applied < forgotten(news);
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
	struct command *command = &news->command;

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
	news->logged = transition->number;
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

static void skip_forgotten(struct news *news)
{
	uint64_t first = forgotten(news);

	if (news->logged >= first)
		return;

	log_warning("store.transitions_skipped", "number=%" PRIu64, first - news->logged);
	news->logged = first;
}

void news_write(struct news *news, struct transaction *transaction)
{
	skip_forgotten(news);
	while (news_waiting(news) > 0 && !transaction_is_full(transaction)) {
		const struct transition *transition =
			alertbook_transition(news->book, news->logged + 1);

		text_clear(&news->json);
		transition_json(&news->json, news->context, transition);
		log_transition(news, transaction, transition);
		publish(news, transaction, transition);
		apply(news, transaction, transition);
	}
}

void news_confirm(struct news *news)
{
	news->confirmed = news->published;
}

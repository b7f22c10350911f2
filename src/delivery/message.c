/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <inttypes.h>
#include <string.h>

static void add_missed_headline(struct text *text, uint64_t missed, bool is_vietnamese)
{
	if (is_vietnamese)
		text_add(text,
			 "%" PRIu64 " thông báo cảnh báo không gửi được trong khi không liên lạc "
			 "được với bên nhận này; xem nhật ký cảnh báo",
			 missed);
	else
		text_add(text,
			 "%" PRIu64 " message%s about alerts could not be told while this receiver "
			 "could not be reached; see the alert log",
			 missed, missed == 1 ? "" : "s");
}

static void add_headline(struct text *json, const struct alert_context *context,
			 const struct message *message, bool is_vietnamese)
{
	CLEANUP_TEXT struct text text = { 0 };

	if (message->transition)
		alert_headline(&text, context, message->transition, is_vietnamese);
	else
		add_missed_headline(&text, message->missed, is_vietnamese);
	text_add_json(json, text_get(&text), text.size);
}

static void add_reason(struct text *json, const struct alert_context *context,
		       const struct message *message)
{
	CLEANUP_TEXT struct text text = { 0 };

	if (!message->transition) {
		text_add(json, "null");
		return;
	}
	alert_reason(&text, context, &message->transition->alert, message->is_vietnamese);
	text_add_json(json, text_get(&text), text.size);
}

static void add_string(struct text *json, const char *name, const char *value)
{
	text_add(json, "\"%s\":", name);
	text_add_json(json, value, strlen(value));
	text_add(json, ",");
}

void message_key(struct text *text, const struct message *message)
{
	text_add(text, "%s-%s-%s%" PRIu64 "-%s", message->instance, message->journal_id,
		 message->transition ? "" : "missed-", message->number, message->receiver);
}

void message_body(struct text *json, const struct alert_context *context,
		  const struct message *message)
{
	CLEANUP_TEXT struct text key = { 0 };

	message_key(&key, message);
	text_add(json, "{\"version\":1,");
	add_string(json, "id", text_get(&key));
	add_string(json, "receiver", message->receiver);
	add_string(json, "instance", message->instance);
	add_string(json, "language", message->is_vietnamese ? "vi" : "en");
	text_add(json, "\"headline\":");
	add_headline(json, context, message, message->is_vietnamese);
	text_add(json, ",\"reason\":");
	add_reason(json, context, message);
	text_add(json, ",\"headlines\":{\"vi\":");
	add_headline(json, context, message, true);
	text_add(json, ",\"en\":");
	add_headline(json, context, message, false);
	text_add(json, "},\"missed\":%" PRIu64 ",\"transition\":", message->missed);
	if (message->transition)
		transition_json(json, context, message->transition);
	else
		text_add(json, "null");
	text_add(json, "}");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alert_json.h"

#include "ghost.h"
#include "reasons.h"
#include "words.h"

static void add_event_reason(struct text *text, const struct alert *alert, int offset_minutes,
			     bool vietnamese)
{
	text_add(text, "%s", alert->rule->event_type->name);
	if (alert->subject[0]) {
		text_add(text, vietnamese ? " từ " : " from ");
		words_plain(text, alert->subject);
	}
	text_add(text, ", ");
	words_plural(text, alert->events, "event", vietnamese ? "sự kiện" : NULL);
	text_add(text, vietnamese ? " từ lúc " : " since ");
	words_time(text, alert->first_ms, offset_minutes, vietnamese);
}

static void add_silence_reason(struct text *text, const struct alert *alert, int offset_minutes,
			       bool vietnamese)
{
	const struct feed *feed = alert->rule->silent_feed;

	text_add(text, "%s: ", vietnamese ? feed->title_vi : feed->title_en);
	if (alert->reading.last_ms) {
		text_add(text, vietnamese ? "không có dữ liệu từ lúc " : "nothing since ");
		words_time(text, alert->reading.last_ms, offset_minutes, vietnamese);
	} else {
		text_add(text, vietnamese ? "chưa từng có dữ liệu" : "nothing ever");
	}
	text_add(text, "; %s", presence_words(alert->presence, vietnamese));
}

static void add_ghost_reason(struct text *text, const struct alert *alert, bool vietnamese)
{
	text_add(text,
		 vietnamese ? "quy tắc %s không còn trong cấu hình"
			    : "rule %s is no longer configured",
		 alert->rule->id);
}

static void add_reason(struct text *text, const struct alert_context *context,
		       const struct alert *alert, bool vietnamese)
{
	switch (alert->rule->kind) {
	case RULE_THRESHOLD:
	case RULE_EACH:
		figure_reason(text, alert, vietnamese);
		break;
	case RULE_EVENT:
		add_event_reason(text, alert, context->offset_minutes, vietnamese);
		break;
	case RULE_SILENCE:
		add_silence_reason(text, alert, context->offset_minutes, vietnamese);
		break;
	case RULE_SEQUENCE:
		sequence_reason(text, context, alert, vietnamese);
		break;
	case RULE_DEADLINE:
		deadline_reason(text, alert, context->offset_minutes, vietnamese);
		break;
	case RULE_OWN:
		own_reason(text, alert, context->offset_minutes, vietnamese);
		break;
	}
}

void alert_reason(struct text *text, const struct alert_context *context, const struct alert *alert,
		  bool vietnamese)
{
	if (alert->rule->number == GHOST_NUMBER)
		add_ghost_reason(text, alert, vietnamese);
	else
		add_reason(text, context, alert, vietnamese);

	if (alert->closed)
		text_add(text, vietnamese ? ", đóng vì cấu hình thay đổi"
					  : ", closed because the configuration changed");
}

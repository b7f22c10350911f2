/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "iocd/alert_json.h"
#include "iocd/unit.h"
#include "mirrored.h"
#include "words.h"

static const char *tag_of(const struct transition *transition, bool vietnamese)
{
	const struct alert *alert = &transition->alert;

	if (transition->news == NEWS_CLEARED || transition->news == NEWS_FORGOTTEN ||
	    !alert_machine_stands(&alert->machine))
		return vietnamese ? "ĐÃ HẾT" : "CLEARED";
	if (alert->machine.latched)
		return vietnamese ? "TRỞ LẠI BÌNH THƯỜNG" : "NORMAL";
	if (alert->machine.severity == SEVERITY_CRITICAL)
		return vietnamese ? "NGHIÊM TRỌNG" : "CRITICAL";
	return vietnamese ? "CẢNH BÁO" : "WARNING";
}

static void add_subject(struct text *text, const struct alert *alert, bool vietnamese)
{
	bool is_record = alert->rule->kind == RULE_SEQUENCE || alert->rule->kind == RULE_DEADLINE;

	if (!alert->subject[0])
		return;
	text_add(text, " (");
	if (alert->rule->kind == RULE_EACH)
		text_add(text, "%s ", alert->rule->each);
	else if (is_record)
		text_add(text, vietnamese ? "hồ sơ " : "record ");
	words_plain(text, alert->subject);
	text_add(text, ")");
}

static const char *ended_words(enum suppression suppression, bool vietnamese)
{
	switch (suppression) {
	case SUPPRESSION_SHELVED:
		return vietnamese ? "trước đó được tạm gác" : "was shelved";
	case SUPPRESSION_MAINTENANCE:
		return vietnamese ? "trước đó đang bảo trì" : "was under maintenance";
	case SUPPRESSION_INHIBITED:
		return vietnamese ? "trước đó được coi là hệ quả" : "was held to follow";
	case SUPPRESSION_OUT_OF_SERVICE:
		return vietnamese ? "trước đó ngừng theo dõi" : "was out of service";
	case SUPPRESSION_ORIGIN:
		return vietnamese ? "trước đó trung tâm bên dưới chưa báo"
				  : "was held back at its site";
	case SUPPRESSION_CHATTER: /* nobody orders these */
	case SUPPRESSION_BACKLOG:
	case N_SUPPRESSIONS:
		break;
	}
	return vietnamese ? "trước đó chưa được báo" : "was held back until now";
}

/* What ended, if the alert still says who had ordered it. */
static enum suppression find_ended(const struct alert *alert)
{
	for (enum suppression suppression = 0; suppression < N_SUPPRESSIONS; suppression++)
		if (!(alert->machine.suppressed & SUPPRESSION_BIT(suppression)) &&
		    alert->suppressed_by[suppression][0])
			return suppression;
	return N_SUPPRESSIONS;
}

/* "was shelved by an until 10:30": why it is told only now. */
static void add_ended(struct text *text, const struct alert *alert, int offset_minutes,
		      bool vietnamese)
{
	enum suppression ended = find_ended(alert);

	text_add(text, ", %s", ended_words(ended, vietnamese));
	if (ended == N_SUPPRESSIONS)
		return;

	if (ended == SUPPRESSION_INHIBITED)
		text_add(text, vietnamese ? " của " : " from ");
	else
		text_add(text, vietnamese ? " bởi " : " by ");
	words_plain(text, alert->suppressed_by[ended]);
	if (alert->suppressed_until_ms[ended]) {
		text_add(text, vietnamese ? " đến " : " until ");
		words_time(text, alert->suppressed_until_ms[ended], offset_minutes, vietnamese);
	}
}

static void add_raised(struct text *text, const struct alert *alert, bool vietnamese)
{
	if (alert->raises < 2)
		return;
	text_add(text, vietnamese ? ", lần thứ %" PRIu32 : ", time %" PRIu32, alert->raises);
}

/* What is to be said beside that it stands, or does not. */
static void add_context(struct text *text, const struct transition *transition, int offset_minutes,
			bool vietnamese)
{
	const struct alert *alert = &transition->alert;

	switch (transition->news) {
	case NEWS_RAISED:
		add_raised(text, alert, vietnamese);
		break;
	case NEWS_CHANGED:
		text_add(text, vietnamese ? ", nay ở mức %s" : ", now %s",
			 severity_words(alert->machine.severity, vietnamese));
		break;
	case NEWS_NORMAL:
		text_add(text, vietnamese ? ", chờ đặt lại" : ", to be reset");
		break;
	case NEWS_ANNOUNCED:
		add_ended(text, alert, offset_minutes, vietnamese);
		break;
	case NEWS_ESCALATED:
		text_add(text, vietnamese ? ", chưa ai xác nhận" : ", nobody has acknowledged it");
		break;
	case NEWS_REPEATED:
		text_add(text, vietnamese ? ", vẫn còn" : ", still so");
		break;
	case NEWS_CLEARED:
		if (alert->closed)
			text_add(text, vietnamese ? ", đóng vì cấu hình thay đổi"
						  : ", closed because the configuration changed");
		break;
	case NEWS_NOTHING:
	case NEWS_UNCERTAIN:
	case NEWS_CERTAIN:
	case NEWS_ACKNOWLEDGED:
	case NEWS_UNACKNOWLEDGED:
	case NEWS_ASSIGNED:
	case NEWS_COMMENTED:
	case NEWS_SUPPRESSED:
	case NEWS_RELEASED:
	case NEWS_FORGOTTEN:
		text_add(text, ", %s", alert_news_name(transition->news));
		break;
	}
}

/* Title and subject as the origin has them, and where it comes from; false: it is not known. */
static bool add_origin(struct text *text, const struct alert_context *context,
		       const struct alert *alert, bool vietnamese)
{
	const struct unit *site = alert->origin < units_count(context->units)
					  ? units_at(context->units, alert->origin)
					  : NULL;
	struct mirrored known;

	if (!site || !mirrored_unpack(alert->detail, &known))
		return false;
	alert_title(text, alert, vietnamese);
	if (known.texts[MIRRORED_SUBJECT].size > 0) {
		text_add(text, " (");
		words_slice(text, known.texts[MIRRORED_SUBJECT]);
		text_add(text, ")");
	}
	text_add(text, vietnamese ? ", theo %s" : ", reported by %s",
		 vietnamese ? site->name_vi : site->name_en);
	return true;
}

void alert_headline(struct text *text, const struct alert_context *context,
		    const struct transition *transition, bool vietnamese)
{
	const struct alert *alert = &transition->alert;
	const struct unit *unit = units_at(context->units, alert->unit);

	if (alert->drill)
		text_add(text, vietnamese ? "[DIỄN TẬP] " : "[DRILL] ");
	text_add(text, "[%s] %s: ", tag_of(transition, vietnamese),
		 vietnamese ? unit->name_vi : unit->name_en);
	if (!alert_is_mirrored(alert) || !add_origin(text, context, alert, vietnamese)) {
		text_add(text, "%s", vietnamese ? alert->rule->title_vi : alert->rule->title_en);
		add_subject(text, alert, vietnamese);
	}
	add_context(text, transition, context->offset_minutes, vietnamese);
}

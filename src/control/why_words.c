/* SPDX-License-Identifier: Apache-2.0 */
/* Reasons in words. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "why_not.h"

#define NUMBER_MAX 48

/* One of two texts; a macro, so that both are checked as formats. */
#define SAYS(vietnamese, vi, en) ((vietnamese) ? (vi) : (en))

/* A reason that is being told. */
struct telling {
	struct text *text;
	const struct held *held;
	int offset_minutes;
	bool vi;
};

const char *held_code(const struct held *held)
{
	switch (held->code) {
	case HELD_NOT_DUE:
		return "not_due";
	case HELD_HOLD:
		return "hold";
	case HELD_SUPPRESSED:
		return suppression_name(held->kind);
	case HELD_FULL:
		return "full";
	default:
		return hold_back_name((enum hold_back)held->code);
	}
}

static const char *number(char to[NUMBER_MAX], const struct telling *telling, double value)
{
	const struct indicator *figure = telling->held->rule->figure;
	bool is_share = figure && figure->percent;

	if (isnan(value))
		return "-";
	(void)snprintf(to, NUMBER_MAX, is_share ? "%.4g%%" : "%.6g",
		       is_share ? value * 100 : value);
	for (char *at = to; telling->vi && *at; at++)
		if (*at == '.')
			*at = ',';
	return to;
}

/* "2026-11-22 08:15:00", local time. */
static void add_time(const struct telling *telling, const char *vi, const char *en, int64_t time_ms)
{
	char stamp[CIVIL_TEXT_MAX];

	if (time_ms == 0)
		return;
	(void)civil_format(stamp, time_ms - time_ms % 1000, telling->offset_minutes);
	text_add(telling->text, "%s%.10s %.8s", SAYS(telling->vi, vi, en), stamp, stamp + 11);
}

static void say_figure(const struct telling *telling)
{
	const struct held *held = telling->held;
	const struct threshold *limit = held->why.threshold;
	char value[NUMBER_MAX], distance[NUMBER_MAX];

	(void)number(distance, telling, held->why.distance);
	text_add(telling->text,
		 held->code == HOLD_BACK_WITHIN
			 ? SAYS(telling->vi, "giá trị %s chưa vượt ngưỡng %s, còn cách %s",
				"the value %s does not pass the limit %s, by %s")
			 : SAYS(telling->vi, "giá trị %s cũng chưa đạt ngưỡng hết %s, còn cách %s",
				"nor is the value %s clear, which needs %s, by %s"),
		 number(value, telling, held->reading->value), limit->text, distance);
}

static void say_senders(const struct telling *telling, const char *vi, const char *en)
{
	const struct reason_why *why = &telling->held->why;

	text_add(telling->text, "%s", SAYS(telling->vi, vi, en));
	if (why->need > 0)
		text_add(telling->text,
			 SAYS(telling->vi, ": %" PRIu64 " trong %" PRIu64 " nơi gửi có báo",
			      ": %" PRIu64 " of %" PRIu64 " senders report"),
			 why->have, why->need);
}

static void say_rule(const struct telling *telling)
{
	static const struct {
		enum hold_back kind;
		const char *vi, *en;
	} words[] = {
		{ HOLD_BACK_ELSEWHERE, "quy tắc không áp dụng cho đơn vị này",
		  "the rule does not apply to this unit" },
		{ HOLD_BACK_CLOSED, "ngoài giờ của quy tắc", "it is outside of the rule's hours" },
		{ HOLD_BACK_NO_LIMIT, "đơn vị này không có ngưỡng nào",
		  "no limit holds for this unit" },
		{ HOLD_BACK_NO_CONTRACT, "đơn vị này không phải báo cáo nguồn đó",
		  "nothing is expected of this unit on that feed" },
		{ HOLD_BACK_WAITING, "chưa báo lần nào, và chưa đến hạn",
		  "it was not heard yet, and is not due" },
		{ HOLD_BACK_KEPT, "đơn vị vẫn đang báo", "it reports as expected" },
		{ HOLD_BACK_RESTING, "ngoài giờ phải báo", "it need not report at this hour" },
		{ HOLD_BACK_NO_VALUE, "trong khoảng thời gian đó không có gì mang giá trị này",
		  "nothing was counted of that value in the window" },
		{ HOLD_BACK_NO_EVENT, "chờ sự kiện kế tiếp khớp quy tắc",
		  "the next event that matches raises it" },
		{ HOLD_BACK_NONE_DUE, "không có hồ sơ nào đến hạn như quy tắc hỏi",
		  "no open record is due as the rule asks" },
		{ HOLD_BACK_NO_RECORD, "chờ một hồ sơ đến hạn như quy tắc hỏi",
		  "no record has come due as the rule asks" },
		{ HOLD_BACK_NO_TROUBLE, "bộ phận đó của iocd không có gì hỏng",
		  "iocd sees no trouble in that part" },
	};
	const struct held *held = telling->held;

	for (size_t i = 0; i < COUNT(words); i++)
		if ((int)words[i].kind == held->code)
			text_add(telling->text, "%s", SAYS(telling->vi, words[i].vi, words[i].en));
	if (held->code == HOLD_BACK_CLOSED)
		add_time(telling, ", đến ", ", until ", held->until_ms);
	else
		add_time(telling, "; hạn ", "; due ", held->until_ms);
	if (held->code == HOLD_BACK_NO_RECORD)
		text_add(telling->text,
			 SAYS(telling->vi, "; đang mở %" PRIu64, "; %" PRIu64 " are open"),
			 held->n_open);
}

static void say_suppressed(const struct telling *telling)
{
	static const struct {
		const char *vi, *en;
	} words[N_SUPPRESSIONS] = {
		[SUPPRESSION_SHELVED] = { "đang gác lại", "it is shelved" },
		[SUPPRESSION_MAINTENANCE] = { "đang bảo trì", "maintenance is under way" },
		[SUPPRESSION_INHIBITED] = { "là hệ quả của cảnh báo khác",
					    "it follows from another alert" },
		[SUPPRESSION_OUT_OF_SERVICE] = { "đã ngừng dùng", "it is out of service" },
		[SUPPRESSION_CHATTER] = { "lên xuống liên tục", "it comes and goes all the time" },
		[SUPPRESSION_ORIGIN] = { "nơi phát cảnh báo cũng đang giữ lại",
					 "where it arises it is not told either" },
		[SUPPRESSION_BACKLOG] = { "tin cũ, đơn vị đang gửi bù",
					  "it is no news, and its site is still catching up" },
	};
	const struct held *held = telling->held;

	text_add(telling->text, "%s",
		 SAYS(telling->vi, words[held->kind].vi, words[held->kind].en));
	if (held->by[0])
		text_add(telling->text, "%s%s",
			 held->kind == SUPPRESSION_INHIBITED ? ": "
							     : SAYS(telling->vi, ", bởi ", ", by "),
			 held->by);
	if (held->note[0])
		text_add(telling->text, " (%s)", held->note);
	add_time(telling, ", đến ", ", until ", held->until_ms);
	text_add(telling->text, "%s",
		 SAYS(telling->vi, ": theo dõi nhưng không báo ai",
		      ": it would stand, and nobody would be told"));
}

static void say_book(const struct telling *telling)
{
	const struct held *held = telling->held;

	if (held->code == HELD_NOT_DUE) {
		text_add(telling->text, "%s",
			 held->record.is_paused
				 ? SAYS(telling->vi, "hồ sơ đang tạm dừng", "the record is paused")
				 : SAYS(telling->vi, "hồ sơ đang mở, chưa đến hạn",
					"the record is open, and not due yet"));
		add_time(telling, "; hạn ", "; due ", held->until_ms);
	} else if (held->code == HELD_HOLD) {
		add_time(telling, "điều kiện đúng từ ", "the condition holds since ",
			 held->since_ms);
		text_add(telling->text, "%s",
			 held->until_ms == 0 ? SAYS(telling->vi, ", nhưng đang thiếu số liệu",
						    ", but there are no figures now")
					     : "");
		add_time(telling, "; thành cảnh báo nếu kéo dài đến ",
			 "; it is raised if it lasts until ", held->until_ms);
	} else {
		text_add(telling->text, "%s",
			 SAYS(telling->vi, "sổ cảnh báo đã đầy", "the book of alerts is full"));
	}
}

void held_say(struct text *text, const struct held *held, int offset_minutes, bool vietnamese)
{
	const struct telling telling = { text, held, offset_minutes, vietnamese };

	switch (held->code) {
	case HOLD_BACK_UNKNOWN:
		say_senders(&telling, "chưa có số liệu", "there is no value");
		return;
	case HOLD_BACK_STALE:
		say_senders(&telling, "số liệu đã cũ", "the value is stale");
		return;
	case HOLD_BACK_FEW:
		text_add(text,
			 SAYS(vietnamese, "mới có %" PRIu64 " mẫu, cần %" PRIu64,
			      "%" PRIu64 " samples of the %" PRIu64 " it needs"),
			 held->why.have, held->why.need);
		return;
	case HOLD_BACK_WITHIN:
	case HOLD_BACK_BETWEEN:
		say_figure(&telling);
		return;
	case HOLD_BACK_NO_TROUBLE:
		if (!why_own_say(text, held, offset_minutes, vietnamese))
			say_rule(&telling);
		return;
	case HELD_SUPPRESSED:
		say_suppressed(&telling);
		return;
	case HELD_NOT_DUE:
	case HELD_HOLD:
	case HELD_FULL:
		say_book(&telling);
		return;
	default:
		say_rule(&telling);
	}
}

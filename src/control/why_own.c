/* SPDX-License-Identifier: Apache-2.0 */
/* Why a rule of iocd on itself, or on those who forward to it, has nothing to say. */
#include <inttypes.h>

#include "iocd/base/civil.h"
#include "iocd/unit.h"
#include "sites.h"
#include "why_not.h"

/* One of two texts; a macro, so that both are checked as formats. */
#define SAYS(vietnamese, vi, en) ((vietnamese) ? (vi) : (en))

/* Whom the rule is about: a sender of the unit; or who would tell of alerts of the unit. */
static bool find_site(const struct held *held, const struct views *views,
		      const struct why_about *about, struct site_view *ret)
{
	uint32_t unit = about->unit;

	if (held->rule->own != OWN_MIRRORED)
		return sites_look_up(views, unit, about->subject, ret);
	for (; unit != UNIT_NONE; unit = units_parent(views->source.context.units, unit))
		if (sites_look_up(views, unit, "", ret))
			return views_sees(views, unit);
	return false;
}

/* Parts that are of iocd itself, or of senders, have no site. */
static bool is_of_site(enum own_part part)
{
	switch (part) {
	case OWN_SITE_LOST:
	case OWN_SITE_LAGGING:
	case OWN_SITE_OLD:
	case OWN_SITE_GAP:
	case OWN_GIVEN_UP:
	case OWN_MIRRORED:
		return true;
	case OWN_BROKER:
	case OWN_REDIS:
	case OWN_DISK:
	case OWN_HISTORY:
	case OWN_CONFIG:
	case OWN_CLOCK:
	case OWN_SOURCE:
	case OWN_RATE:
	case OWN_GAP:
	case OWN_DROPPED:
	case OWN_CANARY:
	case OWN_DELIVERY:
	case OWN_CERTIFICATE:
	case OWN_UPLINK:
	case OWN_OUTBOX:
	case OWN_WATCHDOG:
	case N_OWN_PARTS:
		break;
	}
	return false;
}

void why_own_add(struct held *held, const struct views *views, const struct why_about *about)
{
	struct sites_sum sum = { 0 };
	struct site_view view;

	held->has_site = is_of_site(held->rule->own) && find_site(held, views, about, &view);
	if (!held->has_site)
		return;
	sites_add_up(&sum, &view);
	held->heard_ms = view.heard_ms;
	held->oldest_ms = sum.oldest_ms;
	held->backlog = sum.backlog;
}

static void add_time(struct text *text, int64_t time_ms, int offset_minutes)
{
	char stamp[CIVIL_TEXT_MAX];

	(void)civil_format(stamp, time_ms - time_ms % 1000, offset_minutes);
	text_add(text, "%.10s %.8s", stamp, stamp + 11);
}

static void say_heard(struct text *text, const struct held *held, int offset_minutes, bool vi)
{
	if (held->heard_ms == 0) {
		text_add(text, "%s",
			 SAYS(vi, "iocd ở đó chưa báo lần nào, và chưa đến hạn",
			      "its iocd was not heard yet, and is not due"));
		return;
	}
	text_add(text, "%s",
		 SAYS(vi, "iocd ở đó vẫn báo, lần cuối lúc ", "its iocd is heard, last at "));
	add_time(text, held->heard_ms, offset_minutes);
}

static void say_backlog(struct text *text, const struct held *held, int offset_minutes, bool vi)
{
	if (held->backlog == 0 || held->oldest_ms == 0) {
		text_add(text, "%s", SAYS(vi, "không có gì còn chờ ở đó", "nothing waits there"));
		return;
	}
	text_add(text,
		 SAYS(vi, "%" PRIu64 " mục còn chờ ở đó, chưa lâu: cũ nhất từ ",
		      "%" PRIu64 " items wait there, not for long: the oldest since "),
		 held->backlog);
	add_time(text, held->oldest_ms, offset_minutes);
}

/* What can be said without figures. */
static const char *words_of(enum own_part part, bool vi)
{
	/* clang-format off */
	static const struct { enum own_part part; const char *vi, *en; } words[] = {
		{ OWN_SITE_OLD, "phiên bản và cấu hình ở đó như ở đây",
		  "its version and what it counts are as here" },
		{ OWN_SITE_GAP, "không thiếu gì trong những gì nơi đó đã chuyển lên",
		  "nothing is missing of what it has forwarded" },
		{ OWN_GIVEN_UP, "gần đây không có gì bị bỏ hẳn ở đó",
		  "nothing was given up there of late" },
		{ OWN_UPLINK, "cấp trên có trả lời, hoặc không phải chuyển gì lên",
		  "the iocd above answers, or nothing is forwarded" },
		{ OWN_OUTBOX, "không có gì chờ chuyển lên bị bỏ",
		  "nothing that is to be forwarded was given up" },
		{ OWN_MIRRORED, "iocd ở đó chưa báo lên cảnh báo nào như vậy",
		  "its iocd has told of no such alert" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(words); i++)
		if (words[i].part == part)
			return SAYS(vi, words[i].vi, words[i].en);
	return NULL;
}

bool why_own_say(struct text *text, const struct held *held, int offset_minutes, bool vietnamese)
{
	enum own_part part = held->rule->own;
	const char *words = words_of(part, vietnamese);
	bool is_way_up = part == OWN_UPLINK || part == OWN_OUTBOX;
	bool has_figures = part == OWN_SITE_LOST || part == OWN_SITE_LAGGING;

	if (!words && !has_figures)
		return false;
	if (!held->has_site && !is_way_up)
		text_add(text, "%s",
			 SAYS(vietnamese, "không nơi nào ở đơn vị này chuyển gì lên",
			      "nobody at this unit forwards anything"));
	else if (words)
		text_add(text, "%s", words);
	else if (part == OWN_SITE_LOST)
		say_heard(text, held, offset_minutes, vietnamese);
	else
		say_backlog(text, held, offset_minutes, vietnamese);
	return true;
}

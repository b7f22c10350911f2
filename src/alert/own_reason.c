/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/reason.h"
#include "mirrored.h"
#include "reasons.h"
#include "words.h"

/* What it means for whoever reads it; the detail follows behind a colon. */
static const struct {
	const char *vietnamese, *english;
} parts[N_OWN_PARTS] = {
	[OWN_BROKER] = { "không nhận được tin từ đơn vị nào: mất kết nối với máy chủ MQTT",
			 "nothing comes in from any unit: no connection to the MQTT broker" },
	[OWN_REDIS] = { "chỉ số hiển thị có thể đã cũ, cảnh báo vẫn chạy: Redis không theo kịp",
			"figures shown may be stale, alerts go on: Redis does not follow" },
	[OWN_DISK] = { "iocd không nhận thêm tin: nhật ký không ghi được xuống đĩa, hoặc đĩa sắp "
		       "đầy",
		       "iocd takes nothing more in: the journal does not reach the disk, or the "
		       "disk is nearly full" },
	[OWN_HISTORY] = { "không lưu được số liệu quá khứ", "figures of the past cannot be kept" },
	[OWN_CONFIG] = { "cấu hình mới có lỗi nên bị từ chối, cấu hình cũ vẫn chạy",
			 "a new configuration has mistakes and was refused, the old one runs" },
	[OWN_CLOCK] = { "đồng hồ của nơi gửi bị lệch", "the sender's clock is off" },
	[OWN_SOURCE] = { "nơi gửi gửi dữ liệu không hợp lệ, không được tính",
			 "the sender sends invalid data, which is not counted" },
	[OWN_RATE] = { "nơi gửi gửi quá mức cho phép (limits.rate)",
		       "the sender sends more than it may (limits.rate)" },
	[OWN_GAP] = { "thiếu sự kiện của nơi gửi", "events of the sender are missing" },
	[OWN_DROPPED] = { "máy chủ MQTT đã bỏ mất tin", "the MQTT broker dropped messages" },
	[OWN_CANARY] = { "cảnh báo có thể đến chậm hoặc không đến: tin kiểm tra của iocd không về "
			 "kịp",
			 "alerts may come late or not at all: iocd's own test message is not back "
			 "in time" },
	[OWN_DELIVERY] = { "không gửi được cảnh báo đến nơi nhận",
			   "a receiver of alerts cannot be reached" },
	[OWN_CERTIFICATE] = { "chứng thư số của iocd phải được thay: hết hạn là mất kết nối với "
			      "máy chủ MQTT",
			      "iocd's certificate must be replaced: when it has expired, the "
			      "broker lets iocd in no more" },
	[OWN_UPLINK] = { "dữ liệu chưa lên được cấp trên, đang chờ trong hàng đợi gửi",
			 "nothing reaches the iocd above, it waits in the outbox" },
	[OWN_OUTBOX] = { "có dữ liệu sẽ không bao giờ lên được cấp trên: hàng đợi gửi không giữ "
			 "được",
			 "something will never reach the iocd above: the outbox could not keep "
			 "it" },
	[OWN_SITE_LOST] = { "mất liên lạc với iocd của đơn vị", "the unit's iocd cannot be heard" },
	[OWN_SITE_LAGGING] = { "dữ liệu đơn vị chuyển lên đến chậm",
			       "what the unit forwards comes late" },
	[OWN_SITE_OLD] = { "iocd của đơn vị không cùng phiên bản hoặc cấu hình với nơi này",
			   "the unit's iocd is not of our version or configuration" },
	[OWN_SITE_GAP] = { "thiếu dữ liệu đơn vị chuyển lên",
			   "something that the unit forwards is missing" },
	[OWN_GIVEN_UP] = { "có dữ liệu của đơn vị sẽ không bao giờ đến",
			   "something of the unit will never come" },
	[OWN_MIRRORED] = { "cảnh báo của một trung tâm bên dưới", "an alert of an iocd below" },
	[OWN_WATCHDOG] = { "luôn luôn báo: khi không thấy nữa là có sự cố",
			   "always stands: trouble is when it does not" },
};

/* The session of before is gone: what the broker kept for us is, too. */
static const char session_vi[] = "đã kết nối lại, nhưng máy chủ MQTT không còn giữ phiên: tin gửi "
				 "trong lúc mất kết nối có thể thiếu";
static const char session_en[] = "connected again, but the broker has lost our session: what was "
				 "sent meanwhile may be missing";

/* "FEED SECONDS", above 0: fast. */
static bool say_clock(struct text *text, const char *detail, bool vietnamese)
{
	long long seconds, off;
	char feed[33];

	if (sscanf(detail, "%32s %lld", feed, &seconds) != 2)
		return false;
	off = llabs(seconds);
	if (vietnamese)
		text_add(text, "đồng hồ của nơi gửi %s %lld giây (nguồn tin %s)",
			 seconds > 0 ? "nhanh" : "chậm", off, feed);
	else
		text_add(text, "the sender's clock is %lld second%s %s (feed %s)", off,
			 off == 1 ? "" : "s", seconds > 0 ? "fast" : "slow", feed);
	return true;
}

/* "N REASON". */
static bool say_source(struct text *text, const char *detail, bool vietnamese)
{
	enum reason reason = REASON_NONE + 1;
	char name[33];
	uint64_t n;

	if (sscanf(detail, "%" SCNu64 " %32s", &n, name) != 2)
		return false;
	while (reason < N_REASONS && strcmp(reason_name(reason), name) != 0)
		reason++;
	if (reason == N_REASONS)
		return false;
	text_add(text,
		 "%s: ", vietnamese ? parts[OWN_SOURCE].vietnamese : parts[OWN_SOURCE].english);
	if (vietnamese)
		text_add(text,
			 "%" PRIu64 " sự kiện bị từ chối trong 10 phút, gần nhất vì %s; xem iocctl "
			 "deadletter",
			 n, reason_text_vi(reason));
	else
		text_add(text,
			 "%" PRIu64 " events refused within 10 minutes, the last because %s; see "
			 "iocctl deadletter",
			 n, reason_text(reason));
	return true;
}

/* "N". */
static bool say_number(struct text *text, enum own_part part, const char *detail, bool vietnamese)
{
	bool is_rate = part == OWN_RATE;
	char *end;
	uint64_t n = strtoull(detail, &end, 10);

	if (*end || end == detail)
		return false;
	text_add(text, "%s: ", vietnamese ? parts[part].vietnamese : parts[part].english);
	words_plural(text, n, is_rate ? "event" : "message",
		     !vietnamese ? NULL
		     : is_rate   ? "sự kiện"
				 : "tin");
	if (is_rate)
		text_add(text, vietnamese ? " bị từ chối" : " refused");
	else
		text_add(text, vietnamese ? "; có nơi nhận vắng mặt hoặc chậm quá lâu"
					  : "; a subscriber was away or slow for too long");
	return true;
}

/* "N FEED FROM-TO SOURCE". */
static bool say_gap(struct text *text, const char *detail, bool vietnamese)
{
	uint64_t n, from, to;
	char feed[33];
	int at = 0;

	if (sscanf(detail, "%" SCNu64 " %32s %" SCNu64 "-%" SCNu64 " %n", &n, feed, &from, &to,
		   &at) != 4 ||
	    at == 0)
		return false;
	if (vietnamese)
		text_add(text, "thiếu %" PRIu64 " sự kiện của nơi gửi: nguồn tin %s, source ", n,
			 feed);
	else
		text_add(text, "%" PRIu64 " event%s of the sender %s missing: feed %s, source ", n,
			 n == 1 ? "" : "s", n == 1 ? "is" : "are", feed);
	words_plain(text, detail + at);
	text_add(text, vietnamese ? ", gần nhất là số " : ", last numbers ");
	text_add(text, from == to ? "%" PRIu64 : "%" PRIu64 "-%" PRIu64, from, to);
	return true;
}

/* What is said in numbers, in words.  False: it is said in words already. */
static bool say_numbers(struct text *text, const struct alert *alert, int offset_minutes,
			bool vietnamese)
{
	switch (alert->rule->own) {
	case OWN_CLOCK:
		return say_clock(text, alert->detail, vietnamese);
	case OWN_SOURCE:
		return say_source(text, alert->detail, vietnamese);
	case OWN_RATE:
	case OWN_DROPPED:
		return say_number(text, alert->rule->own, alert->detail, vietnamese);
	case OWN_GAP:
		return say_gap(text, alert->detail, vietnamese);
	case OWN_SITE_LOST:
	case OWN_SITE_LAGGING:
	case OWN_SITE_OLD:
	case OWN_SITE_GAP:
	case OWN_GIVEN_UP:
		return site_reason(text, alert, offset_minutes, vietnamese);
	case OWN_BROKER:
	case OWN_REDIS:
	case OWN_DISK:
	case OWN_HISTORY:
	case OWN_CONFIG:
	case OWN_CANARY:
	case OWN_DELIVERY:
	case OWN_CERTIFICATE:
	case OWN_UPLINK:
	case OWN_OUTBOX:
	case OWN_MIRRORED:
	case OWN_WATCHDOG:
	case N_OWN_PARTS:
		break;
	}
	return false;
}

static void add_subject(struct text *text, const struct alert *alert)
{
	if (!alert->subject[0])
		return;
	text_add(text, " (");
	words_plain(text, alert->subject);
	text_add(text, ")");
}

/* What its origin says, whether it stands or is over. */
static void say_origin(struct text *text, const struct alert *alert, bool vietnamese)
{
	struct mirrored known;
	bool is_said = mirrored_unpack(alert->detail, &known);
	const struct slice *reason =
		&known.texts[vietnamese ? MIRRORED_REASON_VI : MIRRORED_REASON_EN];

	if (is_said && reason->size > 0)
		words_slice(text, *reason);
	else
		text_add(text, "%s",
			 vietnamese ? parts[OWN_MIRRORED].vietnamese : parts[OWN_MIRRORED].english);
}

void own_reason(struct text *text, const struct alert *alert, int offset_minutes, bool vietnamese)
{
	enum own_part part = alert->rule->own;

	if (part == OWN_MIRRORED) {
		say_origin(text, alert, vietnamese);
		return;
	}
	if (alert->machine.judgement == JUDGE_CLEAR) {
		text_add(text, vietnamese ? "đã bình thường trở lại" : "well again");
		add_subject(text, alert);
		return;
	}
	if (say_numbers(text, alert, offset_minutes, vietnamese))
		return;

	if (part == OWN_BROKER && alert->machine.judgement == JUDGE_WARNING)
		text_add(text, "%s", vietnamese ? session_vi : session_en);
	else
		text_add(text, "%s", vietnamese ? parts[part].vietnamese : parts[part].english);
	add_subject(text, alert);
	if (alert->detail[0]) {
		text_add(text, ": ");
		words_plain(text, alert->detail);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reasons.h"
#include "words.h"

/* A sentence on its way: of whom, and in which language. */
struct saying {
	struct text *text;
	const char *sender; /* "": the unit's iocd */
	int offset_minutes;
	bool vietnamese;
};

static void say(const struct saying *saying, const char *vietnamese, const char *english)
{
	text_add(saying->text, "%s", saying->vietnamese ? vietnamese : english);
}

static void say_time(const struct saying *saying, int64_t time_ms)
{
	words_time(saying->text, time_ms, saying->offset_minutes, saying->vietnamese);
}

/* "the unit's iocd", or "the unit's sender desk". */
static void say_who(const struct saying *saying)
{
	if (!saying->sender[0]) {
		say(saying, "iocd của đơn vị", "the unit's iocd");
		return;
	}
	say(saying, "nơi gửi ", "the unit's sender ");
	words_plain(saying->text, saying->sender);
	if (saying->vietnamese)
		text_add(saying->text, " của đơn vị");
}

/* Lends what items of that class are called. */
static const char *class_words(const char *class, bool is_one, bool vietnamese)
{
	static const struct {
		const char *class, *vietnamese, *one, *many;
	} words[] = {
		{ "alert", "cảnh báo", "alert", "alerts" },
		{ "rollup", "phần số liệu tổng hợp", "roll-up", "roll-ups" },
		{ "event", "sự kiện", "event", "events" },
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].class, class) == 0)
			return vietnamese ? words[i].vietnamese
			       : is_one   ? words[i].one
					  : words[i].many;
	return NULL;
}

static bool find_presence(const char *word, enum presence *ret)
{
	for (enum presence presence = PRESENCE_UNKNOWN; presence <= PRESENCE_STOPPED; presence++)
		if (strcmp(presence_name(presence), word) == 0) {
			*ret = presence;
			return true;
		}
	return false;
}

/* "HEARD_MS BACKLOG PRESENCE". */
static bool say_lost(const struct saying *saying, const char *detail)
{
	enum presence presence;
	uint64_t backlog;
	int64_t heard_ms;
	char word[17];

	if (sscanf(detail, "%" SCNd64 " %" SCNu64 " %16s", &heard_ms, &backlog, word) != 3 ||
	    !find_presence(word, &presence))
		return false;
	if (heard_ms == 0) {
		say(saying, "chưa từng nghe thấy ", "nothing was ever heard of ");
		say_who(saying);
	} else {
		say(saying, "không nghe thấy ", "nothing is heard of ");
		say_who(saying);
		say(saying, " từ lúc ", " since ");
		say_time(saying, heard_ms);
	}
	text_add(saying->text, "; %s", presence_words(presence, saying->vietnamese));
	if (backlog > 0)
		text_add(saying->text,
			 saying->vietnamese ? "; lúc đó còn %" PRIu64 " mục chờ gửi"
			 : backlog == 1     ? "; %" PRIu64 " item was waiting there"
					    : "; %" PRIu64 " items were waiting there",
			 backlog);
	return true;
}

/* "OLDEST_MS BACKLOG". */
static bool say_lagging(const struct saying *saying, const char *detail)
{
	uint64_t backlog;
	int64_t oldest_ms;

	if (sscanf(detail, "%" SCNd64 " %" SCNu64, &oldest_ms, &backlog) != 2)
		return false;
	say(saying, "dữ liệu do ", "what ");
	say_who(saying);
	say(saying, " chuyển lên đến chậm: ", " forwards comes late: ");
	text_add(saying->text,
		 saying->vietnamese ? "%" PRIu64 " mục đang chờ, cũ nhất từ lúc "
		 : backlog == 1     ? "%" PRIu64 " item waits, of "
				    : "%" PRIu64 " items wait, the oldest of ",
		 backlog);
	say_time(saying, oldest_ms);
	return true;
}

/* "version THEIRS OURS" or "config". */
static bool say_old(const struct saying *saying, const char *detail)
{
	char theirs[65], ours[65];

	if (strcmp(detail, "config") == 0) {
		say_who(saying);
		say(saying,
		    " tính theo cấu hình khác với nơi này: units.yml, calendar.yml, feeds.d hoặc "
		    "indicators.d khác nhau",
		    " counts by another configuration than ours: units.yml, calendar.yml, feeds.d "
		    "or indicators.d differ");
		return true;
	}
	if (sscanf(detail, "version %64s %64s", theirs, ours) != 2)
		return false;
	say_who(saying);
	text_add(saying->text,
		 saying->vietnamese ? " chạy phiên bản %s, nơi này chạy phiên bản %s"
				    : " is of version %s, ours of version %s",
		 theirs, ours);
	return true;
}

/* "recorded between A and B"; a from of 0 is not known. */
static void say_span(const struct saying *saying, int64_t from_ms, int64_t to_ms)
{
	if (from_ms == 0) {
		say(saying, ", ghi nhận trước ", ", recorded before ");
	} else {
		say(saying, ", ghi nhận từ ", ", recorded between ");
		say_time(saying, from_ms);
		say(saying, " đến ", " and ");
	}
	say_time(saying, to_ms);
}

/* "N CLASS FROM-TO FROM_MS TO_MS". */
static bool say_gap(const struct saying *saying, const char *detail)
{
	uint64_t n, from, to;
	int64_t from_ms, to_ms;
	const char *words;
	char class[9];

	if (sscanf(detail, "%" SCNu64 " %8s %" SCNu64 "-%" SCNu64 " %" SCNd64 " %" SCNd64, &n,
		   class, &from, &to, &from_ms, &to_ms) != 6)
		return false;
	words = class_words(class, n == 1, saying->vietnamese);
	if (!words)
		return false;
	text_add(saying->text,
		 saying->vietnamese ? "thiếu %" PRIu64 " %s do " : "%" PRIu64 " %s of ", n, words);
	say_who(saying);
	say(saying, " chuyển lên", n == 1 ? " is missing" : " are missing");
	text_add(saying->text,
		 saying->vietnamese ? ", số %" PRIu64 "-%" PRIu64
				    : ", numbers %" PRIu64 "-%" PRIu64,
		 from, to);
	say_span(saying, from_ms, to_ms);
	say(saying, "; đã yêu cầu gửi lại", "; asked for again");
	return true;
}

/* "N CLASS FROM_MS TO_MS". */
static bool say_given_up(const struct saying *saying, const char *detail)
{
	int64_t from_ms, to_ms;
	const char *words;
	char class[9];
	uint64_t n;

	if (sscanf(detail, "%" SCNu64 " %8s %" SCNd64 " %" SCNd64, &n, class, &from_ms, &to_ms) !=
	    4)
		return false;
	words = class_words(class, n == 1, saying->vietnamese);
	if (!words)
		return false;
	text_add(saying->text, "%" PRIu64 " %s", n, words);
	say(saying, " của ", " of ");
	say_who(saying);
	say(saying, " sẽ không bao giờ đến", " will never come");
	say_span(saying, from_ms, to_ms);
	say(saying, ": hàng đợi gửi ở đó không giữ được",
	    n == 1 ? ": the outbox there did not keep it" : ": the outbox there did not keep them");
	return true;
}

bool site_reason(struct text *text, const struct alert *alert, int offset_minutes, bool vietnamese)
{
	const struct saying saying = { .text = text,
				       .sender = alert->subject,
				       .offset_minutes = offset_minutes,
				       .vietnamese = vietnamese };
	enum own_part part = alert->rule->own;

	if (part == OWN_SITE_LOST)
		return say_lost(&saying, alert->detail);
	if (part == OWN_SITE_LAGGING)
		return say_lagging(&saying, alert->detail);
	if (part == OWN_SITE_OLD)
		return say_old(&saying, alert->detail);
	if (part == OWN_SITE_GAP)
		return say_gap(&saying, alert->detail);
	return say_given_up(&saying, alert->detail);
}

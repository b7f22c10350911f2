/* SPDX-License-Identifier: Apache-2.0 */
#include "mirror_read.h"

#include <string.h>

#include "entry.h"
#include "iocd/base/civil.h"
#include "person.h"

#define JSON_MAX (128u << 10) /* bytes */

struct reading_word {
	const struct units *units;
	const struct mirror_site *site;
	struct word *word;
	bool is_bad;
};

/* The string of that name; NULL if there is none. */
static const char *string_of(struct reading_word *reading, const json_t *object, const char *name)
{
	const json_t *member = json_object_get(object, name);

	if (member && !json_is_null(member) && !json_is_string(member))
		reading->is_bad = true;
	return json_string_value(member);
}

static const char *need_string(struct reading_word *reading, const json_t *object, const char *name)
{
	const char *string = string_of(reading, object, name);

	if (!string)
		reading->is_bad = true;
	return string ? string : "";
}

static const json_t *need_object(struct reading_word *reading, const json_t *object,
				 const char *name)
{
	const json_t *member = json_object_get(object, name);

	if (!json_is_object(member))
		reading->is_bad = true;
	return member;
}

static bool need_flag(struct reading_word *reading, const char *name)
{
	const json_t *member = json_object_get(reading->word->json, name);

	if (!json_is_boolean(member))
		reading->is_bad = true;
	return json_is_true(member);
}

static int64_t time_of(struct reading_word *reading, const json_t *object, const char *name)
{
	const char *string = string_of(reading, object, name);
	int64_t time_ms = 0;

	if (string && civil_parse(string, strlen(string), &time_ms) != 0)
		reading->is_bad = true;
	return time_ms;
}

/* An id of at most max - 1 bytes, of such characters. */
static struct slice need_id(struct reading_word *reading, const json_t *object, const char *name,
			    const char *more, size_t max)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	const char *id = need_string(reading, object, name);
	size_t size = strlen(id);

	for (const char *at = id; *at; at++)
		if (!strchr(first, *at) && (at == id || !strchr(more, *at)))
			reading->is_bad = true;
	if (size == 0 || size >= max)
		reading->is_bad = true;
	return (struct slice){ .bytes = id, .size = reading->is_bad ? 0 : size };
}

static struct slice need_subject(struct reading_word *reading, const json_t *object)
{
	const char *subject = need_string(reading, object, "subject");
	size_t size = strlen(subject);

	if (size >= ALERT_SUBJECT_MAX)
		reading->is_bad = true;
	return (struct slice){ .bytes = subject, .size = reading->is_bad ? 0 : size };
}

static void take_person(struct reading_word *reading, const json_t *object, const char *name,
			struct word_person *ret)
{
	const char *string = string_of(reading, object, name);

	if (string)
		person_read(ret, reading->units, reading->site->unit, string);
}

static void take_note(struct reading_word *reading, const json_t *object, char *to, size_t capacity)
{
	const char *string = string_of(reading, object, "note");

	if (string)
		person_clean(to, capacity, string);
}

/* ---- what is the matter ---- */

/* News that we do not know may come of a newer iocd: how things are counts. */
static enum alert_news find_news(const char *name)
{
	enum alert_news news = NEWS_FORGOTTEN;

	while (news > NEWS_NOTHING && strcmp(alert_news_name(news), name) != 0)
		news--;
	return news;
}

static void take_condition(struct reading_word *reading)
{
	struct word *word = reading->word;
	const char *state = need_string(reading, word->json, "state");
	const char *severity = need_string(reading, word->json, "severity");

	word->stands = strcmp(state, alert_state_name(ALERT_RAISED)) == 0 ||
		       strcmp(state, alert_state_name(ALERT_FADING)) == 0;
	if (!word->stands && strcmp(state, alert_state_name(ALERT_PENDING)) != 0 &&
	    strcmp(state, alert_state_name(ALERT_QUIET)) != 0)
		reading->is_bad = true;
	word->latched = need_flag(reading, "latched") && !word->stands;
	word->uncertain = need_flag(reading, "uncertain");
	word->drill = need_flag(reading, "drill");
	word->closed = need_flag(reading, "closed");

	word->severity = SEVERITY_CRITICAL;
	while (word->severity > SEVERITY_NONE &&
	       strcmp(severity_name(word->severity), severity) != 0)
		word->severity--;
	if (word->severity == SEVERITY_NONE && (word->stands || word->latched))
		reading->is_bad = true;
}

/* Who handles it must fit what is the matter. */
static void take_handling(struct reading_word *reading)
{
	struct word *word = reading->word;
	const json_t *acknowledged = json_object_get(word->json, "acknowledged");
	const char *name = need_string(reading, word->json, "handling");
	bool is_open = word->stands || word->latched;

	word->handling = HANDLING_CLEARED_UNACKNOWLEDGED;
	while (word->handling > HANDLING_NONE && strcmp(handling_name(word->handling), name) != 0)
		word->handling--;
	if (is_open !=
	    (word->handling == HANDLING_ACKNOWLEDGED || word->handling == HANDLING_UNACKNOWLEDGED))
		reading->is_bad = true;
	if (acknowledged && !json_is_null(acknowledged) && !json_is_object(acknowledged))
		reading->is_bad = true;
	take_person(reading, acknowledged, "by", &word->acknowledged_by);
	take_note(reading, acknowledged, word->acknowledged_note, sizeof(word->acknowledged_note));
	word->acknowledged_ms = time_of(reading, acknowledged, "at");
	word->acknowledged_until_ms = time_of(reading, acknowledged, "until");
	take_person(reading, word->json, "owner", &word->owner);
	if (word->handling == HANDLING_ACKNOWLEDGED && word->acknowledged_by.side == SIDE_NONE)
		reading->is_bad = true;
}

static enum suppression find_suppression(const char *name)
{
	enum suppression suppression = 0;

	while (suppression < N_SUPPRESSIONS && strcmp(suppression_name(suppression), name) != 0)
		suppression++;
	/* What we do not know may come of a newer iocd. */
	return suppression < N_SUPPRESSIONS ? suppression : SUPPRESSION_ORIGIN;
}

static void take_suppressions(struct reading_word *reading)
{
	struct word *word = reading->word;
	const json_t *list = json_object_get(word->json, "suppressed");
	bool is_for_ever = false;

	if (!json_is_array(list))
		reading->is_bad = true;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *by = string_of(reading, one, "by");
		int64_t until_ms = time_of(reading, one, "until");

		word->mirrored.suppressed |=
			SUPPRESSION_BIT(find_suppression(need_string(reading, one, "kind")));
		if (by && !word->suppressed_by[0])
			person_clean(word->suppressed_by, sizeof(word->suppressed_by), by);
		is_for_ever = is_for_ever || until_ms == 0;
		if (until_ms > word->suppressed_until_ms)
			word->suppressed_until_ms = until_ms;
	}
	if (is_for_ever)
		word->suppressed_until_ms = 0;
}

/* ---- what it is ---- */

static struct slice words_of(struct reading_word *reading, const json_t *object, const char *name)
{
	const char *string = string_of(reading, object, name);

	return (struct slice){ .bytes = string, .size = string ? strlen(string) : 0 };
}

/* Where it arose: at the site, or further down. */
static void take_origin(struct reading_word *reading, const json_t *rule, const json_t *origin)
{
	struct slice *texts = reading->word->mirrored.texts;
	const struct unit *unit = units_at(reading->units, reading->site->unit);
	struct slice site = { reading->site->sender, strlen(reading->site->sender) };
	struct slice threshold;

	texts[MIRRORED_SITE] = site;
	if (origin) {
		texts[MIRRORED_UNIT] = need_id(reading, origin, "unit", "._-", MIRRORED_ID_MAX);
		texts[MIRRORED_SENDER] =
			need_id(reading, origin, "sender", "-", MIRRORED_SENDER_MAX);
		texts[MIRRORED_RULE] = need_id(reading, origin, "rule", "_-", MIRRORED_ID_MAX);
		texts[MIRRORED_SUBJECT] = need_subject(reading, origin);
		texts[MIRRORED_SITE_RULE] = need_id(reading, rule, "id", "_-", MIRRORED_ID_MAX);
		threshold = words_of(reading, origin, "threshold");
	} else {
		texts[MIRRORED_UNIT] = (struct slice){ unit->id, strlen(unit->id) };
		texts[MIRRORED_SENDER] = site;
		texts[MIRRORED_RULE] = need_id(reading, rule, "id", "_-", MIRRORED_ID_MAX);
		texts[MIRRORED_SUBJECT] = need_subject(reading, reading->word->json);
		threshold = words_of(reading, json_object_get(reading->word->json, "threshold"),
				     "text");
	}
	texts[MIRRORED_THRESHOLD] = threshold;
}

static void take_identity(struct reading_word *reading)
{
	struct word *word = reading->word;
	const json_t *origin = json_object_get(word->json, "origin");
	const json_t *rule = need_object(reading, word->json, "rule");
	const json_t *title = need_object(reading, rule, "title");
	const json_t *reason = need_object(reading, word->json, "reason");
	struct slice *texts = word->mirrored.texts;

	if (origin && !json_is_null(origin) && !json_is_object(origin))
		reading->is_bad = true;
	take_origin(reading, rule, json_is_object(origin) ? origin : NULL);
	texts[MIRRORED_TITLE_VI] = words_of(reading, title, "vi");
	texts[MIRRORED_TITLE_EN] = words_of(reading, title, "en");
	texts[MIRRORED_REASON_VI] = words_of(reading, reason, "vi");
	texts[MIRRORED_REASON_EN] = words_of(reading, reason, "en");
	if (!reading->is_bad)
		mirrored_subject(word->subject, texts[MIRRORED_RULE], texts[MIRRORED_SUBJECT]);
}

/* Whether unit is that of the site, or below it. */
static bool is_at_site(const struct reading_word *reading, uint32_t unit)
{
	while (unit != UNIT_NONE && unit != reading->site->unit)
		unit = units_parent(reading->units, unit);
	return unit != UNIT_NONE;
}

static void take_transition(struct reading_word *reading)
{
	struct word *word = reading->word;
	const json_t *number = json_object_get(word->json, "number");

	if (!json_is_integer(number) || json_integer_value(number) < 1)
		reading->is_bad = true;
	word->mirrored.number = (uint64_t)json_integer_value(number);
	word->mirrored.raised_ms = time_of(reading, word->json, "raised");
	word->news = find_news(need_string(reading, word->json, "news"));
	take_person(reading, word->json, "by", &word->by);
	take_note(reading, word->json, word->note, sizeof(word->note));
	take_condition(reading);
	take_handling(reading);
	take_suppressions(reading);
	take_identity(reading);
	word->mirrored.flags[MIRRORED_UNCERTAIN] = word->uncertain;
}

static int read_transition(struct reading_word *reading)
{
	const json_t *unit = need_object(reading, reading->word->json, "unit");
	const char *id = need_string(reading, unit, "id");

	take_transition(reading);
	if (reading->is_bad)
		return MIRROR_BAD;
	reading->word->unit = units_find(reading->units, id, strlen(id));
	return is_at_site(reading, reading->word->unit) ? 0 : MIRROR_ELSEWHERE;
}

int word_read(struct word *ret, const struct units *units, const struct mirror_site *site,
	      const char *json, size_t size)
{
	struct reading_word reading = { .units = units, .site = site, .word = ret };

	*ret = (struct word){ .unit = UNIT_NONE };
	if (size > JSON_MAX || strlen(site->sender) >= MIRRORED_SENDER_MAX ||
	    site->unit >= units_count(units))
		return MIRROR_BAD;
	ret->json = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(ret->json))
		return MIRROR_BAD;
	ret->standing = json_object_get(ret->json, "standing");
	if (!ret->standing)
		return read_transition(&reading);
	ret->is_partial = json_is_true(json_object_get(ret->json, "partial"));
	return json_is_array(ret->standing) ? 0 : MIRROR_BAD;
}

void word_fini(struct word *word)
{
	json_decref(word->json);
	word->json = NULL;
}

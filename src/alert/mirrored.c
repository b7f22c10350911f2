/* SPDX-License-Identifier: Apache-2.0 */
#include "mirrored.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define SET        'x'
#define UNSET      '-'
#define DIGITS_MAX 20
#define HASH_SIZE  17 /* "~" and 16 hex digits */

/* Bytes that a text has at most; 0: whatever fits. */
static const size_t bounds[N_MIRRORED_TEXTS] = {
	[MIRRORED_UNIT] = MIRRORED_ID_MAX - 1,      [MIRRORED_SENDER] = MIRRORED_SENDER_MAX - 1,
	[MIRRORED_RULE] = MIRRORED_ID_MAX - 1,      [MIRRORED_SUBJECT] = ALERT_SUBJECT_MAX - 1,
	[MIRRORED_SITE_RULE] = MIRRORED_ID_MAX - 1, [MIRRORED_SITE] = MIRRORED_SENDER_MAX - 1,
};

/* Behind each text: its length, of at most three digits, and a colon. */
#define OVERHEAD (N_MIRRORED_TEXTS * 4)
_Static_assert(ALERT_DETAIL_MAX <= 1000, "a length has three digits");
_Static_assert(N_MIRRORED_FLAGS + 3 * (DIGITS_MAX + 1) + OVERHEAD + 3 * (MIRRORED_ID_MAX - 1) +
			       2 * (MIRRORED_SENDER_MAX - 1) + ALERT_SUBJECT_MAX - 1 <
		       ALERT_DETAIL_MAX,
	       "what makes an identity fits");

bool alert_is_mirrored(const struct alert *alert)
{
	return alert->rule->kind == RULE_OWN && alert->rule->own == OWN_MIRRORED;
}

/* Where text, of size bytes or more, is cut so that at most size are left. */
static size_t cut(struct slice text, size_t size)
{
	if (text.size <= size)
		return text.size;
	while (size > 0 && (text.bytes[size] & 0xc0) == 0x80)
		size--;
	return size;
}

static size_t bytes_bound(const struct mirrored *mirrored)
{
	size_t n = 0;

	for (unsigned i = 0; i < N_MIRRORED_TEXTS; i++)
		n += bounds[i] > 0 ? mirrored->texts[i].size : 0;
	return n;
}

/* Each of the words, the short ones first, gets its share of the room that is left. */
static void share_out(const struct mirrored *mirrored, size_t room, size_t sizes[N_MIRRORED_TEXTS])
{
	size_t left = 0;

	for (unsigned i = 0; i < N_MIRRORED_TEXTS; i++)
		left += bounds[i] == 0;
	for (unsigned i = 0; i < N_MIRRORED_TEXTS; i++) {
		sizes[i] = mirrored->texts[i].size;
		if (bounds[i] > 0)
			continue;
		sizes[i] = cut(mirrored->texts[i], room / left--);
		room -= sizes[i];
	}
}

void mirrored_pack(char detail[ALERT_DETAIL_MAX], const struct mirrored *mirrored)
{
	size_t sizes[N_MIRRORED_TEXTS], at = N_MIRRORED_FLAGS;

	memset(detail, 0, ALERT_DETAIL_MAX);
	for (unsigned i = 0; i < N_MIRRORED_FLAGS; i++)
		detail[i] = mirrored->flags[i] ? SET : UNSET;
	at += (size_t)snprintf(detail + at, ALERT_DETAIL_MAX - at, "%" PRIu64 " %" PRId64 " %u ",
			       mirrored->number, mirrored->raised_ms, mirrored->suppressed);

	share_out(mirrored, ALERT_DETAIL_MAX - 1 - at - OVERHEAD - bytes_bound(mirrored), sizes);
	for (unsigned i = 0; i < N_MIRRORED_TEXTS; i++) {
		assert(bounds[i] == 0 || sizes[i] <= bounds[i]);
		at += (size_t)snprintf(detail + at, ALERT_DETAIL_MAX - at, "%zu:", sizes[i]);
		if (sizes[i] > 0)
			memcpy(detail + at, mirrored->texts[i].bytes, sizes[i]);
		at += sizes[i];
	}
}

/* Takes a number in its only form, and the byte behind it. */
static bool take_number(const char **at, char end, uint64_t max, uint64_t *ret)
{
	const char *from = *at;
	uint64_t n = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++) {
		uint64_t digit = (uint64_t)(**at - '0');

		if (n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*ret = n;
	return *at > from && (*from != '0' || *at == from + 1) && *(*at)++ == end;
}

static bool take_text(const char **at, unsigned number, struct slice *ret)
{
	uint64_t size;

	if (!take_number(at, ':', ALERT_DETAIL_MAX, &size) ||
	    (bounds[number] > 0 && size > bounds[number]) || strnlen(*at, (size_t)size) < size)
		return false;
	*ret = (struct slice){ .bytes = *at, .size = (size_t)size };
	*at += size;
	return true;
}

static bool take_flags(const char **at, struct mirrored *ret)
{
	for (unsigned i = 0; i < N_MIRRORED_FLAGS; i++, (*at)++) {
		if (**at != SET && **at != UNSET)
			return false;
		ret->flags[i] = **at == SET;
	}
	return true;
}

bool mirrored_unpack(const char *detail, struct mirrored *ret)
{
	uint64_t raised_ms, suppressed;
	const char *at = detail;

	if (!take_flags(&at, ret) || !take_number(&at, ' ', UINT64_MAX, &ret->number) ||
	    !take_number(&at, ' ', INT64_MAX, &raised_ms) ||
	    !take_number(&at, ' ', (1u << N_SUPPRESSIONS) - 1, &suppressed))
		return false;
	ret->raised_ms = (int64_t)raised_ms;
	ret->suppressed = (unsigned)suppressed;
	for (unsigned i = 0; i < N_MIRRORED_TEXTS; i++)
		if (!take_text(&at, i, &ret->texts[i]))
			return false;
	return *at == '\0' && ret->texts[MIRRORED_RULE].size > 0;
}

void mirrored_set(char *detail, enum mirrored_flag flag, bool is_set)
{
	detail[flag] = is_set ? SET : UNSET;
}

bool mirrored_is_set(const char *detail, enum mirrored_flag flag)
{
	return detail[flag] == SET;
}

void mirrored_subject(char to[ALERT_SUBJECT_MAX], struct slice rule, struct slice subject)
{
	char whole[MIRRORED_ID_MAX + ALERT_SUBJECT_MAX];
	struct slice text = { .bytes = whole };
	size_t size;

	text.size = (size_t)snprintf(whole, sizeof(whole), "%.*s%s%.*s", (int)rule.size, rule.bytes,
				     subject.size > 0 ? "/" : "", (int)subject.size,
				     subject.size > 0 ? subject.bytes : "");
	memset(to, 0, ALERT_SUBJECT_MAX);
	if (text.size < ALERT_SUBJECT_MAX) {
		memcpy(to, whole, text.size);
		return;
	}
	size = cut(text, ALERT_SUBJECT_MAX - 1 - HASH_SIZE);
	memcpy(to, whole, size);
	(void)snprintf(to + size, ALERT_SUBJECT_MAX - size, "~%016" PRIx64,
		       (uint64_t)XXH3_64bits(whole, text.size));
}

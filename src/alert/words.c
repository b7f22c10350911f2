/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "iocd/base/civil.h"

void words_slice(struct text *text, struct slice slice)
{
	size_t start = text->size;

	text_add_bytes(text, slice.bytes, slice.size);
	for (size_t i = start; i < text->size; i++)
		if ((unsigned char)text->bytes[i] < ' ' || text->bytes[i] == 0x7f)
			text->bytes[i] = ' ';
}

void words_plain(struct text *text, const char *bytes)
{
	words_slice(text, (struct slice){ .bytes = bytes, .size = strlen(bytes) });
}

/* Decimals that leave number with so many digits in all, whole ones included. */
static int decimals_of(double number, int digits)
{
	int decimals = digits - 1 - (int)floor(log10(fabs(number)));

	return decimals > 0 ? decimals : 0;
}

static double round_for_people(double number, bool percent)
{
	double scale;

	if (number == 0 || !isfinite(number))
		return number;

	if (!percent)
		scale = pow(10, decimals_of(number, 3));
	else if (fabs(number) < 0.1)
		scale = pow(10, decimals_of(number, 1));
	else
		scale = 10;
	if (!isfinite(scale))
		return number;
	return round(number * scale) / scale;
}

static void add_number(struct text *text, double number, bool vietnamese)
{
	size_t start = text->size;

	text_add_number(text, number);
	if (vietnamese)
		for (size_t i = start; i < text->size; i++)
			if (text->bytes[i] == '.')
				text->bytes[i] = ',';
}

void words_number(struct text *text, double number, bool vietnamese)
{
	add_number(text, round_for_people(number, false), vietnamese);
}

void words_value(struct text *text, const struct indicator *figure, double value, bool vietnamese)
{
	add_number(text, round_for_people(figure->percent ? value * 100 : value, figure->percent),
		   vietnamese);
	if (figure->percent)
		text_add(text, " %%");
	else if (figure->measure_vi[0])
		text_add(text, " %s", vietnamese ? figure->measure_vi : figure->measure_en);
}

void words_plural(struct text *text, uint64_t n, const char *english, const char *vietnamese)
{
	if (vietnamese)
		text_add(text, "%" PRIu64 " %s", n, vietnamese);
	else
		text_add(text, "%" PRIu64 " %s%s", n, english, n == 1 ? "" : "s");
}

void words_time(struct text *text, int64_t time_ms, int offset_minutes, bool vietnamese)
{
	char stamp[CIVIL_TEXT_MAX];

	(void)civil_format(stamp, time_ms, offset_minutes);
	if (vietnamese)
		text_add(text, "%.8s %.2s/%.2s/%.4s", stamp + 11, stamp + 8, stamp + 5, stamp);
	else
		text_add(text, "%.10s %.8s", stamp, stamp + 11);
}

/* The largest unit that ms is whole in. */
static int64_t unit_of(int64_t ms, const char **ret_english, const char **ret_vietnamese)
{
	static const struct {
		int64_t ms;
		const char *english, *vietnamese;
	} units[] = {
		{ 86400000, "day", "ngày" },
		{ 3600000, "hour", "giờ" },
		{ 60000, "minute", "phút" },
		{ 1000, "second", "giây" },
	};
	size_t i = 0;

	while (i + 1 < COUNT(units) && (ms == 0 || ms % units[i].ms != 0))
		i++;
	*ret_english = units[i].english;
	*ret_vietnamese = units[i].vietnamese;
	return units[i].ms;
}

void words_duration(struct text *text, int64_t ms, bool vietnamese)
{
	const char *english, *viet;
	int64_t unit_ms = unit_of(ms, &english, &viet);

	words_plural(text, (uint64_t)(ms / unit_ms), english, vietnamese ? viet : NULL);
}

const char *severity_words(enum severity severity, bool vietnamese)
{
	switch (severity) {
	case SEVERITY_CRITICAL:
		return vietnamese ? "nghiêm trọng" : "critical";
	case SEVERITY_WARNING:
		return vietnamese ? "cảnh báo" : "warning";
	case SEVERITY_NONE:
		break;
	}
	return vietnamese ? "bình thường" : "normal";
}

const char *presence_words(enum presence presence, bool vietnamese)
{
	switch (presence) {
	case PRESENCE_ONLINE:
		return vietnamese ? "vẫn kết nối nhưng không gửi dữ liệu"
				  : "connected, but sends nothing";
	case PRESENCE_LOST:
		return vietnamese ? "mất kết nối" : "disconnected";
	case PRESENCE_STOPPED:
		return vietnamese ? "đã tự ngắt kết nối" : "it said good-bye";
	case PRESENCE_UNKNOWN:
		break;
	}
	return vietnamese ? "không rõ còn kết nối hay không" : "not known whether it is connected";
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "date.h"

#include <string.h>

#include "iocd/base/civil.h"

#define DATE_SIZE   10 /* 2026-02-16 */
#define MINUTE_SIZE 5  /* 07:30 */
#define DAY_MS      86400000LL

bool date_parse(const char *text, size_t n, int32_t *ret_day)
{
	static const char rest[] = "T00:00:00Z";
	char whole[DATE_SIZE + sizeof(rest)];
	int64_t time_ms;

	if (n != DATE_SIZE)
		return false;
	memcpy(whole, text, DATE_SIZE);
	memcpy(whole + DATE_SIZE, rest, sizeof(rest));
	if (civil_parse(whole, strlen(whole), &time_ms))
		return false;
	*ret_day = civil_day(time_ms, 0);
	return true;
}

bool date_read(struct load *load, const struct node *node, int32_t *ret_day)
{
	const char *text;

	if (!read_text(load, node, &text))
		return false;
	if (date_parse(text, strlen(text), ret_day))
		return true;
	report_error(load->report, node->place, "'%s' is not a day; write it like 2026-02-16",
		     text);
	return false;
}

int64_t date_begin_ms(const struct load *load, int32_t day)
{
	return day * DAY_MS - load->config->settings.offset_minutes * 60000LL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool date_parse_minute(const char *text, size_t n, uint32_t *ret_minute)
{
	uint32_t hour, minute;

	if (n != MINUTE_SIZE || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) ||
	    !is_digit(text[3]) || !is_digit(text[4]))
		return false;
	hour = (uint32_t)((text[0] - '0') * 10 + (text[1] - '0'));
	minute = (uint32_t)((text[3] - '0') * 10 + (text[4] - '0'));
	if (minute > 59 || hour * 60 + minute > DAY_MINUTES)
		return false;
	*ret_minute = hour * 60 + minute;
	return true;
}

bool date_read_minute(struct load *load, const struct node *node, uint32_t *ret_minute)
{
	const char *text;

	if (!read_text(load, node, &text))
		return false;
	if (date_parse_minute(text, strlen(text), ret_minute))
		return true;
	report_error(load->report, node->place,
		     "'%s' is not a time of day; write it like 07:30, up to 24:00", text);
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Years are counted from March, so that the leap day is the last of its year and the lengths of
 * months follow one formula: (153 * month + 2) / 5 days lie before month 0 = March.
 */
#include "iocd/base/civil.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_MINUTE      60000
#define MS_PER_DAY         86400000
#define DAYS_PER_400_YEARS 146097
#define DAYS_TO_1970       719468 /* from 0000-03-01 to 1970-01-01 */
#define DAYS_FROM_MONDAY   3      /* to 1970-01-01 */
#define OFFSET_MAX         840

struct date {
	int year;
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
};

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* What floor_divide() leaves: in [0, b), also where a is near the ends of its range. */
static int64_t floor_rest(int64_t a, int64_t b)
{
	int64_t rest = a % b;

	return rest < 0 ? rest + b : rest;
}

static int64_t days_from_date(struct date date)
{
	int64_t year = date.year - (date.month <= 2);
	int month = (date.month + 9) % 12;
	int64_t era = floor_divide(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_400_YEARS + day_of_era - DAYS_TO_1970;
}

static struct date date_from_days(int64_t days)
{
	int64_t since = days + DAYS_TO_1970;
	int64_t era = floor_divide(since, DAYS_PER_400_YEARS);
	int day_of_era = (int)(since - era * DAYS_PER_400_YEARS);
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			   day_of_era / (DAYS_PER_400_YEARS - 1)) /
			  365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month = (5 * day_of_year + 2) / 153;
	struct date date = { .day = day_of_year - (153 * month + 2) / 5 + 1 };

	date.month = month < 10 ? month + 3 : month - 9;
	date.year = (int)(era * 400) + year_of_era + (date.month <= 2);
	return date;
}

static int days_in_month(int year, int month)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* The number that n digits make, or -1 if one of them is none. */
static inline int read_digits(const char *text, int n)
{
	int number = 0;

	for (int i = 0; i < n; i++) {
		unsigned digit = (unsigned)text[i] - '0';

		if (digit > 9)
			return -1;
		number = number * 10 + (int)digit;
	}
	return number;
}

/* Reads "Z" or "+hh:mm" with at most 23 hours, as RFC 3339 has it. */
static int read_offset(const char *text, size_t n, int *ret_minutes)
{
	int hours, minutes;

	if (n == 1 && (text[0] == 'Z' || text[0] == 'z')) {
		*ret_minutes = 0;
		return 0;
	}
	if (n != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
		return CIVIL_SYNTAX;

	hours = read_digits(text + 1, 2);
	minutes = read_digits(text + 4, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return CIVIL_SYNTAX;

	minutes += hours * 60;
	*ret_minutes = text[0] == '-' ? -minutes : minutes;
	return 0;
}

/* Reads "2026-11-22" into days since 1970. */
static int read_date(const char *text, int64_t *ret_days)
{
	struct date date = { .year = read_digits(text, 4),
			     .month = read_digits(text + 5, 2),
			     .day = read_digits(text + 8, 2) };

	if (text[4] != '-' || text[7] != '-')
		return CIVIL_SYNTAX;
	if (date.year < 1970 || date.month < 1 || date.month > 12)
		return CIVIL_SYNTAX;
	if (date.day < 1 || date.day > days_in_month(date.year, date.month))
		return CIVIL_SYNTAX;

	*ret_days = days_from_date(date);
	return 0;
}

/* Reads "08:15:00" into seconds; a second may be 60 for now. */
static int read_time(const char *text, int *ret_seconds)
{
	int hour = read_digits(text, 2);
	int minute = read_digits(text + 3, 2);
	int second = read_digits(text + 6, 2);

	if (text[2] != ':' || text[5] != ':')
		return CIVIL_SYNTAX;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return CIVIL_SYNTAX;

	*ret_seconds = hour * 3600 + minute * 60 + second;
	return 0;
}

/* Reads ".125" if it is there, and says how many bytes it has; 0 bytes of digits are an error. */
static int read_fraction(const char *text, size_t n, int *ret_ms, size_t *ret_size)
{
	int worth = 100;
	size_t i = 1;

	*ret_ms = 0;
	*ret_size = 0;
	if (n == 0 || text[0] != '.')
		return 0;

	for (; i < n && (unsigned)text[i] - '0' <= 9; i++, worth /= 10)
		*ret_ms += (text[i] - '0') * worth;
	*ret_size = i;
	return i > 1 ? 0 : CIVIL_SYNTAX;
}

int civil_parse(const char *text, size_t n, int64_t *ret_ms)
{
	const size_t seconds_end = sizeof("2026-11-22T08:15:00") - 1;
	int seconds, fraction_ms, offset;
	size_t fraction_size;
	int64_t days, ms;

	if (n <= seconds_end || (text[10] != 'T' && text[10] != 't'))
		return CIVIL_SYNTAX;
	if (read_date(text, &days) || read_time(text + 11, &seconds))
		return CIVIL_SYNTAX;

	text += seconds_end;
	n -= seconds_end;
	if (read_fraction(text, n, &fraction_ms, &fraction_size))
		return CIVIL_SYNTAX;
	if (read_offset(text + fraction_size, n - fraction_size, &offset))
		return CIVIL_SYNTAX;

	ms = days * MS_PER_DAY + (int64_t)seconds * 1000 - (int64_t)offset * MS_PER_MINUTE;
	if (ms < 0)
		return CIVIL_SYNTAX;

	*ret_ms = ms + fraction_ms;
	return 0;
}

int civil_parse_offset(const char *text, size_t n, int *ret_minutes)
{
	int minutes;

	if (read_offset(text, n, &minutes) || minutes < -OFFSET_MAX || minutes > OFFSET_MAX)
		return CIVIL_SYNTAX;

	*ret_minutes = minutes;
	return 0;
}

static char *put_two(char *at, int number)
{
	*at++ = (char)('0' + number / 10);
	*at++ = (char)('0' + number % 10);
	return at;
}

static char *put_date(char *at, struct date date)
{
	if (date.year >= 0 && date.year <= 9999)
		at = put_two(put_two(at, date.year / 100), date.year % 100);
	else
		at += snprintf(at, sizeof("-292275055"), "%d", date.year);

	*at++ = '-';
	at = put_two(at, date.month);
	*at++ = '-';
	return put_two(at, date.day);
}

static char *put_time(char *at, int ms)
{
	int fraction = ms % 1000;

	at = put_two(at, ms / 3600000);
	*at++ = ':';
	at = put_two(at, ms / 60000 % 60);
	*at++ = ':';
	at = put_two(at, ms / 1000 % 60);
	if (fraction == 0)
		return at;

	*at++ = '.';
	*at++ = (char)('0' + fraction / 100);
	return put_two(at, fraction % 100);
}

static int64_t local_ms(int64_t time_ms, int offset_minutes)
{
	assert(offset_minutes >= -OFFSET_MAX && offset_minutes <= OFFSET_MAX);
	return time_ms + (int64_t)offset_minutes * MS_PER_MINUTE;
}

const char *civil_format(char text[CIVIL_TEXT_MAX], int64_t time_ms, int offset_minutes)
{
	int64_t local = local_ms(time_ms, offset_minutes);
	int distance = offset_minutes < 0 ? -offset_minutes : offset_minutes;
	char *at = put_date(text, date_from_days(floor_divide(local, MS_PER_DAY)));

	*at++ = 'T';
	at = put_time(at, (int)floor_rest(local, MS_PER_DAY));
	*at++ = offset_minutes < 0 ? '-' : '+';
	at = put_two(at, distance / 60);
	*at++ = ':';
	at = put_two(at, distance % 60);
	*at = '\0';
	return text;
}

int32_t civil_day(int64_t time_ms, int offset_minutes)
{
	return (int32_t)floor_divide(local_ms(time_ms, offset_minutes), MS_PER_DAY);
}

int32_t civil_week(int64_t time_ms, int offset_minutes)
{
	return (int32_t)floor_divide(civil_day(time_ms, offset_minutes) + DAYS_FROM_MONDAY, 7);
}

int32_t civil_month(int64_t time_ms, int offset_minutes)
{
	struct date date = date_from_days(civil_day(time_ms, offset_minutes));

	return (date.year - 1970) * 12 + date.month - 1;
}

int32_t civil_year(int64_t time_ms, int offset_minutes)
{
	return date_from_days(civil_day(time_ms, offset_minutes)).year - 1970;
}

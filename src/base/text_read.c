/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers of text.h.  A number of at most 15 digits and a small power of ten is one exact
 * multiplication or division (Clinger 1990); the rest goes to the C library.
 */
#include "iocd/base/text.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define NUMBER_BYTES_MAX 256 /* longer ones are refused: nobody means them */
#define EXACT_DIGITS     15
#define EXACT_POWER      22
#define EXPONENT_CAP     100000 /* far outside of what a double holds */

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t count_digits(const char *bytes, size_t n)
{
	size_t i = 0;

	while (i < n && is_digit(bytes[i]))
		i++;
	return i;
}

/* Reads n digits; the sign is part of the sum so that INT64_MIN has a way in. */
static int sum_digits(const char *bytes, size_t n, int sign, int64_t *ret)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, sign * (bytes[i] - '0'), &sum))
			return TEXT_RANGE;

	*ret = sum;
	return 0;
}

int text_read_integer(const char *bytes, size_t n, int64_t *ret)
{
	size_t minus = n > 0 && bytes[0] == '-';

	bytes += minus;
	n -= minus;
	if (n == 0 || count_digits(bytes, n) != n)
		return TEXT_SYNTAX;
	return sum_digits(bytes, n, minus ? -1 : 1, ret);
}

/* A number as it is written: digits times 10 to the power of exponent. */
struct decimal {
	int64_t digits; /* exact if n_digits <= EXACT_DIGITS */
	int n_digits;   /* leading zeros aside */
	int exponent;
	int minus;
};

static void take_digits(struct decimal *decimal, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (decimal->n_digits == 0 && bytes[i] == '0')
			continue;
		if (++decimal->n_digits <= EXACT_DIGITS)
			decimal->digits = decimal->digits * 10 + (bytes[i] - '0');
	}
}

/* Reads the n bytes after "e". */
static int read_exponent(struct decimal *decimal, const char *bytes, size_t n)
{
	int minus = n > 0 && bytes[0] == '-';
	int exponent = 0;

	if (n > 0 && (bytes[0] == '-' || bytes[0] == '+')) {
		bytes++;
		n--;
	}
	if (n == 0 || count_digits(bytes, n) != n)
		return TEXT_SYNTAX;

	for (size_t i = 0; i < n && exponent < EXPONENT_CAP; i++)
		exponent = exponent * 10 + (bytes[i] - '0');
	decimal->exponent += minus ? -exponent : exponent;
	return 0;
}

static int read_decimal(struct decimal *decimal, const char *bytes, size_t n)
{
	const char *end = bytes + n;
	const char *at = bytes;
	size_t size;

	if (at < end && *at == '-') {
		decimal->minus = 1;
		at++;
	}
	size = count_digits(at, (size_t)(end - at));
	if (size == 0)
		return TEXT_SYNTAX;
	take_digits(decimal, at, size);
	at += size;

	if (at < end && *at == '.') {
		at++;
		size = count_digits(at, (size_t)(end - at));
		if (size == 0)
			return TEXT_SYNTAX;
		take_digits(decimal, at, size);
		decimal->exponent = -(int)size;
		at += size;
	}
	if (at == end)
		return 0;
	if (*at != 'e' && *at != 'E')
		return TEXT_SYNTAX;
	return read_exponent(decimal, at + 1, (size_t)(end - at - 1));
}

static double exact_value(const struct decimal *decimal)
{
	static const double powers[EXACT_POWER + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,
							1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
							1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
							1e18, 1e19, 1e20, 1e21, 1e22 };
	double value = (double)decimal->digits;

	if (decimal->exponent < 0)
		value /= powers[-decimal->exponent];
	else
		value *= powers[decimal->exponent];
	return decimal->minus ? -value : value;
}

int text_read_number(const char *bytes, size_t n, double *ret)
{
	struct decimal decimal = { .digits = 0 };
	char copy[NUMBER_BYTES_MAX + 1];
	double value;
	int r;

	if (n > NUMBER_BYTES_MAX)
		return TEXT_RANGE;
	r = read_decimal(&decimal, bytes, n);
	if (r)
		return r;

	if (decimal.n_digits <= EXACT_DIGITS && abs(decimal.exponent) <= EXACT_POWER) {
		*ret = exact_value(&decimal);
		return 0;
	}

	memcpy(copy, bytes, n);
	copy[n] = '\0';
	value = strtod_l(copy, NULL, newlocale(LC_ALL_MASK, "C", (locale_t)0));
	if (!isfinite(value))
		return TEXT_RANGE;

	*ret = value;
	return 0;
}

struct unit {
	const char *name;
	int64_t worth;
};

/* Reads digits and one of the n_units names; the first unit is that of its row. */
static int read_with_unit(const char *bytes, size_t n, const struct unit *units, size_t n_units,
			  int64_t *ret)
{
	size_t size = count_digits(bytes, n);
	int64_t number;
	int r;

	if (size == 0)
		return TEXT_SYNTAX;

	for (size_t i = 0; i < n_units; i++) {
		if (strlen(units[i].name) != n - size ||
		    memcmp(units[i].name, bytes + size, n - size) != 0)
			continue;
		r = sum_digits(bytes, size, 1, &number);
		if (r)
			return r;
		return __builtin_mul_overflow(number, units[i].worth, ret) ? TEXT_RANGE : 0;
	}
	return TEXT_SYNTAX;
}

int text_read_duration(const char *bytes, size_t n, int64_t *ret_ms)
{
	static const struct unit units[] = {
		{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
	};

	if (n == 1 && bytes[0] == '0') {
		*ret_ms = 0;
		return 0;
	}
	return read_with_unit(bytes, n, units, COUNT(units), ret_ms);
}

int text_read_size(const char *bytes, size_t n, int64_t *ret_bytes)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "K", (int64_t)1 << 10 },
		{ "M", (int64_t)1 << 20 },
		{ "G", (int64_t)1 << 30 },
	};

	return read_with_unit(bytes, n, units, COUNT(units), ret_bytes);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Fills row i of the table of distances: from the first i bytes of a to each beginning of b, which
 * has n bytes.  Only the last three rows are kept.  Returns the least of the row. */
static int fill_row(int *rows, const char *a, size_t i, const char *b, size_t n)
{
	int *row = rows + i % 3 * (n + 1);
	const int *above = rows + (i + 2) % 3 * (n + 1);
	const int *above_that = rows + (i + 1) % 3 * (n + 1);
	int smallest = row[0] = (int)i;

	for (size_t j = 1; j <= n; j++) {
		int replaced = above[j - 1] + (a[i - 1] != b[j - 1]);

		row[j] = least(least(above[j], row[j - 1]) + 1, replaced);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
			row[j] = least(row[j], above_that[j - 2] + 1);
		smallest = least(smallest, row[j]);
	}
	return smallest;
}

int text_distance(const char *a, const char *b, int limit)
{
	size_t n_a = strlen(a);
	size_t n_b = strlen(b);
	int *rows = xcalloc(3 * (n_b + 1), sizeof(*rows));
	int smallest = 0;
	int distance;

	for (size_t j = 0; j <= n_b; j++)
		rows[j] = (int)j;
	for (size_t i = 1; i <= n_a && smallest <= limit; i++)
		smallest = fill_row(rows, a, i, b, n_b);

	distance = smallest > limit ? limit + 1 : rows[n_a % 3 * (n_b + 1) + n_b];
	free(rows);
	return least(distance, limit + 1);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define EVERY(byte)      (0x0101010101010101u * (byte))
#define NUMBER_BYTES_MAX 63 /* longer ones are unusual */
#define EXACT_MANTISSA   (UINT64_C(1) << 53)
#define EXACT_POWER      22 /* 10^22 is the last power of ten that a double holds exactly */

static const double powers[EXACT_POWER + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
						1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
						1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

/* The digits of a number as they are read. */
struct digits {
	uint64_t mantissa;
	int n;     /* digits in mantissa, leading zeros included */
	int power; /* of ten, to multiply mantissa with */
};

static bool is_tail(const char *byte)
{
	return ((unsigned char)*byte & 0xc0) == 0x80;
}

size_t json_utf8_size(const char *bytes, size_t n)
{
	unsigned char first = (unsigned char)bytes[0];
	unsigned char second = n > 1 ? (unsigned char)bytes[1] : 0;

	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4 || n < 2 || !is_tail(bytes + 1))
		return 0;
	if (first < 0xe0)
		return 2;
	if (n < 3 || !is_tail(bytes + 2))
		return 0;
	if (first < 0xf0) /* neither overlong nor a surrogate */
		return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ? 0 : 3;
	if (n < 4 || !is_tail(bytes + 3))
		return 0;
	return (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f) ? 0 : 4;
}

int json_hex4(const char *bytes, size_t n)
{
	int number = 0;
	int digit;

	if (n < 4)
		return -1;

	for (int i = 0; i < 4; i++) {
		if (bytes[i] >= '0' && bytes[i] <= '9')
			digit = bytes[i] - '0';
		else if ((bytes[i] | 0x20) >= 'a' && (bytes[i] | 0x20) <= 'f')
			digit = (bytes[i] | 0x20) - 'a' + 10;
		else
			return -1;
		number = number * 16 + digit;
	}
	return number;
}

/* The first of STEP bytes that a string cannot simply hold (a quote, a backslash, a control
 * character, or anything beyond ASCII), or STEP. */
#ifdef __SSE2__
#define STEP 16
static size_t first_special(const char *bytes)
{
	const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)bytes);
	__m128i flags = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20)); /* signed: 0x80 is low, too */
	int mask;

	flags = _mm_or_si128(flags, _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
	flags = _mm_or_si128(flags, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
	mask = _mm_movemask_epi8(flags);
	return mask ? (size_t)__builtin_ctz((unsigned)mask) : STEP;
}
#else
#define STEP 8
static size_t first_special(const char *bytes)
{
	uint64_t word, quote, backslash, flags;

	memcpy(&word, bytes, sizeof(word));
	word = le64toh(word);
	quote = word ^ EVERY('"');
	backslash = word ^ EVERY('\\');
	/* The lowest flag is exact: a borrow only spoils flags above one that is rightly set. */
	flags = (word | (word - EVERY(0x20)) | (quote - EVERY(1)) | (backslash - EVERY(1))) &
		EVERY(0x80);
	return flags ? (size_t)__builtin_ctzll(flags) / 8 : STEP;
}
#endif

static bool is_special(unsigned char byte)
{
	return byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x80;
}

/* Goes on from at to the quote or backslash that ends a plain run; NULL if there is none, or
 * something that no string may hold. */
static const char *skip_plain(const char *at, const char *end)
{
	size_t n;

	for (;;) {
		n = STEP;
		while (end - at >= STEP && (n = first_special(at)) == STEP)
			at += STEP;
		if (n < STEP)
			at += n;
		else
			while (at < end && !is_special((unsigned char)*at))
				at++;

		if (at == end)
			return NULL;
		if (*at == '"' || *at == '\\')
			return at;
		if ((unsigned char)*at < 0x20)
			return NULL;
		n = json_utf8_size(at, (size_t)(end - at));
		if (n == 0)
			return NULL;
		at += n;
	}
}

/* Writes code as UTF-8; returns the place behind it. */
static char *put_utf8(char *to, unsigned code)
{
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* Reads the four digits of a \u at *at, and a second \u where the first needs one.  The character,
 * or 0 for what must not be. */
static unsigned read_unicode(const char **at, const char *end)
{
	int high = json_hex4(*at, (size_t)(end - *at));
	int low;

	if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff))
		return 0;
	*at += 4;
	if (high < 0xd800 || high > 0xdfff)
		return (unsigned)high;

	if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
		return 0;
	low = json_hex4(*at + 2, 4);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*at += 6;
	return 0x10000u + ((unsigned)(high - 0xd800) << 10) + (unsigned)(low - 0xdc00);
}

/* Reads the escape behind the backslash at *at and writes what it stands for; the place behind it,
 * or NULL. */
static char *read_escape(const char **at, const char *end, char *to)
{
	static const char from_letter[256] = {
		['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
		['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
	};
	unsigned char letter;
	unsigned code;

	if (end - *at < 2)
		return NULL;

	letter = (unsigned char)(*at)[1];
	*at += 2;
	if (letter == 'u') {
		code = read_unicode(at, end);
		return code ? put_utf8(to, code) : NULL;
	}
	if (!from_letter[letter])
		return NULL;
	*to++ = from_letter[letter];
	return to;
}

/* The end of a string as it is written, from its first backslash on; NULL if it has none. */
static const char *find_quote(const char *at, const char *end)
{
	while (end - at >= 2 && *at != '"')
		at += *at == '\\' ? 2 : 1;

	return at < end && *at == '"' ? at : NULL;
}

/* Reads the string that starts at start and has its first backslash at at. */
static bool read_escaped(struct json *json, const char *start, const char *at, struct slice *ret)
{
	const char *end = find_quote(at, json->end);
	const char *run = start;
	char *bytes, *to;

	if (!end)
		return false;

	bytes = scratch_take(json->scratch, (size_t)(end - start)); /* escapes only shrink */
	to = bytes;
	for (;;) {
		memcpy(to, run, (size_t)(at - run));
		to += at - run;
		if (*at == '"')
			break;
		to = read_escape(&at, json->end, to);
		if (!to)
			return false;
		run = at;
		at = skip_plain(at, json->end);
		if (!at)
			return false;
	}
	json->at = at + 1;
	*ret = (struct slice){ bytes, (size_t)(to - bytes) };
	return ret->size <= json->limits->string;
}

/* Reads a string from its opening quote on. */
static bool read_string(struct json *json, struct slice *ret)
{
	const char *start = json->at + 1;
	const char *at = skip_plain(start, json->end);

	if (!at)
		return false;
	if (*at == '\\')
		return read_escaped(json, start, at, ret);

	json->at = at + 1;
	*ret = (struct slice){ start, (size_t)(at - start) };
	return ret->size <= json->limits->string;
}

static bool is_digit(char byte)
{
	return (unsigned char)(byte - '0') <= 9;
}

/* Reads one or more digits; point is 1 behind the point, 0 before it. */
static bool read_digits(const char **at, const char *end, struct digits *digits, int point)
{
	const char *start = *at;

	for (; *at < end && is_digit(**at); ++*at) {
		if (digits->n++ < 18)
			digits->mantissa = digits->mantissa * 10 + (uint64_t)(**at - '0');
		digits->power -= point;
	}
	return *at > start;
}

static bool read_exponent(const char **at, const char *end, int *ret)
{
	struct digits digits = { 0 };
	bool negative;

	++*at;
	negative = *at < end && **at == '-';
	if (*at < end && (**at == '-' || **at == '+'))
		++*at;
	if (!read_digits(at, end, &digits, 0) || digits.n > 4)
		return false;

	*ret = negative ? -(int)digits.mantissa : (int)digits.mantissa;
	return true;
}

/* The number written from start to end, by the C library. */
static bool convert(const char *start, const char *end, double *ret)
{
	char copy[NUMBER_BYTES_MAX + 1];
	size_t n = (size_t)(end - start);
	char *stop;

	if (n > NUMBER_BYTES_MAX)
		return false;

	memcpy(copy, start, n);
	copy[n] = '\0';
	*ret = strtod(copy, &stop);
	return stop == copy + n && isfinite(*ret); /* it stops early where a point is a comma */
}

static bool read_number(struct json *json, double *ret)
{
	const char *start = json->at;
	const char *at = start;
	const char *end = json->end;
	struct digits digits = { 0 };
	int power = 0;
	bool negative = *at == '-';

	at += negative;
	if (end - at >= 2 && at[0] == '0' && is_digit(at[1]))
		return false;
	if (!read_digits(&at, end, &digits, 0))
		return false;
	if (at < end && *at == '.' && (at++, !read_digits(&at, end, &digits, 1)))
		return false;
	if (at < end && (*at | 0x20) == 'e' && !read_exponent(&at, end, &power))
		return false;

	json->at = at;
	power += digits.power;
	if (digits.n > 18 || digits.mantissa > EXACT_MANTISSA || abs(power) > EXACT_POWER)
		return convert(start, at, ret);

	*ret = power < 0 ? (double)digits.mantissa / powers[-power]
			 : (double)digits.mantissa * powers[power];
	if (negative)
		*ret = -*ret;
	return true;
}

static bool read_word(struct json *json, const char *word, size_t n)
{
	if ((size_t)(json->end - json->at) < n || memcmp(json->at, word, n))
		return false;

	json->at += n;
	return true;
}

static bool skip_object(struct json *json, int depth)
{
	struct json_object object;
	enum json_step step;
	struct slice key;
	struct raw ignored;

	if (!json_object_start(json, depth, &object))
		return false;

	while ((step = json_object_next(json, &object, &key)) == JSON_KEY)
		if (!json_object_note(&object, &key) || !json_value(json, depth + 1, &ignored))
			return false;
	return step == JSON_END;
}

static bool skip_array(struct json *json, int depth)
{
	struct raw ignored;
	int n = 0;

	if (depth >= json->limits->depth || depth >= JSON_DEPTH_MAX || !json_take(json, '['))
		return false;
	if (json->at < json->end && *json->at == ']') {
		json->at++;
		return true;
	}
	do {
		if (++n > json->limits->batch || !json_value(json, depth + 1, &ignored))
			return false;
		json_blank(json);
	} while (json_take(json, ','));

	return read_word(json, "]", 1);
}

bool json_value(struct json *json, int depth, struct raw *ret)
{
	if (json->at == json->end)
		return false;

	switch (*json->at) {
	case '"':
		ret->kind = RAW_TEXT;
		return read_string(json, &ret->text);
	case '{':
		ret->kind = RAW_OBJECT;
		return skip_object(json, depth);
	case '[':
		ret->kind = RAW_ARRAY;
		return skip_array(json, depth);
	case 't':
		ret->kind = RAW_TRUE;
		return read_word(json, "true", 4);
	case 'f':
		ret->kind = RAW_FALSE;
		return read_word(json, "false", 5);
	case 'n':
		ret->kind = RAW_NULL;
		return read_word(json, "null", 4);
	default:
		ret->kind = RAW_NUMBER;
		return read_number(json, &ret->number);
	}
}

bool json_object_start(struct json *json, int depth, struct json_object *object)
{
	object->n_keys = 0;
	object->n_noted = 0;
	return depth < json->limits->depth && depth < JSON_DEPTH_MAX && json_take(json, '{');
}

enum json_step json_object_next(struct json *json, struct json_object *object,
				struct slice *ret_key)
{
	json_blank(json);
	if (json->at < json->end && *json->at == '}') {
		json->at++;
		return JSON_END;
	}
	if (object->n_keys > 0 && !json_take(json, ','))
		return JSON_UNSURE;
	if (++object->n_keys > json->limits->keys || json->at == json->end || *json->at != '"')
		return JSON_UNSURE;
	if (!read_string(json, ret_key))
		return JSON_UNSURE;

	json_blank(json);
	return json_take(json, ':') ? JSON_KEY : JSON_UNSURE;
}

bool json_object_note(struct json_object *object, const struct slice *key)
{
	if (object->n_noted == JSON_KEYS_MAX)
		return false;

	for (int i = 0; i < object->n_noted; i++)
		if (object->noted[i].size == key->size &&
		    !memcmp(object->noted[i].bytes, key->bytes, key->size))
			return false;
	object->noted[object->n_noted++] = *key;
	return true;
}

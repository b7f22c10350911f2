/* SPDX-License-Identifier: Apache-2.0 */
/* Second factors: codes of RFC 6238 over HMAC-SHA1 (RFC 4226), secrets in base32 (RFC 4648). */
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

#include "iocd/base/defs.h"
#include "iocd/base/random.h"
#include "iocd/password.h"

#define SECRET_BYTES 20
#define SHA1_BYTES   20
#define STEPS_EACH   1 /* that a clock may be off, both ways */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Five bytes are eight letters. */
static void encode(char *ret, const uint8_t *bytes, size_t n)
{
	uint32_t bits = 0, held = 0;

	for (size_t i = 0; i < n; i++) {
		held = held << 8 | bytes[i];
		for (bits += 8; bits >= 5; bits -= 5)
			*ret++ = alphabet[held >> (bits - 5) & 31];
	}
	if (bits > 0)
		*ret++ = alphabet[held << (5 - bits) & 31];
	*ret = '\0';
}

/* How many bytes text stands for; 0: it is no base32, or longer than size. */
static size_t decode(uint8_t *ret, size_t size, const char *text)
{
	uint32_t bits = 0, held = 0;
	size_t n = 0;

	for (; *text && *text != '='; text++) {
		const char *at =
			strchr(alphabet, *text >= 'a' && *text <= 'z' ? *text - 32 : *text);

		if (!at)
			return 0;
		held = held << 5 | (uint32_t)(at - alphabet);
		bits += 5;
		if (bits < 8)
			continue;
		if (n == size)
			return 0;
		bits -= 8;
		ret[n++] = (uint8_t)(held >> bits);
	}
	return text[strspn(text, "=")] ? 0 : n;
}

const char *totp_check_secret(const char *secret)
{
	uint8_t key[ACCESS_SECRET_MAX];
	size_t n = decode(key, sizeof(key), secret);

	sodium_memzero(key, sizeof(key));
	if (n == 0 || strlen(secret) >= ACCESS_SECRET_MAX)
		return "not the secret of a second factor, which has only A to Z and 2 to 7, at "
		       "most 64";
	if (n < TOTP_SECRET_MIN)
		return "too short for the secret of a second factor, which has at least 128 bits";
	return NULL;
}

void totp_draw(char ret[ACCESS_SECRET_MAX])
{
	uint8_t bytes[SECRET_BYTES];

	random_bytes(bytes, sizeof(bytes));
	encode(ret, bytes, sizeof(bytes));
	sodium_memzero(bytes, sizeof(bytes));
}

static void add_escaped(struct text *text, const char *word)
{
	for (; *word; word++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
			   *word))
			text_add_bytes(text, word, 1);
		else
			text_add(text, "%%%02X", (unsigned)(unsigned char)*word);
}

void totp_add_address(struct text *text, const char *secret, const char *issuer, const char *user)
{
	text_add(text, "otpauth://totp/");
	add_escaped(text, issuer);
	text_add(text, ":");
	add_escaped(text, user);
	text_add(text, "?secret=%s&issuer=", secret);
	add_escaped(text, issuer);
	text_add(text, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_S);
}

static void code_of(char ret[TOTP_DIGITS], const uint8_t *key, size_t n, uint64_t step)
{
	uint8_t message[8], digest[SHA1_BYTES];
	const unsigned char *done;
	unsigned size = 0;
	uint32_t number;

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(step >> (56 - 8 * i));
	done = HMAC(EVP_sha1(), key, (int)n, message, sizeof(message), digest, &size);
	assert(done && size == SHA1_BYTES);
	done += digest[SHA1_BYTES - 1] & 15;
	number = ((uint32_t)(done[0] & 0x7f) << 24 | (uint32_t)done[1] << 16 |
		  (uint32_t)done[2] << 8 | done[3]);
	for (size_t i = TOTP_DIGITS; i-- > 0; number /= 10)
		ret[i] = (char)('0' + number % 10);
}

/* The digits of a code as people type it ("123 456"). */
static bool read_code(char ret[TOTP_DIGITS], const char *code)
{
	size_t n = 0;

	for (; *code; code++) {
		if (*code == ' ')
			continue;
		if (*code < '0' || *code > '9' || n == TOTP_DIGITS)
			return false;
		ret[n++] = *code;
	}
	return n == TOTP_DIGITS;
}

uint64_t totp_check(const char *secret, const char *code, int64_t now_ms, uint64_t last_step)
{
	uint8_t key[ACCESS_SECRET_MAX];
	size_t n = decode(key, sizeof(key), secret);
	char given[TOTP_DIGITS], right[TOTP_DIGITS];
	uint64_t now, found = 0;

	if (n == 0 || now_ms < 0 || !read_code(given, code))
		return 0;
	now = (uint64_t)now_ms / 1000 / TOTP_STEP_S;
	for (uint64_t step = now > STEPS_EACH ? now - STEPS_EACH : 1; step <= now + STEPS_EACH;
	     step++) {
		code_of(right, key, n, step);
		if (sodium_memcmp(given, right, TOTP_DIGITS) == 0 && step > last_step && !found)
			found = step;
	}
	sodium_memzero(key, sizeof(key));
	sodium_memzero(right, sizeof(right));
	return found;
}

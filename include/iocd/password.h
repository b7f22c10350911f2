/* SPDX-License-Identifier: Apache-2.0 */
/*
 * password: hashes of passwords (argon2id, RFC 9106), second factors (TOTP, RFC 6238) and random
 * tokens.
 *
 * Hides libsodium.  Hashing takes some tens of milliseconds and PASSWORD_MEMORY: not on the loop
 * thread. Any thread.
 */
#ifndef IOCD_PASSWORD_H
#define IOCD_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/access.h"

#define PASSWORD_MEMORY (32u << 20) /* bytes */
#define PASSWORD_MIN    10          /* characters */
#define PASSWORD_MAX    256         /* bytes */
#define TOKEN_MAX       64          /* of a token as text, the ending zero included */
#define TOTP_STEP_S     30
#define TOTP_DIGITS     6
#define TOTP_SECRET_MIN 16 /* bytes */

enum password_outcome {
	PASSWORD_NO_TEXT = 1, /* not UTF-8 */
	PASSWORD_SHORT,
	PASSWORD_LONG,
	PASSWORD_NAME,   /* the user's own */
	PASSWORD_COMMON, /* whoever guesses tries it first */
};

/* What is wrong with a new password; 0: nothing. */
int password_check(const char *password, const char *user) MUST_USE;

/* Hashes with a fresh salt.  0; or -ENOMEM. */
int password_hash(char ret[ACCESS_HASH_MAX], const char *password) MUST_USE;

/* Whether it is that password.  A hash of "" costs as much time as any other and is never right: so
 * that nobody learns by the clock who exists. */
bool password_is(const char *hash, const char *password);

/* What is wrong with a hash that somebody wrote into a file: of another kind, damaged, or so
 * expensive that checking it would hold up others; likewise with a secret of TOTP.  NULL: nothing.
 * Lent for ever. */
const char *password_check_hash(const char *hash);
const char *totp_check_secret(const char *secret);

/* Draws a token ("iocd_" and 256 random bits, base64url) and its digest; the digest of one that was
 * given (any text). */
void token_draw(char ret[TOKEN_MAX], uint8_t ret_digest[ACCESS_DIGEST]);
void token_digest(uint8_t ret[ACCESS_DIGEST], const char *token);

/* Draws a secret of 160 bits; appends the otpauth:// address that authenticators read from it. */
void totp_draw(char ret[ACCESS_SECRET_MAX]);
void totp_add_address(struct text *text, const char *secret, const char *issuer, const char *user);

/* The step that a code stands for, within one step of now and above last_step (each counts once);
 * 0: it is wrong.  Blanks in a code do not count. */
uint64_t totp_check(const char *secret, const char *code, int64_t now_ms, uint64_t last_step);

#endif

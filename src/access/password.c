/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/password.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "characters.h"
#include "common.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "nobody.h"

#define ROUNDS       3
#define MEMORY_MOST  (128u << 10) /* KiB: what a hash made elsewhere may cost us */
#define ROUNDS_MOST  10
#define TOKEN_BYTES  32
#define TOKEN_BEFORE "iocd_"

_Static_assert(crypto_pwhash_STRBYTES <= ACCESS_HASH_MAX, "a hash fits");
_Static_assert(sizeof(TOKEN_BEFORE) + (TOKEN_BYTES * 4 + 2) / 3 <= TOKEN_MAX, "a token fits");

const char password_of_nobody[] = "$argon2id$v=19$m=32768,t=3,p=1$bm9ib2R5LWxvZ3MtaW4tYQ$"
				  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void start(void)
{
	if (sodium_init() < 0)
		abort(); /* no entropy: nothing here may go on */
}

static void init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (pthread_once(&once, start))
		abort();
}

int password_check(const char *password, const char *user)
{
	size_t n = characters_count(password);

	if (n == CHARACTERS_NONE)
		return PASSWORD_NO_TEXT;
	if (n < PASSWORD_MIN)
		return PASSWORD_SHORT;
	if (strlen(password) > PASSWORD_MAX)
		return PASSWORD_LONG;
	if (strcasecmp(password, user) == 0)
		return PASSWORD_NAME;
	return is_common_password(password) ? PASSWORD_COMMON : 0;
}

int password_hash(char ret[ACCESS_HASH_MAX], const char *password)
{
	init();
	if (crypto_pwhash_str(ret, password, strlen(password), ROUNDS, PASSWORD_MEMORY))
		return err_raise(-ENOMEM);
	return 0;
}

bool password_is(const char *hash, const char *password)
{
	size_t n = strlen(password);
	bool may_be = hash[0] && n <= PASSWORD_MAX;
	bool is;

	init();
	is = crypto_pwhash_str_verify(may_be ? hash : password_of_nobody, password,
				      n <= PASSWORD_MAX ? n : PASSWORD_MAX) == 0;
	return may_be && is;
}

const char *password_check_hash(const char *hash)
{
	unsigned version, memory, rounds, lanes;
	int n = 0;

	if (strlen(hash) >= crypto_pwhash_STRBYTES ||
	    sscanf(hash, "$argon2id$v=%u$m=%u,t=%u,p=%u$%n", &version, &memory, &rounds, &lanes,
		   &n) != 4 ||
	    n == 0 || version != 19 || lanes != 1)
		return "not the hash of a password that iocd knows: argon2id, as 'iocctl user "
		       "passwd' "
		       "writes it";
	if (memory > MEMORY_MOST || rounds > ROUNDS_MOST)
		return "a hash that costs more than 128 MiB or 10 rounds to check";
	if (crypto_pwhash_str_needs_rehash(hash, ROUNDS, PASSWORD_MEMORY) < 0)
		return "a damaged hash of a password";
	return NULL;
}

void token_draw(char ret[TOKEN_MAX], uint8_t ret_digest[ACCESS_DIGEST])
{
	uint8_t bytes[TOKEN_BYTES];
	size_t n = strlen(TOKEN_BEFORE);

	init();
	random_bytes(bytes, sizeof(bytes));
	memcpy(ret, TOKEN_BEFORE, n);
	sodium_bin2base64(ret + n, TOKEN_MAX - n, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
	token_digest(ret_digest, ret);
}

void token_digest(uint8_t ret[ACCESS_DIGEST], const char *token)
{
	int r;

	init();
	r = crypto_generichash(ret, ACCESS_DIGEST, (const unsigned char *)token, strlen(token),
			       NULL, 0);
	if (r)
		abort(); /* only for sizes that are no digest's */
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "enroll_password.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>

#include "iocd/base/err.h"

#define PASSWORD_BYTES 32
#define SALT_BYTES     12
#define HASH_BYTES     64
#define ROUNDS         101 /* the broker's own: more would not make 256 random bits any better */
#define BASE64(n)      (((n) + 2) / 3 * 4 + 1)

int enroll_password_new(struct text *ret, char hash[ENROLL_HASH_MAX])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char password[PASSWORD_BYTES], salt[SALT_BYTES], out[HASH_BYTES];
	unsigned char salt_text[BASE64(SALT_BYTES)], out_text[BASE64(HASH_BYTES)];
	char words[2 * PASSWORD_BYTES];
	int r = 0;

	if (RAND_bytes(password, sizeof(password)) != 1 || RAND_bytes(salt, sizeof(salt)) != 1)
		return err_raise(-EIO);
	for (size_t i = 0; i < sizeof(words); i++)
		words[i] = digits[password[i / 2] >> (i % 2 ? 0 : 4) & 15];
	if (PKCS5_PBKDF2_HMAC(words, sizeof(words), salt, sizeof(salt), ROUNDS, EVP_sha512(),
			      sizeof(out), out) != 1)
		r = err_raise(-EIO);
	if (!r) {
		(void)EVP_EncodeBlock(salt_text, salt, sizeof(salt));
		(void)EVP_EncodeBlock(out_text, out, sizeof(out));
		(void)snprintf(hash, ENROLL_HASH_MAX, "$7$%d$%s$%s", ROUNDS, (char *)salt_text,
			       (char *)out_text);
		text_add_bytes(ret, words, sizeof(words));
	}
	OPENSSL_cleanse(password, sizeof(password));
	OPENSSL_cleanse(words, sizeof(words));
	return r;
}

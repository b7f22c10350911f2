/* SPDX-License-Identifier: Apache-2.0 */
#include "signature.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define SECRET_MAX 4096

void signature_add(struct text *text, const void *secret, size_t secret_size,
		   const struct text *body)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	const unsigned char *done =
		HMAC(EVP_sha256(), secret, (int)secret_size, (const unsigned char *)text_get(body),
		     body->size, digest, &size);

	assert(done && size == 32);
	text_add(text, "sha256=");
	for (unsigned i = 0; i < size; i++)
		text_add(text, "%02x", digest[i]);
}

static size_t without_line_end(const char *bytes, size_t n)
{
	while (n && (bytes[n - 1] == '\n' || bytes[n - 1] == '\r'))
		n--;
	return n;
}

int signature_add_by_file(struct text *text, const char *path, const struct text *body)
{
	char *secret;
	size_t size, used;
	int r = disk_read_file(path, SECRET_MAX, &secret, &size);

	if (r)
		return err_pass(r);

	used = without_line_end(secret, size);
	if (used)
		signature_add(text, secret, used, body);
	explicit_bzero(secret, size);
	free(secret);
	return used ? 0 : err_raise(-ENODATA);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "signature.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

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

static int read_secret(char **ret, size_t *ret_size, const char *name, char why[SECRET_WHY_MAX])
{
	char *path;
	int r = secret_find(&path, name, why);

	if (r)
		return err_pass(r);
	r = disk_read_file(path, SECRET_MAX, ret, ret_size);
	if (!r && without_line_end(*ret, *ret_size) == 0)
		r = -ENODATA;
	if (r)
		(void)snprintf(why, SECRET_WHY_MAX, "%s: %s", path,
			       r == -ENODATA ? "it is empty" : strerror(-r));
	if (r == -ENODATA)
		free(*ret);
	free(path);
	return r ? err_raise(r) : 0;
}

int signature_add_by_file(struct text *text, const char *name, const struct text *body,
			  char why[SECRET_WHY_MAX])
{
	char *secret;
	size_t size;
	int r = read_secret(&secret, &size, name, why);

	if (r)
		return err_pass(r);

	signature_add(text, secret, without_line_end(secret, size), body);
	explicit_bzero(secret, size);
	free(secret);
	return 0;
}

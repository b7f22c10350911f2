/* SPDX-License-Identifier: Apache-2.0 */
/* Our own certificate for the broker ends one day, and with it all that comes in. */
#include "certificate.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <time.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define FILE_MAX (1 << 20)
#define DAY_S    86400

/* No callback asks for a passphrase: a certificate has none, and nobody is there to answer. */
static int no_passphrase(char *buffer, int size, int is_writing, void *context)
{
	(void)buffer;
	(void)size;
	(void)is_writing;
	(void)context;
	return -1;
}

static int read_end(X509 *certificate, int64_t *ret_ms)
{
	struct tm end;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
		return err_raise(-EBADMSG);
	*ret_ms = (int64_t)timegm(&end) * 1000;
	return 0;
}

int certificate_read(const char *path, int64_t *ret_ms)
{
	char *bytes;
	size_t size;
	X509 *certificate = NULL;
	BIO *bio;
	int r = disk_read_file(path, FILE_MAX, &bytes, &size);

	if (r)
		return err_pass(r);

	bio = BIO_new_mem_buf(bytes, (int)size);
	if (bio)
		certificate = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	r = certificate ? read_end(certificate, ret_ms) : err_raise(-EBADMSG);
	X509_free(certificate);
	BIO_free(bio);
	ERR_clear_error();
	free(bytes);
	return r;
}

enum light certificate_light(int64_t end_ms, int64_t now_ms)
{
	int64_t left_ms = end_ms - now_ms;

	if (left_ms < CERTIFICATE_RED_DAYS * DAY_S * 1000LL)
		return LIGHT_RED;
	return left_ms < CERTIFICATE_AMBER_DAYS * DAY_S * 1000LL ? LIGHT_AMBER : LIGHT_GREEN;
}

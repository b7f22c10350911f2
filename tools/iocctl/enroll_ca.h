/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_ca: a site's own certificate authority: keys on the curve P-256, certificates for one
 * name, and the list of those that were revoked (RFC 5280).
 *
 * Hides libcrypto.  Blocks on the disk where it loads and saves.  Single-threaded.
 */
#ifndef IOCCTL_ENROLL_CA_H
#define IOCCTL_ENROLL_CA_H

#include "enroll_book.h"

#define ENROLL_CA_CERTIFICATE "ca.crt" /* names in the directory of an authority */
#define ENROLL_CA_KEY         "ca.key"

/* A key with its certificate, in PEM. */
struct enroll_credentials {
	struct text key; /* secret */
	struct text certificate;
	char serial[ENROLL_SERIAL_MAX];
	int64_t until_ms;
};

/* What a certificate is to say. */
struct enroll_wanted {
	const char *name;
	char *const *hosts; /* names and addresses of a server; NULL: it is for a client */
	size_t n_hosts;
	int64_t now_ms;
	int64_t for_ms; /* it ends with the authority's own at the latest */
};

struct enroll_ca;

/* Make an authority with that title and write it into directory; load the one that is there.  0 or
 * a fault (-EBADMSG: a file is damaged; -EKEYREJECTED: key and certificate do not belong
 * together). */
int enroll_ca_make(struct enroll_ca **ret, const char *directory, const char *title,
		   int64_t now_ms) MUST_USE;
int enroll_ca_load(struct enroll_ca **ret, const char *directory) MUST_USE;
struct enroll_ca *enroll_ca_free(struct enroll_ca *ca);
DEFINE_CLEANUP(struct enroll_ca, enroll_ca_free)

/* Lends the authority's certificate in PEM; when it ends. */
const struct text *enroll_ca_certificate(const struct enroll_ca *ca);
int64_t enroll_ca_until_ms(const struct enroll_ca *ca);

/* Makes a key and a certificate for it, into *ret, to be wiped.  0 or a fault. */
int enroll_ca_issue(const struct enroll_ca *ca, const struct enroll_wanted *wanted,
		    struct enroll_credentials *ret) MUST_USE;
void enroll_credentials_fini(struct enroll_credentials *credentials);
#define CLEANUP_CREDENTIALS __attribute__((cleanup(enroll_credentials_fini)))

/* Appends the list of revoked certificates of book, dated at_ms, in PEM.  It ends with the
 * authority: an older one would shut everybody out.  0 or a fault. */
int enroll_ca_revocations(const struct enroll_ca *ca, const struct enroll_book *book, int64_t at_ms,
			  struct text *ret) MUST_USE;

#endif

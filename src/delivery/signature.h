/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signature: proves to a receiver that a body comes from us and was not changed on its way: HMAC
 * (RFC 2104) with SHA-256 under a secret that both know.  Hides OpenSSL.
 */
#ifndef IOCD_DELIVERY_SIGNATURE_H
#define IOCD_DELIVERY_SIGNATURE_H

#include <stddef.h>

#include "iocd/base/defs.h"
#include "iocd/base/secret.h"
#include "iocd/base/text.h"

/* Appends "sha256=" and the signature of body under the secret, in lower case. */
void signature_add(struct text *text, const void *secret, size_t secret_size,
		   const struct text *body);

/* The same under the secret that a file holds (name: as in secret.h), without the end of its line;
 * it is read each time, so that it may be changed at any time.  0; or a fault (-ENODATA: the file
 * is empty), with what is wrong in why. */
int signature_add_by_file(struct text *text, const char *name, const struct text *body,
			  char why[SECRET_WHY_MAX]) MUST_USE;

#endif

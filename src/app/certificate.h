/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate: until when a certificate is good, and what to think of that.
 *
 * Any thread.
 */
#ifndef IOCD_APP_CERTIFICATE_H
#define IOCD_APP_CERTIFICATE_H

#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/control.h"

#define CERTIFICATE_AMBER_DAYS 30 /* with less left */
#define CERTIFICATE_RED_DAYS   3

/* What is known of one; empty when zero. */
struct certificate {
	int64_t read_ms; /* civil time when it was read last; 0: never */
	int64_t end_ms;  /* and until when it is good */
	int fault;       /* or why it could not be read */
};

/* Reads when (civil ms) the first certificate of the PEM file at path ends.  0 or a fault: -EBADMSG
 * where there is none in it. */
int certificate_read(const char *path, int64_t *ret_ms) MUST_USE;

/* What to think of one that ends at end_ms. */
enum light certificate_light(int64_t end_ms, int64_t now_ms);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll: what the verbs of iocctl enroll share: the authority that is open, and how its broker
 * hears of changes.
 *
 * Complaints go to stderr in the language of the call.  Single-threaded.
 */
#ifndef IOCCTL_ENROLL_H
#define IOCCTL_ENROLL_H

#include "call.h"
#include "enroll_book.h"
#include "enroll_ca.h"

#define ENROLL_BROKER_FILES  "broker" /* folder of an authority: what its broker reads */
#define ENROLL_PORT          8883     /* listener for certificates */
#define ENROLL_PASSWORD_PORT 8884     /* listener for passwords */
#define ENROLL_DAY_MS        INT64_C(86400000)
#define ENROLL_SOON_MS       (30 * ENROLL_DAY_MS) /* so long before its end something "ends soon" */

struct enroll_site {
	const char *directory; /* lent by the call */
	struct enroll_book *book;
	struct enroll_ca *ca;
	int lock; /* a file; -1: none */
	int64_t now_ms;
};

/* Open the authority that call names and hold it against others; close it.  STATUS_GOOD, or
 * another status that was explained. */
int enroll_open(const struct call *call, struct enroll_site *ret);
void enroll_close(struct enroll_site *site);
#define CLEANUP_ENROLL __attribute__((cleanup(enroll_close)))

/* Says what failed, with the fault; returns STATUS_UNREACHABLE. */
int enroll_complain(const struct call *call, const char *what, int fault);

/* Writes the book, and all that the broker reads of it.  STATUS_GOOD or explained. */
int enroll_keep(const struct call *call, struct enroll_site *site);

/* Has the broker that --reload names, by process id or the file with it, read its files again.
 * STATUS_GOOD; STATUS_USAGE or STATUS_UNREACHABLE, explained.  Does nothing without --reload. */
int enroll_signal(const struct call *call);

/* Lends the identity of the call's first argument; NULL: there is none, explained. */
struct enroll_identity *enroll_named(const struct call *call, const struct enroll_site *site);

/* Reads --days and --above into what they stand for.  STATUS_GOOD or explained. */
int enroll_read_days(const struct call *call, int64_t *ret_ms);
int enroll_read_above(const struct call *call, struct enroll_identity *identity);

/* Makes a key and a certificate for an identity of the book, or a password, saves that in the book
 * and writes it where it is handed out; enroll_keep() is to follow.  STATUS_GOOD or explained. */
int enroll_prove(const struct call *call, struct enroll_site *site,
		 struct enroll_identity *identity, int64_t for_ms);

/* A time as people read it; "" for 0. */
void enroll_add_day(struct text *text, int64_t time_ms);

/* The verbs; each returns an exit status. */
command_fn enroll_init, enroll_add, enroll_list, enroll_revoke, enroll_renew, enroll_test;

#endif

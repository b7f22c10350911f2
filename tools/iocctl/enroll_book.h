/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_book: who may speak at a site's broker: identities.json of an authority, as structs.
 *
 * Lives in memory; read and written as one whole file.  Single-threaded.
 */
#ifndef IOCCTL_ENROLL_BOOK_H
#define IOCCTL_ENROLL_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"

#define ENROLL_NAME_MAX   33 /* of an identity, with a zero */
#define ENROLL_UNIT_MAX   65
#define ENROLL_SERIAL_MAX 41
#define ENROLL_HASH_MAX   160
#define ENROLL_HOST_MAX   256

#define ENROLL_BOOK   "identities.json" /* in the directory of an authority */
#define ENROLL_PROBE  "iocd-probe" /* whom the self-test speaks as beside the one that it tests */
#define ENROLL_UP     "-up"        /* behind an instance: how its link upward calls itself */
#define ENROLL_BROKER "broker"
#define ENROLL_SENDER "iocd" /* the sender's name of a unit's own iocd */

#define ENROLL_ROLES(X)                                                                            \
	X(OWN, "own")       /* the iocd that the broker is for            */                       \
	X(BROKER, "broker") /* the broker itself                          */                       \
	X(SITE, "iocd")     /* the iocd of a unit                         */                       \
	X(SENDER, "sender") /* a system or script that sends for a unit   */

enum enroll_role {
#define X(name, text) ENROLL_ROLE_##name,
	ENROLL_ROLES(X)
#undef X
};

struct enroll_identity {
	char name[ENROLL_NAME_MAX];
	char unit[ENROLL_UNIT_MAX]; /* "" for those of no unit */
	enum enroll_role role;
	bool by_password; /* else by certificate */
	bool is_revoked;
	int64_t until_ms;           /* of its newest certificate; 0: a password, without end */
	char hash[ENROLL_HASH_MAX]; /* of its password, as the broker reads it */
	char host[ENROLL_HOST_MAX]; /* where it finds the broker */
	int port;
};

/* A certificate that was given out. */
struct enroll_certificate {
	char serial[ENROLL_SERIAL_MAX]; /* in hexadecimal */
	char name[ENROLL_NAME_MAX];
	int64_t until_ms;
	int64_t revoked_ms; /* 0: it is good */
};

struct enroll_book {
	char *prefix;    /* of topics; owned, as all */
	int64_t list_ms; /* date of the latest list of what was revoked */
	char **hosts;    /* names and addresses of the broker */
	size_t n_hosts;
	struct enroll_identity *identities;
	size_t n_identities;
	struct enroll_certificate *certificates;
	size_t n_certificates;
};

/* Makes an empty book for topics below prefix. */
struct enroll_book *enroll_book_new(const char *prefix) MUST_USE;
struct enroll_book *enroll_book_free(struct enroll_book *book);
DEFINE_CLEANUP(struct enroll_book, enroll_book_free)

/* Read the book of the authority in directory; write it, without certificates that ended before
 * now_ms.  0 or a fault (-EBADMSG: it is damaged). */
int enroll_book_load(struct enroll_book **ret, const char *directory) MUST_USE;
int enroll_book_save(const struct enroll_book *book, const char *directory,
		     int64_t now_ms) MUST_USE;

/* Add a copy; lend the identity until the next one is added. */
void enroll_book_add_host(struct enroll_book *book, const char *host);
struct enroll_identity *enroll_book_add(struct enroll_book *book,
					const struct enroll_identity *identity);
void enroll_book_add_certificate(struct enroll_book *book,
				 const struct enroll_certificate *certificate);

/* Lend the identity of that name, or of that role, or NULL. */
struct enroll_identity *enroll_book_find(const struct enroll_book *book, const char *name);
struct enroll_identity *enroll_book_of_role(const struct enroll_book *book, enum enroll_role role);

/* Takes an identity out of service, with all its certificates and its password. */
void enroll_book_revoke(struct enroll_book *book, struct enroll_identity *identity, int64_t now_ms);

/* The name under which an identity forwards. */
const char *enroll_sender(const struct enroll_identity *identity);

/* Whether name may be one: [a-z0-9][a-z0-9-]{0,31}.  A broker's access list cuts others apart, so
 * that somebody called "a/b" would write into what belongs to "a". */
bool enroll_is_name(const char *name);

/* Lends the word for a role. */
const char *enroll_role_name(enum enroll_role role);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_inside: what a list of sessions is made of, for those who save it.
 *
 * Pure; single-threaded.
 */
#ifndef IOCD_ACCESS_SESSION_INSIDE_H
#define IOCD_ACCESS_SESSION_INSIDE_H

#include "guesses.h"
#include "iocd/session.h"

#define SESSION_BUCKETS 2048u /* a power of two */

/* A place for a session. */
struct session_slot {
	struct session session; /* number 0: there is none */
	uint32_t next_digest;   /* in its buckets: index + 1, 0: none */
	uint32_t next_number;
};

/* The last TOTP step that a user has used. */
struct used_step {
	char user[ACCESS_NAME_MAX];
	uint64_t step;
};

struct sessions {
	struct sessions_options options;
	struct session_slot *slots; /* owned; SESSIONS_MAX */
	uint32_t by_digest[SESSION_BUCKETS];
	uint32_t by_number[SESSION_BUCKETS];
	uint32_t n;
	uint64_t next_number;
	uint64_t changes;
	int64_t swept_ms;        /* when those that are over were last looked for */
	struct used_step *steps; /* owned; ACCESS_USERS_MAX */
	uint32_t n_steps;
	struct guesses *guesses; /* owned */
};

/* Finds a session, by what is unique; NULL: there is none. */
struct session *session_of_digest(const struct sessions *sessions,
				  const uint8_t digest[ACCESS_DIGEST]);
struct session *session_of_number(const struct sessions *sessions, uint64_t number);

/* Copies a session into a free place; NULL: there is none.  Lends it. */
struct session *session_put(struct sessions *sessions, const struct session *session);

/* Ends all. */
void sessions_clear(struct sessions *sessions);

#endif

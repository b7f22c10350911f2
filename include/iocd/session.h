/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session: who is logged in, and how often somebody may guess.
 *
 * A session is a random token of 256 bits; only its digest is kept.  It ends idle_ms after its last
 * use, longest_ms after it began, when its user is gone or changed (password, role, units, second
 * factor), by logging out, or when the clock is set back by more than a minute.  A user has at most
 * SESSIONS_EACH: the oldest ends for a new one; beyond SESSIONS_MAX in all the one that was not
 * used for longest.
 *
 * Guessing: after LOGIN_FREE wrong passwords within LOGIN_SPAN_MS for one account from one address,
 * the next waits 2^n s, at most a minute; wrong passwords for one account from anywhere beyond
 * LOGIN_ACCOUNT make new addresses wait as well, but not one from which that user has logged in
 * before.  LOGIN_RATE a second in all are tried of those who are new at their address, half of it
 * for one address; and as many again of those who are known there: a flood keeps nobody out whom
 * iocd has seen.  The memory for this is bounded: LOGIN_PLACES of each kind, the oldest goes first;
 * where people logged in is saved with the sessions.
 *
 * Pure: time (civil, ms) is given; no I/O, no log.  Loop thread.
 */
#ifndef IOCD_SESSION_H
#define IOCD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/access.h"
#include "iocd/base/bytes.h"
#include "iocd/password.h"

#define SESSIONS_EACH   8
#define SESSIONS_MAX    2000
#define SESSION_ADDRESS 48 /* of a peer, as text */
#define LOGIN_FREE      5
#define LOGIN_SPAN_MS   (15 * 60000)
#define LOGIN_ACCOUNT   50
#define LOGIN_RATE      10
#define LOGIN_PLACES    4096

struct sessions_options {
	int64_t idle_ms;
	int64_t longest_ms;
};

struct session {
	uint64_t number; /* from 1, never used again */
	char user[ACCESS_NAME_MAX];
	uint8_t digest[ACCESS_DIGEST];
	uint8_t state[ACCESS_DIGEST]; /* digest of what its user was like when it began */
	char address[SESSION_ADDRESS];
	int64_t begun_ms, used_ms;
	uint32_t commands; /* given within commands_ms .. + COMMANDS_SPAN_MS */
	int64_t commands_ms;
};

#define COMMANDS_MAX     200 /* that one session may give ... */
#define COMMANDS_SPAN_MS (10 * 60000)

struct sessions;

/* Makes an empty list, with a copy of options, and gives it; frees one (NULL is fine). */
struct sessions *sessions_new(const struct sessions_options *options) MUST_USE;
struct sessions *sessions_free(struct sessions *sessions);
DEFINE_CLEANUP(struct sessions, sessions_free)

/* How long whoever tries that account (any text) from that address now must wait, in ms; 0: go on,
 * and say how it ended.  Between the two calls at most two attempts may be under way: the caller
 * sees to it. */
int64_t login_wait_ms(struct sessions *sessions, const char *user, const char *address,
		      int64_t now_ms);
void login_failed(struct sessions *sessions, const char *user, const char *address, int64_t now_ms);

/* Begins a session; token is drawn here.  Ends another if there are too many: its number, or 0, in
 * *ret_ended.  Lends it until the next call that is not const. */
const struct session *session_begin(struct sessions *sessions, const struct access_user *user,
				    const char *address, int64_t now_ms, char ret_token[TOKEN_MAX],
				    uint64_t *ret_ended);

/* Finds the session of a token, if it holds at now_ms and its user still is as it was; notes its
 * use. NULL: there is none.  Lends as above; the user too. */
const struct session *session_find(struct sessions *sessions, const struct users *users,
				   const char *token, int64_t now_ms,
				   const struct access_user **ret_user);

/* Whether the session of that number still holds, for streams that are open; does not count as use.
 */
bool session_holds(const struct sessions *sessions, const struct users *users, uint64_t number,
		   int64_t now_ms);

/* Counts a command of that session.  False: it has given COMMANDS_MAX, none may be given now. */
bool session_count_command(struct sessions *sessions, uint64_t number, int64_t now_ms);

/* Ends one, or all of a user; those that are over go by themselves.  How many ended. */
size_t session_end(struct sessions *sessions, uint64_t number);
size_t sessions_end_user(struct sessions *sessions, const char *user);
size_t sessions_count(const struct sessions *sessions);

/* The last TOTP step that a user has used, 0: none; notes one. */
uint64_t session_totp_step(const struct sessions *sessions, const char *user);
void session_note_totp(struct sessions *sessions, const char *user, uint64_t step);

/* Puts sessions and steps into writer, and reads them back into a fresh list; reader is marked bad
 * if they make no sense.  A number that grows with everything worth saving. */
void sessions_save(const struct sessions *sessions, struct bytes_writer *writer);
void sessions_load(struct sessions *sessions, struct bytes_reader *reader);
uint64_t sessions_changes(const struct sessions *sessions);

#endif

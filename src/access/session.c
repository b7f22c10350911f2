/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/session.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/password.h"
#include "session_inside.h"

#define SWEEP_MS 60000
#define USE_MS   60000 /* use is worth saving once in so long */
#define SLACK_MS 60000 /* a clock that was set back by more ends what it cannot date any more */

struct sessions *sessions_new(const struct sessions_options *options)
{
	struct sessions *sessions = xcalloc(1, sizeof(*sessions));

	sessions->options = *options;
	sessions->slots = xcalloc(SESSIONS_MAX, sizeof(sessions->slots[0]));
	sessions->steps = xcalloc(ACCESS_USERS_MAX, sizeof(sessions->steps[0]));
	sessions->guesses = guesses_new();
	sessions->next_number = 1;
	return sessions;
}

struct sessions *sessions_free(struct sessions *sessions)
{
	if (!sessions)
		return NULL;

	guesses_free(sessions->guesses);
	free(sessions->steps);
	free(sessions->slots);
	free(sessions);
	return NULL;
}

/* ---- guessing ---- */

int64_t login_wait_ms(struct sessions *sessions, const char *user, const char *address,
		      int64_t now_ms)
{
	return guesses_wait_ms(sessions->guesses, user, address, now_ms);
}

void login_failed(struct sessions *sessions, const char *user, const char *address, int64_t now_ms)
{
	guesses_note_wrong(sessions->guesses, user, address, now_ms);
}

/* ---- places ---- */

static uint32_t bucket_of_digest(const uint8_t digest[ACCESS_DIGEST])
{
	return (digest[0] | (uint32_t)digest[1] << 8) % SESSION_BUCKETS;
}

struct session *session_of_digest(const struct sessions *sessions,
				  const uint8_t digest[ACCESS_DIGEST])
{
	uint32_t at = sessions->by_digest[bucket_of_digest(digest)];

	for (; at; at = sessions->slots[at - 1].next_digest)
		if (sodium_memcmp(sessions->slots[at - 1].session.digest, digest, ACCESS_DIGEST) ==
		    0)
			return &sessions->slots[at - 1].session;
	return NULL;
}

struct session *session_of_number(const struct sessions *sessions, uint64_t number)
{
	uint32_t at = sessions->by_number[number % SESSION_BUCKETS];

	for (; at; at = sessions->slots[at - 1].next_number)
		if (sessions->slots[at - 1].session.number == number)
			return &sessions->slots[at - 1].session;
	return NULL;
}

struct session *session_put(struct sessions *sessions, const struct session *session)
{
	uint32_t *digest = &sessions->by_digest[bucket_of_digest(session->digest)];
	uint32_t *number = &sessions->by_number[session->number % SESSION_BUCKETS];
	uint32_t at = 0;

	while (at < SESSIONS_MAX && sessions->slots[at].session.number)
		at++;
	if (at == SESSIONS_MAX)
		return NULL;
	sessions->slots[at] = (struct session_slot){
		.session = *session,
		.next_digest = *digest,
		.next_number = *number,
	};
	*digest = *number = at + 1;
	sessions->n++;
	return &sessions->slots[at].session;
}

static void end(struct sessions *sessions, const struct session *session)
{
	struct session_slot *slot = (struct session_slot *)((char *)(uintptr_t)session -
							    offsetof(struct session_slot, session));
	uint32_t at = (uint32_t)(slot - sessions->slots) + 1;
	uint32_t *link = &sessions->by_digest[bucket_of_digest(session->digest)];

	while (*link != at)
		link = &sessions->slots[*link - 1].next_digest;
	*link = slot->next_digest;
	link = &sessions->by_number[session->number % SESSION_BUCKETS];
	while (*link != at)
		link = &sessions->slots[*link - 1].next_number;
	*link = slot->next_number;
	*slot = (struct session_slot){ .next_digest = 0 };
	sessions->n--;
	sessions->changes++;
}

void sessions_clear(struct sessions *sessions)
{
	for (uint32_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions->slots[i].session.number)
			end(sessions, &sessions->slots[i].session);
}

/* ---- what holds ---- */

static void add_to_state(crypto_generichash_state *state, const char *text)
{
	(void)crypto_generichash_update(state, (const unsigned char *)text, strlen(text) + 1);
}

/* All of a user that a session was given for. */
static void state_of(uint8_t ret[ACCESS_DIGEST], const struct access_user *user)
{
	crypto_generichash_state state;

	(void)crypto_generichash_init(&state, NULL, 0, ACCESS_DIGEST);
	add_to_state(&state, user->name);
	add_to_state(&state, access_role_name(user->role));
	add_to_state(&state, user->password);
	add_to_state(&state, user->totp);
	for (uint32_t i = 0; i < user->n_units; i++)
		add_to_state(&state, user->units[i]);
	(void)crypto_generichash_final(&state, ret, ACCESS_DIGEST);
}

static bool is_over(const struct sessions *sessions, const struct session *session, int64_t now_ms)
{
	return session->begun_ms > now_ms + SLACK_MS || session->used_ms > now_ms + SLACK_MS ||
	       now_ms - session->used_ms >= sessions->options.idle_ms ||
	       now_ms - session->begun_ms >= sessions->options.longest_ms;
}

/* Lends the user of session if both are as they were; else NULL. */
static const struct access_user *user_of(const struct sessions *sessions, const struct users *users,
					 const struct session *session, int64_t now_ms)
{
	const struct access_user *user = users_find(users, session->user);
	uint8_t state[ACCESS_DIGEST];

	if (is_over(sessions, session, now_ms) || !user || user->is_disabled)
		return NULL;
	state_of(state, user);
	return memcmp(state, session->state, ACCESS_DIGEST) == 0 ? user : NULL;
}

/* Ends those that are over; at most so often. */
static void sweep(struct sessions *sessions, int64_t now_ms)
{
	int64_t gone_ms = now_ms - sessions->swept_ms;

	if (gone_ms >= 0 && gone_ms < SWEEP_MS)
		return;
	sessions->swept_ms = now_ms;
	for (uint32_t i = 0; i < SESSIONS_MAX; i++) {
		const struct session *session = &sessions->slots[i].session;

		if (session->number && is_over(sessions, session, now_ms))
			end(sessions, session);
	}
}

/* Makes room for one more of user: ends the oldest of his beyond SESSIONS_EACH, or, if nobody can
 * have any more, the one that was not used for longest.  Its number, or 0. */
static uint64_t make_room(struct sessions *sessions, const char *user)
{
	const struct session *oldest = NULL, *idlest = NULL;
	uint32_t n = 0;
	uint64_t number;

	for (uint32_t i = 0; i < SESSIONS_MAX; i++) {
		const struct session *session = &sessions->slots[i].session;

		if (!session->number)
			continue;
		if (!idlest || session->used_ms < idlest->used_ms)
			idlest = session;
		if (strcmp(session->user, user) != 0)
			continue;
		n++;
		if (!oldest || session->number < oldest->number)
			oldest = session;
	}
	if (n < SESSIONS_EACH)
		oldest = sessions->n == SESSIONS_MAX ? idlest : NULL;
	if (!oldest)
		return 0;
	number = oldest->number;
	end(sessions, oldest);
	return number;
}

const struct session *session_begin(struct sessions *sessions, const struct access_user *user,
				    const char *address, int64_t now_ms, char ret_token[TOKEN_MAX],
				    uint64_t *ret_ended)
{
	struct session session = { .begun_ms = now_ms, .used_ms = now_ms, .commands_ms = now_ms };

	sessions->swept_ms = now_ms - SWEEP_MS;
	sweep(sessions, now_ms);
	*ret_ended = make_room(sessions, user->name);
	guesses_note_right(sessions->guesses, user->name, address, now_ms);
	session.number = sessions->next_number++;
	(void)snprintf(session.user, sizeof(session.user), "%s", user->name);
	(void)snprintf(session.address, sizeof(session.address), "%s", address);
	token_draw(ret_token, session.digest);
	state_of(session.state, user);
	sessions->changes++;
	return session_put(sessions, &session);
}

static void note_use(struct sessions *sessions, struct session *session, int64_t now_ms)
{
	if (now_ms / USE_MS != session->used_ms / USE_MS)
		sessions->changes++;
	if (now_ms > session->used_ms)
		session->used_ms = now_ms;
}

const struct session *session_find(struct sessions *sessions, const struct users *users,
				   const char *token, int64_t now_ms,
				   const struct access_user **ret_user)
{
	uint8_t digest[ACCESS_DIGEST];
	const struct access_user *user;
	struct session *session;

	sweep(sessions, now_ms);
	token_digest(digest, token);
	session = session_of_digest(sessions, digest);
	if (!session)
		return NULL;
	user = user_of(sessions, users, session, now_ms);
	if (!user) {
		end(sessions, session);
		return NULL;
	}
	note_use(sessions, session, now_ms);
	*ret_user = user;
	return session;
}

bool session_holds(const struct sessions *sessions, const struct users *users, uint64_t number,
		   int64_t now_ms)
{
	const struct session *session = session_of_number(sessions, number);

	return session && user_of(sessions, users, session, now_ms);
}

bool session_count_command(struct sessions *sessions, uint64_t number, int64_t now_ms)
{
	struct session *session = session_of_number(sessions, number);

	if (!session)
		return false;
	if (now_ms < session->commands_ms || now_ms - session->commands_ms >= COMMANDS_SPAN_MS) {
		session->commands_ms = now_ms;
		session->commands = 0;
	}
	if (session->commands >= COMMANDS_MAX)
		return false;
	session->commands++;
	sessions->changes++;
	return true;
}

size_t session_end(struct sessions *sessions, uint64_t number)
{
	const struct session *session = session_of_number(sessions, number);

	if (!session)
		return 0;
	end(sessions, session);
	return 1;
}

size_t sessions_end_user(struct sessions *sessions, const char *user)
{
	size_t n = 0;

	for (uint32_t i = 0; i < SESSIONS_MAX; i++) {
		const struct session *session = &sessions->slots[i].session;

		if (!session->number || strcmp(session->user, user) != 0)
			continue;
		end(sessions, session);
		n++;
	}
	return n;
}

size_t sessions_count(const struct sessions *sessions)
{
	return sessions->n;
}

/* ---- second factors ---- */

static struct used_step *step_of(const struct sessions *sessions, const char *user)
{
	for (uint32_t i = 0; i < sessions->n_steps; i++)
		if (strcmp(sessions->steps[i].user, user) == 0)
			return &sessions->steps[i];
	return NULL;
}

uint64_t session_totp_step(const struct sessions *sessions, const char *user)
{
	const struct used_step *step = step_of(sessions, user);

	return step ? step->step : 0;
}

/* A new place, or that of the step longest ago, which is no good to anybody. */
static struct used_step *new_step(struct sessions *sessions)
{
	struct used_step *oldest = &sessions->steps[0];

	if (sessions->n_steps < ACCESS_USERS_MAX)
		return &sessions->steps[sessions->n_steps++];
	for (uint32_t i = 1; i < sessions->n_steps; i++)
		if (sessions->steps[i].step < oldest->step)
			oldest = &sessions->steps[i];
	return oldest;
}

void session_note_totp(struct sessions *sessions, const char *user, uint64_t step)
{
	struct used_step *used = step_of(sessions, user);

	if (!used) {
		used = new_step(sessions);
		(void)snprintf(used->user, sizeof(used->user), "%s", user);
	}
	used->step = step;
	sessions->changes++;
}

uint64_t sessions_changes(const struct sessions *sessions)
{
	return sessions->changes;
}

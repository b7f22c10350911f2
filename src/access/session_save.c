/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "characters.h"
#include "iocd/session.h"
#include "session_inside.h"

#define TIME_MOST   (INT64_C(1) << 52) /* of what a clock may have said; sums do not overflow */
#define NUMBER_MOST (UINT64_C(1) << 62)
#define SESSION_MIN 100 /* bytes that one takes at least */

static void save_session(struct bytes_writer *writer, const struct session *session)
{
	bytes_put_u64(writer, session->number);
	bytes_put_text(writer, session->user);
	bytes_put(writer, session->digest, ACCESS_DIGEST);
	bytes_put(writer, session->state, ACCESS_DIGEST);
	bytes_put_text(writer, session->address);
	bytes_put_i64(writer, session->begun_ms);
	bytes_put_i64(writer, session->used_ms);
	bytes_put_u32(writer, session->commands);
	bytes_put_i64(writer, session->commands_ms);
}

void sessions_save(const struct sessions *sessions, struct bytes_writer *writer)
{
	bytes_put_part(writer, "sessions", 1);
	bytes_put_u64(writer, sessions->next_number);
	bytes_put_u32(writer, sessions->n);
	for (uint32_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions->slots[i].session.number)
			save_session(writer, &sessions->slots[i].session);
	bytes_put_u32(writer, sessions->n_steps);
	for (uint32_t i = 0; i < sessions->n_steps; i++) {
		bytes_put_text(writer, sessions->steps[i].user);
		bytes_put_u64(writer, sessions->steps[i].step);
	}
	guesses_save(sessions->guesses, writer);
}

/* A text of less than size bytes and without control characters. */
static void get_text(struct bytes_reader *reader, char *ret, size_t size)
{
	size_t n;
	const char *text = bytes_get_text(reader, &n);

	if (n >= size) {
		bytes_reject(reader, "a text that is too long");
		n = 0;
	}
	memcpy(ret, text, n);
	ret[n] = '\0';
	if (strlen(ret) != n || characters_count(ret) == CHARACTERS_NONE ||
	    characters_have_control(ret))
		bytes_reject(reader, "a text of other bytes");
}

static void get_user(struct bytes_reader *reader, char ret[ACCESS_NAME_MAX])
{
	get_text(reader, ret, ACCESS_NAME_MAX);
	if (access_check_name(ret))
		bytes_reject(reader, "a user whose name is none");
}

static void get_digest(struct bytes_reader *reader, uint8_t ret[ACCESS_DIGEST])
{
	const uint8_t *digest = bytes_get(reader, ACCESS_DIGEST);

	if (digest)
		memcpy(ret, digest, ACCESS_DIGEST);
}

static int64_t get_time(struct bytes_reader *reader)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms >= 0 && time_ms <= TIME_MOST)
		return time_ms;
	bytes_reject(reader, "a time that never was");
	return 0;
}

static void load_session(struct sessions *sessions, struct bytes_reader *reader)
{
	struct session session = { .number = bytes_get_u64(reader) };

	get_user(reader, session.user);
	get_digest(reader, session.digest);
	get_digest(reader, session.state);
	get_text(reader, session.address, sizeof(session.address));
	session.begun_ms = get_time(reader);
	session.used_ms = get_time(reader);
	session.commands = bytes_get_u32(reader);
	session.commands_ms = get_time(reader);
	if (reader->is_bad)
		return;
	if (session.number == 0 || session.number >= sessions->next_number ||
	    session_of_number(sessions, session.number) ||
	    session_of_digest(sessions, session.digest) || !session_put(sessions, &session))
		bytes_reject(reader, "a session that is there twice, or was never begun");
}

static void load_steps(struct sessions *sessions, struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, sizeof(uint32_t) + sizeof(uint64_t));
	char user[ACCESS_NAME_MAX];

	if (n > ACCESS_USERS_MAX)
		bytes_reject(reader, "more users than there may be");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint64_t step;

		get_user(reader, user);
		step = bytes_get_u64(reader);
		if (!reader->is_bad)
			session_note_totp(sessions, user, step);
	}
}

void sessions_load(struct sessions *sessions, struct bytes_reader *reader)
{
	uint32_t n;

	bytes_get_part(reader, "sessions", 1);
	sessions->next_number = bytes_get_u64(reader);
	if (sessions->next_number == 0 || sessions->next_number > NUMBER_MOST)
		bytes_reject(reader, "a number of sessions that nobody reaches");
	n = bytes_get_count(reader, SESSION_MIN);
	for (uint32_t i = 0; i < n && !reader->is_bad; i++)
		load_session(sessions, reader);
	load_steps(sessions, reader);
	guesses_load(sessions->guesses, reader);
	sessions->changes = 0;
	if (!reader->is_bad)
		return;
	sessions_clear(sessions);
	guesses_free(sessions->guesses);
	sessions->guesses = guesses_new();
	sessions->n_steps = 0;
	sessions->next_number = 1;
	sessions->changes = 0;
}

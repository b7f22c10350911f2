/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a file of users, and as saved sessions.  A file is refused with a report, or read;
 * then what is written of it reads as the same.  Sessions are taken over or leave an empty list;
 * then what is saved of them loads as the same.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "iocd/session.h"
#include "iocd/users_file.h"
#include "saved.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void try_file(const char *bytes, size_t n)
{
	CLEANUP(users_free) struct users *users = NULL;
	CLEANUP(users_free) struct users *again = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text twice = { 0 };

	if (users_file_parse(&users, "u", bytes, n, NULL, &report)) {
		assert(report.size > 0);
		return;
	}
	users_write(&yaml, users);
	assert(users_file_parse(&again, "u", yaml.bytes, yaml.size, NULL, &report) == 0);
	users_write(&twice, again);
	assert(strcmp(yaml.bytes, twice.bytes) == 0);
}

static void save(struct saved *saved, const struct sessions *sessions)
{
	struct bytes_writer writer;

	saved_begin(saved, &writer);
	sessions_save(sessions, &writer);
	saved_end(&writer);
}

static void try_sessions(const char *bytes, size_t n)
{
	const struct sessions_options options = { .idle_ms = 60000, .longest_ms = 60000 };
	CLEANUP(sessions_free) struct sessions *sessions = sessions_new(&options);
	CLEANUP(sessions_free) struct sessions *again = sessions_new(&options);
	CLEANUP(users_free) struct users *users = users_new();
	struct saved one = { 0 }, other = { 0 };
	const struct access_user *user;
	struct bytes_reader reader;

	bytes_reader_init(&reader, bytes, n);
	sessions_load(sessions, &reader);
	assert(!reader.is_bad || sessions_count(sessions) == 0);
	save(&one, sessions);
	bytes_reader_init(&reader, one.bytes, one.n);
	sessions_load(again, &reader);
	assert(!reader.is_bad && sessions_count(again) == sessions_count(sessions));
	save(&other, again);
	assert(one.n == other.n && memcmp(one.bytes, other.bytes, one.n) == 0);
	assert(!session_find(sessions, users, "iocd_", 1, &user));
	free(one.bytes);
	free(other.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	try_file((const char *)bytes, n);
	try_sessions((const char *)bytes, n);
	return 0;
}

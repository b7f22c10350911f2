/* SPDX-License-Identifier: Apache-2.0 */
#include "people.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/bytes.h"
#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/users_file.h"

#define FILE_NAME         "users.yml"
#define SESSIONS_SIZE_MAX (16u << 20)
#define SESSIONS_MODE     0600
#define BUFFER            4096
#define CHANGES_MAX       400 /* bytes of people_changes() */

/* Sessions on their way to the disk, in a thread of the pool. */
struct saving {
	struct text bytes;
	uint64_t changes; /* sessions_changes() of what is in bytes */
	int fault;
	bool is_under_way;
};

struct people {
	struct loop *loop;           /* borrowed */
	const struct config *config; /* borrowed */
	char *path;                  /* owned; of the users */
	struct users *users, *old;   /* owned; old: NULL or until the next tick */
	uint64_t mark;               /* of the file as it was read last */
	int64_t gone_ms;             /* monotonic: since when it is not there; -1: it is */
	struct text why;             /* what is wrong with it; empty: nothing */
	int64_t why_ms;              /* civil: since when */
	struct text changes;
	struct sessions *sessions; /* owned */
	struct saving saving;
	uint64_t saved; /* sessions_changes() of what is on the disk */
	int64_t saved_ms;
	int save_fault; /* of the last time, or 0 */
	int64_t save_fault_ms;
	struct text detail; /* of people_part() */
};

static const struct settings *settings_of(const struct people *people)
{
	return config_settings(people->config);
}

/* ---- users ---- */

static bool is_same(const struct access_user *a, const struct access_user *b)
{
	bool same = strcmp(a->title, b->title) == 0 && a->role == b->role &&
		    a->n_units == b->n_units && strcmp(a->password, b->password) == 0 &&
		    strcmp(a->totp, b->totp) == 0 && a->is_disabled == b->is_disabled &&
		    a->n_tokens == b->n_tokens;

	for (uint32_t i = 0; same && i < a->n_units; i++)
		same = strcmp(a->units[i], b->units[i]) == 0;
	for (uint32_t i = 0; same && i < a->n_tokens; i++)
		same = strcmp(a->tokens[i].name, b->tokens[i].name) == 0 &&
		       memcmp(a->tokens[i].digest, b->tokens[i].digest, ACCESS_DIGEST) == 0 &&
		       a->tokens[i].role == b->tokens[i].role &&
		       a->tokens[i].until_ms == b->tokens[i].until_ms;
	return same;
}

static void add_change(struct text *text, const struct access_user *user, const char *what)
{
	if (text->size < CHANGES_MAX)
		text_add(text, "%s%s %s", text->size ? ", " : "", user->name, what);
	else if (text->bytes[text->size - 1] != '.')
		text_add(text, " ...");
}

static void compare(struct text *ret, const struct users *before, const struct users *after)
{
	text_clear(ret);
	for (size_t i = 0; i < users_count(after); i++) {
		const struct access_user *user = users_at(after, i);
		const struct access_user *was = users_find(before, user->name);

		if (!was)
			add_change(ret, user, "added");
		else if (!is_same(was, user))
			add_change(ret, user,
				   was->is_disabled == user->is_disabled ? "changed"
				   : user->is_disabled                   ? "disabled"
									 : "enabled");
	}
	for (size_t i = 0; i < users_count(before); i++)
		if (!users_find(after, users_at(before, i)->name))
			add_change(ret, users_at(before, i), "removed");
}

/* Takes the list. */
static void take_over(struct people *people, struct users *users)
{
	compare(&people->changes, people->users, users);
	people->old = people->users;
	people->users = users;
	text_clear(&people->why);
	people->why_ms = 0;
}

static void refuse(struct people *people, const char *report)
{
	if (people->why.size == 0)
		people->why_ms = clock_real_ms();
	text_clear(&people->why);
	text_add_bytes(&people->why, report, strcspn(report, "\n"));
	log_error("users.refused", "why=\"%s\" meaning=\"those of before are kept\"",
		  text_get(&people->why));
}

/* Reads the file as it is now.  True: there is another list. */
static bool read_users(struct people *people)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct users *users = NULL;
	int r;

	people->mark = users_file_mark(people->path);
	r = users_file_read(&users, people->path, config_units(people->config), &report);
	if (r == USERS_FILE_ABSENT)
		return false; /* the next tick sees that */
	if (r) {
		refuse(people, text_get(&report));
		return false;
	}
	take_over(people, users);
	log_info("users.read", "file=%s users=%zu changes=\"%s\"", people->path,
		 users_count(people->users), text_get(&people->changes));
	return true;
}

/* The file is not there.  True: and has not been for so long that nobody is. */
static bool look_for_users(struct people *people, int64_t now_ms)
{
	if (people->gone_ms < 0)
		people->gone_ms = now_ms;
	if (now_ms - people->gone_ms < PEOPLE_GONE_MS)
		return false;
	people->mark = 0;
	if (users_count(people->users) == 0) {
		text_clear(&people->why); /* of a file that had a mistake, too */
		return false;
	}
	log_warning("users.gone", "file=%s meaning=\"nobody may log in\"", people->path);
	take_over(people, users_new());
	return true;
}

static bool tick_users(struct people *people, int64_t now_ms)
{
	uint64_t mark = users_file_mark(people->path);

	people->old = users_free(people->old);
	if (mark == 0)
		return look_for_users(people, now_ms);
	people->gone_ms = -1;
	return mark != people->mark && read_users(people);
}

/* ---- sessions ---- */

static void load_sessions(struct people *people)
{
	const char *path = settings_of(people)->console.sessions;
	struct bytes_reader reader;
	char *bytes;
	size_t size;
	int r = disk_read_file(path, SESSIONS_SIZE_MAX, &bytes, &size);

	if (r == -ENOENT)
		return;
	if (r) {
		log_warning("sessions.lost", "file=%s why=\"%s\"", path, strerror(-r));
		return;
	}
	bytes_reader_init(&reader, bytes, size);
	sessions_load(people->sessions, &reader);
	if (reader.is_bad)
		log_warning("sessions.lost", "file=%s why=\"%s\"", path, reader.why);
	explicit_bzero(bytes, size);
	free(bytes);
}

/* Puts the sessions as they are into people->saving. */
static void pack(struct people *people)
{
	struct bytes_writer writer;
	char buffer[BUFFER];
	int r;

	text_clear(&people->saving.bytes);
	bytes_writer_init(&writer, bytes_into_text, &people->saving.bytes, buffer, sizeof(buffer));
	sessions_save(people->sessions, &writer);
	r = bytes_flush(&writer);
	assert(r == 0); /* memory takes what it is given */
	people->saving.changes = sessions_changes(people->sessions);
}

/* A thread of the pool, which has people->saving to itself. */
static void write_sessions(void *context)
{
	struct people *people = context;

	people->saving.fault =
		disk_replace(settings_of(people)->console.sessions, people->saving.bytes.bytes,
			     people->saving.bytes.size, SESSIONS_MODE);
}

static void note_saved(struct people *people)
{
	struct saving *saving = &people->saving;

	saving->is_under_way = false;
	if (saving->fault && !people->save_fault) {
		people->save_fault_ms = clock_real_ms();
		log_warning("sessions.unsaved", "file=%s why=\"%s\"",
			    settings_of(people)->console.sessions, strerror(-saving->fault));
	}
	people->save_fault = saving->fault;
	if (!saving->fault)
		people->saved = saving->changes;
}

static void on_saved(void *context)
{
	note_saved(context);
}

static void tick_sessions(struct people *people, int64_t now_ms)
{
	if (people->saving.is_under_way || sessions_changes(people->sessions) == people->saved ||
	    now_ms - people->saved_ms < PEOPLE_SAVE_MS)
		return;
	people->saved_ms = now_ms;
	people->saving.is_under_way = true;
	pack(people);
	loop_work(people->loop, write_sessions, on_saved, people);
}

/* ---- both ---- */

static char *path_of_users(const struct config *config)
{
	CLEANUP_TEXT struct text path = { 0 };

	if (*config_settings(config)->console.users)
		return xstrdup(config_settings(config)->console.users);
	text_add(&path, "%s/" FILE_NAME, config_directory(config));
	return xstrdup(text_get(&path));
}

/* Puts into words what people_part() says. */
static void describe(struct people *people)
{
	text_clear(&people->detail);
	if (people->why.size > 0)
		text_add(&people->detail, "%s; those of before are kept", text_get(&people->why));
	else if (users_count(people->users) == 0)
		text_add(&people->detail,
			 "nobody may log in to the console yet; run: iocctl user add NAME --users "
			 "%s",
			 people->path);
	else if (people->save_fault)
		text_add(&people->detail, "%s: %s: after a restart everybody must log in again",
			 settings_of(people)->console.sessions, strerror(-people->save_fault));
}

struct people *people_new(struct loop *loop, const struct config *config)
{
	struct people *people = xcalloc(1, sizeof(*people));
	const struct sessions_options options = {
		.idle_ms = config_settings(config)->console.idle_ms,
		.longest_ms = config_settings(config)->console.longest_ms,
	};

	people->loop = loop;
	people->config = config;
	people->path = path_of_users(config);
	people->users = users_new();
	people->sessions = sessions_new(&options);
	people->gone_ms = -1;
	people->saved_ms = clock_mono_ms() - PEOPLE_SAVE_MS;
	(void)read_users(people);
	load_sessions(people);
	describe(people);
	return people;
}

struct people *people_free(struct people *people)
{
	if (!people)
		return NULL;

	assert(!people->saving.is_under_way);
	if (sessions_changes(people->sessions) != people->saved) {
		pack(people);
		write_sessions(people);
		note_saved(people);
	}
	sessions_free(people->sessions);
	users_free(people->old);
	users_free(people->users);
	text_fini(&people->saving.bytes);
	text_fini(&people->detail);
	text_fini(&people->changes);
	text_fini(&people->why);
	free(people->path);
	free(people);
	return NULL;
}

bool people_tick(struct people *people, int64_t now_ms)
{
	bool is_another = tick_users(people, now_ms);

	tick_sessions(people, now_ms);
	describe(people);
	return is_another;
}

const struct users *people_users(const struct people *people)
{
	return people->users;
}

const char *people_changes(const struct people *people)
{
	return text_get(&people->changes);
}

struct sessions *people_sessions(struct people *people)
{
	return people->sessions;
}

struct part_health people_part(const struct people *people)
{
	bool is_refused = people->why.size > 0;
	bool is_empty = users_count(people->users) == 0;
	bool is_unsaved = !is_empty && people->save_fault;

	return (struct part_health){
		.name = "users",
		.light = is_refused || is_unsaved ? LIGHT_AMBER : LIGHT_GREEN,
		.state = is_refused   ? "refused"
			 : is_empty   ? "nobody"
			 : is_unsaved ? "not saved"
				      : "known",
		.detail = text_get(&people->detail),
		.since_ms = is_refused   ? people->why_ms
			    : is_unsaved ? people->save_fault_ms
					 : 0,
	};
}

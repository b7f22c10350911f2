/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user: what the verbs of iocctl user share: the list of users that is open, and how it is kept.
 *
 * Complaints go to stderr in the language of the call.  Single-threaded.
 */
#ifndef IOCCTL_USER_H
#define IOCCTL_USER_H

#include <jansson.h>

#include "call.h"
#include "iocd/config.h"
#include "iocd/password.h"
#include "iocd/users_file.h"

struct user_book {
	char *path;            /* owned; of the file */
	struct config *config; /* owned; or NULL: none was asked for */
	struct users *users;   /* owned */
	uint64_t mark;         /* of the file that was read; 0: there was none */
};

/* Opens the list that call names, empty if there is none yet; closes it.  STATUS_GOOD, or another
 * status that was explained. */
int user_open(const struct call *call, struct user_book *ret);
void user_close(struct user_book *book);
#define CLEANUP_BOOK __attribute__((cleanup(user_close)))

/* Writes the list, unless somebody else did meanwhile.  STATUS_GOOD or explained. */
int user_keep(const struct call *call, const struct user_book *book);

/* Copies the user of that name; false: there is none, explained. */
bool user_named(const struct call *call, const struct user_book *book, const char *name,
		struct access_user *ret);

/* Puts a user in the place of the one of its name, keeps the list, and tells that: a sentence, or
 * the user as JSON.  STATUS_GOOD or explained. */
int user_keep_one(const struct call *call, struct user_book *book, const struct access_user *user,
		  const char *told);

/* Whether name may name a user or token; else explains. */
bool user_check_name(const struct call *call, const char *name);

/* Reads --role and --until into what they stand for, if they are given.  STATUS_GOOD or explained.
 */
int user_read_role(const struct call *call, enum access_role *ret);
int user_read_until(const struct call *call, int64_t *ret_ms);

/* Asks for a new password, or reads that of --password-file, and checks it; may_be_empty: none is
 * fine too, and gives "".  STATUS_GOOD with its hash, or explained. */
int user_ask_password(const struct call *call, const char *user, bool may_be_empty,
		      char ret_hash[ACCESS_HASH_MAX]);

/* Asks on the terminal for a line of at most size - 1 bytes, shown or not.  False: there is none
 * (its end, or interrupted). */
bool user_ask(const char *prompt, bool is_shown, char *ret, size_t size);

/* A user for --json; owned by the caller. */
json_t *user_json(const struct access_user *user, int64_t now_ms);

/* The verbs; each returns an exit status. */
command_fn user_add, user_change, user_passwd, user_totp, user_token, user_list, user_disable,
	user_enable, user_remove;

#endif

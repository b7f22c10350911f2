/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access: who may see and do what: users with a role, for units and all below them.
 *
 * A viewer sees, an operator also handles alerts, an admin also reloads and tries rules.  Whoever
 * has no units has all of them ("whole").  Users stand in a file of their own (users_file.h), and
 * are read anew when it changes.  Programs use tokens: each belongs to a user, and may do no more
 * than that one.
 *
 * Pure: no I/O, no clock, no log.  Read from any thread while nobody changes it.
 */
#ifndef IOCD_ACCESS_H
#define IOCD_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/unit.h"

#define ACCESS_NAME_MAX   33  /* [a-z][a-z0-9._-]{0,31} and the zero, as below */
#define ACCESS_TITLE_MAX  64  /* of a person's name, as people write it */
#define ACCESS_HASH_MAX   129 /* of a password, as libsodium writes it */
#define ACCESS_SECRET_MAX 65  /* of TOTP, base32 (RFC 4648) */
#define ACCESS_DIGEST     32  /* bytes: BLAKE2b of a token, which has 256 random bits */
#define ACCESS_UNITS_MAX  64  /* of one user */
#define ACCESS_USERS_MAX  1000
#define ACCESS_TOKENS_MAX 16 /* of one user */

/* clang-format off */
#define ACCESS_ROLES(X)                                                                  \
	X(VIEWER, "viewer")     /* sees                                               */ \
	X(OPERATOR, "operator") /* acknowledges, assigns, shelves and the like        */ \
	X(ADMIN, "admin")       /* reloads, tries rules, reads what is of no unit     */
/* clang-format on */

enum access_role {
#define X(name, text) ROLE_##name,
	ACCESS_ROLES(X)
#undef X
		N_ROLES
};

/* A token of a user. */
struct access_token {
	char name[ACCESS_NAME_MAX];
	uint8_t digest[ACCESS_DIGEST];
	enum access_role role; /* not above its user's */
	int64_t until_ms;      /* 0: for good */
};

struct access_user {
	char name[ACCESS_NAME_MAX];
	char title[ACCESS_TITLE_MAX]; /* "": as name */
	enum access_role role;
	char units[ACCESS_UNITS_MAX][65]; /* ids; none: all */
	uint32_t n_units;
	char password[ACCESS_HASH_MAX]; /* "": may not log in (a user for tokens) */
	char totp[ACCESS_SECRET_MAX];   /* "": has no second factor */
	bool is_disabled;
	struct access_token tokens[ACCESS_TOKENS_MAX];
	uint32_t n_tokens;
};

struct users;

/* Makes an empty list, or frees one (NULL is fine) and returns NULL. */
struct users *users_new(void) MUST_USE;
struct users *users_free(struct users *users);
DEFINE_CLEANUP(struct users, users_free)

enum users_outcome {
	USERS_EXISTS = 1,
	USERS_FULL,
};

/* Adds a copy, in the order of names; or puts it in the place of the one of that name, if there is
 * one; removes one.  0, USERS_EXISTS or USERS_FULL. */
int users_add(struct users *users, const struct access_user *user) MUST_USE;
void users_replace(struct users *users, const struct access_user *user);
bool users_remove(struct users *users, const char *name);

/* Lend a user, until the list changes: by name (NULL: there is none), by index below users_count().
 */
const struct access_user *users_find(const struct users *users, const char *name);
const struct access_user *users_at(const struct users *users, size_t i);
size_t users_count(const struct users *users);

/* Finds who has the token of that digest, in constant time for each; NULL: nobody, or somebody
 * disabled.  Lends the token too; whether it is over (until_ms) is for the caller to see. */
const struct access_user *users_find_token(const struct users *users,
					   const uint8_t digest[ACCESS_DIGEST],
					   const struct access_token **ret_token);

/* Appends the list as YAML that users_file.h reads, with a word on top of what it is. */
void users_write(struct text *yaml, const struct users *users);

/* What is wrong with a user's or token's name, or with a person's as people write it; NULL:
 * nothing; lent for ever. */
const char *access_check_name(const char *name);
const char *access_check_title(const char *title);

/* Lends "operator"; finds a role by name, N_ROLES: there is none. */
const char *access_role_name(enum access_role role);
enum access_role access_find_role(const char *name);

/* What a user may see, resolved against a tree: one bit per unit. */
struct scope {
	bool is_whole;
	bool *of_units;   /* owned, by number in the tree; NULL if is_whole */
	uint32_t n_units; /* in the tree */
};

/* Fills *ret from ids that may be former ones; what the tree does not have counts for nothing, so
 * that a typo never shows more.  scope_fini() frees. */
void scope_init(struct scope *ret, const struct units *units, const struct access_user *user);
void scope_init_whole(struct scope *ret);
void scope_fini(struct scope *scope);

/* Whether that unit is within the scope; UNIT_NONE: only if the scope is whole. */
static inline bool scope_has(const struct scope *scope, uint32_t unit)
{
	return scope->is_whole || (unit < scope->n_units && scope->of_units[unit]);
}

#endif

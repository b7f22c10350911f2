/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/access.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "characters.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"

#define DAY_MS INT64_C(86400000)

struct users {
	struct access_user **list; /* owned, each on its own; by name */
	size_t n;
};

struct users *users_new(void)
{
	return xcalloc(1, sizeof(struct users));
}

/* Hashes and secrets do not stay in memory that is given back. */
static void free_user(struct access_user *user)
{
	sodium_memzero(user, sizeof(*user));
	free(user);
}

struct users *users_free(struct users *users)
{
	if (!users)
		return NULL;

	for (size_t i = 0; i < users->n; i++)
		free_user(users->list[i]);
	free(users->list);
	free(users);
	return NULL;
}

/* Where name stands, or would stand. */
static size_t position(const struct users *users, const char *name, bool *ret_is_there)
{
	size_t low = 0, high = users->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(users->list[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_is_there = low < users->n && strcmp(users->list[low]->name, name) == 0;
	return low;
}

int users_add(struct users *users, const struct access_user *user)
{
	bool is_there;
	size_t at = position(users, user->name, &is_there);

	if (is_there)
		return USERS_EXISTS;
	if (users->n == ACCESS_USERS_MAX)
		return USERS_FULL;
	users->list = xrealloc(users->list, users->n + 1, sizeof(users->list[0]));
	memmove(users->list + at + 1, users->list + at, (users->n - at) * sizeof(users->list[0]));
	users->list[at] = xcalloc(1, sizeof(*user));
	*users->list[at] = *user;
	users->n++;
	return 0;
}

void users_replace(struct users *users, const struct access_user *user)
{
	bool is_there;
	size_t at = position(users, user->name, &is_there);

	if (is_there && users->list[at] != user)
		*users->list[at] = *user;
}

bool users_remove(struct users *users, const char *name)
{
	bool is_there;
	size_t at = position(users, name, &is_there);

	if (!is_there)
		return false;
	free_user(users->list[at]);
	users->n--;
	memmove(users->list + at, users->list + at + 1, (users->n - at) * sizeof(users->list[0]));
	return true;
}

const struct access_user *users_find(const struct users *users, const char *name)
{
	bool is_there;
	size_t at = position(users, name, &is_there);

	return is_there ? users->list[at] : NULL;
}

const struct access_user *users_at(const struct users *users, size_t i)
{
	assert(i < users->n);
	return users->list[i];
}

size_t users_count(const struct users *users)
{
	return users->n;
}

const struct access_user *users_find_token(const struct users *users,
					   const uint8_t digest[ACCESS_DIGEST],
					   const struct access_token **ret_token)
{
	for (size_t i = 0; i < users->n; i++) {
		const struct access_user *user = users->list[i];

		for (uint32_t k = 0; k < user->n_tokens && !user->is_disabled; k++) {
			if (sodium_memcmp(user->tokens[k].digest, digest, ACCESS_DIGEST) != 0)
				continue;
			*ret_token = &user->tokens[k];
			return user;
		}
	}
	return NULL;
}

/* ---- names ---- */

const char *access_check_name(const char *name)
{
	size_t n = strlen(name);

	if (n == 0)
		return "a name is missing";
	if (name[0] < 'a' || name[0] > 'z')
		return "a name begins with a letter from a to z";
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") != n)
		return "a name has only a to z, 0 to 9, '.', '_' and '-'";
	if (n >= ACCESS_NAME_MAX)
		return "a name has at most 32 characters";
	return NULL;
}

const char *access_check_title(const char *title)
{
	if (characters_count(title) == CHARACTERS_NONE)
		return "a person's name must be UTF-8";
	if (characters_have_control(title))
		return "a person's name has no control characters";
	if (strlen(title) >= ACCESS_TITLE_MAX)
		return "a person's name has at most 63 bytes";
	return NULL;
}

static const char *const roles[] = {
#define X(name, text) [ROLE_##name] = text,
	ACCESS_ROLES(X)
#undef X
};

const char *access_role_name(enum access_role role)
{
	assert(role < N_ROLES);
	return roles[role];
}

enum access_role access_find_role(const char *name)
{
	for (size_t i = 0; i < N_ROLES; i++)
		if (strcmp(roles[i], name) == 0)
			return (enum access_role)i;
	return N_ROLES;
}

/* ---- as a file ---- */

static void add_text(struct text *yaml, const char *key, const char *value)
{
	if (!value[0])
		return;
	text_add(yaml, "    %s: ", key);
	text_add_json(yaml, value, strlen(value));
	text_add(yaml, "\n");
}

/* A day means the end of it (in UTC, as the file knows no other time). */
static void add_until(struct text *yaml, int64_t until_ms)
{
	char text[CIVIL_TEXT_MAX];

	if (until_ms == 0)
		return;
	if (until_ms % DAY_MS == 0)
		text_add(yaml, ", until: %.10s", civil_format(text, until_ms - DAY_MS, 0));
	else
		text_add(yaml, ", until: \"%s\"", civil_format(text, until_ms, 0));
}

static void add_tokens(struct text *yaml, const struct access_user *user)
{
	char hex[2 * ACCESS_DIGEST + 1];

	if (user->n_tokens > 0)
		text_add(yaml, "    tokens:\n");
	for (uint32_t i = 0; i < user->n_tokens; i++) {
		const struct access_token *token = &user->tokens[i];

		sodium_bin2hex(hex, sizeof(hex), token->digest, ACCESS_DIGEST);
		text_add(yaml, "      %s: {digest: %s, role: %s", token->name, hex,
			 access_role_name(token->role));
		add_until(yaml, token->until_ms);
		text_add(yaml, "}\n");
	}
}

static void add_user(struct text *yaml, const struct access_user *user)
{
	text_add(yaml, "  %s:\n", user->name);
	add_text(yaml, "name", user->title);
	text_add(yaml, "    role: %s\n", access_role_name(user->role));
	for (uint32_t i = 0; i < user->n_units; i++)
		text_add(yaml, "%s%s", i == 0 ? "    units: [" : ", ", user->units[i]);
	if (user->n_units > 0)
		text_add(yaml, "]\n");
	add_text(yaml, "password", user->password);
	add_text(yaml, "totp", user->totp);
	if (user->is_disabled)
		text_add(yaml, "    disabled: yes\n");
	add_tokens(yaml, user);
}

void users_write(struct text *yaml, const struct users *users)
{
	text_add(yaml,
		 "# Who may use iocd's console and API.  \"iocctl user\" writes this file; "
		 "whoever reads it\n"
		 "# can try to guess passwords, so it is for its owner only.\n"
		 "users:%s\n",
		 users->n == 0 ? " {}" : "");
	for (size_t i = 0; i < users->n; i++)
		add_user(yaml, users->list[i]);
}

/* ---- scope ---- */

void scope_init(struct scope *ret, const struct units *units, const struct access_user *user)
{
	const uint32_t *parents = units_parents(units);

	*ret = (struct scope){ .is_whole = user->n_units == 0, .n_units = units_count(units) };
	if (ret->is_whole)
		return;
	ret->of_units = xcalloc(ret->n_units + 1, sizeof(ret->of_units[0]));
	for (uint32_t i = 0; i < user->n_units; i++) {
		uint32_t unit = units_find(units, user->units[i], strlen(user->units[i]));

		if (unit < ret->n_units)
			ret->of_units[unit] = true;
	}
	for (uint32_t i = 0; i < ret->n_units; i++) /* parents stand before their children */
		if (parents[i] != UNIT_NONE && ret->of_units[parents[i]])
			ret->of_units[i] = true;
}

void scope_init_whole(struct scope *ret)
{
	*ret = (struct scope){ .is_whole = true };
}

void scope_fini(struct scope *scope)
{
	free(scope->of_units);
	*scope = (struct scope){ .is_whole = false };
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "caller.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

static struct caller *make(void)
{
	struct caller *caller = xcalloc(1, sizeof(*caller));

	caller->holders = 1;
	caller->scope = &caller->own;
	return caller;
}

struct caller *caller_new_local(void)
{
	struct caller *caller = make();

	scope_init_whole(&caller->own);
	caller->is_local = true;
	caller->is_known = true;
	caller->role = ROLE_ADMIN;
	return caller;
}

struct caller *caller_new_unknown(void)
{
	struct caller *caller = make();

	caller->own = (struct scope){ .is_whole = false };
	return caller;
}

struct caller *caller_new(const struct access_user *user, const struct units *units)
{
	struct caller *caller = make();

	scope_init(&caller->own, units, user);
	caller->is_known = true;
	caller->role = user->role;
	caller->has_factor = user->totp[0] != '\0';
	(void)snprintf(caller->name, sizeof(caller->name), "%s", user->name);
	(void)snprintf(caller->title, sizeof(caller->title), "%s",
		       user->title[0] ? user->title : user->name);
	return caller;
}

struct caller *caller_hold(struct caller *caller)
{
	caller->holders++;
	return caller;
}

struct caller *caller_free(struct caller *caller)
{
	if (!caller)
		return NULL;

	assert(caller->holders > 0);
	if (--caller->holders > 0)
		return NULL;
	scope_fini(&caller->own);
	free(caller);
	return NULL;
}

bool caller_sees_alike(const struct caller *a, const struct caller *b)
{
	const struct scope *left = a->scope, *right = b->scope;

	if (a->role != b->role || left->is_whole != right->is_whole)
		return false;
	return left->is_whole ||
	       (left->n_units == right->n_units &&
		memcmp(left->of_units, right->of_units, left->n_units * sizeof(bool)) == 0);
}

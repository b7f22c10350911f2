/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caller: on whose behalf a request is answered, and which units that one may see.
 *
 * Shared by the request, an answer that was put off and a stream: each holds it, the last one to
 * let go frees it.  Loop thread.
 */
#ifndef IOCD_CONTROL_CALLER_H
#define IOCD_CONTROL_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/access.h"
#include "iocd/base/defs.h"
#include "iocd/net/http.h"

struct caller {
	unsigned holders;
	bool is_local;              /* came over the socket: may do everything */
	bool is_known;              /* local, or logged in, or has a token */
	char name[ACCESS_NAME_MAX]; /* of the user; "": local or unknown */
	char title[ACCESS_TITLE_MAX];
	char address[HTTP_ADDRESS_MAX];
	int64_t uid; /* of a local one; -1: unknown */
	enum access_role role;
	const struct scope *scope; /* never NULL; of nobody who is unknown anything */
	struct scope own;          /* what scope points to; owned */
	bool has_factor;           /* the user has a second factor */

	/* By what it is known. */
	uint64_t session; /* 0: by no session */
	bool has_token;
	uint8_t digest[ACCESS_DIGEST]; /* of the token */
	int64_t until_ms;              /* when that ends at the latest; 0: never */
};

/* Make one that is local, or that is nobody, or that is a user whose units are of that tree; held
 * once.  What says by what it is known is for the maker to fill. */
struct caller *caller_new_local(void) MUST_USE;
struct caller *caller_new_unknown(void) MUST_USE;
struct caller *caller_new(const struct access_user *user, const struct units *units) MUST_USE;

/* Holds it once more and gives it; lets go of it (NULL is fine) and returns NULL. */
struct caller *caller_hold(struct caller *caller) MUST_USE;
struct caller *caller_free(struct caller *caller);
DEFINE_CLEANUP(struct caller, caller_free)

/* Whether both may see the same. */
bool caller_sees_alike(const struct caller *a, const struct caller *b);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store: the live view in Redis, as absolute values, always a whole.
 *
 * What changed is written at most every commit_every_ms in one MULTI/EXEC together with the cursor,
 * fenced by WATCH on the cursor, so that a second writer or a Redis that went back in time is
 * noticed before anything is written.  After any doubt (reconnect, error, time-out) the whole live
 * view is written again from memory.  Losing Redis loses nothing and stops nothing.
 *
 * Keys are in src/store/keys.c and in README.  Loop thread.  Logs failures once.
 */
#ifndef IOCD_STORE_H
#define IOCD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/alert_json.h"
#include "iocd/base/defs.h"
#include "iocd/deadletter.h"
#include "iocd/net/loop.h"
#include "iocd/net/redis.h"

#define STORE_CHUNK      1500  /* hash fields in one transaction: Redis is not held up long */
#define STORE_RECENT     1440  /* minute values kept per indicator and unit */
#define STORE_LOG        10000 /* transitions kept in the stream p:alertlog */
#define STORE_DEADLETTER 1000  /* samples kept in the stream p:deadletter */
#define STORE_FENCED_MS  10000 /* between two looks at a view that another iocd writes */

struct store_options {
	struct redis_options redis;
	const char *prefix;      /* of all keys */
	const char *instance;    /* only an iocd of this name may write the view */
	const char *journal_id;  /* fence: a view of another journal is taken over whole */
	int64_t commit_every_ms; /* 10 to 10000 */
	int64_t fenced_ms;       /* instead of STORE_FENCED_MS; 0: that */
};

/* What the view is made from; lent for the life of the store. */
struct store_source {
	struct alert_context context;
	const struct indicators *indicators;
	const struct alertbook *book;
	const struct deadletter *deadletter;
};

/* clang-format off */
#define STORE_STATES(X)                                                                   \
	X(DOWN, "down")               /* no connection                                 */ \
	X(TAKING_OVER, "taking over") /* connected; reading the cursor                 */ \
	X(REWRITING, "rewriting")     /* writing the whole view, or about to try again */ \
	X(LIVE, "live")               /* the view is complete and follows              */ \
	X(FENCED, "fenced")           /* another iocd writes this view; we do not      */
/* clang-format on */

enum store_state {
#define X(name, text) STORE_##name,
	STORE_STATES(X)
#undef X
};

struct store_status {
	enum store_state state;
	int64_t since_ms;     /* civil time of the last change of state */
	int64_t stale_ms;     /* civil time since when the view does not follow; 0: it does */
	int64_t committed_ms; /* civil time of the last commit; 0: none */
	uint64_t position;    /* journal position that the view includes */
	size_t dirty;         /* changes not yet written */
	char reason[160];     /* why the view is not live; "" if it is */
};

struct store;

/* Makes a store; options' strings are copied.  0 or a fault. */
int store_new(struct store **ret, struct loop *loop, const struct store_options *options,
	      const struct store_source *source) MUST_USE;

/* Begins to connect and to write. */
void store_start(struct store *store);

/* Notes what changed up to the journal's position; writes nothing yet. */
void store_post(struct store *store, const struct change *changes, size_t n, uint64_t position);

/* One field of p:health, both strings copied. */
void store_put_health(struct store *store, const char *name, const char *value);

/* Copies the present state. */
void store_get_status(const struct store *store, struct store_status *ret);

/* Lends the name of state, for ever. */
const char *store_state_name(enum store_state state);

/* Writes what is left if Redis is up (turning nothing, waiting for nothing) and takes
 * store.  Accepts NULL. */
void store_close(struct store *store);

#endif

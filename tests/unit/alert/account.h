/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account: what must have become of an alert, and what receivers must have heard of it, worked out
 * from the list of all that happened to it; slow, and by other means than the machine.
 *
 * It looks back over the list for every answer: since when a condition has held without a gap, who
 * was the last to acknowledge what, which causes of suppression were taken away again.
 */
#ifndef TEST_ALERT_ACCOUNT_H
#define TEST_ALERT_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert.h"

/* clang-format off */
#define DEEDS(X)                                                                            \
	X(HOLDS_WARNING, "holds, warning")                                                   \
	X(HOLDS_CRITICAL, "holds, critical")                                                 \
	X(GONE, "gone")                                                                      \
	X(UNKNOWN, "unknown")                                                                \
	X(MOMENT, "a moment passes")     /* a millisecond: less than hold or fade         */ \
	X(WHILE, "a while passes")       /* longer than both                              */ \
	X(SHELVE, "shelved")                                                                 \
	X(UNSHELVE, "unshelved")                                                             \
	X(INHIBIT, "inhibited")                                                              \
	X(UNINHIBIT, "not inhibited any more")                                               \
	X(ACKNOWLEDGE, "acknowledged")                                                       \
	X(UNACKNOWLEDGE, "unacknowledged")                                                   \
	X(FORGET, "forgotten")                                                               \
	X(RESET, "reset")                                                                    \
	X(CLOSE, "closed by a reload")
/* clang-format on */

enum deed {
#define X(name, text) DEED_##name,
	DEEDS(X)
#undef X
		N_DEEDS
};

#define WHILE_MS    4
#define MOMENTS_MAX 64

/* What is so after one deed; DEED_MOMENT for every millisecond of a while. */
struct moment {
	enum deed deed;
	int64_t at_ms;
	bool is_on;      /* RAISED or FADING */
	bool is_latched; /* stands, although its condition is gone */
	bool has_begun;  /* was raised just now */
	enum severity severity;
	bool is_heard;         /* receivers heard of it just now */
	enum severity message; /* what they heard; SEVERITY_NONE: it is over, or normal */
	enum handling handling;
};

/* moments[0] is the beginning, when nothing has happened. */
struct account {
	struct alert_policy policy;
	struct moment moments[MOMENTS_MAX];
	int n;
};

void account_init(struct account *account, const struct alert_policy *policy);

/* Writes down that one millisecond passes (DEED_MOMENT), or deed at the present moment; lends what
 * is so then. */
const struct moment *account_add(struct account *account, enum deed deed);

/* All that what comes later can depend on, as bits. */
uint64_t account_digest(const struct account *account);

bool moment_stands(const struct moment *moment);

/* Whether anything suppresses it after moment number at. */
bool account_is_suppressed(const struct account *account, int at);

/* What receivers heard last of what stands at moment number at; -1: nothing. */
int account_belief(const struct account *account, int at);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert_kind: the words of an alert's life: its states, what happens to it, how people handle it,
 * and what keeps it from being told.  alert.h makes the moves.
 *
 * Only types, and their names.
 */
#ifndef IOCD_ALERT_KIND_H
#define IOCD_ALERT_KIND_H

#include <stdbool.h>

/* clang-format off */
#define ALERT_STATES(X)                                                        \
	X(QUIET, "quiet")     /* nothing is the matter                       */ \
	X(PENDING, "pending") /* the condition holds, for less than hold_ms   */ \
	X(RAISED, "raised")   /* it has held for long enough: it was told     */ \
	X(FADING, "fading")   /* it was told, and is gone for less than fade_ms */
/* clang-format on */

enum alert_state {
#define X(name, text) ALERT_##name,
	ALERT_STATES(X)
#undef X
};

/* clang-format off */
/* What there is to write down after a step, and perhaps to tell. */
#define ALERT_NEWS(X)                                                          \
	X(NOTHING, "nothing")                                                  \
	X(RAISED, "raised")   /* or again, while it is latched               */ \
	X(CHANGED, "changed") /* its severity; or it is no exercise after all */ \
	X(CLEARED, "cleared")                                                  \
	X(NORMAL, "normal")   /* the condition is gone, but it is latched      */ \
	X(UNCERTAIN, "uncertain") /* what it is judged by is not known any more  */ \
	X(CERTAIN, "certain")     /* and is again                                */ \
	X(ACKNOWLEDGED, "acknowledged")                                        \
	X(UNACKNOWLEDGED, "unacknowledged") /* taken back, or it has expired    */ \
	X(ASSIGNED, "assigned")   /* has another owner                           */ \
	X(COMMENTED, "commented")                                              \
	X(SUPPRESSED, "suppressed") /* something more keeps it from being told   */ \
	X(RELEASED, "released")   /* something of that has ended: nothing to tell */ \
	X(ANNOUNCED, "announced") /* the last has ended: receivers learn of it   */ \
	X(ESCALATED, "escalated") /* nobody acknowledged it: others are told     */ \
	X(REPEATED, "repeated")   /* it stands still                             */ \
	X(FORGOTTEN, "forgotten") /* cleared, and nobody acknowledged it in time */
/* clang-format on */

enum alert_news {
#define X(name, text) NEWS_##name,
	ALERT_NEWS(X)
#undef X
};

/* clang-format off */
/* How people handle it. */
#define HANDLINGS(X)                                                                       \
	X(NONE, "none")                     /* nothing was told                          */ \
	X(UNACKNOWLEDGED, "unacknowledged") /* told, and nobody has said that he knows   */ \
	X(ACKNOWLEDGED, "acknowledged")     /* somebody has                              */ \
	X(CLEARED_UNACKNOWLEDGED, "cleared-unacknowledged") /* over before anybody did   */

/* Why it may not be told.  Bits: several may hold at once. */
#define SUPPRESSIONS(X)                                                                    \
	X(SHELVED, "shelved")               /* somebody put it aside for a while         */ \
	X(MAINTENANCE, "maintenance")       /* work is done there                        */ \
	X(INHIBITED, "inhibited")           /* it follows from another that stands       */ \
	X(OUT_OF_SERVICE, "out-of-service") /* somebody took it out of service           */ \
	X(CHATTER, "chatter")               /* it comes and goes all the time            */ \
	X(ORIGIN, "at-origin")              /* mirrored: its site does not tell it either */ \
	X(BACKLOG, "backlog")               /* mirrored: no news, and its site says more */
/* clang-format on */

enum handling {
#define X(name, text) HANDLING_##name,
	HANDLINGS(X)
#undef X
};

enum suppression {
#define X(name, text) SUPPRESSION_##name,
	SUPPRESSIONS(X)
#undef X
		N_SUPPRESSIONS
};
#define SUPPRESSION_BIT(suppression) (1u << (suppression))

/* Whether state is one of which operators were told: RAISED or FADING. */
static inline bool alert_state_is_told(enum alert_state state)
{
	return state == ALERT_RAISED || state == ALERT_FADING;
}

/* Lend names for logs and JSON, for ever. */
const char *alert_state_name(enum alert_state state);
const char *alert_news_name(enum alert_news news);
const char *handling_name(enum handling handling);
const char *suppression_name(enum suppression suppression);

#endif

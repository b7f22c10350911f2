/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_audit: who did what: every login, refusal, command and change of iocd, in history's file
 * for history.days.  It is only ever added to.
 *
 * Loop thread, callbacks too.
 */
#ifndef IOCD_HISTORY_AUDIT_H
#define IOCD_HISTORY_AUDIT_H

#include "iocd/history.h"

#define HISTORY_AUDIT_MAX     5000  /* entries that one answer may have */
#define HISTORY_AUDIT_WAITING 10000 /* that may wait to be written; beyond: counted as lost */

/* Who logs in, who was refused what, and who there is: only for those who look after iocd. */
#define HISTORY_AUDIT_PRIVATE "login", "logout", "denied", "session", "token", "users"

/* One thing that somebody did or was refused; strings are copied, "" where there is none. */
struct history_audit {
	uint64_t number; /* grows by one for each in the file; 0: it is not there yet */
	int64_t time_ms;
	const char *who; /* user, "" if nobody was logged in; "unix:NAME" on the socket */
	const char *role;
	const char *from;  /* address of the peer */
	const char *what;  /* "login", "login.failed", "logout", "denied", "acknowledge", "reload",
			      "users.changed" */
	const char *unit;  /* id */
	const char *about; /* of an alert its rule and subject; the route that was denied */
	const char *outcome; /* "done", "refused", ... */
	const char *detail;  /* the note; why */
	const char *key;     /* of the command */
};

struct history_audit_query {
	int64_t since_ms, until_ms;
	const bool
		*of_units; /* by unit of the tree: only entries of those units; NULL: all; copied */
	const bool *about; /* by unit likewise: only what was done to those, also by himself; NULL:
			      whatever; copied */
	const char *who;   /* NULL: all; copied, as are the next two */
	const char *what;  /* NULL: all; "login" matches "login.failed" too */
	const char *self;  /* who may see all that is of himself, whatever else; NULL: nobody */
	bool is_private;   /* without what is of the families HISTORY_AUDIT_PRIVATE */
	uint32_t limit;    /* the newest so many, 1 to HISTORY_AUDIT_MAX */
};

/* Entries in the order of time, lent during the call; entries NULL and a reason if it failed. */
typedef void history_audit_fn(void *context, const struct history_audit *entries, size_t n,
			      bool is_cut, const char *reason);

/* Hands over a copy, to be written. */
void history_put_audit(struct history *history, const struct history_audit *entry);

/* Asks; fn is called once, as history_ask() says. */
void history_ask_audit(struct history *history, const struct history_audit_query *query,
		       history_audit_fn *fn, void *context);

/* Entries that were lost since the start, for want of room or because the file failed. */
uint64_t history_audit_lost(const struct history *history);

#endif

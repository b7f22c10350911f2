/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control: what operators and their programs may ask: JSON over HTTP on a UNIX socket and by TCP,
 * a live stream, and the console's page.  One table of routes (control.c) says which role each asks
 * for; `iocctl` and the console use nothing else.
 *
 * Whoever comes over the socket may do everything.  By TCP a session or a token is needed (access.h
 * and session.h), and what is of units that a user may not see looks as if it did not exist.
 *
 * It only reads the domain; what it may change goes through control_hooks.  Answers are copies made
 * at once: no request waits for anything but memory and, for samples of events, one read of the
 * journal.  Those out of history come later, and nothing waits for them.
 *
 * Commands and reloads are journaled, and answered when the fold has carried them out
 * (control_note_carried()), or after CONTROL_PATIENCE turns of control_tick() with "it will be". No
 * more than CONTROL_WAITING_MAX wait at once: one more is refused.  Loop thread.
 */
#ifndef IOCD_CONTROL_H
#define IOCD_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/access.h"
#include "iocd/alert_json.h"
#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/clocks.h"
#include "iocd/command.h"
#include "iocd/config.h"
#include "iocd/control_hooks.h"
#include "iocd/deadletter.h"
#include "iocd/dedup.h"
#include "iocd/findings.h"
#include "iocd/history.h"
#include "iocd/keyed.h"
#include "iocd/ledger.h"
#include "iocd/net/http.h"
#include "iocd/report.h"
#include "iocd/session.h"
#include "iocd/site.h"
#include "iocd/trackers.h"
#include "iocd/workload.h"

/* Who may see it by TCP; lent for life. */
struct control_access {
	const struct users *users;       /* until control_replace_users(); NULL: nobody */
	struct sessions *sessions;       /* NULL: nobody may log in */
	struct sessions_options options; /* of sessions */
	const char
		*origin; /* of the page, as browsers see it: "https://host"; "": the Host decides */
	enum access_role second_factor; /* the least role that must have one; N_ROLES: none must */
};

/* What is shown; lent for life. */
struct control_source {
	struct control_access access;
	struct alert_context context;
	const struct indicators *indicators;
	const struct rules *rules;        /* until control_replace_config(), as the next two */
	const struct keyed *keyed;        /* NULL: values of fields are not shown */
	const struct trackers *sequences; /* NULL: records of sequences are not shown */
	const struct alertbook *book;
	const struct ledger *ledger;
	const struct deadletter *deadletter;
	const struct dedup *dedup;
	const struct clocks *clocks;       /* NULL: not shown */
	const struct contracts *contracts; /* likewise */
	const struct trackers *trackers;   /* likewise */
	const struct findings *findings;   /* likewise */
	const struct workload *workload;   /* likewise */
	const struct sites *sites;         /* NULL: nobody forwards */
	struct history *history;           /* NULL: there is none */
	const struct config *config;
};

struct control;

/* Listens.  0 or a fault. */
int control_new(struct control **ret, struct loop *loop, const struct http_options *options,
		const struct control_source *source, const struct control_hooks *hooks) MUST_USE;

/* Sends what is new in the book of alerts to the live stream: event "alert", id: the number of the
 * transition, data: the transition. */
void control_post(struct control *control);

/* Answers who gave commands, or reloaded, if the fold has come to them.  Call it after each carry,
 * with flow_position() and flow_generation(), and after control_replace_config(). */
void control_note_carried(struct control *control, uint64_t position, const char *generation);

/* Sends to the live stream that iocd lives: event "beat"; and, to who asked for it, a summary of
 * status: event "status".  Answers who has waited for too long, and cuts the streams of those who
 * may see them no more.  Call it once a second. */
void control_tick(struct control *control);

/* Puts another list of users (NULL: nobody) in the place of the old one, which may go then; cuts
 * the streams of those who lost rights by that. */
void control_replace_users(struct control *control, const struct users *users);

/* Shows another configuration, its rules, and what hangs on them; the old ones may go. */
void control_replace_config(struct control *control, const struct config *config,
			    const struct rules *rules, const struct keyed *keyed,
			    const struct trackers *sequences);

/* Takes control: ends streams, removes the socket.  After history_close(), which answers what was
 * asked of it.  Accepts NULL. */
void control_close(struct control *control);

#endif

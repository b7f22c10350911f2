/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control: what operators and their programs may ask: JSON over HTTP on a UNIX socket, and a live
 * stream.  One table of routes (control.c); `iocctl` and the console use nothing else.
 *
 * It only reads the domain; what it may change goes through control_hooks.  Answers are copies made
 * at once: no request waits for anything but memory and, for samples of events, one read of the
 * journal.  Those out of history come later, and nothing waits for them.  Loop thread.
 */
#ifndef IOCD_CONTROL_H
#define IOCD_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/alert_json.h"
#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/clocks.h"
#include "iocd/config.h"
#include "iocd/deadletter.h"
#include "iocd/dedup.h"
#include "iocd/findings.h"
#include "iocd/history.h"
#include "iocd/ledger.h"
#include "iocd/net/http.h"
#include "iocd/report.h"
#include "iocd/trackers.h"

/* One thing that iocd depends on or does, for status and health. */
enum light { LIGHT_GREEN, LIGHT_AMBER, LIGHT_RED };

struct part_health {
	const char *name; /* "mqtt", "redis", "journal", "config", "fold" */
	enum light light;
	const char *state;  /* one or two words: "up", "rewriting" */
	const char *detail; /* cause and what to do; "" if all is well */
	int64_t since_ms;   /* civil time; 0: since the start */
};

#define CONTROL_PARTS_MAX 12

/* What only the owner of everything knows; filled by control_hooks.health. */
struct control_health {
	struct part_health parts[CONTROL_PARTS_MAX];
	size_t n_parts;
	int64_t started_ms;   /* civil time when the process started */
	bool ready;           /* caught up with the journal */
	uint64_t journal_end; /* positions */
	uint64_t journal_synced;
	uint64_t folded;
	uint64_t stored;        /* what the view in Redis includes */
	uint64_t journal_bytes; /* on the disk */
	uint64_t told;          /* number of the last transition told by MQTT */
	uint64_t snapshot;      /* position of the newest state on the disk; 0: none */
	uint64_t snapshot_bytes;
	int64_t snapshot_pause_us; /* how long the loop stood still for it */
	int64_t stall_us;       /* longest turn of the loop within the last seconds */
	double events_per_s;    /* over the last ten seconds */
};

struct control_hooks {
	void *context;
	/* Fills *ret; strings are lent until the next turn of the loop. */
	void (*health)(void *context, struct control_health *ret);
	/* Loads the configuration again; appends what it has to say to report.  0: applied;
	 * 1: refused, the old one stays. */
	int (*reload)(void *context, struct text *report);
	/* Reads the record at position and appends its topic and payload as two JSON members
	 * ("topic": ..., "payload": ...); false if it is not there any more. */
	bool (*read_event)(void *context, uint64_t position, struct text *json);
	/* Appends the JSON that was written of a report before; false if there is none. */
	bool (*read_report)(void *context, const struct report_plan *plan,
			    const struct report_period *period, struct text *ret);
};

/* What is shown; lent for life. */
struct control_source {
	struct alert_context context;
	const struct indicators *indicators;
	const struct rules *rules; /* until control_replace_config() */
	const struct alertbook *book;
	const struct ledger *ledger;
	const struct deadletter *deadletter;
	const struct dedup *dedup;
	const struct clocks *clocks;       /* NULL: not shown */
	const struct contracts *contracts; /* likewise */
	const struct trackers *trackers;   /* likewise */
	const struct findings *findings;   /* likewise */
	struct history *history;           /* NULL: there is none */
	const struct config *config;
};

struct control;

/* Listens.  0 or a fault. */
int control_new(struct control **ret, struct loop *loop, const struct http_options *options,
		const struct control_source *source, const struct control_hooks *hooks) MUST_USE;

/* Sends what is new in the book of alerts to the live stream: event "alert", data: the transition.
 */
void control_post(struct control *control);

/* Sends a summary of status to the live stream: event "status".  Call it once a second. */
void control_tick(struct control *control);

/* Shows another configuration and its rules; the old ones may go. */
void control_replace_config(struct control *control, const struct config *config,
			    const struct rules *rules);

/* Takes control: ends streams, removes the socket.  After history_close(), which answers what was
 * asked of it.  Accepts NULL. */
void control_close(struct control *control);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_hooks: what control asks of the owner of everything: how iocd is, and to carry out what
 * it may not do itself.
 *
 * Called from the loop thread, from within control's own calls.
 */
#ifndef IOCD_CONTROL_HOOKS_H
#define IOCD_CONTROL_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/text.h"
#include "iocd/command.h"
#include "iocd/config.h"
#include "iocd/control_backtest.h"
#include "iocd/forward.h"
#include "iocd/report.h"

/* One thing that iocd depends on or does, for status and health. */
enum light { LIGHT_GREEN, LIGHT_AMBER, LIGHT_RED };

struct part_health {
	const char *name; /* "mqtt", "redis", "journal", "config", "fold" */
	enum light light;
	const char *state;  /* one or two words: "up", "rewriting" */
	const char *detail; /* cause and what to do; "" if all is well */
	int64_t since_ms;   /* civil time; 0: since the start */
};

#define CONTROL_PARTS_MAX 14

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
	int64_t stall_us;          /* longest turn of the loop within the last seconds */
	double events_per_s;       /* over the last ten seconds */
};

#define CONTROL_WAITING_MAX 64
#define CONTROL_PATIENCE    10 /* seconds */

enum control_reload_outcome {
	CONTROL_REFUSED = 1, /* the old configuration stays */
	CONTROL_JOURNALED,   /* the new rules will be in force when the fold comes to them */
};

/* What to wait for after CONTROL_JOURNALED. */
struct control_reload {
	uint64_t position;      /* journal_end() behind the append: carried that far, it is done */
	const char *generation; /* of the new rules; lent until the next turn of the loop */
};

/* The rules in force, and what became of the last reload; strings lent as in health. */
struct control_rules_state {
	const char *generation;
	const char *by;    /* who put them there; "": not known since the start */
	int64_t since_ms;  /* civil time; 0: not known */
	int64_t reload_ms; /* 0: there was none since the start; the others are "" then */
	const char *reload_by;
	const char *reload_outcome; /* "refused", "unchanged", "journaled", "in force" */
	const char *reload_report;
	const struct config_overrides *overrides; /* lent for life; NULL: none */
};

struct control_hooks {
	void *context;
	/* Fills *ret; strings are lent until the next turn of the loop. */
	void (*health)(void *context, struct control_health *ret);
	/* Loads the configuration again for by (never ""); appends what it has to say to report.
	 * 0: it is in force, nothing had changed; or enum control_reload_outcome, *ret filled if it
	 * is CONTROL_JOURNALED. */
	int (*reload)(void *context, const char *by, struct text *report,
		      struct control_reload *ret);
	/* Appends a command as JSON (command.h) of that key to the journal, as RECORD_OWN of topic
	 * OWN_TOPIC_COMMAND.  0; anything else: it is not there. */
	int (*submit)(void *context, const char *json, size_t size, const char *key);
	/* As flow_find_command(). */
	bool (*find_command)(void *context, const char *key, enum command_outcome *ret,
			     uint32_t *ret_n);
	/* Appends what would change if the rules of directory were taken over now, as trial_diff()
	 * does.  0; 1: they cannot be read, and the answer says why; or a fault. */
	int (*diff)(void *context, const char *directory, struct text *json);
	/* Reads the record at position and appends its topic and payload as two JSON members
	 * ("topic": ..., "payload": ...); false if it is not there any more. */
	bool (*read_event)(void *context, uint64_t position, struct text *json);
	/* Appends the JSON that was written of a report before; false if there is none. */
	bool (*read_report)(void *context, const struct report_plan *plan,
			    const struct report_period *period, struct text *ret);
	/* Copies how the way to the iocd above is; false: there is none.  May be NULL. */
	bool (*uplink)(void *context, struct forward_status *ret);
	/* Tells of the rules.  May be NULL, as may all below. */
	void (*rules_state)(void *context, struct control_rules_state *ret);
	/* Begins a back-test of the last days; 0, CONTROL_BACKTEST_BUSY or a fault.  Has one end;
	 * false: none is running.  Tells of it. */
	int (*start_backtest)(void *context, const char *by, uint32_t days);
	bool (*stop_backtest)(void *context);
	void (*backtest)(void *context, struct control_backtest *ret);
};

#endif

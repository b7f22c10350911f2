/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memories: what the files of this room remember from one second to the next, each its own.
 *
 * Members of struct app; nobody but the file that is named touches them.
 */
#ifndef IOCD_APP_MEMORIES_H
#define IOCD_APP_MEMORIES_H

#include <stdbool.h>
#include <stdint.h>

#include "certificate.h"
#include "iocd/control.h"
#include "iocd/net/mqtt.h"
#include "iocd/snapshot.h"
#include "iocd/store.h"

#define HEALTH_RATE_SECONDS 10 /* over which events per second are averaged */

#define PART_BEGINNING "beginning" /* state of a part of which nothing is known yet */

/* What health.c remembers from one second to the next. */
struct health {
	int64_t started_ms;                 /* civil time */
	int64_t stall_us;                   /* longest turn of the last seconds */
	uint64_t seen[HEALTH_RATE_SECONDS]; /* events seen, by second, round and round */
	unsigned n_seconds;                 /* seconds since the start */
	int64_t refused_ms;                 /* when the last reload was refused; 0: it was not */
	char refused_why[120];              /* its first complaint */
	bool is_mended;        /* a good one was journaled since, and counts when it is in force */
	uint64_t unsynced_end; /* position that the disk was given ... */
	int64_t unsynced_ms;   /* ... at the latest when; monotonic */
	struct certificate certificates[2];   /* ours: for the broker, and for the one above */
	char details[CONTROL_PARTS_MAX][280]; /* texts lent to control */
	struct mqtt_status mqtt;              /* copies that the texts point into */
	struct store_status store;
};

/* What state.c knows of snapshots. */
struct state {
	struct snapshots *snapshots;
	uint64_t first;  /* position of the oldest record, where a cold start begins */
	uint64_t begun;  /* position of the last that was begun or loaded */
	int64_t next_ms; /* monotonic; not another before */
	bool is_wanted;  /* one at the next tick, whatever the time */
	bool has_failed; /* the last one, and that was said */
};

/* What space.c knows of the disk. */
struct space {
	uint64_t free_bytes;
	int64_t since_ms; /* civil time since when it is short; 0: it is not */
	bool is_short;
};

/* What reports.c knows. */
struct reporting {
	int64_t look_ms[REPORT_PLANS_MAX];  /* monotonic: when to see next whether it is due */
	int64_t again_ms[REPORT_PLANS_MAX]; /* and when to work the last ones out again */
	int64_t since_ms[REPORT_PLANS_MAX]; /* the oldest hour that was corrected; 0: none */
	int64_t changed_ms;                 /* monotonic: when one was */
	uint32_t n_waiting;
	char reason[160];                    /* why the last could not be made; "" if it could */
	char worst_week[REPORT_PERIOD_TEXT]; /* whose worst rules were looked at last */
};

/* What own.c has said of a part of iocd. */
struct own_said {
	bool is_said;
	enum light light;
	int64_t at_ms; /* monotonic */
	char detail[ALERT_DETAIL_MAX];
};

#endif

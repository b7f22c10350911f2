/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds: the table of all kinds of events that are simulated: how often, where and when.
 *
 * Pure.
 */
#ifndef IOCSIM_KINDS_H
#define IOCSIM_KINDS_H

#include "making.h"
#include "rhythm.h"

enum kind_place {
	ANYWHERE,
	AT_ROOTS,
	AT_OFFICES,  /* all but roots */
	AT_LINKS,    /* roots, and units without children directly under them */
	AT_BRANCHES, /* units under a root that have children */
	AT_LEAVES,   /* units without children, further down */
	N_PLACES
};

enum kind_number {
	KIND_RECEIVED,
	KIND_SUSPENDED,
	KIND_RESUMED,
	KIND_TRANSFERRED,
	KIND_RESOLVED,
	KIND_WITHDRAWN,
	KIND_LINK,
	KIND_SYNC,
	KIND_CALL,
	KIND_INCIDENT,
	KIND_LOGIN,
	KIND_SENT,
	KIND_DELIVERED,
	KIND_FEEDBACK,
	KIND_ANSWER,
	KIND_QUESTION,
	KIND_COMMENT,
	KIND_SUBMISSION,
	KIND_SAMPLE,
	KIND_CATALOG,
	KIND_HEARTBEAT,
	KIND_MIRRORED,
	KIND_FORWARD,
	KIND_BRIDGE,
	KIND_PAYMENT,
	KIND_PRODUCT,
	KIND_SCAN,
	KIND_ATTENDANCE,
	KIND_BEDS,
	KIND_CASE,
	KIND_AIR,
	KIND_WATER,
	KIND_FLOW,
	KIND_ROAD,
	KIND_MEETING,
	KIND_MAIL,
	KIND_ANTIMALWARE,
	KIND_WORK,
	KIND_INSPECTION,
	KIND_TRAINING,
	KIND_STAFF,
	KIND_SIGNED,
	KIND_PAID,
	KIND_SERVICES,
	KIND_RECORDS,
	KIND_SCORE,
	KIND_PROJECT,
	KIND_SOCIETY,
	N_KINDS
};

struct kind {
	const char *feed;
	const char *event;
	unsigned weight;       /* how often, against the others */
	enum kind_place place; /* which units it happens at */
	enum rhythm rhythm;
	make_fn *make;
	bool is_duty; /* instead, at the units that must report on the feed, if it says so */
};

extern const struct kind kinds[N_KINDS];

/* What has to happen so that a file is resolved in time or late: KIND_RESOLVED, or first
 * KIND_RECEIVED. */
enum kind_number told_file_kind(const struct making *making, bool late);

/* Make what incidents tell: that about a file; the state of the link; a critical security incident;
 * a failed login at one host. */
void make_told_file(struct making *making, bool late, enum kind_number kind);
void make_told_link(struct making *making, bool up);
void make_told_critical(struct making *making);
void make_told_login(struct making *making);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * below: carries what iocds below forward, and keeps the ledger of them.
 *
 * One thread at a time.
 */
#ifndef IOCD_FLOW_BELOW_H
#define IOCD_FLOW_BELOW_H

#include <stdbool.h>

#include "iocd/command.h"
#include "iocd/decode.h"
#include "iocd/frame.h"
#include "iocd/site.h"

struct flow;

#define BELOW_NEWS_MS 300000 /* what waited for longer on its way is no news any more */

/* What frames are read with.  None of it is state. */
struct below {
	struct frame_reader *reader; /* owned */
	struct text topic;           /* owned; of the event that is being read */
	bool may_hold[SITES_MAX];    /* by site: alerts of it may be held back as old */
};

/* Makes what is needed; frees it. */
void below_init(struct below *below);
void below_fini(struct below *below);

/* Carries a message if it is a frame or a heartbeat of somebody below. */
bool below_carry(struct flow *flow, const struct decode_input *input);

/* A command that somebody gave here, as an order to the site whose alert it is about. */
struct below_order {
	uint32_t site; /* in the ledger */
	struct command command;
};

/* Makes one: false if the command is about nothing of a site.  Whether it can wait for the site
 * until it is heard; puts it there. */
bool below_translate(const struct flow *flow, const struct command *command,
		     struct below_order *ret);
bool below_has_room(const struct flow *flow, const struct below_order *order);
void below_send(struct flow *flow, const struct below_order *order);

/* At a tick: what has become of sites, for figures and mirrored alerts; once a second, for the
 * rules on them; and again, when rules are new. */
void below_tick(struct flow *flow);
void below_look(struct flow *flow);

#endif

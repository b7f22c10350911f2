/* SPDX-License-Identifier: Apache-2.0 */
/*
 * up: the way to the iocd above, and what is told those below.
 *
 * Loop thread.
 */
#ifndef IOCD_APP_UP_H
#define IOCD_APP_UP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/control.h"
#include "iocd/downlink.h"
#include "iocd/flow.h"
#include "iocd/forward.h"
#include "iocd/net/loop.h"

struct app;

struct up {
	struct forward *forward;   /* NULL: there is nobody above */
	struct downlink *downlink; /* to those below */
	struct timer *timer;       /* drives both */
	uint64_t offered;          /* number of the last transition that was offered */
	uint64_t given_up;         /* items, as seen last ... */
	int64_t given_up_ms;       /* ... and when that grew; 0: not since the start */
	char details[2][320];      /* of the parts below */
};

/* settings.c: what the way up wants to know; ret->mqtt becomes ret_mqtt, and the caller fills in
 * what only it knows.  As mqtt_options_from(); *ret_password holds the client id, too. */
int forward_options_from(struct forward_options *ret, struct mqtt_options *ret_mqtt,
			 const struct config *config, char **ret_password) MUST_USE;

/* Opens the outbox, if somebody is above.  0 or a fault that has been logged. */
int up_open(struct app *app) MUST_USE;

/* The state of the fold has been loaded: what of it goes up is offered from now on.  Begins to
 * send. */
void up_offer(struct app *app);
void up_start(struct app *app);

/* Put into a snapshot how far the outbox is; and read it back: reader is marked bad if the outbox
 * is not so far. */
void up_save(const struct app *app, struct bytes_writer *writer);
void up_load(const struct app *app, struct bytes_reader *reader);

/* Tells the outbox what a tick has brought about; an event that counts (a flow_event_fn). */
void up_put(struct app *app, const struct flow_tick *tick);
void up_put_event(void *app, const struct event *event);

/* Tells those below what is safe here by now. */
void up_post(struct app *app);

/* Whether a snapshot may be taken: nothing that was put waits for room on the disk. */
bool up_can_save(const struct app *app);

/* Whether there is somebody above; then what is to be said of the way there, and of the outbox. */
bool up_is_there(const struct app *app);
struct part_health up_link_part(struct app *app);
struct part_health up_outbox_part(struct app *app);

/* Stops both; publications upward get at most wait_ms to leave. */
void up_close(struct app *app, int64_t wait_ms);

/* As control_hooks.uplink. */
bool up_get_status(void *app, struct forward_status *ret);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake: what arrives by MQTT goes into the journal, and nowhere else.
 *
 * Owns the broker connection.  On the receiving thread it makes one journal append per message and
 * judges nothing.  When the journal cannot take a message it is not acknowledged: intake tries
 * again, on a full disk for as long as it takes, else for INTAKE_PATIENCE_MS and then ends the
 * process, so that the broker delivers the message once more.
 */
#ifndef IOCD_INTAKE_H
#define IOCD_INTAKE_H

#include <stddef.h>

#include "iocd/base/defs.h"
#include "iocd/journal.h"
#include "iocd/net/loop.h"
#include "iocd/net/mqtt.h"

#define INTAKE_PATIENCE_MS 5000

struct intake;

/* Makes the connection that options describe, with its filters: whatever they let in is journaled.
 * hooks->change and hooks->done are passed on; hooks->message is not used.  journal is borrowed for
 * life.  0 or a fault. */
int intake_new(struct intake **ret, struct loop *loop, const struct mqtt_options *options,
	       struct journal *journal, const struct mqtt_hooks *hooks) MUST_USE;

/* Begins to receive. */
void intake_start(struct intake *intake);

/* Disconnects, so that the broker keeps what comes; and receives again.  Either may be repeated. */
void intake_pause(struct intake *intake, const char *why);
void intake_resume(struct intake *intake);

/* Lends the connection, which alerts leave by, for the life of intake. */
struct mqtt *intake_mqtt(struct intake *intake);

/* Takes intake; waits at most wait_ms for publications to leave. */
void intake_close(struct intake *intake, int64_t wait_ms);

#endif

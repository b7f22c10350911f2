/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_options: what a call of iocctl publish asks for: what, from where, as whom, to whom.
 *
 * Complaints go to stderr in the language of the call.  Single-threaded.
 */
#ifndef IOCCTL_PUBLISH_OPTIONS_H
#define IOCCTL_PUBLISH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "call.h"
#include "iocd/config.h"
#include "iocd/net/mqtt.h"
#include "publish_event.h"

enum publish_source {
	PUBLISH_ARGUMENTS,
	PUBLISH_FILE,
	PUBLISH_STDIN,
	PUBLISH_FOLDER,
	PUBLISH_NOTHING, /* only what is in the outbox */
};

struct publish_options {
	struct publish_form form; /* lent by the call */
	enum publish_source source;
	const char *path; /* of the file or folder; lent by the call */
	char sender[PUBLISH_SENDER_MAX + 1];
	struct text outbox; /* its directory */
	bool queue;         /* nothing is sent */
	bool quiet;
	int64_t wait_ms;

	const char *prefix;       /* of topics */
	struct config *config;    /* owned; NULL: events are not held against a schema */
	struct mqtt_options mqtt; /* host NULL: with queue */
	char host[256];
	char *password; /* owned; likewise key */
	char *key;
};

/* Fills ret from call.  STATUS_GOOD, or another status that was explained. */
int publish_options_read(struct publish_options *ret, const struct call *call);
void publish_options_fini(struct publish_options *options);

#endif

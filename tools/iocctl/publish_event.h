/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_event: what somebody gives to iocctl publish, as an event that can be put into an outbox.
 *
 * That is a CloudEvent, which goes as it is, or a plain object: its data, to which id, source, type
 * and time are added.  Source and id tell whether it was put before; so the id of plain data is
 * made of what stays the same when the same file is read again.
 * Pure, but that it draws ids where there is nothing to make one of.
 */
#ifndef IOCCTL_PUBLISH_EVENT_H
#define IOCCTL_PUBLISH_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "iocd/base/text.h"
#include "iocd/reason.h"

#define PUBLISH_LEVEL_MAX  64  /* bytes of a level of a topic */
#define PUBLISH_SENDER_MAX 32  /* bytes of a sender's name */
#define PUBLISH_NAME_MAX   256 /* bytes of an id or source, as iocd takes them */

/* What the call says of all its events. */
struct publish_form {
	const char *unit;
	const char *feed;
	const char *type;     /* NULL: each says its own */
	const char *id_field; /* of the data, that makes the id of plain data; NULL: none */
};

/* Where an event was read. */
struct publish_origin {
	const char *file;   /* a name that stays the same; NULL: it cannot be read again */
	int64_t written_ns; /* the file's: a file that was written anew is another */
	uint64_t size;
	uint64_t nth;    /* in the file */
	int64_t time_ms; /* of plain data */
};

struct publish_event {
	struct text about; /* "<unit>/<feed>/<type>" */
	struct text json;  /* one CloudEvents object */
	uint64_t key[2];   /* of its source and id */
};

/* Makes an event of json.  REASON_NONE; or why not, and *ret_what lends the attribute that is
 * wrong, or NULL. */
enum reason publish_event_make(struct publish_event *ret, const struct publish_form *form,
			       const struct publish_origin *origin, const json_t *json,
			       const char **ret_what);
void publish_event_fini(struct publish_event *event);

/* Whether name may be a level of a topic; a sender's name. */
bool publish_is_level(const char *name);
bool publish_is_sender(const char *name);

#endif

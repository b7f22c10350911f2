/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message: what a receiver is sent, a JSON body, and the key that tells a repetition from news.
 * Pure.
 */
#ifndef IOCD_DELIVERY_MESSAGE_H
#define IOCD_DELIVERY_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/alert_json.h"
#include "iocd/base/defs.h"
#include "iocd/base/text.h"

struct message {
	const char *receiver; /* id */
	bool is_vietnamese;   /* the language of its texts */
	const char *instance;
	const char *journal_id;
	const struct transition *transition; /* NULL: it only says how many were missed, ... */
	uint64_t missed;                     /* ... namely so many */
	uint64_t number;                     /* of the transition, or of the last one missed */
};

/* Appends "<instance>-<journal>-<number>-<receiver>", or with "missed-" before the number. */
void message_key(struct text *text, const struct message *message);

/* Appends the body: version (1), id (its key), receiver, instance, language, in that language
 * headline and reason, headlines {vi,en}, missed, transition (as transition_json() gives it).
 * reason and transition are null if it only says how many were missed. */
void message_body(struct text *json, const struct alert_context *context,
		  const struct message *message);

#endif

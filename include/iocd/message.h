/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message: heartbeats, receipts and orders between an iocd and the one above it, as JSON objects.
 *
 * A heartbeat goes up, beside frames (frame.h); a receipt answers it, and frames: it says what is
 * safe on the disk above, so that the sender may forget that; an order is a command of somebody
 * above about an alert that came from below.  What a reader does not know it passes over.
 *
 * Pure; no I/O, no clock, no log; readers allocate while they read (a message in seconds).
 */
#ifndef IOCD_MESSAGE_H
#define IOCD_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/frame.h"

#define FRAME_WORD_MAX    65 /* an instance, a version, a hash, with a zero */
#define FRAME_MISSING_MAX 32 /* ranges that one receipt can name of a stream */

/* What a sender says of one of its streams. */
struct heartbeat_stream {
	bool is_kept; /* there is such a stream; else the rest is empty */
	char epoch[FRAME_EPOCH_MAX];
	struct mark first; /* the oldest item that it still has, or head */
	struct mark head;  /* behind the newest */
	uint64_t backlog;  /* items without a receipt */
	int64_t oldest_ms; /* when the oldest of them was recorded; 0: none */
	uint64_t given_up; /* items that it dropped without a receipt, in this epoch, ... */
	int64_t given_up_from_ms, given_up_to_ms; /* ... recorded from, to; 0: none */
};

struct heartbeat {
	char instance[FRAME_WORD_MAX]; /* of the iocd that speaks, or the name of a script */
	char version[FRAME_WORD_MAX];  /* of iocd */
	char hash[FRAME_WORD_MAX];     /* of what it counts and how: contract_hash of config.h */
	int64_t time_ms;               /* its clock now */
	int64_t every_ms;              /* the next comes after so long; 0: it comes and goes */
	int64_t started_ms;            /* when the process began */
	uint64_t orders_done;          /* number of the last order from above that it journaled */
	uint64_t epoch_orders;         /* which numbering of orders that is of: receipt.orders */
	uint32_t alerts_warning, alerts_critical; /* that stand there */
	char trouble[FRAME_WORD_MAX];             /* its worst part that is not green, "" : none */
	struct heartbeat_stream streams[N_FRAME_CLASSES];
};

struct receipt_stream {
	bool is_known; /* something of that epoch is here; else the rest is empty */
	char epoch[FRAME_EPOCH_MAX];
	struct mark have; /* all before it is safe here, but what is missing */
	struct frame_range missing[FRAME_MISSING_MAX]; /* in order; all before have */
	uint32_t n_missing;
};

/* What the one above has, and has on its disk. */
struct receipt {
	uint64_t orders; /* which numbering of orders it uses: random, of its journal */
	struct receipt_stream streams[N_FRAME_CLASSES];
};

/* An order from above: a command (command.h) as JSON, numbered from 1 for each sender. */
struct order_message {
	uint64_t orders; /* as receipt.orders */
	uint64_t number;
	struct slice command; /* lent with what was read, or by who writes */
};

enum message_kind { MESSAGE_HEARTBEAT, MESSAGE_RECEIPT, MESSAGE_ORDER };

/* Append JSON, which the functions below read: if words are printable ASCII, epochs 32 hex digits,
 * numbers at most FRAME_NUMBER_MAX, times from 0 to FRAME_TIME_MAX, and first <= head. */
void heartbeat_write(struct text *json, const struct heartbeat *heartbeat);
void receipt_write(struct text *json, const struct receipt *receipt);
void order_write(struct text *json, const struct order_message *order);

/* Read one of them.  0; or 1: it is none, and *ret_why lends what is wrong. */
int heartbeat_read(const char *json, size_t size, struct heartbeat *ret,
		   const char **ret_why) MUST_USE;
int receipt_read(const char *json, size_t size, struct receipt *ret, const char **ret_why) MUST_USE;
#define ORDER_COMMAND_MAX 2048 /* bytes of a command; it is copied into buffer, which lends it */
int order_read(const char *json, size_t size, struct order_message *ret,
	       char buffer[ORDER_COMMAND_MAX], const char **ret_why) MUST_USE;

/* Which of them size bytes look like; -1: none. */
int message_kind_of(const char *json, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forward_status: how the way to the iocd above is, and what waits for it.
 *
 * Only types.
 */
#ifndef IOCD_FORWARD_STATUS_H
#define IOCD_FORWARD_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/frame.h"
#include "iocd/net/mqtt.h"

struct forward_stream_status {
	bool is_kept;
	uint64_t head;      /* items ever put, in this epoch */
	uint64_t receipted; /* of them, without those that are missing above */
	uint64_t backlog;   /* without a receipt and not given up */
	uint64_t bytes;     /* on the disk */
	int64_t oldest_ms;  /* of the backlog; 0: none */
	uint64_t given_up;
	int64_t given_up_from_ms, given_up_to_ms;
};

struct forward_status {
	enum mqtt_state state; /* of the way up */
	int64_t since_ms;      /* of that */
	char reason[160];
	bool is_answered;       /* the one above answers */
	int64_t answered_ms;    /* its last receipt, by our clock; 0: none yet */
	uint64_t frames, bytes; /* sent */
	uint64_t raw_bytes;     /* the same before compression */
	uint64_t refused;       /* publications that the broker refused */
	int fault;              /* of the disk: nothing is taken any more; 0: none */
	struct forward_stream_status streams[N_FRAME_CLASSES];
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status: asks a running iocd how it is (GET /api/v1/status over its UNIX socket).
 *
 * Blocks until it has the answer.  Any thread.
 */
#ifndef IOCBENCH_STATUS_H
#define IOCBENCH_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"

struct status {
	bool ready;
	bool all_green; /* every part */
	uint64_t seen;  /* events */
	uint64_t accepted;
	uint64_t raised;         /* alerts */
	uint64_t series;         /* figures that are live */
	uint64_t snapshot;       /* position of the newest; 0: none */
	uint64_t snapshot_bytes; /* of it */
	uint64_t pause_us;       /* how long the loop stood still for the last snapshot */
	uint64_t stall_us;       /* longest turn of the loop in the last second */
};

/* Asks the iocd that listens at socket.  0 or a fault. */
int status_read(const char *socket_path, struct status *ret) MUST_USE;

#endif

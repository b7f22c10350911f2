/* SPDX-License-Identifier: Apache-2.0 */
/*
 * null: the least that a program on the stock library can do: subscribe at QoS 1 and count.
 *
 * What iocd costs is told as a multiple of this.  Eclipse Paho MQTT C (MQTTAsync) as Debian ships
 * it, with its default settings.  Its threads are Paho's; it is never freed, because a process that
 * counts is ended.
 */
#ifndef IOCBENCH_NULL_H
#define IOCBENCH_NULL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What the null subscriber has seen; in memory that others may look at meanwhile. */
struct null_counts {
	atomic_bool subscribed;
	atomic_uint_fast64_t messages;
	atomic_uint_fast64_t bytes; /* of payloads */
};

struct null_target {
	const char *host;
	const char *port;
	const char *filter; /* what to subscribe to */
	int run_ms;         /* how long; 0: for ever */
};

/* Subscribes and counts into counts.  An exit status: failure if the connection cannot be made or
 * breaks. */
int null_run(const struct null_target *target, struct null_counts *counts);

#endif

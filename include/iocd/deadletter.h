/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadletter: samples of what was refused, so that a sender's mistake can be looked at.
 *
 * Keeps the last DEADLETTER_MAX samples; of one unit and reason at most DEADLETTER_RATE a second,
 * the rest are only counted (COUNTER_deadletter_dropped): the counts in the ledger stay exact
 * whatever happens here. Pure; time is the arrival.  One thread at a time.
 */
#ifndef IOCD_DEADLETTER_H
#define IOCD_DEADLETTER_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"
#include "iocd/decode.h"

#define DEADLETTER_MAX     1024
#define DEADLETTER_RATE    10
#define DEADLETTER_PAYLOAD 1024 /* bytes of a payload that are kept */

struct sample {
	uint64_t number; /* from 1, without gaps */
	int64_t arrival_ms;
	uint32_t unit; /* UNIT_NONE: it could not be told */
	enum reason reason;
	uint32_t nth;        /* place of the event in its batch */
	uint64_t position;   /* of the journal record, which has the whole of it */
	size_t payload_size; /* of the whole message, bytes */
	size_t topic_kept;   /* bytes in topic */
	size_t payload_kept; /* bytes in payload */
	char topic[128];
	char payload[DEADLETTER_PAYLOAD];
};

struct deadletter;

/* Makes an empty one for that many units.  Gives it; never NULL. */
struct deadletter *deadletter_new(uint32_t n_units) MUST_USE;
struct deadletter *deadletter_free(struct deadletter *deadletter);
DEFINE_CLEANUP(struct deadletter, deadletter_free)

/* Offers a refused element of input as a sample; copies what it keeps. */
void deadletter_offer(struct deadletter *deadletter, const struct decode_input *input,
		      uint32_t unit, enum reason reason, uint32_t nth);

/* Number of the last sample (0: none), and a loan of one of the last DEADLETTER_MAX until the next
 * deadletter_offer(); NULL if it is not kept. */
uint64_t deadletter_last(const struct deadletter *deadletter);
const struct sample *deadletter_at(const struct deadletter *deadletter, uint64_t number);

/* Put all samples and rates into writer, without heap; and read them back into a fresh one.  Units
 * that are gone become UNIT_NONE. */
void deadletter_save(const struct deadletter *deadletter, struct bytes_writer *writer);
void deadletter_load(struct deadletter *deadletter, struct bytes_reader *reader,
		     const struct renumber *units);

#endif

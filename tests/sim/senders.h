/* SPDX-License-Identifier: Apache-2.0 */
/*
 * senders: who sends events, and the ledger of what was acknowledged, out of reach of any crash.
 *
 * A message is sent until it is acknowledged, and sometimes again although it was.  It holds one
 * event, a few of them, a sender's word on its own connection, or rubbish that is too big to be
 * read.  Some events are hours late when they are sent first, and the clock of one sender may be
 * hours ahead.
 */
#ifndef SIM_SENDERS_H
#define SIM_SENDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/random.h"
#include "iocd/journal.h"
#include "world.h"

#define NEVER UINT64_MAX

struct sent_event {
	uint32_t unit;
	uint32_t type;
	double weight; /* whole, below 2^32; of types below N_WEIGHED */
	size_t message;
	uint64_t held_at; /* position of the first record that was found to hold it; or NEVER */
};

struct sent_message {
	char *topic;   /* owned */
	char *payload; /* owned; NULL: rubbish */
	size_t payload_size;
	size_t first_event;
	size_t n_events;
	bool is_acked;
	bool is_awaited;    /* appended, but acknowledged only when synced up to acked_end */
	uint64_t acked_end; /* journal_end() behind its first record that was acknowledged */
	bool is_excused;    /* the power went between acknowledgement and sync */
};

struct senders {
	struct random_stream *random; /* borrowed */
	struct sent_event *events;    /* owned */
	size_t n_events;
	struct sent_message *messages; /* owned */
	size_t n_messages;
	struct sender *list; /* owned */
};

void senders_init(struct senders *senders, struct random_stream *random);
void senders_fini(struct senders *senders);

/* One of them makes a message of now. */
void senders_make(struct senders *senders, int64_t now_ms);

/* The bytes of a message, lent. */
void senders_read(const struct senders *senders, size_t message, const char **ret,
		  size_t *ret_size);

/* The message whose bytes these are, or NEVER: nobody sent that. */
size_t senders_find(const struct senders *senders, const struct record *record);

/* A message that is not acknowledged (again: one that is), or NEVER. */
size_t senders_choose(const struct senders *senders, bool again);

/* It was appended, so that journal_end() is end now; acknowledged at once, or when synced. */
void senders_appended(struct senders *senders, size_t message, uint64_t end, bool at_once);

/* All before position is synced: what waited for that is acknowledged. */
void senders_synced(struct senders *senders, uint64_t position);

/* The process died: what was not acknowledged will not be. */
void senders_process_died(struct senders *senders);

/* The power went when all before synced was on the disk. */
void senders_excuse(struct senders *senders, uint64_t synced);

#endif

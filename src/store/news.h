/* SPDX-License-Identifier: Apache-2.0 */
/*
 * news: transitions of alerts on their way to Redis: p:alertlog, the channel, p:alerts and p:alert.
 *
 * Each transition goes into the stream once: how far it went stands in the cursor, which is written
 * in the same transaction.  Loop thread.
 */
#ifndef IOCD_STORE_NEWS_H
#define IOCD_STORE_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "cursor.h"
#include "iocd/alertbook.h"
#include "iocd/alert_json.h"
#include "iocd/store.h"
#include "transaction.h"

struct news {
	const struct alertbook *book;
	const struct alert_context *context;
	const char *prefix;

	/* Numbers of transitions: the last ... */
	uint64_t logged;       /* ... in the stream, or not to be had any more */
	uint64_t in_stream;    /* ... in the stream */
	uint64_t applied;      /* ... whose effect is in p:alert and p:alerts */
	uint64_t published;    /* ... on the channel */
	uint64_t confirmed;    /* ... on the channel for certain */
	uint64_t in_stream_at; /* its journal position; 0: none, or not known */
	bool is_resumed;       /* confirmed means something */

	struct text json;
	struct redis_command command;
};

/* Prepares; source and prefix are borrowed for life.  Gives the memory back. */
void news_init(struct news *news, const struct store_source *source, const char *prefix);
void news_fini(struct news *news);

/* Stands where cursor says, if there is a stream.  True if that must be written anew as a whole: it
 * is lost, of another journal, or its numbers mean other transitions than ours do. */
bool news_resume(struct news *news, const struct cursor *cursor, bool has_stream);

/* Transitions not yet written; whether some of them are no longer in the book although p:alerts
 * needs them. */
uint64_t news_waiting(const struct news *news);
bool news_have_gap(const struct news *news);

/* Puts how far stream and channel are into marks. */
void news_mark(const struct news *news, struct cursor_marks *marks);

/* Writes transitions as far as there is room; what the book does not have is passed over. */
void news_write(struct news *news, struct transaction *transaction);

/* The transaction with the news written last was executed. */
void news_confirm(struct news *news);

/* Writes an alert that is raised into p:alert and p:alerts. */
void news_write_alert(struct news *news, struct transaction *transaction,
		      const struct alert *alert);

#endif

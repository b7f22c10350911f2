/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite: the whole view written again from memory, in chunks.
 *
 * What an older view left behind goes first, also of units and alerts that there are no more; every
 * key is unlinked before it is written, so that a key of a wrong type under one of our names heals.
 * Loop thread.
 */
#ifndef IOCD_STORE_REWRITE_H
#define IOCD_STORE_REWRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "figures.h"
#include "health.h"
#include "look.h"
#include "news.h"
#include "ranks.h"
#include "samples.h"
#include "transaction.h"

enum rewrite_phase {
	REWRITE_SINGLE_KEYS,  /* unlinks what there is once */
	REWRITE_OLD_UNITS,    /* unlinks the values of units that stood in p:units */
	REWRITE_OLD_ALERTS,   /* unlinks the alerts that stood in p:alerts */
	REWRITE_OLD_RANKS,    /* unlinks the rankings of indicators that stood in p:ranks */
	REWRITE_VALUES,       /* p:units, p:live, p:meta */
	REWRITE_RANKS,        /* p:rank, p:ranks */
	REWRITE_COUNT_ALERTS, /* notes what is raised */
	REWRITE_ALERTS,       /* p:alert, p:alerts */
	REWRITE_MINUTES,      /* p:recent */
	REWRITE_STREAMS,      /* p:alertlog and p:deadletter, where they are behind */
	REWRITE_DONE,
};

struct rewrite {
	struct figures *figures;
	struct news *news;
	struct samples *samples;
	struct ranks *ranks;
	struct health *health;
	const struct look *look;
	const char *prefix;

	enum rewrite_phase phase;
	bool renews_alertlog; /* the stream goes as well */
	bool renews_deadletter;
	size_t item;          /* of the list or of alerts that comes next */
	size_t offset;        /* of that item in its list, bytes */
	uint32_t unit;        /* that comes next */
	uint32_t indicator;   /* of unit, that comes next */
	struct alert *alerts; /* owned: copies of those that were raised when the phase began */
	size_t n_alerts;
	size_t alerts_capacity;
	struct redis_command command;
};

/* Begins from the start, with what look found, borrowed until the rewrite is done; the parts are
 * borrowed for life. */
void rewrite_begin(struct rewrite *rewrite);
/* Gives the memory back. */
void rewrite_fini(struct rewrite *rewrite);

/* Puts as much into the transaction as there is room for. */
void rewrite_write(struct rewrite *rewrite, struct transaction *transaction);

/* Everything has been put into transactions. */
bool rewrite_is_done(const struct rewrite *rewrite);

#endif

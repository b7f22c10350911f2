/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside: what the ledger remembers, between site.c, which owns the list of sites, beats.c (who
 * lives), orders.c, facts.c (what is said of it), save.c and load.c; of one stream: streams.h.
 *
 * One thread at a time.
 */
#ifndef IOCD_SITE_INSIDE_H
#define IOCD_SITE_INSIDE_H

#include "iocd/site.h"

#define SITE_NONE     UINT32_MAX
#define SITE_IOCD     "iocd" /* the sender that presence speaks of, and that must be heard */
#define SITE_EVERY_MS 15000  /* between heartbeats of one that must be heard and never was */
#define SITE_EPOCHS   4      /* former epochs that are known again */
#define SITE_FACTS    5      /* SITE_LOST, SITE_LAGGING, SITE_OLD, SITE_GAP, GIVEN_UP */
#define SITE_RANGES   FRAME_MISSING_MAX /* one receipt names all of them */
#define SITE_SAY_MS   10000             /* after which what holds is said anew, if it differs */
#define SITE_TIME_MAX ((int64_t)1 << 53)

/* Items of a stream that were lately given up. */
struct loss {
	uint64_t n;
	int64_t from_ms, to_ms; /* recorded */
	int64_t at_ms;          /* by our clock, the last of them */
};

/* One stream in its present epoch.  What is missing are the ranges, and all from have on. */
struct stream {
	char epoch[FRAME_EPOCH_MAX];               /* "": nothing was heard of it */
	char former[SITE_EPOCHS][FRAME_EPOCH_MAX]; /* the newest first */
	struct mark first, have;
	struct frame_range ranges[SITE_RANGES]; /* in order, apart, from first and before have */
	uint32_t n_ranges;
	bool is_beaten; /* a heartbeat spoke of this epoch */
	uint64_t head;  /* at least have */
	uint64_t said;  /* head at the last heartbeat */
	uint64_t owed;  /* what was there a heartbeat ago: should be here, or it is incomplete */
	int64_t first_ms, recorded_ms; /* of the first and the newest item; 0: none came */
	uint64_t taken, repeats, resets, given_up, put_off;
	struct loss loss;
};

/* What was said last. */
struct fact {
	uint8_t judgement;
	uint64_t digest; /* of the detail */
	int64_t said_ms;
};

struct order {
	uint64_t number;
	char *json; /* owned */
};

struct site {
	uint32_t unit;
	char sender[FRAME_SENDER_MAX];
	struct heartbeat beat;
	int64_t heard_ms, beat_ms, first_ms;
	int64_t base_ms; /* since when its silence counts */
	int64_t lost_ms, skew_ms;
	bool is_lost, is_lagging;
	bool is_back; /* it was lost, and the next heartbeat says what that left behind */
	bool is_due, is_moved, is_incomplete;
	struct stream streams[N_FRAME_CLASSES];
	struct site_gap gaps[SITE_GAPS_MAX]; /* the oldest first; missing is kept by gaps.c */
	uint32_t n_gaps;
	struct order orders[SITE_ORDERS_MAX];
	uint32_t n_orders;
	uint64_t last_order; /* number of the last that was queued */
	struct fact facts[SITE_FACTS];
};

struct sites {
	struct sites_options options;
	uint32_t n_units;
	struct site *list[SITES_MAX]; /* owned */
	uint32_t n;
	uint8_t *presences;   /* by unit: enum presence */
	uint32_t *incomplete; /* by unit: sites that are */
	bool *is_turned;      /* by unit: it is in the list of units that changed */
	uint32_t *turned;     /* that list */
	uint32_t n_turned;
	uint32_t due[SITES_MAX], moved[SITES_MAX];
	uint32_t n_due, n_moved;
	/* Of the frame between sites_begin() and sites_end(): of which stream it is, and when its
	 * first and its last item were recorded; 0: not said. */
	enum frame_class frame_class;
	int64_t frame_first_ms, frame_last_ms;
};

/* ---- site.c ---- */

/* Adds a site of whom nothing was heard; NULL: there are too many.  Lends it. */
struct site *sites_add(struct sites *sites, uint32_t unit, struct slice sender);
struct site *site_free(struct site *site);
/* Whether configuration says that unit does not forward. */
bool site_is_refused(const struct sites *sites, uint32_t unit);
/* Finds the site, or adds it; one that is_regular may stand for one of the unit that must be heard
 * and never was.  0 and its number, or a reason. */
enum reason sites_admit(struct sites *sites, uint32_t unit, struct slice sender, bool is_regular,
			uint32_t *ret);
/* Adds one that must be heard where there is none. */
void sites_expect(struct sites *sites);
/* Notes that a receipt is due; that it was lost or found; what has become of its completeness. */
void site_note_due(struct sites *sites, uint32_t number);
void site_note_moved(struct sites *sites, uint32_t number);
void site_settle(struct sites *sites, uint32_t number);
bool site_is_incomplete(const struct sites *sites, const struct site *site);
void sites_note_turned(struct sites *sites, uint32_t unit);

/* ---- beats.c ---- */

/* How long it may be silent; 0: for ever. */
int64_t site_patience_ms(const struct sites *sites, const struct site *site);
/* Of its unit's iocd, if it is that or speaks as steadily. */
enum presence site_presence(const struct sites *sites, const struct site *site);
bool site_is_old(const struct sites *sites, const struct site *site, bool *ret_version);
/* It is a sign of life. */
void site_revive(struct sites *sites, uint32_t number, int64_t now_ms);
/* Lets time pass for one. */
void site_pass(struct sites *sites, uint32_t number, int64_t now_ms);

/* ---- orders.c ---- */

/* Takes away what the site has journaled, up to and with number. */
void orders_trim(struct site *site, uint64_t number);

/* ---- facts.c ---- */

/* When something is to be said because time passed; INT64_MAX: never. */
int64_t facts_due_ms(const struct site *site);

#endif

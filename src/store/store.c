/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thing at a time is under way to Redis: a look at what stands there, or one transaction.  What
 * may be done next follows from the state; every trouble leads back to a look, and every look that
 * finds the view to be ours, or nobody's, leads to writing it anew.
 *
 * What becomes of Redis, what the status says of it, and when the view is live again, whole, and
 * with each transition once in p:alertlog and on the channel:
 *
 *   crash, wipe       down, why; after a wipe as any other write that was overtaken: rewriting.
 *                     Live once it answers; p:alertlog has what the book keeps
 *   an older copy     down, or rewriting if the connection stood: WATCH finds it by the next write.
 *                     Live at once; p:alertlog goes on from where the copy's ends.  A copy from
 *                     before our start is taken for a rival's first, unless it is of whom we took
 *                     the view over from and the connection did not stand
 *   OOM, READONLY,    rewriting, Redis' own words; tried again after 0.2 to 5 s, live when it is
 *   MISCONF, NOPERM   accepted
 *   LOADING, BUSY     down or rewriting, Redis' own words; waited for, without an end
 *   no answer         down, "no answer in time"; what was under way has been executed or has not:
 *                     the cursor says which
 *   a wrong type      rewriting, WRONGTYPE, from the next write to the key on; it is replaced
 *   a second iocd of  fenced, and the last one that started writes; the other comes back by itself
 *   our name          when that one has not written for fenced_ms, over restarts of Redis too
 *   one of another    fenced, whoever came second, until the owner's cursor is deleted
 *   name
 *   a cursor ahead    as a start; p:alertlog is written anew from the book (also when its last
 *   of us             number means another transition now), and nothing old goes on the channel
 */
#include "iocd/store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "health.h"
#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/base/random.h"
#include "iocd/net/backoff.h"
#include "keys.h"
#include "look.h"
#include "news.h"
#include "ranks.h"
#include "rewrite.h"
#include "samples.h"
#include "transaction.h"

#define RETRY_FIRST_MS 200
#define RETRY_LAST_MS  5000

struct store {
	char *prefix;     /* owned */
	char *instance;   /* owned */
	char *journal_id; /* owned */
	int64_t commit_every_ms;
	int64_t fenced_ms;
	struct store_source source;
	struct writer writer;
	struct text cursor_key;

	struct redis *redis;
	struct timer *tick;  /* time for a commit, if there is something to write */
	struct timer *again; /* time for a look */
	struct backoff backoff;

	struct figures figures;
	struct news news;
	struct samples samples;
	struct ranks ranks;
	struct health health;
	struct look look;
	struct rewrite rewrite;
	struct transaction transaction;
	struct redis_command command;
	size_t n_under_way; /* changes in the transaction */

	struct store_status status;
	char told[160];             /* the reason that was logged last */
	bool has_looked;            /* since the connection came up */
	bool is_owner;              /* the cursor was written by us since then */
	bool has_owned;             /* the cursor was written by us, over any connection */
	char past[CURSOR_NAME_MAX]; /* epoch of whom we take the view over from */
	struct cursor rival;        /* as it was seen last; epoch "": there is none */
	int64_t rival_ms;           /* monotonic; since when we see it so */
};

/* ---- state ---- */

static bool is_following(enum store_state state)
{
	return state == STORE_LIVE;
}

static void enter(struct store *store, enum store_state state, const char *reason)
{
	struct store_status *status = &store->status;
	int64_t now_ms = clock_real_ms();

	(void)snprintf(status->reason, sizeof(status->reason), "%s", reason);
	if (status->state == state)
		return;

	if (is_following(state))
		status->stale_ms = 0;
	else if (is_following(status->state))
		status->stale_ms = now_ms;
	status->state = state;
	status->since_ms = now_ms;
}

static void tell(struct store *store, enum log_level level, const char *name)
{
	const char *reason = store->status.reason;

	if (strcmp(store->told, reason) != 0)
		log_line(level, name, "state=%s reason='%s'", store_state_name(store->status.state),
			 reason);
	memcpy(store->told, reason, sizeof(store->told));
}

static void go_live(struct store *store)
{
	backoff_succeeded(&store->backoff);
	store->told[0] = '\0';
	if (store->status.state != STORE_LIVE)
		log_info("store.live", "position=%" PRIu64, store->status.position);
	enter(store, STORE_LIVE, "");
}

/* Something went wrong that another look and a new view may put right. */
static void doubt(struct store *store, const char *why)
{
	bool was_live = is_following(store->status.state);

	enter(store, was_live ? STORE_REWRITING : store->status.state, why);
	tell(store, LOG_LEVEL_WARNING, "store.doubt");
	timer_start(store->again, backoff_failed(&store->backoff), 0);
}

static void stay_out(struct store *store, const char *why)
{
	store->is_owner = false;
	enter(store, STORE_FENCED, why);
	tell(store, LOG_LEVEL_ERROR, "store.fenced");
	timer_start(store->again, store->fenced_ms, 0);
}

/* ---- writing ---- */

static void write_cursor(struct store *store, bool is_rewriting)
{
	struct redis_command *command = &store->command;
	char time[CIVIL_TEXT_MAX];
	struct cursor_state state = {
		.position = store->status.position,
		.is_rewriting = is_rewriting,
		.time = civil_format(time, clock_real_ms(), store->source.context.offset_minutes),
	};

	news_mark(&store->news, &state.marks);
	samples_mark(&store->samples, &state.marks);
	command_begin(command, "HSET");
	command_add(command, text_get(&store->cursor_key));
	cursor_write(command, &store->writer, &state);
	transaction_send(&store->transaction, command, 1);
}

static void rewrite_some(struct store *store)
{
	transaction_begin(&store->transaction);
	rewrite_write(&store->rewrite, &store->transaction);
	health_write(&store->health, &store->transaction);
	write_cursor(store, !rewrite_is_done(&store->rewrite));
	transaction_end(&store->transaction);
}

static void begin_rewrite(struct store *store)
{
	counter_add(COUNTER_redis_rewrites, 1);
	figures_forget(&store->figures);
	rewrite_begin(&store->rewrite);
	rewrite_some(store);
}

static size_t count_waiting(const struct store *store)
{
	return store->figures.dirty.n + (store->news.is_resumed ? news_waiting(&store->news) : 0);
}

/* What operators wait for goes first. */
static void commit(struct store *store)
{
	size_t n_waiting = count_waiting(store);

	transaction_begin(&store->transaction);
	news_write(&store->news, &store->transaction);
	health_write(&store->health, &store->transaction);
	if (!transaction_is_full(&store->transaction))
		figures_write_changes(&store->figures, &store->transaction);
	(void)ranks_write(&store->ranks, &store->transaction);
	figures_write_minutes(&store->figures, &store->transaction);
	samples_write(&store->samples, &store->transaction);
	write_cursor(store, false);
	store->n_under_way = n_waiting - count_waiting(store);
	transaction_end(&store->transaction);
}

static bool has_more(const struct store *store)
{
	return news_waiting(&store->news) > 0 || figures_wait(&store->figures) ||
	       samples_waiting(&store->samples) > 0 || store->health.n_dirty > 0 ||
	       store->ranks.n_dirty > 0;
}

static void commit_or_look(struct store *store)
{
	if (news_have_gap(&store->news))
		doubt(store, "more transitions at once than are kept");
	else if (has_more(store))
		commit(store);
}

/* A full chunk is followed by the next at once; the rest waits for its time. */
static void go_on(struct store *store)
{
	bool was_full = transaction_is_full(&store->transaction);

	if (store->status.state == STORE_LIVE && was_full)
		commit_or_look(store);
	else if (store->status.state != STORE_LIVE && !rewrite_is_done(&store->rewrite))
		rewrite_some(store);
	else
		go_live(store);
}

static void take_commit(struct store *store)
{
	counter_add(COUNTER_redis_commits, 1);
	counter_add(COUNTER_redis_fields, store->transaction.fields);
	store->status.committed_ms = clock_real_ms();
	store->is_owner = true;
	store->has_owned = true;
	news_confirm(&store->news);
	go_on(store);
}

static void on_transaction(void *context, enum transaction_outcome outcome, const char *why)
{
	struct store *store = context;

	store->n_under_way = 0;
	switch (outcome) {
	case TRANSACTION_DONE:
		take_commit(store);
		return;
	case TRANSACTION_OVERTAKEN:
		counter_add(COUNTER_redis_failures, 1);
		doubt(store, "somebody else touched the cursor");
		return;
	case TRANSACTION_REFUSED:
		counter_add(COUNTER_redis_failures, 1);
		doubt(store, why);
		return;
	}
}

static void on_tick(void *context)
{
	struct store *store = context;

	if (store->status.state != STORE_LIVE)
		return;

	figures_close_minute(&store->figures);
	if (!store->transaction.is_under_way && !timer_is_started(store->again))
		commit_or_look(store);
}

/* ---- looking ---- */

static void take_over(struct store *store)
{
	struct look *look = &store->look;
	const struct cursor *cursor = &look->cursor;
	const char *reason =
		*store->status.reason ? store->status.reason : "writing the whole view";
	char kept[sizeof(store->status.reason)];

	if (cursor->owner == CURSOR_PAST && strcmp(store->past, cursor->epoch) != 0)
		log_info("store.taken_over", "instance=%s epoch=%s same_journal=%d",
			 cursor->instance, cursor->epoch, cursor->same_journal);
	memcpy(store->past, cursor->epoch, sizeof(store->past));
	store->rival.epoch[0] = '\0';
	(void)snprintf(kept, sizeof(kept), "%s", reason);
	enter(store, STORE_REWRITING, kept);

	store->rewrite.renews_alertlog = news_resume(&store->news, cursor, look->has_alertlog);
	store->rewrite.renews_deadletter =
		samples_resume(&store->samples, cursor, look->has_deadletter);
	begin_rewrite(store);
}

static void stay_out_of_foreign_view(struct store *store)
{
	char why[sizeof(store->status.reason)];

	(void)snprintf(why, sizeof(why),
		       "the live view belongs to instance '%s'; choose another redis.prefix or "
		       "delete %s",
		       store->look.cursor.instance, text_get(&store->cursor_key));
	stay_out(store, why);
}

static bool is_same_sight(const struct store *store)
{
	const struct cursor *cursor = &store->look.cursor;
	const struct cursor *rival = &store->rival;

	return strcmp(cursor->epoch, rival->epoch) == 0 && cursor->position == rival->position &&
	       strcmp(cursor->time, rival->time) == 0;
}

/* Whoever lives writes every second. */
static bool is_rival_silent(const struct store *store)
{
	return is_same_sight(store) && clock_mono_ms() - store->rival_ms >= store->fenced_ms / 2;
}

static void stay_out_of_rival_view(struct store *store)
{
	char why[sizeof(store->status.reason)];

	(void)snprintf(why, sizeof(why),
		       "a second iocd of the name '%.40s' writes the live view (epoch %.12s): stop "
		       "one of the two",
		       store->look.cursor.instance, store->look.cursor.epoch);
	if (!is_same_sight(store)) {
		store->rival = store->look.cursor;
		store->rival_ms = clock_mono_ms();
	}
	stay_out(store, why);
}

/* A cursor of our name that we find is our predecessor's, and one that appears after we have
 * written ours is a rival's: it came later, perhaps while we were away.  A rival stays one, over
 * reconnects too, until it is silent. */
static bool is_of_predecessor(const struct store *store)
{
	const char *epoch = store->look.cursor.epoch;

	if (*epoch && strcmp(epoch, store->rival.epoch) == 0)
		return is_rival_silent(store);
	if (!store->has_looked && !store->has_owned)
		return true;
	return !store->is_owner && strcmp(epoch, store->past) == 0 &&
	       store->status.state != STORE_FENCED;
}

static void decide(struct store *store)
{
	switch (store->look.cursor.owner) {
	case CURSOR_NOBODY:
	case CURSOR_OURS:
		take_over(store);
		break;
	case CURSOR_PAST:
		if (is_of_predecessor(store))
			take_over(store);
		else
			stay_out_of_rival_view(store);
		break;
	case CURSOR_FOREIGN:
		stay_out_of_foreign_view(store);
		break;
	}
	store->has_looked = true;
}

static void on_look(void *context, const char *why)
{
	struct store *store = context;
	char evicts[sizeof(store->status.reason)];

	if (*why) {
		doubt(store, why);
		return;
	}
	if (*store->look.evicts) {
		(void)snprintf(evicts, sizeof(evicts),
			       "Redis may evict keys of the view (maxmemory-policy %s): set it to "
			       "noeviction",
			       store->look.evicts);
		doubt(store, evicts);
		return;
	}
	decide(store);
}

static void on_again(void *context)
{
	struct store *store = context;

	if (redis_is_up(store->redis))
		look_begin(&store->look);
}

/* ---- connection ---- */

static void come_up(struct store *store)
{
	store->has_looked = false;
	store->is_owner = false;
	store->rival_ms = clock_mono_ms(); /* while there was no Redis nobody could write */
	enter(store, STORE_TAKING_OVER, "reading the cursor");
	look_begin(&store->look);
}

/* net/redis has logged it. */
static void go_down(struct store *store)
{
	if (store->transaction.is_under_way)
		counter_add(COUNTER_redis_failures, 1);
	transaction_forget(&store->transaction);
	store->n_under_way = 0;
	look_forget(&store->look);
	timer_stop(store->again);
	enter(store, STORE_DOWN, redis_reason(store->redis));
}

static void on_redis_change(void *context, bool up)
{
	if (up)
		come_up(context);
	else
		go_down(context);
}

/* ---- door ---- */

static void draw_epoch(char epoch[33])
{
	unsigned char bytes[16];

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(epoch + 2 * i, 3, "%02x", bytes[i]);
}

static void copy_options(struct store *store, const struct store_options *options)
{
	store->prefix = xstrdup(options->prefix);
	store->instance = xstrdup(options->instance);
	store->journal_id = xstrdup(options->journal_id);
	store->commit_every_ms = options->commit_every_ms;
	store->fenced_ms = options->fenced_ms > 0 ? options->fenced_ms : STORE_FENCED_MS;
	store->writer.instance = store->instance;
	store->writer.journal_id = store->journal_id;
	draw_epoch(store->writer.epoch);
	key_cursor(&store->cursor_key, store->prefix);
}

static void make_parts(struct store *store, struct loop *loop)
{
	const char *prefix = store->prefix;
	uint64_t seed;

	news_init(&store->news, &store->source, prefix);
	samples_init(&store->samples, &store->source, prefix);
	ranks_init(&store->ranks, &store->source, prefix);
	store->health.prefix = prefix;
	look_init(&store->look, store->redis, &store->writer, prefix, on_look, store);
	transaction_init(&store->transaction, store->redis, &store->writer,
			 text_get(&store->cursor_key), on_transaction, store);
	store->rewrite = (struct rewrite){
		.figures = &store->figures,
		.news = &store->news,
		.samples = &store->samples,
		.ranks = &store->ranks,
		.health = &store->health,
		.look = &store->look,
		.prefix = prefix,
	};
	store->tick = timer_new(loop, on_tick, store);
	store->again = timer_new(loop, on_again, store);
	random_bytes(&seed, sizeof(seed));
	backoff_init(&store->backoff, RETRY_FIRST_MS, RETRY_LAST_MS, seed);
}

static void free_store(struct store *store)
{
	timer_close(store->tick);
	timer_close(store->again);
	transaction_fini(&store->transaction);
	rewrite_fini(&store->rewrite);
	look_fini(&store->look);
	health_fini(&store->health);
	ranks_fini(&store->ranks);
	samples_fini(&store->samples);
	news_fini(&store->news);
	figures_fini(&store->figures);
	command_fini(&store->command);
	text_fini(&store->cursor_key);
	free(store->journal_id);
	free(store->instance);
	free(store->prefix);
	free(store);
}

int store_new(struct store **ret, struct loop *loop, const struct store_options *options,
	      const struct store_source *source)
{
	struct store *store = xcalloc(1, sizeof(*store));
	int r;

	copy_options(store, options);
	store->source = *source;
	store->status.since_ms = clock_real_ms();
	store->status.stale_ms = store->status.since_ms;
	(void)snprintf(store->status.reason, sizeof(store->status.reason), "not connected yet");
	r = figures_init(&store->figures, &store->source, store->prefix);
	if (!r)
		r = redis_new(&store->redis, loop, &options->redis, on_redis_change, store);
	if (r) {
		free_store(store);
		return err_pass(r);
	}

	make_parts(store, loop);
	*ret = store;
	return 0;
}

void store_start(struct store *store)
{
	redis_start(store->redis);
	timer_start(store->tick, store->commit_every_ms, store->commit_every_ms);
}

void store_post(struct store *store, const struct change *changes, size_t n, uint64_t position)
{
	figures_note(&store->figures, changes, n);
	ranks_note(&store->ranks, changes, n);
	store->status.position = position;
}

void store_put_health(struct store *store, const char *name, const char *value)
{
	health_put(&store->health, name, value);
}

void store_get_status(const struct store *store, struct store_status *ret)
{
	*ret = store->status;
	/* Why it still cannot be reached, or what it waits for, is newer than why it was lost. */
	if (ret->state == STORE_DOWN && *redis_reason(store->redis))
		(void)snprintf(ret->reason, sizeof(ret->reason), "%s", redis_reason(store->redis));
	ret->dirty = count_waiting(store) + store->n_under_way;
}

const char *store_state_name(enum store_state state)
{
	switch (state) {
#define X(name, text)                                                                              \
	case STORE_##name:                                                                         \
		return text;
		STORE_STATES(X)
#undef X
	}
	return "unknown";
}

void store_close(struct store *store)
{
	if (!store)
		return;

	if (store->status.state == STORE_LIVE && !store->transaction.is_under_way &&
	    has_more(store) && !news_have_gap(&store->news))
		commit(store);
	redis_close(store->redis);
	free_store(store);
}

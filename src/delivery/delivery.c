/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each transition is two publications: the news, then the state that it led to.  Only the second
 * has the transition's number for a token: a broker acknowledges in the order of receipt (OASIS
 * MQTT 5.0, 4.6), so its answer speaks for both, and a death between the two repeats the news
 * rather than leaving a wrong state standing.
 *
 * States that are published again after a reconnect are copied at once and leave before any later
 * transition, so that an old state never overtakes a new one.  They leave a window at a time: of
 * thousands at once the loop would stand still.
 */
#include "iocd/delivery.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "receivers.h"
#include "told.h"

#define WINDOW         64         /* transitions under way at most */
#define REFUSED        0x80       /* the first reason code that means no */
#define NEWS_TOKEN     0          /* of news, for which the state behind it answers */
#define STATE_TOKEN    UINT64_MAX /* of a state that is published again */
#define REFUSED_LOG_MS 10000

struct delivery {
	char *prefix;     /* owned */
	char *path;       /* owned */
	char *journal_id; /* owned */
	struct delivery_source source;
	struct mqtt *mqtt;           /* NULL: not started */
	struct receivers *receivers; /* owned */
	struct told told;
	struct delivery_status status;

	uint64_t sent;     /* number of the last transition handed to mqtt, both halves */
	bool half;         /* the news of the one behind it as well */
	uint64_t answered; /* bit i: the broker has answered for status.told + 1 + i */

	struct alert *states; /* owned; to be published again */
	size_t n_states;
	size_t states_capacity;
	size_t next_state;   /* the first of them that mqtt has not taken yet */
	uint32_t unanswered; /* of those that it took */

	struct text topic;
	struct text json;
	struct log_limit refused_limit;
	struct log_limit file_limit;
};

/* ---- publishing ---- */

static const struct unit *unit_of(const struct delivery *delivery, const struct alert *alert)
{
	return units_at(delivery->source.context.units, alert->unit);
}

static int publish(struct delivery *delivery, uint64_t token, bool retain)
{
	return mqtt_publish(delivery->mqtt, token, text_get(&delivery->topic),
			    text_get(&delivery->json), delivery->json.size, 1, retain);
}

static int publish_news(struct delivery *delivery, const struct transition *transition)
{
	const struct alert *alert = &transition->alert;

	text_clear(&delivery->topic);
	text_add(&delivery->topic, "%s/alertlog/%s/%s", delivery->prefix,
		 unit_of(delivery, alert)->id, severity_name(alert->machine.severity));
	text_clear(&delivery->json);
	transition_json(&delivery->json, &delivery->source.context, transition);
	return publish(delivery, NEWS_TOKEN, false);
}

static int publish_state(struct delivery *delivery, uint64_t token, const struct alert *alert,
			 bool is_over)
{
	char key[ALERT_KEY_MAX];

	text_clear(&delivery->topic);
	text_add(&delivery->topic, "%s/alert/%s/%s", delivery->prefix, unit_of(delivery, alert)->id,
		 alert_key(key, alert));
	text_clear(&delivery->json);
	if (!is_over)
		alert_json(&delivery->json, &delivery->source.context, alert);
	return publish(delivery, token, true);
}

/* 0 or MQTT_FULL: the rest of it is for later. */
static int send_transition(struct delivery *delivery, const struct transition *transition)
{
	int r = 0;

	if (!delivery->half)
		r = publish_news(delivery, transition);
	if (r)
		return r;

	delivery->half = true;
	r = publish_state(delivery, transition->number, &transition->alert,
			  !alert_machine_stands(&transition->alert.machine));
	if (r)
		return r;

	delivery->half = false;
	delivery->sent = transition->number;
	return 0;
}

/* Alerts are large, and there may have been thousands. */
static void forget_states(struct delivery *delivery)
{
	free(delivery->states);
	delivery->states = NULL;
	delivery->n_states = 0;
	delivery->states_capacity = 0;
	delivery->next_state = 0;
}

/* Returns whether all of them have left. */
static bool send_states(struct delivery *delivery)
{
	while (delivery->next_state < delivery->n_states) {
		if (delivery->unanswered == WINDOW ||
		    publish_state(delivery, STATE_TOKEN, &delivery->states[delivery->next_state],
				  false) != 0)
			return false;
		delivery->unanswered++;
		delivery->next_state++;
	}
	forget_states(delivery);
	return true;
}

/* ---- how far it was told ---- */

static void write_told(struct delivery *delivery)
{
	uint64_t dropped;
	int r = told_write(&delivery->told, delivery->status.told);

	if (r && log_may(&delivery->file_limit, clock_mono_ms(), REFUSED_LOG_MS, &dropped))
		log_warning("delivery.file", "path=%s error=%s", delivery->path, strerror(-r));
}

/* Moves on over all that is answered without a gap. */
static void move_told(struct delivery *delivery)
{
	if (!(delivery->answered & 1))
		return;

	for (; delivery->answered & 1; delivery->answered >>= 1)
		delivery->status.told++;
	write_told(delivery);
}

/* Transitions that are not kept any more can never be told. */
static void skip_forgotten(struct delivery *delivery)
{
	uint64_t first = alertbook_forgotten(delivery->source.book);
	uint64_t n;

	if (delivery->sent >= first)
		return;

	n = first - delivery->sent;
	delivery->status.skipped += n;
	log_warning("delivery.skipped", "transitions=%" PRIu64, n);
	delivery->sent = first;
	delivery->half = false;
	delivery->status.told = first;
	delivery->answered = 0;
	write_told(delivery);
}

/* A number that stands for nothing: its unit is no longer configured. */
static void pass_over(struct delivery *delivery)
{
	delivery->answered |= (uint64_t)1 << (delivery->sent - delivery->status.told);
	delivery->sent++;
	move_told(delivery);
}

static void send_what_fits(struct delivery *delivery)
{
	const struct alertbook *book = delivery->source.book;

	if (!send_states(delivery))
		return;

	skip_forgotten(delivery);
	while (delivery->sent < alertbook_last(book) &&
	       delivery->sent < delivery->status.told + WINDOW) {
		const struct transition *transition =
			alertbook_transition(book, delivery->sent + 1);

		if (!transition)
			pass_over(delivery);
		else if (send_transition(delivery, transition) != 0)
			return;
	}
}

static void count_refusal(struct delivery *delivery, uint64_t token, int reason)
{
	uint64_t dropped;

	delivery->status.refused++;
	if (log_may(&delivery->refused_limit, clock_mono_ms(), REFUSED_LOG_MS, &dropped))
		log_warning("delivery.refused", "number=%" PRIu64 " reason=0x%02x more=%" PRIu64,
			    token, (unsigned)reason, dropped);
}

/* Where to begin: behind what was told before, else with the next transition. */
static void find_start(struct delivery *delivery)
{
	uint64_t last = alertbook_last(delivery->source.book);
	uint64_t number = last;
	int r = told_open(&delivery->told, delivery->path, delivery->journal_id, &number);

	if (r < 0)
		log_warning("delivery.file", "path=%s error=%s", delivery->path, strerror(-r));
	if (number > last) { /* other rules make other transitions of the same journal */
		log_warning("delivery.renumbered", "told=%" PRIu64 " last=%" PRIu64, number, last);
		number = last;
	}
	delivery->status.told = number;
	delivery->sent = number;
	write_told(delivery);
}

/* ---- door ---- */

struct delivery *delivery_new(const struct delivery_options *options,
			      const struct delivery_source *source)
{
	struct delivery *delivery = xcalloc(1, sizeof(*delivery));

	delivery->prefix = xstrdup(options->prefix);
	delivery->path = xstrdup(options->file);
	delivery->journal_id = xstrdup(options->journal_id);
	delivery->source = *source;
	delivery->told.file = -1;
	delivery->receivers = receivers_new(options, source);
	return delivery;
}

void delivery_replace_rules(struct delivery *delivery, const struct rules *rules)
{
	receivers_replace(delivery->receivers, rules_about(rules));
}

void delivery_start(struct delivery *delivery, struct mqtt *mqtt)
{
	assert(!delivery->mqtt);

	find_start(delivery);
	delivery->mqtt = mqtt;
	send_what_fits(delivery);
	receivers_start(delivery->receivers);
}

void delivery_post(struct delivery *delivery)
{
	if (!delivery->mqtt)
		return;

	send_what_fits(delivery);
	receivers_post(delivery->receivers);
}

static void copy_state(void *context, const struct alert *alert)
{
	struct delivery *delivery = context;

	if (delivery->n_states == delivery->states_capacity) {
		delivery->states_capacity = delivery->states_capacity * 2 + 16;
		delivery->states = xrealloc(delivery->states, delivery->states_capacity,
					    sizeof(*delivery->states));
	}
	delivery->states[delivery->n_states++] = *alert;
}

void delivery_connected(struct delivery *delivery)
{
	if (!delivery->mqtt)
		return;

	forget_states(delivery);
	alertbook_each_raised(delivery->source.book, copy_state, delivery);
	send_what_fits(delivery);
}

void delivery_done(struct delivery *delivery, uint64_t token, int reason)
{
	uint64_t told = delivery->status.told;

	if (reason == MQTT_REASON_LOST) /* mqtt is closing: the next start repeats it */
		return;
	if (reason >= REFUSED)
		count_refusal(delivery, token, reason);
	if (token == STATE_TOKEN) {
		delivery->unanswered--;
		send_what_fits(delivery);
		return;
	}
	if (token <= told || token > told + WINDOW)
		return;

	delivery->answered |= (uint64_t)1 << (token - told - 1);
	move_told(delivery);
	send_what_fits(delivery);
}

void delivery_get_status(const struct delivery *delivery, struct delivery_status *ret)
{
	*ret = delivery->status;
}

size_t delivery_n_receivers(const struct delivery *delivery)
{
	return receivers_count(delivery->receivers);
}

void delivery_get_receiver(const struct delivery *delivery, size_t i, struct delivery_receiver *ret)
{
	receivers_get(delivery->receivers, i, ret);
}

struct delivery *delivery_free(struct delivery *delivery)
{
	if (!delivery)
		return NULL;

	if (delivery->mqtt)
		write_told(delivery);
	told_close(&delivery->told);
	receivers_free(delivery->receivers);
	text_fini(&delivery->topic);
	text_fini(&delivery->json);
	forget_states(delivery);
	free(delivery->journal_id);
	free(delivery->path);
	free(delivery->prefix);
	free(delivery);
	return NULL;
}

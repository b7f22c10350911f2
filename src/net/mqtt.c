/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state machine of one connection, on the loop thread.  mqtt_link carries out what is decided
 * here and reports; nothing below waits for it, mqtt_close() excepted.
 */
#include "iocd/net/mqtt.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/base/random.h"
#include "iocd/net/backoff.h"
#include "mqtt_link.h"

#define BACKOFF_FIRST_MS 500
#define BACKOFF_LAST_MS  30000
#define QUICK_MS         50    /* before the first try after a good connection was lost */
#define GOOD_MS          10000 /* a connection that was up for so long was good */
#define CONNECT_MS       45000 /* patience with Paho, whose own time-out is 10 to 13 s and DNS */
#define SUBSCRIBE_MS     10000 /* patience with the broker's answers to our SUBSCRIBEs */
#define DROP_MS          5000  /* patience with Paho's disconnecting */

/* Paho's receiving thread sleeps for 100 ms after each second without a packet, and then a message
 * waits for it.  A heartbeat to ourselves keeps it awake, and shows that the whole way works. */
#define BEAT_MS          500
#define SILENCE_LEAST_MS 10000

#define REASON_TAKEN_OVER 0x8e /* MQTT 5.0, 3.14.2.1 */
#define FIRST_REFUSAL     0x80

struct mqtt {
	struct mqtt_hooks hooks;
	char *host;
	int port;
	char *client_id;
	char **filters; /* owned copies, for the log */
	size_t n_filters;
	int64_t silence_ms; /* longer than that and the connection is given up */

	struct link *link;
	struct wake *wake;
	struct timer *timer; /* of the present state; see on_timer() */
	struct timer *beat;
	struct backoff backoff;

	struct mqtt_status status;
	int64_t state_at_ms; /* when the state was entered, monotonic */
	bool keeps_session;  /* the broker is asked to keep one while we are away */
	bool had_session;    /* and has been before */
	bool dropping;       /* LINK_DROP was asked */
	bool refused;        /* a filter was, on this connection */
	bool paused;         /* no connection is wanted, because of: */
	char why_paused[80];
	bool *confirmed;     /* per filter, on this connection */
	size_t n_confirmed;
};

/* ---- the state ---- */

static void enter(struct mqtt *mqtt, enum mqtt_state state)
{
	mqtt->status.state = state;
	mqtt->status.since_ms = clock_real_ms();
	mqtt->state_at_ms = clock_mono_ms();
	if (mqtt->hooks.change)
		mqtt->hooks.change(mqtt->hooks.context);
}

static bool is_connected(const struct mqtt *mqtt)
{
	return mqtt->status.state == MQTT_SUBSCRIBING || mqtt->status.state == MQTT_UP;
}

static void keep_reason(struct mqtt *mqtt, const char *text)
{
	snprintf(mqtt->status.reason, sizeof(mqtt->status.reason), "%s", text);
}

static void connect(struct mqtt *mqtt)
{
	timer_start(mqtt->timer, CONNECT_MS, 0);
	link_ask(mqtt->link, LINK_CONNECT);
	enter(mqtt, MQTT_CONNECTING);
}

static void retry_after(struct mqtt *mqtt, int64_t delay_ms)
{
	mqtt->dropping = false;
	timer_stop(mqtt->beat);
	timer_stop(mqtt->timer);
	if (!mqtt->paused)
		timer_start(mqtt->timer, delay_ms, 0);
	enter(mqtt, mqtt->paused ? MQTT_PAUSED : MQTT_WAITING);
}

/* Gives the present connection up; goes on in lose(), when it is gone. */
static void drop(struct mqtt *mqtt, const char *why)
{
	if (mqtt->dropping)
		return;

	log_warning("mqtt.dropped", "host=%s port=%d why=\"%s\"", mqtt->host, mqtt->port, why);
	if (!mqtt->refused)
		keep_reason(mqtt, why);
	mqtt->dropping = true;
	timer_start(mqtt->timer, DROP_MS, 0);
	link_ask(mqtt->link, LINK_DROP);
}

/* ---- what the link reports ---- */

static void greet(struct mqtt *mqtt, bool session_present)
{
	bool lost = mqtt->had_session && !session_present;

	mqtt->had_session = mqtt->keeps_session;
	mqtt->status.connects++;
	counter_add(COUNTER_mqtt_connects, 1);
	log_info("mqtt.connected", "host=%s port=%d client_id=%s session_present=%d", mqtt->host,
		 mqtt->port, mqtt->client_id, session_present);
	if (!lost)
		return;

	mqtt->status.sessions_lost++;
	counter_add(COUNTER_mqtt_sessions_lost, 1);
	log_warning("mqtt.session_lost",
		    "host=%s port=%d client_id=%s meaning=\"the broker may have lost messages\"",
		    mqtt->host, mqtt->port, mqtt->client_id);
}

static void go_up_if_subscribed(struct mqtt *mqtt)
{
	if (mqtt->status.state != MQTT_SUBSCRIBING || mqtt->n_confirmed < mqtt->n_filters)
		return;

	timer_stop(mqtt->timer);
	enter(mqtt, MQTT_UP);
}

/* Always subscribes: the broker may have lost the session, or have one from an older config. */
static void subscribe(struct mqtt *mqtt, const struct link_event *event)
{
	greet(mqtt, event->session_present);
	for (size_t i = 0; i < mqtt->n_filters; i++)
		mqtt->confirmed[i] = false;
	mqtt->n_confirmed = 0;
	mqtt->dropping = false;
	mqtt->refused = false;
	timer_start(mqtt->timer, SUBSCRIBE_MS, 0);
	timer_start(mqtt->beat, BEAT_MS, BEAT_MS);
	link_ask(mqtt->link, LINK_SUBSCRIBE);
	enter(mqtt, MQTT_SUBSCRIBING);
	go_up_if_subscribed(mqtt);
	if (mqtt->paused) /* while it was being made */
		drop(mqtt, mqtt->why_paused);
}

static void confirm(struct mqtt *mqtt, size_t i, int reason)
{
	if (reason < 1)
		log_warning("mqtt.qos_lowered", "filter=%s granted=%d", mqtt->filters[i], reason);
	if (mqtt->confirmed[i])
		return;

	mqtt->confirmed[i] = true;
	mqtt->n_confirmed++;
	go_up_if_subscribed(mqtt);
}

static void refuse(struct mqtt *mqtt, const struct link_event *event)
{
	char text[160];

	counter_add(COUNTER_mqtt_refusals, 1);
	snprintf(text, sizeof(text), "subscription to '%.80s' refused: %.50s",
		 mqtt->filters[event->index], event->text);
	log_warning("mqtt.subscription_refused", "filter=%s reason=0x%02x text=\"%s\"",
		    mqtt->filters[event->index], event->reason, event->text);
	keep_reason(mqtt, text);
	/* The state stays; after a while on_timer() ends the connection and all is tried anew. */
	if (!mqtt->refused)
		timer_start(mqtt->timer, backoff_failed(&mqtt->backoff), 0);
	mqtt->refused = true;
}

static void take_answer(struct mqtt *mqtt, const struct link_event *event)
{
	bool is_beat = event->index == mqtt->n_filters;

	if (!is_connected(mqtt) || event->reason == LINK_NO_REASON)
		return; /* the connection is going; that is told separately */

	if (is_beat && event->reason < FIRST_REFUSAL)
		link_allow_beats(mqtt->link);
	else if (is_beat)
		log_info("mqtt.no_heartbeat", "reason=0x%02x text=\"%s\"", event->reason,
			 event->text);
	else if (event->reason < FIRST_REFUSAL)
		confirm(mqtt, event->index, event->reason);
	else
		refuse(mqtt, event);
}

static void fail(struct mqtt *mqtt, const struct link_event *event)
{
	if (mqtt->status.state != MQTT_CONNECTING)
		return;

	if (event->reason != LINK_NO_REASON)
		counter_add(COUNTER_mqtt_refusals, 1);
	log_warning("mqtt.connect_failed", "host=%s port=%d reason=%d text=\"%s\"", mqtt->host,
		    mqtt->port, event->reason, event->text);
	keep_reason(mqtt, event->text);
	retry_after(mqtt, backoff_failed(&mqtt->backoff));
}

static void log_loss(struct mqtt *mqtt, const struct link_event *event)
{
	if (event->reason == REASON_TAKEN_OVER)
		log_error("mqtt.taken_over",
			  "host=%s port=%d client_id=%s meaning=\"another client has our id\"",
			  mqtt->host, mqtt->port, mqtt->client_id);
	else
		log_warning("mqtt.lost", "host=%s port=%d reason=%d text=\"%s\"", mqtt->host,
			    mqtt->port, event->reason, event->text);
}

/* A connection that was good is tried again at once.  One that ends soon after each connect (a
 * second client with our id, a refused subscription) is not: its back-off goes on. */
static void lose(struct mqtt *mqtt, const struct link_event *event)
{
	bool was_good =
		mqtt->status.state == MQTT_UP && clock_mono_ms() - mqtt->state_at_ms >= GOOD_MS;

	if (!is_connected(mqtt))
		return;

	counter_add(COUNTER_mqtt_losses, 1);
	if (!mqtt->dropping) {
		log_loss(mqtt, event);
		keep_reason(mqtt, event->text);
	}
	if (was_good)
		backoff_succeeded(&mqtt->backoff);
	if ((was_good && event->reason != REASON_TAKEN_OVER) || mqtt->refused)
		retry_after(mqtt, QUICK_MS); /* a refusal has waited already */
	else
		retry_after(mqtt, backoff_failed(&mqtt->backoff));
}

static void take_event(struct mqtt *mqtt, const struct link_event *event)
{
	switch (event->kind) {
	case LINK_CONNECTED:
		subscribe(mqtt, event);
		break;
	case LINK_FAILED:
		fail(mqtt, event);
		break;
	case LINK_LOST:
		lose(mqtt, event);
		break;
	case LINK_BROKEN:
		if (is_connected(mqtt))
			drop(mqtt, event->text);
		break;
	case LINK_SUBSCRIBED:
		take_answer(mqtt, event);
		break;
	}
}

static void tell_done(struct mqtt *mqtt, struct publication *publication)
{
	if (publication->reason < FIRST_REFUSAL)
		counter_add(COUNTER_mqtt_published, publication->qos > 0);
	else if (publication->reason != MQTT_REASON_LOST)
		counter_add(COUNTER_mqtt_refusals, 1);
	if (publication->qos > 0 && mqtt->hooks.done)
		mqtt->hooks.done(mqtt->hooks.context, publication->token, publication->reason);
	publication_free(publication);
}

static void tell_landed(struct mqtt *mqtt)
{
	struct publication *publication;

	while ((publication = link_take_landed(mqtt->link)))
		tell_done(mqtt, publication);
}

static void on_wake(void *context)
{
	struct mqtt *mqtt = context;
	struct link_event event;

	while (link_next_event(mqtt->link, &event) == 0)
		take_event(mqtt, &event);
	tell_landed(mqtt);
}

/* ---- time ---- */

static void on_timer(void *context)
{
	struct mqtt *mqtt = context;
	const struct link_event gone = { .kind = LINK_LOST,
					 .reason = LINK_NO_REASON,
					 .text = "disconnecting took too long" };
	const struct link_event late = { .kind = LINK_FAILED,
					 .reason = LINK_NO_REASON,
					 .text = "connecting took too long" };

	if (mqtt->dropping)
		lose(mqtt, &gone);
	else if (mqtt->status.state == MQTT_WAITING)
		connect(mqtt);
	else if (mqtt->status.state == MQTT_CONNECTING)
		fail(mqtt, &late);
	else
		drop(mqtt, mqtt->refused ? "a subscription was refused"
					 : "subscriptions were not answered");
}

static void on_beat(void *context)
{
	struct mqtt *mqtt = context;

	if (link_is_silent(mqtt->link, mqtt->silence_ms))
		drop(mqtt, "nothing came, not even our heartbeat");
	else
		link_ask(mqtt->link, LINK_BEAT);
}

/* ---- doors ---- */

static void copy_options(struct mqtt *mqtt, const struct mqtt_options *options)
{
	mqtt->host = xstrdup(options->host);
	mqtt->port = options->port;
	mqtt->client_id = xstrdup(options->client_id);
	mqtt->n_filters = options->n_filters;
	mqtt->keeps_session = options->session_expiry_s > 0;
	mqtt->had_session = options->had_session;
	mqtt->filters = xcalloc(options->n_filters + 1, sizeof(char *));
	for (size_t i = 0; i < options->n_filters; i++)
		mqtt->filters[i] = xstrdup(options->filters[i].filter);
	mqtt->confirmed = xcalloc(options->n_filters + 1, sizeof(bool));
	mqtt->silence_ms = (int64_t)options->keepalive_s * 3000;
	if (mqtt->silence_ms < SILENCE_LEAST_MS)
		mqtt->silence_ms = SILENCE_LEAST_MS;
}

static void free_mqtt(struct mqtt *mqtt)
{
	timer_close(mqtt->timer);
	timer_close(mqtt->beat);
	wake_close(mqtt->wake);
	for (size_t i = 0; i < mqtt->n_filters; i++)
		free(mqtt->filters[i]);
	free(mqtt->filters);
	free(mqtt->confirmed);
	free(mqtt->client_id);
	free(mqtt->host);
	free(mqtt);
}

int mqtt_new(struct mqtt **ret, struct loop *loop, const struct mqtt_options *options,
	     const struct mqtt_hooks *hooks)
{
	struct mqtt *mqtt = xcalloc(1, sizeof(*mqtt));
	uint64_t seed;
	int r;

	copy_options(mqtt, options);
	mqtt->hooks = *hooks;
	mqtt->timer = timer_new(loop, on_timer, mqtt);
	mqtt->beat = timer_new(loop, on_beat, mqtt);
	mqtt->wake = wake_new(loop, on_wake, mqtt);
	random_bytes(&seed, sizeof(seed));
	backoff_init(&mqtt->backoff, BACKOFF_FIRST_MS, BACKOFF_LAST_MS, seed);
	mqtt->status.since_ms = clock_real_ms();
	r = link_new(&mqtt->link, options, hooks, mqtt->wake);
	if (r) {
		free_mqtt(mqtt);
		return err_pass(r);
	}

	*ret = mqtt;
	return 0;
}

void mqtt_start(struct mqtt *mqtt)
{
	assert(mqtt->status.state == MQTT_OFF);

	/* Paho does as curl does; a proxy for the web is seldom one for a broker. */
	if (getenv("http_proxy") || getenv("https_proxy"))
		log_warning("mqtt.proxy", "meaning=\"Paho connects through http_proxy if set\"");
	connect(mqtt);
}

void mqtt_pause(struct mqtt *mqtt, const char *why)
{
	if (mqtt->paused)
		return;

	mqtt->paused = true;
	snprintf(mqtt->why_paused, sizeof(mqtt->why_paused), "%s", why);
	keep_reason(mqtt, why);
	if (is_connected(mqtt))
		drop(mqtt, why);
	else if (mqtt->status.state == MQTT_WAITING)
		retry_after(mqtt, 0);
}

void mqtt_resume(struct mqtt *mqtt)
{
	if (!mqtt->paused)
		return;

	mqtt->paused = false;
	if (mqtt->status.state == MQTT_PAUSED)
		connect(mqtt);
}

int mqtt_publish(struct mqtt *mqtt, uint64_t token, const char *topic, const void *payload,
		 size_t payload_size, int qos, bool retain)
{
	struct publication *publication = publication_new(token, topic, payload, payload_size);

	assert(qos == 0 || qos == 1);

	publication->qos = qos;
	publication->retain = retain;
	if (link_publish(mqtt->link, publication) == 0)
		return 0;

	publication_free(publication);
	counter_add(COUNTER_mqtt_publish_dropped, 1);
	return MQTT_FULL;
}

void mqtt_get_status(const struct mqtt *mqtt, struct mqtt_status *ret)
{
	*ret = mqtt->status;
	ret->queued = link_queued(mqtt->link);
}

const char *mqtt_state_name(enum mqtt_state state)
{
	switch (state) {
#define X(name, text)                                                                              \
	case MQTT_##name:                                                                          \
		return text;
		MQTT_STATES(X)
#undef X
	}
	return "unknown";
}

void mqtt_close(struct mqtt *mqtt, int64_t wait_ms)
{
	if (!mqtt)
		return;

	link_close(mqtt->link, wait_ms);
	tell_landed(mqtt);
	free_mqtt(mqtt);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The whole way over a real broker: outbox, uplink, ledger, downlink, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker.h"
#include "client.h"
#include "forward_private.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/downlink.h"

#define N_EVENTS 300
#define INBOX    256

struct letter {
	char *bytes;
	size_t size;
};

struct scene {
	char directory[64];
	struct broker broker;
	struct loop *loop;
	struct timer *timer;
	struct units *units;
	struct forward *forward;
	uint64_t n_orders;
	char order[256];

	/* The one above. */
	struct mqtt *mqtt;
	struct sites *sites;
	struct downlink *downlink;
	struct frame_reader *reader;
	uint8_t counts[N_EVENTS];
	uint64_t n_counted;
	bool is_stopped;

	pthread_mutex_t mutex; /* guards the rest, against Paho's thread */
	struct letter inbox[INBOX];
	int n_inbox;
	char state[128]; /* the sender's presence, as heard last */
};

/* What the library's threads may touch after a close stays, by contract. */
static void *kept[8];
static int n_kept;

/* ---- the one above ---- */

static void on_message(void *context, const struct mqtt_message *message)
{
	struct scene *scene = context;
	char *copy = xcalloc(1, message->payload_size + 1);

	memcpy(copy, message->payload, message->payload_size);
	pthread_mutex_lock(&scene->mutex);
	if (strncmp(message->topic, "ioc/v1/d1/iocd/state", message->topic_size) == 0) {
		snprintf(scene->state, sizeof(scene->state), "%s", copy);
		free(copy);
	} else {
		assert_true(scene->n_inbox < INBOX);
		scene->inbox[scene->n_inbox++] = (struct letter){ copy, message->payload_size };
	}
	pthread_mutex_unlock(&scene->mutex);
}

static void take_frame(struct scene *scene, const struct letter *letter, struct slice sender)
{
	int64_t now_ms = clock_real_ms();
	struct frame_item item;
	struct frame frame;
	const char *why;
	uint32_t site;

	assert_int_equal(frame_open(scene->reader, letter->bytes, letter->size, &frame, &why), 0);
	assert_int_equal(sites_begin(scene->sites, 0, sender, &frame, now_ms, &site), 0);
	for (uint64_t n = frame.range.from.number; frame_next(scene->reader, &item); n++) {
		if (!sites_is_new(scene->sites, site, n))
			continue;
		assert_true(n < N_EVENTS);
		scene->counts[n]++;
		scene->n_counted++;
	}
	sites_end(scene->sites, site, &frame, now_ms);
}

static void take(struct scene *scene, const struct letter *letter)
{
	const struct slice sender = { "iocd", 4 };
	struct heartbeat beat;
	const char *why;
	uint32_t site;

	if (frame_is_one(letter->bytes, letter->size)) {
		take_frame(scene, letter, sender);
		return;
	}
	assert_int_equal(heartbeat_read(letter->bytes, letter->size, &beat, &why), 0);
	assert_int_equal(sites_hear(scene->sites, 0, sender, &beat, clock_real_ms(), &site), 0);
}

static void on_timer(void *context)
{
	struct scene *scene = context;

	pthread_mutex_lock(&scene->mutex);
	for (int i = 0; i < scene->n_inbox; i++) {
		take(scene, &scene->inbox[i]);
		free(scene->inbox[i].bytes);
	}
	scene->n_inbox = 0;
	pthread_mutex_unlock(&scene->mutex);
	if (scene->mqtt)
		(void)downlink_post(scene->downlink, scene->sites, scene->mqtt, clock_mono_ms());
	if (scene->forward)
		forward_tick(scene->forward, clock_mono_ms(), clock_real_ms());
}

static void start_above(struct scene *scene)
{
	static const struct mqtt_filter filters[] = {
		{ .filter = "ioc/v1/+/iocd/fwd/+" },
		{ .filter = "ioc/v1/+/iocd/state", .retained = true },
	};
	const struct mqtt_options options = {
		.host = "127.0.0.1",
		.port = scene->broker.port,
		.client_id = "above",
		.filters = filters,
		.n_filters = COUNT(filters),
		.keepalive_s = 5,
		.session_expiry_s = 3600,
	};
	const struct mqtt_hooks hooks = { .context = scene, .message = on_message };

	assert_int_equal(mqtt_new(&scene->mqtt, scene->loop, &options, &hooks), 0);
	mqtt_start(scene->mqtt);
}

/* ---- the sender ---- */

static void on_order(void *context, const struct order_message *order)
{
	struct scene *scene = context;

	snprintf(scene->order, sizeof(scene->order), "%.*s", (int)order->command.size,
		 order->command.bytes);
	scene->n_orders++;
}

static void start_sender(struct scene *scene)
{
	static const bool events[] = { true };
	const struct mqtt_options mqtt = { .host = "127.0.0.1",
					   .port = scene->broker.port,
					   .client_id = "d1",
					   .keepalive_s = 5,
					   .session_expiry_s = 3600 };
	const struct forward_options options = {
		.directory = scene->directory,
		.prefix = "ioc/v1",
		.unit = "d1",
		.sender = "iocd",
		.journal_id = "aaaaaaaa",
		.instance = "test",
		.version = "1",
		.hash = "h",
		.events = events,
		.n_feeds = 1,
		.compress = true,
		.heartbeat_ms = 200,
		.batch_ms = 10,
		.batch_bytes = 4096,
		.keep_bytes = 1u << 30,
		.keep_ms = 86400000,
		.segment_bytes = 1 << 20,
		.mqtt = &mqtt,
	};
	const struct forward_hooks hooks = { .context = scene, .order = on_order };

	assert_int_equal(forward_new(&scene->forward, scene->loop, &options, &hooks), 0);
	assert_true(n_kept < (int)COUNT(kept));
	kept[n_kept++] = scene->forward->uplink;
	forward_start(scene->forward);
}

/* ---- the scene ---- */

static int make(void **state)
{
	const struct unit unit = {
		.id = "d1", .level = "", .name_vi = "d1", .name_en = "d1", .parent = UNIT_NONE
	};
	struct scene *scene = xcalloc(1, sizeof(*scene));
	struct sites_options options = { .version = "1", .hash = "h", .orders = 9 };
	uint32_t number;

	strcpy(scene->directory, "/tmp/iocd-link-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	pthread_mutex_init(&scene->mutex, NULL);
	broker_init(&scene->broker);
	broker_start(&scene->broker);
	assert_int_equal(loop_new(&scene->loop), 0);
	scene->units = units_new();
	assert_int_equal(units_add(scene->units, &unit, &number), 0);
	options.units = scene->units;
	scene->sites = sites_new(&options);
	scene->downlink = downlink_new("ioc/v1", scene->units);
	scene->reader = frame_reader_new();
	scene->timer = timer_new(scene->loop, on_timer, scene);
	timer_start(scene->timer, 10, 10);
	*state = scene;
	return 0;
}

static int remove_path(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status, (void)flag, (void)place;
	return remove(path);
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	timer_close(scene->timer);
	forward_close(scene->forward, 0);
	mqtt_close(scene->mqtt, 0);
	loop_free(scene->loop);
	broker_fini(&scene->broker);
	for (int i = 0; i < scene->n_inbox; i++)
		free(scene->inbox[i].bytes);
	downlink_free(scene->downlink);
	sites_free(scene->sites);
	units_free(scene->units);
	frame_reader_free(scene->reader);
	assert_int_equal(nftw(scene->directory, remove_path, 8, FTW_DEPTH | FTW_PHYS), 0);
	kept[n_kept++] = scene; /* the library's threads may be inside on_message() */
	return 0;
}

static struct forward_status status_of(const struct scene *scene)
{
	struct forward_status status;

	forward_get_status(scene->forward, &status);
	return status;
}

static bool is_up(void *context)
{
	return status_of(context).state == MQTT_UP;
}

static bool is_answered(void *context)
{
	return status_of(context).is_answered;
}

static bool is_all_receipted(void *context)
{
	struct forward_stream_status stream = status_of(context).streams[FRAME_EVENT];

	return stream.head == N_EVENTS && stream.backlog == 0;
}

static bool has_order(void *context)
{
	return ((struct scene *)context)->n_orders > 0;
}

static bool says_stopped(void *context)
{
	struct scene *scene = context;
	bool is_so;

	pthread_mutex_lock(&scene->mutex);
	is_so = strstr(scene->state, "\"stopped\"");
	pthread_mutex_unlock(&scene->mutex);
	return is_so;
}

static void what_goes_up_is_receipted_and_orders_come_down(void **state)
{
	const struct command command = { .verb = COMMAND_ACKNOWLEDGE, .key = "k", .by = "an" };
	struct scene *scene = *state;

	start_sender(scene);
	assert_true(wait_until(scene->loop, is_up, scene));
	assert_int_equal(status_of(scene).frames, 0); /* nobody listens yet */
	for (int i = 0; i < N_EVENTS; i++)
		assert_int_equal(forward_put(scene->forward, "d1/desk/x", "{\"a\":1}", 7, 0), 0);
	start_above(scene);
	assert_true(wait_until(scene->loop, is_answered, scene));
	assert_true(wait_until(scene->loop, is_all_receipted, scene));
	assert_int_equal(scene->n_counted, N_EVENTS);
	for (int i = 0; i < N_EVENTS; i++)
		assert_int_equal(scene->counts[i], 1);
	assert_true(forward_is_settled(scene->forward));
	pthread_mutex_lock(&scene->mutex);
	assert_non_null(strstr(scene->state, "{\"state\":\"online\",\"session\":"));
	pthread_mutex_unlock(&scene->mutex);

	assert_true(sites_order(scene->sites, sites_find(scene->sites, 0, "iocd"), &command));
	assert_true(wait_until(scene->loop, has_order, scene));
	assert_non_null(strstr(scene->order, "\"an\""));

	scene->forward = forward_close(scene->forward, 1000);
	assert_true(wait_until(scene->loop, says_stopped, scene));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_goes_up_is_receipted_and_orders_come_down,
						make, unmake),
	};

	return cmocka_run_group_tests_name("forward/link", tests, NULL, NULL);
}

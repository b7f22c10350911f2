/* SPDX-License-Identifier: Apache-2.0 */
/* Against a real mosquitto: what a subscriber hears, and what a newcomer finds standing. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "broker.h"
#include "iocd/delivery.h"
#include "iocd/net/loop.h"
#include "world.h"

#define JOURNAL     "0123456789abcdef0123456789abcdef"
#define PATIENCE_MS 60000

struct scene {
	struct broker broker;
	struct world world;
	struct loop *loop;
	struct timer *look;
	struct timer *limit;
	bool is_late;
	struct mqtt *subscriber;
	struct mqtt *publisher;
	struct delivery *delivery;
	char path[80];

	pthread_mutex_t mutex; /* of what follows */
	char heard[4096];      /* numbers of the news, with a space behind each */
};

static void on_message(void *context, const struct mqtt_message *message)
{
	struct scene *scene = context;
	char text[32] = "";
	size_t n;

	memcpy(text, message->payload, message->payload_size < 31 ? message->payload_size : 31);
	if (strncmp(text, "{\"number\":", 10) != 0)
		return;
	pthread_mutex_lock(&scene->mutex);
	n = strlen(scene->heard);
	snprintf(scene->heard + n, sizeof(scene->heard) - n, "%d ", atoi(text + 10));
	pthread_mutex_unlock(&scene->mutex);
}

static bool has_heard(struct scene *scene, const char *numbers)
{
	bool same;

	pthread_mutex_lock(&scene->mutex);
	same = strcmp(scene->heard, numbers) == 0;
	pthread_mutex_unlock(&scene->mutex);
	return same;
}

static bool is_up(const struct mqtt *mqtt)
{
	struct mqtt_status status;

	mqtt_get_status(mqtt, &status);
	return status.state == MQTT_UP;
}

static void on_change(void *context)
{
	struct scene *scene = context;

	if (scene->publisher && is_up(scene->publisher))
		delivery_connected(scene->delivery);
}

static void on_done(void *context, uint64_t token, int reason)
{
	struct scene *scene = context;

	if (scene->delivery)
		delivery_done(scene->delivery, token, reason);
}

static void on_look(void *context)
{
	loop_stop(((struct scene *)context)->loop);
}

static void on_limit(void *context)
{
	((struct scene *)context)->is_late = true;
	loop_stop(((struct scene *)context)->loop);
}

#define WAIT_FOR(scene, condition)                                                                 \
	do {                                                                                       \
		timer_start((scene)->look, 0, 2);                                                  \
		timer_start((scene)->limit, PATIENCE_MS, 0);                                       \
		while (!(condition)) {                                                             \
			loop_run((scene)->loop);                                                   \
			assert_false((scene)->is_late);                                            \
		}                                                                                  \
		timer_stop((scene)->look);                                                         \
		timer_stop((scene)->limit);                                                        \
	} while (0)

static struct mqtt *make_client(struct scene *scene, const char *id, const struct mqtt_hooks *hooks)
{
	const struct mqtt_filter filters[] = { { .filter = "x/alertlog/#" } };
	const struct mqtt_options options = {
		.host = "127.0.0.1",
		.port = scene->broker.port,
		.client_id = id,
		.filters = filters,
		.n_filters = hooks->message ? 1 : 0,
		.keepalive_s = 5,
		.session_expiry_s = 3600,
	};
	struct mqtt *mqtt;

	assert_int_equal(mqtt_new(&mqtt, scene->loop, &options, hooks), 0);
	mqtt_start(mqtt);
	return mqtt;
}

static void open_delivery(struct scene *scene)
{
	const struct mqtt_hooks hooks = { .context = scene, .change = on_change, .done = on_done };
	const struct delivery_options options = {
		.prefix = "x",
		.file = scene->path,
		.journal_id = JOURNAL,
	};
	const struct delivery_source source = {
		.context = { .units = scene->world.units, .offset_minutes = OFFSET },
		.book = scene->world.book,
	};

	scene->delivery = delivery_new(&options, &source);
	scene->publisher = make_client(scene, "publisher", &hooks);
	delivery_start(scene->delivery, scene->publisher);
}

/* As the daemon ends: first the connection, then the delivery. */
static void close_delivery(struct scene *scene)
{
	mqtt_close(scene->publisher, 1000);
	scene->publisher = NULL;
	scene->delivery = delivery_free(scene->delivery);
}

static int make(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	const struct mqtt_hooks hooks = { .context = scene, .message = on_message };

	assert_non_null(scene);
	pthread_mutex_init(&scene->mutex, NULL);
	broker_init(&scene->broker);
	scene->broker.persistence = true;
	broker_start(&scene->broker);
	world_init(&scene->world, 3);
	snprintf(scene->path, sizeof(scene->path), "%s/told", scene->broker.directory);
	assert_int_equal(loop_new(&scene->loop), 0);
	scene->look = timer_new(scene->loop, on_look, scene);
	scene->limit = timer_new(scene->loop, on_limit, scene);
	scene->subscriber = make_client(scene, "subscriber", &hooks);
	WAIT_FOR(scene, is_up(scene->subscriber));
	*state = scene;
	return 0;
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	close_delivery(scene);
	mqtt_close(scene->subscriber, 0);
	timer_close(scene->look);
	timer_close(scene->limit);
	loop_free(scene->loop);
	world_fini(&scene->world);
	(void)unlink(scene->path);
	broker_fini(&scene->broker);
	free(scene);
	return 0;
}

static uint64_t told(const struct scene *scene)
{
	struct delivery_status status;

	delivery_get_status(scene->delivery, &status);
	return status.told;
}

static void raise_and_tell(struct scene *scene, const char *subject)
{
	world_raise(&scene->world, 1, subject);
	delivery_post(scene->delivery);
}

/* ---- a newcomer, in MQTT 3.1.1 by hand, because the daemon's client never asks for what stands */

static void read_all(int fd, unsigned char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t r = read(fd, bytes, n);

		assert_true(r > 0);
		bytes += r;
		n -= (size_t)r;
	}
}

/* Reads one packet into body, which is zero-terminated; gives its first byte. */
static int read_packet(int fd, unsigned char *body, size_t size)
{
	unsigned char type, digit;
	size_t n = 0;
	int shift = 0;

	read_all(fd, &type, 1);
	do {
		read_all(fd, &digit, 1);
		n |= (size_t)(digit & 127) << shift;
		shift += 7;
	} while (digit & 128);
	assert_true(n < size);
	read_all(fd, body, n);
	body[n] = '\0';
	return type;
}

/* The topics that stand below x/alert, in no order, each with a space behind it. */
static void standing(const struct scene *scene, char *topics, size_t size)
{
	static const unsigned char hello[] = { 0x10, 13, 0, 4,  'M', 'Q', 'T', 'T',
					       4,    2,  0, 60, 0,   1,   'n' };
	static const unsigned char ask[] = { 0x82, 14,  0,   1,   0,   9,   'x', '/',
					     'a',  'l', 'e', 'r', 't', '/', '#', 0 };
	static const unsigned char end[] = { 0x30, 13,  0,   11,  'x', '/', 'a', 'l',
					     'e',  'r', 't', '/', 'e', 'n', 'd' };
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	unsigned char body[8192];

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)scene->broker.port);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(write(fd, hello, sizeof(hello)), sizeof(hello));
	assert_int_equal(write(fd, ask, sizeof(ask)), sizeof(ask));
	assert_int_equal(write(fd, end, sizeof(end)), sizeof(end));
	topics[0] = '\0';
	for (;;) {
		int type = read_packet(fd, body, sizeof(body));
		int n_topic = body[0] << 8 | body[1];

		if ((type & 0xf0) != 0x30)
			continue;
		if (strncmp((char *)body + 2, "x/alert/end", 11) == 0)
			break;
		assert_int_equal(type & 1, 1); /* retained */
		assert_int_equal(body[2 + n_topic], '{');
		snprintf(topics + strlen(topics), size - strlen(topics), "%.*s ", n_topic,
			 (char *)body + 2);
	}
	close(fd);
}

static void a_subscriber_hears_the_news_and_a_newcomer_sees_what_stands(void **state)
{
	struct scene *scene = *state;
	char topics[1024];

	open_delivery(scene);
	raise_and_tell(scene, "a");
	world_pass(&scene->world, 6 * MINUTE);
	raise_and_tell(scene, "b");
	WAIT_FOR(scene, told(scene) == 2);
	WAIT_FOR(scene, has_heard(scene, "1 2 "));
	standing(scene, topics, sizeof(topics));
	assert_non_null(strstr(topics, "x/alert/d1/flood/a "));
	assert_non_null(strstr(topics, "x/alert/d1/flood/b "));

	world_pass(&scene->world, 5 * MINUTE);
	delivery_post(scene->delivery);
	WAIT_FOR(scene, told(scene) == 3);
	WAIT_FOR(scene, has_heard(scene, "1 2 3 "));
	standing(scene, topics, sizeof(topics));
	assert_string_equal(topics, "x/alert/d1/flood/b ");
}

static void a_restart_tells_what_was_not_told_and_nothing_else(void **state)
{
	struct scene *scene = *state;

	open_delivery(scene);
	raise_and_tell(scene, "a");
	raise_and_tell(scene, "b");
	WAIT_FOR(scene, told(scene) == 2);
	close_delivery(scene);

	world_raise(&scene->world, 1, "c");
	world_raise(&scene->world, 1, "d");
	open_delivery(scene);
	WAIT_FOR(scene, told(scene) == 4);
	WAIT_FOR(scene, has_heard(scene, "1 2 3 4 "));
}

static void a_broker_that_forgot_what_stood_is_told_again(void **state)
{
	struct scene *scene = *state;
	char topics[1024] = "";

	open_delivery(scene);
	raise_and_tell(scene, "a");
	WAIT_FOR(scene, told(scene) == 1);
	broker_stop(&scene->broker, SIGKILL); /* before it saved anything */
	WAIT_FOR(scene, !is_up(scene->publisher));
	raise_and_tell(scene, "b");
	broker_start(&scene->broker);
	WAIT_FOR(scene, told(scene) == 2);
	WAIT_FOR(scene, (standing(scene, topics, sizeof(topics)),
			 strstr(topics, "/a ") && strstr(topics, "/b ")));
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(a_subscriber_hears_the_news_and_a_newcomer_sees_what_stands),
		SCENE_TEST(a_restart_tells_what_was_not_told_and_nothing_else),
		SCENE_TEST(a_broker_that_forgot_what_stood_is_told_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

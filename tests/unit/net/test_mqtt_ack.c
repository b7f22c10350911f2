/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes over the wire, against a broker of the test's own.  The first test guards the promise
 * on which everything rests, that a message is acknowledged after its function has returned: Paho
 * versions before 1.3.10 answered first, and the version string of the library does not tell.
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"
#include "fake_broker.h"
#include "iocd/base/counter.h"

#define HOLD_MS 300 /* how long a message is held; a wrong PUBACK shows at once */

struct scene {
	struct fake_broker fake;
	struct loop *loop;
	struct client client;
	struct timer *timer;
	int n_awaited;
	sem_t release; /* posted to let hold() return */
	atomic_int n_held;
};

static int make(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert(scene);
	*state = scene;
	return sem_init(&scene->release, 0, 0) | loop_new(&scene->loop);
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	client_fini(&scene->client);
	timer_close(scene->timer);
	loop_free(scene->loop);
	fake_stop(&scene->fake);
	sem_destroy(&scene->release);
	free(scene);
	return 0;
}

static bool is_up(void *context)
{
	struct scene *scene = context;

	return client_is_up(&scene->client);
}

/* Starts the fake broker, and a client with the filter "t/+". */
static void open_scene(struct scene *scene)
{
	fake_start(&scene->fake);
	client_init(&scene->client, scene->loop, scene->fake.port, "client", "t/+");
	mqtt_start(scene->client.mqtt);
}

static void open_scene_up(struct scene *scene)
{
	open_scene(scene);
	assert_true(wait_until(scene->loop, is_up, scene));
}

/* ---- the acknowledgement ---- */

static void hold(void *context, const struct mqtt_message *message)
{
	struct scene *scene = context;

	(void)message;
	scene->n_held++;
	while (sem_wait(&scene->release))
		;
}

static bool is_held(void *context)
{
	struct scene *scene = context;

	return scene->n_held > 0;
}

static bool is_acknowledged(void *context)
{
	struct scene *scene = context;

	return scene->fake.n_pubacks > 0;
}

static void end_turn(void *context)
{
	struct scene *scene = context;

	loop_stop(scene->loop);
}

static void no_puback_leaves_before_the_message_function_has_returned(void **state)
{
	struct scene *scene = *state;
	const struct mqtt_filter filters[] = { { .filter = "t/+" } };
	const struct mqtt_options options = { .host = "127.0.0.1",
					      .client_id = "client",
					      .filters = filters,
					      .n_filters = 1,
					      .keepalive_s = 60,
					      .session_expiry_s = 3600 };
	const struct mqtt_hooks hooks = { .context = scene, .message = hold };
	struct mqtt_options with_port = options;

	fake_start(&scene->fake);
	with_port.port = scene->fake.port;
	assert_int_equal(mqtt_new(&scene->client.mqtt, scene->loop, &with_port, &hooks), 0);
	mqtt_start(scene->client.mqtt);
	assert_true(wait_until(scene->loop, is_up, scene));

	fake_publish(&scene->fake, "t/0", "0");
	assert_true(wait_until(scene->loop, is_held, scene));
	scene->timer = timer_new(scene->loop, end_turn, scene);
	timer_start(scene->timer, HOLD_MS, 0);
	loop_run(scene->loop); /* the loop goes on: it waits for none of Paho's locks */
	assert_int_equal(scene->fake.n_pubacks, 0);

	sem_post(&scene->release);
	assert_true(wait_until(scene->loop, is_acknowledged, scene));
	assert_int_equal(scene->fake.last_puback, 7);
	assert_int_equal(scene->fake.n_pubacks, 1);
	assert_int_equal(scene->n_held, 1);
}

/* ---- connecting ---- */

static void the_session_is_asked_for_and_retained_messages_are_not(void **state)
{
	struct scene *scene = *state;

	open_scene_up(scene);
	assert_int_equal(scene->fake.connect_flags & 0x02, 0); /* no clean start */
	assert_int_equal(scene->fake.session_expiry, 3600);
	assert_int_equal(scene->fake.subscribe_options & 0x03, 1);     /* QoS 1 */
	assert_int_equal(scene->fake.subscribe_options >> 4 & 0x3, 2); /* retained: never */
}

static bool has_failed(void *context)
{
	struct scene *scene = context;

	return client_status(&scene->client).state == MQTT_WAITING;
}

static void a_refused_connect_says_why_and_is_tried_again(void **state)
{
	struct scene *scene = *state;
	uint64_t n_refusals = counter_get(COUNTER_mqtt_refusals);

	scene->fake.connack = 0x87;
	open_scene(scene);
	assert_true(wait_until(scene->loop, has_failed, scene));
	assert_string_equal(client_status(&scene->client).reason, "Not authorized");
	assert_int_equal(counter_get(COUNTER_mqtt_refusals) - n_refusals, 1);
	assert_true(wait_until(scene->loop, is_up, scene));
	assert_int_equal(client_status(&scene->client).connects, 1);
}

static void a_refused_subscription_is_told_and_tried_again(void **state)
{
	struct scene *scene = *state;
	uint64_t n_refusals = counter_get(COUNTER_mqtt_refusals);

	fake_start(&scene->fake);
	scene->fake.suback = 0x87;
	client_init(&scene->client, scene->loop, scene->fake.port, "client", "t/+");
	mqtt_start(scene->client.mqtt);
	assert_true(wait_until(scene->loop, is_up, scene));
	assert_int_equal(counter_get(COUNTER_mqtt_refusals) - n_refusals, 1);
	assert_int_equal(scene->fake.n_connects, 2);
	assert_string_equal(client_status(&scene->client).reason,
			    "subscription to 't/+' refused: Not authorized");
}

static void a_session_taken_over_is_told_by_its_name(void **state)
{
	struct scene *scene = *state;

	open_scene_up(scene);
	fake_disconnect(&scene->fake, 0x8e);
	assert_true(wait_until(scene->loop, has_failed, scene));
	assert_string_equal(client_status(&scene->client).reason, "Session taken over");
	assert_true(wait_until(scene->loop, is_up, scene));
	assert_int_equal(client_status(&scene->client).connects, 2);
}

/* ---- heartbeats ---- */

static bool beats_came(void *context)
{
	struct scene *scene = context;

	return scene->fake.n_beats >= 2;
}

static bool message_came(void *context)
{
	struct scene *scene = context;

	return scene->client.n_messages > 0;
}

static void heartbeats_go_round_and_are_not_messages(void **state)
{
	struct scene *scene = *state;

	open_scene_up(scene);
	assert_true(wait_until(scene->loop, beats_came, scene));
	fake_publish(&scene->fake, "t/5", "5");
	assert_true(wait_until(scene->loop, message_came, scene));
	assert_int_equal(scene->client.n_messages, 1);
	assert_int_equal(scene->client.n_strange, 0);
	assert_int_equal(scene->client.last, 5);
}

static bool was_dropped(void *context)
{
	struct scene *scene = context;

	return scene->client.was_waiting;
}

/* The connection stands, PINGREQs are answered, but nothing comes: a broker that is half dead.
 * Takes three times the client's keep-alive, 15 s. */
static void a_connection_on_which_heartbeats_stop_is_given_up(void **state)
{
	struct scene *scene = *state;

	open_scene_up(scene);
	assert_true(wait_until(scene->loop, beats_came, scene));
	scene->fake.keeps_beats = true;
	assert_true(wait_until(scene->loop, was_dropped, scene));
	assert_string_equal(client_status(&scene->client).reason,
			    "nothing came, not even our heartbeat");
	assert_true(wait_until(scene->loop, is_up, scene));
	assert_int_equal(scene->fake.n_connects, 2);
}

/* ---- publishing ---- */

static bool all_are_answered(void *context)
{
	struct scene *scene = context;

	return scene->client.n_done == scene->n_awaited;
}

static bool all_have_arrived(void *context)
{
	struct scene *scene = context;

	return scene->fake.n_publishes >= scene->n_awaited;
}

static void a_refused_publication_is_over_and_says_why(void **state)
{
	struct scene *scene = *state;
	uint64_t n_refusals = counter_get(COUNTER_mqtt_refusals);

	scene->fake.puback = 0x87;
	open_scene_up(scene);
	assert_int_equal(client_publish(&scene->client, 0, false), 0);
	scene->n_awaited = 1;
	assert_true(wait_until(scene->loop, all_are_answered, scene));
	assert_int_equal(scene->client.last_reason, 0x87);
	assert_int_equal(counter_get(COUNTER_mqtt_refusals) - n_refusals, 1);
	assert_int_equal(client_status(&scene->client).queued, 0);
}

static void no_more_is_under_way_than_the_broker_takes(void **state)
{
	static const uint8_t receive_maximum_3[] = { 3, 0x21, 0, 3 };
	struct scene *scene = *state;

	scene->fake.puback = -1;
	scene->fake.properties = receive_maximum_3;
	open_scene_up(scene);
	for (int i = 0; i < 10; i++)
		assert_int_equal(client_publish(&scene->client, i, false), 0);
	scene->n_awaited = 3;
	assert_true(wait_until(scene->loop, all_have_arrived, scene));
	assert_true(wait_until(scene->loop, beats_came, scene)); /* the nudges after them */
	assert_int_equal(scene->fake.n_publishes, 3);
	assert_int_equal(client_status(&scene->client).queued, 10);

	scene->fake.puback = 0;
	fake_answer(&scene->fake);
	scene->n_awaited = 10;
	assert_true(wait_until(scene->loop, all_are_answered, scene));
	assert_int_equal(scene->client.n_done_out_of_turn, 0);
}

static void what_the_broker_would_choke_on_is_refused_here(void **state)
{
	static const uint8_t packet_maximum_100[] = { 5, 0x27, 0, 0, 0, 100 };
	struct scene *scene = *state;
	char payload[200] = "";

	scene->fake.properties = packet_maximum_100;
	open_scene_up(scene);
	assert_int_equal(mqtt_publish(scene->client.mqtt, 0, "t/0", payload, 200, 1, false), 0);
	scene->n_awaited = 1;
	assert_true(wait_until(scene->loop, all_are_answered, scene));
	assert_int_equal(scene->client.last_reason, 0x95);
	assert_int_equal(mqtt_publish(scene->client.mqtt, 1, "t/1", payload, 20, 1, false), 0);
	scene->n_awaited = 2;
	assert_true(wait_until(scene->loop, all_are_answered, scene));
	assert_int_equal(scene->client.last_reason, 0);
	assert_int_equal(scene->fake.n_publishes, 1);
	assert_int_equal(scene->fake.n_connects, 1);
}

static bool is_back(void *context)
{
	struct scene *scene = context;

	return client_is_up(&scene->client) && client_status(&scene->client).connects == 2;
}

/* The fake knows no session, so Paho itself sends nothing again: all of it comes from our queue. */
static void unanswered_publications_are_sent_again_in_order(void **state)
{
	struct scene *scene = *state;

	scene->fake.puback = -1;
	open_scene_up(scene);
	for (int i = 0; i < 10; i++)
		assert_int_equal(client_publish(&scene->client, i, false), 0);
	scene->n_awaited = 10;
	assert_true(wait_until(scene->loop, all_have_arrived, scene));
	fake_disconnect(&scene->fake, 0x8b);
	scene->fake.puback = 0;
	assert_true(wait_until(scene->loop, is_back, scene));
	assert_true(wait_until(scene->loop, all_are_answered, scene));
	assert_int_equal(scene->client.n_lost, 0);
	assert_int_equal(scene->client.n_done_out_of_turn, 0);
	assert_int_equal(scene->fake.n_publishes, 20);
}

static void *reset_after_twenty(void *context)
{
	struct scene *scene = context;

	while (scene->fake.n_publishes < scene->n_awaited)
		sched_yield();
	fake_reset(&scene->fake);
	return NULL;
}

static bool is_down(void *context)
{
	return !is_up(context);
}

/* Paho frees a PUBLISH that it could not write and yet sends it again if the broker knows the
 * session (see on_publish_failed()); the address sanitizer sees it if we let that happen. */
static void a_write_that_failed_is_not_repeated_by_paho(void **state)
{
	struct scene *scene = *state;
	int token = 0;

	scene->fake.knows_session = true;
	open_scene_up(scene);
	for (int round = 0; round < 4; round++) {
		pthread_t thread;

		scene->n_awaited = scene->fake.n_publishes + 20;
		assert_int_equal(pthread_create(&thread, NULL, reset_after_twenty, scene), 0);
		for (int i = 0; i < 200; i++)
			assert_int_equal(client_publish(&scene->client, token++, false), 0);
		assert_true(wait_until(scene->loop, is_down, scene));
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_true(wait_until(scene->loop, is_up, scene));
	}
	scene->n_awaited = token;
	assert_true(wait_until(scene->loop, all_are_answered, scene));
	assert_int_equal(scene->client.n_lost, 0);
	assert_int_equal(scene->client.n_done_out_of_turn, 0);
}

static void closing_says_goodbye_and_answers_what_is_left(void **state)
{
	struct scene *scene = *state;

	scene->fake.puback = -1;
	open_scene_up(scene);
	assert_int_equal(client_publish(&scene->client, 0, false), 0);
	scene->n_awaited = 1;
	assert_true(wait_until(scene->loop, all_have_arrived, scene));
	client_fini(&scene->client);
	assert_int_equal(scene->client.n_done, 1);
	assert_int_equal(scene->client.last_reason, MQTT_REASON_LOST);
	fake_stop(&scene->fake); /* after it has read what came */
	assert_int_equal(scene->fake.n_disconnects, 1);
	fake_start(&scene->fake); /* for unmake() */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		TEST(no_puback_leaves_before_the_message_function_has_returned),
		TEST(the_session_is_asked_for_and_retained_messages_are_not),
		TEST(a_refused_connect_says_why_and_is_tried_again),
		TEST(a_refused_subscription_is_told_and_tried_again),
		TEST(a_session_taken_over_is_told_by_its_name),
		TEST(heartbeats_go_round_and_are_not_messages),
		TEST(a_connection_on_which_heartbeats_stop_is_given_up),
		TEST(a_refused_publication_is_over_and_says_why),
		TEST(no_more_is_under_way_than_the_broker_takes),
		TEST(what_the_broker_would_choke_on_is_refused_here),
		TEST(unanswered_publications_are_sent_again_in_order),
		TEST(a_write_that_failed_is_not_repeated_by_paho),
		TEST(closing_says_goodbye_and_answers_what_is_left),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}

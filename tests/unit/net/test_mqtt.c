/* SPDX-License-Identifier: Apache-2.0 */
/* Against a real mosquitto, which the tests start, stop, kill and start again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker.h"
#include "client.h"
#include "iocd/base/counter.h"

#define N_MESSAGES 300

struct scene {
	struct broker broker;
	struct loop *loop;
	struct client subscriber;
	struct client publisher;
};

static int make(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert(scene);
	broker_init(&scene->broker);
	*state = scene;
	return loop_new(&scene->loop);
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	client_fini(&scene->subscriber);
	client_fini(&scene->publisher);
	loop_free(scene->loop);
	broker_fini(&scene->broker);
	free(scene);
	return 0;
}

/* Starts the broker and makes both clients, not yet started. */
static void open_scene(struct scene *scene)
{
	broker_start(&scene->broker);
	client_init(&scene->subscriber, scene->loop, scene->broker.port, "subscriber", "t/+");
	client_init(&scene->publisher, scene->loop, scene->broker.port, "publisher", NULL);
}

static bool both_are_up(void *context)
{
	struct scene *scene = context;

	return client_is_up(&scene->subscriber) && client_is_up(&scene->publisher);
}

static bool both_have_come_back(void *context)
{
	struct scene *scene = context;

	return both_are_up(scene) && client_status(&scene->subscriber).connects > 1 &&
	       client_status(&scene->publisher).connects > 1;
}

static void start_both(struct scene *scene)
{
	mqtt_start(scene->subscriber.mqtt);
	mqtt_start(scene->publisher.mqtt);
	assert_true(wait_until(scene->loop, both_are_up, scene));
}

static void publish(struct scene *scene, int first, int n)
{
	for (int i = first; i < first + n; i++)
		assert_int_equal(client_publish(&scene->publisher, i, false), 0);
}

static bool all_arrived(void *context)
{
	struct scene *scene = context;

	return scene->subscriber.n_numbers == N_MESSAGES && scene->publisher.n_done == N_MESSAGES;
}

static bool one_arrived(void *context)
{
	struct scene *scene = context;

	return scene->subscriber.n_messages > 0 && scene->publisher.n_done > 0;
}

static void messages_arrive_once_in_order_and_are_answered(void **state)
{
	struct scene *scene = *state;
	uint64_t n_published = counter_get(COUNTER_mqtt_published);

	open_scene(scene);
	assert_int_equal(client_status(&scene->subscriber).state, MQTT_OFF);
	start_both(scene);
	publish(scene, 0, N_MESSAGES);
	assert_true(wait_until(scene->loop, all_arrived, scene));
	assert_int_equal(scene->subscriber.n_messages, N_MESSAGES);
	assert_int_equal(scene->subscriber.n_strange, 0);
	assert_int_equal(scene->subscriber.n_early, 0);
	assert_int_equal(scene->publisher.n_done_out_of_turn, 0);
	assert_int_equal(scene->publisher.last_reason, 0);
	assert_int_equal(client_status(&scene->publisher).queued, 0);
	assert_int_equal(client_status(&scene->publisher).connects, 1);
	assert_int_equal(counter_get(COUNTER_mqtt_published) - n_published, N_MESSAGES);
	assert_true(scene->publisher.n_changes >= 3);
}

static void a_retained_message_is_not_delivered_on_subscribing(void **state)
{
	struct scene *scene = *state;

	open_scene(scene);
	mqtt_start(scene->publisher.mqtt);
	assert_int_equal(client_publish(&scene->publisher, 0, true), 0);
	scene->subscriber.n_messages = 1;
	assert_true(wait_until(scene->loop, one_arrived, scene)); /* the broker has it */

	scene->subscriber.n_messages = 0;
	mqtt_start(scene->subscriber.mqtt);
	assert_true(wait_until(scene->loop, both_are_up, scene));
	assert_int_equal(client_publish(&scene->publisher, 1, false), 0);
	assert_true(wait_until(scene->loop, one_arrived, scene));
	assert_int_equal(scene->subscriber.last, 1);
	assert_int_equal(scene->subscriber.n_messages, 1);
	assert_int_equal(scene->subscriber.n_retained, 0);
}

static bool was_answered(void *context)
{
	return ((struct scene *)context)->publisher.n_done > 0;
}

static bool is_up_again(void *context)
{
	struct scene *scene = context;
	struct mqtt_status status = client_status(&scene->subscriber);

	return status.state == MQTT_UP && status.connects == 2;
}

static void where_retained_messages_are_wanted_they_come_with_every_subscribing(void **state)
{
	const struct mqtt_filter wanted = { .filter = "t/+", .retained = true };
	struct scene *scene = *state;

	open_scene(scene);
	client_fini(&scene->subscriber);
	client_init_with(&scene->subscriber, scene->loop, scene->broker.port, "wants", &wanted);
	mqtt_start(scene->publisher.mqtt);
	assert_int_equal(client_publish(&scene->publisher, 0, true), 0);
	assert_true(wait_until(scene->loop, was_answered, scene)); /* the broker has it */

	mqtt_start(scene->subscriber.mqtt);
	assert_true(wait_until(scene->loop, one_arrived, scene));
	assert_int_equal(scene->subscriber.n_retained, 1);

	/* The broker still has the session, and says it again all the same. */
	scene->subscriber.n_messages = 0;
	mqtt_pause(scene->subscriber.mqtt, "a test");
	mqtt_resume(scene->subscriber.mqtt);
	assert_true(wait_until(scene->loop, is_up_again, scene));
	assert_true(wait_until(scene->loop, one_arrived, scene));
	assert_int_equal(scene->subscriber.n_retained, 2);
}

static void a_broker_that_forgot_us_is_noticed_and_subscribed_again(void **state)
{
	struct scene *scene = *state;
	uint64_t n_lost = counter_get(COUNTER_mqtt_sessions_lost);

	open_scene(scene);
	start_both(scene);
	assert_int_equal(client_status(&scene->subscriber).sessions_lost, 0);

	broker_stop(&scene->broker, SIGKILL);
	broker_start(&scene->broker);
	assert_true(wait_until(scene->loop, both_have_come_back, scene));
	assert_true(scene->subscriber.was_waiting);
	assert_int_equal(client_status(&scene->subscriber).sessions_lost, 1);
	assert_int_equal(counter_get(COUNTER_mqtt_sessions_lost) - n_lost, 2);
	assert_string_not_equal(client_status(&scene->subscriber).reason, "");

	publish(scene, 0, 1);
	assert_true(wait_until(scene->loop, one_arrived, scene));
}

static void a_broker_that_stopped_cleanly_still_knows_us(void **state)
{
	struct scene *scene = *state;

	scene->broker.persistence = true;
	open_scene(scene);
	start_both(scene);
	broker_stop(&scene->broker, SIGTERM);
	broker_start(&scene->broker);
	assert_true(wait_until(scene->loop, both_have_come_back, scene));
	assert_int_equal(client_status(&scene->subscriber).sessions_lost, 0);
}

static bool some_fly(void *context)
{
	struct scene *scene = context;

	/* Nothing is answered while the broker stands still: it is all waiting or under way. */
	return client_status(&scene->publisher).queued == N_MESSAGES;
}

/* The broker stands still while messages are sent to it, and is killed before it reads them. */
static void publications_survive_a_broker_that_dies_under_them(void **state)
{
	struct scene *scene = *state;

	scene->broker.persistence = true;
	open_scene(scene);
	start_both(scene);
	broker_stop(&scene->broker, SIGTERM); /* so that it saves the subscriber's session */
	broker_start(&scene->broker);
	assert_true(wait_until(scene->loop, both_have_come_back, scene));

	assert_int_equal(kill(scene->broker.pid, SIGSTOP), 0);
	publish(scene, 0, N_MESSAGES);
	assert_true(wait_until(scene->loop, some_fly, scene));
	broker_stop(&scene->broker, SIGKILL);
	broker_start(&scene->broker);

	assert_true(wait_until(scene->loop, all_arrived, scene));
	assert_int_equal(scene->subscriber.n_early, 0); /* in order, duplicates aside */
	assert_int_equal(scene->subscriber.n_strange, 0);
	assert_int_equal(scene->publisher.n_lost, 0);
	assert_int_equal(scene->publisher.last_reason, 0);
	assert_int_equal(scene->publisher.n_done_out_of_turn, 0);
}

static bool subscriber_is_up(void *context)
{
	struct scene *scene = context;

	return client_is_up(&scene->subscriber);
}

static void publications_wait_for_the_first_connection(void **state)
{
	struct scene *scene = *state;

	open_scene(scene);
	publish(scene, 0, N_MESSAGES);
	assert_int_equal(client_status(&scene->publisher).queued, N_MESSAGES);
	mqtt_start(scene->subscriber.mqtt);
	assert_true(wait_until(scene->loop, subscriber_is_up, scene));
	assert_int_equal(scene->publisher.n_done, 0);
	mqtt_start(scene->publisher.mqtt);
	assert_true(wait_until(scene->loop, all_arrived, scene));
	assert_int_equal(scene->subscriber.n_messages, N_MESSAGES);
}

static void closing_lets_the_queue_leave_first(void **state)
{
	struct scene *scene = *state;

	open_scene(scene);
	start_both(scene);
	publish(scene, 0, N_MESSAGES);
	mqtt_close(scene->publisher.mqtt, CLIENT_WAIT_MS);
	scene->publisher.mqtt = NULL;
	assert_int_equal(scene->publisher.n_done, N_MESSAGES);
	assert_int_equal(scene->publisher.n_lost, 0);
	assert_true(wait_until(scene->loop, all_arrived, scene));
}

static void a_session_is_kept_by_closing(void **state)
{
	struct scene *scene = *state;

	open_scene(scene);
	start_both(scene);
	client_fini(&scene->subscriber);
	publish(scene, 0, N_MESSAGES);
	client_init(&scene->subscriber, scene->loop, scene->broker.port, "subscriber", "t/+");
	mqtt_start(scene->subscriber.mqtt);
	assert_true(wait_until(scene->loop, all_arrived, scene));
}

/* "t" is no name for a publication with a wildcard: the broker would end the connection. */
static void a_topic_that_the_broker_would_not_bear_is_refused_here(void **state)
{
	struct scene *scene = *state;
	uint64_t n_refusals = counter_get(COUNTER_mqtt_refusals);

	open_scene(scene);
	start_both(scene);
	assert_int_equal(mqtt_publish(scene->publisher.mqtt, 0, "t/#", "0", 1, 1, false), 0);
	scene->subscriber.n_messages = 1;
	assert_true(wait_until(scene->loop, one_arrived, scene));
	assert_int_equal(scene->publisher.last_reason, 0x90);
	assert_int_equal(counter_get(COUNTER_mqtt_refusals) - n_refusals, 1);
	assert_int_equal(client_status(&scene->publisher).connects, 1);
}

static bool publisher_waits(void *context)
{
	struct scene *scene = context;

	return client_status(&scene->publisher).state == MQTT_WAITING;
}

static void an_absent_broker_is_tried_again(void **state)
{
	struct scene *scene = *state;

	client_init(&scene->publisher, scene->loop, scene->broker.port, "publisher", NULL);
	client_init(&scene->subscriber, scene->loop, scene->broker.port, "subscriber", "t/+");
	mqtt_start(scene->publisher.mqtt);
	mqtt_start(scene->subscriber.mqtt);
	assert_true(wait_until(scene->loop, publisher_waits, scene));
	assert_string_not_equal(client_status(&scene->publisher).reason, "");
	assert_int_equal(client_status(&scene->publisher).connects, 0);
	broker_start(&scene->broker);
	assert_true(wait_until(scene->loop, both_are_up, scene));
	assert_int_equal(client_status(&scene->publisher).connects, 1);
	assert_int_equal(client_status(&scene->publisher).sessions_lost, 0);
}

static void a_full_queue_refuses_and_closing_answers_the_rest(void **state)
{
	struct scene *scene = *state;
	uint64_t n_dropped = counter_get(COUNTER_mqtt_publish_dropped);

	client_init(&scene->publisher, scene->loop, scene->broker.port, "publisher", NULL);
	publish(scene, 0, MQTT_QUEUE_MAX);
	assert_int_equal(client_publish(&scene->publisher, MQTT_QUEUE_MAX, false), MQTT_FULL);
	assert_int_equal(counter_get(COUNTER_mqtt_publish_dropped) - n_dropped, 1);
	assert_int_equal(client_status(&scene->publisher).queued, MQTT_QUEUE_MAX);

	client_fini(&scene->publisher);
	assert_int_equal(scene->publisher.n_done, MQTT_QUEUE_MAX);
	assert_int_equal(scene->publisher.n_lost, MQTT_QUEUE_MAX);
	assert_int_equal(scene->publisher.n_done_out_of_turn, 0);
}

static void states_have_names(void **state)
{
	(void)state;
	assert_string_equal(mqtt_state_name(MQTT_OFF), "off");
	assert_string_equal(mqtt_state_name(MQTT_UP), "up");
	assert_string_equal(mqtt_state_name(MQTT_WAITING), "waiting");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_have_names),
		TEST(messages_arrive_once_in_order_and_are_answered),
		TEST(a_retained_message_is_not_delivered_on_subscribing),
		TEST(where_retained_messages_are_wanted_they_come_with_every_subscribing),
		TEST(publications_wait_for_the_first_connection),
		TEST(a_full_queue_refuses_and_closing_answers_the_rest),
		TEST(closing_lets_the_queue_leave_first),
		TEST(a_session_is_kept_by_closing),
		TEST(a_topic_that_the_broker_would_not_bear_is_refused_here),
		TEST(an_absent_broker_is_tried_again),
		TEST(a_broker_that_forgot_us_is_noticed_and_subscribed_again),
		TEST(a_broker_that_stopped_cleanly_still_knows_us),
		TEST(publications_survive_a_broker_that_dies_under_them),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mqtt_queue.h"

static void put(struct mqtt_queue *queue, uint64_t token)
{
	mqtt_queue_put(queue, publication_new(token, "t", "payload", 7));
}

static uint64_t depart(struct mqtt_queue *queue)
{
	return mqtt_queue_depart(queue)->flight;
}

static void expect_landed(struct mqtt_queue *queue, uint64_t token, int reason)
{
	struct publication *publication = mqtt_queue_take_landed(queue);

	assert_non_null(publication);
	assert_int_equal(publication->token, token);
	assert_int_equal(publication->reason, reason);
	publication_free(publication);
}

static void a_publication_is_a_copy(void **state)
{
	char topic[] = "a/b";
	char payload[] = { 'x', '\0', 'y' };
	struct publication *publication;

	(void)state;
	publication = publication_new(9, topic, payload, sizeof(payload));
	memset(topic, '?', 3);
	memset(payload, '?', 3);
	assert_string_equal(publication->topic, "a/b");
	assert_int_equal(publication->payload_size, 3);
	assert_memory_equal(publication->payload, "x\0y", 4);
	assert_int_equal(publication->token, 9);
	assert_null(publication_free(publication));
	assert_null(publication_free(NULL));
}

static void publications_depart_and_land_in_order(void **state)
{
	struct mqtt_queue queue = { 0 };
	uint64_t first, second;

	(void)state;
	assert_null(mqtt_queue_depart(&queue));
	put(&queue, 1);
	put(&queue, 2);
	put(&queue, 3);
	first = depart(&queue);
	second = depart(&queue);
	assert_int_not_equal(first, second);
	assert_int_equal(mqtt_queue_size(&queue), 3); /* what flies counts too */

	assert_true(mqtt_queue_land(&queue, second, 0x87)); /* not the oldest */
	assert_true(mqtt_queue_land(&queue, first, 0));
	assert_int_equal(mqtt_queue_size(&queue), 1);
	expect_landed(&queue, 2, 0x87);
	expect_landed(&queue, 1, 0);
	assert_null(mqtt_queue_take_landed(&queue));
	mqtt_queue_fini(&queue);
}

static void what_is_recalled_departs_again_before_the_rest(void **state)
{
	struct mqtt_queue queue = { 0 };
	uint64_t old;

	(void)state;
	for (uint64_t token = 1; token <= 4; token++)
		put(&queue, token);
	depart(&queue);
	old = depart(&queue);
	assert_true(mqtt_queue_flies(&queue, old));
	mqtt_queue_recall(&queue);
	assert_int_equal(mqtt_queue_size(&queue), 4);
	assert_false(mqtt_queue_flies(&queue, old));
	put(&queue, 5);
	for (uint64_t token = 1; token <= 5; token++)
		assert_int_equal(mqtt_queue_depart(&queue)->token, token);
	mqtt_queue_fini(&queue);
}

/* The answer to the first sending may come after the second one. */
static void a_flight_that_was_recalled_cannot_land(void **state)
{
	struct mqtt_queue queue = { 0 };
	uint64_t before, after;

	(void)state;
	put(&queue, 1);
	before = depart(&queue);
	mqtt_queue_recall(&queue);
	assert_false(mqtt_queue_land(&queue, before, 0));
	after = depart(&queue);
	assert_int_not_equal(before, after);
	assert_false(mqtt_queue_land(&queue, before, 0));
	assert_true(mqtt_queue_land(&queue, after, 0));
	assert_false(mqtt_queue_land(&queue, after, 0)); /* only once */
	expect_landed(&queue, 1, 0);
	mqtt_queue_fini(&queue);
}

static void the_last_of_several_may_land_first(void **state)
{
	struct mqtt_queue queue = { 0 };
	uint64_t last;

	(void)state;
	put(&queue, 1);
	put(&queue, 2);
	depart(&queue);
	last = depart(&queue);
	assert_true(mqtt_queue_land(&queue, last, 0));
	put(&queue, 3);
	depart(&queue); /* goes behind 1, which is the last now */
	mqtt_queue_recall(&queue);
	assert_int_equal(mqtt_queue_depart(&queue)->token, 1);
	assert_int_equal(mqtt_queue_depart(&queue)->token, 3);
	assert_null(mqtt_queue_depart(&queue));
	mqtt_queue_fini(&queue);
}

static void abandoning_lands_all_in_order(void **state)
{
	struct mqtt_queue queue = { 0 };

	(void)state;
	put(&queue, 1);
	put(&queue, 2);
	put(&queue, 3);
	depart(&queue);
	mqtt_queue_abandon(&queue, 0x1000);
	assert_int_equal(mqtt_queue_size(&queue), 0);
	for (uint64_t token = 1; token <= 3; token++)
		expect_landed(&queue, token, 0x1000);
	mqtt_queue_fini(&queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_publication_is_a_copy),
		cmocka_unit_test(publications_depart_and_land_in_order),
		cmocka_unit_test(what_is_recalled_departs_again_before_the_rest),
		cmocka_unit_test(a_flight_that_was_recalled_cannot_land),
		cmocka_unit_test(the_last_of_several_may_land_first),
		cmocka_unit_test(abandoning_lands_all_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

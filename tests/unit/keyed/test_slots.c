/* SPDX-License-Identifier: Apache-2.0 */
#include "slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RING 64

static struct name name_of(uint32_t plan, uint32_t unit, const char *key)
{
	return (struct name){ plan, unit, { key, strlen(key) } };
}

static void a_new_value_gets_the_lowest_place_that_is_free(void **state)
{
	struct name a = name_of(0, 1, "a"), b = name_of(0, 1, "b"), c = name_of(1, 1, "a"),
		    d = name_of(0, 1, "d");
	struct slots slots;

	(void)state;
	keyed_slots_init(&slots, 2, 3, RING);
	assert_int_equal(slots_take(&slots, &a, SLOT_NONE), 0);
	assert_int_equal(slots_take(&slots, &b, SLOT_NONE), 1);
	assert_int_equal(slots_take(&slots, &c, SLOT_NONE), 2);
	assert_int_equal(slots_size(&slots, 0, 1), 2);
	assert_int_equal(slots_size(&slots, 1, 1), 1);
	memset(slots_ring(&slots, 1), 1, RING);
	slots_release(&slots, 1);
	assert_int_equal(slots_size(&slots, 0, 1), 1);
	assert_int_equal(slots_find(&slots, &b), SLOT_NONE);
	assert_int_equal(slots_find(&slots, &a), 0);
	assert_int_equal(slots_find(&slots, &c), 2);
	assert_int_equal(slots_take(&slots, &d, SLOT_NONE), 1);
	assert_int_equal(slots_ring(&slots, 1)[RING - 1], 0);
	assert_int_equal(slots_take(&slots, &b, 700), 700);
	assert_int_equal(slots_next(&slots, 3), 700);
	assert_int_equal(slots_next(&slots, 701), SLOT_NONE);
	keyed_slots_fini(&slots);
}

static void others_have_places_that_values_cannot_take(void **state)
{
	struct name others = name_of(0, 1, "*"), more = name_of(0, 2, "*"), a = name_of(0, 1, "a");
	struct slots slots;

	(void)state;
	keyed_slots_init(&slots, 1, 3, RING);
	assert_int_equal(slots_take(&slots, &others, 5), KEYED_SLOTS);
	assert_int_equal(slots_take(&slots, &more, SLOT_NONE), KEYED_SLOTS + 1);
	assert_int_equal(slots_take(&slots, &a, KEYED_SLOTS + 7), 0);
	assert_int_equal(slots_size(&slots, 0, 1), 1);
	assert_int_equal(slots_find(&slots, &others), KEYED_SLOTS);
	slots_release(&slots, KEYED_SLOTS);
	assert_int_equal(slots_size(&slots, 0, 1), 1);
	keyed_slots_fini(&slots);
}

static void every_place_can_be_taken_and_no_more(void **state)
{
	struct slots slots;
	char key[16];

	(void)state;
	keyed_slots_init(&slots, 1, 1, RING);
	for (uint32_t i = 0; i <= KEYED_SLOTS; i++) {
		struct name name;

		(void)snprintf(key, sizeof(key), "%u", i);
		name = name_of(0, 0, key);
		assert_int_equal(slots_take(&slots, &name, SLOT_NONE),
				 i < KEYED_SLOTS ? i : SLOT_NONE);
	}
	for (uint32_t i = 0; i < KEYED_SLOTS; i += 3)
		slots_release(&slots, i);
	for (uint32_t i = 0; i < KEYED_SLOTS; i++) {
		struct name name;

		(void)snprintf(key, sizeof(key), "%u", i);
		name = name_of(0, 0, key);
		assert_int_equal(slots_find(&slots, &name), i % 3 ? i : SLOT_NONE);
	}
	keyed_slots_fini(&slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_value_gets_the_lowest_place_that_is_free),
		cmocka_unit_test(others_have_places_that_values_cannot_take),
		cmocka_unit_test(every_place_can_be_taken_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

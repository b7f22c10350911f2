/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/presence.h"
#include "iocd/reason.h"
#include "world.h"

static int make(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));

	world_init(world);
	*state = world;
	return 0;
}

static int unmake(void **state)
{
	world_fini(*state);
	free(*state);
	return 0;
}

static int read(const struct world *world, const char *topic, const char *payload,
		struct presence_message *ret)
{
	const struct decode_input input = {
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload,
		.payload_size = strlen(payload),
		.retained = true,
	};

	return presence_read(&input, "ioc/v1", world->units, world->schema, ret);
}

#define TOPIC "ioc/v1/c10/desk/state"

static void a_birth_names_unit_feed_and_session(void **state)
{
	struct presence_message message;

	assert_int_equal(read(*state, TOPIC, "{\"state\":\"online\",\"session\":17}", &message), 0);
	assert_int_equal(message.unit, COMMUNE(0));
	assert_int_equal(message.feed, ((struct world *)*state)->desk);
	assert_int_equal(message.presence, PRESENCE_ONLINE);
	assert_int_equal(message.session, 17);
}

static void a_will_and_a_farewell_are_told_apart(void **state)
{
	struct presence_message message;

	assert_int_equal(read(*state, TOPIC, "{\"session\":1,\"state\":\"lost\"}", &message), 0);
	assert_int_equal(message.presence, PRESENCE_LOST);
	assert_int_equal(read(*state, TOPIC,
			      "{\"state\":\"stopped\",\"session\":9223372036854775807,\"x\":[]}",
			      &message),
			 0);
	assert_int_equal(message.presence, PRESENCE_STOPPED);
	assert_int_equal(message.session, INT64_MAX);
}

static void one_feed_speaks_for_all(void **state)
{
	struct presence_message message;

	assert_int_equal(read(*state, "ioc/v1/d3/iocd/state",
			      "{\"state\":\"online\",\"session\":0}", &message),
			 0);
	assert_int_equal(message.feed, TYPE_NONE);
	assert_int_equal(message.unit, 3);
}

static void a_topic_of_presence_has_a_unit_a_feed_and_state(void **state)
{
	static const char *const others[] = {
		"ioc/v1/c10/desk/evt/state",
		"ioc/v1/c10/state",
		"ioc/v1/c10/desk/states",
		"ioc/v1/c10/desk/state/",
		"ioc/v2/c10/desk/state",
		"ioc/v1c10/desk/state",
		"ioc/v1//desk/state",
		"ioc/v1/c10//state",
		"ioc/v1",
		"ioc/v1/",
		"",
	};
	struct presence_message message;

	assert_true(presence_is_topic("ioc/v1", TOPIC, strlen(TOPIC)));
	assert_true(presence_is_topic("ioc/v1", "ioc/v1/nobody/at-all/state", 26));
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_false(presence_is_topic("ioc/v1", others[i], strlen(others[i])));
		assert_int_equal(read(*state, others[i], "{}", &message), REASON_bad_topic);
	}
}

static void what_makes_no_sense_has_its_reason_and_changes_nothing(void **state)
{
	static const struct {
		const char *topic, *payload;
		int reason;
	} cases[] = {
		{ "ioc/v1/x/desk/state", "{\"state\":\"online\",\"session\":1}",
		  REASON_unknown_unit },
		{ "ioc/v1/c10/x/state", "{\"state\":\"online\",\"session\":1}",
		  REASON_unknown_type },
		{ TOPIC, "", REASON_json_syntax },
		{ TOPIC, "[]", REASON_json_syntax },
		{ TOPIC, "{\"state\":\"online\",\"session\":1}}", REASON_json_syntax },
		{ TOPIC, "{\"state\":\"online\",\"state\":\"lost\",\"session\":1}",
		  REASON_dup_key },
		{ TOPIC, "{\"state\":\"\xff\",\"session\":1}", REASON_json_encoding },
		{ TOPIC, "{\"session\":1}", REASON_no_field },
		{ TOPIC, "{\"state\":\"online\"}", REASON_no_field },
		{ TOPIC, "{\"state\":1,\"session\":1}", REASON_bad_type },
		{ TOPIC, "{\"state\":\"online\",\"session\":1.5}", REASON_bad_type },
		{ TOPIC, "{\"state\":\"online\",\"session\":\"1\"}", REASON_bad_type },
		{ TOPIC, "{\"state\":\"unknown\",\"session\":1}", REASON_out_of_range },
		{ TOPIC, "{\"state\":\"online\",\"session\":-1}", REASON_out_of_range },
		{ TOPIC, "{\"state\":\"online\",\"session\":9223372036854775808}",
		  REASON_bad_number },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct presence_message message = { .session = 4711 };

		assert_int_equal(read(*state, cases[i].topic, cases[i].payload, &message),
				 cases[i].reason);
		assert_int_equal(message.session, 4711);
	}
}

static void a_payload_that_no_birth_needs_is_too_big(void **state)
{
	struct presence_message message;
	char payload[5000];

	memset(payload, ' ', sizeof(payload));
	memcpy(payload + 4000, "{\"state\":\"online\",\"session\":1}", 31);
	assert_int_equal(read(*state, TOPIC, payload, &message), 0);
	memset(payload + 4030, ' ', sizeof(payload) - 4030);
	payload[4097] = '\0';
	assert_int_equal(read(*state, TOPIC, payload, &message), REASON_too_big);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		CASE(a_birth_names_unit_feed_and_session),
		CASE(a_will_and_a_farewell_are_told_apart),
		CASE(one_feed_speaks_for_all),
		CASE(a_topic_of_presence_has_a_unit_a_feed_and_state),
		CASE(what_makes_no_sense_has_its_reason_and_changes_nothing),
		CASE(a_payload_that_no_birth_needs_is_too_big),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

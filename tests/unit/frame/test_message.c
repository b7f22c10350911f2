/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/err.h"
#include "iocd/message.h"

#include "member.h"

#define EPOCH   "00112233445566778899aabbccddeeff"
#define EPOCH_2 "ffeeddccbbaa99887766554433221100"

static const struct heartbeat full_heartbeat = {
	.instance = "iocd-di-an",
	.version = "0.6.0",
	.hash = "0123456789abcdef",
	.time_ms = 1795310110000,
	.every_ms = 15000,
	.started_ms = 1795310000000,
	.orders_done = 12,
	.epoch_orders = UINT64_MAX - 1,
	.alerts_warning = UINT32_MAX,
	.alerts_critical = 2,
	.trouble = "disk",
	.streams = {
		[FRAME_ALERT] = { .is_kept = true,
				  .epoch = EPOCH,
				  .first = { 3, 300 },
				  .head = { 3, 300 } },
		[FRAME_EVENT] = { .is_kept = true,
				  .epoch = EPOCH_2,
				  .first = { 5, 50 },
				  .head = { FRAME_NUMBER_MAX, FRAME_NUMBER_MAX },
				  .backlog = 7,
				  .oldest_ms = FRAME_TIME_MAX,
				  .given_up = 9,
				  .given_up_from_ms = 10,
				  .given_up_to_ms = 11 },
	},
};

static const struct receipt full_receipt = {
	.orders = 0x0123456789abcdef,
	.streams = {
		[FRAME_ROLLUP] = { .is_known = true, .epoch = EPOCH, .have = { 0, 0 } },
		[FRAME_EVENT] = { .is_known = true,
				  .epoch = EPOCH_2,
				  .have = { 50, 5000 },
				  .missing = { { { 0, 0 }, { 1, 10 } },
					       { { 1, 10 }, { 2, 20 } },
					       { { 49, 4900 }, { 50, 5000 } } },
				  .n_missing = 3 },
	},
};

static void same_mark(const struct mark *a, const struct mark *b)
{
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->position, b->position);
}

static void same_heartbeat_stream(const struct heartbeat_stream *a,
				  const struct heartbeat_stream *b)
{
	assert_int_equal(a->is_kept, b->is_kept);
	assert_string_equal(a->epoch, b->epoch);
	same_mark(&a->first, &b->first);
	same_mark(&a->head, &b->head);
	assert_int_equal(a->backlog, b->backlog);
	assert_int_equal(a->oldest_ms, b->oldest_ms);
	assert_int_equal(a->given_up, b->given_up);
	assert_int_equal(a->given_up_from_ms, b->given_up_from_ms);
	assert_int_equal(a->given_up_to_ms, b->given_up_to_ms);
}

static void same_heartbeat(const struct heartbeat *a, const struct heartbeat *b)
{
	assert_string_equal(a->instance, b->instance);
	assert_string_equal(a->version, b->version);
	assert_string_equal(a->hash, b->hash);
	assert_int_equal(a->time_ms, b->time_ms);
	assert_int_equal(a->every_ms, b->every_ms);
	assert_int_equal(a->started_ms, b->started_ms);
	assert_int_equal(a->orders_done, b->orders_done);
	assert_int_equal(a->epoch_orders, b->epoch_orders);
	assert_int_equal(a->alerts_warning, b->alerts_warning);
	assert_int_equal(a->alerts_critical, b->alerts_critical);
	assert_string_equal(a->trouble, b->trouble);
	for (int i = 0; i < N_FRAME_CLASSES; i++)
		same_heartbeat_stream(&a->streams[i], &b->streams[i]);
}

static void same_receipt(const struct receipt *a, const struct receipt *b)
{
	assert_int_equal(a->orders, b->orders);
	for (int i = 0; i < N_FRAME_CLASSES; i++) {
		const struct receipt_stream *x = &a->streams[i], *y = &b->streams[i];

		assert_int_equal(x->is_known, y->is_known);
		assert_string_equal(x->epoch, y->epoch);
		same_mark(&x->have, &y->have);
		assert_int_equal(x->n_missing, y->n_missing);
		for (uint32_t k = 0; k < x->n_missing; k++) {
			same_mark(&x->missing[k].from, &y->missing[k].from);
			same_mark(&x->missing[k].to, &y->missing[k].to);
		}
	}
}

static void a_heartbeat_is_read_as_it_was_written(void **state)
{
	const struct heartbeat empty = { .time_ms = 0 };
	const struct heartbeat *const list[] = { &full_heartbeat, &empty };

	(void)state;
	for (size_t i = 0; i < COUNT(list); i++) {
		CLEANUP_TEXT struct text json = { 0 };
		struct heartbeat heartbeat;
		const char *why;

		memset(&heartbeat, 0xa5, sizeof(heartbeat));
		heartbeat_write(&json, list[i]);
		assert_int_equal(message_kind_of(text_get(&json), json.size), MESSAGE_HEARTBEAT);
		if (heartbeat_read(text_get(&json), json.size, &heartbeat, &why))
			fail_msg("%s", why);
		same_heartbeat(&heartbeat, list[i]);
	}
}

static void a_receipt_is_read_as_it_was_written(void **state)
{
	const struct receipt empty = { .orders = 0 };
	const struct receipt *const list[] = { &full_receipt, &empty };

	(void)state;
	for (size_t i = 0; i < COUNT(list); i++) {
		CLEANUP_TEXT struct text json = { 0 };
		struct receipt receipt;
		const char *why;

		memset(&receipt, 0xa5, sizeof(receipt));
		receipt_write(&json, list[i]);
		assert_int_equal(message_kind_of(text_get(&json), json.size), MESSAGE_RECEIPT);
		if (receipt_read(text_get(&json), json.size, &receipt, &why))
			fail_msg("%s", why);
		same_receipt(&receipt, list[i]);
	}
}

/* The largest receipt that there can be. */
static void a_receipt_can_name_so_many_ranges_of_each_stream(void **state)
{
	CLEANUP_TEXT struct text json = { 0 };
	struct receipt receipt = { .orders = 1 }, again;
	const uint64_t far = FRAME_NUMBER_MAX - 2 * FRAME_MISSING_MAX;
	const char *why;

	(void)state;
	for (int i = 0; i < N_FRAME_CLASSES; i++) {
		struct receipt_stream *stream = &receipt.streams[i];

		stream->is_known = true;
		memcpy(stream->epoch, EPOCH, sizeof(EPOCH));
		stream->have = (struct mark){ FRAME_NUMBER_MAX, FRAME_NUMBER_MAX };
		stream->n_missing = FRAME_MISSING_MAX;
		for (uint32_t k = 0; k < FRAME_MISSING_MAX; k++)
			stream->missing[k] = (struct frame_range){ { far + 2 * k, far },
								   { far + 2 * k + 1, far } };
	}
	receipt_write(&json, &receipt);
	assert_true(json.size < MESSAGE_MAX);
	assert_int_equal(receipt_read(text_get(&json), json.size, &again, &why), 0);
	same_receipt(&again, &receipt);
}

static void an_order_is_read_as_it_was_written(void **state)
{
	static const char usual[] = "{\"verb\":\"acknowledge\",\"note\":\"\\u0111\xc4\x91\\n\"}";
	char longest[ORDER_COMMAND_MAX];
	const struct slice commands[] = {
		{ usual, sizeof(usual) - 1 },
		{ "x", 1 },
		{ longest, sizeof(longest) },
	};

	(void)state;
	memset(longest, '\x01', sizeof(longest)); /* six bytes each, as JSON */
	for (size_t i = 0; i < COUNT(commands); i++) {
		const struct order_message order = { 1ull << 63, i + 1, commands[i] };
		CLEANUP_TEXT struct text json = { 0 };
		char *buffer = xcalloc(ORDER_COMMAND_MAX, 1);
		struct order_message again;
		const char *why;

		order_write(&json, &order);
		assert_int_equal(message_kind_of(text_get(&json), json.size), MESSAGE_ORDER);
		if (order_read(text_get(&json), json.size, &again, buffer, &why))
			fail_msg("%s", why);
		assert_int_equal(again.orders, order.orders);
		assert_int_equal(again.number, i + 1);
		assert_ptr_equal(again.command.bytes, buffer);
		assert_int_equal(again.command.size, commands[i].size);
		assert_memory_equal(buffer, commands[i].bytes, commands[i].size);
		free(buffer);
	}
}

/* ---- strict reading ---- */

/* What is in text, with the first `what` in it replaced; gives it. */
static char *with(const char *text, const char *what, const char *by)
{
	const char *at = strstr(text, what);
	struct text result = { 0 };

	if (!at)
		fail_msg("there is no '%s' in '%s'", what, text);
	text_add(&result, "%.*s%s%s", (int)(at - text), text, by, at + strlen(what));
	return result.bytes;
}

typedef int read_fn(const char *json, size_t size, const char **ret_why);

static int read_heartbeat(const char *json, size_t size, const char **ret_why)
{
	struct heartbeat heartbeat;

	return heartbeat_read(json, size, &heartbeat, ret_why);
}

static int read_receipt(const char *json, size_t size, const char **ret_why)
{
	struct receipt receipt;

	return receipt_read(json, size, &receipt, ret_why);
}

static int read_order(const char *json, size_t size, const char **ret_why)
{
	struct order_message order;
	char buffer[ORDER_COMMAND_MAX];

	return order_read(json, size, &order, buffer, ret_why);
}

/* One change to a good message, and a word of the answer; NULL: it is taken. */
struct change {
	const char *what;
	const char *by;
	const char *word;
};

static void check_changes(const char *good, read_fn *read, const struct change *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *json = with(good, list[i].what, list[i].by);
		const char *why = "";
		int r = read(json, strlen(json), &why);

		if (!list[i].word && r)
			fail_msg("%s: %s", json, why);
		if (list[i].word && (!r || !strstr(why, list[i].word)))
			fail_msg("%s: said '%s', not '%s'", json, r ? why : "nothing",
				 list[i].word);
		free(json);
	}
}

static void a_heartbeat_must_be_sound(void **state)
{
	/* clang-format off */
	static const struct change list[] = {
		{ "\"kind\":\"heartbeat\"", "\"kind\":\"receipt\"", "another kind" },
		{ "\"kind\":\"heartbeat\"", "\"kind\":1", "another kind" },
		{ "\"kind\":\"heartbeat\",", "", "another kind" },
		{ "\"kind\"", "\"more\":{\"a\":[1]},\"kind\"", NULL },
		{ "\"time_ms\"", "\"hash\":\"x\",\"time_ms\"", "no JSON object" },
		{ "\"instance\":\"iocd-di-an\"", "\"instance\":7", "'instance'" },
		{ "\"instance\":\"iocd-di-an\",", "", "'instance'" },
		{ "iocd-di-an", "a\\u000ab", "'instance'" },
		{ "iocd-di-an", "a\\u007fb", "'instance'" },
		{ "iocd-di-an", "\xc4\x91", "'instance'" },
		{ "iocd-di-an", "a b~", NULL },
		{ "iocd-di-an",
		  "0123456789012345678901234567890123456789012345678901234567890123", NULL },
		{ "iocd-di-an",
		  "01234567890123456789012345678901234567890123456789012345678901234", "'instance'" },
		{ "\"version\":", "\"x\":", "'version'" },
		{ "\"hash\":", "\"x\":", "'hash'" },
		{ "\"trouble\":\"disk\"", "\"trouble\":null", "'trouble'" },
		{ "\"time_ms\":1795310110000", "\"time_ms\":-1", "'time_ms'" },
		{ "\"time_ms\":1795310110000", "\"time_ms\":1795310110000.0", "'time_ms'" },
		{ "\"time_ms\":1795310110000", "\"time_ms\":\"1795310110000\"", "'time_ms'" },
		{ "\"time_ms\":1795310110000", "\"time_ms\":253402300799999", NULL },
		{ "\"time_ms\":1795310110000", "\"time_ms\":253402300800000", "'time_ms'" },
		{ "\"time_ms\":1795310110000", "\"time_ms\":99999999999999999999", "no JSON" },
		{ "\"every_ms\":15000", "\"every_ms\":true", "'every_ms'" },
		{ "\"started_ms\":", "\"x\":", "'started_ms'" },
		{ "\"orders_done\":12", "\"orders_done\":9007199254740992", NULL },
		{ "\"orders_done\":12", "\"orders_done\":9007199254740993", "'orders_done'" },
		{ "\"fffffffffffffffe\"", "\"ffffffffffffffff\"", NULL },
		{ "\"fffffffffffffffe\"", "\"fffffffffffffff\"", "'epoch_orders'" },
		{ "\"fffffffffffffffe\"", "\"fffffffffffffffe0\"", "'epoch_orders'" },
		{ "\"fffffffffffffffe\"", "\"FFFFFFFFFFFFFFFE\"", "'epoch_orders'" },
		{ "\"fffffffffffffffe\"", "\"fffffffffffffffeg\"", "'epoch_orders'" },
		{ "\"fffffffffffffffe\"", "12", "'epoch_orders'" },
		{ "\"alerts_warning\":4294967295", "\"alerts_warning\":4294967296",
		  "'alerts_warning'" },
		{ "\"alerts_critical\":2", "\"alerts_critical\":-2", "'alerts_critical'" },
		{ "\"streams\":{", "\"streams\":[],\"x\":{", "'streams'" },
		{ "\"streams\":{", "\"x\":{", "'streams'" },
		{ "\"alert\":{", "\"alert\":3,\"x\":{", "'streams'" },
		{ "\"alert\":{", "\"other\":{", NULL },
		{ "\"epoch\":\"0", "\"epoch\":\"", "'epoch'" },
		{ "\"epoch\":\"0", "\"epoch\":\"00", "'epoch'" },
		{ "\"epoch\":\"0", "\"epoch\":\"g", "'epoch'" },
		{ "\"first\":[3,300]", "\"first\":[4,300]", "'first' lies" },
		{ "\"first\":[3,300]", "\"first\":[2,300]", NULL },
		{ "\"first\":[3,300]", "\"first\":[3]", "'first' is" },
		{ "\"first\":[3,300]", "\"first\":[3,300,1]", "'first' is" },
		{ "\"first\":[3,300]", "\"first\":[3,-1]", "'first' is" },
		{ "\"first\":[3,300]", "\"first\":[3,9007199254740993]", "'first' is" },
		{ "\"first\":[3,300]", "\"first\":{\"a\":3,\"b\":300}", "'first' is" },
		{ "\"head\":[3,300]", "\"head\":3", "'head'" },
		{ "\"backlog\":7", "\"backlog\":7.5", "'backlog'" },
		{ "\"oldest_ms\":0", "\"oldest_ms\":null", "'oldest_ms'" },
		{ "\"given_up\":9", "\"given_up\":[9]", "'given_up'" },
		{ "\"given_up_from_ms\":10", "\"x\":10", "'given_up_from_ms'" },
		{ "\"given_up_to_ms\":11", "\"x\":11", "'given_up_to_ms'" },
	};
	/* clang-format on */
	CLEANUP_TEXT struct text json = { 0 };

	(void)state;
	heartbeat_write(&json, &full_heartbeat);
	check_changes(text_get(&json), read_heartbeat, list, COUNT(list));
}

static void a_receipt_must_be_sound(void **state)
{
	/* clang-format off */
	static const struct change list[] = {
		{ "\"kind\":\"receipt\"", "\"kind\":\"heartbeat\"", "another kind" },
		{ "\"orders\":\"0123456789abcdef\"", "\"orders\":81985529216486895", "'orders'" },
		{ "\"streams\":", "\"x\":", "'streams'" },
		{ "\"have\":[0,0]", "\"have\":[]", "'have'" },
		{ "\"missing\":[]", "\"missing\":{}", "'missing'" },
		{ "\"missing\":[]", "\"x\":[]", "'missing'" },
		{ "\"missing\":[]", "\"missing\":[[0,0,1,1]]", "range" }, /* of nothing */
		{ "[0,0,1,10]", "[0,0,0,10]", "range" },
		{ "[0,0,1,10]", "[1,0,0,10]", "range" },
		{ "[0,0,1,10]", "[0,0,2,10]", "range" }, /* into the next */
		{ "[0,0,1,10]", "[0,0,1]", "range" },
		{ "[0,0,1,10]", "[0,0,1,10,1]", "range" },
		{ "[0,0,1,10]", "[0,0,1,-10]", "range" },
		{ "[0,0,1,10]", "[0,0,1,1e1]", "range" },
		{ "[0,0,1,10]", "0", "range" },
		{ "[0,0,1,10],", "", NULL },
		{ "[49,4900,50,5000]", "[49,4900,51,5000]", "range" },
		{ "[49,4900,50,5000]", "[0,0,1,10]", "range" }, /* not in order */
	};
	/* clang-format on */
	CLEANUP_TEXT struct text json = { 0 };

	(void)state;
	receipt_write(&json, &full_receipt);
	check_changes(text_get(&json), read_receipt, list, COUNT(list));
}

static void a_receipt_cannot_name_one_range_more(void **state)
{
	CLEANUP_TEXT struct text json = { 0 };
	const char *why;

	(void)state;
	text_add(&json,
		 "{\"kind\":\"receipt\",\"orders\":\"0000000000000000\",\"streams\":{\"event\":{"
		 "\"epoch\":\"%s\",\"have\":[99,0],\"missing\":[[0,0,1,0]",
		 EPOCH);
	for (int i = 1; i < FRAME_MISSING_MAX + 1; i++)
		text_add(&json, ",[%d,0,%d,0]", i, i + 1);
	text_add(&json, "]}}}");
	assert_int_equal(read_receipt(text_get(&json), json.size, &why), 1);
	assert_non_null(strstr(why, "'missing'"));
}

static void an_order_must_be_sound(void **state)
{
	/* clang-format off */
	static const struct change list[] = {
		{ "\"kind\":\"order\"", "\"kind\":\"orders\"", "another kind" },
		{ "\"number\":3", "\"number\":0", "from 1" },
		{ "\"number\":3", "\"number\":\"3\"", "'number'" },
		{ "\"orders\":\"", "\"x\":\"", "'orders'" },
		{ "\"command\":\"{}\"", "\"command\":{}", "'command'" },
		{ "\"command\":\"{}\"", "\"command\":\"\"", "'command'" },
		{ "\"command\":\"{}\"", "\"x\":\"\"", "'command'" },
		{ "\"command\":\"{}\"", "\"command\":\"\\u0000\"", "no JSON object" },
		{ "\"command\":\"{}\"", "\"command\":\"\xff\"", "no JSON object" },
	};
	/* clang-format on */
	const struct order_message order = { 5, 3, { "{}", 2 } };
	CLEANUP_TEXT struct text json = { 0 };
	CLEANUP_TEXT struct text longer = { 0 };
	const char *why;

	(void)state;
	order_write(&json, &order);
	check_changes(text_get(&json), read_order, list, COUNT(list));

	text_add(&longer,
		 "{\"kind\":\"order\",\"orders\":\"0000000000000005\",\"number\":3,"
		 "\"command\":\"%0*d\"}",
		 ORDER_COMMAND_MAX + 1, 0);
	assert_int_equal(read_order(text_get(&longer), longer.size, &why), 1);
	assert_non_null(strstr(why, "'command'"));
}

static void every_shortened_message_is_refused(void **state)
{
	read_fn *const reads[] = { read_heartbeat, read_receipt, read_order };
	const struct order_message order = { 5, 3, { "{}", 2 } };
	struct text texts[COUNT(reads)] = { 0 };
	const char *why;

	(void)state;
	heartbeat_write(&texts[0], &full_heartbeat);
	receipt_write(&texts[1], &full_receipt);
	order_write(&texts[2], &order);
	for (size_t i = 0; i < COUNT(reads); i++) {
		for (size_t n = 0; n < texts[i].size; n++) {
			char *part = xcalloc(n + 1, 1);

			memcpy(part + 1, texts[i].bytes, n);
			assert_int_equal(reads[i](part + 1, n, &why), 1);
			assert_int_equal(message_kind_of(part + 1, n), -1);
			free(part);
		}
		text_fini(&texts[i]);
	}
}

static void what_is_no_message_has_no_kind(void **state)
{
	/* clang-format off */
	static const char *const list[] = {
		"", "1", "[]", "\"heartbeat\"", "{}", "{\"kind\":\"\"}", "{\"kind\":3}", "IOCF",
		"{\"kind\":\"heartbeats\"}", "{\"kind\":\"order\",\"kind\":\"order\"}",
		"{\"kind\":\"order\"}x", "[\"kind\",\"order\"]",
	};
	/* clang-format on */
	CLEANUP_TEXT struct text large = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(list); i++)
		assert_int_equal(message_kind_of(list[i], strlen(list[i])), -1);
	assert_int_equal(message_kind_of(" {\"kind\" : \"order\"} ", 20), MESSAGE_ORDER);

	text_add(&large, "{\"kind\":\"order\",\"x\":\"%0*d\"}", MESSAGE_MAX - 23, 0);
	assert_int_equal(large.size, MESSAGE_MAX);
	assert_int_equal(message_kind_of(text_get(&large), large.size), MESSAGE_ORDER);
	text_add(&large, " ");
	assert_int_equal(message_kind_of(text_get(&large), large.size), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_heartbeat_is_read_as_it_was_written),
		cmocka_unit_test(a_receipt_is_read_as_it_was_written),
		cmocka_unit_test(a_receipt_can_name_so_many_ranges_of_each_stream),
		cmocka_unit_test(an_order_is_read_as_it_was_written),
		cmocka_unit_test(a_heartbeat_must_be_sound),
		cmocka_unit_test(a_receipt_must_be_sound),
		cmocka_unit_test(a_receipt_cannot_name_one_range_more),
		cmocka_unit_test(an_order_must_be_sound),
		cmocka_unit_test(every_shortened_message_is_refused),
		cmocka_unit_test(what_is_no_message_has_no_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

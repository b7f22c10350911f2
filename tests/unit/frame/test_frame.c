/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zstd.h>

#include "iocd/base/err.h"
#include "iocd/base/random.h"

#include "form.h"

#define EPOCH "00112233445566778899aabbccddeeff"
#define N_MAX 64 /* items of a frame that a test looks at one by one */

static struct frame_writer *writer;
static struct frame_reader *reader;
static struct random_stream numbers;
static void *block; /* what is open, in a block of its size: reading beyond it is seen */

static int set_up(void **state)
{
	(void)state;
	writer = frame_writer_new();
	reader = frame_reader_new();
	random_seed(&numbers, 6);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	writer = frame_writer_free(writer);
	reader = frame_reader_free(reader);
	free(block);
	block = NULL;
	return 0;
}

static struct slice slice_of(const char *text)
{
	return (struct slice){ text, strlen(text) };
}

static int open_bytes(const void *bytes, size_t size, struct frame *ret, const char **ret_why)
{
	free(block);
	block = xcalloc(size > 0 ? size : 1, 1);
	memcpy(block, bytes, size);
	if (size == 0)
		return frame_open(reader, (char *)block + 1, 0, ret, ret_why);
	return frame_open(reader, block, size, ret, ret_why);
}

/* Words that compress, or bytes that do not; n of them, until the next call. */
static struct slice some_bytes(size_t n, bool compresses)
{
	static char bytes[FRAME_ITEM_MAX];

	for (size_t i = 0; i < n; i++)
		bytes[i] = compresses ? "{\"type\":\"record.received\"},"[i % 27]
				      : (char)random_next(&numbers);
	return (struct slice){ bytes, n };
}

static void begin(enum frame_class class, size_t limit)
{
	frame_begin(writer, class, EPOCH, (struct mark){ 100, 4000 }, limit);
}

static int add(struct slice about, struct slice body)
{
	const struct frame_item item = { .recorded_ms = 7, .about = about, .body = body };

	return frame_add(writer, &item);
}

static void same_slice(struct slice a, struct slice b)
{
	assert_int_equal(a.size, b.size);
	if (a.size > 0)
		assert_memory_equal(a.bytes, b.bytes, a.size);
}

/* ---- there and back ---- */

/* Items with memory of their own. */
struct sample {
	enum frame_class class;
	struct mark from;
	uint64_t to;
	uint32_t n;
	struct frame_item items[N_MAX];
	char bytes[N_MAX][600];
};

static void make_sample(struct sample *sample, enum frame_class class, bool compresses)
{
	sample->class = class;
	sample->from.number = random_below(&numbers, FRAME_NUMBER_MAX - FRAME_ITEMS_MAX);
	sample->from.position = random_below(&numbers, FRAME_NUMBER_MAX + 1);
	sample->to = random_below(&numbers, FRAME_NUMBER_MAX + 1);
	sample->n = 1 + (uint32_t)random_below(&numbers, N_MAX);
	for (uint32_t i = 0; i < sample->n; i++) {
		size_t about = class == FRAME_EVENT ? 1 + random_below(&numbers, 255) : 0;
		size_t body = random_below(&numbers, 300);

		memcpy(sample->bytes[i], some_bytes(about + body, compresses).bytes, about + body);
		sample->items[i] = (struct frame_item){
			.recorded_ms = (int64_t)random_below(&numbers, FRAME_TIME_MAX + 1),
			.about = { sample->bytes[i], about },
			.body = { sample->bytes[i] + about, body },
		};
	}
}

static struct slice write_sample(const struct sample *sample, const char *epoch, bool compress)
{
	frame_begin(writer, sample->class, epoch, sample->from, FRAME_SURE_MAX);
	for (uint32_t i = 0; i < sample->n; i++) {
		assert_int_equal(frame_count(writer), i);
		assert_int_equal(frame_add(writer, &sample->items[i]), 0);
	}
	return frame_end(writer, sample->to, compress);
}

static void check_frame(const struct frame *frame, const struct sample *sample, const char *epoch)
{
	assert_int_equal(frame->class, sample->class);
	assert_string_equal(frame->epoch, epoch);
	assert_int_equal(frame->n, sample->n);
	assert_int_equal(frame->range.from.number, sample->from.number);
	assert_int_equal(frame->range.from.position, sample->from.position);
	assert_int_equal(frame->range.to.number, sample->from.number + sample->n);
	assert_int_equal(frame->range.to.position, sample->to);
}

static void check_items(const struct sample *sample)
{
	struct frame_item item;

	for (uint32_t i = 0; i < sample->n; i++) {
		assert_true(frame_next(reader, &item));
		assert_int_equal(item.recorded_ms, sample->items[i].recorded_ms);
		same_slice(item.about, sample->items[i].about);
		same_slice(item.body, sample->items[i].body);
	}
	assert_false(frame_next(reader, &item));
	assert_false(frame_next(reader, &item));
}

static void a_frame_is_read_as_it_was_written(void **state)
{
	static const char *const epochs[] = { EPOCH, "fedcba98765432100123456789abcdef" };
	static struct sample sample;
	struct frame frame;
	const char *why;

	(void)state;
	for (uint32_t i = 0; i < 120; i++) {
		enum frame_class class = (enum frame_class)(i % N_FRAME_CLASSES);
		const char *epoch = epochs[i & 1];
		struct slice bytes;

		make_sample(&sample, class, i % 5 > 0);
		bytes = write_sample(&sample, epoch, i % 2 == 0);
		assert_true(frame_is_one(bytes.bytes, bytes.size));
		if (open_bytes(bytes.bytes, bytes.size, &frame, &why))
			fail_msg("%s", why);
		check_frame(&frame, &sample, epoch);
		check_items(&sample);
	}
}

static void the_ends_of_all_ranges_fit(void **state)
{
	struct frame_item item = { .recorded_ms = FRAME_TIME_MAX };
	struct mark from = { FRAME_NUMBER_MAX - FRAME_ITEMS_MAX, FRAME_NUMBER_MAX };
	struct slice bytes;
	struct frame frame;
	const char *why;

	(void)state;
	frame_begin(writer, FRAME_ALERT, EPOCH, from, FRAME_RAW_MAX);
	for (uint32_t i = 0; i < FRAME_ITEMS_MAX; i++)
		assert_int_equal(frame_add(writer, &item), 0);
	assert_int_equal(frame_add(writer, &item), FRAME_FULL);
	bytes = frame_end(writer, FRAME_NUMBER_MAX, true);
	assert_int_equal(open_bytes(bytes.bytes, bytes.size, &frame, &why), 0);
	assert_int_equal(frame.range.to.number, FRAME_NUMBER_MAX);
	for (uint32_t i = 0; i < FRAME_ITEMS_MAX; i++) {
		assert_true(frame_next(reader, &item));
		assert_int_equal(item.recorded_ms, FRAME_TIME_MAX);
		assert_int_equal(item.body.size, 0);
	}
	assert_false(frame_next(reader, &item));
}

/* ---- limits and compression ---- */

static void a_frame_is_full_at_its_limit(void **state)
{
	const size_t two = 2 * (FORM_ITEM + 100);

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		begin(FRAME_ROLLUP, two);
		assert_int_equal(add((struct slice){ "", 0 }, some_bytes(100, true)), 0);
		assert_int_equal(add((struct slice){ "", 0 }, some_bytes(100 + more, true)),
				 more ? FRAME_FULL : 0);
		assert_int_equal(frame_count(writer), 2 - more);
	}
	begin(FRAME_ROLLUP, two);
	assert_int_equal(frame_count(writer), 0);
}

/* Of the largest size that there is, in the smallest limit. */
static void one_item_always_fits(void **state)
{
	char about[FORM_ABOUT_MAX];
	struct frame_item item;
	struct slice body, bytes;
	struct frame frame;
	const char *why;

	(void)state;
	memset(about, 'a', sizeof(about));
	for (int compress = 0; compress < 2; compress++) {
		begin(FRAME_EVENT, 0);
		body = some_bytes(FRAME_ITEM_MAX, false);
		assert_int_equal(add((struct slice){ about, sizeof(about) }, body), 0);
		assert_int_equal(add(slice_of("d/f/t"), slice_of("")), FRAME_FULL);
		bytes = frame_end(writer, 5000, compress);
		assert_int_equal(open_bytes(bytes.bytes, bytes.size, &frame, &why), 0);
		assert_true(frame_next(reader, &item));
		same_slice(item.body, body);
		assert_int_equal(item.about.size, sizeof(about));
	}
}

static size_t fill(size_t limit, bool compresses)
{
	size_t bytes = 0;

	begin(FRAME_ROLLUP, limit);
	while (add((struct slice){ "", 0 }, some_bytes(1000, compresses)) == 0)
		bytes += FORM_ITEM + 1000;
	return bytes;
}

static void what_compresses_is_sent_so_and_what_does_not_is_not(void **state)
{
	size_t plain = fill(20000, true);
	struct slice bytes = frame_end(writer, 0, false);

	(void)state;
	assert_int_equal(bytes.size, FORM_HEADER + plain);
	assert_int_equal(bytes.bytes[FORM_AT_PACKING], FORM_PLAIN);

	plain = fill(20000, true);
	bytes = frame_end(writer, 0, true);
	assert_true(bytes.size < FORM_HEADER + plain / 10);
	assert_int_equal(bytes.bytes[FORM_AT_PACKING], FORM_ZSTD);

	plain = fill(20000, false);
	bytes = frame_end(writer, 0, true);
	assert_int_equal(bytes.size, FORM_HEADER + plain);
	assert_int_equal(bytes.bytes[FORM_AT_PACKING], FORM_PLAIN);
}

static void what_is_too_large_for_a_broker_is_not_lent(void **state)
{
	struct frame frame;
	struct slice bytes;
	const char *why;

	(void)state;
	for (int compress = 0; compress < 2; compress++) {
		fill(FRAME_RAW_MAX, false);
		assert_int_equal(frame_end(writer, 0, compress).size, 0);
		fill(FRAME_SURE_MAX, false);
		bytes = frame_end(writer, 0, compress);
		assert_true(bytes.size > 0 && bytes.size <= FRAME_SIZE_MAX);
		assert_int_equal(open_bytes(bytes.bytes, bytes.size, &frame, &why), 0);
	}
	fill(FRAME_RAW_MAX, true);
	assert_int_equal(frame_end(writer, 0, false).size, 0);
	bytes = frame_end(writer, 0, true);
	assert_true(bytes.size > 0 && bytes.size < 20000);
	assert_int_equal(open_bytes(bytes.bytes, bytes.size, &frame, &why), 0);
}

/* ---- damage ---- */

#define BODY "{\"id\":\"aaaaaaaaaaaaaaaa\"}"

static struct slice small_frame(enum frame_class class, bool compress)
{
	struct slice about = slice_of(class == FRAME_EVENT ? "d1/f/t" : "");

	begin(class, FRAME_SURE_MAX);
	for (int i = 0; i < 3; i++)
		assert_int_equal(add(about, slice_of(BODY)), 0);
	return frame_end(writer, 4711, compress);
}

static void must_refuse(const void *bytes, size_t size, const char *words)
{
	struct frame_item item;
	struct frame frame;
	const char *why = "";

	if (!open_bytes(bytes, size, &frame, &why))
		fail_msg("was taken, but '%s'", words);
	if (!strstr(why, words))
		fail_msg("said '%s', not '%s'", why, words);
	assert_false(frame_next(reader, &item));
}

static void every_shortened_or_longer_frame_is_refused(void **state)
{
	char bytes[512];

	(void)state;
	for (int compress = 0; compress < 2; compress++) {
		struct slice whole = small_frame(FRAME_EVENT, compress);

		assert_int_equal(whole.bytes[FORM_AT_PACKING], compress ? FORM_ZSTD : FORM_PLAIN);
		for (size_t n = 0; n < whole.size; n++)
			must_refuse(whole.bytes, n, "");
		assert_true(whole.size < sizeof(bytes));
		memcpy(bytes, whole.bytes, whole.size);
		bytes[whole.size] = '\0';
		must_refuse(bytes, whole.size + 1, "");
	}
}

/* zstd itself says some things in more than one way; what it says must be the same then. */
static void flip_every_bit(enum frame_class class, bool compress)
{
	struct slice whole = small_frame(class, compress);
	char bytes[512];
	struct frame_item item;
	struct frame frame;
	const char *why;

	for (size_t bit = 0; bit < whole.size * 8; bit++) {
		memcpy(bytes, whole.bytes, whole.size);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		if (open_bytes(bytes, whole.size, &frame, &why))
			continue;

		assert_true(compress && bit / 8 >= FORM_HEADER);
		assert_int_equal(frame.n, 3);
		while (frame_next(reader, &item))
			same_slice(item.body, slice_of(BODY));
	}
}

static void a_flipped_bit_never_gives_another_frame(void **state)
{
	(void)state;
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		for (int compress = 0; compress < 2; compress++)
			flip_every_bit((enum frame_class) class, compress);
}

/* ---- malice: the checksum is right ---- */

struct forgery {
	char bytes[FORM_HEADER + FRAME_ITEM_MAX + 1024];
	size_t size;
};

/* A frame as it lies before packing. */
static void forge(struct forgery *forgery)
{
	struct slice whole = small_frame(FRAME_EVENT, false);

	memcpy(forgery->bytes, whole.bytes, whole.size);
	forgery->size = whole.size;
}

static void must_refuse_forged(struct forgery *forgery, const char *words)
{
	form_put_u64(forgery->bytes + FORM_AT_CHECKSUM,
		     form_checksum(forgery->bytes, forgery->size));
	must_refuse(forgery->bytes, forgery->size, words);
}

static void a_forged_header_is_refused(void **state)
{
	/* clang-format off */
	static const struct { int at; unsigned size; uint64_t number; const char *words; } list[] = {
		{ FORM_AT_VERSION, 1, 2,                     "form" },
		{ FORM_AT_CLASS,   1, N_FRAME_CLASSES,       "class" },
		{ FORM_AT_CLASS,   1, 255,                   "class" },
		{ FORM_AT_PACKING, 1, N_FORM_PACKINGS,       "packing" },
		{ FORM_AT_PACKING, 1, FORM_ZSTD,             "unpacked" },
		{ FORM_AT_ZERO,    1, 1,                     "class or packing" },
		{ FORM_AT_NUMBER,  8, FRAME_NUMBER_MAX - 2,  "numbers" },
		{ FORM_AT_NUMBER,  8, UINT64_MAX - 1,        "numbers" },
		{ FORM_AT_FROM,    8, FRAME_NUMBER_MAX + 1,  "numbers" },
		{ FORM_AT_TO,      8, UINT64_MAX,            "numbers" },
		{ FORM_AT_ITEMS,   4, 0,                     "no items" },
		{ FORM_AT_ITEMS,   4, 2,                     "sense" },
		{ FORM_AT_ITEMS,   4, 4,                     "sense" },
		{ FORM_AT_ITEMS,   4, FRAME_ITEMS_MAX + 1,   "no items" },
		{ FORM_AT_ITEMS,   4, UINT32_MAX,            "no items" },
		{ FORM_AT_BYTES,   4, FRAME_RAW_MAX + 1,     "bytes" },
		{ FORM_AT_BYTES,   4, UINT32_MAX,            "bytes" },
		{ FORM_AT_BYTES,   4, 3 * FORM_ITEM - 1,     "too few" },
		{ FORM_AT_BYTES,   4, 3 * FORM_ITEM,         "unpacked" },
	};
	/* clang-format on */
	static struct forgery forgery;

	(void)state;
	for (size_t i = 0; i < COUNT(list); i++) {
		char *at;

		forge(&forgery);
		at = forgery.bytes + list[i].at;
		if (list[i].size == 1)
			*at = (char)list[i].number;
		else if (list[i].size == 4)
			form_put_u32(at, (uint32_t)list[i].number);
		else
			form_put_u64(at, list[i].number);
		must_refuse_forged(&forgery, list[i].words);
	}
}

static void a_forged_item_is_refused(void **state)
{
	static struct forgery forgery;
	char *items = forgery.bytes + FORM_HEADER;

	(void)state;
	forge(&forgery);
	form_put_u64(items, FRAME_TIME_MAX + 1);
	must_refuse_forged(&forgery, "sense");

	forge(&forgery);
	form_put_u64(items, UINT64_MAX);
	must_refuse_forged(&forgery, "sense");

	forge(&forgery);
	form_put_u32(items + 8, UINT32_MAX);
	must_refuse_forged(&forgery, "sense");

	forge(&forgery);
	form_put_u32(items + 8, FRAME_ITEM_MAX); /* the next would lie outside */
	must_refuse_forged(&forgery, "sense");

	forge(&forgery);
	forgery.size++; /* a fourth item of one byte */
	form_put_u32(forgery.bytes + FORM_AT_ITEMS, 4);
	form_put_u32(forgery.bytes + FORM_AT_BYTES, (uint32_t)(forgery.size - FORM_HEADER));
	must_refuse_forged(&forgery, "sense");

	forge(&forgery);
	items[12] = 0; /* an event about nothing; the body takes over the bytes */
	form_put_u32(items + 8, form_get_u32(items + 8) + 6);
	must_refuse_forged(&forgery, "sense");

	forge(&forgery);
	forgery.bytes[FORM_AT_CLASS] = FRAME_ALERT; /* an alert about something */
	must_refuse_forged(&forgery, "sense");
}

static void an_item_that_is_too_large_is_refused(void **state)
{
	static struct forgery forgery;
	uint32_t body = FRAME_ITEM_MAX;

	(void)state;
	for (uint32_t more = 0; more < 2; more++) {
		struct frame frame;
		const char *why;

		forge(&forgery);
		forgery.bytes[FORM_AT_CLASS] = FRAME_ALERT;
		form_put_u32(forgery.bytes + FORM_AT_ITEMS, 1);
		form_put_u32(forgery.bytes + FORM_AT_BYTES, FORM_ITEM + body + more);
		forgery.size = FORM_HEADER + FORM_ITEM + body + more;
		memset(forgery.bytes + FORM_HEADER, 0, forgery.size - FORM_HEADER);
		form_put_u32(forgery.bytes + FORM_HEADER + 8, body + more);
		if (more > 0) {
			must_refuse_forged(&forgery, "sense");
			continue;
		}
		form_put_u64(forgery.bytes + FORM_AT_CHECKSUM,
			     form_checksum(forgery.bytes, forgery.size));
		assert_int_equal(open_bytes(forgery.bytes, forgery.size, &frame, &why), 0);
	}
}

static void a_frame_beyond_its_size_is_refused(void **state)
{
	char *bytes = xcalloc(FRAME_SIZE_MAX + 1, 1);
	struct slice whole = small_frame(FRAME_EVENT, true);

	(void)state;
	memcpy(bytes, whole.bytes, whole.size);
	must_refuse(bytes, FRAME_SIZE_MAX + 1, "too large");
	free(bytes);
}

/* A hundred megabytes in ten kilobytes, which the header makes small or names as they are. */
static void a_bomb_is_refused(void **state)
{
	static const uint32_t told[] = { 3 * FORM_ITEM, FRAME_RAW_MAX - 1, FRAME_RAW_MAX,
					 FRAME_RAW_MAX + 1, 100u << 20 };
	size_t n = 100u << 20;
	char *zeros = xcalloc(n, 1);
	char *bomb = xcalloc(FRAME_SIZE_MAX, 1);
	struct slice whole = small_frame(FRAME_EVENT, true);
	size_t size = ZSTD_compress(bomb + FORM_HEADER, FRAME_SIZE_MAX - FORM_HEADER, zeros, n, 1);

	(void)state;
	assert_true(!ZSTD_isError(size) && size < 20000);
	memcpy(bomb, whole.bytes, FORM_HEADER);
	for (size_t i = 0; i < COUNT(told); i++) {
		form_put_u32(bomb + FORM_AT_BYTES, told[i]);
		must_refuse(bomb, FORM_HEADER + size,
			    told[i] > FRAME_RAW_MAX ? "bytes" : "unpacked");
	}
	free(bomb);
	free(zeros);
}

static void a_frame_that_unpacks_to_less_or_more_is_refused(void **state)
{
	struct slice whole = small_frame(FRAME_EVENT, true);
	char bytes[512];
	uint32_t n = form_get_u32(whole.bytes + FORM_AT_BYTES);

	(void)state;
	for (uint32_t told = n - 1; told <= n + 1; told += 2) {
		memcpy(bytes, whole.bytes, whole.size);
		form_put_u32(bytes + FORM_AT_BYTES, told);
		must_refuse(bytes, whole.size, "unpacked");
	}
}

/* ---- the rest ---- */

static void what_is_no_frame_does_not_look_like_one(void **state)
{
	(void)state;
	assert_true(frame_is_one("IOCF", 4));
	assert_false(frame_is_one("IOC", 3));
	assert_false(frame_is_one("IOCG", 4));
	assert_false(frame_is_one("{\"kind\":\"heartbeat\"}", 20));
	must_refuse("IOCF", 4, "header");
	must_refuse("{\"kind\":\"heartbeat\"}", 20, "begin");
	must_refuse("", 0, "begin");
}

static void classes_have_names(void **state)
{
	(void)state;
	assert_string_equal(frame_class_name(FRAME_ALERT), "alert");
	assert_string_equal(frame_class_name(FRAME_ROLLUP), "rollup");
	assert_string_equal(frame_class_name(FRAME_EVENT), "event");
}

static int split(const char *topic, struct slice *unit, struct slice *sender)
{
	char *copy = xstrndup(topic, strlen(topic));
	int r = frame_topic_split("ioc/v1", "fwd", copy, strlen(topic), unit, sender);

	if (r == 0) {
		assert_true(unit->bytes >= copy && sender->bytes > unit->bytes);
		assert_ptr_equal(sender->bytes + sender->size, copy + strlen(topic));
		unit->bytes = topic + (unit->bytes - copy);
		sender->bytes = topic + (sender->bytes - copy);
	}
	free(copy);
	return r;
}

static void topics_are_split(void **state)
{
	struct slice unit, sender;

	(void)state;
	assert_int_equal(split("ioc/v1/di.an_1-x/iocd/fwd/iocd", &unit, &sender), 0);
	same_slice(unit, slice_of("di.an_1-x"));
	same_slice(sender, slice_of("iocd"));
	assert_int_equal(split("ioc/v1/9/iocd/fwd/0-a", &unit, &sender), 0);
	same_slice(unit, slice_of("9"));
	same_slice(sender, slice_of("0-a"));

	assert_int_equal(
		frame_topic_split("ioc/v1", "ack", "ioc/v1/a/iocd/ack/b", 19, &unit, &sender), 0);
	assert_int_equal(
		frame_topic_split("ioc/v1", "fwd", "ioc/v1/a/iocd/ack/b", 19, &unit, &sender), 1);
	/* only as many bytes as are told */
	assert_int_equal(
		frame_topic_split("ioc/v1", "fwd", "ioc/v1/a/iocd/fwd/bcd", 19, &unit, &sender), 0);
	same_slice(sender, slice_of("b"));
}

static void what_is_no_topic_of_ours_is_not_split(void **state)
{
	/* clang-format off */
	static const char *const list[] = {
		"", "ioc/v1", "ioc/v1/", "ioc/v1/a", "ioc/v1/a/iocd/fwd", "ioc/v1/a/iocd/fwd/",
		"ioc/v2/a/iocd/fwd/b", "ioc/v1a/iocd/fwd/b", "x/ioc/v1/a/iocd/fwd/b",
		"ioc/v1//iocd/fwd/b", "ioc/v1/A/iocd/fwd/b", "ioc/v1/-a/iocd/fwd/b",
		"ioc/v1/.a/iocd/fwd/b", "ioc/v1/_a/iocd/fwd/b", "ioc/v1/a b/iocd/fwd/b",
		"ioc/v1/+/iocd/fwd/b", "ioc/v1/#", "ioc/v1/a/iocd/fwd/b/", "ioc/v1/a/iocd/fwd/b/c",
		"ioc/v1/a/c/iocd/fwd/b", "ioc/v1/a/iocd/fwds/b", "ioc/v1/a/iocdx/fwd/b",
		"ioc/v1/a/iocd/fwd/-b", "ioc/v1/a/iocd/fwd/B", "ioc/v1/a/iocd/fwd/b.c",
		"ioc/v1/a/iocd/fwd/b_c", "ioc/v1/a/iocd/fwd/b\xc3\xa9", "ioc/v1/a/iocd/fwd/+",
	};
	/* clang-format on */
	struct slice unit, sender;

	(void)state;
	for (size_t i = 0; i < COUNT(list); i++)
		if (split(list[i], &unit, &sender) == 0)
			fail_msg("'%s' was split", list[i]);
	assert_int_equal(
		frame_topic_split("ioc/v1", "fwd", "ioc/v1/a/iocd/fwd/b\0c", 21, &unit, &sender),
		1);
}

static void levels_have_a_longest(void **state)
{
	const char unit_64[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	const char name_32[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
	struct slice unit, sender;

	(void)state;
	for (int more_unit = 0; more_unit < 2; more_unit++)
		for (int more_name = 0; more_name < 2; more_name++) {
			CLEANUP_TEXT struct text topic = { 0 };

			text_add(&topic, "ioc/v1/%s%s/iocd/fwd/%s%s", unit_64, more_unit ? "a" : "",
				 name_32, more_name ? "b" : "");
			assert_int_equal(split(text_get(&topic), &unit, &sender),
					 more_unit || more_name);
		}
}

static void a_reader_that_read_nothing_lends_nothing(void **state)
{
	struct frame_item item;

	(void)state;
	assert_false(frame_next(reader, &item));
	assert_null(frame_writer_free(NULL));
	assert_null(frame_reader_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_that_read_nothing_lends_nothing),
		cmocka_unit_test(a_frame_is_read_as_it_was_written),
		cmocka_unit_test(the_ends_of_all_ranges_fit),
		cmocka_unit_test(a_frame_is_full_at_its_limit),
		cmocka_unit_test(one_item_always_fits),
		cmocka_unit_test(what_compresses_is_sent_so_and_what_does_not_is_not),
		cmocka_unit_test(what_is_too_large_for_a_broker_is_not_lent),
		cmocka_unit_test(every_shortened_or_longer_frame_is_refused),
		cmocka_unit_test(a_flipped_bit_never_gives_another_frame),
		cmocka_unit_test(a_forged_header_is_refused),
		cmocka_unit_test(a_forged_item_is_refused),
		cmocka_unit_test(an_item_that_is_too_large_is_refused),
		cmocka_unit_test(a_frame_beyond_its_size_is_refused),
		cmocka_unit_test(a_bomb_is_refused),
		cmocka_unit_test(a_frame_that_unpacks_to_less_or_more_is_refused),
		cmocka_unit_test(what_is_no_frame_does_not_look_like_one),
		cmocka_unit_test(classes_have_names),
		cmocka_unit_test(topics_are_split),
		cmocka_unit_test(what_is_no_topic_of_ours_is_not_split),
		cmocka_unit_test(levels_have_a_longest),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

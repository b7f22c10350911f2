/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include "fault.h"
#include "iocd/decode.h"
#include "iocd/dedup.h"

/* iocd's own reading of what the simulator sends. */
struct reader {
	struct place_world place;
	struct decoder *decoder;
	struct dedup *dedup;
};

static void reader_init(struct reader *reader, bool numbered)
{
	struct dedup_options remember = { .memory = { .ms = 90000000, .ids = 1024, .window = 64 },
					  .sources = 16 };
	struct decode_options options;

	place_init(&reader->place);
	reader->place.world.numbered = numbered;
	remember.schema = reader->place.schema;
	options = (struct decode_options){
		.prefix = "t",
		.units = reader->place.units,
		.schema = reader->place.schema,
		.limits = { .payload = 8192,
			    .depth = 8,
			    .keys = 32,
			    .batch = 16,
			    .string = 512,
			    .age_ms = 86400000,
			    .future_ms = 120000 },
	};
	reader->decoder = decoder_new(&options);
	assert_int_equal(dedup_new(&reader->dedup, &remember), 0);
}

static void reader_fini(struct reader *reader)
{
	dedup_free(reader->dedup);
	decoder_free(reader->decoder);
	place_fini(&reader->place);
}

static enum reason read_one(struct reader *reader, const char *topic, const struct text *payload)
{
	const struct decode_input input = {
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload->bytes,
		.payload_size = payload->size,
		.arrival_ms = NOON_MS,
	};
	const struct decoded *decoded;

	assert_int_equal(decode(reader->decoder, &input, &decoded), 1);
	return decoded->reason ? decoded->reason : dedup_admit(reader->dedup, &decoded->event);
}

/* Causes every fault in such a world, and notes which reasons came up. */
static void cause_all(bool numbered, bool caused[N_REASONS])
{
	struct faulty faulty = { 0 };
	struct reader reader;
	struct faults *faults;
	struct fact fact;

	reader_init(&reader, numbered);
	fact = place_fact(&reader.place, NORTH, 1, "online");
	if (numbered)
		fact.sequence = 65;
	fact_json(&faulty.payload, &reader.place.world, &fact, &no_twist);
	assert_int_equal(read_one(&reader, "t/north/one-stop/evt/record.received", &faulty.payload),
			 REASON_NONE);

	faults = faults_new(&reader.place.world);
	for (int i = 0; i < N_REASONS; i++) {
		enum reason reason = faults_turn(faults);

		assert_true(faults_make(faults, &fact, NOON_MS, &faulty));
		assert_string_equal(
			reason_name(read_one(&reader, text_get(&faulty.topic), &faulty.payload)),
			reason_name(reason));
		caused[reason] = true;
		faults_pass(faults);
	}
	text_fini(&faulty.topic);
	text_fini(&faulty.payload);
	faults_free(faults);
	reader_fini(&reader);
}

/* By a flag of the message, by how much comes, by what sites forward, or by ourselves. */
static bool is_caused_elsewhere(enum reason reason)
{
	static const enum reason elsewhere[] = {
		REASON_retained,  REASON_rate_limited, REASON_internal,       REASON_bad_frame,
		REASON_epoch_old, REASON_site_limit,   REASON_not_authorized,
	};

	for (size_t i = 0; i < COUNT(elsewhere); i++)
		if (elsewhere[i] == reason)
			return true;
	return false;
}

static void every_fault_is_refused_for_its_reason(void **state)
{
	(void)state;
	for (int numbered = 0; numbered < 2; numbered++) {
		bool caused[N_REASONS] = { false };

		cause_all(numbered, caused);
		assert_int_equal(caused[REASON_id_conflict], !numbered);
		assert_int_equal(caused[REASON_seq_conflict], numbered);
		assert_int_equal(caused[REASON_seq_old], numbered);
		caused[REASON_id_conflict] = caused[REASON_seq_conflict] = true;
		caused[REASON_seq_old] = true;
		for (int i = REASON_NONE + 1; i < N_REASONS; i++)
			assert_int_equal(caused[i], !is_caused_elsewhere((enum reason)i));
	}
}

/* What becomes of a good event that shares its message with faulty. */
static enum reason read_neighbour(struct reader *reader, const struct faulty *faulty,
				  const struct text *good)
{
	static const char topic[] = "t/north/one-stop/evt/batch";
	CLEANUP_TEXT struct text batch = { 0 };
	struct decode_input input = { .topic = topic,
				      .topic_size = sizeof(topic) - 1,
				      .arrival_ms = NOON_MS };
	const struct decoded *decoded;
	size_t n;

	text_add_bytes(&batch, "[", 1);
	text_add_bytes(&batch, faulty->payload.bytes, faulty->payload.size);
	text_add(&batch, ",%s]", text_get(good));
	input.payload = batch.bytes;
	input.payload_size = batch.size;
	n = decode(reader->decoder, &input, &decoded);
	return decoded[n - 1].reason;
}

static void only_faults_that_spare_their_neighbours_may_share_a_message(void **state)
{
	struct faulty faulty = { 0 };
	CLEANUP_TEXT struct text good = { 0 };
	struct reader reader;
	struct faults *faults;
	struct fact fact;

	(void)state;
	reader_init(&reader, false);
	fact = place_fact(&reader.place, NORTH, 1, "online");
	fact_json(&good, &reader.place.world, &fact, &no_twist);
	faults = faults_new(&reader.place.world);
	for (int i = 0; i < N_REASONS; i++, faults_pass(faults)) {
		enum reason reason = faults_turn(faults);

		assert_true(faults_make(faults, &fact, NOON_MS, &faulty));
		if (reason == REASON_unknown_unit || reason == REASON_bad_topic)
			assert_true(faulty.alone); /* it is the topic that is wrong */
		else
			assert_int_equal(read_neighbour(&reader, &faulty, &good) != REASON_NONE,
					 faulty.alone);
	}
	text_fini(&faulty.topic);
	text_fini(&faulty.payload);
	faults_free(faults);
	reader_fini(&reader);
}

static void a_number_cannot_be_older_than_nought(void **state)
{
	struct faulty faulty = { 0 };
	struct reader reader;
	struct faults *faults;
	struct fact fact;

	(void)state;
	reader_init(&reader, true);
	faults = faults_new(&reader.place.world);
	while (faults_turn(faults) != REASON_seq_old)
		faults_pass(faults);
	fact = place_fact(&reader.place, NORTH, 1, "online");
	fact.sequence = 64;
	assert_false(faults_make(faults, &fact, NOON_MS, &faulty));
	fact.sequence = 65;
	assert_true(faults_make(faults, &fact, NOON_MS, &faulty));
	assert_non_null(strstr(text_get(&faulty.payload), "\"sequence\":\"1\","));
	text_fini(&faulty.topic);
	text_fini(&faulty.payload);
	faults_free(faults);
	reader_fini(&reader);
}

static void a_fact_without_a_range_cannot_leave_it(void **state)
{
	struct faulty faulty = { 0 };
	struct place_world place;
	struct faults *faults;
	struct fact fact;

	(void)state;
	place_init(&place);
	fact_init(&fact, NORTH, RESOLVED, NOON_MS);
	fact_text(&fact, &place.world, "record", "R-1");
	faults = faults_new(&place.world);
	while (faults_turn(faults) != REASON_out_of_range)
		faults_pass(faults);
	assert_false(faults_make(faults, &fact, NOON_MS, &faulty));
	faults_free(faults);
	place_fini(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_is_refused_for_its_reason),
		cmocka_unit_test(only_faults_that_spare_their_neighbours_may_share_a_message),
		cmocka_unit_test(a_number_cannot_be_older_than_nought),
		cmocka_unit_test(a_fact_without_a_range_cannot_leave_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

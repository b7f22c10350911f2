/* SPDX-License-Identifier: Apache-2.0 */
/* The state saved at a tick, taken over by a fresh flow, and what comes of the rest. */
#include "../../saved.h"
#include "scene.h"

/* State as bytes. */
struct dump {
	struct flow *flow; /* borrowed: whose ticks are watched */
	int at_tick;       /* the tick at which to save */
	int n_ticks;
	struct saved saved;
	uint64_t position; /* of the saved state */
	uint64_t n_told;   /* transitions then */
};

static void save_at_tick(void *context, const struct flow_tick *tick)
{
	struct dump *dump = context;
	struct bytes_writer writer;

	dump->n_ticks++;
	if (dump->n_ticks != dump->at_tick)
		return;

	saved_begin(&dump->saved, &writer);
	flow_save(dump->flow, &writer);
	saved_end(&writer);
	dump->position = tick->position;
	dump->n_told = alertbook_last(flow_book(dump->flow));
}

static struct flow *make(struct scene *scene, struct dump *dump, uint64_t position)
{
	struct flow *flow;

	dump->flow = flow = scene_flow_with(scene, save_at_tick, dump, position);
	return flow;
}

static void load(struct flow *flow, const struct dump *dump, struct bytes_reader *reader)
{
	bytes_reader_init(reader, dump->saved.bytes, dump->saved.n);
	assert_int_equal(flow_load(flow, reader), 0);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Writes a history of messages and quiet times into the journal. */
static void write_history(struct scene *scene, int n)
{
	static const char *const data[][2] = {
		{ "level", "{\"value\":3}" },     { "level", "{\"value\":12}" },
		{ "closed", "{\"late\":true}" },  { "closed", "{\"late\":false}" },
		{ "hit", "{\"host\":\"h1\"}" },   { "hit", "{\"host\":\"h2\"}" },
		{ "level", "{\"value\":\"x\"}" }, { "hit", "{" },
	};
	int64_t now_ms = START + 17;
	uint32_t seed = 7;

	for (int i = 0; i < n; i++) {
		uint32_t kind = next_random(&seed) % COUNT(data);
		const char *unit = next_random(&seed) % 3 ? "d1" : "d2";
		char id[32];

		now_ms += next_random(&seed) % 20 == 0 ? 4 * MINUTE : next_random(&seed) % 900;
		snprintf(id, sizeof(id), "id-%u", next_random(&seed) % 3 ? (unsigned)i : 5);
		send_as(scene, now_ms, unit, data[kind][0], id,
			now_ms - (int64_t)(next_random(&seed) % 4 ? 0 : 3 * MINUTE), data[kind][1]);
	}
	send(scene, now_ms + SECOND, "d1", "level", "{\"value\":1}");
}

static void assert_same_bytes(const struct dump *a, const struct dump *b)
{
	assert_int_equal(a->saved.n, b->saved.n);
	assert_memory_equal(a->saved.bytes, b->saved.bytes, a->saved.n);
}

static int count_ticks(struct scene *scene)
{
	struct dump none = { 0 };
	struct flow *flow = make(scene, &none, 0);

	carry(flow);
	flow_free(flow);
	return none.n_ticks;
}

static void a_saved_state_and_the_rest_of_the_journal_are_the_whole(void **state)
{
	struct scene *scene = *state;
	struct dump whole = { 0 };
	struct flow *flow;

	scene->rate = 2;
	scene->burst = 8;
	write_history(scene, 400);
	whole.at_tick = count_ticks(scene);
	flow = make(scene, &whole, 0);
	carry(flow);
	assert_true(whole.n_told > 20 && whole.n_ticks > 1000);

	for (int tick = 1; tick < whole.n_ticks; tick += 1 + whole.n_ticks / 13) {
		struct dump part = { .at_tick = tick };
		struct dump rest = { .at_tick = whole.n_ticks - tick };
		struct flow *first = make(scene, &part, 0), *second;
		struct bytes_reader reader;

		carry(first);
		second = make(scene, &rest, 0);
		load(second, &part, &reader);
		assert_false(reader.is_bad);
		assert_ptr_equal(reader.at, reader.end);
		assert_int_equal(flow_position(second), part.position);
		assert_int_equal(n_told(second), part.n_told);
		carry(second);

		assert_int_equal(rest.n_ticks, whole.n_ticks - tick);
		assert_int_equal(n_told(second), n_told(flow));
		assert_same_bytes(&rest, &whole);
		flow_free(second);
		flow_free(first);
		saved_fini(&rest.saved);
		saved_fini(&part.saved);
	}
	flow_free(flow);
	saved_fini(&whole.saved);
}

/* Saves the state of a short history, and loads it into a flow of the scene as it is then. */
static const char *save_then_load(struct scene *scene, struct dump *dump,
				  void (*change)(struct scene *scene), struct flow **ret)
{
	struct bytes_reader reader;

	send(scene, START, "d1", "level", "{\"value\":6}");
	send(scene, START, "d1", "hit", "{\"host\":\"h1\"}");
	send(scene, START, "d1", "closed", "{\"late\":true}");
	for (int i = 0; i < 2; i++)
		send(scene, START, "d2", "closed", "{\"late\":false}");
	send(scene, START + SECOND, "d2", "level", "{\"value\":1}");
	dump->at_tick = count_ticks(scene);
	*ret = make(scene, dump, 0);
	carry(*ret);
	flow_free(*ret);

	change(scene);
	*ret = make(scene, dump, 0);
	load(*ret, dump, &reader);
	return reader.is_bad ? reader.why : "";
}

static void change_nothing(struct scene *scene)
{
	(void)scene;
}

static void move_a_unit(struct scene *scene)
{
	const struct unit unit = {
		.id = "d2", .level = "", .name_vi = "", .name_en = "", .parent = 1
	};
	uint32_t number;

	units_free(scene->units);
	scene->units = units_new();
	for (uint32_t i = 0; i < 2; i++) {
		const struct unit same = { .id = unit_ids[i],
					   .level = "",
					   .name_vi = "",
					   .name_en = "",
					   .parent = i == 0 ? UNIT_NONE : 0 };

		assert_int_equal(units_add(scene->units, &same, &number), 0);
	}
	assert_int_equal(units_add(scene->units, &unit, &number), 0);
}

static void merge_units(struct scene *scene)
{
	const struct unit root = {
		.id = "p", .level = "", .name_vi = "", .name_en = "", .parent = UNIT_NONE
	};
	const struct unit one = {
		.id = "d1", .level = "", .name_vi = "", .name_en = "", .parent = 0
	};
	uint32_t number;

	units_free(scene->units);
	scene->units = units_new();
	assert_int_equal(units_add(scene->units, &root, &number), 0);
	assert_int_equal(units_add(scene->units, &one, &number), 0);
	assert_int_equal(units_add_alias(scene->units, number, "d2"), 0);
}

static void rename_the_rules(struct scene *scene)
{
	scene->generation = "second";
}

static void figures_of_a_unit_that_moved_count_where_it_is_now(void **state)
{
	struct dump dump = { 0 };
	struct flow *flow;

	assert_string_equal(save_then_load(*state, &dump, move_a_unit, &flow), "");
	assert_true(read_figure(flow, CLOSED, UNIT_D2).value == 2);
	assert_true(read_figure(flow, CLOSED, UNIT_D1).value == 3); /* above d2 now */
	assert_true(read_figure(flow, CLOSED, UNIT_P).value == 3);
	assert_true(read_figure(flow, LATE_RATE, UNIT_P).value == 1 / 3.0);
	flow_free(flow);
	saved_fini(&dump.saved);
}

static void figures_and_accounts_of_units_that_were_merged_add_up(void **state)
{
	struct dump dump = { 0 };
	struct flow *flow;

	assert_string_equal(save_then_load(*state, &dump, merge_units, &flow), "");
	assert_true(read_figure(flow, CLOSED, UNIT_D1).value == 3);
	assert_true(read_figure(flow, CLOSED, UNIT_P).value == 3);
	assert_true(read_figure(flow, LEVEL, UNIT_D1).value == 6);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->accepted, 5);

	carry(flow); /* what d2 still sent counts for d1 */
	let_pass(*state, flow, START + 2 * SECOND);
	assert_true(read_figure(flow, LEVEL, UNIT_D1).value == 1);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->accepted, 6);
	flow_free(flow);
	saved_fini(&dump.saved);
}

static void state_of_the_same_rules_is_not_judged_again_and_of_others_is(void **state)
{
	struct scene *scene = *state;
	struct dump dump = { 0 };
	struct flow *flow;

	assert_string_equal(save_then_load(scene, &dump, change_nothing, &flow), "");
	assert_int_equal(flow_due_ms(flow), flow_tick_ms(flow) + FLOW_IDLE_MS);
	flow_free(flow);

	rename_the_rules(scene);
	flow = make(scene, &dump, 0);
	load(flow, &dump, &(struct bytes_reader){ 0 });
	assert_int_equal(flow_due_ms(flow), flow_tick_ms(flow) + FLOW_TICK_MS);
	flow_free(flow);
	saved_fini(&dump.saved);
}

static void state_cut_short_anywhere_is_rejected(void **state)
{
	struct scene *scene = *state;
	struct dump dump = { 0 };
	struct flow *flow;

	assert_string_equal(save_then_load(scene, &dump, change_nothing, &flow), "");
	flow_free(flow);
	for (size_t n = 0; n < dump.saved.n; n += 1 + dump.saved.n / 97) {
		struct bytes_reader reader;

		flow = make(scene, &dump, 0);
		bytes_reader_init(&reader, dump.saved.bytes, n);
		(void)flow_load(flow, &reader);
		assert_true(reader.is_bad);
		flow_free(flow);
	}
	saved_fini(&dump.saved);
}

#define T(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_saved_state_and_the_rest_of_the_journal_are_the_whole),
		T(figures_of_a_unit_that_moved_count_where_it_is_now),
		T(figures_and_accounts_of_units_that_were_merged_add_up),
		T(state_of_the_same_rules_is_not_judged_again_and_of_others_is),
		T(state_cut_short_anywhere_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

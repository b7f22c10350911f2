/* SPDX-License-Identifier: Apache-2.0 */
/* Records that come due by the clock, who reports, clocks that are fast, what comes late, and what
 * leaves for history. */
#include "../../saved.h"
#include "tracked.h"

#define WAVE       10000
#define DAMAGES    300
#define WAVE_BATCH 250

/* ---- records ---- */

static void a_record_that_comes_due_soon_by_time_alone_is_told_by_an_event_rule(void **state)
{
	struct scene *scene = ((struct tracked *)*state)->scene;
	struct flow *flow = scene_flow(scene);
	const struct transition *told;

	open_record(scene, START, "r1", START + MINUTE);
	carry(flow);
	let_pass(scene, flow, START + 29 * SECOND + 500);
	assert_int_equal(n_told(flow), 0);
	assert_true(read_figure(flow, OPEN, UNIT_P).value == 1);
	assert_true(read_figure(flow, OPEN_DUE_SOON, UNIT_P).value == 0);
	assert_int_equal(flow_due_ms(flow), START + 30 * SECOND); /* before it is idle for long */

	let_pass(scene, flow, START + 30 * SECOND);
	assert_int_equal(n_told(flow), 1);
	told = told_at(flow, 1);
	assert_string_equal(told->alert.rule->id, "due-soon");
	assert_string_equal(told->alert.subject, "r1");
	assert_int_equal(told->alert.unit, UNIT_D1);
	assert_int_equal(told->time_ms, START + 30 * SECOND);
	assert_true(read_figure(flow, OPEN_DUE_SOON, UNIT_P).value == 1);

	let_pass(scene, flow, START + MINUTE);
	assert_true(read_figure(flow, OPEN_DUE_SOON, UNIT_P).value == 0);
	assert_true(read_figure(flow, OPEN_OVERDUE, UNIT_P).value == 1);
	flow_free(flow);
}

static void a_record_that_is_closed_counts_as_on_time_or_not(void **state)
{
	struct scene *scene = ((struct tracked *)*state)->scene;
	struct flow *flow = scene_flow(scene);

	open_record(scene, START, "r1", START + MINUTE);
	open_record(scene, START, "r2", START + MINUTE);
	send(scene, START + MINUTE, "d1", "done", "{\"record\":\"r1\"}");
	send(scene, START + MINUTE + SECOND, "d1", "done", "{\"record\":\"r2\"}");
	carry(flow);
	let_pass(scene, flow, START + 2 * MINUTE);

	assert_true(read_figure(flow, ENDED_ON_TIME, UNIT_P).value == 1);
	assert_true(read_figure(flow, OPEN, UNIT_D1).value == 0);
	assert_true(read_figure(flow, OPEN_OVERDUE, UNIT_D1).value == 0);
	assert_int_equal(ledger_all(flow_ledger(flow))->accepted, 4); /* nobody sent the others */
	flow_free(flow);
}

static void open_wave(struct scene *scene, int64_t due_ms)
{
	for (int i = 0; i < WAVE; i += WAVE_BATCH) {
		CLEANUP_TEXT struct text payload = { 0 };

		for (int k = i; k < i + WAVE_BATCH; k++) {
			CLEANUP_TEXT struct text data = { 0 };
			char id[32];

			(void)snprintf(id, sizeof(id), "r%d", k);
			write_opening(&data, id, due_ms);
			text_add(&payload, "%s", k == i ? "[" : ",");
			write_event(&payload, "d1", "opened", id, START, text_get(&data));
		}
		text_add(&payload, "]");
		append(scene, START, "ioc/v1/d1/desk/evt/opened", text_get(&payload));
	}
}

static void ten_thousand_records_due_at_once_take_several_ticks_one_after_the_other(void **state)
{
	struct tracked *tracked = *state;
	struct scene *scene = tracked->scene;
	int64_t due_ms = START + MINUTE;
	struct flow *flow;

	tracked->track.due_soon_ms = 0;
	scene->memory_ids = WAVE;
	flow = scene_flow(scene);
	open_wave(scene, due_ms);
	assert_int_equal(carry(flow), WAVE / WAVE_BATCH);
	let_pass(scene, flow, due_ms - FLOW_TICK_MS);
	assert_true(read_figure(flow, OPEN, UNIT_P).value == WAVE);
	assert_int_equal(flow_due_ms(flow), due_ms);

	for (int left = WAVE; left > 0; left -= TRACKERS_BATCH) {
		int n_due = WAVE - left + (left < TRACKERS_BATCH ? left : TRACKERS_BATCH);

		assert_int_equal(flow_due_ms(flow), due_ms);
		let_pass(scene, flow, due_ms);
		assert_true(read_figure(flow, OPEN_OVERDUE, UNIT_P).value == n_due);
		due_ms += FLOW_TICK_MS;
	}
	assert_true(flow_due_ms(flow) > due_ms);
	flow_free(flow);
}

/* ---- who reports ---- */

static void a_retained_word_on_presence_is_taken_and_a_retained_event_is_not(void **state)
{
	static const char word[] = "{\"state\":\"online\",\"session\":7}";
	struct scene *scene = ((struct tracked *)*state)->scene;
	struct flow *flow = scene_flow(scene);
	const struct account *all = ledger_all(flow_ledger(flow));
	CLEANUP_TEXT struct text event = { 0 };

	append_flagged(scene, START, RECORD_RETAINED, "ioc/v1/d1/desk/state", word);
	carry(flow);
	assert_int_equal(n_refused(all), 0);
	assert_int_equal(contracts_view(flow_contracts(flow), 0, UNIT_D1).presence,
			 PRESENCE_ONLINE);
	assert_int_equal(contracts_view(flow_contracts(flow), 0, UNIT_D2).presence,
			 PRESENCE_UNKNOWN);

	write_event(&event, "d1", "hit", "a", START, "{\"host\":\"h\"}");
	append_flagged(scene, START, RECORD_RETAINED, "ioc/v1/d1/desk/evt/hit", text_get(&event));
	append(scene, START, "ioc/v1/d2/desk/state", "{\"state\":\"asleep\",\"session\":7}");
	carry(flow);
	assert_int_equal(all->refused[REASON_retained], 1);
	assert_int_equal(all->refused[REASON_out_of_range], 1);
	assert_int_equal(n_refused(all), 2);
	assert_int_equal(all->accepted, 0);
	flow_free(flow);
}

static void a_unit_that_is_connected_but_mute_is_told_as_such(void **state)
{
	struct scene *scene = ((struct tracked *)*state)->scene;
	struct flow *flow = scene_flow(scene);
	const struct transition *told;

	send(scene, START, "d1", "closed", "{\"late\":false}");
	send(scene, START, "d2", "closed", "{\"late\":false}");
	append(scene, START, "ioc/v1/d1/iocd/state", "{\"state\":\"online\",\"session\":7}");
	pass_idly(scene, START, START + 15 * SECOND);
	send(scene, START + 15 * SECOND, "d2", "closed", "{\"late\":false}");
	pass_idly(scene, START + 15 * SECOND, START + 20 * SECOND - FLOW_TICK_MS);
	carry(flow);
	assert_int_equal(n_told(flow), 0);
	pass_idly(scene, START + 20 * SECOND, START + 30 * SECOND);
	let_pass(scene, flow, START + 30 * SECOND);

	assert_int_equal(n_told(flow), 1); /* neither d2 nor p */
	told = told_at(flow, 1);
	assert_string_equal(told->alert.rule->id, "mute");
	assert_int_equal(told->alert.unit, UNIT_D1);
	assert_int_equal(told->alert.presence, PRESENCE_ONLINE);
	assert_int_equal(read_figure(flow, CLOSED, UNIT_P).quality, QUALITY_PARTIAL);
	assert_int_equal(read_figure(flow, CLOSED, UNIT_P).reporting, 1);
	assert_int_equal(read_figure(flow, CLOSED, UNIT_P).expected, 2);
	flow_free(flow);
}

/* ---- event time ---- */

static void an_event_beyond_lateness_corrects_the_past_and_is_found_but_raises_nothing(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct finding *finding;

	send_as(scene, START, "d1", "hit", "a", START - HOUR - 1, "{\"host\":\"h1\"}");
	send_as(scene, START, "d1", "closed", "b", START - HOUR - 1, "{\"late\":true}");
	carry(flow);
	let_pass(scene, flow, START + SECOND);
	assert_int_equal(n_told(flow), 0);
	assert_int_equal(findings_last(flow_findings(flow)), 1);
	finding = findings_at(flow_findings(flow), 1);
	assert_string_equal(finding->rule, "hit");
	assert_string_equal(finding->subject, "h1");
	assert_int_equal(finding->unit, UNIT_D1);
	assert_int_equal(finding->first_ms, START - HOUR - 1);
	assert_int_equal(finding->found_ms, START);
	assert_true(indicators_read(flow_indicators(flow), CLOSED, UNIT_P, &today).value == 1);
	assert_true(read_figure(flow, CLOSED, UNIT_P).value == 0);

	send_as(scene, START + SECOND, "d1", "hit", "c", START + SECOND - HOUR,
		"{\"host\":\"h1\"}");
	carry(flow);
	assert_int_equal(n_told(flow), 1); /* just in time */
	assert_int_equal(findings_last(flow_findings(flow)), 1);
	flow_free(flow);
}

static void note_clock(void *context, const struct clock_view *view)
{
	*(struct clock_view *)context = *view;
}

static void events_of_a_fast_clock_count_when_they_happened_and_harm_nobody(void **state)
{
	struct scene *scene = *state;
	struct clock_view fast = { 0 };
	struct flow *flow;

	scene->ahead_ms = 2 * DAY;
	flow = scene_flow(scene);
	for (int i = 0; i < 4; i++) {
		char id[24];

		(void)snprintf(id, sizeof(id), "fast-%d", i);
		send_as(scene, START + i * SECOND, "d2", "closed", id, START + i * SECOND + DAY,
			"{\"late\":true}");
		send(scene, START + i * SECOND, "d1", "closed", "{\"late\":false}");
	}
	send_as(scene, START + 4 * SECOND, "d2", "closed", "far", START + 3 * DAY,
		"{\"late\":true}");
	carry(flow);
	let_pass(scene, flow, START + 5 * SECOND);

	assert_true(read_figure(flow, CLOSED, UNIT_D2).value == 4);
	assert_true(read_figure(flow, CLOSED, UNIT_D1).value == 4);
	assert_true(read_figure(flow, CLOSED, UNIT_D2).last_ms <= START + 5 * SECOND);
	assert_int_equal(ledger_all(flow_ledger(flow))->refused[REASON_ts_future], 1);
	assert_int_equal(clocks_count(flow_clocks(flow)), 1);
	clocks_each(flow_clocks(flow), note_clock, &fast);
	assert_int_equal(fast.unit, UNIT_D2);
	assert_int_equal(fast.ahead_ms, DAY);
	assert_int_equal(fast.corrected, 4);
	flow_free(flow);
}

/* ---- history ---- */

struct left {
	unsigned n_batches;
	uint64_t number;
	int64_t tick_ms;
	size_t n_cells;
	uint64_t n_events; /* of d1 in its hour */
};

static void note_batches(void *context, const struct flow_tick *tick)
{
	struct left *left = context;

	left->n_batches += (unsigned)tick->n_batches;
	for (size_t i = 0; i < tick->n_batches; i++) {
		const struct cell_batch *batch = &tick->batches[i];

		left->number = batch->number;
		left->tick_ms = batch->tick_ms;
		left->n_cells += batch->n;
		for (size_t k = 0; k < batch->n; k++)
			if (batch->cells[k].unit == UNIT_D1 && batch->cells[k].hour == START / HOUR)
				left->n_events += batch->cells[k].n;
	}
}

static void an_hour_that_is_over_is_handed_out_two_minutes_later(void **state)
{
	struct scene *scene = *state;
	struct left left = { 0 };
	struct flow *flow = scene_flow_with(scene, note_batches, &left, 0);

	for (int i = 0; i < 3; i++)
		send(scene, START + 59 * MINUTE, "d1", "level", "{\"value\":1}");
	carry(flow);
	let_pass(scene, flow, START + HOUR + 2 * MINUTE - FLOW_TICK_MS);
	assert_int_equal(left.n_batches, 0);
	assert_int_equal(indicators_last_batch(flow_indicators(flow)), 0);

	let_pass(scene, flow, START + HOUR + 2 * MINUTE);
	assert_int_equal(left.n_batches, 1);
	assert_int_equal(left.number, 1);
	assert_int_equal(left.tick_ms, START + HOUR + 2 * MINUTE);
	assert_int_equal(left.n_cells, 1);
	assert_int_equal(left.n_events, 3);
	assert_int_equal(indicators_last_batch(flow_indicators(flow)), 1);

	send_as(scene, START + HOUR + 3 * MINUTE, "d1", "level", "late", START + MINUTE,
		"{\"value\":1}");
	carry(flow);
	let_pass(scene, flow, START + HOUR + 10 * MINUTE);
	assert_int_equal(left.number, 2); /* what came late for it, at the next round */
	assert_int_equal(left.n_events, 4);
	flow_free(flow);
}

/* ---- state ---- */

struct keeping {
	struct flow *flow; /* borrowed: whose ticks are watched */
	int64_t at_ms;     /* the tick at which to save */
	struct saved saved;
};

static void keep_at_tick(void *context, const struct flow_tick *tick)
{
	struct keeping *keeping = context;
	struct bytes_writer writer;

	(void)tick;
	if (flow_tick_ms(keeping->flow) != keeping->at_ms)
		return;
	saved_fini(&keeping->saved);
	keeping->saved = (struct saved){ 0 };
	saved_begin(&keeping->saved, &writer);
	flow_save(keeping->flow, &writer);
	saved_end(&writer);
}

/* Something of everything: open, due and closed records, a clock that is off, a late finding, who
 * is missing, who is connected, alerts. */
static void live(struct scene *scene)
{
	scene->ahead_ms = DAY;
	for (int i = 0; i < 6; i++) {
		char id[24];

		(void)snprintf(id, sizeof(id), "r%d", i);
		open_record(scene, START + i * SECOND, id, START + (2 + 10 * i) * SECOND);
		(void)snprintf(id, sizeof(id), "fast-%d", i);
		send_as(scene, START + i * SECOND, "d2", "closed", id,
			START + i * SECOND + 2 * HOUR, "{\"late\":true}");
	}
	append(scene, START + 6 * SECOND, "ioc/v1/d1/desk/state",
	       "{\"state\":\"online\",\"session\":7}");
	send(scene, START + 7 * SECOND, "d1", "done", "{\"record\":\"r5\"}");
	send(scene, START + 7 * SECOND, "d1", "done", "{\"record\":\"never-opened\"}");
	send_as(scene, START + 7 * SECOND, "d1", "hit", "old", START - 2 * HOUR,
		"{\"host\":\"h1\"}");
	send(scene, START + 7 * SECOND, "d1", "hit", "{\"host\":\"h2\"}");
	pass_idly(scene, START + 8 * SECOND, START + 28 * SECOND);
}

static struct flow *begin(struct scene *scene, struct keeping *keeping)
{
	keeping->flow = scene_flow_with(scene, keep_at_tick, keeping, 0);
	return keeping->flow;
}

static void records_clocks_and_who_is_missing_outlive_a_restart(void **state)
{
	struct scene *scene = ((struct tracked *)*state)->scene;
	struct keeping half = { .at_ms = START + 10 * SECOND };
	struct keeping whole = { .at_ms = START + 28 * SECOND };
	struct keeping rest = whole;
	struct trackers_counts records;
	struct bytes_reader reader;
	struct flow *flow;

	live(scene);
	flow = begin(scene, &half);
	carry(flow);
	flow_free(flow);
	flow = begin(scene, &whole);
	carry(flow);
	assert_true(n_told(flow) >= 4); /* due soon; missing */
	trackers_count(flow_trackers(flow), &records);
	assert_int_equal(records.open, 5);
	assert_int_equal(records.waiting, 1);
	assert_int_equal(clocks_count(flow_clocks(flow)), 1);
	assert_int_equal(findings_last(flow_findings(flow)), 1);
	flow_free(flow);

	flow = begin(scene, &rest);
	bytes_reader_init(&reader, half.saved.bytes, half.saved.n);
	assert_int_equal(flow_load(flow, &reader), 0);
	assert_false(reader.is_bad);
	carry(flow);
	assert_int_equal(rest.saved.n, whole.saved.n);
	assert_memory_equal(rest.saved.bytes, whole.saved.bytes, whole.saved.n);
	flow_free(flow);
	saved_fini(&rest.saved);
	saved_fini(&whole.saved);
	saved_fini(&half.saved);
}

static void a_damaged_state_is_refused_or_is_read_to_its_end(void **state)
{
	struct scene *scene = ((struct tracked *)*state)->scene;
	struct keeping kept = { .at_ms = START + 28 * SECOND };
	struct bytes_reader reader;
	int n_refused_states = 0;
	uint32_t seed = 1;
	struct flow *flow;

	live(scene);
	flow = begin(scene, &kept);
	carry(flow);
	flow_free(flow);
	for (int i = 0; i < DAMAGES; i++) {
		struct told told = { 0 };
		size_t at = (seed = seed * 1664525 + 1013904223) % kept.saved.n;
		char bits = (char)(1 << (seed >> 28 & 7));

		kept.saved.bytes[at] ^= bits;
		flow = scene_flow_at(scene, &told, 0);
		bytes_reader_init(&reader, kept.saved.bytes, kept.saved.n);
		(void)flow_load(flow, &reader);
		assert_true(reader.is_bad || reader.at == reader.end);
		n_refused_states += reader.is_bad;
		kept.saved.bytes[at] ^= bits;
		flow_free(flow);
	}
	assert_true(n_refused_states > DAMAGES / 20 && n_refused_states < DAMAGES);
	saved_fini(&kept.saved);
}

#define T(name)       cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)
#define TRACKED(name) cmocka_unit_test_setup_teardown(name, track, untrack)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRACKED(a_record_that_comes_due_soon_by_time_alone_is_told_by_an_event_rule),
		TRACKED(a_record_that_is_closed_counts_as_on_time_or_not),
		TRACKED(ten_thousand_records_due_at_once_take_several_ticks_one_after_the_other),
		TRACKED(a_retained_word_on_presence_is_taken_and_a_retained_event_is_not),
		TRACKED(a_unit_that_is_connected_but_mute_is_told_as_such),
		T(an_event_beyond_lateness_corrects_the_past_and_is_found_but_raises_nothing),
		T(events_of_a_fast_clock_count_when_they_happened_and_harm_nobody),
		T(an_hour_that_is_over_is_handed_out_two_minutes_later),
		TRACKED(records_clocks_and_who_is_missing_outlive_a_restart),
		TRACKED(a_damaged_state_is_refused_or_is_read_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

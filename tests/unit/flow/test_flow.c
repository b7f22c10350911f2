/* SPDX-License-Identifier: Apache-2.0 */
/* Against a real journal; every time is the tests' own. */
#include "scene.h"

static void a_record_reaches_the_figures_of_its_unit_and_all_above(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);

	send(scene, START, "d1", "level", "{\"value\":3}");
	send(scene, START, "d1", "closed", "{\"late\":true}");
	send(scene, START + 10, "d2", "closed", "{\"late\":false}");
	assert_int_equal(carry(flow), 3);
	let_pass(scene, flow, START + FLOW_TICK_MS);

	assert_true(read_figure(flow, LEVEL, UNIT_D1).value == 3);
	assert_true(read_figure(flow, CLOSED, UNIT_D1).value == 1);
	assert_true(read_figure(flow, CLOSED_LATE, UNIT_D2).value == 0);
	assert_true(read_figure(flow, CLOSED, UNIT_P).value == 2);
	assert_true(read_figure(flow, LATE_RATE, UNIT_P).value == 0.5);
	flow_free(flow);
}

static void figures_are_rolled_up_and_told_at_the_tick_after_the_arrival(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	uint64_t end;

	send(scene, START + 30, "d1", "closed", "{\"late\":true}");
	carry(flow);
	assert_int_equal(scene->told.n_changes, 0);

	let_pass(scene, flow, START + FLOW_TICK_MS - 1);
	assert_int_equal(scene->told.n_changes, 0);
	end = journal_end(scene->journal);
	let_pass(scene, flow, START + FLOW_TICK_MS);
	assert_int_equal(scene->told.n_changes, 8); /* every figure of d1, first heard, and p */
	assert_int_equal(scene->told.position, end);
	flow_free(flow);
}

static void a_crossed_limit_is_told_with_where_it_came_from(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct transition *told;
	uint64_t end;

	send(scene, START + 30, "d2", "level", "{\"value\":12}");
	carry(flow);
	assert_int_equal(n_told(flow), 0);
	end = journal_end(scene->journal);
	let_pass(scene, flow, START + 5 * SECOND);

	assert_int_equal(n_told(flow), 1);
	told = told_at(flow, 1);
	assert_int_equal(told->news, NEWS_RAISED);
	assert_int_equal(told->time_ms, START + FLOW_TICK_MS);
	assert_int_equal(told->position, end);
	assert_ptr_equal(told->alert.rule, &scene->rules[RULE_LEVEL]);
	assert_int_equal(told->alert.unit, UNIT_D2);
	assert_int_equal(told->alert.machine.severity, SEVERITY_CRITICAL);
	assert_true(told->alert.reading.value == 12);
	flow_free(flow);
}

static void an_event_rule_is_told_at_the_arrival_itself(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);

	send(scene, START + 30, "d1", "hit", "{\"host\":\"h1\"}");
	carry(flow);

	assert_int_equal(n_told(flow), 1);
	assert_int_equal(told_at(flow, 1)->time_ms, START + 30);
	assert_int_equal(told_at(flow, 1)->position, journal_end(scene->journal));
	assert_string_equal(told_at(flow, 1)->alert.subject, "h1");
	flow_free(flow);
}

static void hold_and_fade_pass_at_their_tick_not_at_the_next_record(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);

	for (int i = 0; i < 4; i++)
		send(scene, START, "d1", "closed", "{\"late\":true}");
	for (int i = 0; i < 40; i++)
		send(scene, START + MINUTE, "d1", "closed", "{\"late\":false}");
	send(scene, START + 10 * MINUTE, "d1", "closed", "{\"late\":false}");
	carry(flow);

	assert_int_equal(n_told(flow), 4);
	for (uint64_t n = 1; n <= 2; n++) { /* d1 and p */
		assert_int_equal(told_at(flow, n)->news, NEWS_RAISED);
		assert_int_equal(told_at(flow, n)->time_ms, START + FLOW_TICK_MS + SECOND);
	}
	for (uint64_t n = 3; n <= 4; n++) {
		assert_int_equal(told_at(flow, n)->news, NEWS_CLEARED);
		assert_int_equal(told_at(flow, n)->time_ms, START + MINUTE + FLOW_TICK_MS + SECOND);
	}
	flow_free(flow);
}

static void idle_time_lets_a_held_alert_rise(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);

	for (int i = 0; i < 4; i++)
		send(scene, START, "d1", "closed", "{\"late\":true}");
	carry(flow);
	let_pass(scene, flow, START + SECOND);
	assert_int_equal(n_told(flow), 0);
	let_pass(scene, flow, START + FLOW_TICK_MS + SECOND);
	assert_int_equal(n_told(flow), 2);
	flow_free(flow);
}

static void time_is_due_at_the_next_tick_after_a_message_then_once_a_second(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);

	assert_int_equal(flow_due_ms(flow), INT64_MAX);
	send(scene, START + 30, "d1", "level", "{\"value\":3}");
	carry(flow);
	assert_int_equal(flow_due_ms(flow), START + FLOW_TICK_MS);
	let_pass(scene, flow, START + FLOW_TICK_MS);
	assert_int_equal(flow_due_ms(flow), START + FLOW_TICK_MS + FLOW_IDLE_MS);
	let_pass(scene, flow, START + MINUTE);
	assert_int_equal(flow_due_ms(flow), START + MINUTE + FLOW_IDLE_MS);
	flow_free(flow);
}

static void time_is_due_earlier_for_an_alert_that_will_move_and_for_new_rules(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);

	for (int i = 0; i < 4; i++)
		send(scene, START, "d1", "closed", "{\"late\":true}");
	carry(flow);
	let_pass(scene, flow, START + FLOW_TICK_MS + 630);
	assert_int_equal(flow_tick_ms(flow), START + FLOW_TICK_MS + 600);
	assert_int_equal(flow_due_ms(flow),
			 START + FLOW_TICK_MS + SECOND); /* it has held so long */

	append_rules(scene, START + FLOW_TICK_MS + 640, scene->rules, N_RULES);
	carry(flow);
	assert_int_equal(flow_due_ms(flow), START + FLOW_TICK_MS + 700);
	flow_free(flow);
}

static void a_hole_in_the_journal_is_passed_over_and_counted(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	uint64_t holes = counter_get(COUNTER_journal_holes);
	struct record hole = { .kind = RECORD_HOLE, .payload = "x", .payload_size = 1 };

	send(scene, START, "d1", "hit", "{\"host\":\"h1\"}");
	carry(flow);
	hole.position = journal_end(scene->journal);
	hole.next = hole.position + 40;
	hole.arrival_ms = START;
	flow_carry(flow, &hole);

	assert_int_equal(counter_get(COUNTER_journal_holes), holes + 1);
	assert_int_equal(flow_position(flow), hole.next);
	assert_int_equal(n_told(flow), 1);
	assert_int_equal(n_refused(ledger_all(flow_ledger(flow))), 0);
	flow_free(flow);
}

static void time_that_was_let_pass_does_not_come_again(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	unsigned n_ticks;

	let_pass(scene, flow, START + MINUTE);
	n_ticks = scene->told.n_ticks;
	send(scene, START, "d1", "hit", "{\"host\":\"h1\"}"); /* by a clock that was put back */
	carry(flow);
	let_pass(scene, flow, START + SECOND);

	assert_int_equal(scene->told.n_ticks, n_ticks);
	assert_int_equal(told_at(flow, 1)->time_ms, START + MINUTE);
	flow_free(flow);
}

static void a_clock_that_is_set_at_last_does_not_let_decades_pass(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);

	send_as(scene, 5 * SECOND, "d1", "level", "a", START, "{\"value\":12}");
	carry(flow);
	let_pass(scene, flow, MINUTE);
	assert_int_equal(scene->told.n_ticks, 0);
	assert_int_equal(ledger_all(flow_ledger(flow))->refused[REASON_ts_future], 1);

	send(scene, START, "d1", "level", "{\"value\":12}");
	carry(flow);
	let_pass(scene, flow, START + FLOW_TICK_MS);
	assert_int_equal(scene->told.n_ticks, 2);
	assert_int_equal(n_told(flow), 1);
	flow_free(flow);
}

static void a_flow_begins_where_it_is_told_to(void **state)
{
	struct scene *scene = *state;
	struct told told = { 0 };
	struct flow *flow;
	uint64_t middle;

	send(scene, START, "d1", "closed", "{\"late\":true}");
	middle = journal_end(scene->journal);
	send(scene, START, "d1", "closed", "{\"late\":true}");
	flow = scene_flow_at(scene, &told, middle);
	assert_int_equal(flow_position(flow), middle);

	assert_int_equal(carry(flow), 1);
	assert_int_equal(flow_position(flow), journal_end(scene->journal));
	assert_int_equal(ledger_all(flow_ledger(flow))->accepted, 1);
	flow_free(flow);
}

/* ---- what is turned away ---- */

static void what_is_refused_is_counted_with_its_reason_and_sampled(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct sample *sample;

	append(scene, START, "ioc/v1/d1/desk/evt/closed", "{\"id\":");
	append(scene, START, "ioc/v1/d9/desk/evt/closed", "{}");
	carry(flow);

	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->refused[REASON_json_syntax], 1);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_NONE)->refused[REASON_unknown_unit],
			 1);
	assert_int_equal(deadletter_last(flow_deadletter(flow)), 2);
	sample = deadletter_at(flow_deadletter(flow), 1);
	assert_int_equal(sample->reason, REASON_json_syntax);
	assert_int_equal(sample->unit, UNIT_D1);
	assert_int_equal(sample->arrival_ms, START);
	assert_memory_equal(sample->payload, "{\"id\":", 6);
	sample = deadletter_at(flow_deadletter(flow), 2);
	assert_int_equal(sample->reason, REASON_unknown_unit);
	assert_int_equal(sample->unit, UNIT_NONE);
	assert_true(sample->position > 0);
	flow_free(flow);
}

static void a_bad_event_of_a_batch_is_refused_alone(void **state)
{
	struct scene *scene = *state;
	CLEANUP_TEXT struct text payload = { 0 };
	struct flow *flow = scene_flow(scene);

	text_add(&payload, "[");
	write_event(&payload, "d1", "closed", "a", START, "{\"late\":true}");
	text_add(&payload, ",");
	write_event(&payload, "d1", "closed", "b", START, "{\"late\":3}");
	text_add(&payload, ",");
	write_event(&payload, "d1", "closed", "c", START, "{\"late\":false}");
	text_add(&payload, "]");
	append(scene, START, "ioc/v1/d1/desk/evt/closed", text_get(&payload));
	carry(flow);

	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->accepted, 2);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->refused[REASON_bad_type], 1);
	assert_int_equal(deadletter_at(flow_deadletter(flow), 1)->nth, 1);
	flow_free(flow);
}

static void an_event_counts_once_and_a_changed_one_not_at_all(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct account *account = ledger_unit(flow_ledger(flow), UNIT_D1);

	send_as(scene, START, "d1", "closed", "a", START, "{\"late\":true}");
	send_as(scene, START + 9 * MINUTE, "d1", "closed", "a", START, "{\"late\":true}");
	send_as(scene, START + 9 * MINUTE, "d1", "closed", "a", START, "{\"late\":false}");
	carry(flow);
	let_pass(scene, flow, START + 9 * MINUTE + FLOW_TICK_MS);

	assert_int_equal(account->accepted, 1);
	assert_int_equal(account->refused[REASON_duplicate], 1);
	assert_int_equal(account->refused[REASON_id_conflict], 1);
	assert_true(read_figure(flow, CLOSED, UNIT_D1).value == 1);
	assert_int_equal(dedup_count(flow_dedup(flow)), 1);
	flow_free(flow);
}

static void a_retained_message_is_refused(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	CLEANUP_TEXT struct text payload = { 0 };

	write_event(&payload, "d1", "hit", "a", START, "{\"host\":\"h\"}");
	append_flagged(scene, START, RECORD_RETAINED, "ioc/v1/d1/desk/evt/hit", text_get(&payload));
	carry(flow);
	assert_int_equal(ledger_all(flow_ledger(flow))->refused[REASON_retained], 1);
	assert_int_equal(n_told(flow), 0);
	flow_free(flow);
}

static void a_unit_above_its_rate_is_refused_and_the_others_are_not(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	scene->rate = 1;
	scene->burst = 2;
	flow = scene_flow(scene);
	for (int i = 0; i < 5; i++)
		send(scene, START, "d1", "closed", "{\"late\":true}");
	send(scene, START, "d2", "closed", "{\"late\":true}");
	carry(flow);

	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->accepted, 2);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->refused[REASON_rate_limited], 3);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D2)->accepted, 1);
	flow_free(flow);
}

static void a_backlog_is_not_charged_to_the_rate(void **state)
{
	struct scene *scene = *state;
	CLEANUP_TEXT struct text payload = { 0 };
	struct flow *flow;
	char id[24];

	scene->rate = 1;
	scene->burst = 2;
	flow = scene_flow(scene);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(id, sizeof(id), "kept-%d", i);
		text_clear(&payload);
		write_event(&payload, "d1", "closed", id, START - 10 * MINUTE, "{\"late\":true}");
		append(scene, START, "ioc/v1/d1/desk/evt/closed", text_get(&payload));
	}
	carry(flow);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->accepted, 20);
	flow_free(flow);
}

static void what_came_too_fast_may_come_again_later(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	scene->rate = 1;
	scene->burst = 1;
	flow = scene_flow(scene);
	send_as(scene, START, "d1", "closed", "a", START, "{\"late\":true}");
	send_as(scene, START, "d1", "closed", "b", START, "{\"late\":true}");
	carry(flow);
	assert_int_equal(dedup_count(flow_dedup(flow)), 1);

	send_as(scene, START + SECOND, "d1", "closed", "b", START, "{\"late\":true}");
	carry(flow);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->accepted, 2);
	assert_int_equal(ledger_unit(flow_ledger(flow), UNIT_D1)->refused[REASON_duplicate], 0);
	flow_free(flow);
}

static void an_event_counts_as_late_beyond_a_minute(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	uint64_t late = counter_get(COUNTER_events_late);

	send_as(scene, START, "d1", "closed", "a", START - MINUTE, "{\"late\":true}");
	carry(flow);
	assert_int_equal(counter_get(COUNTER_events_late), late);
	send_as(scene, START, "d1", "closed", "b", START - MINUTE - 1, "{\"late\":true}");
	carry(flow);
	assert_int_equal(counter_get(COUNTER_events_late), late + 1);
	flow_free(flow);
}

/* ---- much of everything ---- */

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* One message of some kind that arrives at now_ms. */
static void send_anything(struct scene *scene, uint32_t *seed, int64_t now_ms)
{
	const char *unit = unit_ids[next_random(seed) % N_UNITS];
	uint32_t kind = next_random(seed) % 20;
	int64_t time_ms = now_ms - next_random(seed) % (3 * MINUTE);
	char id[32], data[64];

	snprintf(id, sizeof(id), "any-%u", next_random(seed) % 2000);
	if (kind == 0)
		append(scene, now_ms, "ioc/v1/d1/desk/evt/closed", "[");
	else if (kind == 1)
		append(scene, now_ms, "ioc/v1/nowhere/desk/evt/closed", "{}");
	else if (kind == 2)
		send_as(scene, now_ms, unit, "closed", id, now_ms + DAY, "{\"late\":true}");
	else if (kind == 3)
		send_as(scene, now_ms, unit, "closed", id, now_ms - 2 * DAY, "{\"late\":true}");
	else if (kind == 4) {
		snprintf(data, sizeof(data), "{\"host\":\"h%u\"}", next_random(seed) % 3);
		send_as(scene, now_ms, unit, "hit", id, time_ms, data);
	} else if (kind < 10) {
		snprintf(data, sizeof(data), "{\"value\":%u}", next_random(seed) % 12);
		send_as(scene, now_ms, unit, "level", id, time_ms, data);
	} else {
		bool late = next_random(seed) % 10 == 0;

		send_as(scene, now_ms, unit, "closed", id, time_ms,
			late ? "{\"late\":true}" : "{\"late\":false}");
	}
}

static int64_t gap(uint32_t *seed)
{
	uint32_t kind = next_random(seed) % 50;

	if (kind == 0)
		return next_random(seed) % (5 * MINUTE); /* long enough to fall silent */
	return kind < 20 ? 0 : next_random(seed) % (2 * SECOND);
}

static void what_was_seen_was_accepted_or_refused(void **state)
{
	static const enum counter counters[] = { COUNTER_events_seen, COUNTER_events_accepted,
						 COUNTER_events_refused };
	struct scene *scene = *state;
	uint64_t before[COUNT(counters)], n_all = 0;
	const struct account *all;
	int64_t now_ms = START;
	uint32_t seed = 7;
	struct flow *flow;

	scene->rate = 2;
	scene->burst = 4;
	flow = scene_flow(scene);
	all = ledger_all(flow_ledger(flow));
	for (size_t i = 0; i < COUNT(counters); i++)
		before[i] = counter_get(counters[i]);
	for (int i = 0; i < 500; i++)
		send_anything(scene, &seed, now_ms += next_random(&seed) % 300);
	assert_int_equal(carry(flow), 500);

	assert_int_equal(counter_get(COUNTER_events_seen) - before[0], 500);
	assert_int_equal(counter_get(COUNTER_events_accepted) - before[1], all->accepted);
	assert_int_equal(counter_get(COUNTER_events_refused) - before[2], n_refused(all));
	assert_int_equal(all->accepted + n_refused(all), 500);
	for (uint32_t unit = 0; unit < N_UNITS; unit++) {
		const struct account *account = ledger_unit(flow_ledger(flow), unit);

		n_all += account->accepted + n_refused(account);
	}
	assert_int_equal(n_all + n_refused(ledger_unit(flow_ledger(flow), UNIT_NONE)), 500);
	assert_true(all->accepted > 0);
	assert_true(all->refused[REASON_rate_limited] > 0);
	assert_true(all->refused[REASON_json_syntax] > 0);
	assert_true(all->refused[REASON_unknown_unit] > 0);
	assert_true(all->refused[REASON_ts_future] > 0);
	assert_true(all->refused[REASON_ts_old] > 0);
	flow_free(flow);
}

static void assert_same_reading(const struct reading *a, const struct reading *b)
{
	assert_int_equal(a->quality, b->quality);
	assert_true(a->value == b->value || (isnan(a->value) && isnan(b->value)));
	assert_int_equal(a->samples, b->samples);
	assert_int_equal(a->last_ms, b->last_ms);
	assert_int_equal(a->position, b->position);
}

static void assert_same_transition(const struct transition *a, const struct transition *b)
{
	assert_int_equal(a->time_ms, b->time_ms);
	assert_int_equal(a->position, b->position);
	assert_int_equal(a->news, b->news);
	assert_ptr_equal(a->alert.rule, b->alert.rule);
	assert_ptr_equal(a->alert.threshold, b->alert.threshold);
	assert_int_equal(a->alert.unit, b->alert.unit);
	assert_string_equal(a->alert.subject, b->alert.subject);
	assert_int_equal(a->alert.machine.state, b->alert.machine.state);
	assert_int_equal(a->alert.machine.severity, b->alert.machine.severity);
	assert_int_equal(a->alert.machine.since_ms, b->alert.machine.since_ms);
	assert_int_equal(a->alert.machine.uncertain, b->alert.machine.uncertain);
	assert_int_equal(a->alert.first_ms, b->alert.first_ms);
	assert_int_equal(a->alert.raised_ms, b->alert.raised_ms);
	assert_int_equal(a->alert.raised_number, b->alert.raised_number);
	assert_int_equal(a->alert.events, b->alert.events);
	assert_int_equal(a->alert.n_samples, b->alert.n_samples);
	assert_memory_equal(a->alert.samples, b->alert.samples, sizeof(a->alert.samples));
	assert_same_reading(&a->alert.reading, &b->alert.reading);
}

static void assert_same_figures(const struct scene *scene, const struct flow *a,
				const struct flow *b)
{
	for (uint32_t i = 0; i < N_INDICATORS; i++) {
		for (uint32_t pair = 0; pair < N_UNITS * 2; pair++) {
			const struct window *window = &scene->indicators[i].windows[pair % 2];
			struct reading x = indicators_read(flow_indicators(a), i, pair / 2, window);
			struct reading y = indicators_read(flow_indicators(b), i, pair / 2, window);

			assert_same_reading(&x, &y);
		}
	}
}

static void assert_same_ledgers(const struct flow *a, const struct flow *b)
{
	assert_memory_equal(ledger_all(flow_ledger(a)), ledger_all(flow_ledger(b)),
			    sizeof(struct account));
	for (uint32_t unit = 0; unit < N_UNITS; unit++) {
		assert_memory_equal(ledger_unit(flow_ledger(a), unit),
				    ledger_unit(flow_ledger(b), unit), sizeof(struct account));
		assert_memory_equal(ledger_feed(flow_ledger(a), unit, 0),
				    ledger_feed(flow_ledger(b), unit, 0),
				    sizeof(struct feed_account));
	}
	assert_int_equal(deadletter_last(flow_deadletter(a)), deadletter_last(flow_deadletter(b)));
}

/* The first flow lives through it, a step here and a step there; the second reads it all at once.
 */
static void a_replay_tells_and_shows_the_same(void **state)
{
	struct scene *scene = *state;
	struct told again = { 0 };
	struct flow *lived, *replayed;
	int64_t now_ms = START + 17;
	uint32_t seed = 1;
	int n_times = 1;

	scene->rate = 2;
	scene->burst = 8;
	lived = scene_flow(scene);
	for (int i = 0; i < 1500; i++) {
		if (next_random(&seed) % 4 > 0) /* else two or more wait for the same step */
			carry(lived);
		now_ms += gap(&seed);
		if (next_random(&seed) % 3 == 0) {
			let_pass(scene, lived, now_ms - next_random(&seed) % 3 * 50);
			n_times++;
		}
		send_anything(scene, &seed, now_ms);
	}
	carry(lived);
	let_pass(scene, lived, now_ms += 90 * SECOND);

	replayed = scene_flow_at(scene, &again, 0);
	assert_int_equal(carry(replayed), 1500 + n_times);

	assert_true(n_told(lived) > 100 && n_told(lived) < ALERTBOOK_LOG);
	assert_int_equal(n_told(lived), n_told(replayed));
	for (uint64_t n = 1; n <= n_told(lived); n++)
		assert_same_transition(told_at(lived, n), told_at(replayed, n));
	assert_same_figures(scene, lived, replayed);
	assert_same_ledgers(lived, replayed);
	assert_true(scene->told.n_changes > 1000);
	assert_int_equal(scene->told.digest, again.digest);
	flow_free(replayed);
	flow_free(lived);
}

/* ---- other rules ---- */

/* A second list, of the first two rules; the level is now limited at 2. */
static void make_stricter(struct scene *scene, struct rule stricter[2],
			  struct limits limits[N_UNITS])
{
	memcpy(stricter, scene->rules, 2 * sizeof(*stricter));
	memcpy(limits, scene->limits[RULE_LEVEL], N_UNITS * sizeof(*limits));
	for (int unit = 0; unit < N_UNITS; unit++)
		limits[unit].warning.value = 2;
	stricter[RULE_LEVEL].limits = limits;
}

static void new_limits_are_applied_at_the_next_tick_to_what_is_known(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	struct limits limits[N_UNITS];
	struct rule stricter[2];

	send(scene, START, "d1", "level", "{\"value\":3}");
	carry(flow);
	let_pass(scene, flow, START + 10 * SECOND);
	assert_int_equal(n_told(flow), 0);

	make_stricter(scene, stricter, limits);
	append_rules(scene, START + 10 * SECOND, stricter, 2);
	carry(flow);
	assert_int_equal(n_told(flow), 0);
	let_pass(scene, flow, START + 10 * SECOND + FLOW_TICK_MS);

	assert_int_equal(n_told(flow), 1);
	assert_int_equal(told_at(flow, 1)->news, NEWS_RAISED);
	assert_int_equal(told_at(flow, 1)->time_ms, START + 10 * SECOND + FLOW_TICK_MS);
	assert_int_equal(told_at(flow, 1)->alert.unit, UNIT_D1);
	assert_ptr_equal(told_at(flow, 1)->alert.rule, &stricter[RULE_LEVEL]);

	let_pass(scene, flow, START + 20 * SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_int_equal(rules_count(flow_rules(flow)), 2);
	flow_free(flow);
}

static void an_alert_of_a_rule_that_is_gone_is_closed_and_others_stand(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct transition *last;
	struct limits limits[N_UNITS];
	struct rule stricter[2];

	send(scene, START, "d1", "level", "{\"value\":6}");
	carry(flow);
	let_pass(scene, flow, START + SECOND);
	send(scene, START + SECOND, "d1", "hit", "{\"host\":\"h1\"}");
	carry(flow);
	assert_int_equal(n_told(flow), 2);

	make_stricter(scene, stricter, limits);
	append_rules(scene, START + SECOND, stricter, 2);
	carry(flow);
	assert_int_equal(n_told(flow), 3);
	last = told_at(flow, 3);
	assert_int_equal(last->news, NEWS_CLEARED);
	assert_true(last->alert.closed);
	assert_string_equal(last->alert.rule->id, "hit");
	assert_int_equal(last->position, flow_position(flow));

	let_pass(scene, flow, START + MINUTE);
	assert_int_equal(n_told(flow), 3);
	assert_int_equal(alertbook_count(flow_book(flow), SEVERITY_NONE), 1);
	flow_free(flow);
}

static void looser_limits_clear_without_a_new_event(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	struct limits limits[N_UNITS];
	struct rule looser[2];

	send(scene, START, "d1", "level", "{\"value\":6}");
	carry(flow);
	let_pass(scene, flow, START + SECOND);
	assert_int_equal(n_told(flow), 1);

	make_stricter(scene, looser, limits);
	for (int unit = 0; unit < N_UNITS; unit++) {
		limits[unit].warning.value = 8;
		limits[unit].clear.value = 7;
	}
	append_rules(scene, START + SECOND, looser, 2);
	carry(flow);
	let_pass(scene, flow, START + 2 * SECOND);
	assert_int_equal(n_told(flow), 2);
	assert_int_equal(told_at(flow, 2)->news, NEWS_CLEARED);
	assert_false(told_at(flow, 2)->alert.closed);
	flow_free(flow);
}

#define T(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_record_reaches_the_figures_of_its_unit_and_all_above),
		T(figures_are_rolled_up_and_told_at_the_tick_after_the_arrival),
		T(a_crossed_limit_is_told_with_where_it_came_from),
		T(an_event_rule_is_told_at_the_arrival_itself),
		T(hold_and_fade_pass_at_their_tick_not_at_the_next_record),
		T(idle_time_lets_a_held_alert_rise),
		T(time_is_due_at_the_next_tick_after_a_message_then_once_a_second),
		T(time_is_due_earlier_for_an_alert_that_will_move_and_for_new_rules),
		T(a_hole_in_the_journal_is_passed_over_and_counted),
		T(time_that_was_let_pass_does_not_come_again),
		T(a_clock_that_is_set_at_last_does_not_let_decades_pass),
		T(a_flow_begins_where_it_is_told_to),
		T(what_is_refused_is_counted_with_its_reason_and_sampled),
		T(a_bad_event_of_a_batch_is_refused_alone),
		T(an_event_counts_once_and_a_changed_one_not_at_all),
		T(a_retained_message_is_refused),
		T(a_unit_above_its_rate_is_refused_and_the_others_are_not),
		T(a_backlog_is_not_charged_to_the_rate),
		T(what_came_too_fast_may_come_again_later),
		T(an_event_counts_as_late_beyond_a_minute),
		T(what_was_seen_was_accepted_or_refused),
		T(a_replay_tells_and_shows_the_same),
		T(new_limits_are_applied_at_the_next_tick_to_what_is_known),
		T(an_alert_of_a_rule_that_is_gone_is_closed_and_others_stand),
		T(looser_limits_clear_without_a_new_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

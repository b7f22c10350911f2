/* SPDX-License-Identifier: Apache-2.0 */
/* Questions, against answers that are worked out one cell or one event at a time. */
#include "past.h"

#include <signal.h>
#include <sys/resource.h>

#include "iocd/indicator.h"

#define N_DAYS  400
#define N_CELLS 3000
#define TODAY   ((int32_t)((START + OFFSET * MINUTE) / DAY))

enum { COUNTED, URGENT, SHARE, AMOUNT, LARGEST, PEOPLE, BEDS, N_INDICATORS };
enum { FIELD_URGENT, FIELD_AMOUNT, FIELD_WHO, FIELD_BEDS };

struct scene {
	struct past *past;
	struct schema *schema;
	struct indicator list[N_INDICATORS];
	struct indicators *indicators;
	int64_t now_ms;
};

/* ---- a small domain ---- */

static struct schema *make_schema(void)
{
	const struct feed feed = { .id = "main" };
	const struct event_type type = {
		.name = "done",
		.fields = { [FIELD_URGENT] = { .name = "urgent", .kind = FIELD_FLAG },
			    [FIELD_AMOUNT] = { .name = "amount", .kind = FIELD_NUMBER },
			    [FIELD_WHO] = { .name = "who", .kind = FIELD_TEXT },
			    [FIELD_BEDS] = { .name = "beds", .kind = FIELD_NUMBER } },
		.n_fields = 4,
	};
	struct schema *schema = schema_new();
	uint32_t number;

	assert_int_equal(schema_add_feed(schema, &feed, &number), 0);
	assert_int_equal(schema_add_type(schema, &type, &number), 0);
	return schema;
}

static void make_list(struct scene *scene)
{
	static const struct {
		enum indicator_kind kind;
		uint32_t field;
		const char *id;
	} rows[N_INDICATORS] = {
		[COUNTED] = { INDICATOR_COUNT, 0, "counted" },
		[URGENT] = { INDICATOR_COUNT, 0, "urgent" },
		[SHARE] = { INDICATOR_RATIO, 0, "share" },
		[AMOUNT] = { INDICATOR_SUM, FIELD_AMOUNT, "amount" },
		[LARGEST] = { INDICATOR_MAX, FIELD_AMOUNT, "largest" },
		[PEOPLE] = { INDICATOR_DISTINCT, FIELD_WHO, "people" },
		[BEDS] = { INDICATOR_STOCK, FIELD_BEDS, "beds" },
	};

	for (uint32_t i = 0; i < N_INDICATORS; i++)
		scene->list[i] = (struct indicator){
			.id = rows[i].id,
			.kind = rows[i].kind,
			.type = rows[i].kind == INDICATOR_RATIO ? TYPE_NONE : 0,
			.field = rows[i].field,
			.by_field = TYPE_NONE,
			.target = NAN,
			.windows = { { WINDOW_TODAY, 0, "today" } },
			.n_windows = 1,
		};
	scene->list[URGENT].where.conditions[0] =
		(struct condition){ .field = FIELD_URGENT, .test = WHERE_FLAG, .number = 1 };
	scene->list[URGENT].where.n_conditions = 1;
	scene->list[SHARE].parts[0] = URGENT;
	scene->list[SHARE].parts[1] = COUNTED;
}

static void make_indicators(struct scene *scene, int64_t now_ms)
{
	const struct indicators_options options = {
		.units = scene->past->units,
		.schema = scene->schema,
		.list = scene->list,
		.n_list = N_INDICATORS,
		.offset_minutes = OFFSET,
		.sketch_bytes = 64 << 20,
	};

	indicators_free(scene->indicators);
	assert_int_equal(indicators_new(&scene->indicators, &options), 0);
	scene->now_ms = now_ms;
	indicators_tick(scene->indicators, now_ms);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	assert_int_equal(past_set_up((void **)&scene->past), 0);
	scene->schema = make_schema();
	make_list(scene);
	make_indicators(scene, START);
	srandom(1);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	past_close(scene->past);
	indicators_free(scene->indicators);
	schema_free(scene->schema);
	assert_int_equal(past_tear_down((void **)&scene->past), 0);
	free(scene);
	return 0;
}

static uint64_t series_of(const struct scene *scene, uint32_t indicator)
{
	uint64_t series[8];

	assert_int_equal(indicators_series(scene->indicators, indicator, series, 8), 1);
	return series[0];
}

static const uint32_t all_indicators[] = { COUNTED, URGENT, SHARE, AMOUNT, LARGEST, PEOPLE, BEDS };
static const uint32_t all_units[] = { PROVINCE, NORTH, SOUTH, A, B, C, D };

static struct history_query make_query(const struct scene *scene, enum history_step step)
{
	return (struct history_query){
		.indicators = scene->indicators,
		.list = all_indicators,
		.n_list = N_INDICATORS,
		.of_units = all_units,
		.n_units = N_LIVE,
		.since_ms = START - N_DAYS * DAY,
		.until_ms = START + N_DAYS * DAY,
		.step = step,
	};
}

static const struct history_row *find(const struct past *past, uint32_t unit, uint32_t indicator,
				      int64_t from_ms)
{
	for (size_t i = 0; i < past->n_rows; i++) {
		const struct history_row *row = &past->rows[i];

		if (row->unit == unit && row->indicator == indicator && row->from_ms == from_ms)
			return row;
	}
	return NULL;
}

static double value_of(const struct past *past, uint32_t unit, uint32_t indicator)
{
	for (size_t i = 0; i < past->n_rows; i++)
		if (past->rows[i].unit == unit && past->rows[i].indicator == indicator)
			return past->rows[i].reading.value;

	return -1; /* no row */
}

/* Asks for one figure of all units over all time. */
static void ask_whole(struct scene *scene, uint32_t indicator, enum history_view view)
{
	struct history_query query = make_query(scene, HISTORY_WHOLE);

	query.list = &indicator;
	query.n_list = 1;
	query.view = view;
	query.since_ms = (TODAY - 300) * DAY - OFFSET * MINUTE;
	query.until_ms = (TODAY + 300) * DAY - OFFSET * MINUTE;
	past_ask(scene->past, &query);
	assert_string_equal(scene->past->reason, "");
}

/* ---- steps ---- */

static int32_t number_of(enum history_step step, int64_t at_ms)
{
	switch (step) {
	case HISTORY_HOUR:
		return (int32_t)(at_ms / HOUR);
	case HISTORY_DAY:
		return civil_day(at_ms, OFFSET);
	case HISTORY_WEEK:
		return civil_week(at_ms, OFFSET);
	case HISTORY_MONTH:
		return civil_month(at_ms, OFFSET);
	case HISTORY_YEAR:
		return civil_year(at_ms, OFFSET);
	case HISTORY_WHOLE:
		break;
	}
	return 0;
}

static bool is_below(uint32_t unit, uint32_t top, const struct past *past)
{
	while (unit != UNIT_NONE && unit != top)
		unit = units_parent(past->units, unit);
	return unit == top;
}

/* The slow way: all cells of a series that fall into the step of a row, at and below its unit. */
static uint64_t slow_sum(const struct scene *scene, const struct cell *cells,
			 enum history_step step, const struct history_row *row, uint64_t series)
{
	uint64_t n = 0;

	for (int i = 0; i < N_CELLS; i++) {
		int64_t at_ms = cells[i].hour * HOUR;

		if (cells[i].series == series && at_ms >= row->from_ms && at_ms < row->to_ms &&
		    number_of(step, at_ms) == number_of(step, row->from_ms) &&
		    is_below(cells[i].unit, row->unit, scene->past))
			n += cells[i].n;
	}
	return n;
}

static void make_cells(const struct scene *scene, struct cell *cells)
{
	for (int i = 0; i < N_CELLS; i++)
		cells[i] = (struct cell){
			.series = series_of(scene, random() % 3 ? COUNTED : URGENT),
			.unit = (uint32_t)(random() % N_LIVE),
			.hour = START_HOUR - N_DAYS * 24 + (int32_t)(random() % (N_DAYS * 24)),
			.n = (uint64_t)random() % 9 + 1,
			.body = "",
		};
}

static void check_step(struct scene *scene, const struct cell *cells, enum history_step step)
{
	static const uint32_t counts[] = { URGENT, COUNTED, SHARE };
	struct history_query query = make_query(scene, step);
	struct past *past = scene->past;
	uint64_t total = 0, wanted = 0;

	query.list = counts;
	query.n_list = 3;
	if (step == HISTORY_HOUR)
		query.since_ms = START - 30 * DAY;
	past_ask(past, &query);
	assert_string_equal(past->reason, "");
	for (size_t i = 0; i < past->n_rows; i++) {
		const struct history_row *row = &past->rows[i];
		double urgent = (double)slow_sum(scene, cells, step, row, series_of(scene, URGENT));
		double all = (double)slow_sum(scene, cells, step, row, series_of(scene, COUNTED));

		if (row->indicator == SHARE)
			assert_true(all == 0 ? row->reading.quality == QUALITY_UNKNOWN
					     : row->reading.value == urgent / all);
		else if (row->reading.value > 0) /* 0: only the other part of SHARE is there */
			assert_true(row->reading.value ==
				    (row->indicator == URGENT ? urgent : all));
		if (row->unit == PROVINCE && row->indicator == COUNTED)
			total += (uint64_t)row->reading.value;
		assert_true(i == 0 || past->rows[i - 1].unit != row->unit ||
			    past->rows[i - 1].indicator != row->indicator ||
			    past->rows[i - 1].to_ms <= row->from_ms);
	}
	/* No row is missing: the rows of the root hold every cell. */
	for (int i = 0; i < N_CELLS; i++)
		if (cells[i].series == series_of(scene, COUNTED) &&
		    cells[i].hour * HOUR >= query.since_ms)
			wanted += cells[i].n;
	assert_int_equal(total, wanted);
}

static void every_step_holds_its_cells_and_no_others(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	static struct cell cells[N_CELLS];

	past->options.hours_kept_days = 500;
	past->options.days_kept = 500;
	assert_int_equal(past_open(past), 0);
	make_cells(scene, cells);
	for (int i = 0; i < N_CELLS; i += 300)
		past_put(past, (uint64_t)(i / 300) + 1, START, cells + i, 300);
	past_settle(past);
	for (int step = HISTORY_HOUR; step <= HISTORY_WHOLE; step++)
		check_step(scene, cells, (enum history_step)step);
}

static void a_whole_of_other_than_days_is_made_of_hours(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	struct history_query query = make_query(scene, HISTORY_WHOLE);

	assert_int_equal(past_open(past), 0);
	for (int32_t hour = 0; hour < 5; hour++) {
		struct cell cell = { .series = series_of(scene, COUNTED),
				     .unit = A,
				     .hour = START_HOUR + hour,
				     .n = 1,
				     .body = "" };

		past_put(past, (uint64_t)hour + 1, START + (hour + 1) * HOUR, &cell, 1);
	}
	query.since_ms = START + HOUR + 1;
	query.until_ms = START + 3 * HOUR;
	past_ask(past, &query);
	assert_true(value_of(past, PROVINCE, COUNTED) == 2);
	assert_int_equal(past->rows[0].from_ms, START + HOUR);
	assert_int_equal(past->rows[0].to_ms, START + 3 * HOUR);
}

/* ---- the live fold ---- */

#define N_EVENTS 1500

struct happening {
	uint32_t unit;
	int64_t time_ms;
	bool urgent;
	double amount, beds;
	int who;
};

static void add_event(struct scene *scene, const struct happening *happening)
{
	char who[16];
	struct event event = {
		.unit = happening->unit,
		.time_ms = happening->time_ms,
		.arrival_ms = scene->now_ms,
		.position = 1,
	};

	snprintf(who, sizeof(who), "%d", happening->who);
	for (uint32_t i = 0; i < 4; i++)
		event.values[i].present = true;
	event.values[FIELD_URGENT].number = happening->urgent;
	event.values[FIELD_AMOUNT].number = happening->amount;
	event.values[FIELD_WHO].text = (struct slice){ who, strlen(who) };
	event.values[FIELD_BEDS].number = happening->beds;
	indicators_add(scene->indicators, &event);
	indicators_settle(scene->indicators);
}

static void tick(struct scene *scene, int64_t now_ms)
{
	const struct cell_batch *batches;
	size_t n;

	scene->now_ms = now_ms;
	indicators_tick(scene->indicators, now_ms);
	n = indicators_take_batches(scene->indicators, &batches);
	if (scene->past->history)
		history_put(scene->past->history, scene->indicators, batches, n);
}

/* One event every two minutes or so, some of them late. */
static void live_on(struct scene *scene, struct happening *happenings)
{
	for (int i = 0; i < N_EVENTS; i++) {
		int64_t late_ms = random() % 8 ? 0 : random() % (3 * HOUR);

		tick(scene, scene->now_ms + random() % (4 * MINUTE));
		happenings[i] = (struct happening){
			.unit = A + (uint32_t)(random() % 4),
			.time_ms = scene->now_ms - late_ms,
			.urgent = random() % 2,
			.amount = (double)(random() % 1000),
			.beds = (double)(random() % 50),
			.who = (int)(random() % 100),
		};
		add_event(scene, &happenings[i]);
	}
}

struct slow {
	double counted, urgent, amount, largest, people;
};

static struct slow slow_figures(const struct scene *scene, const struct happening *happenings,
				const struct history_row *row)
{
	struct slow slow = { .largest = -1 };
	bool seen[100] = { false };

	for (int i = 0; i < N_EVENTS; i++) {
		const struct happening *happening = &happenings[i];

		if (happening->time_ms < row->from_ms || happening->time_ms >= row->to_ms ||
		    !is_below(happening->unit, row->unit, scene->past))
			continue;
		slow.counted++;
		slow.urgent += happening->urgent;
		slow.amount += happening->amount;
		if (happening->amount > slow.largest)
			slow.largest = happening->amount;
		slow.people += !seen[happening->who];
		seen[happening->who] = true;
	}
	return slow;
}

static void check_row(const struct scene *scene, const struct happening *happenings,
		      const struct history_row *row)
{
	struct slow slow = slow_figures(scene, happenings, row);
	double value = row->reading.value;

	switch (row->indicator) {
	case COUNTED:
		assert_true(value == slow.counted);
		break;
	case SHARE:
		assert_true(slow.counted == 0 ? isnan(value) : value == slow.urgent / slow.counted);
		break;
	case AMOUNT:
		assert_true(value == slow.amount);
		break;
	case LARGEST:
		assert_true(slow.counted == 0 ? isnan(value) : value == slow.largest);
		break;
	case PEOPLE:
		assert_true(value == slow.people);
		break;
	default:
		break;
	}
}

static void what_has_not_left_the_fold_is_in_the_answer(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	static struct happening happenings[N_EVENTS];
	size_t n_open = 0;

	assert_int_equal(past_open(past), 0);
	live_on(scene, happenings);
	for (int step = HISTORY_HOUR; step <= HISTORY_WHOLE; step++) {
		struct history_query query = make_query(scene, (enum history_step)step);
		double total = 0;

		past_ask(past, &query);
		assert_string_equal(past->reason, "");
		for (size_t i = 0; i < past->n_rows; i++) {
			const struct history_row *row = &past->rows[i];

			check_row(scene, happenings, row);
			n_open += row->is_open;
			assert_true(row->is_open || row->to_ms <= scene->now_ms);
			if (row->unit == PROVINCE && row->indicator == COUNTED)
				total += row->reading.value;
		}
		assert_true(total == N_EVENTS);
	}
	assert_true(n_open > 0);
}

/* The newest of each unit, then their sum; an hour in which nobody spoke has it too. */
static void a_stock_is_the_newest_of_each_unit(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	const struct happening rows[] = {
		{ .unit = A, .time_ms = START + MINUTE, .beds = 10 },
		{ .unit = A, .time_ms = START + 2 * MINUTE, .beds = 12 },
		{ .unit = B, .time_ms = START + 3 * MINUTE, .beds = 5 },
		{ .unit = C, .time_ms = START + 4 * MINUTE, .beds = 100 },
	};
	struct history_query query = make_query(scene, HISTORY_HOUR);

	assert_int_equal(past_open(past), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		tick(scene, rows[i].time_ms);
		add_event(scene, &rows[i]);
	}
	for (int i = 1; i < 20; i++)
		tick(scene, START + i * 10 * MINUTE);
	past_ask(past, &query);
	for (int hour = 0; hour < 4; hour++) {
		const struct history_row *row = find(past, NORTH, BEDS, START + hour * HOUR);

		assert_non_null(row);
		assert_true(row->reading.value == 17);
		assert_true(find(past, PROVINCE, BEDS, START + hour * HOUR)->reading.value == 117);
	}
	query.step = HISTORY_DAY;
	past_ask(past, &query);
	assert_true(value_of(past, PROVINCE, BEDS) == 117);
	assert_true(value_of(past, D, BEDS) == -1);
}

/* After a start from an old snapshot the fold replays what the file has already. */
static void a_fold_behind_the_file_counts_nothing_twice(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	const struct happening happening = { .unit = A, .time_ms = START + MINUTE, .amount = 3 };

	assert_int_equal(past_open(past), 0);
	tick(scene, START + MINUTE);
	add_event(scene, &happening);
	tick(scene, START + 62 * MINUTE);
	past_settle(past);
	assert_true(past_status(past).committed > 0);

	make_indicators(scene, START);
	tick(scene, START + MINUTE);
	add_event(scene, &happening);
	ask_whole(scene, COUNTED, HISTORY_AS_IS);
	assert_true(value_of(past, A, COUNTED) == 1);
	tick(scene, START + 62 * MINUTE);
	ask_whole(scene, COUNTED, HISTORY_AS_IS);
	assert_true(value_of(past, A, COUNTED) == 1);
}

/* ---- as it is, as it was ---- */

static void put_counts(struct scene *scene, uint64_t number, uint32_t unit, int day, uint64_t n)
{
	struct cell cell = { .series = series_of(scene, COUNTED),
			     .unit = unit,
			     .hour = START_HOUR + day * 24,
			     .n = n,
			     .body = "" };

	past_put(scene->past, number, START + (day * 24 + 2) * HOUR, &cell, 1);
}

/* The tree is another one from day 5 on: c has moved from north to south, b was merged into a,
 * which began on a_day, and d has a new name. */
static void reform_since(struct scene *scene, int32_t a_day)
{
	struct unit rows[] = {
		{ .id = "p", .parent = UNIT_NONE }, { .id = "north", .parent = 0 },
		{ .id = "south", .parent = 0 },     { .id = "a", .parent = 1 },
		{ .id = "c", .parent = 2 },         { .id = "delta", .parent = 2 },
	};
	struct unit former = {
		.id = "b", .parent = 1, .from_day = INT32_MIN, .until_day = TODAY + 4
	};
	struct units *units = units_new();
	uint32_t number;

	for (size_t i = 0; i < COUNT(rows); i++) {
		rows[i].from_day = i == 3 ? a_day : INT32_MIN;
		rows[i].until_day = INT32_MAX;
		assert_int_equal(units_add(units, &rows[i], &number), 0);
	}
	assert_int_equal(units_add_alias(units, 5, "d"), 0);
	assert_int_equal(units_add_former(units, &former, 3, &number), 0);
	units_add_past_parent(units, 4, TODAY + 4, 1);
	past_close(scene->past);
	scene->indicators = indicators_free(scene->indicators);
	units_free(scene->past->units);
	scene->past->units = units;
	scene->past->options.units = units;
	scene->past->options.journal_id = "second";
	make_indicators(scene, START + 10 * DAY);
	assert_int_equal(past_open(scene->past), 0);
}

static void reform(struct scene *scene)
{
	reform_since(scene, INT32_MIN);
}

static void a_reform_is_seen_as_it_is_and_as_it_was(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	const uint32_t units[] = { 0, 1, 2, 3, 4, 5, 6 }; /* 6: b, which is no more */
	struct history_query query = make_query(scene, HISTORY_WHOLE);

	assert_int_equal(past_open(past), 0);
	put_counts(scene, 1, A, 0, 1);
	put_counts(scene, 2, B, 0, 10);
	put_counts(scene, 3, C, 0, 100);
	put_counts(scene, 4, D, 0, 1000);
	past_settle(past);
	reform(scene);
	put_counts(scene, 1, 3, 6, 2);
	put_counts(scene, 2, 4, 6, 200);
	put_counts(scene, 3, 5, 6, 2000);

	query.indicators = scene->indicators;
	query.of_units = units;
	query.n_units = COUNT(units);
	past_ask(past, &query);
	assert_true(value_of(past, 0, COUNTED) == 3313);
	assert_true(value_of(past, 1, COUNTED) == 13);
	assert_true(value_of(past, 2, COUNTED) == 3300);
	assert_true(value_of(past, 3, COUNTED) == 13); /* a and b */
	assert_true(value_of(past, 4, COUNTED) == 300);
	assert_true(value_of(past, 5, COUNTED) == 3000); /* under either name */
	assert_true(value_of(past, 6, COUNTED) == -1);

	query.view = HISTORY_AS_WAS;
	past_ask(past, &query);
	assert_true(value_of(past, 0, COUNTED) == 3313);
	assert_true(value_of(past, 1, COUNTED) == 113);
	assert_true(value_of(past, 2, COUNTED) == 3200);
	assert_true(value_of(past, 3, COUNTED) == 3);
	assert_true(value_of(past, 4, COUNTED) == 300);
	assert_true(value_of(past, 6, COUNTED) == 10);
	past_close(past); /* its units go with the scene */
}

/* What b told after its last day, and a before its first: nothing is lost above them. */
static void what_was_told_out_of_its_days_counts_above(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	const uint32_t units[] = { 0, 1, 3, 6 };
	struct history_query query = make_query(scene, HISTORY_WHOLE);

	assert_int_equal(past_open(past), 0);
	put_counts(scene, 1, B, 4, 1);
	put_counts(scene, 2, B, 6, 10);
	past_settle(past);
	reform_since(scene, TODAY + 5);
	put_counts(scene, 1, 3, 2, 100);

	query.indicators = scene->indicators;
	query.of_units = units;
	query.n_units = COUNT(units);
	query.view = HISTORY_AS_WAS;
	past_ask(past, &query);
	assert_true(value_of(past, 0, COUNTED) == 111);
	assert_true(value_of(past, 1, COUNTED) == 111);
	assert_true(value_of(past, 3, COUNTED) == 110);
	assert_true(value_of(past, 6, COUNTED) == 1);
	past_close(past);
}

/* Beds of b are among those of a once they are one: they do not count twice. */
static void a_stock_that_was_handed_over_counts_once(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	struct happening happening = { .unit = B, .time_ms = START + MINUTE, .beds = 40 };
	const uint32_t units[] = { 0, 3, 6 };
	struct history_query query = make_query(scene, HISTORY_WHOLE);

	assert_int_equal(past_open(past), 0);
	tick(scene, START + MINUTE);
	add_event(scene, &happening);
	tick(scene, START + 62 * MINUTE);
	past_settle(past);
	reform(scene);
	happening = (struct happening){ .unit = 3, .time_ms = START + 10 * DAY, .beds = 50 };
	add_event(scene, &happening);

	query.indicators = scene->indicators;
	query.of_units = units;
	query.n_units = COUNT(units);
	past_ask(past, &query);
	assert_true(value_of(past, 0, BEDS) == 50);
	assert_true(value_of(past, 3, BEDS) == 50);
	query.view = HISTORY_AS_WAS;
	past_ask(past, &query);
	assert_true(value_of(past, 0, BEDS) == 50);
	assert_true(value_of(past, 6, BEDS) == 40);
	past_close(past);
}

/* Beds of c, which moved within the span: below the province they are the same beds. */
static void a_stock_that_moved_counts_once_above_both(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	struct happening happening = { .unit = C, .time_ms = START + MINUTE, .beds = 40 };
	const uint32_t units[] = { 0, 1, 2 };
	struct history_query query = make_query(scene, HISTORY_WHOLE);

	assert_int_equal(past_open(past), 0);
	tick(scene, START + MINUTE);
	add_event(scene, &happening);
	tick(scene, START + 62 * MINUTE);
	past_settle(past);
	reform(scene);
	happening = (struct happening){ .unit = 4, .time_ms = START + 10 * DAY, .beds = 50 };
	add_event(scene, &happening);

	query.indicators = scene->indicators;
	query.of_units = units;
	query.n_units = COUNT(units);
	query.view = HISTORY_AS_WAS;
	past_ask(past, &query);
	assert_true(value_of(past, 0, BEDS) == 50);
	assert_true(value_of(past, 1, BEDS) == 40);
	assert_true(value_of(past, 2, BEDS) == 50);
	query.view = HISTORY_AS_IS;
	past_ask(past, &query);
	assert_true(value_of(past, 1, BEDS) == -1);
	assert_true(value_of(past, 2, BEDS) == 50);
}

/* ---- limits ---- */

static void a_question_that_is_too_large_is_refused_with_a_reason(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	struct history_query query = make_query(scene, HISTORY_HOUR);

	past->options.hours_kept_days = 500;
	assert_int_equal(past_open(past), 0);
	put_counts(scene, 1, A, -100, 1);
	put_counts(scene, 2, A, 0, 1);
	past_ask(past, &query);
	assert_int_equal(past->n_rows, 0);
	assert_non_null(strstr(past->reason, "more than 100000 rows"));
	query.n_list = 1;
	past_ask(past, &query);
	assert_string_equal(past->reason, "");
	assert_int_equal(past->n_rows, 2 * 3);
}

static void an_empty_history_has_no_rows(void **state)
{
	struct scene *scene = *state;
	struct history_query query = make_query(scene, HISTORY_YEAR);

	assert_int_equal(past_open(scene->past), 0);
	past_ask(scene->past, &query);
	assert_string_equal(scene->past->reason, "");
	assert_int_equal(scene->past->n_rows, 0);
}

static void every_question_is_answered_though_history_ends(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	struct history_query query = make_query(scene, HISTORY_DAY);

	assert_int_equal(past_open(past), 0);
	put_counts(scene, 1, A, 0, 1);
	for (int i = 0; i < HISTORY_QUESTIONS_MAX + 3; i++)
		history_ask(past->history, &query, past_on_answer, past);
	assert_int_equal(past->n_answers, 0); /* never from within */
	past_close(past);
	assert_int_equal(past->n_answers, HISTORY_QUESTIONS_MAX + 3);
	assert_string_equal(past->reason, "iocd ends");
}

static void more_questions_than_may_wait_are_refused(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;
	struct history_query query = make_query(scene, HISTORY_DAY);

	assert_int_equal(past_open(past), 0);
	for (int i = 0; i <= HISTORY_QUESTIONS_MAX; i++)
		history_ask(past->history, &query, past_on_answer, past);
	PAST_UNTIL(past, past->n_answers > HISTORY_QUESTIONS_MAX);
	assert_int_equal(past->n_refused, 1);
	past_ask(past, &query);
	assert_string_equal(past->reason, "");
}

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_question_takes_along_what_could_not_be_written(void **state)
{
	struct scene *scene = *state;
	struct past *past = scene->past;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(past_open(past), 0);
	put_counts(scene, 1, A, -2, 1);
	past_settle(past);
	limit_files(4096);
	put_counts(scene, 2, A, -1, 10);
	put_counts(scene, 3, B, -1, 100);
	PAST_UNTIL(past, past_status(past).fault != 0);
	ask_whole(scene, COUNTED, HISTORY_AS_IS);
	limit_files(RLIM_INFINITY);
	assert_true(value_of(past, NORTH, COUNTED) == 111);
	assert_true(past->rows[0].is_open);

	put_counts(scene, 4, B, 0, 1000);
	past_settle(past);
	ask_whole(scene, COUNTED, HISTORY_AS_IS);
	assert_true(value_of(past, NORTH, COUNTED) == 1111);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_step_holds_its_cells_and_no_others),
		TEST(a_whole_of_other_than_days_is_made_of_hours),
		TEST(what_has_not_left_the_fold_is_in_the_answer),
		TEST(a_stock_is_the_newest_of_each_unit),
		TEST(a_fold_behind_the_file_counts_nothing_twice),
		TEST(a_reform_is_seen_as_it_is_and_as_it_was),
		TEST(what_was_told_out_of_its_days_counts_above),
		TEST(a_stock_that_was_handed_over_counts_once),
		TEST(a_stock_that_moved_counts_once_above_both),
		TEST(a_question_that_is_too_large_is_refused_with_a_reason),
		TEST(an_empty_history_has_no_rows),
		TEST(every_question_is_answered_though_history_ends),
		TEST(more_questions_than_may_wait_are_refused),
		TEST(a_question_takes_along_what_could_not_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

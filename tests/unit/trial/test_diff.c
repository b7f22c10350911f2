/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "ground.h"
#include "iocd/base/random.h"
#include "iocd/flow_options.h"
#include "iocd/forecast.h"
#include "iocd/own.h"

#define SETTLE_MS (5 * MINUTE)
#define ROUNDS    3 /* of one fold: in less than an hour, so that no figure leaves its window */
#define FOLDS     17
#define DISTRICTS 8 /* of a wide ground: what is drawn is drawn for each of them */

/* A fold that runs. */
struct running {
	struct ground ground;
	struct config *later[ROUNDS]; /* owned: rules that came into force later */
	size_t n_later;
	struct flow *flow;
	struct tape tape;
	size_t carried;
};

static void on_tick(void *context, const struct flow_tick *tick)
{
	(void)context, (void)tick;
}

static int read_rules(void *context, const char *source, size_t size, struct rulebook *ret)
{
	struct running *running = context;
	CLEANUP_TEXT struct text report = { 0 };
	struct config **later = &running->later[running->n_later++];

	assert_true(running->n_later <= ROUNDS);
	assert_int_equal(config_with_rules(later, running->ground.config, source, size, &report),
			 0);
	config_rulebook(*later, ret);
	return 0;
}

static void carry(struct running *running)
{
	for (; running->carried < running->tape.n; running->carried++)
		flow_carry(running->flow, &running->tape.list[running->carried]);
}

/* A ground with more districts, d1, d2, ... */
static void wide_init(struct ground *ground, const char *rules)
{
	CLEANUP_TEXT struct text units = { 0 };

	text_add(&units, "%s", units_yml);
	for (int i = 1; i <= DISTRICTS; i++)
		text_add(&units, "  d%d: {level: district, parent: home}\n", i);
	ground_init_on(ground, text_get(&units), rules);
}

static void start_on(struct running *running)
{
	struct flow_options options;

	running->flow = NULL;
	flow_options_from(&options, running->ground.config);
	options.memory.ids = 1024; /* many are made */
	options.dedup_sources = 16;
	options.records = 1000;
	options.sketch_bytes = 1 << 20;
	options.read_rules = read_rules;
	options.rules_context = running;
	assert_int_equal(flow_new(&running->flow, &options, on_tick, running), 0);
}

static void start(struct running *running, const char *rules)
{
	*running = (struct running){ .flow = NULL };
	ground_init(&running->ground, rules);
	start_on(running);
}

static void start_wide(struct running *running, const char *rules)
{
	*running = (struct running){ .flow = NULL };
	wide_init(&running->ground, rules);
	start_on(running);
}

static void stop(struct running *running)
{
	flow_free(running->flow);
	for (size_t i = 0; i < running->n_later; i++)
		config_free(running->later[i]);
	tape_fini(&running->tape);
	ground_fini(&running->ground);
}

static void pass_time(struct running *running, int64_t at_ms)
{
	tape_time(&running->tape, at_ms);
	carry(running);
}

/* As a reload does, and then nothing else happens. */
static void apply(struct running *running, const struct config *config)
{
	CLEANUP_TEXT struct text payload = { 0 };
	int64_t now_ms = flow_tick_ms(running->flow);
	struct rulebook book;

	config_rulebook(config, &book);
	text_add(&payload, "an\n");
	text_add_bytes(&payload, book.source, book.source_size);
	tape_add(&running->tape, RECORD_OWN, now_ms, OWN_TOPIC_RULES, text_get(&payload),
		 payload.size);
	pass_time(running, now_ms + SETTLE_MS);
}

/* What stands, as "unit/rule/subject": severity. */
static void on_alert(void *context, const struct alert *alert)
{
	struct running *running = ((void **)context)[0];
	json_t *standing = ((void **)context)[1];
	char key[256];

	(void)snprintf(key, sizeof(key), "%s/%s/%s",
		       units_at(config_units(running->ground.config), alert->unit)->id,
		       alert->rule->id, alert->subject);
	json_object_set_new(standing, key, json_string(severity_name(alert->machine.severity)));
}

static json_t *list_standing(struct running *running)
{
	json_t *standing = json_object();
	void *context[] = { running, standing };

	alertbook_each_raised(flow_book(running->flow), on_alert, context);
	return standing;
}

static json_t *forecast(struct running *running, const char *directory)
{
	const struct trial_now now = { .flow = running->flow, .config = running->ground.config };
	CLEANUP_TEXT struct text text = { 0 };
	json_error_t error;
	json_t *json;
	int r = trial_diff(&text, &now, directory);

	json = json_loads(text_get(&text), 0, &error);
	if (!json)
		fail_msg("%s: %s", error.text, text_get(&text));
	assert_int_equal(json_is_true(json_object_get(json, "good")), r == 0);
	return json;
}

/* What stands now, and what the forecast makes of that. */
static void foresee(json_t *standing, const json_t *diff)
{
	const json_t *alert;
	size_t i;

	json_array_foreach(json_object_get(diff, "alerts"), i, alert)
	{
		const json_t *from = json_object_get(alert, "from");
		const json_t *to = json_object_get(alert, "to");
		char key[256];

		(void)snprintf(key, sizeof(key), "%s/%s/%s",
			       json_string_value(json_object_get(alert, "unit")),
			       json_string_value(json_object_get(alert, "rule")),
			       json_string_value(json_object_get(alert, "subject")));
		assert_true(json_is_null(from) ? !json_object_get(standing, key)
					       : json_equal(from, json_object_get(standing, key)));
		if (json_is_null(to))
			json_object_del(standing, key);
		else
			json_object_set(standing, key, (json_t *)to);
	}
}

/* ---- by chance ---- */

/* What a set of limits has besides the warning. */
struct shape {
	bool has_critical, has_clear;
};

static void add_limits(struct text *rules, struct random_stream *random, int unit, const char *sign,
		       struct shape shape)
{
	int warning = unit * (1 + (int)random_below(random, 8));

	text_add(rules, "warning: \"> %d%s\"", warning, sign);
	if (shape.has_critical)
		text_add(rules, ", critical: \"> %d%s\"", warning + unit, sign);
	if (shape.has_clear)
		text_add(rules, ", clear: \"< %d%s\"", warning - 1, sign);
}

/* Limits for all, and others for some. */
static void add_judgement(struct text *rules, struct random_stream *random, int unit,
			  const char *sign, bool is_everywhere)
{
	const struct shape shape = { random_below(random, 2), random_below(random, 2) };
	const char *gap = "";

	text_add(rules, ", ");
	add_limits(rules, random, unit, sign, shape);
	text_add(rules, ", hold: %ds, fade: %ds", (int)random_below(random, 3) * 20,
		 (int)random_below(random, 3) * 20);
	if (!is_everywhere)
		return;
	text_add(rules, ", override: {");
	for (int i = 1; i <= DISTRICTS; i++) {
		if (random_below(random, 2))
			continue;
		text_add(rules, "%sd%d: {", gap, i);
		add_limits(rules, random, unit, sign, shape);
		text_add(rules, "}");
		gap = ", ";
	}
	text_add(rules, "}");
}

/* Whether it has all districts. */
static bool add_scope(struct text *rules, struct random_stream *random)
{
	static const char *const scopes[] = { "{level: district}", "{level: [district, province]}",
					      "[d1, d2, d3, d4, d5]", "[d3, d5, d6, d7, d8]" };
	uint64_t scope = random_below(random, COUNT(scopes));

	text_add(rules, ", units: %s", scopes[scope]);
	return scope < 2;
}

static void draw_rules(struct text *rules, struct random_stream *random)
{
	bool is_everywhere;

	text_add(rules, "{}\n");
	text_clear(rules);
	if (random_below(random, 6)) {
		text_add(rules, "late: {indicator: desk.late-rate, window: %s",
			 random_below(random, 2) ? "1h" : "today");
		is_everywhere = add_scope(rules, random);
		add_judgement(rules, random, 8, "%", is_everywhere);
		text_add(rules, ", min-samples: %d}\n", (int)random_below(random, 12));
	}
	if (random_below(random, 6)) {
		text_add(rules, "costly: {indicator: desk.cost, window: today");
		is_everywhere = add_scope(rules, random);
		add_judgement(rules, random, 20, "", is_everywhere);
		text_add(rules, "%s}\n", random_below(random, 4) ? "" : ", latch: yes");
	}
	if (random_below(random, 6))
		text_add(rules,
			 "broken: {event: desk/broken, severity: %s, subject: host, fade: 1m}\n",
			 random_below(random, 2) ? "warning" : "critical");
	text_add(rules,
		 "each: {indicator: desk.closed, window: 60m, for-each: record, warning: \"> "
		 "%d\"}\n",
		 1 + (int)random_below(random, 6));
}

static void live(struct running *running, struct random_stream *random)
{
	int64_t at_ms = running->tape.n > 0 ? flow_tick_ms(running->flow) : BEGIN_MS;
	int n = (int)random_below(random, 20 * DISTRICTS);
	char unit[16], data[96];

	for (int i = 0; i < n; i++) {
		(void)snprintf(unit, sizeof(unit), "d%d", 1 + (int)random_below(random, DISTRICTS));
		at_ms += (int64_t)random_below(random, 5000);
		(void)snprintf(data, sizeof(data), "{\"record\":\"r%d\",\"late\":%s,\"cost\":%d}",
			       (int)random_below(random, 3),
			       random_below(random, 3) ? "false" : "true",
			       (int)random_below(random, 200));
		tape_event(&running->tape, at_ms, unit, "closed", data);
		if (random_below(random, 5))
			continue;
		(void)snprintf(data, sizeof(data), "{\"host\":\"h%d\",\"kind\":\"large\"}",
			       (int)random_below(random, 3));
		tape_event(&running->tape, at_ms, unit, "broken", data);
	}
	pass_time(running, at_ms + 1000 + (int64_t)random_below(random, 60000));
}

/* Returns how many alerts moved. */
static size_t try_round(struct running *running, struct random_stream *random)
{
	CLEANUP_TEXT struct text others = { 0 };
	struct ground second;
	json_t *diff, *wanted, *got;
	size_t n;

	draw_rules(&others, random);
	wide_init(&second, text_get(&others));
	live(running, random);
	wanted = list_standing(running);
	diff = forecast(running, second.directory);
	n = json_array_size(json_object_get(diff, "alerts"));
	foresee(wanted, diff);
	apply(running, second.config);
	got = list_standing(running);
	if (!json_equal(wanted, got)) {
		(void)json_dumpf(json_object_get(diff, "alerts"), stderr, JSON_COMPACT);
		(void)json_dumpf(wanted, stderr, JSON_SORT_KEYS);
		(void)json_dumpf(got, stderr, JSON_SORT_KEYS);
		fail_msg("under\n%s", text_get(&others));
	}
	json_decref(diff);
	json_decref(wanted);
	json_decref(got);
	ground_fini(&second);
	return n;
}

static void the_forecast_is_what_happens(void **state)
{
	size_t n_fates = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= FOLDS; seed++) {
		CLEANUP_TEXT struct text rules = { 0 };
		struct random_stream random;
		struct running running;

		random_seed(&random, seed);
		draw_rules(&rules, &random);
		start_wide(&running, text_get(&rules));
		for (int i = 0; i < ROUNDS; i++)
			n_fates += try_round(&running, &random);
		stop(&running);
	}
	assert_true(n_fates > 30 * FOLDS);
}

/* ---- in words ---- */

static const json_t *find(const json_t *list, const char *member, const char *value)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) if (strcmp(json_string_value(json_object_get(one, member)),
						    value) == 0) return one;
	return NULL;
}

static void changed_limits_are_named_with_their_places_and_units(void **state)
{
	struct running running;
	struct ground second;
	const json_t *rule, *limit;
	json_t *diff;

	(void)state;
	start(&running, NULL);
	ground_init(
		&second,
		"late:\n"
		"  indicator: desk.late-rate\n"
		"  window: 1h\n"
		"  warning: \"> 12%\"\n"
		"  critical: \"> 50%\"\n"
		"  clear: \"< 8%\"\n"
		"  hold: 45s\n"
		"  fade: 30s\n"
		"  min-samples: 4\n"
		"  units: {level: district}\n"
		"  override: {west: {warning: \"> 20%\"}}\n"
		"fresh: {indicator: desk.cost, window: 1h, warning: \"> 100\"}\n"
		"broken: {event: desk/broken, where: {kind: large}, severity: critical, subject: "
		"host, fade: 5m}\n");
	pass_time(&running, BEGIN_MS);
	diff = forecast(&running, second.directory);
	assert_int_equal(json_array_size(json_object_get(diff, "rules")), 3);
	assert_true(json_is_null(json_object_get(diff, "restart")));
	assert_string_equal(
		json_string_value(json_object_get(
			find(json_object_get(diff, "rules"), "rule", "fresh"), "change")),
		"added");
	assert_string_equal(
		json_string_value(json_object_get(
			find(json_object_get(diff, "rules"), "rule", "costly"), "change")),
		"removed");
	rule = find(json_object_get(diff, "rules"), "rule", "late");
	assert_int_equal(json_array_size(json_object_get(rule, "attributes")), 1);
	assert_string_equal(
		json_string_value(json_object_get(
			find(json_object_get(rule, "attributes"), "name", "hold"), "to")),
		"45s");
	assert_int_equal(json_array_size(json_object_get(rule, "limits")), 1);
	limit = json_array_get(json_object_get(rule, "limits"), 0);
	assert_int_equal(json_array_size(json_object_get(limit, "units")), 1);
	assert_string_equal(json_string_value(json_array_get(json_object_get(limit, "units"), 0)),
			    "east");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(limit, "from"), "text")),
		"> 10%");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(limit, "to"), "file")),
		"rules.d/desk.yml");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(limit, "to"), "line")),
			 4);
	json_decref(diff);
	ground_fini(&second);
	stop(&running);
}

static void the_same_rules_change_nothing(void **state)
{
	struct random_stream random;
	struct running running;
	json_t *diff;

	(void)state;
	random_seed(&random, 3);
	start(&running, NULL);
	live(&running, &random);
	pass_time(&running, flow_tick_ms(running.flow) + SETTLE_MS);
	diff = forecast(&running, running.ground.directory);
	assert_int_equal(json_array_size(json_object_get(diff, "rules")), 0);
	assert_int_equal(json_array_size(json_object_get(diff, "alerts")), 0);
	assert_string_equal(json_string_value(json_object_get(diff, "config")),
			    json_string_value(json_object_get(diff, "running")));
	json_decref(diff);
	stop(&running);
}

static void what_happens_anyway_is_said_to(void **state)
{
	struct running running;
	struct ground second;
	const json_t *late, *costly;
	json_t *diff;

	(void)state;
	start(&running, NULL);
	ground_init(&second, "late: {indicator: desk.late-rate, window: 1h, warning: \"> 10%\", "
			     "critical: \"> 50%\", hold: 30s, units: {level: district}}\n"
			     "costly: {indicator: desk.cost, window: 1h, warning: \"> 20\", units: "
			     "{level: district}}\n");
	for (int i = 0; i < 5; i++)
		tape_event(&running.tape, BEGIN_MS + i, "east", "closed",
			   "{\"record\":\"r\",\"late\":true,\"cost\":50}");
	pass_time(&running, BEGIN_MS + 10000);
	diff = forecast(&running, second.directory);
	late = find(json_object_get(diff, "alerts"), "rule", "late");
	costly = find(json_object_get(diff, "alerts"), "rule", "costly");
	assert_true(json_is_true(json_object_get(late, "anyway")));
	assert_true(json_number_value(json_object_get(late, "after_s")) > 19);
	assert_true(json_number_value(json_object_get(late, "after_s")) < 21);
	assert_true(json_is_false(json_object_get(costly, "anyway")));
	assert_string_equal(json_string_value(json_object_get(costly, "change")), "rises");
	assert_true(json_number_value(json_object_get(costly, "after_s")) == 0);
	json_decref(diff);
	ground_fini(&second);
	stop(&running);
}

static void what_needs_a_restart_and_what_is_wrong_is_said(void **state)
{
	struct running running;
	json_t *diff;

	(void)state;
	start(&running, NULL);
	pass_time(&running, BEGIN_MS);
	ground_write(&running.ground, "iocd.yml", "instance: other\n");
	diff = forecast(&running, running.ground.directory);
	assert_string_equal(json_string_value(json_object_get(diff, "restart")), "iocd.yml");
	json_decref(diff);
	ground_write(&running.ground, "rules.d/desk.yml", "late: {indicator: desk.lat}\n");
	diff = forecast(&running, running.ground.directory);
	assert_non_null(
		strstr(json_string_value(json_object_get(diff, "report")), "rules.d/desk.yml:1:"));
	json_decref(diff);
	diff = forecast(&running, "/nowhere/at/all");
	assert_non_null(strstr(json_string_value(json_object_get(diff, "report")), "cannot read"));
	json_decref(diff);
	stop(&running);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_rules_change_nothing),
		cmocka_unit_test(changed_limits_are_named_with_their_places_and_units),
		cmocka_unit_test(what_happens_anyway_is_said_to),
		cmocka_unit_test(what_needs_a_restart_and_what_is_wrong_is_said),
		cmocka_unit_test(the_forecast_is_what_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

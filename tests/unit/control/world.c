/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <assert.h>
#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"

#define PATIENCE_MS 20000
#define WORLD_SESSIONS                                                                             \
	{                                                                                          \
		.idle_ms = 30 * 60000, .longest_ms = 12 * 3600000                                  \
	}

/* clang-format off */
static const struct { const char *name, *text; } files[] = {
	{ "iocd.yml", "instance: test\ntimezone: \"+07:00\"\n" },
	{ "units.yml",
	  "units:\n"
	  "  city: {level: top, name: {vi: Thành phố, en: City}}\n"
	  "  ward: {level: part, parent: city, tile: [2, 1], name: {vi: Phường, en: Ward}, aliases: [quarter]}\n"
	  "  dock: {level: part, parent: city, name: {vi: Bến, en: Dock}}\n" },
	{ "feeds.d/desk.yml",
	  "desk:\n"
	  "  title: {vi: Quầy, en: Desk}\n"
	  "  silent-after: 10m\n"
	  "  expect: {from: {level: [part]}, every: 10m}\n"
	  "  events:\n"
	  "    file.closed: {late: flag}\n"
	  "    gate.alarm: {gate: text, level: [low, high]}\n" },
	{ "indicators.d/desk.yml",
	  "desk.closed: {title: {vi: Xong, en: Closed}, count: desk/file.closed, measure: {vi: hồ sơ, en: files}}\n"
	  "desk.late: {title: {vi: Trễ, en: Late}, count: desk/file.closed, where: {late: yes}}\n"
	  "desk.late-rate: {title: {vi: Tỷ lệ, en: Rate}, ratio: [desk.late, desk.closed],"
	  " show: percent, target: 2%, rank: {among: {level: [part]}, order: low, min-samples: 20,"
	  " window: today}, bands: [{from: 0, title: {vi: Tốt, en: Good}},"
	  " {from: 5%, title: {vi: Kém, en: Bad}}]}\n" },
	{ "rules.d/desk.yml",
	  "late:\n"
	  "  title: {vi: Trễ nhiều, en: Too late}\n"
	  "  indicator: desk.late-rate\n"
	  "  window: 1h\n"
	  "  warning: \"> 5%\"\n"
	  "  critical: \"> 50%\"\n"
	  "  clear: \"< 4%\"\n"
	  "  fade: 5m\n"
	  "  min-samples: 20\n"
	  "  units: [city, ward]\n"
	  "  override:\n"
	  "    ward: {warning: \"> 8%\"}\n"
	  "busy:\n"
	  "  title: {vi: Bận, en: Busy}\n"
	  "  indicator: desk.closed\n"
	  "  window: 1h\n"
	  "  warning: \"> 1000\"\n"
	  "  units: [ward]\n"
	  "gate:\n"
	  "  title: {vi: Cổng, en: Gate}\n"
	  "  event: desk/gate.alarm\n"
	  "  where: {level: high}\n"
	  "  severity: critical\n"
	  "  subject: gate\n"
	  "  fade: 10m\n" },
	{ "reports.d/desk.yml",
	  "daily:\n"
	  "  title: {vi: Báo cáo ngày, en: Daily report}\n"
	  "  every: day\n"
	  "  lines: [desk.closed, desk.late-rate]\n"
	  "  rank: {by: desk.closed, among: {level: part}}\n"
	  "parts: {every: month, units: {level: part}, lines: [desk.closed]}\n" },
};
/* clang-format on */

static void write_pack(struct world *world)
{
	static const char *const folders[] = { "feeds.d", "indicators.d", "rules.d", "reports.d" };
	char path[160];
	FILE *file;

	for (size_t i = 0; i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", world->directory, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", world->directory, files[i].name);
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(files[i].text, file);
		fclose(file);
	}
}

static void remove_pack(struct world *world)
{
	static const char *const folders[] = { "feeds.d", "indicators.d", "rules.d", "reports.d",
					       "" };
	char path[160];

	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", world->directory, files[i].name);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/h", world->directory);
	unlink(path);
	for (size_t i = 0; i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", world->directory, folders[i]);
		rmdir(path);
	}
}

/* ---- the domain ---- */

static uint32_t find_type(const struct world *world, const char *name)
{
	return schema_find_type(config_schema(world->config), 0, name, strlen(name));
}

static struct event make_event(struct world *world, const char *type)
{
	return (struct event){
		.unit = units_find(config_units(world->config), "ward", 4),
		.type = find_type(world, type),
		.time_ms = world->now_ms,
		.arrival_ms = world->now_ms,
		.position = 100 * ++world->n_events,
	};
}

static void count_event(struct world *world, const struct event *event)
{
	counter_add(COUNTER_events_seen, 1);
	ledger_accept(world->ledger, event);
	indicators_add(world->indicators, event);
}

static void judge(struct world *world)
{
	const struct change *changes;
	const struct verdict *verdicts;
	size_t n, n_verdicts, done;

	indicators_settle(world->indicators);
	n = indicators_take_changes(world->indicators, &changes);
	n_verdicts = rules_judge(world->rules, world->indicators, changes, n, &done, &verdicts);
	assert_int_equal(done, n);
	for (size_t i = 0; i < n_verdicts; i++)
		alertbook_judge(world->book, &verdicts[i], world->now_ms, 100 * world->n_events);
}

void world_close_files(struct world *world, unsigned n, bool late)
{
	for (unsigned i = 0; i < n; i++) {
		struct event event = make_event(world, "file.closed");

		event.values[0] = (struct value){ .present = true, .number = late };
		count_event(world, &event);
	}
	judge(world);
}

void world_alarm(struct world *world, const char *gate)
{
	world_alarm_at(world, "ward", gate);
}

void world_alarm_at(struct world *world, const char *unit, const char *gate)
{
	struct event event = make_event(world, "gate.alarm");
	const struct verdict *verdicts;
	size_t n;

	event.unit = units_find(config_units(world->config), unit, strlen(unit));
	event.values[0] =
		(struct value){ .present = true, .text = { .bytes = gate, .size = strlen(gate) } };
	event.values[1] = (struct value){ .present = true, .choice = 1 };
	count_event(world, &event);
	n = rules_match(world->rules, &event, &verdicts);
	for (size_t i = 0; i < n; i++)
		alertbook_judge(world->book, &verdicts[i], world->now_ms, event.position);
}

void world_late_alarm(struct world *world, const char *unit, const char *gate, int64_t ago_ms)
{
	struct event event = make_event(world, "gate.alarm");
	const struct verdict *verdicts;
	size_t n;

	event.unit = units_find(config_units(world->config), unit, strlen(unit));
	event.time_ms -= ago_ms;
	event.historical = true;
	event.values[0] =
		(struct value){ .present = true, .text = { .bytes = gate, .size = strlen(gate) } };
	event.values[1] = (struct value){ .present = true, .choice = 1 };
	n = rules_match_late(world->rules, &event, &verdicts);
	assert_int_equal(n, 1);
	findings_note(world->findings, rules_at(world->rules, verdicts[0].rule), &verdicts[0]);
}

void world_pass(struct world *world, int64_t ms)
{
	world->now_ms += ms;
	indicators_tick(world->indicators, world->now_ms);
	alertbook_tick(world->book, world->now_ms, 100 * world->n_events);
}

static void refuse(struct world *world, uint32_t unit, enum reason reason, const char *payload)
{
	const struct decode_input input = {
		.topic = WORLD_TOPIC,
		.topic_size = strlen(WORLD_TOPIC),
		.payload = payload,
		.payload_size = strlen(payload),
		.arrival_ms = world->now_ms,
		.position = 100 * ++world->n_events,
	};

	counter_add(COUNTER_events_seen, 1);
	ledger_refuse(world->ledger, unit, reason);
	deadletter_offer(world->deadletter, &input, unit, reason, 0);
}

static void make_domain(struct world *world)
{
	const struct units *units = config_units(world->config);
	const struct schema *schema = config_schema(world->config);
	struct indicators_options indicators = {
		.units = units, .schema = schema, .offset_minutes = 420, .sketch_bytes = 1 << 20
	};
	struct rules_options rules = { .n_units = units_count(units),
				       .n_types = schema_n_types(schema),
				       .units = units };
	struct rulebook book;

	indicators.list = config_indicators(world->config, &indicators.n_list);
	rules.list = config_rules(world->config, &rules.n_list);
	if (world->has_own_rules) {
		config_rulebook(world->config, &book);
		rules.n_list = book.n_rules;
	}
	rules.n_indicators = indicators.n_list;
	assert_int_equal(indicators_new(&world->indicators, &indicators), 0);
	world->rules = rules_new(&rules);
	world->book = alertbook_new(world->rules);
	world->ledger = ledger_new(units_count(units), schema_n_feeds(schema));
	world->deadletter = deadletter_new(units_count(units));
	world->findings = findings_new(420);
	world->sites = sites_new(&(struct sites_options){
		.units = units, .version = IOCD_VERSION, .hash = "ours", .orders = 7 });
	assert_int_equal(dedup_new(&world->dedup,
				   &(struct dedup_options){
					   .schema = config_schema(world->config),
					   .memory = { .ms = 1000, .ids = 1024, .window = 64 },
					   .sources = 16,
				   }),
			 0);
}

/* Dock, which is to report each ten minutes, never did and has lost its connection; a clock of ward
 * runs three minutes ahead. */
static void make_senders(struct world *world)
{
	const struct units *units = config_units(world->config);
	uint32_t ward = units_find(units, "ward", 4), dock = units_find(units, "dock", 4);
	struct contracts_options options = { .units = units,
					     .schema = config_schema(world->config) };
	struct event event = make_event(world, "file.closed");

	options.list = config_contracts(world->config, &options.n_list);
	world->contracts = contracts_new(&options);
	contracts_tick(world->contracts, WORLD_NOW_MS - 1200000);
	contracts_hear(world->contracts, ward, 0, WORLD_NOW_MS - 1000);
	contracts_meet(world->contracts, ward, 0, PRESENCE_ONLINE, 1, WORLD_NOW_MS - 2000);
	contracts_meet(world->contracts, dock, TYPE_NONE, PRESENCE_LOST, 1, WORLD_NOW_MS - 3000);
	contracts_tick(world->contracts, WORLD_NOW_MS);
	world->clocks = clocks_new(60000);
	event.source = (struct slice){ "gate-7", 6 };
	for (int i = 0; i < 10; i++) {
		event.arrival_ms = WORLD_NOW_MS + i * 10000;
		event.time_ms = event.arrival_ms + 180000;
		clocks_correct(world->clocks, &event);
	}
}

/* Alarms open records: one of dock that is overdue, one of ward that is due soon and one that has
 * time; by days of midnight to midnight. */
static void make_records(struct world *world)
{
	static const struct {
		const char *unit, *id;
		int64_t hours_ago;
	} records[] = { { "ward", "r/1", 0 }, { "dock", "r/2", 72 }, { "ward", "r/3", 22 } };
	const struct calendar_options always = { .id = "always",
						 .title_vi = "",
						 .title_en = "",
						 .offset_minutes = 420,
						 .weeks = &world->week,
						 .n_weeks = 1 };
	const struct trackers_options options = { .units = config_units(world->config),
						  .schema = config_schema(world->config),
						  .list = &world->track,
						  .n_list = 1,
						  .records = 100 };
	const struct track_news *news;

	world->week.cut_off = 1440;
	for (int i = 0; i < 7; i++)
		world->week.weekdays[i] = (struct calendar_hours){ { { 0, 1440 } }, 1 };
	world->calendar = calendar_new(&always);
	world->track = (struct track){ .id = "desk.late",
				       .n_steps = 1,
				       .n_key = 1,
				       .calendar = world->calendar,
				       .allow_days = 1,
				       .due_soon_days = 1 };
	world->track.steps[0] = (struct track_step){ .type = find_type(world, "gate.alarm"),
						     .role = TRACK_OPEN,
						     .unit_field = TYPE_NONE,
						     .due_field = TYPE_NONE,
						     .kind_field = TYPE_NONE };
	assert_int_equal(trackers_new(&world->trackers, &options), 0);
	for (size_t i = 0; i < COUNT(records); i++) {
		struct event event = make_event(world, "gate.alarm");

		event.unit = units_find(options.units, records[i].unit, 4);
		event.time_ms -= records[i].hours_ago * 3600000;
		event.values[0] = (struct value){ .present = true, .text = { records[i].id, 3 } };
		trackers_add(world->trackers, &event, &news);
	}
	trackers_tick(world->trackers, world->now_ms, &news);
}

static void populate(struct world *world)
{
	world->now_ms = WORLD_NOW_MS;
	indicators_tick(world->indicators, world->now_ms);
	world_close_files(world, 27, false);
	world_close_files(world, 3, true);
	world_alarm(world, "g/1");
	refuse(world, units_find(config_units(world->config), "ward", 4), REASON_out_of_range,
	       "{\"level\":\"\x1b[2J\"}");
	refuse(world, UNIT_NONE, REASON_unknown_unit, "{}");
}

/* ---- hooks ---- */

static void tell_health(void *context, struct control_health *ret)
{
	*ret = ((struct world *)context)->health;
}

static bool tell_uplink(void *context, struct forward_status *ret)
{
	const struct world *world = context;

	if (world->uplink)
		*ret = *world->uplink;
	return world->uplink != NULL;
}

static int reload(void *context, const char *by, struct text *report, struct control_reload *ret)
{
	struct world *world = context;

	world->n_reloads++;
	(void)snprintf(world->reloader, sizeof(world->reloader), "%s", by);
	text_add(report,
		 world->reload_result == CONTROL_REFUSED ? "rules.d/desk.yml:4:3: no\n" : "");
	ret->position = ++world->n_orders;
	ret->generation = world->wanted;
	return world->reload_result;
}

static int submit(void *context, const char *json, size_t size, const char *key)
{
	struct world *world = context;
	struct command *command = &world->orders[world->n_orders];
	char why[256];

	if (world->submit_result)
		return world->submit_result;
	assert(world->n_orders < COUNT(world->orders));
	if (command_read(json, size, command, why) || strcmp(command->key, key) != 0)
		fail_msg("%s: %s", json, why);
	if (++world->n_orders == world->stop_at)
		loop_stop(world->loop);
	return 0;
}

static bool find_command(void *context, const char *key, enum command_outcome *ret, uint32_t *ret_n)
{
	struct world *world = context;

	for (uint64_t i = 0; i < world->n_carried; i++)
		if (strcmp(world->orders[i].key, key) == 0) {
			*ret = world->outcomes[i];
			*ret_n = world->n_alerts[i];
			return true;
		}
	return false;
}

void world_carry(struct world *world)
{
	for (uint64_t i = world->n_carried; i < world->n_orders; i++) {
		if (!*world->orders[i].key) /* a reload */
			continue;
		world->outcomes[i] =
			alertbook_command(world->book, &world->orders[i], world->now_ms,
					  100 * world->n_events, &world->n_alerts[i]);
		if (world->forced >= 0)
			world->outcomes[i] = (enum command_outcome)world->forced;
	}
	world->n_carried = world->n_orders;
	control_note_carried(world->control, world->n_carried, world->generation);
}

static bool read_event(void *context, uint64_t position, struct text *json)
{
	struct world *world = context;

	if (position == world->unreadable)
		return false;
	text_add(json, "\"topic\":\"%s\",\"payload\":\"p%llu\"", WORLD_TOPIC,
		 (unsigned long long)position);
	return true;
}

static bool read_report(void *context, const struct report_plan *plan,
			const struct report_period *period, struct text *ret)
{
	struct world *world = context;

	if (strcmp(plan->id, "daily") != 0 || strcmp(period->name, "2026-11-21") != 0 ||
	    world->written.size == 0)
		return false;
	text_add_bytes(ret, world->written.bytes, world->written.size);
	return true;
}

static void tell_rules(void *context, struct control_rules_state *ret)
{
	*ret = ((struct world *)context)->rules_state;
}

static int start_backtest(void *context, const char *by, uint32_t days)
{
	struct world *world = context;

	if (world->start_result)
		return world->start_result;
	(void)snprintf(world->tester, sizeof(world->tester), "%s", by);
	world->test_days = days;
	world->test.state = CONTROL_BACKTEST_RUNNING;
	world->test.by = world->tester;
	world->test.days = days;
	return 0;
}

static bool stop_backtest(void *context)
{
	return ((struct world *)context)->test.state == CONTROL_BACKTEST_RUNNING;
}

static void tell_backtest(void *context, struct control_backtest *ret)
{
	*ret = ((struct world *)context)->test;
}

/* ---- the loop ---- */

static void on_answered(void *context)
{
	loop_stop(((struct world *)context)->loop);
}

static void on_guard(void *context)
{
	(void)context;
	fprintf(stderr, "no answer\n");
	abort();
}

static void on_tick(void *context)
{
	struct world *world = context;

	if (world->turn == WORLD_CARRIES)
		world_carry(world);
	else if (world->turn == WORLD_TICKS)
		control_tick(world->control);
}

static void make_history(struct world *world)
{
	char path[96];
	const struct history_options options = {
		.file = path,
		.journal_id = "journal",
		.offset_minutes = 420,
		.hours_kept_days = 62,
		.days_kept = 366,
		.units = config_units(world->config),
	};

	snprintf(path, sizeof(path), "%s/h", world->directory);
	assert_int_equal(history_new(&world->history, world->loop, &options), 0);
}

/* Says what it was asked for; of "/none", that there is nothing. */
static int diff(void *context, const char *directory, struct text *json)
{
	(void)context;
	text_add(json, "{\"directory\":\"%s\"}", directory);
	return strcmp(directory, "/none") == 0 ? -EIO : 0;
}

/* One that is free. */
static int find_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &size), 0);
	close(fd);
	return ntohs(in.sin_port);
}

/* Cheap: the least that libsodium allows. */
static void hash_password(char ret[ACCESS_HASH_MAX], const char *password)
{
	assert_true(sodium_init() >= 0);
	assert_int_equal(crypto_pwhash_str(ret, password, strlen(password),
					   crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN),
			 0);
}

void world_add_user(struct world *world, const char *name, const char *role, const char *unit)
{
	struct access_user user = { .role = access_find_role(role), .n_units = unit != NULL };
	char password[64];

	snprintf(user.name, sizeof(user.name), "%s", name);
	snprintf(password, sizeof(password), "pass-%s", name);
	hash_password(user.password, password);
	if (unit)
		snprintf(user.units[0], sizeof(user.units[0]), "%s", unit);
	assert_int_equal(users_add(world->users, &user), 0);
	control_replace_users(world->control, world->users);
}

static void make_loop(struct world *world)
{
	assert_int_equal(loop_new(&world->loop), 0);
	world->answered = wake_new(world->loop, on_answered, world);
	world->guard = timer_new(world->loop, on_guard, world);
	world->ticks = timer_new(world->loop, on_tick, world);
	make_history(world);
}

static void make_control(struct world *world)
{
	struct http_options options = { .socket = world->socket, .address = "127.0.0.1" };
	struct control_source source = {
		.access = { .users = world->users,
			    .sessions = world->sessions,
			    .options = WORLD_SESSIONS,
			    .origin = "",
			    .second_factor = world->second_factor },
		.context = { .units = config_units(world->config),
			     .offset_minutes = 420,
			     .book = world->book,
			     .schema = config_schema(world->config) },
		.indicators = world->indicators,
		.rules = world->rules,
		.book = world->book,
		.ledger = world->ledger,
		.deadletter = world->deadletter,
		.dedup = world->dedup,
		.trackers = world->trackers,
		.findings = world->findings,
		.workload = world->workload,
		.clocks = world->clocks,
		.contracts = world->contracts,
		.sites = world->sites,
		.config = world->config,
	};
	const struct control_hooks hooks = {
		.context = world,
		.health = tell_health,
		.reload = reload,
		.submit = submit,
		.find_command = find_command,
		.diff = diff,
		.read_event = read_event,
		.read_report = read_report,
		.uplink = tell_uplink,
		.rules_state = tell_rules,
		.start_backtest = start_backtest,
		.stop_backtest = stop_backtest,
		.backtest = tell_backtest,
	};

	source.history = world->history;
	world->port = options.port = find_port();
	assert_int_equal(control_new(&world->control, world->loop, &options, &source, &hooks), 0);
}

void world_replace_access(struct world *world, enum access_role second_factor)
{
	control_close(world->control);
	world->second_factor = second_factor;
	make_control(world);
}

static int set_up(void **state, bool has_own_rules)
{
	struct world *world = xcalloc(1, sizeof(*world));
	CLEANUP_TEXT struct text report = { 0 };

	world->has_own_rules = has_own_rules;
	snprintf(world->directory, sizeof(world->directory), "/tmp/iocd-control-XXXXXX");
	assert_non_null(mkdtemp(world->directory));
	snprintf(world->socket, sizeof(world->socket), "%s/s", world->directory);
	write_pack(world);
	if (config_load(&world->config, world->directory, NULL, &report))
		fail_msg("%s", text_get(&report));

	make_domain(world);
	populate(world);
	make_records(world);
	make_senders(world);
	world->health = (struct control_health){
		.parts = { { "mqtt", LIGHT_GREEN, "up", "", WORLD_NOW_MS },
			   { "redis", LIGHT_AMBER, "rewriting", "since \"now\"", 0 } },
		.n_parts = 2,
		.started_ms = WORLD_NOW_MS - 60000,
		.ready = true,
		.journal_end = 500,
		.journal_synced = 400,
		.folded = 300,
		.stored = 200,
		.journal_bytes = 1024,
		.told = 2,
		.stall_us = 1500,
		.events_per_s = 12.5,
	};
	world->users = users_new();
	world->sessions = sessions_new(&(struct sessions_options)WORLD_SESSIONS);
	world->workload =
		workload_new(&(struct workload_options){ .operators = 2, .offset_minutes = 420 });
	workload_follow(world->workload, world->book, WORLD_NOW_MS);
	world->second_factor = N_ROLES;
	make_loop(world);
	make_control(world);
	world->forced = -1;
	world->generation = "old";
	world->wanted = "new";
	world->rules_state = (struct control_rules_state){ .generation = "old",
							   .by = "",
							   .reload_by = "",
							   .reload_outcome = "",
							   .reload_report = "" };
	*state = world;
	return 0;
}

int world_set_up(void **state)
{
	return set_up(state, false);
}

int world_set_up_own(void **state)
{
	return set_up(state, true);
}

int world_tear_down(void **state)
{
	struct world *world = *state;

	history_close(world->history);
	control_close(world->control);
	wake_close(world->answered);
	timer_close(world->guard);
	timer_close(world->ticks);
	loop_free(world->loop);
	alertbook_free(world->book);
	rules_free(world->rules);
	indicators_free(world->indicators);
	ledger_free(world->ledger);
	dedup_free(world->dedup);
	deadletter_free(world->deadletter);
	findings_free(world->findings);
	workload_free(world->workload);
	sessions_free(world->sessions);
	users_free(world->users);
	clocks_free(world->clocks);
	sites_free(world->sites);
	contracts_free(world->contracts);
	trackers_free(world->trackers);
	calendar_free(world->calendar);
	config_free(world->config);
	remove_pack(world);
	text_fini(&world->raw);
	text_fini(&world->written);
	free(world);
	return 0;
}

/* ---- the client ---- */

static bool has_come(const struct world *world)
{
	return world->until && strstr(text_get(&world->raw), world->until);
}

static void *receive(void *context)
{
	struct world *world = context;
	char bytes[4096];
	ssize_t n = 1;

	while (!has_come(world) && (n = read(world->fd, bytes, sizeof(bytes))) > 0)
		text_add_bytes(&world->raw, bytes, (size_t)n);
	assert(n > 0 || !world->until);
	wake_send(world->answered);
	return NULL;
}

static void send_by_tcp(struct world *world)
{
	const struct sockaddr_in in = { .sin_family = AF_INET,
					.sin_port = htons((uint16_t)world->port),
					.sin_addr = { htonl(INADDR_LOOPBACK) } };
	size_t size = strlen(world->request);

	world->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(world->fd, (const struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(write(world->fd, world->request, size), (ssize_t)size);
}

static void send_request(struct world *world)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = strlen(world->request);

	if (world->is_tcp) {
		send_by_tcp(world);
		return;
	}
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", world->socket);
	world->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(world->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(write(world->fd, world->request, size), (ssize_t)size);
}

static void turn(struct world *world, const char *until)
{
	world->until = until;
	assert_int_equal(pthread_create(&world->thread, NULL, receive, world), 0);
	timer_start(world->guard, PATIENCE_MS, 0);
	loop_run(world->loop);
	timer_stop(world->guard);
	pthread_join(world->thread, NULL);
}

static int finish(struct world *world)
{
	turn(world, NULL);
	close(world->fd);

	assert_int_equal(sscanf(text_get(&world->raw), "HTTP/1.1 %d", &world->status), 1);
	world->body = strstr(text_get(&world->raw), "\r\n\r\n");
	assert_non_null(world->body);
	world->body += 4;
	return world->status;
}

static void ask(struct world *world, const char *method, const char *target, const char *headers,
		const char *body)
{
	CLEANUP_TEXT struct text request = { 0 };

	text_add(
		&request,
		"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
		method, target, strlen(body), headers, body);
	world->request = text_get(&request);
	text_clear(&world->raw);
	send_request(world);
}

int world_ask(struct world *world, const char *method, const char *target, const char *headers)
{
	ask(world, method, target, headers, "");
	return finish(world);
}

int world_tcp(struct world *world, const char *method, const char *target, const char *headers,
	      const char *body)
{
	CLEANUP_TEXT struct text request = { 0 };

	text_add(&request, "%s %s HTTP/1.1\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
		 method, target, strlen(body), headers, body);
	world->request = text_get(&request);
	world->is_tcp = true;
	text_clear(&world->raw);
	send_request(world);
	world->is_tcp = false;
	timer_start(world->ticks, 1, 1);
	finish(world);
	timer_stop(world->ticks);
	return world->status;
}

int world_post(struct world *world, const char *target, const char *headers, const char *body)
{
	int status;

	ask(world, "POST", target, headers, body);
	timer_start(world->ticks, 1, 1);
	status = finish(world);
	timer_stop(world->ticks);
	return status;
}

int world_begin(struct world *world, const char *body)
{
	ask(world, "POST", "/api/v1/commands", "X-Iocd: 1\r\n", body);
	world->stop_at = world->n_orders + 1;
	timer_start(world->guard, PATIENCE_MS, 0);
	loop_run(world->loop);
	timer_stop(world->guard);
	world->stop_at = 0;
	return world->fd;
}

int world_finish(struct world *world, int fd)
{
	world->fd = fd;
	text_clear(&world->raw);
	return finish(world);
}

json_t *world_answer(struct world *world)
{
	json_error_t error;
	json_t *json = json_loads(world->body, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s at %d: %s", error.text, error.position, world->body);
	return json;
}

json_t *world_get(struct world *world, const char *target, int status)
{
	assert_int_equal(world_ask(world, "GET", target, ""), status);
	return world_answer(world);
}

void world_stream(struct world *world, const char *until)
{
	world_stream_of(world, "/api/v1/stream", "", until);
}

void world_stream_of(struct world *world, const char *target, const char *headers,
		     const char *until)
{
	CLEANUP_TEXT struct text request = { 0 };

	text_add(&request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", target, headers);
	world->request = text_get(&request);
	text_clear(&world->raw);
	send_request(world);
	timer_start(world->ticks, 1, 5);
	turn(world, until);
}

void world_follow(struct world *world, const char *until)
{
	text_clear(&world->raw);
	turn(world, until);
}

void world_hang_up(struct world *world)
{
	timer_stop(world->ticks);
	close(world->fd);
}

/* ---- looking into answers ---- */

json_t *world_at(const json_t *json, const char *path)
{
	json_t *at = (json_t *)json;
	char name[64];

	while (at && *path) {
		size_t size = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)size, path);
		at = json_is_array(at) ? json_array_get(at, (size_t)atoi(name))
				       : json_object_get(at, name);
		path += size + (path[size] == '.');
	}
	return at;
}

const char *world_string(const json_t *json, const char *path)
{
	return json_string_value(world_at(json, path));
}

double world_number(const json_t *json, const char *path)
{
	const json_t *at = world_at(json, path);

	return json_is_number(at) ? json_number_value(at) : (double)NAN;
}

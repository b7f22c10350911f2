/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <assert.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
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

/* clang-format off */
static const struct { const char *name, *text; } files[] = {
	{ "iocd.yml", "instance: test\ntimezone: \"+07:00\"\n" },
	{ "units.yml",
	  "units:\n"
	  "  city: {level: top, name: {vi: Thành phố, en: City}}\n"
	  "  ward: {level: part, parent: city, name: {vi: Phường, en: Ward}, aliases: [quarter]}\n"
	  "  dock: {level: part, parent: city, name: {vi: Bến, en: Dock}}\n" },
	{ "feeds.d/desk.yml",
	  "desk:\n"
	  "  title: {vi: Quầy, en: Desk}\n"
	  "  silent-after: 10m\n"
	  "  events:\n"
	  "    file.closed: {late: flag}\n"
	  "    gate.alarm: {gate: text, level: [low, high]}\n" },
	{ "indicators.d/desk.yml",
	  "desk.closed: {title: {vi: Xong, en: Closed}, count: desk/file.closed, measure: {vi: hồ sơ, en: files}}\n"
	  "desk.late: {title: {vi: Trễ, en: Late}, count: desk/file.closed, where: {late: yes}}\n"
	  "desk.late-rate: {title: {vi: Tỷ lệ, en: Rate}, ratio: [desk.late, desk.closed],"
	  " show: percent, target: 2%}\n" },
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
};
/* clang-format on */

static void write_pack(struct world *world)
{
	static const char *const folders[] = { "feeds.d", "indicators.d", "rules.d" };
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
	static const char *const folders[] = { "feeds.d", "indicators.d", "rules.d", "" };
	char path[160];

	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", world->directory, files[i].name);
		unlink(path);
	}
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
	ledger_accept(world->ledger, event->unit, event->feed, event->time_ms, event->arrival_ms);
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
	struct event event = make_event(world, "gate.alarm");
	const struct verdict *verdicts;
	size_t n;

	event.values[0] =
		(struct value){ .present = true, .text = { .bytes = gate, .size = strlen(gate) } };
	event.values[1] = (struct value){ .present = true, .choice = 1 };
	count_event(world, &event);
	n = rules_match(world->rules, &event, &verdicts);
	for (size_t i = 0; i < n; i++)
		alertbook_judge(world->book, &verdicts[i], world->now_ms, event.position);
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
				       .n_types = schema_n_types(schema) };

	indicators.list = config_indicators(world->config, &indicators.n_list);
	rules.list = config_rules(world->config, &rules.n_list);
	rules.n_indicators = indicators.n_list;
	assert_int_equal(indicators_new(&world->indicators, &indicators), 0);
	world->rules = rules_new(&rules);
	world->book = alertbook_new(world->rules);
	world->ledger = ledger_new(units_count(units), schema_n_feeds(schema));
	world->deadletter = deadletter_new(units_count(units));
	assert_int_equal(dedup_new(&world->dedup,
				   &(struct dedup_options){
					   .schema = config_schema(world->config),
					   .memory = { .ms = 1000, .ids = 1024, .window = 64 },
					   .sources = 16,
				   }),
			 0);
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

static int reload(void *context, struct text *report)
{
	struct world *world = context;

	world->n_reloads++;
	text_add(report, world->reload_result ? "rules.d/desk.yml:4:3: no\n" : "");
	return world->reload_result;
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
	control_tick(((struct world *)context)->control);
}

static void make_control(struct world *world)
{
	const struct http_options options = { .socket = world->socket };
	const struct control_source source = {
		.context = { .units = config_units(world->config), .offset_minutes = 420 },
		.indicators = world->indicators,
		.rules = world->rules,
		.book = world->book,
		.ledger = world->ledger,
		.deadletter = world->deadletter,
		.dedup = world->dedup,
		.config = world->config,
	};
	const struct control_hooks hooks = {
		.context = world, .health = tell_health, .reload = reload, .read_event = read_event
	};

	assert_int_equal(loop_new(&world->loop), 0);
	world->answered = wake_new(world->loop, on_answered, world);
	world->guard = timer_new(world->loop, on_guard, world);
	world->ticks = timer_new(world->loop, on_tick, world);
	assert_int_equal(control_new(&world->control, world->loop, &options, &source, &hooks), 0);
}

int world_set_up(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	CLEANUP_TEXT struct text report = { 0 };

	snprintf(world->directory, sizeof(world->directory), "/tmp/iocd-control-XXXXXX");
	assert_non_null(mkdtemp(world->directory));
	snprintf(world->socket, sizeof(world->socket), "%s/s", world->directory);
	write_pack(world);
	if (config_load(&world->config, world->directory, NULL, &report))
		fail_msg("%s", text_get(&report));

	make_domain(world);
	populate(world);
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
	make_control(world);
	*state = world;
	return 0;
}

int world_tear_down(void **state)
{
	struct world *world = *state;

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
	config_free(world->config);
	remove_pack(world);
	text_fini(&world->raw);
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

static void send_request(struct world *world)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = strlen(world->request);

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

int world_ask(struct world *world, const char *method, const char *target, const char *headers)
{
	CLEANUP_TEXT struct text request = { 0 };

	text_add(&request,
		 "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n%s\r\n",
		 method, target, headers);
	world->request = text_get(&request);
	text_clear(&world->raw);
	send_request(world);
	turn(world, NULL);
	close(world->fd);

	assert_int_equal(sscanf(text_get(&world->raw), "HTTP/1.1 %d", &world->status), 1);
	world->body = strstr(text_get(&world->raw), "\r\n\r\n");
	assert_non_null(world->body);
	world->body += 4;
	return world->status;
}

json_t *world_get(struct world *world, const char *target, int status)
{
	json_error_t error;
	json_t *json;

	assert_int_equal(world_ask(world, "GET", target, ""), status);
	json = json_loads(world->body, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s at %d: %s", error.text, error.position, world->body);
	return json;
}

void world_stream(struct world *world, const char *until)
{
	world->request = "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n";
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

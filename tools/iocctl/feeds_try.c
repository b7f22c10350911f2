/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iocctl feeds try: what iocd would make of a message, under a configuration that is read here.
 *
 * It is decoded as iocd decodes it; whether it was sent before, and how fast its unit sends, only
 * iocd knows.
 */
#include "feeds_try.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/config.h"
#include "iocd/flow_options.h"
#include "show.h"

#define DIRECTORY   "/etc/iocd"
#define PAYLOAD_MAX (1u << 20) /* more than any limits.payload */

struct trial {
	const struct call *call;
	struct config *config;    /* owned */
	struct flow_options flow; /* what the configuration means */
	uint32_t feed;
	struct text topic;
	char *payload; /* owned */
	size_t size;
	int64_t arrival_ms;
	const struct feed_map *map; /* that reads the topic; lent by config; NULL: none */
};

/* what is what it is about; "" if it is about nothing in particular. */
static int complain(const char *message, const char *what)
{
	fprintf(stderr, *what ? "iocctl: %s: '%s'\n" : "iocctl: %s%s\n", message, what);
	return STATUS_USAGE;
}

static int load(struct trial *trial)
{
	const struct call *call = trial->call;
	const char *directory = call->given[OPTION_CONFIG];
	CLEANUP_TEXT struct text report = { 0 };
	int r = config_load(&trial->config, directory ? directory : DIRECTORY, NULL, &report);

	fputs(text_get(&report), stderr);
	if (r)
		return r < 0 ? STATUS_UNREACHABLE : STATUS_FINDING;
	flow_options_from(&trial->flow, trial->config);
	return STATUS_GOOD;
}

static int find_feed(struct trial *trial, const char *id)
{
	const struct schema *schema = trial->flow.schema;
	const char *best = NULL;

	trial->feed = schema_find_feed(schema, id, strlen(id));
	if (trial->feed != TYPE_NONE)
		return STATUS_GOOD;
	for (uint32_t i = 0; !best && i < schema_n_feeds(schema); i++)
		if (text_distance(id, schema_feed(schema, i)->id, 2) <= 2)
			best = schema_feed(schema, i)->id;
	complain(SAY(trial->call, "không có nguồn tin này", "there is no such feed"), id);
	if (best)
		fprintf(stderr, SAY(trial->call, "Có phải '%s'?\n", "Did you mean '%s'?\n"), best);
	return STATUS_USAGE;
}

/* Reads all of standard input. */
static int read_input(char **ret, size_t *ret_size)
{
	struct text text = { 0 };
	char buffer[4096];
	size_t n;

	while ((n = fread(buffer, 1, sizeof(buffer), stdin)) > 0 && text.size <= PAYLOAD_MAX)
		text_add_bytes(&text, buffer, n);
	*ret = text.bytes ? text.bytes : xstrdup("");
	*ret_size = text.size;
	return text.size > PAYLOAD_MAX ? -EFBIG : 0;
}

static int read_payload(struct trial *trial)
{
	const char *file = trial->call->given[OPTION_PAYLOAD];
	int r;

	if (!file)
		return complain(
			SAY(trial->call, "thiếu --payload FILE", "--payload FILE is missing"), "");
	r = strcmp(file, "-") == 0
		    ? read_input(&trial->payload, &trial->size)
		    : disk_read_file(file, PAYLOAD_MAX, &trial->payload, &trial->size);
	if (!r)
		return STATUS_GOOD;
	fprintf(stderr, "iocctl: %s: %s\n", file, strerror(-r));
	return STATUS_UNREACHABLE;
}

static int read_arrival(struct trial *trial)
{
	const char *at = trial->call->given[OPTION_AT];

	trial->arrival_ms = clock_real_ms();
	if (!at || !civil_parse(at, strlen(at), &trial->arrival_ms))
		return STATUS_GOOD;
	return complain(SAY(trial->call, "--at là ngày giờ RFC 3339 có múi giờ",
			    "--at is an RFC 3339 date and time with a zone"),
			at);
}

/* The first map of the feed, or NULL. */
static const struct feed_map *find_map(const struct trial *trial)
{
	const struct schema *schema = trial->flow.schema;

	for (uint32_t i = 0; i < schema_n_maps(schema); i++)
		if (schema_map(schema, i)->feed == trial->feed)
			return schema_map(schema, i);
	return NULL;
}

/* The unit that the payload names as its source; "" if it does not. */
static void find_unit(const struct trial *trial, struct text *ret)
{
	static const char form[] = "/unit/";
	const char *at = memmem(trial->payload, trial->size, form, sizeof(form) - 1);

	for (at = at ? at + sizeof(form) - 1 : NULL;
	     at && at < trial->payload + trial->size && !strchr("/\"\\", *at); at++)
		text_add_bytes(ret, at, 1);
}

/* The topic of map, with the unit's id in its place and for the other levels their names. */
static void fill_topic(struct trial *trial, const struct feed_map *map, const char *unit)
{
	const char *topic = map->topic;
	const char *slash = "";
	struct slice level;
	bool is_named;

	while (map_next_level(&topic, &level, &is_named)) {
		text_add(&trial->topic, "%s", slash);
		if (is_named && level.size == 4 && memcmp(level.bytes, "unit", 4) == 0)
			text_add(&trial->topic, "%s", unit);
		else
			text_add_bytes(&trial->topic, level.bytes, level.size);
		slash = "/";
	}
}

static int make_topic(struct trial *trial)
{
	const struct feed_map *map = find_map(trial);
	CLEANUP_TEXT struct text unit = { 0 };

	if (trial->call->given[OPTION_TOPIC]) {
		text_add(&trial->topic, "%s", trial->call->given[OPTION_TOPIC]);
		return STATUS_GOOD;
	}
	if (trial->call->given[OPTION_UNIT])
		text_add(&unit, "%s", trial->call->given[OPTION_UNIT]);
	else if (!map)
		find_unit(trial, &unit);
	if (unit.size == 0 && !(map && map->unit))
		return complain(SAY(trial->call, "của đơn vị nào? --unit hoặc --topic",
				    "of which unit is it? --unit or --topic"),
				"");
	if (map)
		fill_topic(trial, map, text_get(&unit));
	else
		text_add(&trial->topic, "%s/%s/%s/evt/batch", trial->flow.prefix, text_get(&unit),
			 schema_feed(trial->flow.schema, trial->feed)->id);
	return STATUS_GOOD;
}

static json_t *text_json(const struct slice *slice)
{
	return json_stringn(slice->bytes, slice->size);
}

static json_t *time_json(const struct trial *trial, int64_t time_ms)
{
	char text[CIVIL_TEXT_MAX];

	return json_string(civil_format(text, time_ms, trial->flow.offset_minutes));
}

static json_t *value_json(const struct trial *trial, const struct field *field,
			  const struct value *value)
{
	switch (field->kind) {
	case FIELD_NUMBER:
		return json_real(value->number);
	case FIELD_INTEGER:
		return json_integer((json_int_t)value->number);
	case FIELD_FLAG:
		return json_boolean(value->number != 0);
	case FIELD_TIME:
		return time_json(trial, value->time_ms);
	case FIELD_CHOICE:
		return json_string(field->choices[value->choice]);
	case FIELD_TEXT:
		return text_json(&value->text);
	}
	return json_null();
}

/* Older than the feed takes for news? */
static bool is_late(const struct trial *trial, const struct event *event)
{
	int64_t lateness_ms = schema_feed(trial->flow.schema, event->feed)->lateness_ms;

	if (lateness_ms == 0)
		lateness_ms = trial->flow.lateness_ms;
	return event->arrival_ms - event->time_ms > lateness_ms;
}

static json_t *event_json(const struct trial *trial, const struct event *event)
{
	const struct event_type *type = schema_type(trial->flow.schema, event->type);
	int64_t ahead_ms = event->time_ms - event->arrival_ms;
	json_t *fields = json_object();
	json_t *json = json_object();

	for (uint32_t i = 0; i < type->n_fields; i++)
		if (event->values[i].present)
			json_object_set_new(fields, type->fields[i].name,
					    value_json(trial, &type->fields[i], &event->values[i]));
	json_object_set_new(json, "type", json_string(type->name));
	json_object_set_new(json, "feed",
			    json_string(schema_feed(trial->flow.schema, event->feed)->id));
	json_object_set_new(json, "unit",
			    json_string(units_at(trial->flow.units, event->unit)->id));
	json_object_set_new(json, "time", time_json(trial, event->time_ms));
	json_object_set_new(json, "id", text_json(&event->id));
	json_object_set_new(json, "source", text_json(&event->source));
	if (event->subject.size > 0)
		json_object_set_new(json, "subject", text_json(&event->subject));
	if (event->has_sequence)
		json_object_set_new(json, "sequence", json_integer((json_int_t)event->sequence));
	json_object_set_new(json, "historical", json_boolean(event->historical));
	json_object_set_new(json, "drill", json_boolean(event->drill));
	json_object_set_new(json, "late", json_boolean(is_late(trial, event)));
	json_object_set_new(json, "clock_ahead",
			    json_boolean(ahead_ms > trial->flow.limits.future_ms));
	json_object_set_new(json, "fields", fields);
	return json;
}

/* What a map says of the attribute or field of that name, or NULL. */
static const struct map_value *find_value(const struct feed_map *map, const char *name)
{
	const struct {
		const char *name;
		const struct map_value *value;
	} attributes[] = {
		{ "type", &map->type },         { "id", &map->id },
		{ "source", &map->source },     { "subject", &map->subject },
		{ "sequence", &map->sequence }, { "time", &map->time },
	};

	for (uint32_t i = 0; i < map->n_fields; i++)
		if (strcmp(map->fields[i].name, name) == 0)
			return &map->fields[i].value;
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (strcmp(attributes[i].name, name) == 0)
			return attributes[i].value;
	return NULL;
}

/* Appends where the map looks for what a refusal is about: "/a/b". */
static void add_place(const struct trial *trial, const char *about, struct text *text)
{
	const struct map_value *value = trial->map ? find_value(trial->map, about) : NULL;

	if (!value || value->from == MAP_NOWHERE)
		return;
	if (value->from == MAP_LEVEL)
		text_add(text, "{%s}", value->text);
	else
		text_add(text, "%s", *value->text ? value->text : "{payload}");
}

/* Appends line and column of what is wrong with a text that should be JSON; nothing if it is. */
static void add_fault(const struct trial *trial, enum reason reason, struct text *text)
{
	json_error_t error;
	json_t *json;

	if (reason != REASON_json_syntax && reason != REASON_dup_key)
		return;
	json = json_loadb(trial->payload, trial->size, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		text_add(text, "%d:%d: %s", error.line, error.column, error.text);
	json_decref(json);
}

static json_t *refusal_json(const struct trial *trial, const struct decoded *decoded)
{
	CLEANUP_TEXT struct text place = { 0 };
	CLEANUP_TEXT struct text fault = { 0 };
	json_t *json = json_object();

	add_fault(trial, decoded->reason, &fault);
	json_object_set_new(json, "reason", json_string(reason_name(decoded->reason)));
	json_object_set_new(json, "vi", json_string(reason_text_vi(decoded->reason)));
	json_object_set_new(json, "en", json_string(reason_text(decoded->reason)));
	if (decoded->about) {
		add_place(trial, decoded->about, &place);
		json_object_set_new(json, "about", json_string(decoded->about));
	}
	if (place.size > 0)
		json_object_set_new(json, "from", json_string(text_get(&place)));
	if (fault.size > 0)
		json_object_set_new(json, "where", json_string(text_get(&fault)));
	return json;
}

static json_t *map_json(const struct feed_map *map)
{
	CLEANUP_TEXT struct text filter = { 0 };
	CLEANUP_TEXT struct text place = { 0 };

	if (!map)
		return json_null();
	map_add_filter(map, &filter);
	text_add(&place, "%s:%u", map->place.file, map->place.line);
	return json_pack("{s:s, s:s}", "filter", text_get(&filter), "place", text_get(&place));
}

/* Gives all that came out. */
static json_t *make_answer(const struct trial *trial, const struct decoded *list, size_t n)
{
	json_t *elements = json_array();
	json_t *json = json_object();

	for (size_t i = 0; i < n; i++) {
		json_t *element = json_object();

		if (list[i].reason == REASON_NONE)
			json_object_set_new(element, "event", event_json(trial, &list[i].event));
		else
			json_object_set_new(element, "refused", refusal_json(trial, &list[i]));
		json_array_append_new(elements, element);
	}
	json_object_set_new(json, "topic", json_string(text_get(&trial->topic)));
	json_object_set_new(json, "arrival", time_json(trial, trial->arrival_ms));
	json_object_set_new(json, "map", map_json(trial->map));
	json_object_set_new(json, "elements", elements);
	return json;
}

/* Decodes; gives the answer in *ret. */
static int decode_payload(struct trial *trial, json_t **ret)
{
	const struct decode_options options = {
		.prefix = trial->flow.prefix,
		.units = trial->flow.units,
		.schema = trial->flow.schema,
		.limits = trial->flow.limits,
	};
	const struct decode_input input = {
		.topic = text_get(&trial->topic),
		.topic_size = trial->topic.size,
		.payload = trial->payload,
		.payload_size = trial->size,
		.arrival_ms = trial->arrival_ms,
	};
	CLEANUP(decoder_free) struct decoder *decoder = decoder_new(&options);
	const struct decoded *list;
	int status = STATUS_GOOD;
	size_t n;

	trial->map = decoder_map(decoder, input.topic, input.topic_size);
	n = decode(decoder, &input, &list);
	for (size_t i = 0; i < n; i++)
		if (list[i].reason != REASON_NONE)
			status = STATUS_FINDING;
	*ret = make_answer(trial, list, n);
	return status;
}

static void add_value(struct text *text, const json_t *value)
{
	char *json;

	if (!value) {
		text_add(text, "-");
		return;
	}
	if (json_is_real(value)) {
		text_add_number(text, json_real_value(value));
		return;
	}
	json = json_dumps(value, JSON_ENCODE_ANY);
	text_add(text, "%s", json ? json : "-");
	free(json);
}

static void print_fields(const struct trial *trial, const struct event_type *type,
			 const json_t *fields)
{
	bool vietnamese = trial->call->vietnamese;

	for (uint32_t i = 0; i < type->n_fields; i++) {
		const struct field *field = &type->fields[i];
		const char *title = vietnamese ? field->title_vi : field->title_en;
		const char *measure = vietnamese ? field->measure_vi : field->measure_en;
		CLEANUP_TEXT struct text value = { 0 };

		add_value(&value, json_object_get(fields, field->name));
		printf("    %-18s %s%s%s%s%s\n", field->name, text_get(&value), *measure ? " " : "",
		       measure, strcmp(title, field->name) ? "  # " : "",
		       strcmp(title, field->name) ? title : "");
	}
}

static void print_remarks(const struct trial *trial, const json_t *event)
{
	const struct call *call = trial->call;

	if (json_is_true(json_object_get(event, "clock_ahead")))
		puts(SAY(call, "  ! đồng hồ của nơi gửi chạy nhanh: giờ sẽ được sửa lại",
			 "  ! the sender's clock is ahead: its time will be corrected"));
	if (json_is_true(json_object_get(event, "late")))
		puts(SAY(call, "  ! đến muộn: chỉ vào lịch sử, không gây cảnh báo",
			 "  ! it is late: history only, it raises no alert"));
	if (json_is_true(json_object_get(event, "historical")))
		puts(SAY(call, "  ! dữ liệu quá khứ: chỉ vào lịch sử, không gây cảnh báo",
			 "  ! it is historical: history only, it raises no alert"));
	if (json_is_true(json_object_get(event, "drill")))
		puts(SAY(call, "  ! diễn tập", "  ! an exercise"));
}

static void print_event(const struct trial *trial, size_t number, const json_t *event)
{
	static const char *const names[] = { "time", "id", "source", "subject" };
	const struct schema *schema = trial->flow.schema;
	const char *feed = show_string(event, "feed");
	const char *name = show_string(event, "type");
	const char *id = show_string(event, "unit");
	uint32_t unit = units_find(trial->flow.units, id, strlen(id));
	uint32_t type = schema_find_type(schema, schema_find_feed(schema, feed, strlen(feed)), name,
					 strlen(name));

	printf("%zu. %s/%s\n", number, feed, name);
	printf("  %-20s %s  # %s\n", "unit", id,
	       trial->call->vietnamese ? units_at(trial->flow.units, unit)->name_vi
				       : units_at(trial->flow.units, unit)->name_en);
	for (size_t i = 0; i < COUNT(names); i++)
		if (json_object_get(event, names[i]))
			printf("  %-20s %s\n", names[i], show_string(event, names[i]));
	if (json_object_get(event, "sequence"))
		printf("  %-20s %lld\n", "sequence", (long long)show_integer(event, "sequence"));
	print_fields(trial, schema_type(schema, type), json_object_get(event, "fields"));
	print_remarks(trial, event);
}

static void print_refusal(const struct trial *trial, size_t number, const json_t *refusal)
{
	const struct call *call = trial->call;
	const char *about = show_string(refusal, "about");
	const char *from = show_string(refusal, "from");
	const char *where = show_string(refusal, "where");

	printf("%zu. %s%s%s: %s\n", number, tint_begin(TINT_RED, call->colour),
	       SAY(call, "BỊ TỪ CHỐI ", "REFUSED "), show_string(refusal, "reason"),
	       show_string(refusal, call->vietnamese ? "vi" : "en"));
	fputs(tint_end(TINT_RED, call->colour), stdout);
	if (*about)
		printf(SAY(call, "  vì '%s'", "  because of '%s'"), about);
	if (*from)
		printf(SAY(call, ", lấy từ %s", ", taken from %s"), from);
	if (*about)
		putchar('\n');
	if (*where)
		printf(SAY(call, "  ở %s\n", "  at %s\n"), where);
}

static void print_answer(const struct trial *trial, const json_t *answer)
{
	const struct call *call = trial->call;
	const json_t *map = json_object_get(answer, "map");
	const json_t *element;
	size_t i;

	printf("topic %s\n", show_string(answer, "topic"));
	printf(SAY(call, "đến lúc %s", "arrives %s"), show_string(answer, "arrival"));
	if (json_is_object(map))
		printf(SAY(call, ", đọc theo map ở %s", ", read by the map at %s"),
		       show_string(map, "place"));
	puts("\n");
	json_array_foreach(json_object_get(answer, "elements"), i, element)
	{
		const json_t *event = json_object_get(element, "event");

		if (event)
			print_event(trial, i + 1, event);
		else
			print_refusal(trial, i + 1, json_object_get(element, "refused"));
	}
}

static int run(struct trial *trial)
{
	json_t *answer;
	int status = load(trial);

	if (status == STATUS_GOOD)
		status = find_feed(trial, trial->call->arguments[1]);
	if (status == STATUS_GOOD)
		status = read_payload(trial);
	if (status == STATUS_GOOD)
		status = read_arrival(trial);
	if (status == STATUS_GOOD)
		status = make_topic(trial);
	if (status != STATUS_GOOD)
		return status;

	status = decode_payload(trial, &answer);
	if (trial->call->json)
		api_print(answer);
	else
		print_answer(trial, answer);
	json_decref(answer);
	return status;
}

int run_feeds_try(const struct call *call)
{
	struct trial trial = { .call = call };
	int status;

	if (call->n_arguments != 2 || strcmp(call->arguments[0], "try") != 0)
		return complain(
			SAY(call,
			    "cách dùng: iocctl feeds gaps, hoặc iocctl feeds try FEED --payload "
			    "FILE",
			    "usage: iocctl feeds gaps, or iocctl feeds try FEED --payload FILE"),
			"");
	status = run(&trial);
	free(trial.payload);
	text_fini(&trial.topic);
	config_free(trial.config);
	return status;
}

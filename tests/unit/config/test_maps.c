/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include "iocd/decode.h"

#define FEED                                                                                       \
	"air:\n"                                                                                   \
	"  events:\n"                                                                              \
	"    sample: {aqi: {type: number, min: 0, max: 500}, state: {type: [good, bad], "          \
	"optional: yes}, ok: {type: flag, optional: yes}, at: {type: time, optional: yes}, "       \
	"name: {type: text, optional: yes}}\n"                                                     \
	"    alarm: {}\n"                                                                          \
	"  map:\n"
#define MAP(yaml)                                                                                  \
	{                                                                                          \
		PART_FEEDS, "feeds.d/air.yml", FEED "  - {" yaml "}\n"                             \
	}

/* clang-format off */
static const struct mistake mistakes[] = {
	{ MAP("event: alarm"),
	  "6:5: error: 'topic' is missing" },
	{ MAP("topic: a/b, time: arrival, event: alarm"),
	  "6:5: error: whose it is must be known: name a level of the topic {unit}, or write 'unit'" },
	{ MAP("topic: 'a/{unit}', unit: east, time: arrival, event: alarm"),
	  "6:25: error: the unit is the level {unit} of the topic already" },
	{ MAP("topic: a/b, unit: eats, time: arrival, event: alarm"),
	  "6:24: error: unknown unit 'eats'; did you mean 'east'?" },
	{ MAP("topic: 'a//{unit}', time: arrival, event: alarm"),
	  "6:13: error: 'a//{unit}' cannot be mapped: no level may be empty" },
	{ MAP("topic: 'a/+/{unit}', time: arrival, event: alarm"),
	  "6:13: error: 'a/+/{unit}' cannot be mapped: a level that matches any is written {name}, and nothing else in it" },
	{ MAP("topic: 'a/x{unit}', time: arrival, event: alarm"),
	  "6:13: error: 'a/x{unit}' cannot be mapped: a level that matches any is written {name}, and nothing else in it" },
	{ MAP("topic: 'a/{Unit}', time: arrival, event: alarm"),
	  "6:13: error: 'a/{Unit}' cannot be mapped: a level is named as in {station-2}" },
	{ MAP("topic: 'a/{unit}/{unit}', time: arrival, event: alarm"),
	  "6:13: error: 'a/{unit}/{unit}' cannot be mapped: two levels have the same name" },
	{ MAP("topic: '$SYS/{unit}', time: arrival, event: alarm"),
	  "6:13: error: '$SYS/{unit}' cannot be mapped: topics with '$' are the broker's own" },
	{ MAP("topic: 'ioc/v1/{unit}', time: arrival, event: alarm"),
	  "6:13: error: 'ioc/v1/{unit}' cannot be mapped: topics below mqtt.prefix are those of CloudEvents" },
	{ MAP("topic: 'a/{unit}', event: alarm"),
	  "6:5: error: 'time' is missing; if the message does not tell, write 'time: arrival'" },
	{ MAP("topic: 'a/{unit}', time: arrival"),
	  "6:5: error: 'event' is missing" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: alram"),
	  "6:47: error: feed 'air' has no event 'alram'; did you mean 'alarm'?" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample"),
	  "6:5: error: field 'aqi' of 'sample' is not optional, and must be mapped" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {}"),
	  "6:55: error: field 'aqi' of 'sample' is not optional, and must be mapped" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: /a, stat: /s}"),
	  "6:73: error: no such field is declared: 'stat'; did you mean 'state'?" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: much}"),
	  "6:69: error: 'much' is not a number" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: /a, state: godo}"),
	  "6:80: error: 'godo' is not good or bad; did you mean 'good'?" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: /a, ok: maybe}"),
	  "6:77: error: 'maybe' is neither yes nor no" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: /a~}"),
	  "6:69: error: '/a~' is not a JSON Pointer of at most 16 steps; '~' is written ~0" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: '{sensor}'}"),
	  "6:69: error: the topic has no level '{sensor}'; write it there, or '{payload}' for the whole value" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {unit}}"),
	  "6:69: error: write it in quotes: \"{unit}\"" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {form: /a}}"),
	  "6:70: error: unknown key 'form'; did you mean 'from'?" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {scale: 2}}"),
	  "6:64: error: it needs one of 'from', 'name' and 'is'" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: a}}"),
	  "6:76: error: 'a' is not a place; write /a/b, {level} or {payload}" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: /a, is: 3}}"),
	  "6:64: error: it needs one of 'from', 'name' and 'is'" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {name: a}}"),
	  "6:70: error: 'name' is only for senml per time" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: /a, scale: 0}}"),
	  "6:87: error: 'scale' must not be 0" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: /a, convert: text}}"),
	  "6:80: error: 'convert' is only for texts, if it is 'text'" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: /a, convert: numbre}}"),
	  "6:89: error: 'numbre' is not number, comma-number or text; did you mean 'number'?" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: /a, format: unix}}"),
	  "6:80: error: 'format' is only for times" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: /a, words: {}}}"),
	  "6:87: error: 'words' has from 1 to 1000 words" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: /a, words: {x: y}}}"),
	  "6:91: error: 'y' is not a number" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: {from: /a, of: all}}"),
	  "6:84: error: 'all' is not element or message" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, fields: {aqi: /a, name: {from: /a, scale: 2}}"),
	  "6:90: error: 'scale' is only for numbers" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: alarm, id: {from: /a, scale: 2}"),
	  "6:69: error: 'scale' is only for numbers" },
	{ MAP("topic: 'a/{unit}', time: {from: /t, format: unxi}, event: alarm"),
	  "6:50: error: 'unxi' is not rfc3339, unix or unix-ms; did you mean 'unix'?" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: alarm, format: jsno"),
	  "6:62: error: 'jsno' is not json, number or senml; did you mean 'json'?" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: alarm, per: time"),
	  "6:54: error: 'per' is only for senml" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: alarm, each: a"),
	  "6:60: error: 'a' is not a JSON Pointer to an array; write /a/b or {payload}" },
	{ MAP("topic: 'a/{unit}', event: alarm, each: /a, format: senml"),
	  "6:39: error: 'each' is only for json" },
	{ MAP("topic: 'a/{unit}', time: arrival, event: sample, format: number, fields: {aqi: /a}"),
	  "6:85: error: a plain number has no parts; write \"{payload}\"" },
	{ MAP("topic: 'a/{unit}', format: senml, event: sample, fields: {aqi: {from: /v, of: message}}"),
	  "6:80: error: 'of' is only for 'from' in json" },
	{ MAP("topic: 'a/{unit}', tiem: arrival, event: alarm"),
	  "6:25: error: unknown key 'tiem'; did you mean 'time'?" },
};
/* clang-format on */

static void each_mistake_in_a_map_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
}

static void two_maps_cannot_read_the_same_topics(void **state)
{
	const struct mistake mistake = {
		{ PART_FEEDS, "feeds.d/air.yml",
		  FEED "  - {topic: 'a/{unit}/{x}', time: arrival, event: alarm}\n"
		       "  - {topic: 'a/{y}/{unit}', time: arrival, event: alarm}\n" },
		"7:13: error: 'a/{y}/{unit}': these topics are read by the map in "
		"feeds.d/air.yml, line 6",
	};

	(void)state;
	expect_mistake(&mistake);
}

static const struct file good = {
	PART_FEEDS,
	"feeds.d/air.yml",
	FEED "  - topic: sensors/{unit}/{station}/air\n"
	     "    each: /list\n"
	     "    event: sample\n"
	     "    id: /no\n"
	     "    source: {from: /gateway, of: message}\n"
	     "    subject: \"{station}\"\n"
	     "    sequence: /no\n"
	     "    time: {from: /t, format: unix-ms}\n"
	     "    fields:\n"
	     "      aqi: {from: /a~1b, convert: comma-number, scale: 0.1}\n"
	     "      state: {from: /s, words: {tot: good, 0: bad}}\n"
	     "      ok: {is: yes}\n"
	     "      name: fixed\n"
	     "      at: {from: /at, format: unix}\n"
	     "  - {topic: level, unit: old-east, format: number, time: arrival, event: sample,\n"
	     "     fields: {aqi: \"{payload}\"}}\n"
	     "  - {topic: \"s/{unit}\", format: senml, per: time, event: sample,\n"
	     "     fields: {aqi: {name: aqi}}}\n"
	     "  - {topic: \"k/{unit}\", time: /t, event: {from: /k, words: {a: alarm}},\n"
	     "     fields: {aqi: /a, ok: {from: /o, words: {bat: yes, tat: no}}}}\n",
};

static void a_map_is_read_with_all_that_it_says(void **state)
{
	CLEANUP(config_free) struct config *config = expect_good(&good, 1);
	CLEANUP_TEXT struct text filter = { 0 };
	const struct schema *schema = config_schema(config);
	const struct feed_map *map = schema_map(schema, 0);

	(void)state;
	assert_int_equal(schema_n_maps(schema), 4);
	map_add_filter(map, &filter);
	assert_string_equal(text_get(&filter), "sensors/+/+/air");
	assert_string_equal(map->each, "/list");
	assert_null(map->unit);
	assert_int_equal(map->type.from, MAP_CONSTANT);
	assert_string_equal(map->type.text, "sample");
	assert_int_equal(map->id.from, MAP_POINTER);
	assert_int_equal(map->source.from, MAP_MESSAGE);
	assert_string_equal(map->source.text, "/gateway");
	assert_int_equal(map->subject.from, MAP_LEVEL);
	assert_string_equal(map->subject.text, "station");
	assert_string_equal(map->sequence.text, "/no");
	assert_int_equal(map->time.time, MAP_UNIX_MS);
	assert_int_equal(map->n_fields, 5);
	assert_string_equal(map->fields[0].name, "aqi");
	assert_string_equal(map->fields[0].value.text, "/a~1b");
	assert_int_equal(map->fields[0].value.convert, MAP_COMMA_NUMBER);
	assert_true(map->fields[0].value.scale == 0.1);
	assert_int_equal(map->fields[1].value.n_words, 2);
	assert_string_equal(map->fields[1].value.words[1].word, "0");
	assert_string_equal(map->fields[1].value.words[1].text, "bad");
	assert_int_equal(map->fields[2].value.from, MAP_CONSTANT);
	assert_string_equal(map->fields[2].value.text, "true");
	assert_string_equal(map->fields[3].value.text, "fixed");
	assert_int_equal(map->fields[4].value.time, MAP_UNIX);

	map = schema_map(schema, 1);
	assert_string_equal(map->unit, "old-east");
	assert_int_equal(map->format, MAP_NUMBER);
	assert_int_equal(map->time.time, MAP_ARRIVAL);
	assert_int_equal(map->fields[0].value.from, MAP_POINTER);
	assert_string_equal(map->fields[0].value.text, "");
	assert_true(schema_map(schema, 2)->per_time);
	assert_int_equal(schema_map(schema, 2)->fields[0].value.from, MAP_NAME);
	map = schema_map(schema, 3);
	assert_string_equal(map->type.words[0].text, "alarm");
	assert_string_equal(map->fields[1].value.words[0].text, "true");
	assert_string_equal(map->fields[1].value.words[1].text, "false");
}

static void a_map_that_was_read_makes_events(void **state)
{
	static const char topic[] = "sensors/old-east/st-1/air";
	static const char payload[] = "{\"gateway\":\"gw\",\"list\":[{\"no\":7,\"a/b\":\"253\","
				      "\"s\":0,\"t\":1795310100000,\"at\":1795310000}]}";
	CLEANUP(config_free) struct config *config = expect_good(&good, 1);
	CLEANUP(decoder_free)
	struct decoder *decoder = decoder_new(&(struct decode_options){
		.prefix = "ioc/v1",
		.units = config_units(config),
		.schema = config_schema(config),
		.limits = { .payload = 1000,
			    .depth = 8,
			    .keys = 64,
			    .batch = 9,
			    .string = 100,
			    .age_ms = 86400000 },
	});
	const struct decode_input input = { .topic = topic,
					    .topic_size = sizeof(topic) - 1,
					    .payload = payload,
					    .payload_size = sizeof(payload) - 1,
					    .arrival_ms = INT64_C(1795310110000) };
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(decode(decoder, &input, &decoded), 1);
	assert_string_equal(reason_name(decoded->reason), "none");
	assert_string_equal(units_at(config_units(config), decoded->event.unit)->id, "east");
	assert_true(decoded->event.values[0].number == 25.3);
	assert_int_equal(decoded->event.values[1].choice, 1);
	assert_int_equal(decoded->event.sequence, 7);
}

static void one_map_needs_no_list(void **state)
{
	static const struct file file = {
		PART_FEEDS,
		"feeds.d/air.yml",
		FEED "    {topic: \"k/{unit}\", time: arrival, event: alarm}\n",
	};
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);

	(void)state;
	assert_int_equal(schema_n_maps(config_schema(config)), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_in_a_map_is_told_alone_at_its_place),
		cmocka_unit_test(two_maps_cannot_read_the_same_topics),
		cmocka_unit_test(a_map_is_read_with_all_that_it_says),
		cmocka_unit_test(a_map_that_was_read_makes_events),
		cmocka_unit_test(one_map_needs_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

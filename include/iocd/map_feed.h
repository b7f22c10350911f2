/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_feed: foreign payloads as events, without code: what the `map:` of a feed says.
 *
 * A map belongs to a feed and reads the messages whose topic has its form.  It says where each
 * attribute and field of an event is found; what comes out is checked like an event in CloudEvents'
 * form, and refused for the same reasons.
 *
 * Topics: "sensors/{unit}/{station}/air": levels as they are written, and named ones that match
 * any. The one named {unit} is the id, or a former id, of the unit.  Of two maps that match a topic
 * the one counts whose first different level is written out.  Topics below the prefix of
 * CloudEvents are never mapped.
 *
 * Formats.  json: an object; with `each`, the elements of the array that it points to.  number: the
 * payload is one decimal number, found by the pointer "".  senml: SenML JSON (RFC 8428) with its
 * base fields and relative times resolved; each record is an event, and its keys are found by
 * pointers of one step ("/v"); or, per time, the records of one time are, and their values are
 * found by name, with or without the base name.
 *
 * Where nothing says otherwise: the source is the topic; the time of SenML its own; the id a digest
 * of unit, topic, time and the element, so that equal readings of one instant are one event.
 *
 * Made with the schema and only read afterwards.  Pure; no I/O, no clock, no log.
 */
#ifndef IOCD_MAP_FEED_H
#define IOCD_MAP_FEED_H

#include "iocd/base/text.h"
#include "iocd/event.h"

#define MAP_LEVELS_MAX 16   /* of a topic */
#define MAP_STEPS_MAX  16   /* of a pointer */
#define MAPS_MAX       4096 /* of a schema */

enum map_format { MAP_JSON, MAP_NUMBER, MAP_SENML };

enum map_from {
	MAP_NOWHERE,  /* it is left out, or as above */
	MAP_POINTER,  /* a JSON Pointer (RFC 6901) into the element */
	MAP_MESSAGE,  /* the same into the whole message */
	MAP_LEVEL,    /* a level of the topic, by its name */
	MAP_NAME,     /* senml per time: the value of the record of that name */
	MAP_CONSTANT, /* always this */
};

/* What a time is. */
enum map_time { MAP_RFC3339, MAP_UNIX, MAP_UNIX_MS, MAP_ARRIVAL };

/* What a text or number is made into. */
enum map_convert {
	MAP_AS_IT_IS,
	MAP_TO_NUMBER,    /* of "12.5" */
	MAP_COMMA_NUMBER, /* of "12,5" */
	MAP_TO_TEXT,      /* of a whole number within 2^53 */
};

/* A word and what it stands for; a word that is not listed stays as it is. */
struct map_word {
	const char *word; /* numbers and flags are found by their JSON text */
	const char *text; /* of a flag: true or false; of a number: as in JSON */
};

/* Where a value comes from, and then: words, convert, scale.  Strings and arrays are borrowed. */
struct map_value {
	enum map_from from;
	const char *text; /* the pointer, name or constant */
	const struct map_word *words;
	uint32_t n_words;
	enum map_convert convert;
	double scale;       /* numbers are multiplied with it; 0: they are not */
	enum map_time time; /* of times only */
};

struct map_field {
	const char *name; /* one that the event declares */
	struct map_value value;
};

struct feed_map {
	const char *topic;
	const char *unit; /* an id; NULL: the level {unit} */
	uint32_t feed;    /* index of its feed */
	uint32_t number;  /* its own */
	enum map_format format;
	bool per_time;    /* senml */
	const char *each; /* json: pointer to the array whose elements are events; NULL: none */
	struct map_value type, id, source, subject, sequence, time;
	struct map_field fields[EVENT_FIELDS_MAX];
	uint32_t n_fields;
	struct place place;
};

/* Adds a map; copies the struct and stores its index in *ret.  Its topic and pointers are good, and
 * its unit, if it names one, is in the tree.  0 or SCHEMA_TOO_MANY. */
int schema_add_map(struct schema *schema, const struct feed_map *map, uint32_t *ret) MUST_USE;

/* Lends a map by index, for the life of the schema; and how many there are. */
const struct feed_map *schema_map(const struct schema *schema, uint32_t number);
uint32_t schema_n_maps(const struct schema *schema);

/* Whether text is a JSON Pointer of at most MAP_STEPS_MAX steps. */
bool map_pointer_is_good(const char *text);

/* Takes the next level of a map's topic, without braces; false behind the last. */
bool map_next_level(const char **topic, struct slice *ret, bool *ret_is_named);

/* Appends the MQTT topic filter of map: "sensors/+/+/air". */
void map_add_filter(const struct feed_map *map, struct text *text);

#endif

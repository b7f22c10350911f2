/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event: what may be sent (the schema: feeds, event types, fields) and one event as it was read.
 *
 * The schema is made once from configuration and only read afterwards, from any thread.  Feeds,
 * types, fields and choices are interned: an event carries their indexes, never their names.
 * Pure; no I/O, no clock, no log.
 */
#ifndef IOCD_EVENT_H
#define IOCD_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/place.h"
#include "iocd/unit.h"

#define EVENT_FIELDS_MAX 16 /* declared fields of one event type */
#define TYPE_NONE        UINT32_MAX

/* Of the stream of an event: bits of [1] that hang on its unit alone. */
#define EVENT_STREAM_UNIT 0xff00000000000000u

enum field_kind {
	FIELD_TEXT,    /* a string */
	FIELD_NUMBER,  /* a JSON number */
	FIELD_INTEGER, /* a JSON number without fraction, within 2^53 */
	FIELD_FLAG,    /* true or false */
	FIELD_TIME,    /* an RFC 3339 string */
	FIELD_CHOICE,  /* one of a list of strings */
};

/* One declared field; strings are borrowed for the life of the schema. */
struct field {
	const char *name;
	const char *title_vi; /* the name where none is given */
	const char *title_en;
	const char *measure_vi; /* unit of measure ("ms", "VND"), "" if none */
	const char *measure_en;
	enum field_kind kind;
	bool optional;
	double min, max; /* numbers, integers: refused outside; infinite where not declared */
	const char *const *choices; /* FIELD_CHOICE: at most 64 */
	uint32_t n_choices;
};

struct event_type {
	const char *name; /* "record.received": last level of the topic */
	uint32_t number;  /* its index in the schema */
	uint32_t feed;    /* index of its feed */
	struct field fields[EVENT_FIELDS_MAX];
	uint32_t n_fields;
	bool is_internal; /* made by iocd itself; from outside it is an unknown type */
	struct place place;
};

/* How well events are remembered; in a feed, 0 in a member: as the limits.dedup keys say. */
struct memory {
	int64_t ms;      /* at least this long; of numbered ones, since the last of their source */
	uint32_t ids;    /* at most twice so many of them */
	uint32_t window; /* sequence numbers below a source's highest that are told apart */
};

struct feed {
	const char *id; /* [a-z0-9][a-z0-9_-]{0,31}: a topic level */
	const char *title_vi;
	const char *title_en;
	int64_t silent_after_ms; /* a unit that has sent is silent after this long; 0: never */
	int64_t lateness_ms;     /* older events correct the past but are no news; 0: the default */
	struct memory memory;    /* of events that were accepted, against repeats */
	uint32_t number;         /* its index in the schema */
	struct place place;
};

enum schema_outcome {
	SCHEMA_EXISTS = 1, /* the feed, type or field is declared already */
	SCHEMA_TOO_MANY,   /* more than 256 feeds, 4096 types or EVENT_FIELDS_MAX fields */
};

struct schema;

/* Makes an empty schema and gives it, or frees one (NULL is fine) and returns NULL. */
struct schema *schema_new(void) MUST_USE;
struct schema *schema_free(struct schema *schema);
DEFINE_CLEANUP(struct schema, schema_free)

/* Add a feed, or a type to the feed it names; copy the struct and store its index in *ret. */
int schema_add_feed(struct schema *schema, const struct feed *feed, uint32_t *ret) MUST_USE;
int schema_add_type(struct schema *schema, const struct event_type *type, uint32_t *ret) MUST_USE;

/* Find a feed by its id, a type by its feed and name (n bytes); index or TYPE_NONE. */
uint32_t schema_find_feed(const struct schema *schema, const char *id, size_t n);
uint32_t schema_find_type(const struct schema *schema, uint32_t feed, const char *name, size_t n);

/* Finds a field of type by its name of n bytes; index in type->fields or TYPE_NONE. */
uint32_t event_type_find_field(const struct event_type *type, const char *name, size_t n);

/* Lend a feed or type by index, for the life of the schema; and how many there are. */
const struct feed *schema_feed(const struct schema *schema, uint32_t number);
const struct event_type *schema_type(const struct schema *schema, uint32_t number);
uint32_t schema_n_feeds(const struct schema *schema);
uint32_t schema_n_types(const struct schema *schema);

/* A string inside a payload; not zero-terminated. */
struct slice {
	const char *bytes;
	size_t size; /* bytes */
};

/* The value of one declared field. */
struct value {
	bool present;
	union {
		double number;     /* FIELD_NUMBER, FIELD_INTEGER; FIELD_FLAG as 0 or 1 */
		int64_t time_ms;   /* FIELD_TIME */
		uint32_t choice;   /* FIELD_CHOICE: index in choices */
		struct slice text; /* FIELD_TEXT */
	};
};

/* One event.  Strings are lent with the decoder's result. */
struct event {
	uint32_t unit;      /* index: proven by the topic */
	uint32_t former;    /* in the register: the former unit under whose id it came; 0: none */
	uint32_t type;      /* index */
	uint32_t feed;      /* index */
	bool historical;    /* backfill: counts, but is no news */
	bool forwarded;     /* came by an iocd below, which knows that it is no repeat */
	bool late;          /* set by the flow: older than its feed's lateness, so historical */
	bool drill;         /* an exercise */
	int64_t time_ms;    /* when it happened, by its sender's clock less ahead_ms */
	int64_t ahead_ms;   /* what clocks_correct() took off; 0: nothing */
	int64_t arrival_ms; /* when it was journaled, by ours */
	uint64_t position;  /* of its journal record */
	uint32_t nth;       /* its place in that record's batch, from 0 */
	struct slice id;
	struct slice source;
	struct slice subject; /* empty if none */
	uint64_t key[2];      /* XXH3-128 of the id of unit or former, source and id */
	bool has_sequence;    /* its sender numbers its events: the next two mean something */
	uint64_t sequence;    /* rises by one with each event of feed, source and session */
	uint64_t stream[2];   /* the same of unit, source and session; EVENT_STREAM_UNIT of unit,
				 and these bits are there without a sequence too */
	uint64_t digest;      /* XXH3-64 over type, time as sent, subject and the declared fields */
	struct value values[EVENT_FIELDS_MAX]; /* by the index of the field in its type */
};

#endif

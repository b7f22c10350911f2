/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decoder: what the parts of the decoder share.
 *
 * Two readers of JSON (scan.c and reference.c) fill the same struct raw_event with what the payload
 * says; one judge (judge.c) makes an event or a reason of it.  So the readers can differ only in
 * how they read JSON, and tests compare them on that.  One thread at a time.
 */
#ifndef IOCD_EVENT_DECODER_H
#define IOCD_EVENT_DECODER_H

#include <stdint.h>

#include "iocd/base/map.h"
#include "iocd/base/scratch.h"
#include "iocd/decode.h"

#include "name_set.h"

#define DECODE_DEPTH_MAX 64 /* hard cap of limits.depth */
#define SPELLING_MAX     96

/* What JSON says about one value. */
enum raw_kind {
	RAW_ABSENT,
	RAW_NULL,
	RAW_FALSE,
	RAW_TRUE,
	RAW_NUMBER, /* finite */
	RAW_TEXT,
	RAW_OBJECT,
	RAW_ARRAY,
};

struct raw {
	enum raw_kind kind;
	union {
		double number;
		struct slice text; /* without escapes; in the payload or the scratch */
	};
};

/* The attributes of CloudEvents that mean something here; data by its kind only. */
enum attribute {
	ATTRIBUTE_SPECVERSION,
	ATTRIBUTE_ID,
	ATTRIBUTE_SOURCE,
	ATTRIBUTE_TYPE,
	ATTRIBUTE_TIME,
	ATTRIBUTE_SUBJECT,
	ATTRIBUTE_UNIT,
	ATTRIBUTE_HISTORICAL,
	ATTRIBUTE_DRILL,
	ATTRIBUTE_SEQUENCE,
	ATTRIBUTE_SESSION,
	ATTRIBUTE_DATA,
	N_ATTRIBUTES
};

struct raw_event {
	struct raw attributes[N_ATTRIBUTES];
	uint32_t type;      /* index, as judge_type() told; TYPE_NONE: there is no such type */
	uint32_t n_unknown; /* keys of data that type does not declare */
	struct raw fields[EVENT_FIELDS_MAX]; /* of type; meaningless without one */
};

/* What is made ready for each event type. */
struct plan {
	const struct event_type *type; /* borrowed */
	struct name_set fields;
	struct map *choices[EVENT_FIELDS_MAX]; /* owned; NULL where the field is no choice */
	uint64_t identity;                     /* XXH3-64 of feed and name: indexes may change */
	char spelling[SPELLING_MAX];           /* how the type attribute was written last */
	size_t spelling_size;
};

struct decoder {
	struct decode_options options;
	struct name_set attributes;
	struct plan *plans; /* owned; by type */
	uint32_t n_plans;
	struct maps *maps;       /* owned; NULL: there are none */
	uint8_t *crowds;         /* owned; by registered unit: its bits of event.stream */
	struct scratch *scratch; /* owned; what the result refers to, until the next call */
	struct decoded *results; /* owned; DECODE_BATCH_MAX */
};

/* The message in hand. */
struct message {
	const struct decode_input *input;
	struct slice unit_name; /* as the topic writes it */
	uint32_t unit;
	uint32_t former; /* as in struct event */
	uint32_t feed;
	uint32_t type;       /* the topic's; TYPE_NONE: each event names its own */
	uint32_t type_guess; /* of the event before, or TYPE_NONE */
	uint64_t n_unknown;  /* keys that accepted events bring and nobody declares */
};

/* Finds the unit whose name stands in message; false: there is none. */
bool message_find_unit(struct message *message, const struct units *units);

/* Lends the name of attribute in JSON, for ever. */
const char *attribute_name(enum attribute attribute);

/* The type of feed with that name of n bytes, if it may come from outside; else TYPE_NONE. */
uint32_t judge_find_type(const struct decoder *decoder, uint32_t feed, const char *name, size_t n);

/* The type that a type attribute names under the topic of message, or TYPE_NONE. */
uint32_t judge_type(struct decoder *decoder, struct message *message, const struct raw *type);

/* Makes element nth of message out of raw. */
void judge_event(struct decoder *decoder, struct message *message, const struct raw_event *raw,
		 uint32_t nth, struct decoded *ret);

/* Makes *ret a refusal of element nth. */
void judge_refuse(const struct message *message, enum reason reason, uint32_t nth,
		  struct decoded *ret);

/* Reads message into decoder->results; how many there are, or 0 if only the reference can tell. */
size_t scan_message(struct decoder *decoder, struct message *message);

/* Makes jansson ask the scratch of the decoder that is reading.  Any thread, any number of times.
 */
void reference_prepare(void);

/* Reads message into decoder->results by jansson; how many there are, at least 1. */
size_t reference_message(struct decoder *decoder, struct message *message);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode: one MQTT message into the events it holds, or into reasons why not.
 *
 * Reads CloudEvents 1.0 in structured JSON, one object or an array of them (JSON event format,
 * sections 3 and 4), against the schema; and, where topics are not below the prefix, what the
 * schema's maps make events of (map_feed.h).  A field scanner reads the ordinary shape in one pass;
 * for anything unusual jansson builds the document, and is the reference that the scanner is tested
 * against.  Bad input of any kind becomes a reason; nothing here can fail otherwise.
 *
 * A fault of the document (its JSON, encoding, extent, a key that stands twice, a number that no
 * double holds) refuses the whole message; any other refuses one element.  The type attribute may
 * be spelt "<type>" with anything that ends in "<feed>." before it and ".v<digits>" behind it.
 * The attribute sequence is a whole number to 2^53 or a text of 1 to 19 digits, session any name.
 *
 * Pure; no I/O, no clock, no log, and no heap once warm.  One decoder, one thread at a time;
 * jansson may be used by others meanwhile (src/event/reference.c says how).
 */
#ifndef IOCD_DECODE_H
#define IOCD_DECODE_H

#include "iocd/base/text.h"
#include "iocd/map_feed.h"
#include "iocd/reason.h"

#define DECODE_BATCH_MAX 256 /* hard cap of events in one message */

/* Bounds on what is read; each has the reason that answers it. */
struct decode_limits {
	size_t payload;    /* bytes of a payload: too_big */
	int depth;         /* nested objects and arrays, batch included; at most 64: too_deep */
	int keys;          /* keys of one object: too_many */
	int batch;         /* elements of any array, at most DECODE_BATCH_MAX: too_many */
	size_t string;     /* bytes of a string or key: too_long */
	int64_t age_ms;    /* arrival - time at most: ts_old; historical events are exempt */
	int64_t future_ms; /* time - arrival at most: ts_future */
	int64_t ahead_ms; /* the same, if it is more than that: clocks.h corrects what is between */
};

struct decode_options {
	const char *prefix; /* of topics, "ioc/v1"; borrowed, like the next two, for life */
	const struct units *units;
	const struct schema *schema;
	struct decode_limits limits;
};

/* The message to read; borrowed during the call and while its events are used. */
struct decode_input {
	const char *topic;
	size_t topic_size;
	const char *payload;
	size_t payload_size;
	bool retained;
	int64_t arrival_ms;
	uint64_t position;
};

/* One element of a message: an event, or the reason why it is none. */
struct decoded {
	enum reason reason; /* REASON_NONE: event is valid */
	const char *about; /* the attribute or field that a refusal is about, or NULL; lent with the
			      schema */
	struct event event; /* otherwise only unit (or UNIT_NONE) and nth are */
};

struct decoder;

/* Makes a decoder of a copy of options; units and schema must be complete by now.  Gives it. */
struct decoder *decoder_new(const struct decode_options *options) MUST_USE;
struct decoder *decoder_free(struct decoder *decoder);
DEFINE_CLEANUP(struct decoder, decoder_free)

/* Reads input.  Lends the elements in *ret (at least one: a message that cannot be read as a whole
 * is one element with its reason) until the next call, and returns how many there are.  A malformed
 * element of a well-formed batch is refused alone. */
size_t decode(struct decoder *decoder, const struct decode_input *input,
	      const struct decoded **ret);

/* Appends event, as decoded by schema and units, as one CloudEvents JSON object that decode() reads
 * back as the same under the topic of its unit (the former one, where it has that), feed and type:
 * declared fields only, its time as corrected (then the digest is another), without sequence and
 * session.  No heap once json is large enough. */
void event_write(struct text *json, const struct event *event, const struct schema *schema,
		 const struct units *units);

/* The same by jansson alone: the reference, for tests and fuzzing. */
size_t decode_reference(struct decoder *decoder, const struct decode_input *input,
			const struct decoded **ret);

/* Lends the map that would read messages of topic, or NULL. */
const struct feed_map *decoder_map(const struct decoder *decoder, const char *topic, size_t n);

/* The parts of a topic, as slices of it. */
struct topic_parts {
	struct slice unit;
	struct slice feed;
	struct slice type; /* "batch": each event names its own */
};

/* Splits <prefix>/<unit>/<feed>/evt/<type>; levels are [a-z0-9][a-z0-9._-]{0,63}.  0 or
 * REASON_bad_topic. */
int topic_split(const char *prefix, const char *topic, size_t n, struct topic_parts *ret) MUST_USE;

#endif

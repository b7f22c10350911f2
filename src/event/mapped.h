/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapped: where the values of one event stand in a foreign message, and what they are made into.
 *
 * Pure; memory from the decoder's scratch.
 */
#ifndef IOCD_EVENT_MAPPED_H
#define IOCD_EVENT_MAPPED_H

#include "decoder.h"
#include "maps.h"
#include "senml.h"

/* An element of a message, that an event is made of. */
struct element {
	const struct map_plan *plan;
	const struct map_levels *levels;
	struct scratch *scratch;
	int64_t arrival_ms;
	const json_t *document; /* NULL: the message is number */
	const json_t *json;     /* the element; NULL: it is the records, or number */
	struct raw number;
	const struct senml *const *records; /* of one event; NULL: no SenML */
	uint32_t n_records;                 /* per time: all of that time; else 1 */
};

/* The value that mapped describes, for a field of that kind.  mapped_time() gives RFC 3339;
 * mapped_name() makes a text of a whole number. */
struct raw mapped_find(const struct element *element, const struct mapped_value *mapped,
		       enum field_kind kind);
struct raw mapped_time(const struct element *element, const struct mapped_value *mapped);
struct raw mapped_name(const struct element *element, const struct mapped_value *mapped);

/* XXH3-64 of what element holds. */
uint64_t mapped_digest(const struct element *element);

/* Reads message, whose topic plan reads, into decoder->results; how many there are, at least 1. */
size_t mapped_message(struct decoder *decoder, struct message *message, const struct map_plan *plan,
		      const struct map_levels *levels);

#endif

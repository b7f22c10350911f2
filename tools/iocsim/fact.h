/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact: one event as the simulator made it up, and how it is written as a CloudEvent.
 *
 * Made from names of fields, so that a pack may declare more or fewer of them: what a pack does not
 * know is left out, what it asks for besides is filled in.  Pure; no I/O, no clock.
 */
#ifndef IOCSIM_FACT_H
#define IOCSIM_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/random.h"
#include "iocd/base/text.h"
#include "iocd/config.h"

#define FACT_TEXT_MAX 48

/* What is simulated; all lent by a configuration for the simulator's life. */
struct world {
	const struct settings *settings;
	const struct units *units;
	const struct schema *schema;
	const struct indicator *indicators;
	uint32_t n_indicators;
	const struct track *tracks;
	uint32_t n_tracks;
	const struct contract *contracts;
	uint32_t n_contracts;
	uint64_t seed;
	int64_t run;   /* tells runs of one seed apart: when this one began, civil ms */
	bool numbered; /* senders number their events */
	bool batched;  /* events of one unit may overtake those of another */
};

struct fact_value {
	bool present;
	double number;   /* numbers; flags as 0 or 1 */
	int64_t time_ms; /* times */
	uint32_t choice; /* choices: index */
	char text[FACT_TEXT_MAX];
};

struct fact {
	uint64_t serial; /* unique in this run */
	uint32_t unit;   /* index */
	uint32_t type;   /* index */
	int64_t time_ms;
	uint64_t sequence; /* of its unit and feed, in this run; 0: none */
	bool prompt;       /* part of an incident: never late, never waiting for a batch to fill */
	bool in_order;     /* one of several about the same thing: never late */
	bool historical;   /* marked so: it tells of the past */
	char subject[FACT_TEXT_MAX]; /* "": none */
	struct fact_value values[EVENT_FIELDS_MAX];
};

/* What is written otherwise than it should be, to be refused; all NULL, 0 and TYPE_NONE: nothing.
 */
struct twist {
	const char *id;         /* JSON instead of the id */
	const char *unit;       /* instead of the unit in the source */
	const char *type;       /* instead of the name of the type */
	const char *time;       /* instead of the time */
	const char *subject;    /* JSON instead of the subject */
	const char *sequence;   /* instead of the sequence */
	int64_t ahead_ms;       /* added to the time: the sender's clock is fast */
	const char *attribute;  /* one more member of the event, in JSON */
	const char *member;     /* one more member of data, in JSON */
	uint32_t without_field; /* a field that is left out */
	uint32_t wild_field;    /* a field whose value is outside its range or choices */
};

extern const struct twist no_twist;

/* How many numbers iocd tells apart below the highest of fact's source. */
uint32_t world_window(const struct world *world, const struct fact *fact);

/* Makes *fact an event of unit and type without any value. */
void fact_init(struct fact *fact, uint32_t unit, uint32_t type, int64_t time_ms);

/* Give the field of that name a value, if the pack has such a field and it can hold the value; a
 * text is also a choice.  A number is moved into the field's range. */
void fact_text(struct fact *fact, const struct world *world, const char *field, const char *format,
	       ...) PRINTF(4, 5);
void fact_number(struct fact *fact, const struct world *world, const char *field, double number);
void fact_time(struct fact *fact, const struct world *world, const char *field, int64_t time_ms);

/* Sets the subject. */
void fact_set_subject(struct fact *fact, const char *subject);

/* Gives every field that must be sent and has no value some value. */
void fact_complete(struct fact *fact, const struct world *world, struct random_stream *random);

/* Appends fact as a JSON object, with a twist. */
void fact_json(struct text *out, const struct world *world, const struct fact *fact,
	       const struct twist *twist);

#endif

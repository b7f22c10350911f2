/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: a small province for tests of the decoder, and both of its readers side by side.
 *
 * Units: "p1" over "d1" (formerly "d1-old") and "d2".  Feed "one-stop": record.received (record and
 * note: text, note optional; channel: online, counter, post; due: time; digitized: flag, optional),
 * record.resolved (record: text) and ping (nothing); open.overdue only from inside.  Feed "hydro": level (level: number of -5 to
 * 20; count: integer, optional).
 */
#ifndef TEST_EVENT_WORLD_H
#define TEST_EVENT_WORLD_H

#include "iocd/decode.h"

#define WORLD_ARRIVAL_MS INT64_C(1795310110000) /* 2026-11-22T01:15:10Z */
#define WORLD_MINUTE_MS  INT64_C(60000)
#define WORLD_DAY_MS     INT64_C(86400000)

struct world {
	struct units *units;
	struct schema *schema;
	struct decoder *scanner;
	struct decoder *reference;
	char *payload; /* owned; of the latest world_read(), to which its events refer */
};

/* Makes the world; limits as in world_limits. */
struct world *world_new(void) MUST_USE;
struct world *world_free(struct world *world);

extern const struct decode_limits world_limits;

/* Reads input with decode() and with decode_reference(), asserts that they agree in every element,
 * and lends the elements until the next call. */
size_t world_decode(struct world *world, const struct decode_input *input,
		    const struct decoded **ret);

/* The same for n bytes of payload under topic "ioc/v1/<tail>", arriving at WORLD_ARRIVAL_MS. */
size_t world_read(struct world *world, const char *tail, const char *payload, size_t n,
		  const struct decoded **ret);

/* Writes a record.received of d1 into a static buffer that the next call reuses; where key is not
 * NULL that attribute, or field after "data.", has the given JSON instead, or is left out for NULL.
 */
const char *world_event(const char *key, const char *json);

#endif

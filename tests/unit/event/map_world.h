/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_world: a small province whose sensors speak in forms of their own, for the tests of maps and
 * their fuzzer.
 *
 * Units: "d1" (formerly "d1-old") and "d2".  Feed "air": sample (aqi: number of 0 to 500; optional:
 * pm25: number, n: integer, station: text, ok: flag, state: good or bad, seen: time).  Feed "door":
 * opened and shut (optional: who: text); made only from inside: broken.
 */
#ifndef TEST_EVENT_MAP_WORLD_H
#define TEST_EVENT_MAP_WORLD_H

#include "iocd/decode.h"

#define MAP_ARRIVAL_MS INT64_C(1795310110000) /* 2026-11-22T01:15:10Z */

struct map_world {
	struct units *units;
	struct schema *schema;
	struct decoder *decoder;
	char *topic, *payload; /* owned; of the latest map_world_read() */
};

/* Makes the world under n maps, which are borrowed for life; feed and place need not be filled:
 * type says which feed it is.  NULL: under those of the fuzzer. */
struct map_world *map_world_new(const struct feed_map *maps, size_t n) MUST_USE;
struct map_world *map_world_free(struct map_world *world);
DEFINE_CLEANUP(struct map_world, map_world_free)

/* Reads n bytes of payload that arrive under topic; lends the elements until the next call. */
size_t map_world_read(struct map_world *world, const char *topic, size_t n_topic,
		      const char *payload, size_t n, const struct decoded **ret);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read: nodes to values, and the words for what is wrong with them.
 *
 * Each reader reports a mistake at its place and returns false; then *ret is untouched.  Strings
 * are lent for the life of the configuration.
 */
#ifndef IOCD_CONFIG_READ_H
#define IOCD_CONFIG_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "load.h"

/* A key that a map may have: where to put its node in the struct that is filled. */
struct slot {
	const char *name;
	size_t offset; /* of a const struct node * */
};

/* Fills the slots of target from map, NULL where a key is missing; reports unknown keys. */
bool read_slots(struct load *load, const struct node *map, const struct slot *slots, size_t n,
		void *target);

/* Report a missing or empty key of map; report node if it is not of that kind. */
bool read_present(struct load *load, const struct node *map, const struct node *node,
		  const char *name);
bool read_kind(struct load *load, const struct node *node, enum node_kind kind);

/* A text that is not empty; yes or no (true or false); a number; a whole number from least to most;
 * a duration in that range. */
bool read_text(struct load *load, const struct node *node, const char **ret);
bool read_flag(struct load *load, const struct node *node, bool *ret);
bool read_number(struct load *load, const struct node *node, double *ret);
bool read_integer(struct load *load, const struct node *node, int64_t least, int64_t most,
		  int64_t *ret);
bool read_duration(struct load *load, const struct node *node, int64_t least_ms, int64_t most_ms,
		   int64_t *ret_ms);

/* A number, or a percentage: "97%" is 0.97. */
bool read_quantity(struct load *load, const struct node *node, double *ret);

/* One of n words; its index. */
bool read_choice(struct load *load, const struct node *node, const char *const *words, size_t n,
		 uint32_t *ret);

/* A window: "5m", "1h", "today", "week", "month", "year". */
bool read_window(struct load *load, const struct node *node, struct window *ret);

/* A title or a unit of measure in two languages, or one text for both (node may be NULL: fallback
 * is taken). */
void read_title(struct load *load, const struct node *node, const char *fallback,
		const char **ret_vi, const char **ret_en);

/* What a name may look like: small letters and digits, and after the first also some more. */
struct naming {
	const char *what; /* "unit", for messages */
	const char *more; /* "_-" */
	size_t max_size;
	uint32_t max_n; /* of a part */
};

/* Reports name unless it is such a one. */
bool read_name(struct load *load, const char *name, struct place place,
	       const struct naming *naming);

/* Collects the entries of all files of names->part; a name that was used before is reported. */
void names_collect(struct load *load, struct names *names, enum part part,
		   const struct naming *naming);

/* Adds one that follows from entry under a key of its own, lent for the load.  False: that key was
 * used before, or there are too many; reported at entry. */
bool names_add(struct load *load, struct names *names, const struct node *entry, const char *key,
	       const struct naming *naming);

/* The index of word, or false: reported unless names is incomplete. */
bool names_find(struct load *load, const struct names *names, const char *word, struct place place,
		uint32_t *ret);

/* Looks for the word that was meant: the nearest within two typing errors. */
struct hint {
	struct load *load;
	const char *word;
	const char *best;
	int distance;
};

/* Begin the search for word, and compare it with a candidate; both are lent until hint_end(). */
void hint_begin(struct hint *hint, struct load *load, const char *word);
void hint_consider(struct hint *hint, const char *candidate);

/* "; did you mean 'x'?" or "", lent for the load. */
const char *hint_end(struct hint *hint);

#endif

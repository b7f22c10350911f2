/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rulebook: all that a reload replaces at once: rules, who is told, and when work is done where.
 *
 * Only types; strings and arrays are borrowed for the life of the configuration.
 */
#ifndef IOCD_RULEBOOK_H
#define IOCD_RULEBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/rule_kind.h"

/* Somebody who is told alerts by name: an HTTP address that takes them. */
#define RECEIVERS_MAX  31
#define RECEIVER_UNIT  31 /* number of "the unit's own receiver", whichever that is */
#define RECEIVERS_NONE 0u

struct receiver {
	const char *id;
	const char *title_vi, *title_en;
	const char *url;         /* http(s), of a webhook */
	const char *secret_file; /* key of its signature; "": not signed */
	bool is_vietnamese;      /* the language of its texts */
	bool is_at_once;         /* told alerts as they are raised; else only by escalation */
	enum severity least;     /* SEVERITY_WARNING: all */
	const bool *rules;       /* by rule number; NULL: all */
	const bool *units;       /* by unit index; NULL: all */
	int64_t repeat_ms;       /* tells standing alerts again; 0: not */
	struct place place;
};

/* When work is done somewhere: alerts go on, but are not told. */
struct maintenance {
	const char *id;
	const char *title_vi, *title_en;
	const bool *rules;               /* by rule number; NULL: all */
	const bool *units;               /* by unit index; NULL: all */
	int64_t from_ms, until_ms;       /* once ... */
	const struct calendar *calendar; /* ... or whenever this one is open; NULL: once */
	const char *by;                  /* who has ordered it; never "" */
	struct place place;
};

/* All that a reload replaces at once; borrowed for the life of the configuration. */
struct rulebook {
	const struct rule *rules;
	uint32_t n_rules;
	const struct track *sequences; /* of the rules of that kind */
	uint32_t n_sequences;
	const struct receiver *receivers;
	uint32_t n_receivers;
	const struct receiver *const *unit_receivers; /* by unit index; NULL: it has none; itself
							 NULL: nobody has */
	const struct maintenance *maintenances;
	uint32_t n_maintenances;
	const char *generation; /* fingerprint of source */
	const char *source;     /* the files it was read from, as one text: see config.h */
	size_t source_size;     /* bytes */
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load: what the readers of the parts share while a directory is loaded, and what is left of it.
 *
 * The parts are read in the order of their dependence: settings, calendars, units, feeds, what of
 * them is forwarded, indicators, reports, then the rulebook: receivers, rules, maintenance.  A
 * reader reports every mistake and goes on; what could not be read is marked as broken, so that
 * what depends on it is not told as a mistake too.
 */
#ifndef IOCD_CONFIG_LOAD_H
#define IOCD_CONFIG_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/map.h"
#include "iocd/base/scratch.h"
#include "iocd/config.h"
#include "node.h"
#include "report.h"
#include "source.h"

#define CALENDARS_MAX  64
#define INDICATORS_MAX 10000
#define RULES_MAX      10000
#define FEEDS_MAX      256
#define TYPES_MAX      4096
/* Limits are kept for each rule and unit (144 bytes each): the product is bounded. */
#define RULE_UNITS_MAX 4000000

/* What units.yml says of a unit's own receiver. */
struct unit_receiver {
	const char *id; /* NULL: nothing */
	struct place place;
};

/* Levels of units, each once. */
struct levels {
	const char **list;
	bool *reach_elsewhere; /* by index in list: units that the site has not are of it */
	uint32_t n;
};

struct config {
	const struct config *root; /* borrowed; NULL: made of a whole directory.  Else everything
				      but the rulebook is lent by it, and freed by nobody here */
	char *directory;           /* owned, as all below */
	char fingerprint[17];
	char generation[17]; /* the fingerprint of what a reload replaces */
	struct text source;  /* that, as one text */
	struct sources *sources;
	struct scratch *memory; /* every string and array that the parts lend */
	struct settings settings;
	struct calendar **calendars; /* each owned; the first is "always" */
	uint32_t n_calendars;
	struct units *units;
	struct map *elsewhere; /* ids and aliases of units of units.yml that the site has not; NULL:
				  it serves all of them */
	const uint8_t *sites;  /* in memory, as is the next; by unit: enum site_wanted */
	struct levels levels;  /* of all of units.yml */
	const bool *forwarded, *rolled; /* in memory; by feed */
	char contract_hash[17];
	struct schema *schema;
	struct contract *contracts;
	uint32_t n_contracts;
	struct track *tracks;
	struct map **kinds; /* each owned; by track: what track.kinds lends, or NULL */
	uint32_t n_tracks;
	struct indicator *indicators;
	uint32_t n_indicators;
	const bool *standing; /* in memory, as is all below it; by indicator: the same over every
				 window, as are stocks and gauges */
	const char ***band_names;                  /* by indicator: of its bands, or NULL */
	const struct unit_receiver *own_receivers; /* by unit */
	struct report_plan *reports;               /* owned */
	uint32_t n_reports;
	struct rule *rules; /* owned */
	uint32_t n_written; /* before those that are hidden */
	uint32_t n_rules;
	struct track *sequences; /* owned */
	uint32_t n_sequences;
	struct receiver *receivers; /* owned */
	uint32_t n_receivers;
	const struct receiver **unit_receivers; /* by unit; NULL: nobody has one */
	struct maintenance *maintenances;       /* owned */
	uint32_t n_maintenances;
};

/* The entries of one part over all of its files, each under its own name. */
struct names {
	enum part part;
	const char *what;         /* "rule", for messages */
	const struct node **list; /* lent by the trees */
	uint32_t n;
	uint32_t capacity;   /* of list */
	struct map *numbers; /* owned; name to index in list */
	bool incomplete;     /* some could not be read: an unknown name may be among them */
};

/* Where settings stand that are checked against other parts; no file: not given. */
struct setting_places {
	struct place site, host, events, rollups;
};

struct load {
	struct config *config; /* being made */
	struct report *report;
	struct scratch *trees;     /* owned; for the load only */
	const struct node **roots; /* by source; NULL: could not be read */
	struct names calendars, units, feeds, indicators, rules, receivers, maintenances, reports;
	const struct calendar **by_name; /* lent; by index in calendars.list; NULL: broken */
	struct setting_places settings;
	struct map *level_numbers;           /* owned; by index in config->levels */
	bool broken_types[TYPES_MAX];        /* by type: not all of its fields are known */
	bool broken_feeds[FEEDS_MAX];        /* by feed: not all of its types are known */
	bool broken_contracts[FEEDS_MAX];    /* by feed: it has one, which could not be read */
	const bool *figures[FEEDS_MAX];      /* lent; by feed: what feed_figures() found */
	const bool *consequences[FEEDS_MAX]; /* lent; by feed: what its silence inhibits */
	const char *lost_types[TRACKS_MAX]; /* "open" of tracks whose own types could not be made */
	uint32_t n_lost_types;
	bool *standing;            /* lent; as in struct config */
	bool *broken_indicators;   /* owned; by indicator: could not be read */
	uint32_t suggestions_left; /* comparisons of words that may still be made */
};

/* Read the parts into load->config, in this order. */
void load_settings(struct load *load);
void load_calendars(struct load *load);
void load_units(struct load *load);
void load_feeds(struct load *load);
void load_indicators(struct load *load);
void load_reports(struct load *load);
void load_rulebook(struct load *load);

/* Works out, of settings and feeds, what goes up; and of all files that are read, what those above
 * and below must agree on. */
void load_forwarding(struct load *load);
void forwarding_set_hash(struct config *config);

/* Whether word names a unit of units.yml that stands elsewhere than where the site is: what is
 * said of it is no mistake, and means nothing here. */
bool is_elsewhere(const struct config *config, const char *word);

/* Borrows all parts but the rulebook from root instead. */
void load_borrow(struct load *load, const struct config *root);

#endif

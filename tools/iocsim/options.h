/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options: iocsim's command line.
 *
 * A record; its strings are argv's, or the environment's.  Writes help and complaints.
 */
#ifndef IOCSIM_OPTIONS_H
#define IOCSIM_OPTIONS_H

#include "incident.h"

#define OPTIONS_SET_MAX    32
#define OPTIONS_QUIRKS_MAX 8

enum options_outcome {
	OPTIONS_DONE = 1, /* help or version was asked for and given */
	OPTIONS_USAGE,    /* something is wrong, and told on stderr */
};

/* "UNIT=180s" */
struct unit_wish {
	char unit[65];
	int64_t ms;
};

struct options {
	const char *config;         /* directory */
	const char *username;       /* NULL: none */
	const char *password_file;  /* NULL: none */
	const char *units;          /* ids with commas between; NULL: all */
	const char *totals;         /* file; NULL: none */
	const char *ledger;         /* file; NULL: none */
	bool persist;               /* never gives a broker up */
	char *set[OPTIONS_SET_MAX]; /* "key=value", above the configuration; owned */
	size_t n_set;
	double rate;        /* events per second */
	bool rhythm;        /* the rate, and what happens, follow the time of day */
	int64_t from_ms;    /* civil time at which the run begins; 0: now */
	bool from_is_local; /* written without its zone, and read as UTC */
	double speed;       /* how fast time passes from there until it is now */
	int64_t count;      /* events; INT64_MAX: no end */
	int64_t run_ms;     /* INT64_MAX: no end */
	uint64_t seed;
	int batch;         /* events per message */
	double duplicates; /* shares of all events, 0 to 1 */
	double late;
	double bad;
	bool sequence;      /* senders number their events */
	double gaps;        /* share of numbered events before which some are missing */
	bool presence;      /* units say that they are connected */
	const char *silent; /* ids with commas between: units that send nothing; NULL: none */
	const char *apart;  /* those of offline, likewise; of apart_ids */
	struct text apart_ids;
	struct unit_wish clocks[OPTIONS_QUIRKS_MAX]; /* units whose clocks are fast */
	size_t n_clocks;
	struct unit_wish offline[OPTIONS_QUIRKS_MAX]; /* units that are offline at first */
	size_t n_offline;
	struct incident_wish wishes[INCIDENTS_MAX];
	size_t n_wishes;
};

/* Reads the command line into *ret.  0, OPTIONS_DONE or OPTIONS_USAGE. */
int options_read(struct options *ret, int argc, char **argv) MUST_USE;

/* Frees what options owns. */
void options_fini(struct options *options);

#endif

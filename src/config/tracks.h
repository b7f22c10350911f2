/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracks: one track while it is read, and what it declares of its own: gauges that are named after
 * its indicator, and events in the feed of the one that opens it.
 */
#ifndef IOCD_CONFIG_TRACKS_H
#define IOCD_CONFIG_TRACKS_H

#include "indicators.h"

struct track_load {
	struct load *load;
	const struct indicator_nodes *nodes;
	struct track *track; /* being made */
	const char *keys[TRACK_KEY_MAX];
	const struct node *key_nodes[TRACK_KEY_MAX];
	bool broken_steps; /* some could not be read */
};

/* Declares the gauges. */
void track_declare_gauges(struct track_load *track);

/* Declares the events, once the steps are read. */
void track_declare_events(struct track_load *track);

/* Reads the events that open, close, pause, resume and transfer a record. */
void track_read_steps(struct track_load *track);

#endif

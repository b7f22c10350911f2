/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maps: "map" of a feed: how messages in forms of their own become its events (map_feed.h).
 * With a list of maps, or one.
 */
#ifndef IOCD_CONFIG_MAPS_H
#define IOCD_CONFIG_MAPS_H

#include "iocd/map_feed.h"

#include "read.h"

/* Adds the maps of feed, whose events are declared; mistakes are reported. */
void maps_read(struct load *load, const struct node *list, uint32_t feed);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys: the names of everything in Redis; nothing else in this room writes one.
 *
 *   p:live:{unit}              hash: "<indicator>@<window>" to number; no field while unknown
 *   p:meta:{unit}              hash: indicator to "quality|time of the newest event|samples"; a
 *                              quality of partial is followed by who reports: "partial 90/91|..."
 *   p:recent:{unit}:<indicator> stream: one entry "v <value>" a minute with events, id <minute>-0;
 *                              of what is no count of events: its value as a minute ended in which
 *                              it changed, since the view was written last
 *   p:rank:<indicator>         sorted set: units that have a place in its ranking, by value
 *   p:ranks                    set: the indicators that have a ranking
 *   p:alert:{unit}:<key>       hash: one raised alert; member "json" is all of it
 *   p:alerts                   sorted set: "<unit>/<key>" of all of them by time raised, s
 *   p:alertlog                 stream: every transition: number, news, json
 *   p:alerts (as a channel)    the same json at once
 *   p:deadletter               stream: samples of refused events
 *   p:health                   hash: how iocd is
 *   p:units                    set: the units that the view holds
 *   p:cursor                   hash: who writes the view and what it includes
 *
 * The unit in braces is the hash tag of a Redis Cluster.  Pure.
 */
#ifndef IOCD_STORE_KEYS_H
#define IOCD_STORE_KEYS_H

#include <stddef.h>

#include "iocd/base/text.h"

/* Append a key of a unit, for one of its indicators or alerts where there is a second name. */
void key_live(struct text *key, const char *prefix, const char *unit);
void key_meta(struct text *key, const char *prefix, const char *unit);
void key_recent(struct text *key, const char *prefix, const char *unit, const char *indicator);
void key_alert(struct text *key, const char *prefix, const char *unit, const char *alert);

/* Appends the key of the alert that stands in p:alerts as the n bytes at member; nothing if they
 * are no such member. */
void key_alert_of_member(struct text *key, const char *prefix, const char *member, size_t n);

/* Append a key that there is once. */
void key_alerts(struct text *key, const char *prefix);
void key_alertlog(struct text *key, const char *prefix);
void key_deadletter(struct text *key, const char *prefix);
void key_health(struct text *key, const char *prefix);
void key_units(struct text *key, const char *prefix);
void key_cursor(struct text *key, const char *prefix);
void key_ranks(struct text *key, const char *prefix);

/* Appends the key of the ranking of an indicator. */
void key_rank(struct text *key, const char *prefix, const char *indicator);

/* Appends the name of a figure in p:live: indicator and window as written. */
void key_field(struct text *field, const char *indicator, const char *window);

/* Appends the member of p:alerts that stands for an alert. */
void key_member(struct text *member, const char *unit, const char *alert);

#endif

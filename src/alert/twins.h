/* SPDX-License-Identifier: Apache-2.0 */
/*
 * twins: an alert of a site below, and ours of the same rule, unit and subject: the same trouble,
 * judged there and here.  Of two that stand one yields to the other: it is inhibited, and does not
 * go up, so that receivers hear once, and who is above sees one.
 *
 * Told is the one that is no exercise; then that is no backlog nobody heard of; then the graver;
 * then the one that receivers know; then the one that stood first.  As any cause (causes.h) it
 * inhibits whatever else inhibits it or suppresses it.  Alerts on iocd itself have no twins: each
 * iocd speaks of its own.
 */
#ifndef IOCD_ALERT_TWINS_H
#define IOCD_ALERT_TWINS_H

struct alertbook;
struct entry;

/* Lends the twin that is told in the place of entry, or NULL. */
const struct entry *twins_told(const struct alertbook *book, const struct entry *entry);

/* Looks at entry, which may have moved, and its twin. */
void twins_see(struct alertbook *book, struct entry *entry);

#endif

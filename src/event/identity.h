/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity: the hashes by which an event that comes again is known.
 *
 * Pure; no lock, no allocation.
 */
#ifndef IOCD_EVENT_IDENTITY_H
#define IOCD_EVENT_IDENTITY_H

#include "decoder.h"

#define IDENTITY_NAME_MAX 256 /* bytes of id, source and session */

/* The bits of EVENT_STREAM_UNIT that stand for the unit of that id. */
uint8_t identity_crowd(const char *unit);

/* Fills key, digest, the unit's bits of stream and, if event has a sequence, all of stream from the
 * rest of event, which is complete; session is empty if none was given. */
void identity_fill(const struct decoder *decoder, const struct slice *session, struct event *event);

#endif

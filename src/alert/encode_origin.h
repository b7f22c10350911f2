/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encode_origin: where a mirrored alert comes from, and in what words, as members of its JSON
 * object.
 */
#ifndef IOCD_ALERT_ENCODE_ORIGIN_H
#define IOCD_ALERT_ENCODE_ORIGIN_H

#include "iocd/alert_json.h"

/* Appends "origin", null if alert is not mirrored. */
void origin_member(struct text *text, const struct alert_context *context,
		   const struct alert *alert);

/* Appends "title" as the origin of a mirrored alert has it. */
void origin_title(struct text *text, const struct alert *alert);

#endif

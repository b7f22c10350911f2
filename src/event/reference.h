/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference: payloads read by jansson, for the parts of the decoder that need the whole document.
 *
 * One decoder, one thread at a time.
 */
#ifndef IOCD_EVENT_REFERENCE_H
#define IOCD_EVENT_REFERENCE_H

#include <jansson.h>

#include "decoder.h"

/* Parses the payload into the decoder's scratch, which lends it; REASON_NONE, or why the whole of
 * it is refused. */
enum reason reference_parse(const struct decoder *decoder, const struct decode_input *input,
			    json_t **ret);

/* What value (NULL: RAW_ABSENT) is. */
struct raw reference_raw(const json_t *value);

#endif

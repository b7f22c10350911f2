/* SPDX-License-Identifier: Apache-2.0 */
/*
 * senml: a SenML pack (RFC 8428, JSON) with base fields and relative times resolved.
 *
 * Pure; memory from the scratch it is given.
 */
#ifndef IOCD_EVENT_SENML_H
#define IOCD_EVENT_SENML_H

#include <jansson.h>

#include "decoder.h"

/* One record that has a value or sum. */
struct senml {
	const json_t *json;    /* as it came */
	struct slice base;     /* name; "" if none */
	struct slice local;    /* name without it */
	struct slice name;     /* both */
	struct slice unit;     /* of measure; "" if none */
	int64_t time_ms;       /* INT64_MIN: none that can be */
	struct raw value, sum; /* RAW_ABSENT: none */
};

/* Resolves document, an array of objects.  Lends its records in *ret, from scratch, and stores how
 * many; REASON_NONE, or why the whole is refused. */
enum reason senml_resolve(json_t *document, int64_t arrival_ms, struct scratch *scratch,
			  struct senml **ret, uint32_t *ret_n);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_kind: what configuration says of a rule: on what it looks, where its limits are, and in
 * which hours.
 *
 * Thresholds are resolved for each unit when rules are loaded, with the file and line each came
 * from.  Only types; strings and arrays are borrowed for the life of the configuration.
 */
#ifndef IOCD_RULE_KIND_H
#define IOCD_RULE_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/place.h"
#include "iocd/calendar.h"
#include "iocd/indicator_kind.h"

enum rule_kind {
	RULE_THRESHOLD, /* an indicator's value against limits */
	RULE_EVENT,     /* each matching event, at once */
	RULE_SILENCE,   /* each unit that breaks the contract of a feed */
};

enum severity {
	SEVERITY_NONE,
	SEVERITY_WARNING,
	SEVERITY_CRITICAL,
};

enum comparison { COMPARE_NONE, COMPARE_GT, COMPARE_GE, COMPARE_LT, COMPARE_LE };

/* "> 5%" as it was written, and where. */
struct threshold {
	enum comparison comparison; /* COMPARE_NONE: there is none */
	double value;
	const char *text; /* borrowed for life */
	struct place place;
};

/* The limits that hold for one unit after all overrides. */
struct limits {
	struct threshold warning;
	struct threshold critical;
	struct threshold clear; /* raised alerts fade only when this holds; COMPARE_NONE: when
				   neither of the others does */
};

/* What configuration says of a rule; strings and arrays are borrowed for life. */
struct rule {
	const char *id; /* [a-z0-9][a-z0-9_-]{0,63} */
	const char *title_vi;
	const char *title_en;
	enum rule_kind kind;
	uint32_t number; /* its index */

	/* RULE_THRESHOLD */
	uint32_t indicator;             /* its index */
	const struct indicator *figure; /* the same, to name it even after a reload */
	struct window window;
	uint64_t min_samples;        /* fewer: no judgement, neither raising nor clearing */
	const struct limits *limits; /* by unit index; not looked at where it does not apply */

	/* RULE_EVENT */
	uint32_t type;                       /* its index */
	const struct event_type *event_type; /* the same, to name it and its choices */
	struct where where;
	enum severity severity;
	uint32_t subject_field; /* field that tells alerts apart (absent: ""), or TYPE_NONE: the
				   event's subject */

	/* RULE_SILENCE; severity as above */
	uint32_t feed;                  /* its index */
	const struct feed *silent_feed; /* the same, to name it even after a reload */

	const struct calendar *calendar; /* outside of its hours nothing is judged; NULL: always */
	int64_t hold_ms; /* the condition must last so long before it is told */
	int64_t fade_ms; /* and be gone for so long; of an event alert: without a further event */
	const bool *applies; /* by unit index */
	struct place place;
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "limit.h"

/* Lends a limit of rule for a unit that it applies to; NULL if there is none such. */
static const struct threshold *limit_at(const struct rule *rule, uint32_t unit, enum limit limit)
{
	if (!rule->limits || !rule->applies[unit])
		return NULL;

	switch (limit) {
	case LIMIT_WARNING:
		return &rule->limits[unit].warning;
	case LIMIT_CRITICAL:
		return &rule->limits[unit].critical;
	case LIMIT_CLEAR:
		return &rule->limits[unit].clear;
	case LIMIT_NONE:
	case N_LIMITS:
		break;
	}
	return NULL;
}

static bool says(const struct threshold *threshold, enum comparison comparison, double value)
{
	return threshold && comparison != COMPARE_NONE && threshold->comparison == comparison &&
	       threshold->value == value;
}

enum limit limit_of(const struct alert *alert)
{
	const struct threshold *threshold = alert->threshold;

	if (!threshold)
		return LIMIT_NONE;

	for (enum limit limit = LIMIT_WARNING; limit < N_LIMITS; limit++)
		if (limit_at(alert->rule, alert->unit, limit) == threshold)
			return limit;
	for (enum limit limit = LIMIT_WARNING; limit < N_LIMITS; limit++)
		if (says(limit_at(alert->rule, alert->unit, limit), threshold->comparison,
			 threshold->value))
			return limit;
	return LIMIT_NONE;
}

const struct threshold *limit_recall(const struct rule *rule, uint32_t unit, enum limit limit,
				     enum comparison comparison, double value)
{
	if (says(limit_at(rule, unit, limit), comparison, value))
		return limit_at(rule, unit, limit);

	for (limit = LIMIT_WARNING; limit < N_LIMITS; limit++)
		if (says(limit_at(rule, unit, limit), comparison, value))
			return limit_at(rule, unit, limit);
	return NULL;
}

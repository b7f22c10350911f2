/* SPDX-License-Identifier: Apache-2.0 */
#include "limit.h"

#include <string.h>

#include "comparison.h"

#define BELOW "below "

/* "below good": less than what that band begins with. */
static bool read_band_limit(struct load *load, const struct node *node,
			    const struct indicator *banded, struct threshold *ret)
{
	const char *const *names = load->config->band_names[banded - load->config->indicators];
	const char *word = node->text + strlen(BELOW);
	struct hint hint;

	hint_begin(&hint, load, word);
	for (uint32_t i = 0; i < banded->n_bands; i++) {
		hint_consider(&hint, names[i]);
		if (strcmp(names[i], word) != 0)
			continue;
		*ret = (struct threshold){ .comparison = COMPARE_LT,
					   .value = banded->bands[i].from,
					   .text = node->text,
					   .place = node->place };
		return true;
	}
	report_error_as(load->report, "unknown-name", node->place, "'%s' has no band '%s'%s",
			banded->id, word, hint_end(&hint));
	return false;
}

static bool read_limit(struct load *load, const struct node *node, const struct indicator *banded,
		       struct threshold *ret)
{
	static const enum comparison comparisons[] = {
		[OP_GT] = COMPARE_GT, [OP_GE] = COMPARE_GE,   [OP_LT] = COMPARE_LT,
		[OP_LE] = COMPARE_LE, [OP_EQ] = COMPARE_NONE, [OP_NE] = COMPARE_NONE,
	};
	struct comparison_text comparison;
	const char *text;

	if (!read_text(load, node, &text))
		return false;
	if (banded && strncmp(text, BELOW, strlen(BELOW)) == 0)
		return read_band_limit(load, node, banded, ret);
	if (comparison_read(text, &comparison) ||
	    comparisons[comparison.operator] == COMPARE_NONE) {
		report_error(load->report, node->place,
			     "'%s' is not a limit; write >, >=, < or <= and a number or "
			     "percentage, like \"> 5%%\"",
			     text);
		return false;
	}
	*ret = (struct threshold){ .comparison = comparisons[comparison.operator],
				   .value = comparison.value,
				   .text = text,
				   .place = node->place };
	return true;
}

bool limits_read(struct load *load, const struct limit_nodes *nodes, struct limits *ret)
{
	bool good = true;

	if (nodes->warning)
		good = read_limit(load, nodes->warning, nodes->banded, &ret->warning) && good;
	if (nodes->critical)
		good = read_limit(load, nodes->critical, nodes->banded, &ret->critical) && good;
	if (nodes->clear)
		good = read_limit(load, nodes->clear, nodes->banded, &ret->clear) && good;
	return good;
}

static bool is_set(const struct threshold *limit)
{
	return limit->comparison != COMPARE_NONE;
}

/* What is checked together, and which of it an override has changed. */
struct check {
	struct load *load;
	const struct limits *before;
	bool good;
};

static bool is_fresh(const struct threshold *limit, const struct threshold *before)
{
	return limit->place.file != before->place.file || limit->place.line != before->place.line ||
	       limit->place.column != before->place.column;
}

/* True if limit was not among those before. */
static bool is_new(const struct threshold *limit, const struct limits *before)
{
	return !before || (is_fresh(limit, &before->warning) &&
			   is_fresh(limit, &before->critical) && is_fresh(limit, &before->clear));
}

/* Reports that limit (named so) does not go with other; the place is that of the newer one. */
static void refuse(struct check *check, const struct threshold *limit, const char *name,
		   const struct threshold *other, const char *other_name, const char *why)
{
	report_error(check->load->report,
		     is_new(limit, check->before) ? limit->place : other->place,
		     "%s '%s' %s %s '%s'", name, limit->text, why, other_name, other->text);
	check->good = false;
}

static bool is_milder(const struct threshold *limit, const struct threshold *than)
{
	if (limit->value == than->value)
		return limit_includes(limit) && !limit_includes(than);
	return limit_is_upper(limit) ? limit->value < than->value : limit->value > than->value;
}

static void check_severities(struct check *check, const struct limits *limits)
{
	const struct threshold *warning = &limits->warning;
	const struct threshold *critical = &limits->critical;

	if (!is_set(warning) || !is_set(critical))
		return;
	if (limit_is_upper(warning) != limit_is_upper(critical)) {
		refuse(check, critical, "critical", warning, "warning",
		       "points the other way than");
		return;
	}
	if (is_milder(critical, warning)) {
		refuse(check, critical, "critical", warning, "warning", "is reached before");
		return;
	}
	if (critical->value == warning->value &&
	    limit_includes(critical) == limit_includes(warning) &&
	    (is_new(critical, check->before) || is_new(warning, check->before)))
		report_warning_as(check->load->report, "warning-never-seen", critical->place,
				  "critical and warning are the same limit; nobody will see the "
				  "warning");
}

/* A value must never be both bad enough to raise and good enough to clear. */
static void check_clear(struct check *check, const struct limits *limits)
{
	const struct threshold *clear = &limits->clear;
	const struct threshold *raise = &limits->critical;
	const char *name = "critical";
	bool beyond;

	if (!is_set(clear))
		return;
	if (is_set(&limits->warning)) {
		raise = &limits->warning;
		name = "warning";
	}
	if (limit_is_upper(clear) == limit_is_upper(raise)) {
		refuse(check, clear, "clear", raise, name, "must point the other way than");
		return;
	}
	beyond = limit_is_upper(raise) ? clear->value > raise->value : clear->value < raise->value;
	if (clear->value == raise->value)
		beyond = limit_includes(clear) && limit_includes(raise);
	if (beyond)
		refuse(check, clear, "clear", raise, name, "overlaps with");
}

bool limits_check(struct load *load, const struct limits *limits, const struct limits *before)
{
	struct check check = { .load = load, .before = before, .good = true };

	check_severities(&check, limits);
	if (check.good)
		check_clear(&check, limits);
	return check.good;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "limit.h"

#include <string.h>

#include "comparison.h"

static bool read_limit(struct load *load, const struct node *node, struct threshold *ret)
{
	static const enum comparison comparisons[] = {
		[OP_GT] = COMPARE_GT, [OP_GE] = COMPARE_GE,   [OP_LT] = COMPARE_LT,
		[OP_LE] = COMPARE_LE, [OP_EQ] = COMPARE_NONE, [OP_NE] = COMPARE_NONE,
	};
	struct comparison_text comparison;
	const char *text;

	if (!read_text(load, node, &text))
		return false;
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
		good = read_limit(load, nodes->warning, &ret->warning) && good;
	if (nodes->critical)
		good = read_limit(load, nodes->critical, &ret->critical) && good;
	if (nodes->clear)
		good = read_limit(load, nodes->clear, &ret->clear) && good;
	return good;
}

static bool is_set(const struct threshold *limit)
{
	return limit->comparison != COMPARE_NONE;
}

/* True for ">" and ">=": large values are bad. */
static bool is_upper(const struct threshold *limit)
{
	return limit->comparison == COMPARE_GT || limit->comparison == COMPARE_GE;
}

static bool includes(const struct threshold *limit)
{
	return limit->comparison == COMPARE_GE || limit->comparison == COMPARE_LE;
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
		return includes(limit) && !includes(than);
	return is_upper(limit) ? limit->value < than->value : limit->value > than->value;
}

static void check_severities(struct check *check, const struct limits *limits)
{
	const struct threshold *warning = &limits->warning;
	const struct threshold *critical = &limits->critical;

	if (!is_set(warning) || !is_set(critical))
		return;
	if (is_upper(warning) != is_upper(critical)) {
		refuse(check, critical, "critical", warning, "warning",
		       "points the other way than");
		return;
	}
	if (is_milder(critical, warning)) {
		refuse(check, critical, "critical", warning, "warning", "is reached before");
		return;
	}
	if (critical->value == warning->value && includes(critical) == includes(warning) &&
	    (is_new(critical, check->before) || is_new(warning, check->before)))
		report_warning(check->load->report, critical->place,
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
	if (is_upper(clear) == is_upper(raise)) {
		refuse(check, clear, "clear", raise, name, "must point the other way than");
		return;
	}
	beyond = is_upper(raise) ? clear->value > raise->value : clear->value < raise->value;
	if (clear->value == raise->value)
		beyond = includes(clear) && includes(raise);
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

static void warn_beyond_one(struct load *load, const struct threshold *limit,
			    const struct limits *before)
{
	if (!is_set(limit) || !is_upper(limit) || !is_new(limit, before))
		return;
	if (limit->value > 1 || (limit->value == 1 && !includes(limit)))
		report_warning(load->report, limit->place,
			       "'%s' is never reached: the ratio is a share and at most 100%%",
			       limit->text);
}

/* Both parts count the same events, and those above the line are among those below. */
static bool is_share(const struct load *load, const struct indicator *indicator)
{
	const struct indicator *list = load->config->indicators;
	const struct indicator *above, *below;

	if (indicator->kind != INDICATOR_RATIO)
		return false;
	above = &list[indicator->parts[0]];
	below = &list[indicator->parts[1]];
	return above->kind == INDICATOR_COUNT && below->kind == INDICATOR_COUNT &&
	       above->type == below->type && below->where.n_conditions == 0;
}

void limits_check_share(struct load *load, const struct limits *limits, const struct limits *before,
			const struct indicator *indicator)
{
	if (!is_share(load, indicator))
		return;
	warn_beyond_one(load, &limits->warning, before);
	warn_beyond_one(load, &limits->critical, before);
}

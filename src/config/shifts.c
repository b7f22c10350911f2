/* SPDX-License-Identifier: Apache-2.0 */
#include "shifts.h"

#include <string.h>

#define SEPARATORS " ,"

static bool refuse(struct load *load, const struct node *node)
{
	report_error(load->report, node->place,
		     "'%s' are no working hours; write them like \"07:30-11:30 13:30-17:00\"",
		     node->text);
	return false;
}

/* Adds the shift of n bytes, "07:30-11:30". */
static bool add_shift(struct load *load, const struct node *node, const char *text, size_t n,
		      struct shifts *shifts)
{
	uint32_t from, to;

	if (n != strlen("07:30-11:30") || text[5] != '-' || !date_parse_minute(text, 5, &from) ||
	    !date_parse_minute(text + 6, 5, &to) || from == DAY_MINUTES || from == to)
		return refuse(load, node);
	if (to < from)
		to += DAY_MINUTES;
	if (shifts->n == CALENDAR_SPANS_MAX) {
		report_error(load->report, node->place, "a day has at most %d spans of work",
			     CALENDAR_SPANS_MAX);
		return false;
	}
	if (shifts->n > 0 && from < shifts->list[shifts->n - 1].to) {
		report_error(load->report, node->place,
			     "'%.*s' begins before the hours in front of it end", (int)n, text);
		return false;
	}
	shifts->list[shifts->n].from = from;
	shifts->list[shifts->n++].to = to;
	return true;
}

bool shifts_read(struct load *load, const struct node *node, struct shifts *ret)
{
	struct shifts shifts = { .n = 0 };
	const char *at;
	size_t n;

	if (!read_text(load, node, &at))
		return false;
	for (at += strspn(at, SEPARATORS); *at; at += n, at += strspn(at, SEPARATORS)) {
		n = strcspn(at, SEPARATORS);
		if (!add_shift(load, node, at, n, &shifts))
			return false;
	}
	if (shifts.n == 0)
		return refuse(load, node);
	*ret = shifts;
	return true;
}

uint32_t shifts_tail(const struct shifts *shifts)
{
	uint32_t to = shifts->n ? shifts->list[shifts->n - 1].to : 0;

	return to > DAY_MINUTES ? to - DAY_MINUTES : 0;
}

static bool add_span(struct calendar_hours *hours, uint32_t from, uint32_t to, const char **ret_why)
{
	struct calendar_span *last = hours->n ? &hours->spans[hours->n - 1] : NULL;

	if (from == to)
		return true;
	if (last && from < last->to) {
		*ret_why = "overlaps with the shift that goes on from the day before";
		return false;
	}
	if (last && from == last->to) {
		last->to = (uint16_t)to;
		return true;
	}
	if (hours->n == CALENDAR_SPANS_MAX) {
		*ret_why = "has too many spans of work, with the shift that goes on from the day "
			   "before";
		return false;
	}
	hours->spans[hours->n++] =
		(struct calendar_span){ .from = (uint16_t)from, .to = (uint16_t)to };
	return true;
}

bool shifts_lay(const struct shifts *own, uint32_t tail, struct calendar_hours *ret,
		const char **ret_why)
{
	struct calendar_hours hours = { .n = 0 };
	bool good = add_span(&hours, 0, tail, ret_why);

	for (uint32_t i = 0; i < own->n && good; i++) {
		uint32_t to = own->list[i].to;

		good = add_span(&hours, own->list[i].from, to < DAY_MINUTES ? to : DAY_MINUTES,
				ret_why);
	}
	if (good)
		*ret = hours;
	return good;
}

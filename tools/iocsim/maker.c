/* SPDX-License-Identifier: Apache-2.0 */
#include "maker.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

uint32_t maker_draw(struct making *making, uint32_t n)
{
	return (uint32_t)random_below(making->random, n);
}

bool maker_rarely(struct making *making, uint32_t n)
{
	return maker_draw(making, n) == 0;
}

void maker_text(struct making *making, const char *field, const char *format, ...)
{
	char text[FACT_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fact_text(making->fact, making->world, field, "%s", text);
}

void maker_number(struct making *making, const char *field, double number)
{
	fact_number(making->fact, making->world, field, number);
}

void maker_time(struct making *making, const char *field, int64_t time_ms)
{
	fact_time(making->fact, making->world, field, time_ms);
}

void maker_pick(struct making *making, const char *field, const char *const *choices, size_t n)
{
	maker_text(making, field, "%s", choices[maker_draw(making, (uint32_t)n)]);
}

/* Runs are told apart by the second in which they began, so that no number comes up again. */
void maker_name(struct making *making, const char *field, const char *prefix, uint32_t unit,
		uint32_t number)
{
	struct fact *fact = making->fact;

	(void)snprintf(fact->subject, sizeof(fact->subject), "%s%.28s-%06x-%06u", prefix,
		       units_at(making->world->units, unit)->id,
		       (unsigned)(making->world->run / 1000 & 0xffffff), number % 1000000);
	fact_text(fact, making->world, field, "%s", fact->subject);
}

double maker_walk(struct making *making, double *walk)
{
	if (*walk == 0)
		*walk = 0.5;
	*walk += (random_unit(making->random) - 0.5) * 0.04;
	*walk = fmin(fmax(*walk, 0.1), 0.9);
	return *walk;
}

bool papers_add(struct papers *papers, int64_t now_ms, int64_t patience_ms, uint32_t *ret)
{
	if (papers->n_open == PAPERS_MAX ||
	    (papers->n_open > 0 && now_ms - papers->oldest_ms > patience_ms))
		return false;
	if (papers->n_open == 0)
		papers->oldest_ms = now_ms;
	papers->open[papers->n_open++] = *ret = ++papers->n;
	return true;
}

bool papers_take(struct papers *papers, int64_t now_ms, uint32_t *ret)
{
	if (papers->n_open == 0)
		return false;
	*ret = papers->open[0];
	memmove(papers->open, papers->open + 1, --papers->n_open * sizeof(papers->open[0]));
	papers->oldest_ms = now_ms; /* the next is not older than that by much */
	return true;
}

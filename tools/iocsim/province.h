/* SPDX-License-Identifier: Apache-2.0 */
/*
 * province: what the systems of a province report on an ordinary day, and in trouble.
 *
 * Draws which kind of event happens next and where, by how often each does at that hour, and lets
 * making.h make it.  Pure; time is handed in; chance comes from the seed.
 */
#ifndef IOCSIM_PROVINCE_H
#define IOCSIM_PROVINCE_H

#include "incident.h"

struct province_options {
	const struct world *world; /* borrowed for life */
	const char *only_units;    /* ids with commas between; NULL: all units */
	const char *silent_units;  /* likewise: they send nothing; NULL: none */
	const char *apart_units;   /* likewise: they have no business with others; NULL: none */
	bool rhythm;               /* what happens follows the time of day */
	const struct incident_wish *wishes; /* copied */
	size_t n_wishes;
};

enum province_outcome {
	PROVINCE_UNKNOWN = 1, /* a unit that is named is not there, or nothing can be simulated */
};

struct province;

/* Prepares everything.  0; or PROVINCE_UNKNOWN, with what is wrong appended to report.  What is
 * left out although all is well is told in report too. */
int province_new(struct province **ret, const struct province_options *options,
		 struct text *report) MUST_USE;
struct province *province_free(struct province *province);
DEFINE_CLEANUP(struct province, province_free)

/* Makes the next event: *ret, at civil time now_ms, run_ms after the start of the run. */
void province_next(struct province *province, int64_t now_ms, int64_t run_ms, struct fact *ret);

/* The share of their full activity (0 to 1) that all kinds together have at that civil time. */
double province_share(const struct province *province, int64_t now_ms);

/* The same of a province in general: little at night and at weekends. */
double province_rhythm(int64_t now_ms, int offset_minutes);

#endif

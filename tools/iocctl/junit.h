/* SPDX-License-Identifier: Apache-2.0 */
/*
 * junit: results of tests as JUnit XML, which build servers read.
 *
 * Suites are files, cases are tests.  Pure.
 */
#ifndef IOCCTL_JUNIT_H
#define IOCCTL_JUNIT_H

#include <stdint.h>

#include "iocd/base/text.h"

/* What one test came to; strings are borrowed during the call. */
struct junit_case {
	const char *file;
	uint32_t line;
	const char *name;
	double seconds;
	uint32_t n_failures;
	const char *failures; /* as text, its first line says the most; "" if there is none */
};

/* Appends n cases, those of one file side by side, as a whole document. */
void junit_write(struct text *xml, const struct junit_case *cases, size_t n);

/* Appends n bytes as the text of an element or attribute: what XML does not allow, and what is not
 * UTF-8, becomes U+FFFD. */
void junit_escape(struct text *xml, const char *bytes, size_t n);

#endif

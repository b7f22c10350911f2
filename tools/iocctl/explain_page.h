/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_page: the page of an explanation while it is written, for the files that write it.
 *
 * Reads no clock.
 */
#ifndef IOCCTL_EXPLAIN_PAGE_H
#define IOCCTL_EXPLAIN_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "iocd/base/text.h"

struct page {
	struct text *text;
	const json_t *answer;
	bool vietnamese;
	int64_t now_ms;
};

#define WORD(page, vi, en) ((page)->vietnamese ? (vi) : (en))

/* Begins a line with what it is about. */
void page_label(const struct page *page, const char *label);

/* Appends "  file:line:column" of object, if it has one. */
void page_place(const struct page *page, const json_t *object);

/* explain_more.c: lines about what the answer has of these; none if it has not. */
void page_origin(const struct page *page);
void page_waits(const struct page *page);
void page_missing(const struct page *page);
void page_record(const struct page *page);
void page_contract(const struct page *page);
void page_receivers(const struct page *page);

/* Lines for the reasons of object, the first with that label. */
void page_reasons(const struct page *page, const json_t *object, const char *label);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person: names of people as they cross from one iocd to another: who acts at a site is
 * "<person>@<unit>" above it, who acts above is "<person>@<instance>" below; a name that has an "@"
 * keeps it.
 *
 * Pure; no heap.
 */
#ifndef IOCD_ALERT_PERSON_H
#define IOCD_ALERT_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mirror_read.h"

/* Copies text, cut between characters, with blanks for what cannot be printed; the rest is zero. */
void person_clean(char *to, size_t capacity, const char *text);

/* Writes "<person>@<place>" into to of capacity bytes; person is cut where it is too long. */
void person_at(char *to, size_t capacity, const char *person, const char *place);

/* Reads who is meant by name in the words of the site of that unit; "" is nobody. */
void person_read(struct word_person *ret, const struct units *units, uint32_t site,
		 const char *name);

/* Whether somebody named name here is person. */
bool person_is(const struct word_person *person, const char *name);

#endif

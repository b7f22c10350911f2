/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_acl: what a broker reads of a book: its access list and its passwords.
 *
 * Each identity has lines of its own that name it and its unit: no patterns, which would put a
 * name that somebody chose into a topic.  Pure.
 */
#ifndef IOCCTL_ENROLL_ACL_H
#define IOCCTL_ENROLL_ACL_H

#include "enroll_book.h"

/* Append the whole file. */
void enroll_acl_write(struct text *text, const struct enroll_book *book);
void enroll_passwords_write(struct text *text, const struct enroll_book *book);

/* Appends the topic on which an identity talks to itself, for the self-test; nobody listens. */
void enroll_probe_topic(struct text *text, const struct enroll_book *book, const char *unit,
			const char *name);

#endif

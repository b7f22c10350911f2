/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit_note: what is put into the audit, in the name of who asks.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_AUDIT_NOTE_H
#define IOCD_CONTROL_AUDIT_NOTE_H

#include "iocd/history_audit.h"
#include "views.h"

#define AUDIT_DENIALS 100 /* that are noted in a minute; more are counted only */

/* Notes that the caller of views did entry->what; who, role, from and time are filled here, a text
 * of NULL is "". */
void audit_note(const struct views *views, const struct history_audit *entry);

/* Notes that a request was refused, and why. */
void audit_note_denial(const struct views *views, const struct http_request *request,
		       const char *why);

#endif

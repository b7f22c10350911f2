/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit_texts: the texts of an entry as a list, in the order of the file's columns.
 *
 * Pure.
 */
#ifndef IOCD_HISTORY_AUDIT_TEXTS_H
#define IOCD_HISTORY_AUDIT_TEXTS_H

#include <stddef.h>

#include "audit.h"

/* clang-format off */
#define AUDIT_TEXTS(X) \
	X(who) X(role) X(from) X(what) X(unit) X(about) X(outcome) X(detail) X(key)
/* clang-format on */

enum audit_text_number {
#define X(name) AUDIT_TEXT_##name,
	AUDIT_TEXTS(X)
#undef X
		N_AUDIT_TEXTS
};

/* Lends the place of text i of an entry. */
static inline const char **audit_text(struct history_audit *entry, int i)
{
	static const size_t offsets[] = {
#define X(name) offsetof(struct history_audit, name),
		AUDIT_TEXTS(X)
#undef X
	};

	return (const char **)((char *)entry + offsets[i]);
}

/* Whether a question is about that entry. */
bool audit_is_wanted(const struct audit_question *question, const struct units *units,
		     const struct history_audit *entry);

#endif

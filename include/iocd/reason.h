/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reason: the closed list of reasons for which an event is turned away (reasons.tbl).
 *
 * Reasons are positive outcomes of the functions that decode and admit events.  Their names are
 * stable: operators search for them.
 */
#ifndef IOCD_REASON_H
#define IOCD_REASON_H

enum reason {
	REASON_NONE = 0,
#define REASON(name, text, text_vi) REASON_##name,
#include "iocd/reasons.tbl"
#undef REASON
	N_REASONS
};

/* Lend the name ("unknown_unit"; "none" for REASON_NONE) and the sentence of meaning, in English
 * and in Vietnamese, for ever. */
const char *reason_name(enum reason reason);
const char *reason_text(enum reason reason);
const char *reason_text_vi(enum reason reason);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mirrored: what a mirrored alert keeps of its origin, packed into alert.detail.
 *
 * The first bytes are flags, then come numbers, then texts with their lengths; what makes an
 * identity is kept whole, the words of the origin as far as they fit.  One content has one form.
 *
 * Pure; no heap.
 */
#ifndef IOCD_ALERT_MIRRORED_H
#define IOCD_ALERT_MIRRORED_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert_record.h"
#include "iocd/base/defs.h"
#include "iocd/base/text.h"

#define MIRRORED_ID_MAX     65 /* bytes of a unit's or rule's id, the ending zero included */
#define MIRRORED_SENDER_MAX 33 /* likewise of a sender's name */

/* What somebody here has ordered, and the origin has not answered yet. */
enum mirrored_flag {
	MIRRORED_ACKNOWLEDGEMENT, /* that it is acknowledged, or that it is not */
	MIRRORED_OWNER,
	MIRRORED_UNCERTAIN, /* no order: the origin does not know either */
	N_MIRRORED_FLAGS
};

enum mirrored_text {
	MIRRORED_UNIT,      /* id of the unit whose iocd saw it first; */
	MIRRORED_SENDER,    /* its name; */
	MIRRORED_RULE,      /* its rule's id, */
	MIRRORED_SUBJECT,   /* and its subject, there */
	MIRRORED_SITE_RULE, /* "": as above; else id of the rule under which the site mirrors it */
	MIRRORED_THRESHOLD,
	MIRRORED_TITLE_VI,
	MIRRORED_TITLE_EN,
	MIRRORED_REASON_VI,
	MIRRORED_REASON_EN,
	MIRRORED_SITE, /* name of the site, of unit alert.origin; the last: a zero is behind it */
	N_MIRRORED_TEXTS
};

struct mirrored {
	bool flags[N_MIRRORED_FLAGS];
	uint64_t number;     /* of the site's transition that was carried last */
	int64_t raised_ms;   /* when it was raised there, by its clock; 0: not known */
	unsigned suppressed; /* SUPPRESSION_BITs: why it is not told there */
	struct slice texts[N_MIRRORED_TEXTS];
};

/* Whether alert stands under a rule on OWN_MIRRORED. */
bool alert_is_mirrored(const struct alert *alert);

/* Packs mirrored into detail, and fills the rest with zeros.  Texts must have no zero in them, and
 * those of an identity fit their bounds. */
void mirrored_pack(char detail[ALERT_DETAIL_MAX], const struct mirrored *mirrored);

/* Lends what detail holds, until that changes.  False: it is not packed so. */
bool mirrored_unpack(const char *detail, struct mirrored *ret) MUST_USE;

/* Sets a flag where it stands; detail is packed. */
void mirrored_set(char *detail, enum mirrored_flag flag, bool is_set);
bool mirrored_is_set(const char *detail, enum mirrored_flag flag);

/* Writes the subject that an alert of that rule and subject has here. */
void mirrored_subject(char to[ALERT_SUBJECT_MAX], struct slice rule, struct slice subject);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mirroring: what the files of mirrored alerts in the book share: mirror.c for what happens at the
 * origin, mirror_handling.c for how people there handle it, mirror_list.c for what stands there,
 * mirror_order.c for orders to it.
 */
#ifndef IOCD_ALERT_MIRRORING_H
#define IOCD_ALERT_MIRRORING_H

#include <stdbool.h>

#include "book.h"
#include "iocd/mirror.h"
#include "mirrored.h"

struct word;

/* Whether entry is of an alert that came from site; what it keeps of it in *ret, lent by entry. */
bool mirroring_is_of(const struct entry *entry, const struct mirror_site *site,
		     struct mirrored *ret);

/* Makes the handling of entry what word, of which all else is carried, says. */
void mirroring_handle(struct alertbook *book, struct entry *entry, const struct word *word);

/* Carries word, which lists what stands at site. */
void mirroring_list(struct alertbook *book, const struct units *units,
		    const struct mirror_site *site, const struct word *word);

/* Whether by is somebody of the site that entry, mirrored, comes from. */
bool mirroring_is_by_site(const struct alertbook *book, const struct alert *alert, const char *by);

/* Notes that somebody here has ordered that of entry: until its site answers that stands. */
void mirroring_order(struct alertbook *book, struct entry *entry, const char *by,
		     enum mirrored_flag flag);

#endif

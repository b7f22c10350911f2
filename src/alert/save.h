/* SPDX-License-Identifier: Apache-2.0 */
/*
 * save: the form of the saved book, for the two directions of it: save.c and load.c.
 *
 * Rules are named by kind and id, receivers by their place in a list of ids that stands in front; a
 * limit is saved with all that it says.  Not saved is what follows from the rest: deadlines,
 * counts, the hash table, causes, what configuration says of maintenance.
 */
#ifndef IOCD_ALERT_SAVE_H
#define IOCD_ALERT_SAVE_H

#include <stdint.h>

#include "book.h"

#define BOOK_PART    "alerts"
#define BOOK_VERSION 6

/* Number of the oldest transition that can be in the log. */
static inline uint64_t book_first_kept(const struct alertbook *book)
{
	return book->last > ALERTBOOK_LOG ? book->last - ALERTBOOK_LOG + 1 : 1;
}

#endif

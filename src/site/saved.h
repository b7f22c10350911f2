/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saved: the form of the ledger in bytes, between save.c and load.c.
 *
 * Only numbers.
 */
#ifndef IOCD_SITE_SAVED_H
#define IOCD_SITE_SAVED_H

#define SITES_PART    "sites"
#define SITES_VERSION 1

/* Bytes of one at least. */
#define SAVED_RANGE    32u
#define SAVED_GAP      57u
#define SAVED_ORDER    12u
#define SAVED_SITE     960u
#define SAVED_PRESENCE 5u

#endif

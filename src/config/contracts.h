/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contracts: "expect" of a feed: who must report on it, how often, and in which hours.
 *
 * At most one for a feed; units and calendars have been read before.
 */
#ifndef IOCD_CONFIG_CONTRACTS_H
#define IOCD_CONFIG_CONTRACTS_H

#include "read.h"

/* Adds the contract of feed; mistakes are reported, and then there is none. */
void contract_read(struct load *load, const struct node *expect, uint32_t feed);

/* Lends the contract of feed, or NULL. */
const struct contract *contract_of(const struct load *load, uint32_t feed);

#endif

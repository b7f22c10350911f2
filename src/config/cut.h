/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cut: of a tree that is written for many iocds, the part that this one serves (iocd.yml: site).
 *
 * The rest stays known, so that one pack serves all of them: what is said of units elsewhere is no
 * mistake, and applies to nobody here.
 */
#ifndef IOCD_CONFIG_CUT_H
#define IOCD_CONFIG_CUT_H

#include "former.h"

/* The draft of the tree to go to after i; those below it first if descend. */
uint32_t draft_next(const struct draft *drafts, uint32_t i, bool descend);

/* Marks what stands elsewhere than at or below the site, whose draft becomes a root.  Links between
 * drafts are there, and no number yet. */
void cut_to_site(struct load *load, struct draft *drafts, uint32_t n);

#endif

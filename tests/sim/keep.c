/* SPDX-License-Identifier: Apache-2.0 */
#include "keep.h"

#include "journal_private.h"

void keep_step(struct journal *journal)
{
	int r = journal_keep_step(journal);

	(void)r;
}

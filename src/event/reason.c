/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/reason.h"

#include <assert.h>

static const struct {
	const char *name;
	const char *text;
} reasons[N_REASONS] = {
	[REASON_NONE] = { "none", "nothing is wrong" },
#define REASON(name, text) [REASON_##name] = { #name, text },
#include "iocd/reasons.tbl"
#undef REASON
};

const char *reason_name(enum reason reason)
{
	assert(reason < N_REASONS);

	return reasons[reason].name;
}

const char *reason_text(enum reason reason)
{
	assert(reason < N_REASONS);

	return reasons[reason].text;
}

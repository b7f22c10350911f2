/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/reason.h"

#include <assert.h>

static const struct {
	const char *name;
	const char *text;
	const char *text_vi;
} reasons[N_REASONS] = {
	[REASON_NONE] = { "none", "nothing is wrong", "không có gì sai" },
#define REASON(name, text, text_vi) [REASON_##name] = { #name, text, text_vi },
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

const char *reason_text_vi(enum reason reason)
{
	assert(reason < N_REASONS);

	return reasons[reason].text_vi;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/counter.h"

#include <assert.h>
#include <stdatomic.h>

static const struct {
	const char *name;
	const char *text;
} counters[N_COUNTERS] = {
#define COUNTER(name, text) [COUNTER_##name] = { #name, text },
#include "iocd/base/counters.tbl"
#undef COUNTER
};

static _Atomic uint64_t values[N_COUNTERS];
static __thread bool is_muted;

bool counter_mute(bool is_mute)
{
	bool was_muted = is_muted;

	is_muted = is_mute;
	return was_muted;
}

void counter_add(enum counter counter, uint64_t n)
{
	assert(counter < N_COUNTERS);
	if (is_muted)
		return;
	atomic_fetch_add_explicit(&values[counter], n, memory_order_relaxed);
}

uint64_t counter_get(enum counter counter)
{
	assert(counter < N_COUNTERS);
	return atomic_load_explicit(&values[counter], memory_order_relaxed);
}

const char *counter_name(enum counter counter)
{
	assert(counter < N_COUNTERS);
	return counters[counter].name;
}

const char *counter_text(enum counter counter)
{
	assert(counter < N_COUNTERS);
	return counters[counter].text;
}

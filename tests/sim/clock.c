/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_model.h"

static int64_t real_ms;
static int64_t mono_ns;
static struct random_stream *entropy;
static exit_fn *on_exit_fn;
static sleep_fn *on_sleep_fn;

void __wrap_random_bytes(void *bytes, size_t n);
int __wrap_usleep(useconds_t us);
void __wrap__exit(int status);

int64_t clock_real_ms(void)
{
	return real_ms;
}

int64_t clock_mono_ns(void)
{
	return mono_ns;
}

int64_t clock_mono_ms(void)
{
	return mono_ns / 1000000;
}

void clock_model_begin(int64_t start_ms, struct random_stream *random)
{
	real_ms = start_ms;
	mono_ns = 1000000000;
	entropy = random;
}

void clock_model_pass(int64_t ms)
{
	real_ms += ms;
	mono_ns += ms * 1000000;
}

void clock_model_set(int64_t by_ms)
{
	real_ms += by_ms;
}

void clock_model_on_exit(exit_fn *fn)
{
	on_exit_fn = fn;
}

void clock_model_on_sleep(sleep_fn *fn)
{
	on_sleep_fn = fn;
}

void __wrap_random_bytes(void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)bytes)[i] = (unsigned char)random_next(entropy);
}

int __wrap_usleep(useconds_t us)
{
	clock_model_pass(us / 1000 + 1);
	if (on_sleep_fn)
		on_sleep_fn();
	return 0;
}

void __wrap__exit(int status)
{
	(void)status;
	on_exit_fn("_exit");
	abort();
}

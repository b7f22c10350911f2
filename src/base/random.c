/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/random.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "iocd/base/log.h"

void random_bytes(void *bytes, size_t n)
{
	char *at = bytes;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			log_error("random.none", "error=%s", strerror(errno));
			abort();
		}
		at += got;
		n -= (size_t)got;
	}
}

/* splitmix64 (Steele, Lea, Flood 2014): spreads one seed over a state that is never all zero. */
static uint64_t spread(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void random_seed(struct random_stream *stream, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		stream->s[i] = spread(&seed);
}

static uint64_t rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

uint64_t random_next(struct random_stream *stream)
{
	uint64_t *s = stream->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t random_below(struct random_stream *stream, uint64_t n)
{
	uint64_t uneven; /* so many of the lowest numbers would favour some remainders */
	uint64_t x;

	assert(n > 0);

	uneven = (0 - n) % n;
	do
		x = random_next(stream);
	while (x < uneven);
	return x % n;
}

double random_unit(struct random_stream *stream)
{
	return (double)(random_next(stream) >> 11) * 0x1p-53;
}

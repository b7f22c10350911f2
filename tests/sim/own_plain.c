/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h's own_*() for programs whose allocator is not wrapped. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

void *own_alloc(size_t n, size_t size)
{
	return xcalloc(n, size);
}

void *own_grow(void *block, size_t n, size_t size)
{
	return xrealloc(block, n, size);
}

void *own_copy(const void *bytes, size_t n)
{
	char *copy = xcalloc(n + 1, 1);

	if (n > 0)
		memcpy(copy, bytes, n);
	return copy;
}

void own_free(void *block)
{
	free(block);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "reason_names.h"

#include <string.h>

_Static_assert(N_REASONS <= REASON_NAMES_MAX, "all reasons can be saved");

static enum reason find(const char *name, size_t n)
{
	for (enum reason reason = REASON_NONE + 1; reason < N_REASONS; reason++)
		if (strlen(reason_name(reason)) == n && memcmp(reason_name(reason), name, n) == 0)
			return reason;
	return REASON_NONE;
}

void reason_names_save(struct bytes_writer *writer)
{
	bytes_put_u32(writer, N_REASONS - 1);
	for (enum reason reason = REASON_NONE + 1; reason < N_REASONS; reason++)
		bytes_put_text(writer, reason_name(reason));
}

void reason_names_load(struct reason_names *ret, struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, sizeof(uint32_t));

	*ret = (struct reason_names){ .n = 1 };
	if (n > REASON_NAMES_MAX)
		bytes_reject(reader, "it knows too many reasons");
	while (!reader->is_bad && ret->n <= n) {
		size_t size;
		const char *name = bytes_get_text(reader, &size);

		ret->to[ret->n++] = find(name, size);
	}
}

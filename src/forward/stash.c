/* SPDX-License-Identifier: Apache-2.0 */
#include "stash.h"

#include <assert.h>
#include <string.h>

void stash_fini(struct stash *stash)
{
	text_fini(&stash->bytes);
}

bool stash_is_empty(const struct stash *stash)
{
	return stash->first == stash->bytes.size;
}

bool stash_put(struct stash *stash, const struct stashed *item)
{
	size_t size = sizeof(*item) + item->about.size + item->body.size;

	if (stash->bytes.size + size > STASH_BYTES_MAX)
		return false;

	text_add_bytes(&stash->bytes, (const char *)item, sizeof(*item));
	text_add_bytes(&stash->bytes, item->about.bytes, item->about.size);
	text_add_bytes(&stash->bytes, item->body.bytes, item->body.size);
	return true;
}

struct stashed stash_peek(const struct stash *stash)
{
	const char *at = stash->bytes.bytes + stash->first;
	struct stashed item;

	assert(!stash_is_empty(stash));

	memcpy(&item, at, sizeof(item));
	item.about.bytes = at + sizeof(item);
	item.body.bytes = item.about.bytes + item.about.size;
	return item;
}

void stash_pass(struct stash *stash)
{
	struct stashed item = stash_peek(stash);

	stash->first += sizeof(item) + item.about.size + item.body.size;
	if (!stash_is_empty(stash))
		return;
	text_clear(&stash->bytes);
	stash->first = 0;
}

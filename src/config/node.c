/* SPDX-License-Identifier: Apache-2.0 */
#include "node.h"

#include <assert.h>
#include <string.h>
#include <xxhash.h>

const struct node *node_find(const struct node *map, const char *key)
{
	for (const struct node *entry = map->first; entry; entry = entry->next)
		if (strcmp(entry->key, key) == 0)
			return entry;
	return NULL;
}

const struct node *node_first_item(const struct node *list)
{
	return list->kind == NODE_TEXT ? list : list->first;
}

const struct node *node_next_item(const struct node *list, const struct node *item)
{
	return list->kind == NODE_TEXT ? NULL : item->next;
}

static void digest_text(XXH3_state_t *state, const char *text)
{
	XXH3_64bits_update(state, text, strlen(text) + 1);
}

static void digest(XXH3_state_t *state, const struct node *node)
{
	static const char *const marks[] = {
		[NODE_TEXT] = "t", [NODE_LIST] = "l", [NODE_MAP] = "m"
	};

	digest_text(state, marks[node->kind]);
	if (node->kind == NODE_TEXT)
		digest_text(state, node->text);
	for (const struct node *child = node->first; child; child = child->next) {
		if (child->key)
			digest_text(state, child->key);
		digest(state, child);
	}
	digest_text(state, "e");
}

uint64_t node_digest(const struct node *node)
{
	XXH3_state_t *state;
	uint64_t sum;

	if (!node)
		return 0;

	state = XXH3_createState();
	assert(state);
	XXH3_64bits_reset(state);
	digest(state, node);
	sum = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	return sum;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "ghost.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/event.h"

#define uthash_malloc(size) xcalloc(1, (size))
#include <uthash.h>

struct ghost {
	struct rule rule; /* the first member: a ghost is found by its rule */
	enum rule_kind kind;
	UT_hash_handle hh; /* in ghosts.table */
	char name[];       /* the kind as a letter, then the rule's id */
};

static const struct event_type no_type = { .name = "" };

void ghosts_init(struct ghosts *ghosts, uint32_t n_units)
{
	ghosts->nowhere = xcalloc((size_t)n_units + 1, sizeof(bool));
}

void ghosts_fini(struct ghosts *ghosts)
{
	struct ghost *ghost, *next;

	HASH_ITER (hh, ghosts->table, ghost, next) {
		HASH_DELETE(hh, ghosts->table, ghost);
		free(ghost);
	}
	free(ghosts->nowhere);
}

static struct ghost *make(const struct ghosts *ghosts, enum rule_kind kind, const char *name,
			  size_t size)
{
	struct ghost *ghost = xcalloc(1, sizeof(*ghost) + size + 1);

	memcpy(ghost->name, name, size);
	ghost->kind = kind;
	ghost->rule = (struct rule){
		.id = ghost->name + 1,
		.title_vi = ghost->name + 1,
		.title_en = ghost->name + 1,
		.kind = RULE_EVENT,
		.number = GHOST_NUMBER,
		.event_type = &no_type,
		.subject_field = TYPE_NONE,
		.applies = ghosts->nowhere,
	};
	return ghost;
}

const struct rule *ghosts_get(struct ghosts *ghosts, enum rule_kind kind, const char *id, size_t n)
{
	char *name = xcalloc(1, n + 1);
	struct ghost *ghost;

	name[0] = (char)('a' + kind);
	memcpy(name + 1, id, n);
	HASH_FIND(hh, ghosts->table, name, n + 1, ghost);
	if (!ghost) {
		ghost = make(ghosts, kind, name, n + 1);
		HASH_ADD_KEYPTR(hh, ghosts->table, ghost->name, n + 1, ghost);
	}
	free(name);
	return &ghost->rule;
}

enum rule_kind ghost_kind(const struct rule *rule)
{
	return rule->number == GHOST_NUMBER ? ((const struct ghost *)rule)->kind : rule->kind;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Where units are drawn among those beside them. */
#include "former.h"
#include "iocd/base/err.h"
#include "iocd/base/map.h"

/* Where a tile lies: below whom, in which column and row. */
struct tile {
	uint32_t above, column, row;
};

static bool read_tile(struct load *load, const struct node *node, struct tile *ret)
{
	const struct node *column, *row;
	int64_t numbers[2];

	if (!read_kind(load, node, NODE_LIST))
		return false;
	column = node_first_item(node);
	row = column ? node_next_item(node, column) : NULL;
	if (!row || node_next_item(node, row)) {
		report_error(load->report, node->place,
			     "a tile is [column, row], each from 1 to %d", UNIT_TILE_MAX);
		return false;
	}
	if (!read_integer(load, column, 1, UNIT_TILE_MAX, &numbers[0]) ||
	    !read_integer(load, row, 1, UNIT_TILE_MAX, &numbers[1]))
		return false;
	ret->column = (uint32_t)numbers[0];
	ret->row = (uint32_t)numbers[1];
	return true;
}

void tiles_read(struct load *load, struct draft *drafts, uint32_t n)
{
	CLEANUP(map_free) struct map *taken = map_new();
	struct tile *tiles = scratch_take(load->trees, (n + 1) * sizeof(*tiles));

	for (uint32_t i = 0; i < n; i++) {
		struct draft *draft = &drafts[i];
		uint32_t other;

		tiles[i] = (struct tile){ .above = draft->above };
		if (!draft->tile || draft->is_former || !read_tile(load, draft->tile, &tiles[i]))
			continue;
		draft->unit.column = tiles[i].column;
		draft->unit.row = tiles[i].row;
		if (map_add(taken, (const char *)&tiles[i], sizeof(tiles[i]), i) == 0)
			continue;
		other = map_find(taken, (const char *)&tiles[i], sizeof(tiles[i]));
		report_error(load->report, draft->tile->place, "'%s' has that tile",
			     drafts[other].unit.id);
	}
}

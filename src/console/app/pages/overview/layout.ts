// SPDX-License-Identifier: Apache-2.0
// Where tiles stand: those that units.yml places on the grid, the others in rows by their level.
import type { Node } from './tree';

export interface Placed {
	node: Node;
	column: number; /* from 1 */
	row: number;
}

export interface Group {
	level: string;
	nodes: Node[];
}

export interface Layout {
	grid: Placed[];
	columns: number;
	rows: number;
	groups: Group[]; /* the others, in the order of units.yml */
}

/* Two tiles on one place would hide each other: the second one flows. */
function place(nodes: readonly Node[]): { grid: Placed[]; rest: Node[] } {
	const taken = new Set<string>();
	const grid: Placed[] = [];
	const rest: Node[] = [];

	for (const node of nodes) {
		const tile = node.unit.tile;
		const key = tile ? `${tile.column},${tile.row}` : '';

		if (!tile || taken.has(key)) {
			rest.push(node);
			continue;
		}
		taken.add(key);
		grid.push({ node, column: tile.column, row: tile.row });
	}
	return { grid, rest };
}

/* The map begins where its first tile stands. */
function shift(grid: Placed[]): { columns: number; rows: number } {
	const left = Math.min(...grid.map((at) => at.column));
	const top = Math.min(...grid.map((at) => at.row));

	for (const at of grid) {
		at.column += 1 - left;
		at.row += 1 - top;
	}
	return {
		columns: Math.max(...grid.map((at) => at.column)),
		rows: Math.max(...grid.map((at) => at.row)),
	};
}

function group(nodes: readonly Node[]): Group[] {
	const groups = new Map<string, Node[]>();

	for (const node of nodes) {
		const list = groups.get(node.unit.level);

		if (list)
			list.push(node);
		else
			groups.set(node.unit.level, [node]);
	}
	return [...groups].map(([level, list]) => ({ level, nodes: list }));
}

export function layoutOf(nodes: readonly Node[]): Layout {
	const { grid, rest } = place(nodes);
	const size = grid.length > 0 ? shift(grid) : { columns: 0, rows: 0 };

	grid.sort((a, b) => a.row - b.row || a.column - b.column);
	return { grid, ...size, groups: group(rest) };
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export interface Box {
	id: string;
	x: number; /* of its middle */
	y: number;
}

/* The next tile that way: near, rather straight ahead than aside, and none that is far aside. */
export function nextBox(boxes: readonly Box[], from: string, arrow: Arrow): string | null {
	const at = boxes.find((box) => box.id === from);
	const isAcross = arrow === 'ArrowLeft' || arrow === 'ArrowRight';
	const sign = arrow === 'ArrowRight' || arrow === 'ArrowDown' ? 1 : -1;
	let best: string | null = null;
	let least = Infinity;

	if (!at)
		return boxes[0]?.id ?? null;
	for (const box of boxes) {
		const ahead = sign * (isAcross ? box.x - at.x : box.y - at.y);
		const aside = Math.abs(isAcross ? box.y - at.y : box.x - at.x);
		const cost = ahead + 3 * aside;

		if (ahead > 1 && aside <= 2 * ahead && cost < least) {
			least = cost;
			best = box.id;
		}
	}
	return best;
}

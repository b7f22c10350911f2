// SPDX-License-Identifier: Apache-2.0
// The tree of units, and what is open at and below each of them.
import { isOver, isSuppressed, type Alert, type Row, type Words } from '../../lib/alert_book';

export type { Words };

export interface UnitRow {
	id: string;
	level: string;
	name: Words;
	parent: string | null;
	depth: number;
	accepted: number;
	refused: number;
	tile?: { column: number; row: number } | null;
	/* at and below the unit: */
	open_below?: { critical: number; warning: number; suppressed: number };
	data?: { quality: string | null; reporting: number; expected: number; last_arrival: string | null };
}

export interface Node {
	unit: UnitRow;
	parent: Node | null;
	children: Node[];
	accepted: number; /* of the unit and of all below it */
}

export interface Tree {
	roots: Node[];
	byId: Map<string, Node>;
}

/* A unit whose parent is not among the rows is a root: who may see one district sees it as the top. */
export function treeOf(rows: readonly UnitRow[]): Tree {
	const byId = new Map<string, Node>();
	const roots: Node[] = [];

	for (const unit of rows)
		byId.set(unit.id, { unit, parent: null, children: [], accepted: unit.accepted });
	for (const node of byId.values()) {
		const parent = node.unit.parent === null ? undefined : byId.get(node.unit.parent);

		if (parent) {
			node.parent = parent;
			parent.children.push(node);
		} else {
			roots.push(node);
		}
	}
	for (const node of byId.values())
		for (let above = node.parent; above; above = above.parent)
			above.accepted += node.unit.accepted;
	return { roots, byId };
}

/* From the top down to node itself. */
export function pathOf(node: Node): Node[] {
	const path: Node[] = [];

	for (let at: Node | null = node; at; at = at.parent)
		path.unshift(at);
	return path;
}

export function isWithin(tree: Tree, id: string, top: string): boolean {
	for (let at = tree.byId.get(id) ?? null; at; at = at.parent)
		if (at.unit.id === top)
			return true;
	return false;
}

export interface Open {
	critical: number;
	warning: number;
	quiet: number; /* shelved, in maintenance, follows from another: counted, but nobody is called */
	oldest: number | null; /* when the oldest that calls for somebody was raised, ms */
}

export const NOTHING_OPEN: Readonly<Open> = { critical: 0, warning: 0, quiet: 0, oldest: null };

/* It always stands: when it is not heard any more, iocd is dead. */
const WATCHDOG = 'iocd-watchdog';

function isCounted(alert: Alert): boolean {
	return !isOver(alert) && alert.rule.id !== WATCHDOG;
}

function add(open: Open, { alert, raisedMs }: Row): void {
	if (isSuppressed(alert)) {
		open.quiet++;
		return;
	}
	if (alert.severity === 'critical')
		open.critical++;
	else
		open.warning++;
	if (!Number.isNaN(raisedMs) && (open.oldest === null || raisedMs < open.oldest))
		open.oldest = raisedMs;
}

/* By unit: of itself and of all below it.  What is over and only waits for its acknowledgement does not
 * colour a unit. */
export function openOf(tree: Tree, rows: Iterable<Row>): Map<string, Open> {
	const all = new Map<string, Open>();

	for (const row of rows) {
		if (!isCounted(row.alert))
			continue;
		for (let at = tree.byId.get(row.alert.unit.id) ?? null; at; at = at.parent) {
			const open = all.get(at.unit.id) ?? { ...NOTHING_OPEN };

			add(open, row);
			all.set(at.unit.id, open);
		}
	}
	return all;
}

/* Those that stand at and below top and call for somebody, in the order of the Alerts page. */
export function alertsWithin(tree: Tree, rows: readonly Row[], top: string): Row[] {
	return rows.filter(
		({ alert }) => isCounted(alert) && !isSuppressed(alert) && isWithin(tree, alert.unit.id, top),
	);
}

/* As the answer about units tells it: until the alerts themselves are known. */
export function openTold(unit: UnitRow): Open | null {
	const told = unit.open_below;

	return told
		? { critical: told.critical, warning: told.warning, quiet: told.suppressed, oldest: null }
		: null;
}

export type Worst = 'critical' | 'warning' | 'none';

export function worstOf(open: Readonly<Open>): Worst {
	if (open.critical > 0)
		return 'critical';
	return open.warning > 0 ? 'warning' : 'none';
}

// SPDX-License-Identifier: Apache-2.0
/*
 * In a flood alerts are folded to their causes, so that whoever watches sees what happens and not
 * only how much.  Each row is in exactly one entry: nothing is left out, everything is counted.
 */
import { isOver, isSuppressed, needsPerson, type Row } from '../../lib/alert_book';
import type { UnitPlace } from './filter';

export const FLOOD_NEW = 10; /* in ... */
export const FLOOD_MS = 600_000;
const GROUP_MIN = 3; /* fewer stand as they are */

/* New ones of the last ten minutes: what is suppressed tells nobody anything. */
export function countNew(rows: readonly Row[], nowMs: number): number {
	let n = 0;

	for (const row of rows)
		if (row.raisedMs > nowMs - FLOOD_MS && !isSuppressed(row.alert) && !isOver(row.alert))
			n++;
	return n;
}

/* It begins above ten, and ends only when half of that is left, so that the list does not jump to
 * and fro. */
export function isFlood(n: number, was: boolean): boolean {
	return was ? n > FLOOD_NEW / 2 : n > FLOOD_NEW;
}

export interface Group {
	key: string;
	parent: string; /* id of the unit that its units are below; "": several */
	rows: Row[]; /* in the order of the list */
	critical: number;
	waiting: number; /* unacknowledged */
	newestMs: number;
	oldestMs: number;
}

export type Entry = { kind: 'row'; row: Row; depth: 0 | 1 } | { kind: 'group'; group: Group };

/* What follows from another alert belongs to its cause. */
function causeOf(row: Row, bySlot: ReadonlyMap<string, Row>): Row {
	let cause = row;

	for (let i = 0; i < 16; i++) {
		const by = cause.alert.suppressed.find((one) => one.kind === 'inhibited')?.by;
		const next = by ? (bySlot.get(by) ?? bySlot.get(by.slice(0, by.lastIndexOf('/')))) : null;

		if (!next || next === row)
			break;
		cause = next;
	}
	return cause;
}

function newGroup(key: string, parent: string): Group {
	return {
		key,
		parent,
		rows: [],
		critical: 0,
		waiting: 0,
		newestMs: -Infinity,
		oldestMs: Infinity,
	};
}

function enter(group: Group, row: Row): void {
	group.rows.push(row);
	if (row.alert.severity === 'critical')
		group.critical++;
	if (needsPerson(row.alert))
		group.waiting++;
	group.newestMs = Math.max(group.newestMs, row.raisedMs);
	group.oldestMs = Math.min(group.oldestMs, row.raisedMs);
}

/* By rule and the unit above; critical ones that need somebody stay apart from the rest, so that
 * a group has the rank of all its members. */
function groupRows(rows: readonly Row[], units: readonly UnitPlace[]): Map<string, Group> {
	const parents = new Map(units.map((unit) => [unit.id, unit.parent]));
	const bySlot = new Map(rows.map((row) => [row.slot, row]));
	const groups = new Map<string, Group>();

	for (const row of rows) {
		const cause = causeOf(row, bySlot).alert;
		const parent = parents.get(cause.unit.id) ?? cause.unit.id;
		const key = `${row.rank} ${cause.rule.id} ${parent}`;
		let group = groups.get(key);

		if (!group)
			groups.set(key, (group = newGroup(key, parent)));
		enter(group, row);
	}
	return groups;
}

/* A group keeps its place while alerts are added to it: it stands where it began. */
function placeOf(entry: Entry): [rank: number, ms: number, key: string] {
	if (entry.kind === 'row')
		return [entry.row.rank, entry.row.raisedMs, entry.row.slot];
	return [entry.group.rows[0]!.rank, entry.group.oldestMs, entry.group.key];
}

function compareEntries(a: Entry, b: Entry, isOldestFirst: boolean): number {
	const [[rank, ms, key], [otherRank, otherMs, otherKey]] = [placeOf(a), placeOf(b)];

	if (rank !== otherRank)
		return rank - otherRank;
	if (ms !== otherMs)
		return isOldestFirst ? ms - otherMs : otherMs - ms;
	return key < otherKey ? -1 : 1;
}

/* rows are in the order of the list, and so are those of each group. */
export function foldRows(
	rows: readonly Row[],
	units: readonly UnitPlace[],
	open: ReadonlySet<string>,
	isOldestFirst = false,
): Entry[] {
	const outer: Entry[] = [];

	for (const group of groupRows(rows, units).values()) {
		if (group.rows.length >= GROUP_MIN)
			outer.push({ kind: 'group', group });
		else
			outer.push(...group.rows.map((row): Entry => ({ kind: 'row', row, depth: 0 })));
	}
	outer.sort((a, b) => compareEntries(a, b, isOldestFirst));
	return outer.flatMap(entry =>
		entry.kind === 'group' && open.has(entry.group.key)
			? [entry, ...entry.group.rows.map((row): Entry => ({ kind: 'row', row, depth: 1 }))]
			: [entry],
	);
}

// SPDX-License-Identifier: Apache-2.0
// What this page shows and what somebody has chosen on it.
import { computed, effect, signal } from '@preact/signals';
import { alerts, findSlot, type Row } from '../../lib/alerts';
import { now } from '../../lib/live';
import { go, replace, route } from '../../lib/router';
import { session } from '../../lib/session';
import type { Both } from '../../lib/words';
import { choose, foldAhead, readFilter, unitsBelow, writeFilter, type Filter } from './filter';
import { countNew, foldRows, isFlood, type Entry } from './flood';
import { settle, type Verb } from './orders';

export interface UnitInfo {
	id: string;
	level: string;
	name: Both;
	parent: string | null;
	depth: number;
}

const FLOOD_LOOK_MS = 5000;

/* All units that may be seen, parents before what is below them. */
export const units = signal<readonly UnitInfo[]>([]);

export const filter = computed<Filter>(() => readFilter(route.value.query));

export function setFilter(change: Partial<Filter>): void {
	replace('alerts', route.peek().id, writeFilter({ ...filter.peek(), ...change }));
}

const within = computed(() => unitsBelow(units.value, filter.value.unit));
const user = computed(() => session.value?.user ?? '');

export const chosen = computed(() =>
	choose(alerts.value, { filter: filter.value, within: within.value, user: user.value }),
);

/* ---- the flood ---- */

const lookedMs = computed(() => Math.floor(now.value / FLOOD_LOOK_MS) * FLOOD_LOOK_MS);

export const newOnes = computed(() => countNew(alerts.value, lookedMs.value));
export const flood = signal(false);

effect(() => {
	flood.value = isFlood(newOnes.value, flood.peek());
});

export const isFolded = computed(() =>
	filter.value.groups ? filter.value.groups === 'yes' : flood.value,
);
export const openGroups = signal<ReadonlySet<string>>(new Set());

export function toggleGroup(key: string): void {
	const next = new Set(openGroups.peek());

	if (!next.delete(key))
		next.add(key);
	openGroups.value = next;
}

export const entries = computed<Entry[]>(() =>
	isFolded.value
		? foldRows(chosen.value.rows, units.value, openGroups.value, filter.value.oldest)
		: chosen.value.rows.map(row => ({ kind: 'row', row, depth: 0 })),
);

export function keyOf(entry: Entry): string {
	return entry.kind === 'row' ? entry.row.slot : `group ${entry.group.key}`;
}

/* ---- the cursor stays with its alert, wherever that moves ---- */

export const cursor = signal<string | null>(null);

export function cursorEntry(): Entry | undefined {
	return entries.peek().find(entry => keyOf(entry) === cursor.peek());
}

export function cursorRow(): Row | undefined {
	const entry = cursorEntry();

	return entry?.kind === 'row' ? entry.row : undefined;
}

/* Where the cursor was seen last: when its alert has left the list, the next one stands there. */
let cursorAt = -1;

effect(() => {
	const at = entries.value.findIndex(entry => keyOf(entry) === cursor.value);

	if (at >= 0)
		cursorAt = at;
});

export function moveCursor(step: number): void {
	const all = entries.peek();
	const at = all.findIndex(entry => keyOf(entry) === cursor.peek());
	const to = at >= 0 ? at + step : cursorAt;
	const next = all[Math.min(all.length - 1, Math.max(0, to))];

	if (next)
		cursor.value = keyOf(next);
}

/* ---- what is picked for something to be done with all of it ---- */

export const picked = signal<ReadonlySet<string>>(new Set());
let pickedLast: string | null = null;

/* What is picked and still there, in the order of the list; what is hidden by a filter or a closed
 * group counts too: it says so where it is about to be done. */
export const pickedRows = computed(() =>
	picked.value.size === 0 ? [] : alerts.value.filter(row => picked.value.has(row.slot)),
);

export function pick(slot: string, range = false): void {
	const next = new Set(picked.peek());
	const slots = entries.peek().flatMap(entry => (entry.kind === 'row' ? [entry.row.slot] : []));
	const [from, to] = [slots.indexOf(pickedLast ?? ''), slots.indexOf(slot)];

	if (range && from >= 0 && to >= 0)
		for (const one of slots.slice(Math.min(from, to), Math.max(from, to) + 1))
			next.add(one);
	else if (!next.delete(slot))
		next.add(slot);
	pickedLast = slot;
	picked.value = next;
}

export function pickAll(rows: readonly Row[]): void {
	picked.value = new Set(rows.map(row => row.slot));
}

export function pickNone(): void {
	pickedLast = null;
	picked.value = new Set();
}

/* ---- what is open ---- */

export interface Asking {
	verb: Verb;
	rows: readonly Row[];
}

export const asking = signal<Asking | null>(null);

export function ask(verb: Verb, rows: readonly Row[]): void {
	if (rows.length > 0)
		asking.value = { verb, rows };
}

export function openAlert(row: Row): void {
	cursor.value = row.slot;
	go('alerts', row.alert.id, writeFilter(filter.peek()));
}

export function closeAlert(): void {
	replace('alerts', null, writeFilter(filter.peek()));
}

export function openEntry(entry: Entry): void {
	cursor.value = keyOf(entry);
	if (entry.kind === 'group')
		toggleGroup(entry.group.key);
	else
		openAlert(entry.row);
}

/* What was ordered and now shows needs no mark any more. */
effect(() => {
	void alerts.value;
	settle(findSlot);
});

/* ---- search is prepared while nothing else is to be done ---- */

const FOLD_MS = 8;
const FOLD_PAUSE_MS = 60;

let folding: ReturnType<typeof setTimeout> | undefined;

function foldSome(): void {
	folding = foldAhead(alerts.peek(), FOLD_MS, () => performance.now())
		? undefined
		: setTimeout(foldSome, FOLD_PAUSE_MS);
}

effect(() => {
	if (alerts.value.length > 0)
		folding ??= setTimeout(foldSome, FOLD_PAUSE_MS);
});

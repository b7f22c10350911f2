// SPDX-License-Identifier: Apache-2.0
// What is alike stands on the sheet once: it has to fit on paper, and to be read in a minute.
import { compareAlerts, holderOf, type LogEntry, type SheetAlert } from './model';

export interface Fold<T> {
	first: T;
	all: T[];
}

/* Fewer than that are told one by one, each with its reason. */
const LEAST = 3;
const TOGETHER_MS = 60000;

function split<T>(groups: Iterable<T[]>, least: number): Fold<T>[] {
	return [...groups].flatMap(all =>
		all.length >= least
			? [{ first: all[0]!, all }]
			: all.map(one => ({ first: one, all: [one] })),
	);
}

function group<T>(list: readonly T[], keyOf: (one: T) => string): T[][] {
	const groups = new Map<string, T[]>();

	for (const one of list) {
		const key = keyOf(one);
		const known = groups.get(key);

		if (known)
			known.push(one);
		else
			groups.set(key, [one]);
	}
	return [...groups.values()];
}

/* Alerts of one rule that are handled alike; what is told to nobody comes last. */
export function foldAlerts(alerts: readonly SheetAlert[]): Fold<SheetAlert>[] {
	const keyOf = (one: SheetAlert) =>
		[
			one.rule.id,
			one.severity,
			one.handling,
			holderOf(one),
			one.drill,
			one.suppressed.map(held => held.kind).join(),
		].join('\n');
	const folds = split(group([...alerts].sort(compareAlerts), keyOf), LEAST);
	const isHeld = (fold: Fold<SheetAlert>) => Number(fold.first.suppressed.length > 0);

	return folds.sort(
		(a, b) => isHeld(a) - isHeld(b) || compareAlerts(a.first, b.first),
	);
}

/* One command of one person that met many alerts, or one thing that befell many of a rule at once. */
export function foldDeeds(deeds: readonly LogEntry[]): Fold<LogEntry>[] {
	const keyOf = (one: LogEntry) =>
		[
			one.by,
			one.news,
			one.rule.id,
			one.note,
			one.owner,
			Math.floor(Date.parse(one.time) / TOGETHER_MS),
		].join('\n');

	return split(group(deeds, keyOf), 2);
}

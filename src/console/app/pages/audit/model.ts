// SPDX-License-Identifier: Apache-2.0
// What people did, and what happened to alerts; both are read from the newest backwards.
import type { LogEntry, Generation, Named } from '../shift/model';

export type { LogEntry };

export interface Deed {
	number: number | null; /* null: it is not in the file yet */
	time: string;
	who: string | null; /* null: nobody was logged in */
	role: string | null;
	from: string | null;
	what: string;
	unit: Named | null;
	about: string | null;
	outcome: string | null;
	detail: string | null;
	key?: string | null;
}

export interface DeedsAnswer {
	since: string;
	until: string;
	cut: boolean; /* there is more before these */
	lost: number;
	entries: Deed[];
}

export interface LogAnswer {
	since: string;
	until: string;
	oldest: string | null;
	cut: boolean;
	log: LogEntry[];
	generations: Generation[];
}

interface Numbered {
	number: number | null;
	time: string;
}

/* By number; what has none yet is newer than all that have. */
export function newestFirst<T extends Numbered>(rows: readonly T[]): T[] {
	return rows
		.map((row, i) => ({ row, i }))
		.sort((a, b) => (b.row.number ?? Infinity) - (a.row.number ?? Infinity) || b.i - a.i)
		.map(({ row }) => row);
}

/* Where the page behind this one ends: "until" is not part of a span, so that a row of the same
 * millisecond would be left out; it is asked for again, and known by its number. */
export function olderUntil(rows: readonly Numbered[]): number | null {
	const last = rows[rows.length - 1];
	const ms = last ? Date.parse(last.time) : NaN;

	return Number.isNaN(ms) ? null : ms + 1;
}

/* The rows of another page behind those that are shown; each once. */
export function append<T extends Numbered>(shown: readonly T[], page: readonly T[]): T[] {
	const known = new Set(shown.map(row => row.number));
	const last = shown[shown.length - 1]?.number ?? Infinity;

	return [
		...shown,
		...newestFirst(page).filter(
			row => row.number !== null && row.number <= last && !known.has(row.number),
		),
	];
}

/* Changes of the rules stand among what happened to alerts. */
export function merge<T extends { time: string }>(
	rows: readonly T[],
	generations: readonly Generation[],
): (T | Generation)[] {
	return [...rows, ...generations].sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
}

/* "login.failed" is of the family "login". */
export function familyOf(what: string): string {
	const dot = what.indexOf('.');

	return dot < 0 ? what : what.slice(0, dot);
}

export const SPANS = ['1h', '8h', '24h', '7d', '30d'] as const;
export type Span = (typeof SPANS)[number];

const UNIT_MS: Record<string, number> = { h: 3600000, d: 86400000 };

export function spanMs(span: Span): number {
	return parseInt(span, 10) * (UNIT_MS[span.slice(-1)] ?? 0);
}

const DAY_MS = 86400000;

/* The span of days "2026-11-20" to "2026-11-22", the last one included, in the server's offset. */
export function daysSpan(
	from: string,
	to: string,
	offsetMinutes: number,
): { since: number; until: number } | null {
	const since = Date.parse(from + 'T00:00:00Z') - offsetMinutes * 60000;
	const until = Date.parse(to + 'T00:00:00Z') - offsetMinutes * 60000 + DAY_MS;

	return Number.isNaN(since) || Number.isNaN(until) || since >= until ? null : { since, until };
}

// SPDX-License-Identifier: Apache-2.0
// What alerts ask of the people on watch, and the sheet that one shift hands to the next.
import type { Part } from '../../lib/live';
import type { Both } from '../../lib/words';

export interface Target {
	name: string;
	title: Both;
	target: number;
	limit: number;
	actual: number | null; /* null: too little to say anything */
	percent: boolean;
	light: string;
}

export interface Standing {
	all: number;
	critical: number;
	unacknowledged: number;
	acknowledged: number;
	owned: number;
	over: number;
	stale: number;
	chattering: number;
	suppressed: number;
	uncertain: number;
	drill: number;
	oldest: string | null;
}

export interface Load {
	operators: number;
	last_10_min: number;
	last_hour: number;
	today: number;
	week: number;
	flood: boolean;
	flood_since: string | null;
	flood_alarms: number;
	floods: number;
	acknowledged: number;
	acknowledged_p50_s: number;
	acknowledged_p95_s: number;
	standing: Standing;
	targets: Target[];
	light: string;
}

export interface WorstRule {
	rule: string;
	title: Both;
	alarms: number;
	critical: number;
	chatters: number;
	unseen: number;
}

export interface Workload extends Load {
	instance: string;
	time: string;
	worst: { this: WorstRule[]; last: WorstRule[] };
}

export type Verdict = 'good' | 'watch' | 'much' | 'unknown';

/* By the figures themselves, as the light of something that nobody could count is green too. */
export function verdictOf(target: Target): Verdict {
	if (target.actual === null)
		return 'unknown';
	if (target.actual <= target.target)
		return 'good';
	return target.actual <= target.limit ? 'watch' : 'much';
}

/* Where things stand on the bar, 0 to 1: it ends a little behind whatever is furthest. */
export function barOf(target: Target): { fill: number; target: number; limit: number } {
	const end = Math.max(target.limit * 1.5, (target.actual ?? 0) * 1.05) || 1;

	return {
		fill: Math.min(1, (target.actual ?? 0) / end),
		target: target.target / end,
		limit: target.limit / end,
	};
}

export interface Named {
	id: string;
	name: Both;
	level?: string | null;
}

export interface SheetAlert {
	id: string;
	rule: { id: string; title: Both };
	unit: Named;
	subject: string;
	severity: string;
	handling: string;
	owner: string | null;
	acknowledged: { by: string; note: string | null; until?: string | null } | null;
	suppressed: { kind: string; by: string | null; until: string | null }[];
	uncertain: boolean;
	drill: boolean;
	raised: string;
	reason: Both;
}

export interface LogEntry {
	number: number;
	time: string;
	news: string;
	id: string;
	rule: { id: string; title: Both };
	unit: Named;
	subject: string;
	severity: string;
	handling?: string;
	suppressed?: string[];
	value?: number | null;
	threshold?: string | null;
	owner: string | null;
	by: string | null;
	note: string | null;
	tells?: string[];
	drill?: boolean;
	reason: Both;
}

export interface Generation {
	time: string;
	generation: string;
	by: string;
}

export interface Silent {
	feed: { id: string; title: Both };
	unit: Named;
	presence: string;
	since: string | null;
	heard: string | null;
}

export interface SheetSuppression {
	kind: string;
	rule: { id: string; title: Both } | null;
	unit: Named | null;
	below: boolean;
	subject: string | null;
	by: string;
	note: string | null;
	until: string | null;
}

/* What happened in a shift. */
export interface PastSheet {
	instance: string;
	unit: Named;
	since: string;
	until: string;
	oldest: string | null; /* history does not go back further */
	cut: boolean;
	counts: Record<string, number>;
	floods: { from: string; to: string | null; alarms: number }[];
	log: LogEntry[];
	generations: Generation[];
}

/* With what is so now: a sheet that goes up to now. */
export interface Handover extends PastSheet {
	load: Load | null;
	standing: SheetAlert[];
	n_standing: number;
	over: SheetAlert[];
	n_over: number;
	suppressions: SheetSuppression[];
	silent: Silent[];
	iocd: { parts: Part[]; ready: boolean; unaccounted: number };
}

export function isPresent(sheet: PastSheet): sheet is Handover {
	return 'standing' in sheet && sheet.standing !== null;
}

/* The gravest first, of these those that nobody has acknowledged, of these the oldest. */
export function compareAlerts(a: SheetAlert, b: SheetAlert): number {
	const rank = (one: SheetAlert) =>
		(one.severity === 'critical' ? 0 : 2) + (one.handling === 'acknowledged' ? 1 : 0);

	return rank(a) - rank(b) || Date.parse(a.raised) - Date.parse(b.raised);
}

export function holderOf(alert: SheetAlert): string {
	return alert.owner || alert.acknowledged?.by || '';
}

/* What people did, and what was passed on because nobody did anything. */
export function deedsOf(log: readonly LogEntry[]): LogEntry[] {
	return log.filter(one => one.by || one.news === 'escalated' || one.news === 'forgotten');
}

/* Rules by how often they raised an alert in the shift. */
export function raisedMost(
	log: readonly LogEntry[],
	most: number,
): { id: string; title: Both; raised: number; critical: number }[] {
	const tallies = new Map<string, { id: string; title: Both; raised: number; critical: number }>();

	for (const one of log) {
		if (one.news !== 'raised')
			continue;
		const tally = tallies.get(one.rule.id) ?? { ...one.rule, raised: 0, critical: 0 };

		tally.raised++;
		tally.critical += Number(one.severity === 'critical');
		tallies.set(one.rule.id, tally);
	}
	return [...tallies.values()]
		.sort((a, b) => b.raised - a.raised || (a.id < b.id ? -1 : 1))
		.slice(0, most);
}

const HOUR_MS = 3600000;
const DAY_MS = 24 * HOUR_MS;

/* Shifts of eight hours that begin at 06, 14 and 22 of the server's day: when the one at nowMs
 * began, and the one before it. */
const SHIFT_HOURS = 8;
const FIRST_HOUR = 6;

export function shiftStart(nowMs: number, offsetMinutes: number, back = 0): number {
	const shiftMs = SHIFT_HOURS * HOUR_MS;
	const zeroMs = FIRST_HOUR * HOUR_MS - offsetMinutes * 60000;

	return Math.floor((nowMs - zeroMs) / shiftMs - back) * shiftMs + zeroMs;
}

/* Shifts that are over, whose sheets are offered: those of a day. */
export const SHIFTS_BACK = 24 / SHIFT_HOURS;

/* What a field of day and hour says ("2026-11-22T14:00"), in the server's offset; null: nothing, or
 * not before nowMs. */
export function sinceOf(text: string, offsetMinutes: number, nowMs: number): number | null {
	const ms = Date.parse(text + ':00Z') - offsetMinutes * 60000;

	return Number.isNaN(ms) || ms >= nowMs || ms < nowMs - 31 * DAY_MS ? null : ms;
}

export function rfc3339(ms: number, offsetMinutes: number): string {
	const sign = offsetMinutes < 0 ? '-' : '+';
	const minutes = Math.abs(offsetMinutes);
	const two = (n: number) => String(n).padStart(2, '0');

	return (
		new Date(ms + offsetMinutes * 60000).toISOString().slice(0, 19) +
		`${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
	);
}

// SPDX-License-Identifier: Apache-2.0
// Indicators as the API tells them, and which of them matter for a unit.
import type { Words } from '../overview/tree';
import { type MinutePoint, type Step } from './series';

export interface Reading {
	value: number | null;
	band: Words | null;
	quality: string;
	provisional: boolean;
	reporting: number;
	expected: number;
	samples: number;
}

export interface WindowReading extends Reading {
	window: string;
}

export interface Indicator {
	id: string;
	title: Words;
	measure: Words;
	percent: boolean;
	target: number | null;
	ranked: boolean; /* GET rank answers for it */
	windows?: WindowReading[];
	last?: string | null;
}

export interface Threshold {
	rule: string;
	title: Words;
	severity: 'warning' | 'critical';
	text: string;
	value: number;
	direction: 'above' | 'below';
	window: string;
	each: string | null;
	file: string | null;
	line: number | null;
}

export interface CurveAnswer {
	time: string;
	window: string;
	target: number | null;
	thresholds: Threshold[];
	points: MinutePoint[];
	definition?: Definition | null;
}

/* How a figure is made, as the configuration says it. */
export interface Definition {
	id: string;
	title: Words;
	kind: string;
	file?: string | null;
	line?: number | null;
	event?: string;
	field?: string | null;
	by?: string | null;
	where?: { field: string; test: string; values: (string | number | boolean)[] }[];
	quantile?: number;
	per_s?: number;
	goal?: number;
	begin?: string;
	end?: string;
	weeks?: number;
	is?: string;
	limit?: number;
	weight?: number;
	parts?: Definition[];
}

export interface Limit {
	text: string;
	file: string | null;
	line: number | null;
	units?: number;
}

export interface Rule {
	id: string;
	title: Words;
	kind: string;
	indicator?: string;
	window?: string;
	min_samples?: number;
	warning?: Limit[];
	critical?: Limit[];
	clear?: Limit[];
	file: string | null;
	line: number | null;
	alerts: number;
	hidden?: boolean;
}

export type Side = 'high' | 'low' | 'unknown';

/* Which side of its limits is the bad one: a rule that fires below 90 % says that high is good. */
export function goodSide(rules: readonly Rule[], id: string): Side {
	for (const rule of rules) {
		const first = rule.indicator === id ? (rule.warning?.[0] ?? rule.critical?.[0]) : undefined;

		if (first?.text.startsWith('<'))
			return 'high';
		if (first?.text.startsWith('>'))
			return 'low';
	}
	return 'unknown';
}

/* A target that is a number of things is one for the whole: no part of it has missed it. */
export function sideFor(rules: readonly Rule[], of: Indicator, isTop: boolean): Side {
	return of.percent || isTop ? goodSide(rules, of.id) : 'unknown';
}

export type AgainstTarget = 'met' | 'missed' | 'apart' | 'none';

/* apart: not at the target, and nobody has written which side is the good one. */
export function againstTarget(value: number | null, target: number | null, side: Side): AgainstTarget {
	if (value === null || target === null)
		return 'none';
	if (value === target)
		return 'met';
	if (side === 'unknown')
		return 'apart';
	return value > target === (side === 'high') ? 'met' : 'missed';
}

export interface Key {
	indicator: Indicator;
	reading: WindowReading;
	against: AgainstTarget;
	alerting: boolean;
}

function importance(key: Key): number {
	if (key.alerting)
		return 0;
	if (key.reading.value === null)
		return key.reading.expected > 0 ? 2 : 5;
	if (key.against === 'missed')
		return 1;
	return key.reading.quality === 'good' ? 4 : 3;
}

export interface KeyInput {
	indicators: readonly Indicator[];
	rules: readonly Rule[];
	alerting: ReadonlySet<string>; /* indicators that an open alert of this unit is about */
	limit: number;
	isTop: boolean; /* the unit is the top of the tree */
}

/* Those that somebody has set a target or a limit for; first what is wrong, then as configured.
 * What this unit was never expected to have is left out. */
export function keyIndicators({ indicators, rules, alerting, limit, isTop }: KeyInput): Key[] {
	const watched = new Set(rules.map((rule) => rule.indicator));
	const keys: Key[] = [];

	for (const indicator of indicators) {
		const reading = indicator.windows?.[0];
		const isWatched = indicator.target !== null || watched.has(indicator.id);

		if (!reading || !isWatched)
			continue;
		if (reading.value === null && reading.expected === 0 && !indicator.last)
			continue;
		keys.push({
			indicator,
			reading,
			against: againstTarget(reading.value, indicator.target, sideFor(rules, indicator, isTop)),
			alerting: alerting.has(indicator.id),
		});
	}
	return keys.sort((a, b) => importance(a) - importance(b)).slice(0, limit);
}

/* By feed or system: the part of the id before the dot, in the order of the configuration. */
export function groupsOf<T extends { id: string }>(list: readonly T[]): { id: string; list: T[] }[] {
	const groups = new Map<string, T[]>();

	for (const indicator of list) {
		const id = indicator.id.split('.')[0] ?? indicator.id;
		const group = groups.get(id);

		if (group)
			group.push(indicator);
		else
			groups.set(id, [indicator]);
	}
	return [...groups].map(([id, members]) => ({ id, list: members }));
}

/* Sums over a minute cannot be held against a limit for an hour; shares and means can. */
const SUMS: readonly string[] = ['count', 'sum', 'distinct'];
const SPANS: Record<Step, readonly string[]> = {
	minute: ['1m'],
	hour: ['1h', '60m'],
	day: ['today', '24h', '1d'],
};

export function isComparable(kind: string | undefined, percent: boolean, window: string, step: Step): boolean {
	if (SPANS[step].includes(window))
		return true;
	return kind === undefined ? percent : !SUMS.includes(kind);
}

/* Places in a ranking that more than one unit holds. */
export function tiedPlaces(places: readonly (number | null)[]): Set<number> {
	const seen = new Set<number>();
	const tied = new Set<number>();

	for (const place of places) {
		if (place !== null && seen.has(place))
			tied.add(place);
		else if (place !== null)
			seen.add(place);
	}
	return tied;
}

export type Sorting = 'worst' | 'high' | 'low' | 'unit';

export interface Compared {
	id: string;
	name: string;
	value: number | null;
}

/* Units without a value come last, whichever way it is sorted. */
export function sortCompared<T extends Compared>(list: readonly T[], by: Sorting, side: Side, lang: string): T[] {
	const names = new Intl.Collator(lang, { numeric: true });
	const isUp = by === 'low' || (by === 'worst' && side !== 'low');

	return [...list].sort((a, b) => {
		const byName = names.compare(a.name, b.name);

		if (by === 'unit')
			return byName;
		if (a.value === null || b.value === null)
			return Number(a.value === null) - Number(b.value === null) || byName;
		return (isUp ? a.value - b.value : b.value - a.value) || byName;
	});
}

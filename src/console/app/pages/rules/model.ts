// SPDX-License-Identifier: Apache-2.0
// Rules as the API tells them, and which of them somebody looks for.
import type { Both } from '../../lib/words';
import type { TrialCounts } from './config';

export type Severity = 'critical' | 'warning';

/* A limit as it is written in a file, and for whom it holds. */
export interface Limit {
	text: string;
	file: string;
	line: number;
	column?: number;
	units: number;
	from?: 'rule' | 'level' | 'unit'; /* what it is written for */
	of?: string | null; /* the level, or the unit's id */
}

export interface Condition {
	field: string;
	test: string;
	values: (string | number | boolean)[];
}

export interface Rule {
	id: string;
	title: Both;
	kind: string; /* threshold, each, event, silence, sequence, deadline, own */
	version: string;
	hidden: boolean;
	file: string | null; /* null: it is built in */
	line: number | null;
	column: number | null;
	indicator?: string;
	window?: string;
	min_samples?: number;
	each?: string;
	cap?: number;
	event?: string;
	subject?: string | null;
	where?: Condition[];
	feed: string | null; /* null: what it looks at is of several, or of none */
	sequence?: string;
	within_s?: number;
	deadline?: string;
	due_soon?: Severity | null;
	overdue?: Severity | null;
	each_record?: boolean;
	own?: string;
	severity?: Severity;
	calendar: string | null;
	hold_s: number;
	fade_s: number;
	latched: boolean;
	repeat_s: number;
	chatter: { times: number; within_s: number } | null;
	receivers?: string[];
	escalations?: { after_s: number; receivers: string[] }[];
	inhibits?: { rules: string[]; below: boolean } | null;
	warning?: Limit[];
	critical?: Limit[];
	clear?: Limit[];
	units: number;
	alerts: number; /* that stand now */
	standing: { critical: number; warning: number };
	last_fired?: string | null; /* null: not since "fired_since" */
	backtest?: TrialCounts | null; /* what the last back-test said of it */
}

export interface Rules {
	rules: Rule[];
	fired_since?: string | null; /* null: since the beginning */
	backtest_finished?: string | null;
}

export interface Suppression {
	kind: string; /* shelved, maintenance, inhibited, out-of-service, ... */
	rule: { id: string; title: Both } | null; /* null: all */
	unit: { id: string; name: Both } | null; /* null: all */
	below: boolean;
	subject: string | null;
	by: string;
	note: string | null;
	from: string | null;
	until: string | null;
}

/* What a rule belongs to: the feed of what it looks at; else, if that is of several, its file. */
export function groupOf(rule: Rule): string {
	if (rule.feed !== null)
		return rule.feed;
	if (rule.kind === 'own')
		return 'iocd';
	return ((rule.file ?? '').split('/').pop() ?? '').replace(/\.ya?ml$/, '');
}

export function severitiesOf(rule: Rule): Severity[] {
	const { critical, warning } = rule.standing;
	const told = [rule.severity, rule.due_soon, rule.overdue];
	const all: Severity[] = [];

	if (told.includes('critical') || (rule.critical?.length ?? 0) > 0 || critical > 0)
		all.push('critical');
	if (told.includes('warning') || (rule.warning?.length ?? 0) > 0 || warning > 0)
		all.push('warning');
	return all;
}

/* Limits that not all units of the rule share: somebody wrote others for some. */
export function hasOwnLimits(rule: Rule): boolean {
	return [rule.warning, rule.critical, rule.clear].some(
		limits => limits !== undefined && limits.length > 1,
	);
}

/* The limit of the rule itself, or else of most units, which the others depart from. */
export function baseOf(limits: readonly Limit[] | undefined): Limit | null {
	const rank = (limit: Limit) => (limit.from === 'rule' ? Infinity : limit.units);

	return (limits ?? []).reduce<Limit | null>(
		(most, limit) => (most === null || rank(limit) > rank(most) ? limit : most),
		null,
	);
}

/* Those that name the rule: what holds for all rules is shown once, above. */
export function suppressionsOf(rule: Rule, all: readonly Suppression[]): Suppression[] {
	return all.filter(one => one.rule?.id === rule.id);
}

export type State = 'all' | 'standing' | 'never' | 'suppressed' | 'own' | 'changed';

export const STATES: readonly State[] = ['all', 'standing', 'never', 'suppressed', 'own', 'changed'];

export interface Filter {
	words: readonly string[]; /* folded */
	group: string; /* '': all */
	severity: string; /* '': all */
	state: State;
}

/* One line of the list, with what it is found by. */
export interface Row {
	rule: Rule;
	group: string;
	severities: Severity[];
	suppressions: Suppression[];
	isChanged: boolean; /* the files say something else */
	folded: string;
}

const rank = (row: Row): number => (row.severities.includes('critical') ? 0 : 1);

/* Those that stand first, the gravest of them at the top; then as the files have them. */
export function compareRows(a: Row, b: Row): number {
	const standing = Number(b.rule.alerts > 0) - Number(a.rule.alerts > 0);

	if (standing !== 0)
		return standing;
	return a.rule.alerts > 0 ? rank(a) - rank(b) || b.rule.alerts - a.rule.alerts : 0;
}

export function rowsOf(
	rules: readonly Rule[],
	suppressions: readonly Suppression[],
	changed: ReadonlySet<string>,
	foldText: (text: string) => string,
): Row[] {
	return rules
		.filter(rule => !rule.hidden || rule.alerts > 0)
		.map(rule => ({
			rule,
			group: groupOf(rule),
			severities: severitiesOf(rule),
			suppressions: suppressionsOf(rule, suppressions),
			isChanged: changed.has(rule.id),
			folded: foldText(
				[
					rule.id,
					rule.title.vi,
					rule.title.en,
					rule.indicator ?? rule.event ?? rule.deadline ?? rule.sequence ?? '',
					rule.file,
				].join(' '),
			),
		}))
		.sort(compareRows);
}

function isInState(row: Row, state: State): boolean {
	switch (state) {
	case 'all':
		return true;
	case 'standing':
		return row.rule.alerts > 0;
	case 'never':
		return row.rule.last_fired === null && row.rule.alerts === 0;
	case 'suppressed':
		return row.suppressions.length > 0;
	case 'own':
		return hasOwnLimits(row.rule);
	case 'changed':
		return row.isChanged;
	}
}

export function isWanted(row: Row, filter: Filter): boolean {
	return (
		(!filter.group || row.group === filter.group) &&
		(!filter.severity || row.severities.some(one => one === filter.severity)) &&
		isInState(row, filter.state) &&
		filter.words.every(word => row.folded.includes(word))
	);
}

export function groupsOf(rows: readonly Row[]): string[] {
	return [...new Set(rows.map(row => row.group))].sort();
}

export type LimitName = 'critical' | 'warning' | 'clear';
export const LIMITS: readonly LimitName[] = ['critical', 'warning', 'clear'];

/* The limits that hold for one unit, if the rule looks at it: the unit's own, else its level's, else
 * the rule's. */
export function limitsAt(
	rule: Rule,
	unit: { id: string; level?: string | null },
): { name: LimitName; limit: Limit }[] {
	return LIMITS.flatMap(name => {
		const limits = rule[name] ?? [];
		const limit =
			limits.find(one => one.from === 'unit' && one.of === unit.id) ??
			limits.find(one => one.from === 'level' && one.of === unit.level) ??
			limits.find(one => one.from === 'rule');

		return limit ? [{ name, limit }] : [];
	});
}

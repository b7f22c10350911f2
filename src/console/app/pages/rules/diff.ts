// SPDX-License-Identifier: Apache-2.0
// What would change if the files were taken over now.
import { signal } from '@preact/signals';
import type { Both } from '../../lib/words';

export interface PlacedLimit {
	text: string;
	file: string;
	line: number;
}

export interface RuleChange {
	rule: string;
	title: Both;
	change: 'added' | 'removed' | 'changed';
	file: string;
	line: number;
	attributes: { name: string; from: string; to: string }[];
	limits: {
		limit: 'warning' | 'critical' | 'clear';
		from: PlacedLimit | null;
		to: PlacedLimit | null;
		units: string[];
	}[];
	units_added: string[];
	units_removed: string[];
}

export interface AlertChange {
	unit: string;
	name: Both;
	rule: string;
	title: Both;
	subject: string;
	change: string; /* rises, clears, severity */
	from: string | null;
	to: string | null;
	after_s: number;
	anyway: boolean; /* it would happen under the old rules too */
}

export interface Diff {
	good: boolean;
	report?: string; /* not good: what is wrong with the files */
	config?: string;
	running?: string;
	restart?: string | null;
	rules?: RuleChange[];
	receivers?: { id: string; change: 'added' | 'removed' | 'changed' }[];
	maintenances?: { id: string; change: 'added' | 'removed' | 'changed' }[];
	alerts?: AlertChange[];
}

export interface Forecast {
	rises: AlertChange[];
	clears: AlertChange[];
	others: AlertChange[];
	anyway: number;
}

export function forecastOf(diff: Diff): Forecast {
	const all = diff.alerts ?? [];
	const ours = all.filter(one => !one.anyway);

	return {
		rises: ours.filter(one => one.change === 'rises'),
		clears: ours.filter(one => one.change === 'clears'),
		others: ours.filter(one => one.change !== 'rises' && one.change !== 'clears'),
		anyway: all.length - ours.length,
	};
}

export function changedRules(diff: Diff | null): ReadonlySet<string> {
	return new Set((diff?.rules ?? []).map(one => one.rule));
}

export function isSame(diff: Diff): boolean {
	return (
		diff.good &&
		!diff.restart &&
		[diff.rules, diff.receivers, diff.maintenances].every(list => (list ?? []).length === 0)
	);
}

/* The last answer: kept while the reader goes elsewhere and comes back, as the list of rules marks
 * what it names. */
export const forecast = signal<Diff | null>(null);

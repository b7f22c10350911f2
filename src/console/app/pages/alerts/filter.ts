// SPDX-License-Identifier: Apache-2.0
/* What of the list is shown, and how that stands in the page's address. */
import { isOver, isSuppressed, needsPerson, type Alert, type Row } from '../../lib/alert_book';
import { fold } from '../../lib/fold';

export type Handled = '' | 'waiting' | 'acknowledged' | 'over';

export interface Filter {
	text: string;
	severity: '' | 'critical' | 'warning';
	handling: Handled;
	unit: string; /* and what is below it */
	mine: boolean;
	suppressed: boolean; /* shown too */
	oldest: boolean; /* first */
	groups: '' | 'yes' | 'no'; /* '': in a flood */
}

export const NO_FILTER: Filter = {
	text: '',
	severity: '',
	handling: '',
	unit: '',
	mine: false,
	suppressed: false,
	oldest: false,
	groups: '',
};

export type Query = Record<string, string | undefined>;

function oneOf<T extends string>(word: string | undefined, words: readonly T[]): T | '' {
	return words.find((known) => known === word) ?? '';
}

export function readFilter(query: Query): Filter {
	return {
		/* Other pages lead here with a rule: its id is searched for too. */
		text: query['q'] ?? query['rule'] ?? '',
		severity: oneOf(query['severity'], ['critical', 'warning'] as const),
		handling: oneOf(query['handling'], ['waiting', 'acknowledged', 'over'] as const),
		unit: query['unit'] ?? '',
		mine: query['mine'] === 'yes',
		suppressed: query['suppressed'] === 'yes',
		oldest: query['order'] === 'oldest',
		groups: oneOf(query['groups'], ['yes', 'no'] as const),
	};
}

/* Only what differs from the usual, so that a plain address means the plain list. */
export function writeFilter(filter: Filter): Record<string, string> {
	const query: Record<string, string> = {};

	if (filter.text)
		query['q'] = filter.text;
	if (filter.severity)
		query['severity'] = filter.severity;
	if (filter.handling)
		query['handling'] = filter.handling;
	if (filter.unit)
		query['unit'] = filter.unit;
	if (filter.mine)
		query['mine'] = 'yes';
	if (filter.suppressed)
		query['suppressed'] = 'yes';
	if (filter.oldest)
		query['order'] = 'oldest';
	if (filter.groups)
		query['groups'] = filter.groups;
	return query;
}

/* Whether it leaves out anything but what is suppressed. */
export function narrows(filter: Filter): boolean {
	return (
		filter.text !== '' ||
		filter.severity !== '' ||
		filter.handling !== '' ||
		filter.unit !== '' ||
		filter.mine
	);
}

/* ---- the text of an alert, folded once ---- */

const folded = new WeakMap<Alert, string>();
const common = new Map<string, string>(); /* names and titles: few, and each in many alerts */
const COMMON_MAX = 5000;

function foldCommon(text: string): string {
	let known = common.get(text);

	if (known === undefined) {
		known = fold(text);
		if (common.size < COMMON_MAX)
			common.set(text, known);
	}
	return known;
}

export function textOf(alert: Alert): string {
	let text = folded.get(alert);

	if (text === undefined) {
		text = [
			foldCommon(alert.unit.name.vi),
			foldCommon(alert.unit.name.en),
			foldCommon(alert.rule.title.vi),
			foldCommon(alert.rule.title.en),
			foldCommon(alert.unit.id),
			foldCommon(alert.rule.id),
			fold(
				[
					alert.subject,
					alert.reason.vi,
					alert.reason.en,
					alert.owner ?? '',
					alert.acknowledged?.by ?? '',
				].join('\n'),
			),
		].join('\n');
		folded.set(alert, text);
	}
	return text;
}

/* Folds ahead what may be searched for, for at most ms; whether all is folded. */
export function foldAhead(rows: readonly Row[], ms: number, clock: () => number): boolean {
	const endMs = clock() + ms;

	for (const row of rows) {
		if (folded.has(row.alert))
			continue;
		textOf(row.alert);
		if (clock() >= endMs)
			return false;
	}
	return true;
}

/* ---- choosing ---- */

/* The units at and below unit; null: all. */
export type Within = ReadonlySet<string> | null;

function isHandledSo(alert: Alert, handling: Handled): boolean {
	switch (handling) {
	case 'waiting':
		return alert.handling === 'unacknowledged';
	case 'acknowledged':
		return alert.handling === 'acknowledged';
	case 'over':
		return isOver(alert);
	default:
		return true;
	}
}

export interface Chosen {
	rows: Row[];
	hidden: number; /* by the filter */
	hiddenCritical: number; /* of those: critical ones that need somebody */
	suppressed: number; /* hidden because something suppresses them */
}

export interface Chooser {
	filter: Filter;
	within: Within;
	user: string;
}

function isMine(alert: Alert, user: string): boolean {
	return user !== '' && (alert.owner === user || alert.acknowledged?.by === user);
}

function isChosen(alert: Alert, { filter, within, user }: Chooser, words: string[]): boolean {
	if (filter.severity && alert.severity !== filter.severity)
		return false;
	if (!isHandledSo(alert, filter.handling))
		return false;
	if (within && !within.has(alert.unit.id))
		return false;
	if (filter.mine && !isMine(alert, user))
		return false;
	if (words.length === 0)
		return true;

	const text = textOf(alert);

	return words.every((word) => text.includes(word));
}

/* Each row is either shown or counted as hidden. */
export function choose(rows: readonly Row[], chooser: Chooser): Chosen {
	const words = fold(chooser.filter.text).split(/\s+/).filter(Boolean);
	const chosen: Chosen = { rows: [], hidden: 0, hiddenCritical: 0, suppressed: 0 };

	for (const row of rows) {
		if (!isChosen(row.alert, chooser, words)) {
			chosen.hidden++;
			if (row.alert.severity === 'critical' && needsPerson(row.alert))
				chosen.hiddenCritical++;
		} else if (!chooser.filter.suppressed && isSuppressed(row.alert)) {
			chosen.suppressed++;
		} else {
			chosen.rows.push(row);
		}
	}
	if (chooser.filter.oldest)
		chosen.rows.sort(compareOldest);
	return chosen;
}

function compareOldest(a: Row, b: Row): number {
	return a.rank - b.rank || a.raisedMs - b.raisedMs || (a.slot < b.slot ? -1 : 1);
}

/* ---- units ---- */

export interface UnitPlace {
	id: string;
	parent: string | null;
}

export function unitsBelow(units: readonly UnitPlace[], unit: string): Within {
	const within = new Set([unit]);

	if (!unit)
		return null;
	/* A parent may stand after its child. */
	for (let size = 0; size !== within.size; ) {
		size = within.size;
		for (const { id, parent } of units)
			if (parent !== null && within.has(parent))
				within.add(id);
	}
	return within;
}

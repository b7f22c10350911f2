// SPDX-License-Identifier: Apache-2.0
/*
 * The alerts as this page knows them: a list that was read, and every transition after it, once.
 *
 * Pure: no clock, no network, no signals.  lib/alerts.ts feeds it.
 */

export interface Words {
	vi: string;
	en: string;
}

export interface Threshold {
	text: string;
	value: number;
	file: string | null;
	line: number | null;
}

export interface Suppression {
	kind: string;
	by: string | null;
	until: string | null;
}

export interface Origin {
	unit: string;
	name: Words | null;
	sender: string;
	rule: string;
	subject: string;
	threshold: string | null;
	title: Words;
	reason: Words;
	number: number;
	raised: string;
	suppressed: string[];
	site: { unit: string | null; name: Words | null; sender: string };
}

export interface Alert {
	id: string;
	key: string;
	rule: {
		id: string;
		title: Words;
		file: string | null;
		line: number | null;
		version: string | null;
		kind: string;
	};
	unit: { id: string; level: string; name: Words };
	subject: string;
	condition: string;
	state: 'quiet' | 'pending' | 'raised' | 'fading';
	severity: 'critical' | 'warning';
	uncertain: boolean;
	drill: boolean;
	closed: boolean;
	value: number | null;
	samples: number | null;
	quality: string | null;
	threshold: Threshold | null;
	window: string | null;
	presence: string | null;
	due: string | null;
	detail: string | null;
	origin: Origin | null;
	handling: 'none' | 'unacknowledged' | 'acknowledged' | 'cleared-unacknowledged';
	acknowledged: { by: string; note: string | null; at: string; until: string | null } | null;
	owner: string | null;
	suppressed: Suppression[];
	latched: boolean;
	announced: boolean;
	told: string[];
	escalations: number;
	raises: number;
	events: number;
	first: string;
	raised: string;
	changed: string;
	reason: Words;
}

export interface Transition extends Alert {
	number: number;
	news: string;
	time: string;
	by: string | null;
	note: string | null;
	tells: string[];
}

/* One line of the list.  A change makes a new one, so that what has not changed is known by its
 * identity. */
export interface Row {
	readonly slot: string; /* the same for as long as rule, unit and subject are */
	readonly alert: Alert;
	readonly rank: number;
	readonly raisedMs: number;
	readonly news: { what: string; by: string | null; at: string } | null;
}

/* Within a unit the key tells alerts apart; the id changes when one is raised anew. */
export function slotOf(alert: Alert): string {
	return `${alert.unit.id}/${alert.key}`;
}

export function isSuppressed(alert: Alert): boolean {
	return alert.suppressed.length > 0;
}

/* It is over, and is here only until somebody says that he knows. */
export function isOver(alert: Alert): boolean {
	return !alert.latched && alert.state !== 'raised' && alert.state !== 'fading';
}

export function isListed(alert: Alert): boolean {
	return !isOver(alert) || alert.handling === 'cleared-unacknowledged';
}

/* Somebody has to look, and nobody has said that he does. */
export function needsPerson(alert: Alert): boolean {
	return alert.handling === 'unacknowledged' && !isSuppressed(alert) && !isOver(alert);
}

/* 0: critical, and somebody is needed; 1: other critical ones; 2: warnings; 3: what is over. */
function rankOf(alert: Alert): number {
	if (isOver(alert))
		return 3;
	if (alert.severity !== 'critical')
		return 2;
	return needsPerson(alert) ? 0 : 1;
}

export function makeRow(alert: Alert, news: Row['news'] = null): Row {
	return {
		slot: slotOf(alert),
		alert,
		rank: rankOf(alert),
		raisedMs: Date.parse(alert.raised),
		news,
	};
}

/* Critical ones that need somebody first, then by severity, then what is over; the newest first. */
export function compareRows(a: Row, b: Row): number {
	if (a.rank !== b.rank)
		return a.rank - b.rank;
	if (a.raisedMs !== b.raisedMs)
		return b.raisedMs - a.raisedMs;
	return a.slot < b.slot ? -1 : a.slot > b.slot ? 1 : 0;
}

/* Where row stands in order, or would. */
function placeOf(order: readonly Row[], row: Row): number {
	let low = 0;
	let high = order.length;

	while (low < high) {
		const middle = (low + high) >> 1;

		if (compareRows(order[middle]!, row) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

export class AlertBook {
	private readonly rows = new Map<string, Row>();
	private order: Row[] = [];
	/* The number of the last transition that is in it. */
	last = 0;
	/* What came while a list is being read: the list may be older, or newer. */
	private heard: Transition[] | null = null;

	get size(): number {
		return this.rows.size;
	}

	find(slot: string): Row | undefined {
		return this.rows.get(slot);
	}

	/* Of an alert that was raised anew since it had that id as well. */
	findId(id: string): Row | undefined {
		return this.rows.get(id.slice(0, Math.max(0, id.lastIndexOf('/'))));
	}

	/* A copy: what was lent before stays as it was. */
	sorted(): Row[] {
		return this.order.slice();
	}

	/* From now on transitions are kept until the answer to a question asked after this comes. */
	beginReading(): void {
		this.heard = [];
	}

	/* The list as it was after transition number last; without a number all that was heard since
	 * the question is newer. */
	replace(alerts: readonly Alert[], last: number | undefined): void {
		const heard = this.heard ?? [];
		const before = new Map(this.rows);

		this.heard = null;
		this.rows.clear();
		for (const alert of alerts)
			if (isListed(alert))
				this.rows.set(
					slotOf(alert),
					makeRow(alert, before.get(slotOf(alert))?.news ?? null),
				);
		this.order = [...this.rows.values()].sort(compareRows);
		this.last = last ?? 0;
		for (const transition of heard)
			this.apply(transition);
	}

	/* Whether it was news. */
	apply(transition: Transition): boolean {
		this.heard?.push(transition);
		if (transition.number <= this.last)
			return false;

		this.last = transition.number;
		this.remove(slotOf(transition));
		if (isListed(transition))
			this.insert(
				makeRow(transition, {
					what: transition.news,
					by: transition.by,
					at: transition.time,
				}),
			);
		return true;
	}

	private remove(slot: string): void {
		const row = this.rows.get(slot);

		if (!row)
			return;
		this.rows.delete(slot);
		this.order.splice(placeOf(this.order, row), 1);
	}

	private insert(row: Row): void {
		this.rows.set(row.slot, row);
		this.order.splice(placeOf(this.order, row), 0, row);
	}
}

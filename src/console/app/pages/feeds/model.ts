// SPDX-License-Identifier: Apache-2.0
// Feeds as the API tells them, and what is wrong with each.
import type { Words } from '../overview/tree';

export interface Sender {
	id: string;
	level: string;
	name: Words;
	state: string; /* of what it sent: live, silent, never */
	accepted: number;
	last: string | null;
	last_arrival: string | null;
	late: number;
	historical: number;
	corrected: number;
	skew_ms: number | null;
	contract?: string; /* none, waiting, kept, resting, missing */
	presence?: string; /* unknown, online, lost, stopped */
	since?: string | null;
	due?: string | null;
	expected?: number; /* at and below it */
	kept?: number;
}

export interface Expect {
	every_s?: number;
	by?: string;
	grace_s: number;
	within: string;
	expected: number;
	kept: number;
	missing_units: string[];
	file: string | null;
	line: number | null;
}

export interface Feed {
	id: string;
	title: Words;
	silent_after_s: number;
	missing: number | null; /* numbered events that never came; null: only who sees all may know */
	expect: Expect | null;
	units: Sender[];
}

export interface Clock {
	id: string;
	name: Words;
	feed: string;
	source: string;
	ahead_s: number | null;
	last: string | null;
	corrected: number;
}

export interface Refusals {
	id: string | null;
	name?: Words;
	total: number;
	refused: Record<string, number>;
}

export interface Feeds {
	feeds: Feed[];
	clocks: Clock[];
	refused: Refusals[];
}

/* stopped: none of those who should report does.  missing: some do not.  late: a sender is silent
 * for longer than usual.  waiting: not everybody has been heard since the start, none is due yet.
 * never: nothing has come yet, and nothing has to.  faulty: all report, but numbered events did not
 * come or clocks are off. */
export type FeedState = 'stopped' | 'missing' | 'late' | 'faulty' | 'waiting' | 'live' | 'never';

export const WRONG: readonly FeedState[] = ['stopped', 'missing', 'late', 'faulty'];

export function stateOf(feed: Feed): FeedState {
	const expect = feed.expect;
	const n_missing = expect?.missing_units.length ?? 0;

	if (expect && n_missing > 0)
		return expect.kept === 0 ? 'stopped' : 'missing';
	if (feed.units.some((unit) => unit.state === 'silent'))
		return 'late';
	if (feed.missing || feed.units.some(isSkewed))
		return 'faulty';
	if (expect && expect.kept < expect.expected)
		return 'waiting';
	return feed.units.some((unit) => unit.last_arrival !== null) ? 'live' : 'never';
}

/* Senders of one feed whose clock is further off than that are shown. */
export const SKEW_MS = 5000;

export function isSkewed(sender: Sender): boolean {
	return sender.skew_ms !== null && Math.abs(sender.skew_ms) > SKEW_MS;
}

export interface Facts {
	feed: Feed;
	state: FeedState;
	last: number | null; /* arrival of its newest event, ms */
	accepted: number;
	late: number;
	skewed: number; /* senders */
	missing: Sender[];
	isWrong: boolean;
}

function newest(units: readonly Sender[]): number | null {
	let last: number | null = null;

	for (const unit of units) {
		const time = unit.last_arrival === null ? NaN : Date.parse(unit.last_arrival);

		if (!Number.isNaN(time) && (last === null || time > last))
			last = time;
	}
	return last;
}

export function factsOf(feed: Feed): Facts {
	const state = stateOf(feed);
	const skewed = feed.units.filter(isSkewed).length;

	return {
		feed,
		state,
		last: newest(feed.units),
		accepted: feed.units.reduce((sum, unit) => sum + unit.accepted, 0),
		late: feed.units.reduce((sum, unit) => sum + unit.late, 0),
		skewed,
		missing: feed.units.filter((unit) => unit.contract === 'missing'),
		isWrong: WRONG.includes(state),
	};
}

/* The worst first, else as configured. */
export function sortFacts(list: readonly Facts[]): Facts[] {
	const order = (facts: Facts): number => {
		const at = WRONG.indexOf(facts.state);

		return at >= 0 ? at : WRONG.length;
	};

	return [...list].sort((a, b) => order(a) - order(b));
}

/* Why a unit is missing: who has to be called depends on it. */
export type Cause = 'disconnected' | 'stopped' | 'mute' | 'never' | 'silent';

export function causeOf(sender: Sender): Cause {
	if (sender.presence === 'lost')
		return 'disconnected';
	if (sender.presence === 'stopped')
		return 'stopped';
	if (sender.presence === 'online')
		return 'mute';
	return sender.last_arrival === null ? 'never' : 'silent';
}

export interface Sample {
	at: number; /* performance.now() */
	accepted: Map<string, number>;
}

/* Events a second between two answers; null until there are two, or after a restart of the counts. */
export function ratesOf(before: Sample | null, after: Sample): Map<string, number | null> {
	const rates = new Map<string, number | null>();
	const seconds = before ? (after.at - before.at) / 1000 : 0;

	for (const [id, n] of after.accepted) {
		const was = before?.accepted.get(id);

		rates.set(id, was === undefined || seconds <= 0 || n < was ? null : (n - was) / seconds);
	}
	return rates;
}

export interface ReasonTotal {
	reason: string;
	total: number;
	units: { id: string | null; name?: Words; total: number }[];
}

/* What was turned away, by reason, the most frequent first, each with who sent it. */
export function reasonsOf(refused: readonly Refusals[]): ReasonTotal[] {
	const all = new Map<string, ReasonTotal>();

	for (const account of refused) {
		for (const [reason, n] of Object.entries(account.refused)) {
			const total = all.get(reason) ?? { reason, total: 0, units: [] };

			total.total += n;
			total.units.push(
				account.name
					? { id: account.id, name: account.name, total: n }
					: { id: account.id, total: n },
			);
			all.set(reason, total);
		}
	}
	for (const total of all.values())
		total.units.sort((a, b) => b.total - a.total);
	return [...all.values()].sort((a, b) => b.total - a.total);
}

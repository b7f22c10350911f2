// SPDX-License-Identifier: Apache-2.0
/*
 * What somebody wants done to an alert, and what becomes of it.  Nothing on the page changes because
 * an order was sent: what the stream tells is what is so.
 */
import { signal } from '@preact/signals';
import type { Alert, Row } from '../../lib/alert_book';
import { ApiError, newKey, post } from '../../lib/api';

export type Verb =
	| 'acknowledge'
	| 'unacknowledge'
	| 'assign'
	| 'comment'
	| 'shelve'
	| 'unshelve'
	| 'reset';

export interface Order {
	verb: Verb;
	note?: string;
	owner?: string; /* '': nobody */
	untilMs?: number;
}

export const NOTE_MAX = 255; /* bytes, as iocd keeps them */
export const OWNER_MAX = 63;
export const BULK_MAX = 50;
const TRIES = 3;
const PAUSE_MS = 700;
const AT_ONCE = 4;

export function sizeOf(text: string): number {
	return new TextEncoder().encode(text).length;
}

/* Whether order has any meaning for the alert as it is. */
export function isFor(verb: Verb, alert: Alert): boolean {
	const isWaiting =
		alert.handling === 'unacknowledged' || alert.handling === 'cleared-unacknowledged';

	switch (verb) {
	case 'acknowledge':
		return isWaiting;
	case 'unacknowledge':
		return alert.handling === 'acknowledged';
	case 'unshelve':
		return alert.suppressed.some(one => one.kind === 'shelved');
	case 'reset':
		return alert.latched;
	default:
		return true;
	}
}

/* ---- sending ---- */

export type Outcome = 'done' | 'needless' | 'failed' | 'stopped';

export interface Result {
	outcome: Outcome;
	code: string; /* why it failed, as iocd names it */
	message: string; /* and says it */
	waitMs: number;
}

interface Answer {
	outcome: string;
	alerts: number;
	repeated: boolean;
}

export interface Ways {
	post: (body: object, key: string) => Promise<Answer>;
	newKey: () => string;
	pause: (ms: number) => Promise<void>;
}

const ways: Ways = {
	post: (body, key) => post<Answer>('commands', body, { key }),
	newKey,
	pause: ms => new Promise(resolve => setTimeout(resolve, ms)),
};

export function bodyOf(order: Order, alert: Alert, by: string): Record<string, unknown> {
	const body: Record<string, unknown> = {
		verb: order.verb,
		by,
		rule: alert.rule.id,
		unit: alert.unit.id,
		subject: alert.subject,
	};

	if (order.note)
		body['note'] = order.note;
	if (order.verb === 'assign')
		body['owner'] = order.owner ?? '';
	if (order.untilMs !== undefined)
		body['until'] = Math.round(order.untilMs);
	return body;
}

/* It may have been carried out although no answer came: asked again with the same key, iocd says
 * what became of it and does nothing twice. */
function isWorthAnother(error: unknown): boolean {
	return (
		error instanceof ApiError &&
		(error.status === 0 || error.code === 'not_yet' || error.code === 'busy')
	);
}

function failed(error: unknown): Result {
	if (error instanceof ApiError)
		return {
			outcome: 'failed',
			code: error.code,
			message: error.message,
			waitMs: error.waitMs,
		};
	return { outcome: 'failed', code: 'no_answer', message: String(error), waitMs: 0 };
}

export async function send(
	order: Order,
	alert: Alert,
	by: string,
	how: Ways = ways,
): Promise<Result> {
	const key = how.newKey();
	const body = bodyOf(order, alert, by);

	for (let n = 1; ; n++) {
		try {
			const answer = await how.post(body, key);
			const outcome = answer.outcome === 'needless' ? 'needless' : 'done';

			return { outcome, code: answer.outcome, message: '', waitMs: 0 };
		} catch (error) {
			if (n === TRIES || !isWorthAnother(error))
				return failed(error);
		}
		await how.pause(PAUSE_MS * n);
	}
}

/* What stops all that follows as well. */
const STOPS = ['wait', 'not_logged_in', 'no_answer', 'forbidden', 'http_429'];

const STOPPED: Result = { outcome: 'stopped', code: '', message: '', waitMs: 0 };

/* Carries out order on each, a few at once; tells of each when it is known what became of it. */
export async function sendAll(
	order: Order,
	targets: readonly Alert[],
	by: string,
	tell: (index: number, result: Result) => void,
	how: Ways = ways,
): Promise<void> {
	let next = 0;
	let isStopped = false;

	async function work(): Promise<void> {
		while (next < targets.length) {
			const index = next++;
			const result = isStopped
				? STOPPED
				: await send(order, targets[index]!, by, how);

			if (result.outcome === 'failed' && (result.waitMs > 0 || STOPS.includes(result.code)))
				isStopped = true;
			tell(index, result);
		}
	}
	await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/* ---- what is under way, by slot ---- */

export interface Pending {
	verb: Verb;
	row: Row; /* as it was when the order was given */
	isDone: boolean; /* iocd says so; the stream has not yet */
}

export const pending = signal<ReadonlyMap<string, Pending>>(new Map());

export function setPending(slot: string, one: Pending | null): void {
	const next = new Map(pending.peek());

	if (one)
		next.set(slot, one);
	else
		next.delete(slot);
	pending.value = next;
}

/* Takes the mark from what was done and shows in the list. */
export function settle(find: (slot: string) => Row | undefined): void {
	for (const [slot, one] of pending.peek())
		if (one.isDone && find(slot)?.alert !== one.row.alert)
			setPending(slot, null);
}

/* Marks row until what became of the order is known. */
export function mark(verb: Verb, row: Row): (result: Result) => void {
	setPending(row.slot, { verb, row, isDone: false });
	return result =>
		setPending(row.slot, result.outcome === 'done' ? { verb, row, isDone: true } : null);
}

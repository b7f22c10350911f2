// SPDX-License-Identifier: Apache-2.0
// Gives orders, and tells what became of them.
import { signal } from '@preact/signals';
import { findSlot, type Row } from '../../lib/alerts';
import { age } from '../../lib/format';
import { session } from '../../lib/session';
import { t, tOr, type Key } from '../../lib/words';
import { at, doneWords, onOne } from './names';
import { mark, send, sendAll, settle, type Order, type Result, type Verb } from './orders';

/* ---- words ---- */

const errors: Record<string, Key> = {
	no_such_alert: 'alerts.err_no_such_alert',
	no_such_rule: 'alerts.err_no_such_rule',
	no_such_unit: 'alerts.err_no_such_unit',
	too_late: 'alerts.err_too_late',
	full: 'alerts.err_full',
	not_yet: 'alerts.err_not_yet',
	busy: 'alerts.err_busy',
	not_journaled: 'alerts.err_not_journaled',
	no_answer: 'alerts.err_no_answer',
	not_logged_in: 'alerts.err_not_logged_in',
	forbidden: 'alerts.err_forbidden',
	bad_command: 'alerts.err_bad_command',
};

export function failureWords(result: Result): string {
	const key = errors[result.code];

	if (result.waitMs > 0)
		return t('alerts.err_wait', { age: age(result.waitMs) });
	return key ? t(key) : tOr('alerts.err_other', '', { code: result.code });
}

/* Of an order that changed nothing: who had been there first, if that is known. */
function needlessWords(verb: Verb, row: Row): string {
	const known = findSlot(row.slot)?.alert.acknowledged;

	if (verb === 'acknowledge' && known)
		return t('alerts.firstWas', { by: known.by, clock: at(known.at) });
	return t('alerts.needless');
}

export function resultWords(verb: Verb, row: Row, result: Result): string {
	switch (result.outcome) {
	case 'done':
		return t(doneWords[verb]);
	case 'needless':
		return needlessWords(verb, row);
	case 'stopped':
		return t('alerts.outcomeStopped');
	case 'failed':
		return t('alerts.failed', { why: failureWords(result) });
	}
}

/* ---- what there is to tell ---- */

export interface Notice {
	serial: number;
	verb: Verb;
	row: Row;
	result: Result;
}

const SHOWN_MS = 8000;
const NOTICES_MAX = 4;

export const notices = signal<readonly Notice[]>([]);
let serial = 0;

export function dropNotice(one: Notice): void {
	notices.value = notices.peek().filter(other => other !== one);
}

/* A failure stays until somebody takes it away. */
function tell(verb: Verb, row: Row, result: Result): void {
	const notice = { serial: ++serial, verb, row, result };

	notices.value = [...notices.peek(), notice].slice(-NOTICES_MAX);
	if (result.outcome !== 'failed')
		setTimeout(() => dropNotice(notice), SHOWN_MS);
}

export function noticeWords({ verb, row, result }: Notice): string {
	return `${onOne(row.alert)}: ${resultWords(verb, row, result)}`;
}

/* ---- orders ---- */

function user(): string {
	return session.peek()?.user ?? '';
}

export async function giveOne(order: Order, row: Row): Promise<Result> {
	const unmark = mark(order.verb, row);
	const result = await send(order, row.alert, user());

	unmark(result);
	settle(findSlot);
	tell(order.verb, row, result);
	return result;
}

export async function giveAll(
	order: Order,
	rows: readonly Row[],
	each: (index: number, result: Result) => void,
): Promise<void> {
	const unmarks = rows.map(row => mark(order.verb, row));

	await sendAll(
		order,
		rows.map(row => row.alert),
		user(),
		(index, result) => {
			unmarks[index]!(result);
			settle(findSlot);
			each(index, result);
		},
	);
}

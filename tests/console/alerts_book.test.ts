// SPDX-License-Identifier: Apache-2.0
/* The list that the page keeps, against one that is as simple as can be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	AlertBook,
	compareRows,
	isListed,
	makeRow,
	needsPerson,
	slotOf,
	type Alert,
	type Transition,
} from '@app/lib/alert_book';
import { alertAt, alertOf, randomFrom, rowOf, transitionOf } from './alerts_make';

/* What iocd does: a list, and a log of what happened to it. */
class Server {
	readonly list = new Map<string, Alert>();
	readonly log: Transition[] = [];

	do(alert: Alert): void {
		this.log.push(transitionOf(this.log.length + 1, alert));
		this.list.delete(slotOf(alert));
		if (isListed(alert))
			this.list.set(slotOf(alert), alert);
	}

	get last(): number {
		return this.log.length;
	}
}

function randomAlert(random: (below: number) => number, serial: number): Alert {
	const severity = random(3) ? 'warning' : 'critical';
	const state = (['raised', 'raised', 'fading', 'quiet', 'pending'] as const)[random(5)]!;
	const handling = (['unacknowledged', 'acknowledged', 'cleared-unacknowledged', 'none'] as const)[
		random(4)
	]!;

	return alertAt(`unit-${random(4)}`, `s${random(6)}`, random(50), {
		severity,
		state,
		handling,
		latched: random(8) === 0,
		suppressed: random(5) ? [] : [{ kind: 'shelved', by: 'an', until: null }],
		reason: { vi: `lần ${serial}`, en: `time ${serial}` },
	});
}

function assertSame(book: AlertBook, server: Server): void {
	const expected = [...server.list.values()].map(alert => makeRow(alert)).sort(compareRows);
	const found = book.sorted();

	assert.deepEqual(
		found.map(row => [row.slot, row.alert.reason.en]),
		expected.map(row => [row.slot, row.alert.reason.en]),
	);
	assert.equal(book.size, expected.length);
	for (const row of found)
		assert.equal(book.find(row.slot), row);
}

/* Lists are asked for and answered at any moment; the stream lags behind, is cut, goes on from the
 * last number or from one that was told before, or begins anew with a reset. */
function runInterleaving(seed: number): void {
	const random = randomFrom(seed);
	const server = new Server();
	const book = new AlertBook();
	let told = 0; /* of the log, by the stream */
	let answer: { list: Alert[]; last: number } | null = null;

	const ask = () => {
		book.beginReading();
		answer = { list: [...server.list.values()], last: server.last };
	};
	const take = () => {
		if (answer)
			book.replace(answer.list, answer.last);
		answer = null;
	};
	const tell = () => {
		for (const transition of server.log.slice(told, told + 1 + random(4))) {
			book.apply(transition);
			told = transition.number;
		}
	};

	ask();
	for (let i = 0; i < 400; i++) {
		switch (random(9)) {
		case 0:
			ask();
			break;
		case 1:
		case 2:
			take();
			break;
		case 3: /* cut, and a little is told twice */
			told = Math.max(0, told - random(4));
			break;
		case 4: /* too long away: what is between is never told */
			if (random(6) === 0) {
				told = server.last;
				ask();
			}
			break;
		case 5:
		case 6:
			tell();
			break;
		default:
			server.do(randomAlert(random, i));
		}
	}
	take();
	while (told < server.last)
		tell();
	assertSame(book, server);
	assert.equal(book.last, server.last);
}

test('whatever the order in which list and stream arrive, the page shows what iocd has', () => {
	for (let seed = 1; seed <= 300; seed++)
		runInterleaving(seed);
});

test('a transition is entered once', () => {
	const book = new AlertBook();
	const one = alertAt('a', 'x', 1);

	assert.equal(book.apply(transitionOf(5, one)), true);
	assert.equal(book.apply(transitionOf(5, { ...one, owner: 'an' })), false);
	assert.equal(book.apply(transitionOf(4, { ...one, owner: 'an' })), false);
	assert.equal(book.find('a/link-down/x')?.alert.owner, null);
	assert.equal(book.size, 1);
});

test('a list that was read before what the stream has told does not take that back', () => {
	const book = new AlertBook();
	const old = alertAt('a', 'x', 1);

	book.replace([old], 7);
	book.beginReading();
	book.apply(transitionOf(8, { ...old, handling: 'acknowledged' }));
	book.replace([old], 7);
	assert.equal(book.find('a/link-down/x')?.alert.handling, 'acknowledged');
});

test('a change touches one row and leaves the others the same objects', () => {
	const book = new AlertBook();

	book.replace([alertAt('a', 'x', 1), alertAt('b', 'y', 2), alertAt('c', 'z', 3)], 3);
	const before = book.sorted();

	book.apply(transitionOf(4, alertAt('b', 'y', 2, { handling: 'acknowledged' })));
	const after = book.sorted();

	assert.equal(before.length, 3);
	assert.deepEqual(
		after.map((row, i) => row === before[i]),
		[true, false, true],
	);
});

test('what is over and acknowledged leaves the list; what nobody acknowledged stays', () => {
	const book = new AlertBook();
	const one = alertAt('a', 'x', 1);

	book.apply(transitionOf(1, one, 'raised'));
	book.apply(transitionOf(2, { ...one, state: 'quiet', handling: 'cleared-unacknowledged' }, 'cleared'));
	assert.equal(book.size, 1);
	book.apply(transitionOf(3, { ...one, state: 'quiet', handling: 'none' }, 'acknowledged'));
	assert.equal(book.size, 0);
});

test('raised anew, an alert has another id and the same row', () => {
	const book = new AlertBook();

	book.apply(transitionOf(1, alertAt('a', 'x', 1)));
	book.apply(transitionOf(9, alertAt('a', 'x', 90)));
	assert.equal(book.size, 1);
	assert.equal(book.findId('a/link-down/x/90')?.alert.id, 'a/link-down/x/90');
	assert.equal(book.findId('a/link-down/x/1')?.alert.id, 'a/link-down/x/90');
	assert.equal(book.findId('a/link-down'), undefined);
	assert.equal(book.findId('a/link-down/x'), undefined);
});

test('critical ones that need somebody come first, then by severity, then the newest; last what is over', () => {
	const rows = [
		alertAt('c', 'over', 30, {
			severity: 'critical',
			state: 'quiet',
			handling: 'cleared-unacknowledged',
		}),
		alertAt('w', 'new', 9),
		alertAt('c', 'acknowledged', 8, { severity: 'critical', handling: 'acknowledged' }),
		alertAt('c', 'old', 1, { severity: 'critical' }),
		alertAt('w', 'old', 2),
		alertAt('c', 'new', 5, { severity: 'critical' }),
		alertAt('c', 'shelved', 9, {
			severity: 'critical',
			suppressed: [{ kind: 'shelved', by: 'an', until: null }],
		}),
	].map(alert => makeRow(alert));

	assert.deepEqual(
		rows.sort(compareRows).map(row => `${row.alert.unit.id} ${row.alert.subject}`),
		['c new', 'c old', 'c shelved', 'c acknowledged', 'w new', 'w old', 'c over'],
	);
});

test('only what is told, not suppressed and not over needs somebody', () => {
	assert.equal(needsPerson(alertOf()), true);
	assert.equal(needsPerson(alertOf({ handling: 'acknowledged' })), false);
	assert.equal(needsPerson(alertOf({ suppressed: [{ kind: 'chatter', by: null, until: null }] })), false);
	assert.equal(needsPerson(alertOf({ state: 'quiet', handling: 'cleared-unacknowledged' })), false);
	assert.equal(needsPerson(alertOf({ state: 'quiet', latched: true })), true);
	assert.equal(rowOf({ severity: 'critical' }).rank, 0);
});

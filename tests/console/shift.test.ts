// SPDX-License-Identifier: Apache-2.0
import './page';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldAlerts, foldDeeds } from '@app/pages/shift/fold';
import {
	barOf,
	deedsOf,
	isPresent,
	raisedMost,
	rfc3339,
	shiftStart,
	sinceOf,
	verdictOf,
	type LogEntry,
	type PastSheet,
	type SheetAlert,
	type Target,
} from '@app/pages/shift/model';

const EAST = 7 * 60;
const at = (text: string) => Date.parse(text + '+07:00');

function targetOf(actual: number | null, target = 1, limit = 2): Target {
	return { name: 'x', title: { vi: '', en: '' }, target, limit, actual, percent: false, light: 'green' };
}

function alertOf(change: Partial<SheetAlert> = {}): SheetAlert {
	return {
		id: Math.random().toString(),
		rule: { id: 'r', title: { vi: 'R', en: 'R' } },
		unit: { id: 'u', name: { vi: 'U', en: 'U' } },
		subject: '',
		severity: 'warning',
		handling: 'unacknowledged',
		owner: null,
		acknowledged: null,
		suppressed: [],
		uncertain: false,
		drill: false,
		raised: '2026-11-22T08:00:00+07:00',
		reason: { vi: '', en: '' },
		...change,
	};
}

function entryOf(change: Partial<LogEntry> = {}): LogEntry {
	return {
		number: 1,
		time: '2026-11-22T08:00:00+07:00',
		news: 'raised',
		id: 'u/r/1',
		rule: { id: 'r', title: { vi: 'R', en: 'R' } },
		unit: { id: 'u', name: { vi: 'U', en: 'U' } },
		subject: '',
		severity: 'warning',
		owner: null,
		by: null,
		note: null,
		reason: { vi: '', en: '' },
		...change,
	};
}

test('a figure is good up to its target, watched up to its limit, too much above, and unknown without a value', () => {
	assert.equal(verdictOf(targetOf(1)), 'good');
	assert.equal(verdictOf(targetOf(1.01)), 'watch');
	assert.equal(verdictOf(targetOf(2)), 'watch');
	assert.equal(verdictOf(targetOf(2.01)), 'much');
	assert.equal(verdictOf(targetOf(null)), 'unknown');
});

test('a bar holds its value and both marks, whatever is greater', () => {
	for (const actual of [0, 0.5, 3, 400]) {
		const bar = barOf(targetOf(actual));

		assert.ok(bar.fill >= 0 && bar.fill <= 1);
		assert.ok(bar.target <= bar.limit && bar.limit <= 1);
		assert.equal(bar.fill > bar.limit, actual > 2);
	}
	assert.deepEqual(barOf(targetOf(null, 0, 0)), { fill: 0, target: 0, limit: 0 });
});

test('a shift begins at 06, 14 or 22 of the server, before midnight for those after it', () => {
	assert.equal(shiftStart(at('2026-11-22T15:30:00'), EAST), at('2026-11-22T14:00:00'));
	assert.equal(shiftStart(at('2026-11-22T14:00:00'), EAST), at('2026-11-22T14:00:00'));
	assert.equal(shiftStart(at('2026-11-23T00:10:00'), EAST), at('2026-11-22T22:00:00'));
	assert.equal(shiftStart(at('2026-11-22T05:59:59'), EAST, 1), at('2026-11-21T14:00:00'));
});

test('a sheet of a shift that is over has nothing of now', () => {
	const sheet = { standing: null, log: [] } as unknown as PastSheet;

	assert.equal(isPresent(sheet), false);
	assert.equal(isPresent({ ...sheet, standing: [] } as PastSheet), true);
});

test('a chosen time is of the server, in the past and of the last month', () => {
	const now = at('2026-11-22T15:00:00');

	assert.equal(sinceOf('2026-11-22T08:15', EAST, now), at('2026-11-22T08:15:00'));
	assert.equal(sinceOf('2026-11-22T15:00', EAST, now), null);
	assert.equal(sinceOf('2026-09-01T00:00', EAST, now), null);
	assert.equal(sinceOf('', EAST, now), null);
});

test('times are written in the offset of the server', () => {
	assert.equal(rfc3339(at('2026-11-22T08:15:00'), EAST), '2026-11-22T08:15:00+07:00');
	assert.equal(rfc3339(0, -210), '1969-12-31T20:30:00-03:30');
});

test('of alerts of one rule three make a line, two do not', () => {
	const folds = (n: number) => foldAlerts(Array.from({ length: n }, () => alertOf())).length;

	assert.equal(folds(2), 2);
	assert.equal(folds(3), 1);
	assert.equal(foldAlerts([alertOf(), alertOf(), alertOf({ severity: 'critical' })]).length, 3);
	assert.equal(foldAlerts([alertOf(), alertOf(), alertOf({ handling: 'acknowledged', acknowledged: { by: 'a', note: null } })]).length, 3);
});

test('the sheet loses no alert, has critical ones first and what is kept back last', () => {
	const held = { kind: 'shelved', by: null, until: null };
	const alerts = [
		alertOf({ severity: 'critical', suppressed: [held] }),
		alertOf(),
		alertOf({ severity: 'critical', handling: 'acknowledged' }),
		alertOf({ severity: 'critical' }),
	];
	const folds = foldAlerts(alerts);

	assert.deepEqual(
		folds.map(fold => fold.all[0]),
		[alerts[3], alerts[2], alerts[1], alerts[0]],
	);
	assert.equal(folds.reduce((n, fold) => n + fold.all.length, 0), alerts.length);
});

test('one command that met many alerts is one line, and others are not mixed with it', () => {
	const shelve = entryOf({ news: 'suppressed', by: 'lan', note: 'x' });
	const folds = foldDeeds([
		shelve,
		{ ...shelve, number: 2, unit: { id: 'v', name: { vi: 'V', en: 'V' } } },
		{ ...shelve, number: 3, note: 'y' },
		{ ...shelve, number: 4, by: 'minh' },
		{ ...shelve, number: 5, time: '2026-11-22T09:00:00+07:00' },
	]);

	assert.deepEqual(folds.map(fold => fold.all.length), [2, 1, 1, 1]);
});

test('deeds are what people did, and what was passed on because nobody did', () => {
	const deeds = deedsOf([
		entryOf(),
		entryOf({ news: 'acknowledged', by: 'lan' }),
		entryOf({ news: 'escalated' }),
		entryOf({ news: 'forgotten' }),
		entryOf({ news: 'cleared' }),
	]);

	assert.deepEqual(deeds.map(one => one.news), ['acknowledged', 'escalated', 'forgotten']);
});

test('rules are counted by what they raised, most first', () => {
	const other = { id: 'q', title: { vi: 'Q', en: 'Q' } };
	const most = raisedMost(
		[entryOf(), entryOf({ rule: other }), entryOf({ rule: other, severity: 'critical' }), entryOf({ news: 'cleared' })],
		5,
	);

	assert.deepEqual(most.map(one => [one.id, one.raised, one.critical]), [['q', 2, 1], ['r', 1, 0]]);
	assert.equal(raisedMost([entryOf(), entryOf({ rule: other })], 1).length, 1);
});

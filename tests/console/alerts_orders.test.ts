// SPDX-License-Identifier: Apache-2.0
/* Orders: sent again with the same key, never as another order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@app/lib/api';
import {
	bodyOf,
	isFor,
	send,
	sendAll,
	sizeOf,
	type Result,
	type Ways,
} from '@app/pages/alerts/orders';
import { alertAt, alertOf } from './alerts_make';

type Given = { body: Record<string, unknown>; key: string };

/* Answers in turn; an error is thrown. */
function waysOf(answers: (object | ApiError)[], given: Given[] = []): Ways {
	let key = 0;

	return {
		newKey: () => `key-${++key}`,
		pause: async () => undefined,
		post: async (body, key) => {
			const answer = answers[Math.min(given.length, answers.length - 1)]!;

			given.push({ body: body as Record<string, unknown>, key });
			if (answer instanceof ApiError)
				throw answer;
			return answer as { outcome: string; alerts: number; repeated: boolean };
		},
	};
}

const done = { outcome: 'done', alerts: 1, repeated: false };

test('without an answer the same order is sent again with the same key', async () => {
	const given: Given[] = [];
	const lost = new ApiError(0, 'no_answer', '');
	const late = new ApiError(504, 'not_yet', '');
	const result = await send({ verb: 'acknowledge' }, alertOf(), 'an', waysOf([lost, late, done], given));

	assert.equal(result.outcome, 'done');
	assert.deepEqual(
		given.map(one => one.key),
		['key-1', 'key-1', 'key-1'],
	);
});

test('it is given up after three tries, and what was said last is told', async () => {
	const given: Given[] = [];
	const result = await send(
		{ verb: 'reset' },
		alertOf(),
		'an',
		waysOf([new ApiError(0, 'no_answer', '')], given),
	);

	assert.equal(given.length, 3);
	assert.deepEqual([result.outcome, result.code], ['failed', 'no_answer']);
});

test('a refusal is final', async () => {
	const given: Given[] = [];
	const refused = new ApiError(404, 'no_such_alert', 'no such alert stands');
	const result = await send({ verb: 'reset' }, alertOf(), 'an', waysOf([refused], given));

	assert.equal(given.length, 1);
	assert.equal(result.code, 'no_such_alert');
});

test('that somebody was first is needless, not done', async () => {
	const needless = { outcome: 'needless', alerts: 0, repeated: false };
	const result = await send({ verb: 'acknowledge' }, alertOf(), 'an', waysOf([needless]));

	assert.equal(result.outcome, 'needless');
});

test('an order names the one alert that it is for, and only what its verb takes', () => {
	const about = { by: 'an', rule: 'link-down', unit: 'di-an', subject: 'db-1' };

	assert.deepEqual(bodyOf({ verb: 'acknowledge' }, alertOf(), 'an'), { verb: 'acknowledge', ...about });
	assert.deepEqual(bodyOf({ verb: 'assign', owner: '' }, alertOf(), 'an'), {
		verb: 'assign',
		...about,
		owner: '',
	});
	assert.deepEqual(bodyOf({ verb: 'shelve', note: 'sửa', untilMs: 5.4 }, alertOf({ subject: '' }), 'an'), {
		verb: 'shelve',
		...about,
		subject: '',
		note: 'sửa',
		until: 5,
	});
});

test('many are carried out each by itself, with a key of its own', async () => {
	const given: Given[] = [];
	const results: (Result | undefined)[] = [];
	const targets = Array.from({ length: 9 }, (_, i) => alertAt('a', `s${i}`, i));

	await sendAll(
		{ verb: 'acknowledge' },
		targets,
		'an',
		(i, result) => (results[i] = result),
		waysOf([done], given),
	);
	assert.equal(new Set(given.map(one => one.key)).size, 9);
	assert.deepEqual(
		given.map(one => one.body['subject']).sort(),
		targets.map(one => one.subject),
	);
	assert.ok(results.length === 9 && results.every(result => result?.outcome === 'done'));
});

test('told to wait, the rest is not sent, and that is said of each', async () => {
	const given: Given[] = [];
	const results: Result[] = [];
	const wait = new ApiError(429, 'wait', '', { wait_ms: 1000 });
	const targets = Array.from({ length: 20 }, (_, i) => alertAt('a', `s${i}`, i));

	await sendAll({ verb: 'reset' }, targets, 'an', (i, result) => (results[i] = result), waysOf([wait], given));
	assert.ok(given.length <= 4);
	assert.equal(results.filter(result => result.outcome === 'failed').length, given.length);
	assert.equal(results.filter(result => result.outcome === 'stopped').length, 20 - given.length);
	assert.equal(results[0]?.waitMs, 1000);
});

test('only orders that mean something are offered', () => {
	assert.equal(isFor('acknowledge', alertOf()), true);
	assert.equal(isFor('acknowledge', alertOf({ handling: 'acknowledged' })), false);
	assert.equal(isFor('unacknowledge', alertOf({ handling: 'acknowledged' })), true);
	assert.equal(isFor('reset', alertOf({ latched: true })), true);
	assert.equal(isFor('reset', alertOf()), false);
	assert.equal(isFor('unshelve', alertOf()), false);
	assert.equal(isFor('unshelve', alertOf({ suppressed: [{ kind: 'shelved', by: 'an', until: null }] })), true);
});

test('the size of a note is counted as iocd counts it', () => {
	assert.equal(sizeOf('abc'), 3);
	assert.equal(sizeOf('đã sửa'), 10);
});

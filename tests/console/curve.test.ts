// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { align, rangeOf } from '@app/ui/curve-data';

test('points far apart are not joined', () => {
	const points = [0, 60000, 240000].map(at => ({ at, value: at }));
	const [times, values] = align([{ label: 'a', points }], 90000);

	assert.deepEqual(times, [0, 60, 61, 240]);
	assert.deepEqual(values, [0, 60000, null, 240000]);
});

test('a time of another series is no gap', () => {
	const [times, a, b] = align([
		{ label: 'a', points: [{ at: 0, value: 1 }, { at: 2000, value: 3 }] },
		{ label: 'b', points: [{ at: 1000, value: null }] },
	]);

	assert.deepEqual(times, [0, 1, 2]);
	assert.deepEqual(a, [1, undefined, 3]);
	assert.deepEqual(b, [undefined, null, undefined]);
});

test('a threshold is always in sight', () => {
	const [low, high] = rangeOf([[5, null, 7, undefined]], [{ value: 60, severity: 'critical', text: '> 60' }]);

	assert.equal(low, 0);
	assert.ok(high > 60);
});

test('nothing, and one value, have a range as well', () => {
	assert.deepEqual(rangeOf([[null]], []), [0, 1]);
	const [low, high] = rangeOf([[98]], []);

	assert.ok(low < 98 && high > 98);
});

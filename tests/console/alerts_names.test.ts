// SPDX-License-Identifier: Apache-2.0
/* Words and figures of alerts. */
import './page';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setLang } from '@app/lib/words';
import {
	conditionWord,
	isRatio,
	newsWord,
	noteWords,
	suppressionWord,
	titleOf,
	valueOf,
	windowWords,
} from '@app/pages/alerts/names';
import { alertOf } from './alerts_make';

test('every value is written as its threshold is', () => {
	const threshold = (text: string) => ({ text, value: 1, file: null, line: null });

	setLang('vi');
	assert.equal(valueOf(alertOf({ value: 0.978, threshold: threshold('< 100%') })), '97,8%');
	assert.equal(valueOf(alertOf({ value: 122.24, threshold: threshold('> 60') })), '122,2');
	assert.equal(valueOf(alertOf()), '');
	assert.equal(isRatio(alertOf({ value: 1 })), false);
});

test('what iocd does not name yet is shown as it says it', () => {
	assert.equal(newsWord('constructor'), 'constructor');
	assert.equal(conditionWord('new-one'), 'new-one');
	assert.equal(suppressionWord('new-one'), 'new-one');
	assert.equal(noteWords('tôi đã gọi'), 'tôi đã gọi');
	assert.equal(windowWords('fortnight'), 'fortnight');
});

test('a window is said in words', () => {
	setLang('vi');
	assert.equal(windowWords('15m'), '15 phút');
	assert.equal(windowWords('today'), 'hôm nay');
	setLang('en');
	assert.equal(windowWords('1h'), '1 h');
});

test('a title names its subject', () => {
	setLang('vi');
	assert.equal(titleOf(alertOf()), 'Mất kết nối: db-1');
	assert.equal(titleOf(alertOf({ subject: '' })), 'Mất kết nối');
});

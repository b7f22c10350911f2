// SPDX-License-Identifier: Apache-2.0
import './page';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as format from '@app/lib/format';
import { setLang } from '@app/lib/words';

const AT = '2026-11-22T22:41:07.512+07:00';

beforeEach(() => {
	setLang('vi');
	format.noteOffset(AT);
});

test('numbers are written as the language does', () => {
	assert.equal(format.number(1234567.25), '1.234.567,3');
	assert.equal(format.percent(0.985), '98,5%');
	setLang('en');
	assert.equal(format.number(1234567.25), '1,234,567.3');
	assert.equal(format.percent(0.985), '98.5 %');
});

test('what is not there is a dash and no zero', () => {
	for (const value of [null, undefined, NaN])
		assert.equal(format.number(value), format.NONE);
	assert.equal(format.percent(null), format.NONE);
	assert.equal(format.clock(null), format.NONE);
	assert.equal(format.age(undefined), format.NONE);
	assert.equal(format.instant('no time'), null);
});

test('times are of the server, wherever the reader is', () => {
	assert.equal(format.clock(AT), '22:41:07');
	assert.equal(format.day(AT), '22/11/2026');
	format.noteOffset('2026-11-22T22:41:07-03:30');
	assert.equal(format.clock(Date.parse(AT)), '12:11:07');
	format.noteOffset('2026-11-22T22:41:07Z');
	assert.equal(format.clock(AT), '15:41:07');
	assert.equal(format.dayClock(AT), '15:41:07 22/11/2026');
	setLang('en');
	assert.equal(format.dayClock(AT), '2026-11-22 15:41:07');
});

test('the day is said unless it is today there', () => {
	const midnight = Date.parse('2026-11-23T00:00:01+07:00');

	assert.equal(format.moment(AT, midnight - 2000), '22:41:07');
	assert.equal(format.moment(AT, midnight), '22:41:07 22/11/2026');
});

test('ages have at most two units and never say that something is yet to come', () => {
	assert.equal(format.age(-5000), '0 giây');
	assert.equal(format.age(59999), '59 giây');
	assert.equal(format.age(180000), '3 phút');
	assert.equal(format.age(2 * 3600000 + 5 * 60000 + 9000), '2 giờ 5 phút');
	assert.equal(format.age(86400000), '1 ngày');
	setLang('en');
	assert.equal(format.age(86400000), '1 day');
	assert.equal(format.age(2 * 86400000 + 3600000), '2 days 1 h');
});

test('sizes are in binary units', () => {
	assert.equal(format.bytes(512), '512 B');
	assert.equal(format.bytes(64 * 1024 * 1024), '64 MiB');
	assert.equal(format.bytes(1536), '1,5 KiB');
});

// SPDX-License-Identifier: Apache-2.0
import './page';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { href, pages, parseRoute } from '@app/lib/router';

const parse = (address: string) => parseRoute(new URL(address, 'http://page.test'));

test('the root and unknown paths show the alerts', () => {
	assert.equal(parse('/').page, 'alerts');
	assert.equal(parse('/nothing').page, 'alerts');
	assert.equal(parse('/assets/x.js').page, 'alerts');
});

test('every page has its address', () => {
	for (const page of pages)
		assert.deepEqual(parse(href(page)), { page, query: {} });
});

test('any id and query comes back as it was', () => {
	const id = 'a/b c//<script>&?=#%2e%2e/../ổ';
	const query = { q: 'tên & "dấu"', unit: '../x' };

	assert.deepEqual(parse(href('alerts', id, query)), { page: 'alerts', id, query });
});

test('what is empty does not stand in the address', () => {
	assert.equal(href('feeds', null, { a: '', b: null, c: undefined, d: 0 }), '/feeds?d=0');
});

test('a slash at the end changes nothing', () => {
	assert.equal(parse('/rules/').page, 'rules');
});

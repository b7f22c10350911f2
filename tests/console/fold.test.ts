// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, foldQuery, matches, matchesFolded } from '@app/lib/fold';

test('every Vietnamese vowel and đ loses its marks', () => {
	assert.equal(fold('Ăắằẳẵặ Ââấầẩẫậ Đđ Êếềểễệ Ôốồổỗộ Ơớờởỡợ Ưứừửữự Ỳýỷỹỵ'),
		'aaaaaa aaaaaaa dd eeeeee oooooo oooooo uuuuuu yyyyy');
});

test('composed and decomposed texts are the same', () => {
	assert.equal(fold('Thuận'.normalize('NFD')), fold('Thuận'.normalize('NFC')));
});

test('all words of a query must be there, in any order', () => {
	assert.ok(matches('Thành phố Thủ Dầu Một', 'mot thu'));
	assert.ok(matches('Thành phố Thủ Dầu Một', 'DẦU'));
	assert.ok(!matches('Thành phố Thủ Dầu Một', 'dau tieng'));
});

test('an empty query matches all', () => {
	assert.ok(matches('', '  '));
	assert.deepEqual(foldQuery('  Đơn   vị '), ['don', 'vi']);
	assert.ok(matchesFolded('don vi', ['vi']));
});

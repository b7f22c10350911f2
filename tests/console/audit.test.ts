// SPDX-License-Identifier: Apache-2.0
import './page';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setLang } from '@app/lib/words';
import { sayWhat } from '@app/pages/audit/deeds';
import { append, daysSpan, familyOf, merge, newestFirst, olderUntil, spanMs } from '@app/pages/audit/model';

const row = (number: number | null, second: number) => ({
	number,
	time: `2026-11-22T08:00:${String(second).padStart(2, '0')}.250+07:00`,
});

test('the newest come first, and what has no number yet before all', () => {
	const rows = newestFirst([row(1, 1), row(2, 2), row(null, 3), row(null, 4)]);

	assert.deepEqual(rows.map(one => one.time.slice(17, 19)), ['04', '03', '02', '01']);
});

test('the next page begins with the millisecond of the last row, and brings no row twice', () => {
	const shown = newestFirst([row(5, 5), row(4, 4)]);
	const more = append(shown, [row(2, 3), row(3, 4), row(4, 4), row(5, 5)]);

	assert.equal(olderUntil(shown), Date.parse(row(4, 4).time) + 1);
	assert.deepEqual(more.map(one => one.number), [5, 4, 3, 2]);
	assert.equal(olderUntil([]), null);
});

test('rows that arrived meanwhile do not come between those that are shown', () => {
	const more = append([row(5, 5)], [row(null, 6), row(6, 5), row(5, 5), row(4, 4)]);

	assert.deepEqual(more.map(one => one.number), [5, 4]);
});

test('changes of the rules stand where they came', () => {
	const all = merge([row(2, 30), row(1, 10)], [{ time: row(0, 20).time, generation: 'g', by: 'x' }]);

	assert.deepEqual(all.map(one => one.time.slice(17, 19)), ['30', '20', '10']);
});

test('days are of the server, the last one included', () => {
	const span = daysSpan('2026-11-20', '2026-11-22', 420);

	assert.equal(span?.since, Date.parse('2026-11-20T00:00:00+07:00'));
	assert.equal(span?.until, Date.parse('2026-11-23T00:00:00+07:00'));
	assert.equal(daysSpan('2026-11-22', '2026-11-20', 420), null);
	assert.equal(daysSpan('', '', 420), null);
	assert.equal(spanMs('7d'), 7 * 86400000);
	assert.equal(spanMs('8h'), 8 * 3600000);
});

test('what was done has words, by its family if it has none itself', () => {
	setLang('vi');
	assert.equal(sayWhat('login.failed'), 'Đăng nhập sai');
	assert.equal(sayWhat('session.something'), 'Phiên làm việc');
	assert.equal(sayWhat('unheard-of'), 'unheard-of');
	assert.equal(familyOf('users.changed'), 'users');
});

// SPDX-License-Identifier: Apache-2.0
import './page';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setLang } from '@app/lib/words';
import { csvCell, csvOf, fileName } from '@app/pages/report/csv';
import {
	isDoubtful,
	isOpen,
	missesTarget,
	periodBack,
	periodsOf,
	summaryOf,
	type Figure,
	type Line,
	type Report,
} from '@app/pages/report/model';
import { csvRows, sayPeriod } from '@app/pages/report/say';

const line: Line = { id: 'a.rate', title: { vi: 'Tỷ lệ', en: 'Rate' }, measure: '%', percent: true, target: 0.9 };
const figure: Figure = { value: 0.8, samples: 10, quality: 'good', revision: 1, revised: false };

function reportOf(change: Partial<Report> = {}): Report {
	return {
		report: 'monthly',
		title: { vi: 'Tháng', en: 'Month' },
		period: '2026-10',
		from: '2026-10-01T00:00:00+07:00',
		to: '2026-11-01T00:00:00+07:00',
		made: '2026-11-22T08:00:00+07:00',
		revision: 1,
		units: 2,
		silent: 1,
		lines: [line],
		rows: [
			{ unit: 'a', name: { vi: '=1+1', en: '=1+1' }, place: 1, reported: true, figures: { 'a.rate': figure } },
			{
				unit: 'b',
				name: { vi: 'B', en: 'B' },
				place: null,
				reported: false,
				figures: { 'a.rate': { ...figure, value: null, quality: 'unknown' } },
			},
		],
		...change,
	};
}

test('no cell begins like a formula, whatever stands before the sign', () => {
	for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =1', '\u00a0=1'])
		assert.match(csvCell(text), /^"?'/, JSON.stringify(text));
	assert.equal(csvCell('a=1'), 'a=1');
	assert.equal(csvCell(''), '');
});

test('numbers stay numbers, also below zero; nothing is nothing', () => {
	assert.equal(csvCell(-1.5), '-1.5');
	assert.equal(csvCell(NaN), '');
	assert.equal(csvCell(null), '');
});

test('commas, quotation marks and line ends are quoted', () => {
	assert.equal(csvCell('a,b'), '"a,b"');
	assert.equal(csvCell('a "b"'), '"a ""b"""');
	assert.equal(csvCell('=HYPERLINK("x","y")'), '"\'=HYPERLINK(""x"",""y"")"');
	assert.equal(csvOf([['a', 1], [null, 'b\nc']]), '\uFEFFa,1\r\n,"b\nc"\r\n');
});

test('a file name has nothing that leads elsewhere', () => {
	assert.equal(fileName('../../etc', '2026-10'), '..-..-etc_2026-10.csv');
	assert.equal(fileName('tháng', 'a/b'), 'th-ng_a-b.csv');
});

test('the table as CSV has a row for each unit, and its names do no harm', () => {
	setLang('en');
	const rows = csvRows(reportOf(), reportOf().rows, false);
	const csv = csvOf(rows);

	assert.equal(rows.length, 4);
	assert.ok(rows.every(row => row.length === rows[0]!.length));
	assert.equal(rows[1]!.at(-2), 0.9);
	assert.ok(csv.includes("2026-10,No,a,'=1+1,1,Yes,0.8,Complete\r\n"), csv);
	assert.ok(csv.includes('2026-10,No,b,B,,No,,No data yet\r\n'), csv);
});

test('a target is a floor, unless less is better; what has no value misses nothing', () => {
	assert.equal(missesTarget(line, figure), true);
	assert.equal(missesTarget(line, { ...figure, value: 0.9 }), false);
	assert.equal(missesTarget({ ...line, lowest_first: true }, figure), false);
	assert.equal(missesTarget({ ...line, lowest_first: true }, { ...figure, value: 0.91 }), true);
	assert.equal(missesTarget(line, { ...figure, value: null }), false);
	assert.equal(missesTarget({ ...line, target: null }, figure), false);
	assert.equal(missesTarget(line, undefined), false);
});

test('the summary counts who reported, what misses and what is not sure', () => {
	const report = reportOf();

	report.rows[0]!.figures['a.rate'] = { ...figure, quality: 'partial', revised: true };
	assert.deepEqual(summaryOf(report), {
		reported: 1,
		silent: 1,
		missed: 1,
		judged: 1,
		doubtful: 1,
		revised: 1,
	});
	assert.equal(isDoubtful({ ...figure, quality: 'unknown' }), false);
});

test('a period that is not over is open', () => {
	assert.equal(isOpen(reportOf()), false);
	assert.equal(isOpen(reportOf({ made: '2026-10-31T23:59:59+07:00' })), true);
});

test('periods are counted back over years, and weeks over years of 53', () => {
	assert.equal(periodBack('month', '2026-01', 1), '2025-12');
	assert.equal(periodBack('month', '2026-12', -1), '2027-01');
	assert.equal(periodBack('day', '2026-03-01', 1), '2026-02-28');
	assert.equal(periodBack('day', '2024-02-28', -1), '2024-02-29');
	assert.equal(periodBack('year', '2026', -1), '2027');
	assert.equal(periodBack('week', '2027-W01', 1), '2026-W53');
	assert.equal(periodBack('week', '2026-W53', -1), '2027-W01');
	assert.equal(periodBack('week', '2026-W10', 1), '2026-W09');
	assert.equal(periodBack('week', '2025-W01', 1), '2024-W52');
});

test('the periods of a report begin with the one that runs', () => {
	const plan = { id: 'm', title: { vi: '', en: '' }, every: 'month', last: '2026-10', lines: 1 } as const;
	const periods = periodsOf(plan);

	assert.deepEqual(periods.slice(0, 3), ['2026-11', '2026-10', '2026-09']);
	assert.equal(new Set(periods).size, periods.length);
});

test('a period is said as the language says it', () => {
	setLang('vi');
	assert.equal(sayPeriod('month', '2026-10'), 'Tháng 10 năm 2026');
	assert.equal(sayPeriod('day', '2026-10-31'), 'Ngày 31/10/2026');
	assert.equal(sayPeriod('week', '2026-W09'), 'Tuần 9 năm 2026');
	setLang('en');
	assert.equal(sayPeriod('week', '2026-W44'), 'Week 44 of 2026');
	assert.equal(sayPeriod('year', '2026'), '2026');
});

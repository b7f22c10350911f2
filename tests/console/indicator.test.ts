// SPDX-License-Identifier: Apache-2.0
// Which figures matter, how they read, and what their curves hide and show.
import './page';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setLang } from '@app/lib/words';
import {
	againstTarget,
	goodSide,
	groupsOf,
	isComparable,
	keyIndicators,
	sideFor,
	sortCompared,
	tiedPlaces,
	type Indicator,
	type Rule,
	type WindowReading,
} from '@app/pages/indicator/model';
import {
	gapsOf,
	historyPoints,
	minutePoints,
	revisedRows,
	STEP_MS,
	trendOf,
	type HistoryRow,
} from '@app/pages/indicator/series';
import { bare, figure, windowName } from '@app/pages/indicator/show';

const words = { vi: 'x', en: 'x' };

function reading(change: Partial<WindowReading> = {}): WindowReading {
	return {
		window: '1h',
		value: 0.9,
		band: null,
		quality: 'good',
		provisional: false,
		reporting: 0,
		expected: 0,
		samples: 10,
		...change,
	};
}

function indicator(id: string, target: number | null, change: Partial<WindowReading> = {}): Indicator {
	return { id, title: words, measure: words, percent: true, target, windows: [reading(change)], last: 'x' };
}

function rule(of: string, text: string): Rule {
	const warning = [{ text, file: 'rules.d/a.yml', line: 1 }];

	return { id: `r-${of}`, title: words, kind: 'threshold', indicator: of, warning, file: null, line: null, alerts: 0 };
}

test('a rule that fires below its limit says that high is good', () => {
	assert.equal(goodSide([rule('a', '< 97%')], 'a'), 'high');
	assert.equal(goodSide([rule('a', '>= 3')], 'a'), 'low');
	assert.equal(goodSide([rule('a', '< 97%')], 'b'), 'unknown');
});

test('who has missed a target is not guessed', () => {
	assert.equal(againstTarget(0.96, 0.97, 'high'), 'missed');
	assert.equal(againstTarget(0.98, 0.97, 'high'), 'met');
	assert.equal(againstTarget(5, 4, 'low'), 'missed');
	assert.equal(againstTarget(0.96, 0.97, 'unknown'), 'apart');
	assert.equal(againstTarget(1, 1, 'unknown'), 'met');
	assert.equal(againstTarget(null, 0.97, 'high'), 'none');
});

test('a number of things is a target for the whole, not for a part of it', () => {
	const things = { ...indicator('a', 9), percent: false };

	assert.equal(sideFor([rule('a', '< 9')], things, true), 'high');
	assert.equal(sideFor([rule('a', '< 9')], things, false), 'unknown');
	assert.equal(sideFor([rule('a', '< 90%')], indicator('a', 0.9), false), 'high');
});

test('what alerts and what misses its target comes first, what was never there last or not at all', () => {
	const indicators = [
		indicator('fine', 0.5),
		indicator('nobody-cares', null),
		indicator('unknown', 0.5, { value: null, quality: 'unknown' }),
		{ ...indicator('foreign', 0.5, { value: null, quality: 'unknown' }), last: null },
		indicator('lost', 0.5, { value: null, quality: 'unknown', expected: 3 }),
		indicator('missed', 0.95),
		indicator('alerting', null),
	];
	const rules = [rule('missed', '< 95%'), rule('alerting', '> 5%')];
	const input = { indicators, rules, alerting: new Set(['alerting']), limit: 9, isTop: true };

	assert.deepEqual(
		keyIndicators(input).map(key => key.indicator.id),
		['alerting', 'missed', 'lost', 'fine', 'unknown'],
	);
	assert.equal(keyIndicators({ ...input, limit: 2 }).length, 2);
});

test('indicators are grouped by what stands before the dot', () => {
	const groups = groupsOf([{ id: 'b.x' }, { id: 'a.x' }, { id: 'b.y' }]);

	assert.deepEqual(groups.map(group => [group.id, group.list.length]), [['b', 2], ['a', 1]]);
});

test('a figure that misses its target never reads like it', () => {
	const share = { percent: true, measure: words };

	setLang('vi');
	assert.equal(bare(share, 0.9996, 1), '99,96%');
	assert.equal(bare(share, 1, 1), '100%');
	assert.equal(bare(share, 0.5, 1), '50%');
	assert.equal(bare(share, null, 1), '–');
	setLang('en');
	assert.equal(bare(share, 0.9996, 1), '99.96 %');
	assert.equal(figure({ percent: false, measure: { vi: 'giờ', en: 'hours' } }, 1.25), '1.25 hours');
	assert.equal(figure({ percent: false, measure: words }, 12345.6), '12,346 x');
	assert.equal(figure({ percent: false, measure: words }, 908.3), '908 x');
});

test('windows have names, and one that is not known keeps its own', () => {
	setLang('vi');
	assert.equal(windowName('5m'), '5 phút qua');
	assert.equal(windowName('month'), 'Tháng này');
	assert.equal(windowName('<b>'), '<b>');
});

test('a sum over a minute is not held against a limit for an hour', () => {
	assert.equal(isComparable('count', false, '1h', 'minute'), false);
	assert.equal(isComparable('count', false, '1h', 'hour'), true);
	assert.equal(isComparable('ratio', true, '1h', 'minute'), true);
	assert.equal(isComparable(undefined, true, '1h', 'minute'), true);
	assert.equal(isComparable(undefined, false, '1h', 'minute'), false);
});

test('places that are shared are tied', () => {
	assert.deepEqual([...tiedPlaces([1, 2, 2, 4, null, null])], [2]);
});

test('units are compared worst first, those without a value last', () => {
	const list = [
		{ id: 'a', name: 'Ấp', value: 0.9 },
		{ id: 'b', name: 'Bến', value: null },
		{ id: 'c', name: 'Cầu', value: 0.5 },
	];
	const ids = (by: 'worst' | 'high' | 'low' | 'unit', side: 'high' | 'low') =>
		sortCompared(list, by, side, 'vi').map(one => one.id).join('');

	assert.equal(ids('worst', 'high'), 'cab');
	assert.equal(ids('worst', 'low'), 'acb');
	assert.equal(ids('high', 'low'), 'acb');
	assert.equal(ids('low', 'low'), 'cab');
	assert.equal(ids('unit', 'low'), 'abc');
});

function history(hour: number, change: Partial<HistoryRow> = {}): HistoryRow {
	const time = (h: number) => `2026-11-22T${String(h).padStart(2, '0')}:00:00+07:00`;

	return {
		unit: 'u',
		indicator: 'i',
		from: time(hour),
		to: time(hour + 1),
		value: hour,
		samples: 1,
		quality: 'good',
		provisional: false,
		revision: 1,
		open: false,
		...change,
	};
}

test('hours without data are gaps, wherever the answer begins', () => {
	const points = historyPoints([history(12), history(8), history(9), history(10, { value: null })]);

	assert.deepEqual(points.map(point => point.value), [8, 9, null, 12]);
	assert.deepEqual(gapsOf(points, STEP_MS.hour), [
		{ from: Date.parse('2026-11-22T10:00:00+07:00'), to: Date.parse('2026-11-22T12:00:00+07:00') },
	]);
	assert.deepEqual(gapsOf([], STEP_MS.hour), []);
});

test('what may still change is not shown as good, and what was changed is known', () => {
	const rows = [
		history(8, { provisional: true }),
		history(9, { revision: 3 }),
		history(10, { revision: 2, open: true }),
	];

	assert.deepEqual(historyPoints(rows).map(point => point.quality), ['partial', 'good', 'good']);
	assert.deepEqual(revisedRows(rows).map(row => row.value), [9]);
});

test('a minute of which nothing is known has no value', () => {
	const time = '2026-11-22T08:00:00+07:00';

	assert.deepEqual(
		minutePoints([
			{ time, value: 0, quality: 'unknown' },
			{ time: 'never', value: 1, quality: 'good' },
		]),
		[{ at: Date.parse(time), value: null, quality: 'unknown' }],
	);
});

test('a trend is a change that is worth a word', () => {
	assert.equal(trendOf([10, 10, 10, 12]), 'up');
	assert.equal(trendOf([10, 10, null, 8]), 'down');
	assert.equal(trendOf([10, 10, 10.2]), 'flat');
	assert.equal(trendOf([0, 0]), 'flat');
	assert.equal(trendOf([null, 5]), 'unknown');
});

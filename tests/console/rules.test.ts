// SPDX-License-Identifier: Apache-2.0
import './page';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, foldQuery } from '@app/lib/fold';
import { setLang } from '@app/lib/words';
import { differences, type TrialResult } from '@app/pages/rules/config';
import { changedRules, forecastOf, isSame, type Diff } from '@app/pages/rules/diff';
import {
	baseOf,
	groupOf,
	hasOwnLimits,
	isWanted,
	limitsAt,
	rowsOf,
	severitiesOf,
	type Filter,
	type Limit,
	type Rule,
	type Suppression,
} from '@app/pages/rules/model';
import { around, caret, isError, parseReport, placeOf } from '@app/pages/rules/report';
import { sayAttribute, sayCondition, sayDuration, saySeconds, sayWatched, sayWindow } from '@app/pages/rules/say';

const LIMIT: Limit = { text: '> 5%', file: 'rules.d/a.yml', line: 4, column: 12, units: 118, from: 'rule', of: null };

function ruleOf(change: Partial<Rule> = {}): Rule {
	return {
		id: 'one-stop-late',
		title: { vi: 'Hồ sơ trễ hạn', en: 'Files late' },
		kind: 'threshold',
		version: 'a1',
		hidden: false,
		file: 'rules.d/one-stop.yml',
		line: 2,
		column: 1,
		feed: 'one-stop',
		indicator: 'one-stop.late-rate',
		window: '1h',
		min_samples: 20,
		calendar: null,
		hold_s: 30,
		fade_s: 0,
		latched: false,
		repeat_s: 0,
		chatter: null,
		warning: [LIMIT],
		critical: [],
		clear: [],
		units: 119,
		alerts: 0,
		standing: { critical: 0, warning: 0 },
		last_fired: null,
		...change,
	};
}

const all: Filter = { words: [], group: '', severity: '', state: 'all' };

test('a rule belongs to its feed, and what is of several to its file', () => {
	assert.equal(groupOf(ruleOf({ indicator: 'index.late' })), 'one-stop');
	assert.equal(groupOf(ruleOf({ feed: null, file: 'rules.d/index.yml' })), 'index');
	assert.equal(groupOf(ruleOf({ kind: 'own', own: 'redis', indicator: undefined, feed: null })), 'iocd');
});

test('severities come of limits, of events and of deadlines', () => {
	assert.deepEqual(severitiesOf(ruleOf()), ['warning']);
	assert.deepEqual(severitiesOf(ruleOf({ critical: [LIMIT] })), ['critical', 'warning']);
	assert.deepEqual(severitiesOf(ruleOf({ warning: [], overdue: 'critical', due_soon: null })), ['critical']);
	assert.deepEqual(severitiesOf(ruleOf({ warning: undefined, severity: 'warning' })), ['warning']);
});

test('the common limit is that of the rule, however few units are left to it', () => {
	const own: Limit = { ...LIMIT, text: '> 8%', line: 9, units: 200, from: 'level', of: 'commune' };

	assert.equal(baseOf([own, LIMIT]), LIMIT);
	assert.equal(baseOf([{ ...own, from: undefined }, { ...LIMIT, from: undefined }])?.text, '> 8%');
	assert.equal(baseOf([]), null);
	assert.equal(hasOwnLimits(ruleOf()), false);
	assert.equal(hasOwnLimits(ruleOf({ warning: [LIMIT, own] })), true);
});

test('at a unit its own limit holds, else that of its level, else that of the rule', () => {
	const level: Limit = { ...LIMIT, text: '> 6%', from: 'level', of: 'commune' };
	const unit: Limit = { ...LIMIT, text: '> 8%', from: 'unit', of: 'di-an' };
	const rule = ruleOf({ warning: [LIMIT, level, unit] });
	const textAt = (id: string, of: string) => limitsAt(rule, { id, level: of }).map(one => one.limit.text);

	assert.deepEqual(textAt('di-an', 'commune'), ['> 8%']);
	assert.deepEqual(textAt('an-phu', 'commune'), ['> 6%']);
	assert.deepEqual(textAt('so-y-te', 'department'), ['> 5%']);
});

test('rules are found without diacritics, by title, id, indicator and file', () => {
	const rows = rowsOf([ruleOf()], [], new Set(), fold);
	const finds = (query: string) => rows.filter(row => isWanted(row, { ...all, words: foldQuery(query) })).length;

	for (const query of ['ho so tre', 'HỒ SƠ', 'late-rate', 'one-stop.yml', 'tre late'])
		assert.equal(finds(query), 1, query);
	assert.equal(finds('dung han'), 0);
});

test('rules are told apart by what stands, what never fired, what is shelved and what the files change', () => {
	const held: Suppression = { kind: 'shelved', rule: { id: 'b', title: { vi: '', en: '' } }, unit: null, below: false, subject: null, by: 'x', note: null, from: null, until: null };
	const rows = rowsOf(
		[ruleOf({ id: 'a', alerts: 2, last_fired: '2026-11-22T08:00:00+07:00' }), ruleOf({ id: 'b' }), ruleOf({ id: 'c', hidden: true })],
		[held, { ...held, rule: null }],
		new Set(['b']),
		fold,
	);
	const ids = (change: Partial<Filter>) =>
		rows.filter(row => isWanted(row, { ...all, ...change })).map(row => row.rule.id);

	assert.deepEqual(ids({}), ['a', 'b']);
	assert.deepEqual(ids({ state: 'standing' }), ['a']);
	assert.deepEqual(ids({ state: 'never' }), ['b']);
	assert.deepEqual(ids({ state: 'suppressed' }), ['b']);
	assert.deepEqual(ids({ state: 'changed' }), ['b']);
	assert.deepEqual(ids({ state: 'own' }), []);
	assert.deepEqual(ids({ severity: 'critical' }), []);
	assert.deepEqual(ids({ group: 'feedback' }), []);
});

test('rules that stand come first, critical ones before many warnings', () => {
	const rows = rowsOf(
		[ruleOf({ id: 'quiet' }), ruleOf({ id: 'many', alerts: 30 }), ruleOf({ id: 'grave', alerts: 1, critical: [LIMIT] })],
		[],
		new Set(),
		fold,
	);

	assert.deepEqual(rows.map(row => row.rule.id), ['grave', 'many', 'quiet']);
});

test('the caret stands below the word that is meant, behind tabs and signs of two units too', () => {
	assert.equal(caret('  holdd: 30s', 3, 8), '  ^~~~~');
	assert.equal(caret('\tx: 1', 2, 3), '\t^');
	assert.equal(caret('😀 key', 3, 6), '  ^~~');
	assert.equal(caret('ab', 1), '^');
	assert.equal(caret('ab', 1, 99), '^~');
});

test('a line far too long is cut around the place', () => {
	const long = 'x'.repeat(300) + 'KEY' + 'y'.repeat(300);
	const cut = around(long, 301, 40);

	assert.equal(cut.text.length, 42);
	assert.equal(cut.text.slice(cut.column - 1, cut.column + 2), 'KEY');
	assert.deepEqual(around('short', 3), { text: 'short', column: 3 });
	assert.equal(around(long, 2, 40).text[1], 'x');
	assert.equal(around(long, 2, 40).column, 2);
});

test('a report in text is read into places, lines and notes', () => {
	const { findings, notes } = parseReport(
		"rules.d/a.yml:23:3: error: unknown key 'bogus'\n  bogus: 1\n  ^\nrules.d/b.yml:4:1: warning: never fires\n1 error in 1 file; nothing was loaded\n",
	);

	assert.equal(findings.length, 2);
	assert.equal(placeOf(findings[0]!), 'rules.d/a.yml:23:3');
	assert.equal(findings[0]!.source, '  bogus: 1');
	assert.equal(isError(findings[0]!), true);
	assert.equal(findings[1]!.source, null);
	assert.equal(isError(findings[1]!), false);
	assert.deepEqual(notes, ['1 error in 1 file; nothing was loaded']);
	assert.equal(placeOf({ file: null }), '');
	assert.equal(placeOf({ file: 'units.yml', line: 0 }), 'units.yml');
});

test('what would happen anyway is only counted', () => {
	const one = { unit: 'a', name: { vi: '', en: '' }, rule: 'r', title: { vi: '', en: '' }, subject: '', from: null, to: null, after_s: 0 };
	const diff: Diff = {
		good: true,
		rules: [],
		alerts: [
			{ ...one, change: 'rises', anyway: false },
			{ ...one, change: 'clears', anyway: false },
			{ ...one, change: 'changes', anyway: false },
			{ ...one, change: 'clears', anyway: true },
		],
	};
	const sum = forecastOf(diff);

	assert.deepEqual([sum.rises.length, sum.clears.length, sum.others.length, sum.anyway], [1, 1, 1, 1]);
	assert.equal(isSame(diff), true);
	assert.equal(isSame({ ...diff, restart: 'units.yml' }), false);
	assert.equal(isSame({ ...diff, good: false }), false);
	assert.equal(isSame({ ...diff, receivers: [{ id: 'x', change: 'added' }] }), false);
	assert.deepEqual([...changedRules(null)], []);
});

test('of a back-test only rules that differ are listed, those that miss most first', () => {
	const row = { title: null, raised_before: 1, raised_after: 1, critical_before: 0, critical_after: 0 };
	const result = {
		rules: [
			{ ...row, rule: 'same', missed: 0, added: 0 },
			{ ...row, rule: 'adds', missed: 0, added: 9 },
			{ ...row, rule: 'misses', missed: 2, added: 0 },
		],
	} as unknown as TrialResult;

	assert.deepEqual(differences(result).map(one => one.rule), ['misses', 'adds']);
});

test('what a rule watches is said in words, with the title of the indicator', () => {
	const titles = new Map([['one-stop.late-rate', { vi: 'Tỷ lệ trễ hạn', en: 'Late rate' }]]);

	setLang('vi');
	assert.equal(sayWatched(ruleOf(), titles), 'Tỷ lệ trễ hạn, trong 1 giờ');
	assert.equal(sayWindow('today'), 'hôm nay');
	setLang('en');
	assert.equal(sayWatched(ruleOf({ window: '15m' }), titles), 'Late rate, over 15 min');
	assert.equal(sayWatched(ruleOf({ kind: 'unheard-of' }), titles), 'unheard-of');
	assert.match(sayWatched(ruleOf({ kind: 'deadline', deadline: 'desk.open', indicator: undefined }), titles), /desk\.open/);
	assert.equal(sayCondition({ field: 'gaps', test: '>', values: [0] }), 'gaps > 0');
});

test('what changes is said in words, and what is not understood as it came', () => {
	setLang('vi');
	assert.equal(sayDuration('1m 30s'), '1 phút 30 giây');
	assert.equal(sayDuration('2d'), '2 ngày');
	assert.equal(saySeconds(0.5), '0,5 giây');
	assert.equal(saySeconds(0), '0 giây');
	assert.equal(saySeconds(90061), '1 ngày 1 giờ 1 phút 1 giây');
	assert.equal(sayAttribute('hold', '1h 5m'), '1 giờ 5 phút');
	assert.equal(sayAttribute('hold', 'soon'), 'soon');
	assert.equal(sayAttribute('escalate', '5m, 1h'), '5 phút, 1 giờ');
	assert.equal(sayAttribute('latch', 'yes'), 'Có');
	assert.equal(sayAttribute('chatter', '4 in 10m'), '4 lần trong 10 phút');
	assert.equal(sayAttribute('chatter', 'no'), 'Không');
	assert.equal(sayAttribute('severity', 'due-soon warning, overdue none'), 'Sắp đến hạn: Cảnh báo, Quá hạn: không báo');
	assert.equal(sayAttribute('repeat', ''), 'không có');
	assert.equal(sayAttribute('looks-at', 'one-stop.late-rate'), 'one-stop.late-rate');
});

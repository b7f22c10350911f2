// SPDX-License-Identifier: Apache-2.0
/* What of the list is shown, how a flood is folded, and when the alarm is heard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRows, makeRow, type Alert, type Row } from '@app/lib/alert_book';
import {
	alarming,
	judgeAlarm,
	QUIET_AT_FIRST,
	QUIET_MS,
	REPEAT_MS,
	type AlarmState,
} from '@app/lib/alarm';
import {
	choose,
	NO_FILTER,
	readFilter,
	unitsBelow,
	writeFilter,
	type Chooser,
	type Filter,
} from '@app/pages/alerts/filter';
import {
	countNew,
	FLOOD_MS,
	foldRows,
	isFlood,
	type Entry,
} from '@app/pages/alerts/flood';
import { BIG_REM, countOf, fitting, outer, REST_REM, SMALL_REM } from '@app/pages/alerts/fit';
import { nextOf, readTimes } from '@app/pages/alerts/shift';
import { alertAt, alertOf, rowOf, T0 } from './alerts_make';

function chooser(change: Partial<Filter>, rest: Partial<Chooser> = {}): Chooser {
	return { filter: { ...NO_FILTER, ...change }, within: null, user: 'an', ...rest };
}

function subjects(rows: readonly Row[]): string[] {
	return rows.map(row => row.alert.subject);
}

/* ---- filter ---- */

test('text is found without diacritics in unit, title, reason, rule, subject and owner', () => {
	const row = rowOf({ subject: 'Máy-7', owner: 'Đặng An' });

	for (const text of ['di an', 'DĨ', 'mat ket', 'link down', 'ket noi', 'may-7', 'dang', 'link-down'])
		assert.equal(choose([row], chooser({ text })).rows.length, 1, text);
	for (const text of ['thuận an', 'di an khác', 'may-8'])
		assert.equal(choose([row], chooser({ text })).rows.length, 0, text);
});

test('what is not shown is counted, and critical ones among it', () => {
	const rows = [
		rowOf({ subject: 'a' }),
		rowOf({ subject: 'b', severity: 'critical' }),
		rowOf({ subject: 'c', severity: 'critical', handling: 'acknowledged' }),
		rowOf({ subject: 'd', suppressed: [{ kind: 'shelved', by: 'an', until: null }] }),
	];
	const chosen = choose(rows, chooser({ severity: 'warning' }));

	assert.deepEqual(subjects(chosen.rows), ['a']);
	assert.equal(chosen.hidden, 2);
	assert.equal(chosen.hiddenCritical, 1);
	assert.equal(chosen.suppressed, 1);
	assert.equal(choose(rows, chooser({ suppressed: true })).rows.length, 4);
});

test('each row is shown or counted, whatever the filter', () => {
	const rows = [0, 1, 2, 3, 4, 5].map(i =>
		rowOf({
			subject: `s${i}`,
			severity: i % 2 ? 'critical' : 'warning',
			handling: i % 3 ? 'unacknowledged' : 'acknowledged',
			suppressed: i === 4 ? [{ kind: 'chatter', by: null, until: null }] : [],
		}),
	);

	for (const change of [{}, { text: 's1' }, { handling: 'waiting' }, { mine: true }, { suppressed: true }]) {
		const { rows: shown, hidden, suppressed } = choose(rows, chooser(change as Partial<Filter>));

		assert.equal(shown.length + hidden + suppressed, rows.length);
	}
});

test('mine is what I own or have acknowledged', () => {
	const by = (by: string) => ({ by, note: null, at: '', until: null });
	const rows = [
		rowOf({ subject: 'owned', owner: 'an' }),
		rowOf({ subject: 'known', handling: 'acknowledged', acknowledged: by('an') }),
		rowOf({ subject: 'other', owner: 'binh', acknowledged: by('binh') }),
		rowOf({ subject: 'none' }),
	];

	assert.deepEqual(subjects(choose(rows, chooser({ mine: true })).rows), ['owned', 'known']);
	assert.equal(choose(rows, chooser({ mine: true }, { user: '' })).rows.length, 0);
});

test('a unit stands for all that is below it', () => {
	const units = [
		{ id: 'hamlet', parent: 'commune' },
		{ id: 'commune', parent: 'district' },
		{ id: 'district', parent: null },
		{ id: 'other', parent: null },
	];
	const within = unitsBelow(units, 'district');

	assert.deepEqual([...within!].sort(), ['commune', 'district', 'hamlet']);
	assert.equal(unitsBelow(units, ''), null);
	const rows = [makeRow(alertAt('hamlet', 'x', 1)), makeRow(alertAt('other', 'y', 2))];

	assert.deepEqual(subjects(choose(rows, chooser({}, { within })).rows), ['x']);
});

test('a filter is the same after it stood in the address', () => {
	const filter: Filter = {
		text: 'mất & điện',
		severity: 'critical',
		handling: 'waiting',
		unit: 'di-an',
		mine: true,
		suppressed: true,
		oldest: true,
		groups: 'no',
	};

	assert.deepEqual(readFilter(writeFilter(filter)), filter);
	assert.deepEqual(writeFilter(NO_FILTER), {});
	assert.deepEqual(readFilter({ severity: 'huge', handling: '<b>', groups: 'x' }), NO_FILTER);
});

test('the oldest first keeps critical ones that need somebody on top', () => {
	const rows = [
		makeRow(alertAt('a', 'c2', 5, { severity: 'critical' })),
		makeRow(alertAt('a', 'c1', 2, { severity: 'critical' })),
		makeRow(alertAt('a', 'w2', 9)),
		makeRow(alertAt('a', 'w1', 1)),
	];

	assert.deepEqual(subjects(choose(rows, chooser({ oldest: true })).rows), ['c1', 'c2', 'w1', 'w2']);
});

/* ---- flood ---- */

const UNITS = [
	{ id: 'top', parent: null },
	{ id: 'u1', parent: 'top' },
	{ id: 'u2', parent: 'top' },
];

function slotsOf(entries: readonly Entry[]): string[] {
	return entries.flatMap(entry =>
		entry.kind === 'row' ? [entry.row.slot] : entry.group.rows.map(row => row.slot),
	);
}

function sorted(alerts: Alert[]): Row[] {
	return alerts.map(alert => makeRow(alert)).sort(compareRows);
}

test('a flood begins above ten new ones in ten minutes and ends at half of that', () => {
	const rows = sorted(Array.from({ length: 11 }, (_, i) => alertAt('u1', `s${i}`, i)));

	assert.equal(countNew(rows, T0 + 20_000), 11);
	assert.equal(countNew(rows, T0 + FLOOD_MS + 3_000), 7);
	assert.equal(isFlood(11, false), true);
	assert.equal(isFlood(10, false), false);
	assert.equal(isFlood(6, true), true);
	assert.equal(isFlood(5, true), false);
});

test('what is suppressed or over makes no flood', () => {
	const rows = [
		rowOf({ suppressed: [{ kind: 'shelved', by: 'an', until: null }] }),
		rowOf({ state: 'quiet', handling: 'cleared-unacknowledged' }),
		rowOf(),
	];

	assert.equal(countNew(rows, T0 + 1000), 1);
});

test('folding leaves nothing out and shows nothing twice', () => {
	const rows = sorted([
		...Array.from({ length: 7 }, (_, i) => alertAt(i % 2 ? 'u1' : 'u2', `w${i}`, i)),
		...Array.from({ length: 4 }, (_, i) => alertAt('u1', `c${i}`, i, { severity: 'critical' })),
		alertAt('top', 'alone', 3),
	]);
	const entries = foldRows(rows, UNITS, new Set());

	assert.deepEqual(slotsOf(entries).sort(), rows.map(row => row.slot).sort());
	assert.deepEqual(
		entries.map(entry => (entry.kind === 'group' ? entry.group.rows.length : 1)),
		[4, 8],
	);
});

test('a group keeps its place when an alert is added to it', () => {
	const alerts = [
		...[1, 2, 3].map(i => alertAt('u1', `a${i}`, i)),
		...[5, 6, 7].map(i => alertAt('top2', `b${i}`, i)),
	];
	const orderOf = (alerts: Alert[]) =>
		foldRows(sorted(alerts), UNITS, new Set()).map(entry => entry.kind === 'group' && entry.group.parent);

	assert.deepEqual(orderOf(alerts), ['top2', 'top']);
	assert.deepEqual(orderOf([...alerts, alertAt('u2', 'a9', 90)]), ['top2', 'top']);
});

test('alerts that are too few for a group stand among the groups by their time', () => {
	const rows = sorted([
		...[2, 3, 4].map(i => alertAt('u1', `a${i}`, i)),
		...[1, 8].map(i => alertAt('alone', `b${i}`, i)),
	]);
	const subjectsOf = (isOldestFirst: boolean) =>
		foldRows(rows, UNITS, new Set(), isOldestFirst).map(entry =>
			entry.kind === 'row' ? entry.row.alert.subject : 'group',
		);

	assert.deepEqual(subjectsOf(false), ['b8', 'group', 'b1']);
	assert.deepEqual(subjectsOf(true), ['b1', 'group', 'b8']);
});

test('an open group shows its rows after it, and only a group that is open', () => {
	const rows = sorted(Array.from({ length: 5 }, (_, i) => alertAt('u1', `w${i}`, i)));
	const [entry] = foldRows(rows, UNITS, new Set());

	assert.equal(entry?.kind, 'group');
	const key = entry?.kind === 'group' ? entry.group.key : '';
	const open = foldRows(rows, UNITS, new Set([key]));

	assert.equal(open.length, 6);
	assert.deepEqual(
		open.slice(1).map(entry => (entry.kind === 'row' ? entry.row : null)),
		rows,
	);
});

test('what follows from another alert is folded with its cause', () => {
	const cause = alertAt('u1', 'link', 1, { id: 'u1/link-down/link/1' });
	const rows = sorted([
		cause,
		...[1, 2].map(i =>
			alertAt('far', `f${i}`, i, {
				rule: { ...cause.rule, id: 'silent' },
				suppressed: [{ kind: 'inhibited', by: cause.id, until: null }],
			}),
		),
	]);
	const entries = foldRows(rows, UNITS, new Set());

	assert.equal(entries.length, 1);
	assert.equal(entries[0]?.kind === 'group' && entries[0].group.rows.length, 3);
});

test('two alerts that name each other as the cause do not hang the page', () => {
	const rows = sorted(
		['x', 'y'].map((subject, i) =>
			alertAt('u1', subject, i, {
				suppressed: [
					{ kind: 'inhibited', by: `u1/link-down/${subject === 'x' ? 'y' : 'x'}`, until: null },
				],
			}),
		),
	);

	assert.equal(slotsOf(foldRows(rows, UNITS, new Set())).length, 2);
});

/* ---- alarm ---- */

const critical = (id: string, change: Partial<Alert> = {}) =>
	rowOf({ id, severity: 'critical', ...change });

function hear(state: AlarmState, rows: Row[], nowMs: number): [boolean, AlarmState] {
	const { sounds, state: next } = judgeAlarm(state, rows, nowMs);

	return [sounds, next];
}

test('a new critical alert is heard at once, and again each minute until somebody has it', () => {
	let state = QUIET_AT_FIRST;
	let sounds;

	[sounds, state] = hear(state, [critical('a')], 0);
	assert.equal(sounds, true);
	[sounds, state] = hear(state, [critical('a')], REPEAT_MS - 1);
	assert.equal(sounds, false);
	[sounds, state] = hear(state, [critical('a')], REPEAT_MS);
	assert.equal(sounds, true);
	[sounds, state] = hear(state, [critical('a'), critical('b')], REPEAT_MS + 1);
	assert.equal(sounds, true);
	[sounds, state] = hear(state, [], 10 * REPEAT_MS);
	assert.equal(sounds, false);
	[sounds] = hear(state, [critical('a')], 10 * REPEAT_MS + 1);
	assert.equal(sounds, true);
});

test('silent until the next, the alarm wakes with one that was not there', () => {
	let state: AlarmState = { ...QUIET_AT_FIRST, silence: { kind: 'next' }, heard: new Set(['a']) };
	let sounds;

	[sounds, state] = hear(state, [critical('a')], 5 * REPEAT_MS);
	assert.equal(sounds, false);
	assert.equal(judgeAlarm(state, [critical('a')], 0).isQuiet, true);
	[sounds, state] = hear(state, [critical('a'), critical('b')], 5 * REPEAT_MS + 1);
	assert.equal(sounds, true);
	assert.deepEqual(state.silence, { kind: 'on' });
});

test('silent for a while, the alarm is heard when the while is over', () => {
	let state: AlarmState = { ...QUIET_AT_FIRST, silence: { kind: 'until', ms: QUIET_MS } };
	let sounds;

	[sounds, state] = hear(state, [critical('a')], QUIET_MS - 1);
	assert.equal(sounds, false);
	[sounds, state] = hear(state, [critical('a')], QUIET_MS);
	assert.equal(sounds, true);
	assert.deepEqual(state.silence, { kind: 'on' });
});

test('off means off', () => {
	const state: AlarmState = { ...QUIET_AT_FIRST, silence: { kind: 'off' } };

	assert.equal(judgeAlarm(state, [critical('a')], 9e9).sounds, false);
	assert.equal(judgeAlarm(state, [critical('a')], 9e9).isQuiet, true);
	assert.deepEqual(judgeAlarm(state, [], 0).state.silence, { kind: 'off' });
});

test('neither warnings, nor exercises, nor what is shelved or acknowledged make a sound', () => {
	const rows = sorted([
		alertOf(),
		alertAt('a', 'drill', 1, { severity: 'critical', drill: true }),
		alertAt('a', 'known', 1, { severity: 'critical', handling: 'acknowledged' }),
		alertAt('a', 'shelved', 1, {
			severity: 'critical',
			suppressed: [{ kind: 'shelved', by: 'an', until: null }],
		}),
		alertAt('a', 'real', 1, { severity: 'critical' }),
	]);

	assert.deepEqual(subjects(alarming(rows)), ['real']);
});

/* ---- wall ---- */

test('a wall shows as many as fit, and keeps room to say how many do not', () => {
	const rows = sorted([
		alertAt('a', 'c', 1, { severity: 'critical' }),
		...[1, 2, 3].map(i => alertAt('a', `w${i}`, i)),
	]);
	const all: Entry[] = rows.map(row => ({ kind: 'row', row, depth: 0 }));
	const whole = BIG_REM + 3 * SMALL_REM;

	assert.equal(fitting(all, whole + 0.01), 4);
	assert.equal(fitting(all, whole - 0.01), 3);
	assert.equal(fitting(all, BIG_REM + REST_REM + 0.01), 1);
	assert.equal(fitting(all, 1), 0);
	assert.equal(fitting([], 10), 0);
});

test('on a wall an open group counts once', () => {
	const rows = sorted(Array.from({ length: 5 }, (_, i) => alertAt('u1', `w${i}`, i)));
	const [entry] = foldRows(rows, UNITS, new Set());
	const key = entry?.kind === 'group' ? entry.group.key : '';
	const shown = outer(foldRows(rows, UNITS, new Set([key])));

	assert.deepEqual(shown.map(countOf), [5]);
});

/* ---- shifts ---- */

test('the end of the shift is the next change of shifts in the time of the server', () => {
	const times = readTimes('22:00 6:00, 14:00 26:00 x');
	const at = (text: string) => Date.parse(`2026-11-22T${text}:00+07:00`);

	assert.deepEqual(times, [360, 840, 1320]);
	assert.equal(nextOf(times, at('05:59'), 420), at('06:00'));
	assert.equal(nextOf(times, at('06:00'), 420), at('14:00'));
	assert.equal(nextOf(times, at('23:30'), 420), at('06:00') + 86_400_000);
	assert.equal(nextOf([], at('06:00'), 420), null);
});

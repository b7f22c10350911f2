// SPDX-License-Identifier: Apache-2.0
// The tree of units, what colours a tile, how far it is trusted, and where it stands.
import './page';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRow, type Alert, type Row } from '@app/lib/alert_book';
import type { Site } from '@app/pages/feeds/sites';
import { blindSpots, type BriefFeed } from '@app/pages/overview/blind';
import { dataOf } from '@app/pages/overview/data';
import { layoutOf, nextBox } from '@app/pages/overview/layout';
import { shortName, shortParts } from '@app/words/short';
import {
	alertsWithin,
	isWithin,
	openOf,
	openTold,
	pathOf,
	treeOf,
	worstOf,
	type Tree,
	type UnitRow,
} from '@app/pages/overview/tree';
import { alertOf } from './alerts_make';

function unit(id: string, parent: string | null, change: Partial<UnitRow> = {}): UnitRow {
	const level = parent === null ? 'province' : 'district';

	return { id, level, name: { vi: id, en: id }, parent, depth: 0, accepted: 1, refused: 0, ...change };
}

const tree: Tree = treeOf([
	unit('top', null),
	unit('east', 'top'),
	unit('west', 'top'),
	unit('east.a', 'east', { accepted: 5 }),
]);

const node = (id: string, of = tree) => of.byId.get(id)!;

function row(id: string, change: Partial<Alert> = {}): Row {
	const name = { vi: id, en: id };

	return makeRow(alertOf({ unit: { id, level: 'district', name }, ...change }));
}

test('a unit whose parent may not be seen is a top of its own', () => {
	const part = treeOf([unit('east', 'top'), unit('east.a', 'east')]);

	assert.deepEqual(part.roots.map(root => root.unit.id), ['east']);
	assert.deepEqual(pathOf(node('east.a', part)).map(at => at.unit.id), ['east', 'east.a']);
	assert.equal(isWithin(tree, 'east.a', 'east'), true);
	assert.equal(isWithin(tree, 'east.a', 'west'), false);
	assert.equal(isWithin(tree, 'nowhere', 'top'), false);
});

test('alerts count for their unit and all above it, and for no other', () => {
	const open = openOf(tree, [
		row('east.a', { severity: 'critical', raised: '2026-11-22T08:05:00+07:00' }),
		row('east', { raised: '2026-11-22T08:00:00+07:00' }),
	]);

	assert.deepEqual(open.get('top'), {
		critical: 1,
		warning: 1,
		quiet: 0,
		oldest: Date.parse('2026-11-22T08:00:00+07:00'),
	});
	assert.equal(open.get('east.a')?.warning, 0);
	assert.equal(open.has('west'), false);
	assert.equal(worstOf(open.get('east')!), 'critical');
});

test('what is set aside is counted but calls nobody; what is over is not counted', () => {
	const quiet = row('east', { suppressed: [{ kind: 'shelved', by: null, until: null }] });
	const over = row('west', { state: 'quiet', handling: 'cleared-unacknowledged' });
	const watchdog = row('top', { rule: { ...alertOf().rule, id: 'iocd-watchdog' } });
	const open = openOf(tree, [quiet, over, watchdog]);

	assert.deepEqual(open.get('east'), { critical: 0, warning: 0, quiet: 1, oldest: null });
	assert.equal(worstOf(open.get('top')!), 'none');
	assert.equal(open.has('west'), false);
	assert.deepEqual(alertsWithin(tree, [quiet, over, watchdog], 'top'), []);
});

test('until the alerts are known the answer about units tells what is open, or nothing does', () => {
	const told = unit('x', null, { open_below: { critical: 0, warning: 2, suppressed: 1 } });

	assert.deepEqual(openTold(told), { critical: 0, warning: 2, quiet: 1, oldest: null });
	assert.equal(openTold(unit('x', null)), null);
});

test('no data never looks normal', () => {
	const data = (reporting: number, expected: number) => ({
		data: { quality: null, reporting, expected, last_arrival: null },
	});
	const of = (change: Partial<UnitRow>) => node('x', treeOf([unit('x', null, change)]));
	const none = new Set<string>();

	assert.equal(dataOf(of(data(3, 3)), none, false), 'good');
	assert.equal(dataOf(of(data(2, 3)), none, false), 'partial');
	assert.equal(dataOf(of(data(0, 3)), none, false), 'none');
	assert.equal(dataOf(of({ accepted: 0 }), none, false), 'never');
	assert.equal(dataOf(of(data(3, 3)), new Set(['x']), false), 'lost');
	assert.equal(dataOf(of(data(3, 3)), none, true), 'stale');
});

test('a lost site makes what stands above it partial', () => {
	assert.equal(dataOf(node('top'), new Set(['east.a']), false), 'partial');
	assert.equal(dataOf(node('west'), new Set(['east.a']), false), 'good');
});

test('tiles stand in their places from the first on, two never on one, the others flow by level', () => {
	const at = (column: number, row: number) => ({ tile: { column, row } });
	const all = treeOf([
		unit('top', null),
		unit('a', 'top', at(2, 3)),
		unit('b', 'top', at(4, 3)),
		unit('c', 'top', at(2, 3)),
		unit('d', 'top', { level: 'department' }),
	]);
	const layout = layoutOf(node('top', all).children);

	assert.deepEqual(
		layout.grid.map(({ node, column, row }) => [node.unit.id, column, row]),
		[['a', 1, 1], ['b', 3, 1]],
	);
	assert.deepEqual([layout.columns, layout.rows], [3, 1]);
	assert.deepEqual(
		layout.groups.map(group => [group.level, group.nodes.length]),
		[['district', 1], ['department', 1]],
	);
	assert.deepEqual(layoutOf([]), { grid: [], columns: 0, rows: 0, groups: [] });
});

test('arrows go to the tile that is seen that way, and stay at the edge', () => {
	const boxes = [
		{ id: 'a', x: 0, y: 0 },
		{ id: 'b', x: 100, y: 0 },
		{ id: 'c', x: 200, y: 40 },
		{ id: 'd', x: 0, y: 100 },
	];

	assert.equal(nextBox(boxes, 'a', 'ArrowRight'), 'b');
	assert.equal(nextBox(boxes, 'b', 'ArrowRight'), 'c');
	assert.equal(nextBox(boxes, 'a', 'ArrowDown'), 'd');
	assert.equal(nextBox(boxes, 'd', 'ArrowUp'), 'a');
	assert.equal(nextBox(boxes, 'a', 'ArrowLeft'), null);
	assert.equal(nextBox(boxes, 'gone', 'ArrowLeft'), 'a');
});

test('names are shortened as official letters do, whatever their encoding', () => {
	assert.equal(shortName('Thành phố Thử Nghiệm'), 'TP. Thử Nghiệm');
	assert.equal(shortName('Thị trấn Thử'.normalize('NFD')), 'TT. Thử');
	assert.equal(shortName('Xã Văn và Võ'), 'X. Văn & Võ');
	assert.equal(shortName('Huyện'), 'Huyện');
	assert.deepEqual(shortParts('Sở Thử'), { kind: 'Sở ', own: 'Thử' });
	assert.equal(shortName('Department of Tests'), 'Tests');
});

test('blind spots are those at and below the unit, with how many of its own report', () => {
	const [first, then] = ['2026-11-22T08:00:00+07:00', '2026-11-22T08:30:00+07:00'];
	const silent = { id: 'east.b', state: 'silent', since: first } as const;
	const feed: BriefFeed = {
		id: 'f',
		title: { vi: 'f', en: 'f' },
		missing: 4,
		expect: { expected: 2, kept: 1 },
		amiss: [{ id: 'east.a', state: 'missing', since: then }, silent],
	};
	const well = { ...feed, id: 'w', missing: 0, amiss: [] };
	const late = { ...well, id: 'l', expect: null, amiss: [silent] };
	const site = { id: 'west/iocd', unit: { id: 'west' }, state: 'lost', lost: { since: null } } as unknown as Site;
	const feeds = { feeds: [feed, well, late] };

	assert.deepEqual(blindSpots(tree, 'east', feeds, [site]), [
		{
			kind: 'feed',
			id: 'f',
			title: feed.title,
			kept: 1,
			expected: 2,
			units: ['east.a'],
			since: Date.parse(then),
		},
		{ kind: 'late', id: 'l', title: late.title, units: ['east.b'], since: Date.parse(first) },
	]);
	assert.deepEqual(blindSpots(tree, 'west', { feeds: [well] }, [site]).map(blind => blind.kind), ['site']);
	assert.deepEqual(blindSpots(tree, 'top', feeds, []).map(blind => blind.kind), ['feed', 'gap', 'late']);
});

// SPDX-License-Identifier: Apache-2.0
import { signal, useComputed } from '@preact/signals';
import { useMemo, useState } from 'preact/hooks';
import { alerts, reading } from '../../lib/alerts';
import { matches } from '../../lib/fold';
import { light, now, stale } from '../../lib/live';
import { wall } from '../../lib/look';
import { usePoll } from '../../lib/poll';
import { go, href, route } from '../../lib/router';
import { useKeys } from '../../lib/keys';
import { pick, t } from '../../lib/words';
import { Stamp } from '../../ui/Age';
import { Empty, ErrorNote, Loading } from '../../ui/Note';
import { Search } from '../../ui/Search';
import type { Sites } from '../feeds/sites';
import { blindSpots, type BriefFeeds } from './blind';
import { dataOf, isDoubtful } from './data';
import { useFigures } from './figures';
import { Alerts, Blinds, Figures } from './side';
import { shortName } from '../../words/short';
import type { TileState } from './tile';
import { Tiles } from './tiles';
import {
	alertsWithin,
	NOTHING_OPEN,
	openOf,
	openTold,
	pathOf,
	treeOf,
	type Node,
	type Tree,
	type UnitRow,
} from './tree';
import './overview.css';
import './side.css';
import './fit.css';

const UNITS_MS = 10_000;
const FEEDS_MS = 30_000;
const OLD_MS = 45_000; /* units that are older than that are not shown as if they were known */
const FIGURES = 8;
const WALL_FIGURES = 4;

function Crumbs({ node }: { node: Node | null }) {
	const path = node ? pathOf(node) : [];

	return (
		<nav class="ov-crumbs" aria-label={t('overview.path')}>
			<ol>
				{path.map((at, i) => (
					<li key={at.unit.id}>
						{i + 1 < path.length ? (
							<a href={href('overview', at.unit.id)}>{shortName(pick(at.unit.name))}</a>
						) : (
							<h1 aria-current="page">{pick(at.unit.name)}</h1>
						)}
					</li>
				))}
				{path.length === 0 && (
					<li>
						<h1>{t('overview.title')}</h1>
					</li>
				)}
			</ol>
		</nav>
	);
}

function Legend() {
	return (
		<p class="ov-legend">
			<span class="ov-key plain" aria-hidden="true" /> {t(light.value === 'green' ? 'overview.legend-grey' : 'overview.legend-quiet')}
			<span class="ov-key hatched" aria-hidden="true" /> {t('overview.legend-hatched')}
		</p>
	);
}

function Side(props: {
	tree: Tree;
	node: Node;
	feeds: BriefFeeds | null;
	sites: Sites | null;
	state: TileState;
}) {
	const { tree, node } = props;
	const id = node.unit.id;
	const figures = useFigures(id, node.parent === null, wall.value ? WALL_FIGURES : FIGURES);
	/* what was so when the page was live is not told as if it were */
	const isKnown = props.feeds !== null && props.state.data !== 'stale';
	const list = isKnown ? blindSpots(tree, id, props.feeds, props.sites?.sites ?? []) : null;
	const isBlind =
		isDoubtful(props.state.data) || !list || list.length > 0 || light.value !== 'green';
	const told = node.unit.data;

	return (
		<aside class="ov-side" aria-label={t('overview.summary')}>
			<section>
				<h2>{t('overview.alerts')}</h2>
				<Alerts
					rows={alertsWithin(tree, alerts.value, id)}
					unit={id}
					quiet={props.state.open?.quiet ?? 0}
					known={reading.value.at !== null}
					blind={isBlind}
				/>
			</section>
			<section class="ov-blinds">
				<h2>{t('overview.blind')}</h2>
				<Blinds tree={tree} list={list} />
				{told && told.expected > 0 && (
					<p class="ov-none no-wall">
						{t('overview.blind-here', { n: told.reporting, m: told.expected })}
					</p>
				)}
			</section>
			<section>
				<h2>{t('overview.indicators')}</h2>
				<ErrorNote error={figures.list.error} old={figures.list.data !== null} />
				{figures.list.loading ? (
					<Loading />
				) : (
					<Figures keys={figures.keys} unit={id} past={figures.past} />
				)}
				{figures.list.data && (
					<p class="ov-asof">
						<Stamp at={figures.list.at} />
					</p>
				)}
			</section>
		</aside>
	);
}

function found(tree: Tree, query: string): Node[] {
	return [...tree.byId.values()].filter(({ unit }) =>
		matches(`${unit.name.vi} ${unit.name.en} ${unit.id}`, query),
	);
}

function nodeOf(tree: Tree, id: string | undefined): Node | null {
	if (id !== undefined)
		return tree.byId.get(id) ?? null;
	return tree.roots.length === 1 ? (tree.roots[0] ?? null) : null;
}

function useKeyboard(node: Node | null, isTop: boolean): void {
	const up = () => {
		if (!isTop)
			go('overview', node?.parent?.unit.id);
	};
	const enter = () => document.querySelector<HTMLElement>('.ov-tiles [data-unit][tabindex="0"]')?.focus();

	const activate = (event: KeyboardEvent) => {
		const at = event.target as HTMLElement;

		if (at === document.body || at.id === 'main')
			enter();
		else
			at.click();
	};

	useKeys([
		{ keys: 'Backspace', words: 'overview.up', run: up },
		{ keys: 'ArrowRight', words: 'overview.move', run: enter },
		{ keys: 'ArrowDown', words: 'overview.move', run: enter, quiet: true },
		{ keys: 'Enter', words: 'overview.open', run: activate },
	]);
}

/* Changes seldom, so that the page is not drawn anew every second. */
function useIsStale(at: number | null): boolean {
	const [read] = useState(() => signal<number | null>(null));
	const isStale = useComputed(
		() => stale.value !== null || read.value === null || now.value - read.value > OLD_MS,
	);

	read.value = at;
	return isStale.value;
}

export default function OverviewPage() {
	const units = usePoll<{ units: UnitRow[] }>('units', {}, UNITS_MS);
	const sites = usePoll<Sites>('sites', {}, UNITS_MS);
	const [query, setQuery] = useState('');
	const id = route.value.id;
	const tree = useMemo(() => treeOf(units.data?.units ?? []), [units.data]);
	const open = useMemo(() => openOf(tree, alerts.value), [tree, alerts.value]);
	const node = nodeOf(tree, id);
	const feeds = usePoll<BriefFeeds>(node && 'feeds', { brief: 1, unit: node?.unit.id }, FEEDS_MS);
	const isStale = useIsStale(units.at);
	const lost = new Set((sites.data?.sites ?? []).filter(site => site.lost).map(site => site.unit.id));

	useKeyboard(node, node === null || node.parent === null);

	function stateOf(of: Node): TileState {
		const isRead = reading.value.at !== null;

		return {
			node: of,
			open: isRead ? (open.get(of.unit.id) ?? NOTHING_OPEN) : openTold(of.unit),
			data: dataOf(of, lost, isStale),
		};
	}

	const shown = query.trim() ? found(tree, query) : (node?.children ?? (id ? [] : tree.roots));
	const isAlone = node !== null && !query.trim() && shown.length === 0;

	return (
		<div class="ov">
			<header class="ov-bar">
				<Crumbs node={node} />
				<Search value={query} onInput={setQuery} label={t('overview.find')} />
				<Stamp at={units.at} lateMs={OLD_MS} />
			</header>
			<ErrorNote error={units.error} old={units.data !== null} retry={units.reload} />
			{units.loading && <Loading />}
			{units.data && id && !node && <Empty>{t('overview.unknown-unit', { id })}</Empty>}
			<div class={`ov-body${isAlone ? ' alone' : ''}`}>
				<div class="ov-main">
					{units.data && isAlone && <Empty>{t('overview.alone')}</Empty>}
					{query.trim() && shown.length === 0 && <Empty />}
					{shown.length > 0 && <Tiles key={query ? 'found' : (id ?? '')} states={shown.map(stateOf)} />}
					{!isAlone && <Legend />}
				</div>
				{node && (
					<Side
						key={node.unit.id}
						tree={tree}
						node={node}
						feeds={feeds.data}
						sites={sites.data}
						state={stateOf(node)}
					/>
				)}
			</div>
		</div>
	);
}

// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState } from 'preact/hooks';
import { usePoll } from '../../lib/poll';
import { href, route } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Stamp } from '../../ui/Age';
import { Empty, ErrorNote, Loading } from '../../ui/Note';
import { useFigures } from '../overview/figures';
import { Figures } from '../overview/side';
import { treeOf, type Node, type Tree, type UnitRow, type Words } from '../overview/tree';
import { Children } from './children';
import { Choose, UnitPicker, useFeedTitles } from './choose';
import { Curves } from './curves';
import { Define, Rules } from './define';
import { Head, Windows } from './head';
import { sideFor, type CurveAnswer, type Indicator, type Rule } from './model';
import { Ranking } from './ranking';
import '../overview/side.css';
import './indicator.css';
import './parts.css';
import './fit.css';

const VALUE_MS = 5_000;
const CURVE_MS = 15_000;
const SLOW_MS = 60_000;
const LIST_MS = 600_000;
const START = 30;

function Detail(props: {
	id: string;
	node: Node;
	tree: Tree;
	titles: Map<string, Words>;
}) {
	const unit = props.node.unit.id;
	const asked = usePoll<{ indicators: Indicator[] }>('indicators', { indicator: props.id, unit }, VALUE_MS);
	const curve = usePoll<CurveAnswer>('curve', { indicator: props.id, unit }, CURVE_MS);
	const rules = usePoll<{ rules: Rule[] }>('rules', {}, SLOW_MS);
	const own = useMemo(
		() => (rules.data?.rules ?? []).filter(rule => rule.indicator === props.id),
		[rules.data, props.id],
	);
	const of = asked.data?.indicators[0];
	if (!of)
		return asked.loading ? <Loading /> : <ErrorNote error={asked.error} retry={asked.reload} />;
	const side = sideFor(own, of, props.node.parent === null);

	return (
		<article class="in-detail" aria-label={pick(of.title)}>
			<header class="in-title">
				<h1>{pick(of.title)}</h1>
				<UnitPicker tree={props.tree} unit={unit} indicator={props.id} />
				<Stamp at={asked.at} lateMs={3 * VALUE_MS} />
			</header>
			<ErrorNote error={asked.error} old />
			<div class="in-top">
				<Head of={of} side={side} />
				<Windows of={of} side={side} />
			</div>
			<Curves of={of} unit={unit} curve={curve} />
			<div class="in-pair">
				<Children key={`${unit} ${side}`} of={of} node={props.node} rules={own} side={side} />
				<div class="in-stack">
					{of.ranked && <Ranking of={of} unit={unit} />}
					<Rules list={own} />
					<Define
						of={of}
						unit={unit}
						made={curve.data?.definition ?? null}
						feed={props.titles.get(props.id.split('.')[0] ?? '')}
					/>
				</div>
			</div>
		</article>
	);
}

/* Before one is chosen: those that matter most for the unit. */
function Start({ node }: { node: Node }) {
	const unit = node.unit.id;
	const figures = useFigures(unit, node.parent === null, START);

	return (
		<section class="in-box in-start">
			<p class="in-note">{t('indicator.choose')}</p>
			<ErrorNote error={figures.list.error} old={figures.list.data !== null} />
			{figures.list.loading ? <Loading /> : <Figures keys={figures.keys} unit={unit} past={figures.past} />}
			{figures.list.data && <Stamp at={figures.list.at} />}
		</section>
	);
}

export default function IndicatorPage() {
	const { id, query } = route.value;
	const units = usePoll<{ units: UnitRow[] }>('units', {}, SLOW_MS);
	const list = usePoll<{ indicators: Indicator[] }>('indicators', {}, LIST_MS);
	const [text, setText] = useState('');
	const tree = useMemo(() => treeOf(units.data?.units ?? []), [units.data]);
	const titles = useFeedTitles();
	const wanted = query['unit'];
	const node = (wanted === undefined ? tree.roots[0] : tree.byId.get(wanted)) ?? null;

	return (
		<div class={`in${id ? ' has-one' : ''}${text ? ' is-finding' : ''}`}>
			{id && (
				<a class="in-others" href={href('indicator', null, { unit: wanted })}>
					{t('indicator.others')}
				</a>
			)}
			<Choose
				list={list.data?.indicators ?? []}
				titles={titles}
				query={text}
				onQuery={setText}
				chosen={id}
				unit={node?.unit.id}
			/>
			<div class="in-main">
				<ErrorNote error={list.error ?? units.error} old={list.data !== null} />
				{!id && (
					<header class="in-title">
						<h1>{t('indicator.title')}</h1>
						<UnitPicker tree={tree} unit={node?.unit.id} indicator={undefined} />
					</header>
				)}
				{!id && node && <Start key={node.unit.id} node={node} />}
				{id && !node && (units.loading ? <Loading /> : <Empty>{t('overview.unknown-unit', { id: wanted ?? '' })}</Empty>)}
				{id && node && (
					<Detail key={`${id} ${node.unit.id}`} id={id} node={node} tree={tree} titles={titles} />
				)}
			</div>
		</div>
	);
}

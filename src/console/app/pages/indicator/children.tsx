// SPDX-License-Identifier: Apache-2.0
// The units below, one bar each.
import { useMemo, useState } from 'preact/hooks';
import { isOver } from '../../lib/alert_book';
import { alerts } from '../../lib/alerts';
import { number } from '../../lib/format';
import { usePoll } from '../../lib/poll';
import { href } from '../../lib/router';
import { lang, pick, t } from '../../lib/words';
import { Stamp } from '../../ui/Age';
import { Empty, ErrorNote, Loading } from '../../ui/Note';
import { Quality } from '../../ui/Quality';
import { Severity } from '../../ui/Severity';
import { shortName } from '../../words/short';
import type { Node } from '../overview/tree';
import { sortCompared, type Compared, type Indicator, type Rule, type Side, type Sorting } from './model';
import type { HistoryRow } from './series';
import { bare } from './show';

const POLL_MS = 30_000;
const STEPS = ['hour', 'day', 'week', 'month', 'year'] as const;
const SORTINGS: readonly Sorting[] = ['worst', 'high', 'low', 'unit'];

type Step = (typeof STEPS)[number];

interface Child extends Compared {
	samples: number;
	quality: string;
}

/* The span that is open now, of each child: the last row of it. */
function childrenOf(node: Node, rows: readonly HistoryRow[]): Child[] {
	const last = new Map<string, HistoryRow>();

	for (const row of rows)
		if (row.open)
			last.set(row.unit, row);
	return node.children.map(({ unit }) => {
		const row = last.get(unit.id);

		return {
			id: unit.id,
			name: shortName(pick(unit.name)),
			value: row?.value ?? null,
			samples: row?.samples ?? 0,
			quality: row?.quality ?? 'unknown',
		};
	});
}

/* The worst that is open about this indicator, by unit. */
function severities(rules: readonly Rule[]): Map<string, string> {
	const ids = new Set(rules.map(rule => rule.id));
	const worst = new Map<string, string>();

	for (const { alert } of alerts.value)
		if (!isOver(alert) && ids.has(alert.rule.id) && worst.get(alert.unit.id) !== 'critical')
			worst.set(alert.unit.id, alert.severity);
	return worst;
}

function share(value: number | null, top: number): string {
	return `${top > 0 && value !== null ? Math.max(0, Math.min(100, (value / top) * 100)) : 0}%`;
}

function Bar(props: { of: Indicator; child: Child; top: number; severity: string | undefined }) {
	const { of, child } = props;

	return (
		<li class="in-bar">
			<a href={href('indicator', of.id, { unit: child.id })}>
				{props.severity && <Severity of={props.severity} short />} {child.name}
			</a>
			<span class="in-track" aria-hidden="true">
				<span class={`in-fill ${child.quality}`} style={{ width: share(child.value, props.top) }} />
				{of.target !== null && of.target <= props.top && (
					<span class="in-mark" style={{ left: share(of.target, props.top) }} />
				)}
			</span>
			<span class="in-num">{bare(of, child.value, of.target)}</span>
			<span class="in-n">{t('indicator.samples', { n: number(child.samples, 0) })}</span>
			<Quality of={child.quality} short={child.quality === 'good'} />
		</li>
	);
}

function Bars(props: { of: Indicator; list: readonly Child[]; rules: readonly Rule[] }) {
	const values = props.list.map(child => child.value ?? 0);
	const top = Math.max(...values, props.of.percent ? 1 : (props.of.target ?? 0));
	const worst = severities(props.rules);

	return (
		<ol class="in-bars">
			{props.list.map(child => (
				<Bar key={child.id} of={props.of} child={child} top={top} severity={worst.get(child.id)} />
			))}
		</ol>
	);
}

function Picker<T extends string>(props: {
	label: string;
	value: T;
	list: readonly T[];
	show: (value: T) => string;
	onPick: (value: T) => void;
}) {
	return (
		<label>
			<span class="unseen">{props.label}</span>
			<select value={props.value} onChange={event => props.onPick(event.currentTarget.value as T)}>
				{props.list.map(one => (
					<option key={one} value={one}>
						{props.show(one)}
					</option>
				))}
			</select>
		</label>
	);
}

export function Children(props: { of: Indicator; node: Node; rules: readonly Rule[]; side: Side }) {
	const { of, node } = props;
	const [step, setStep] = useState<Step>('day');
	const [sorting, setSorting] = useState<Sorting>(props.side === 'unknown' ? 'high' : 'worst');
	const asked = usePoll<{ rows: HistoryRow[] }>(
		node.children.length > 0 ? 'history' : null,
		{ indicator: of.id, unit: node.unit.id, below: 1, every: step, since: '1m' },
		POLL_MS,
	);
	const list = useMemo(
		() => sortCompared(childrenOf(node, asked.data?.rows ?? []), sorting, props.side, lang.value),
		[asked.data, node, sorting, props.side, lang.value],
	);
	const known = list.filter(child => child.value !== null);

	return (
		<section class="in-box">
			<header class="in-tools">
				<h2>{t('indicator.children')}</h2>
				<Picker
					label={t('indicator.children-step')}
					value={step}
					list={STEPS}
					show={one => t(`indicator.window.${one}`)}
					onPick={setStep}
				/>
				<Picker
					label={t('indicator.sort')}
					value={sorting}
					list={props.side === 'unknown' ? SORTINGS.slice(1) : SORTINGS}
					show={one => t(`indicator.sort.${one}`)}
					onPick={setSorting}
				/>
			</header>
			<ErrorNote error={asked.error} old={asked.data !== null} />
			{node.children.length === 0 && <Empty>{t('indicator.children-none')}</Empty>}
			{asked.loading && <Loading />}
			{asked.data && known.length === 0 && <Empty>{t('indicator.children-empty')}</Empty>}
			{known.length > 0 && <Bars of={of} list={known} rules={props.rules} />}
			{known.length > 0 && known.length < list.length && (
				<p class="in-note">
					{t('indicator.children-unknown', { n: list.length - known.length })}:{' '}
					{list
						.filter(child => child.value === null)
						.map(child => child.name)
						.join(', ')}
				</p>
			)}
			{asked.data && <Stamp at={asked.at} lateMs={3 * POLL_MS} />}
		</section>
	);
}

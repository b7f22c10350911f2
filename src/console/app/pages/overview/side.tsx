// SPDX-License-Identifier: Apache-2.0
// What is known of the unit that is open: its alerts, its figures, and what cannot be seen.
import type { Row } from '../../lib/alert_book';
import { age, number } from '../../lib/format';
import { light, now } from '../../lib/live';
import { wall } from '../../lib/look';
import { href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Age } from '../../ui/Age';
import { Quality } from '../../ui/Quality';
import { Severity } from '../../ui/Severity';
import type { Key } from '../indicator/model';
import { trendOf, type Trend } from '../indicator/series';
import { bare, figure, measureOf, windowName } from '../indicator/show';
import type { Blind } from './blind';
import { shortName } from '../../words/short';
import type { Tree } from './tree';

/* A wall cannot be scrolled. */
const WALL_BLIND = 3;
const shownOf = (): number => (wall.value ? 4 : 8);

/* ---- alerts ---- */

function AlertLine({ row, own }: { row: Row; own: boolean }) {
	const { alert } = row;

	return (
		<li>
			<a class="ov-alert" href={href('alerts', alert.id)}>
				<Severity of={alert.severity} uncertain={alert.uncertain} short />
				<span class="ov-what">
					{pick(alert.rule.title)}
					{alert.subject && <small> {alert.subject}</small>}
					{!own && <span class="ov-where"> · {shortName(pick(alert.unit.name))}</span>}
				</span>
				<Age of={row.raisedMs} />
			</a>
		</li>
	);
}

export function Alerts(props: {
	rows: readonly Row[];
	unit: string;
	quiet: number;
	known: boolean;
	blind: boolean;
}) {
	const shown = shownOf();
	const more = props.rows.length - shown;

	if (!props.known)
		return <p class="ov-none">{t('overview.alerts-reading')}</p>;
	if (props.rows.length === 0)
		return (
			<p class="ov-none">
				{t(props.blind ? 'overview.alerts-none-blind' : 'overview.alerts-none')}
			</p>
		);
	return (
		<>
			<ul class="ov-list">
				{props.rows.slice(0, shown).map(row => (
					<AlertLine key={row.slot} row={row} own={row.alert.unit.id === props.unit} />
				))}
			</ul>
			<a class="ov-more" href={href('alerts', null, { unit: props.unit })}>
				{more > 0 ? t('overview.alerts-more', { n: more }) : t('overview.alerts-all')}
				{props.quiet > 0 && `; ${t('overview.n-quiet', { n: props.quiet })}`}
			</a>
		</>
	);
}

/* ---- indicators ---- */

const arrows: Record<Trend, string> = { up: '↗', down: '↘', flat: '→', unknown: '' };

function targetWords({ indicator, against }: Key): string {
	const value = bare(indicator, indicator.target);

	if (indicator.target === null)
		return '';
	if (against === 'missed')
		return t('overview.target-missed', { value });
	return against === 'met' ? t('overview.target-met', { value }) : t('overview.target', { value });
}

function Arrow(props: { of: Trend }) {
	const word = t(`overview.trend.${props.of}`);

	return (
		<span class="ov-trend" title={word}>
			<span aria-hidden="true">{arrows[props.of]}</span>
			<span class="unseen">{word}</span>
		</span>
	);
}

function Figure(props: { of: Key; unit: string; trend: Trend }) {
	const { indicator, reading, against, alerting } = props.of;
	const state = `${alerting ? ' alerting' : ''}${against === 'missed' ? ' missed' : ''}`;

	return (
		<li>
			<a class={`ov-figure${state}`} href={href('indicator', indicator.id, { unit: props.unit })}>
				<span class="ov-title">{pick(indicator.title)}</span>
				<span class="ov-value" title={figure(indicator, reading.value, indicator.target)}>
					{bare(indicator, reading.value, indicator.target)} <small>{measureOf(indicator)}</small>
				</span>
				<Arrow of={props.trend} />
				<span class="ov-about">
					{windowName(reading.window)}
					{indicator.target !== null && <span class="ov-target"> · {targetWords(props.of)}</span>}
					{' · '}
					<Quality of={reading.quality} short={reading.quality === 'good'} />
					{indicator.last && (
						<>
							{' '}
							<Age of={indicator.last} ago />
						</>
					)}
				</span>
			</a>
		</li>
	);
}

export function Figures(props: { keys: readonly Key[]; unit: string; past: Map<string, (number | null)[]> }) {
	if (props.keys.length === 0)
		return <p class="ov-none">{t('overview.indicators-none')}</p>;
	return (
		<>
			<ul class="ov-list">
				{props.keys.map(key => (
					<Figure
						key={key.indicator.id}
						of={key}
						unit={props.unit}
						trend={trendOf(props.past.get(key.indicator.id) ?? [])}
					/>
				))}
			</ul>
			<a class="ov-more" href={href('indicator', null, { unit: props.unit })}>
				{t('overview.indicators-all')}
			</a>
		</>
	);
}

/* ---- blind spots ---- */

function nameOf(tree: Tree, id: string): string {
	return shortName(pick(tree.byId.get(id)?.unit.name)) || id;
}

function unitWords(tree: Tree, units: readonly string[]): string {
	const unit = nameOf(tree, units[0] ?? '');

	return units.length > 1 ? t('overview.blind-units', { unit, n: units.length - 1 }) : unit;
}

function blindWords(tree: Tree, blind: Blind): string {
	switch (blind.kind) {
	case 'feed':
		return t('overview.blind-feed', {
			title: pick(blind.title),
			n: blind.kept,
			m: blind.expected,
			units: unitWords(tree, blind.units),
		});
	case 'late':
		return t('overview.blind-late', { title: pick(blind.title), units: unitWords(tree, blind.units) });
	case 'gap':
		return t('overview.blind-gap', { title: pick(blind.title), n: number(blind.count, 0) });
	case 'site':
		return blind.state === 'lagging'
			? t('overview.blind-lagging', { unit: nameOf(tree, blind.unit), n: number(blind.backlog, 0) })
			: t('overview.blind-lost', { unit: nameOf(tree, blind.unit) });
	}
}

export function Blinds(props: { tree: Tree; list: readonly Blind[] | null }) {
	if (!props.list)
		return <p class="ov-none">{t('overview.blind-unknown')}</p>;
	if (props.list.length === 0)
		return (
			<p class="ov-none">
				{t(light.value === 'green' ? 'overview.blind-none' : 'overview.blind-system')}
			</p>
		);
	const shown = props.list.slice(0, wall.value ? WALL_BLIND : undefined);
	const more = props.list.length - shown.length;

	return (
		<ul class="ov-list">
			{shown.map(blind => (
				<li key={`${blind.kind}/${blind.id}`}>
					<a class="ov-blind" href={href('feeds', blind.kind === 'site' ? null : blind.id)}>
						<span class="ov-hatch" aria-hidden="true" />
						<span>
							{blindWords(props.tree, blind)}
							{'since' in blind && blind.since !== null && (
								<small> · {t('overview.since', { age: age(now.value - blind.since) })}</small>
							)}
						</span>
					</a>
				</li>
			))}
			{more > 0 && <li class="ov-none">{t('overview.blind-more', { n: more })}</li>}
		</ul>
	);
}

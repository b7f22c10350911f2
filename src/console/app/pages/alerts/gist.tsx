// SPDX-License-Identifier: Apache-2.0
// Of one alert: why it stands, what it waits for, what keeps it from being told, where it arose.
import type { ComponentChildren } from 'preact';
import { age, number, percent } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t, type Key } from '../../lib/words';
import { Moment, Quality } from '../../ui';
import { placeWords, type Explanation, type Figure, type Judged, type Limit } from './explanation';
import { at, siteOf, suppressionWord, windowWords } from './names';

function Fact(props: { name: Key; children: ComponentChildren }) {
	return (
		<>
			<dt>{t(props.name)}</dt>
			<dd>{props.children}</dd>
		</>
	);
}

/* ---- what it waits for ---- */

export function Waits(props: { of: Explanation }) {
	const { waits } = props.of;

	if (waits.length === 0)
		return null;
	return (
		<Fact name="alerts.waitsFor">
			<ul class="al-plain">
				{waits.map(one => (
					<li key={one.code}>
						{pick(one.text)}
						{one.until && (
							<>
								{' '}
								(<Moment of={one.until} />)
							</>
						)}
					</li>
				))}
			</ul>
		</Fact>
	);
}

/* ---- what keeps it from being told ---- */

export function Suppressions(props: { of: Explanation }) {
	const { suppressed } = props.of.alert;

	if (suppressed.length === 0)
		return null;
	return (
		<Fact name="alerts.suppressions">
			<ul class="al-plain">
				{suppressed.map(one => (
					<li key={one.kind}>
						<b>{suppressionWord(one.kind)}</b>{' '}
						{one.kind === 'inhibited' && one.by ? (
							<a href={href('alerts', one.by)}>{t('alerts.causeIs', { id: one.by })}</a>
						) : one.by ? (
							t('alerts.suppressedBy', { by: one.by })
						) : (
							t('alerts.suppressedSystem')
						)}
						{', '}
						{one.until
							? t('alerts.until', { clock: at(one.until) })
							: t('alerts.suppressedOpen')}
					</li>
				))}
			</ul>
		</Fact>
	);
}

/* ---- where it arose ---- */

const siteStates: Record<string, Key> = { lost: 'alerts.siteLost', lagging: 'alerts.siteLagging' };

export function OriginFacts(props: { of: Explanation }) {
	const { alert, site } = props.of;
	const { origin } = alert;

	if (!origin)
		return null;
	return (
		<>
			<Fact name="alerts.origin">
				{t('alerts.originAt', { unit: pick(origin.name) || origin.unit, site: siteOf(alert) })},{' '}
				{t('alerts.originRule', { rule: origin.rule })}
				{origin.threshold && `, ${t('alerts.limit', { limit: origin.threshold })}`},{' '}
				{t('alerts.originRaised', { clock: at(origin.raised) })}
			</Fact>
			{site && (
				<Fact name="alerts.siteState">
					{t(siteStates[site.state] ?? 'alerts.siteHeard')}
					{site.heard && `, ${t('alerts.contractHeard', { clock: at(site.heard) })}`}
				</Fact>
			)}
		</>
	);
}

/* ---- rule and figures ---- */

const limitNames = {
	warning: 'alerts.limitWarning',
	critical: 'alerts.limitCritical',
	clear: 'alerts.limitClear',
} as const;

function LimitLine(props: { name: keyof typeof limitNames; limit: Limit; isCrossed: boolean }) {
	const { limit } = props;

	return (
		<li class={props.isCrossed ? 'crossed' : ''}>
			{t(limitNames[props.name])}{' '}
			<b>{limit.text}</b> <code>{placeWords(limit)}</code>
			{limit.override && (
				<span class="soft">
					{' '}
					{t('alerts.override', { unit: limit.of ?? '', text: limit.instead_of?.text ?? '–' })}
				</span>
			)}
		</li>
	);
}

export function Limits(props: { of: Explanation }) {
	const { limits, alert } = props.of;
	const names = ['warning', 'critical', 'clear'] as const;

	if (!limits)
		return null;
	return (
		<Fact name="alerts.limits">
			<ul class="al-plain">
				{names.map(name => {
					const limit = limits[name];

					return (
						limit && (
							<LimitLine
								key={name}
								name={name}
								limit={limit}
								isCrossed={name === alert.severity}
							/>
						)
					);
				})}
			</ul>
		</Fact>
	);
}

function Reading(props: { name: Key; reading: Judged | Figure; figure: Figure }) {
	const { reading, figure } = props;
	const { value } = reading;

	return (
		<Fact name={props.name}>
			<b>{figure.percent ? percent(value) : `${number(value)} ${pick(figure.measure)}`}</b>{' '}
			{t('alerts.samples', { n: number(reading.samples, 0) })} <Quality of={reading.quality} />
			{'expected' in reading && reading.expected > 0 && (
				<>
					{' '}
					{t('alerts.reporting', { n: reading.reporting, of: reading.expected })}
				</>
			)}
		</Fact>
	);
}

export function Figures(props: { of: Explanation }) {
	const { now, judged, rule } = props.of;

	if (!now)
		return null;
	return (
		<>
			{judged && <Reading name="alerts.judged" reading={judged} figure={now} />}
			<Reading name="alerts.nowIs" reading={now} figure={now} />
			<Fact name="alerts.window">{windowWords(rule.window ?? now.window)}</Fact>
		</>
	);
}

export function RuleFacts(props: { of: Explanation }) {
	const { rule } = props.of;
	const place = placeWords(rule);

	return (
		<>
			<Fact name="alerts.rule">
				<a href={href('rules', rule.id)}>{rule.id}</a> {place && <code>{place}</code>}
				<div class="soft">
					{rule.hold_s > 0
						? t('alerts.holdAfter', { hold: age(rule.hold_s * 1000) })
						: t('alerts.holdNone')}
					{rule.fade_s > 0 && `, ${t('alerts.fadeAfter', { fade: age(rule.fade_s * 1000) })}`}
				</div>
				{rule.escalations.map(step => (
					<div key={step.after_s} class="soft">
						{t('alerts.escalateAfter', {
							age: age(step.after_s * 1000),
							who: step.receivers.join(', '),
						})}
					</div>
				))}
			</Fact>
		</>
	);
}

/* ---- what else it is about ---- */

export function Missing(props: { of: Explanation }) {
	return (
		<>
			{props.of.missing.map(one => (
				<Fact key={one.feed} name="alerts.missing">
					{t('alerts.missingOf', { n: one.missing, of: one.expected, feed: one.feed })}
					{one.units.length > 0 && `: ${one.units.map(unit => pick(unit.name)).join(', ')}`}
					{one.missing > one.units.length &&
						one.units.length > 0 &&
						` ${t('alerts.andMore', { n: one.missing - one.units.length })}`}
				</Fact>
			))}
		</>
	);
}

export function RecordFacts(props: { of: Explanation }) {
	const { record, contract } = props.of;

	return (
		<>
			{record && (
				<Fact name="alerts.record">
					<b>{record.id}</b> ({record.track})
					{record.opened && `, ${t('alerts.recordOpened', { clock: at(record.opened) })}`}
					{record.due && `, ${t('alerts.recordDue', { clock: at(record.due) })}`}
					{!record.open && `, ${t('alerts.recordClosed')}`}
					{record.paused && `, ${t('alerts.recordPaused')}`}
				</Fact>
			)}
			{contract && (
				<Fact name="alerts.contract">
					{contract.feed}
					{contract.heard && `, ${t('alerts.contractHeard', { clock: at(contract.heard) })}`}
					{contract.since && `, ${t('alerts.contractSince', { clock: at(contract.since) })}`}{' '}
					<code>{placeWords(contract)}</code>
				</Fact>
			)}
		</>
	);
}

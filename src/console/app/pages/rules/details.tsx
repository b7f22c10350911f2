// SPDX-License-Identifier: Apache-2.0
// All about one rule.
import type { ComponentChildren } from 'preact';
import { number } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Age, Panel, Severity, Stamp } from '../../ui';
import { HeldLine } from './held';
import { Limits } from './limits';
import { Never } from './never';
import { Origin } from './rule_table';
import type { Row, Rule, Rules } from './model';
import { sayCondition, sayKind, saySeconds, sayWatched, sayWindow, type Titles } from './say';
import { Told } from './told';
import { TrialRow } from './trial_row';
import { WhyNot } from './why_not';

type Fact = [string, ComponentChildren] | null;

function Facts(props: { of: Fact[] }) {
	return (
		<dl class="ru-facts">
			{props.of
				.filter(fact => fact !== null)
				.map(([name, value]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{value}</dd>
					</div>
				))}
		</dl>
	);
}

function severity(of: string | null | undefined) {
	return of ? <Severity of={of} /> : t('rules.notTold');
}

function watched(rule: Rule): Fact[] {
	return [
		[t('rules.kind'), sayKind(rule.kind)],
		rule.indicator
			? [
					t('rules.indicator'),
					<a href={href('indicator', rule.indicator)}>
						<code>{rule.indicator}</code>
					</a>,
				]
			: null,
		rule.window ? [t('rules.window'), sayWindow(rule.window)] : null,
		rule.min_samples !== undefined
			? [
					t('rules.samples'),
					rule.min_samples ? number(rule.min_samples) : t('rules.samplesNone'),
				]
			: null,
		rule.where?.length ? [t('rules.where'), rule.where.map(sayCondition).join('; ')] : null,
		rule.subject ? [t('rules.subject'), <code>{rule.subject}</code>] : null,
		rule.each ? [t('rules.subject'), <code>{rule.each}</code>] : null,
		rule.severity ? [t('rules.severity'), severity(rule.severity)] : null,
		rule.kind === 'deadline' ? [t('rules.dueSoon'), severity(rule.due_soon)] : null,
		rule.kind === 'deadline' ? [t('rules.overdue'), severity(rule.overdue)] : null,
		rule.each_record !== undefined
			? [t('rules.eachRecord'), t(rule.each_record ? 'common.yes' : 'common.no')]
			: null,
	];
}

function life(rule: Rule): Fact[] {
	return [
		[t('rules.calendar'), rule.calendar ? <code>{rule.calendar}</code> : t('rules.always')],
		[t('rules.hold'), rule.hold_s ? saySeconds(rule.hold_s) : t('rules.holdNone')],
		[t('rules.fade'), rule.fade_s ? saySeconds(rule.fade_s) : t('rules.fadeNone')],
		[t('rules.latched'), t(rule.latched ? 'common.yes' : 'common.no')],
		rule.repeat_s ? [t('rules.repeat'), saySeconds(rule.repeat_s)] : null,
		rule.chatter
			? [
					t('rules.chatterLimit'),
					t('rules.chatterOf', {
						n: rule.chatter.times,
						age: saySeconds(rule.chatter.within_s),
					}),
				]
			: null,
		[t('rules.applies'), t('rules.unitCount', { n: rule.units })],
		[
			t('rules.origin'),
			<Origin of={rule} />,
		],
		[t('rules.version'), <code>{rule.version}</code>],
	];
}

function Fired(props: { rule: Rule; since: string | null | undefined }) {
	const { last_fired: last } = props.rule;

	if (last === undefined)
		return null;
	return (
		<>
			{' '}
			{t('rules.lastFired')}:{' '}
			{last ? <Age of={last} ago /> : <Never since={props.since} />}.
		</>
	);
}

function Now(props: { row: Row; since: string | null | undefined }) {
	const { rule, suppressions } = props.row;

	return (
		<section>
			<h3>{t('rules.standingTitle')}</h3>
			<p>
				{rule.alerts > 0 ? (
					<a href={href('alerts', null, { rule: rule.id })}>
						{t('rules.openAlerts', { n: rule.alerts })}
					</a>
				) : (
					t('rules.noAlerts')
				)}
				<Fired rule={rule} since={props.since} />
			</p>
			{suppressions.length > 0 && (
				<ul>
					{suppressions.map((one, i) => (
						<li key={i}>
							<HeldLine of={one} />
						</li>
					))}
				</ul>
			)}
		</section>
	);
}

export function Details(props: {
	row: Row;
	all: Rules;
	titles: Titles;
	at: number | null;
	onClose: () => void;
}) {
	const { rule } = props.row;

	return (
		<Panel title={pick(rule.title)} wide onClose={props.onClose}>
			<div class="ru-details">
				<p>
					{sayWatched(rule, props.titles)} <code>{rule.id}</code>
					<br />
					<Stamp at={props.at} />
				</p>
				<Now row={props.row} since={props.all.fired_since} />
				<Limits rule={rule} />
				<WhyNot rule={rule} />
				<Told rule={rule} />
				<section>
					<h3>{t('rules.how')}</h3>
					<Facts of={[...watched(rule), ...life(rule)]} />
				</section>
				<TrialRow rule={rule} finished={props.all.backtest_finished} />
			</div>
		</Panel>
	);
}

// SPDX-License-Identifier: Apache-2.0
import { dayClock, number } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t, tOr } from '../../lib/words';
import { differences, type TrialLoad, type TrialResult } from './config';

interface LoadRow {
	words: 'trialPer10' | 'trialMost' | 'trialAlerts' | 'trialFloods';
	of: (load: TrialLoad) => string;
}

const ROWS: readonly LoadRow[] = [
	{ words: 'trialPer10', of: load => number(load.per_10_minutes, 2) },
	{ words: 'trialMost', of: load => number(load.most, 1) },
	{ words: 'trialAlerts', of: load => number(load.alerts) },
	{ words: 'trialFloods', of: load => number(load.floods) },
];

function Loads(props: { of: TrialResult }) {
	const { before, after } = props.of;

	return (
		<table class="table ru-trial">
			<thead>
				<tr>
					<td />
					<th class="right">{t('rules.trialBefore')}</th>
					<th class="right">{t('rules.trialAfter')}</th>
				</tr>
			</thead>
			<tbody>
				{ROWS.map(row => (
					<tr key={row.words}>
						<th scope="row">{t(`rules.${row.words}`)}</th>
						<td class="right">{row.of(before)}</td>
						<td class="right">{row.of(after)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function Differences(props: { of: TrialResult }) {
	const rows = differences(props.of);

	if (rows.length === 0)
		return <p>{t('rules.trialSame')}</p>;
	return (
		<>
			<h4>{t('rules.trialRules')}</h4>
			<table class="table ru-trial">
				<thead>
					<tr>
						<th>{t('rules.rule')}</th>
						<th class="right">{t('rules.trialBefore')}</th>
						<th class="right">{t('rules.trialAfter')}</th>
						<th class="right">{t('rules.trialMissed')}</th>
						<th class="right">{t('rules.trialAdded')}</th>
					</tr>
				</thead>
				<tbody>
					{rows.map(row => (
						<tr key={row.rule}>
							<td>
								<a href={href('rules', row.rule)}>{pick(row.title) || row.rule}</a>
							</td>
							<td class="right">{number(row.raised_before)}</td>
							<td class="right">{number(row.raised_after)}</td>
							<td class="right">{number(row.missed)}</td>
							<td class="right">{number(row.added)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</>
	);
}

export function TrialTable(props: { of: TrialResult }) {
	const { of } = props;

	return (
		<div role="status">
			<p class="ru-soft">
				{t('rules.trialOf', {
					from: dayClock(of.since),
					to: dayClock(of.until),
					n: number(of.events),
				})}
				{' · '}
				{t('rules.trialBy', { by: tOr(`rules.who-${of.by}`, of.by ?? '–'), time: dayClock(of.finished) })}
				{of.damaged > 0 && ` · ${t('rules.trialDamaged', { n: of.damaged })}`}
			</p>
			<Loads of={of} />
			<Differences of={of} />
		</div>
	);
}

// SPDX-License-Identifier: Apache-2.0
// The value now, how far it can be trusted, and the same over every window.
import { number } from '../../lib/format';
import { pick, t } from '../../lib/words';
import { Age } from '../../ui/Age';
import { Quality } from '../../ui/Quality';
import {
	againstTarget,
	type AgainstTarget,
	type Indicator,
	type Reading,
	type Side,
	type WindowReading,
} from './model';
import { bare, figure, measureOf, windowName } from './show';

function reportingWords(reading: Reading): string {
	return reading.expected > 0
		? t('indicator.reporting', { n: reading.reporting, m: reading.expected })
		: t('indicator.reporting-none');
}

function targetWords(of: Indicator, against: AgainstTarget): string {
	if (of.target === null)
		return t('indicator.target-none');
	const value = figure(of, of.target);

	return against === 'none' ? t('indicator.target.apart', { value }) : t(`indicator.target.${against}`, { value });
}

export function Head(props: { of: Indicator; side: Side }) {
	const { of } = props;
	const reading = of.windows?.[0];

	if (!reading)
		return null;
	const against = againstTarget(reading.value, of.target, props.side);

	return (
		<section class={`in-head ${reading.quality}`} aria-label={t('indicator.now')}>
			<p class="in-value">
				{reading.value === null ? (
					<span class="in-no">{t('indicator.no-value')}</span>
				) : (
					<>
						{bare(of, reading.value, of.target)} <small>{measureOf(of)}</small>
					</>
				)}
			</p>
			<p class="in-facts">
				<span>{windowName(reading.window)}</span>
				<Quality of={reading.quality} />
				<span>{t('indicator.samples', { n: number(reading.samples, 0) })}</span>
				<span class={reading.reporting < reading.expected ? 'in-short' : undefined}>
					{reportingWords(reading)}
				</span>
				<span class={against === 'missed' ? 'in-missed' : undefined}>{targetWords(of, against)}</span>
				{reading.band && <span>{t('indicator.band', { band: pick(reading.band) })}</span>}
				{reading.provisional && (
					<span title={t('indicator.provisional-long')}>{t('indicator.provisional')}</span>
				)}
				<LastData of={of.last ?? null} />
			</p>
		</section>
	);
}

function LastData(props: { of: string | null }) {
	if (!props.of)
		return <span>{t('indicator.last-never')}</span>;
	return (
		<span>
			{t('indicator.last')} <Age of={props.of} ago />
		</span>
	);
}

function Row(props: { of: Indicator; reading: WindowReading; side: Side }) {
	const { of, reading } = props;
	const against = againstTarget(reading.value, of.target, props.side);

	return (
		<tr>
			<th scope="row">{windowName(reading.window)}</th>
			<td class={`right in-num${against === 'missed' ? ' in-missed' : ''}`}>
				{figure(of, reading.value, of.target)}
				{reading.band && <small> {pick(reading.band)}</small>}
				{reading.provisional && <small> {t('indicator.provisional')}</small>}
			</td>
			<td>
				<Quality of={reading.quality} />
			</td>
			<td class="right in-num">{number(reading.samples, 0)}</td>
			<td class="no-phone">{reportingWords(reading)}</td>
		</tr>
	);
}

export function Windows(props: { of: Indicator; side: Side }) {
	return (
		<section class="in-box">
			<h2>{t('indicator.windows')}</h2>
			<table class="table">
				<thead>
					<tr>
						<th scope="col">{t('indicator.window')}</th>
						<th scope="col" class="right">
							{t('indicator.value')}
						</th>
						<th scope="col">{t('indicator.quality')}</th>
						<th scope="col" class="right">
							{t('indicator.n-samples')}
						</th>
						<th scope="col" class="no-phone">
							{t('indicator.n-reporting')}
						</th>
					</tr>
				</thead>
				<tbody>
					{props.of.windows?.map(reading => (
						<Row key={reading.window} of={props.of} reading={reading} side={props.side} />
					))}
				</tbody>
			</table>
		</section>
	);
}

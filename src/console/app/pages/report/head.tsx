// SPDX-License-Identifier: Apache-2.0
// What the table is about, and how far it can be trusted, before anybody reads a figure.
import { day, dayClock, number } from '../../lib/format';
import { pick, t } from '../../lib/words';
import { Stamp } from '../../ui';
import { isOpen, summaryOf, type Plan, type Report } from './model';
import { sayPeriod } from './say';

function Sum(props: { name: string; value: string; loud?: boolean }) {
	return (
		<div class={props.loud ? 'loud' : ''}>
			<dt>{props.name}</dt>
			<dd>{props.value}</dd>
		</div>
	);
}

export function Head(props: { report: Report; plan: Plan }) {
	const { report, plan } = props;
	const sum = summaryOf(report);

	return (
		<header class="re-head">
			<h2>
				{pick(report.title)}, {sayPeriod(plan.every, report.period).toLowerCase()}
			</h2>
			<p class="re-soft">
				{t('report.from', { from: day(report.from), to: day(Date.parse(report.to) - 1) })}.{' '}
				{t('report.made', { time: dayClock(report.made) })}.{' '}
				<span class="no-print">
					<Stamp at={report.made} lateMs={180000} />
				</span>
			</p>
			{isOpen(report) && <p class="re-look">◐ {t('report.provisional')}</p>}
			{report.revision > 1 && (
				<p class="re-look">* {t('report.revision', { n: report.revision - 1 })}</p>
			)}
			{sum.reported === 0 && <p class="re-look">{t('report.nobody')}</p>}
			<dl class="re-sums">
				<Sum
					name={t('report.reported')}
					value={t('report.of', { n: number(sum.reported), all: number(report.rows.length) })}
					loud={sum.silent > 0}
				/>
				<Sum
					name={t('report.missed')}
					value={t('report.of', { n: number(sum.missed), all: number(sum.judged) })}
					loud={sum.missed > 0}
				/>
				<Sum name={t('report.doubtful')} value={number(sum.doubtful)} loud={sum.doubtful > 0} />
				<Sum name={t('report.revised')} value={number(sum.revised)} loud={sum.revised > 0} />
			</dl>
		</header>
	);
}

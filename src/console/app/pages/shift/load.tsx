// SPDX-License-Identifier: Apache-2.0
// Load figures against what the trade calls bearable.
import { age, moment, number } from '../../lib/format';
import { now } from '../../lib/live';
import { usePoll } from '../../lib/poll';
import { t } from '../../lib/words';
import { Age, ErrorNote, Loading, Stamp } from '../../ui';
import type { Load, Workload } from './model';
import { Target, VerdictMark } from './target';
import { Worst } from './worst';

const LOAD_MS = 5000;

function Figure(props: { name: string; value: preact.ComponentChildren; loud?: boolean }) {
	return (
		<div class={props.loud ? 'loud' : ''}>
			<dt>{props.name}</dt>
			<dd>{props.value}</dd>
		</div>
	);
}

function Flood(props: { of: Load }) {
	const { of } = props;

	if (!of.flood)
		return <p class="sh-calm">{t('shift.floodNot')}</p>;
	const since = of.flood_since ? Date.parse(of.flood_since) : now.value;

	return (
		<p class="sh-flood" role="status">
			<span aria-hidden="true">▲</span>{' '}
			{t('shift.flood', {
				time: moment(since, now.value),
				age: age(Math.max(0, now.value - since)),
				n: number(of.flood_alarms),
			})}
		</p>
	);
}

function Counts(props: { of: Load }) {
	const { of } = props;

	return (
		<section class="sh-card">
			<h2>{t('shift.counts')}</h2>
			<dl class="sh-figures">
				<Figure name={t('shift.last10')} value={number(of.last_10_min)} />
				<Figure name={t('shift.lastHour')} value={number(of.last_hour)} />
				<Figure name={t('shift.today')} value={number(of.today)} />
				<Figure name={t('shift.week')} value={number(of.week)} />
			</dl>
		</section>
	);
}

function Standing(props: { of: Load['standing'] }) {
	const { of } = props;

	return (
		<section class="sh-card">
			<h2>{t('shift.standing')}</h2>
			<dl class="sh-figures">
				<Figure name={t('shift.all')} value={number(of.all)} />
				<Figure name={t('shift.critical')} value={number(of.critical)} loud={of.critical > 0} />
				<Figure
					name={t('shift.unacknowledged')}
					value={number(of.unacknowledged)}
					loud={of.unacknowledged > 0}
				/>
				<Figure name={t('shift.acknowledged')} value={number(of.acknowledged)} />
				<Figure name={t('shift.over')} value={number(of.over)} />
				<Figure name={t('shift.held')} value={number(of.suppressed)} />
				<Figure name={t('shift.uncertain')} value={number(of.uncertain)} />
				<Figure name={t('shift.oldest')} value={<Age of={of.oldest} />} />
			</dl>
		</section>
	);
}

function Acknowledging(props: { of: Load }) {
	const { of } = props;

	return (
		<section class="sh-card">
			<h2>{t('shift.acknowledging')}</h2>
			{of.acknowledged === 0 ? (
				<p>{t('shift.acknowledgingNone')}</p>
			) : (
				<>
					<p>{t('shift.acknowledgingOf', { n: of.acknowledged })}</p>
					<dl class="sh-figures">
						<Figure name={t('shift.half')} value={age(of.acknowledged_p50_s * 1000)} />
						<Figure name={t('shift.most95')} value={age(of.acknowledged_p95_s * 1000)} />
					</dl>
				</>
			)}
		</section>
	);
}

function Overall(props: { of: Workload }) {
	const verdict = props.of.light === 'green' ? 'good' : props.of.light === 'amber' ? 'watch' : 'much';

	return (
		<p class="sh-overall">
			{t('shift.overall')}: <VerdictMark of={verdict} /> · {t('shift.operators', { n: props.of.operators })}
		</p>
	);
}

export function LoadView() {
	const load = usePoll<Workload>('workload', {}, LOAD_MS);
	const { data } = load;

	return (
		<>
			<ErrorNote error={load.error} retry={load.reload} old={data !== null} />
			{load.loading && <Loading />}
			{data && (
				<>
					<div class="sh-line">
						<Overall of={data} />
						<Stamp at={data.time} lateMs={30000} />
					</div>
					<Flood of={data} />
					<section class="sh-card">
						<h2>{t('shift.guide')}</h2>
						<p class="sh-soft">{t('shift.guideHelp')}</p>
						<div class="sh-targets">
							{data.targets.map(target => (
								<Target key={target.name} of={target} />
							))}
						</div>
					</section>
					<div class="sh-cards">
						<Standing of={data.standing} />
						<Counts of={data} />
						<Acknowledging of={data} />
					</div>
					<Worst of={data} />
				</>
			)}
		</>
	);
}

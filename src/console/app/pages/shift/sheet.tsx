// SPDX-License-Identifier: Apache-2.0
// The sheet: what stands, what is kept back, what was done, what cannot be seen, and who signs.
import { day, dayClock, number } from '../../lib/format';
import { beat, now } from '../../lib/live';
import { pick, t, tOr } from '../../lib/words';
import { AlertRows } from './sheet_alerts';
import { Blind } from './sheet_blind';
import { Deeds, Held } from './sheet_deeds';
import { isPresent, raisedMost, type Handover, type PastSheet } from './model';
import { sayMoment } from './say';
import { Target } from './target';

const COUNTS = [
	'raised',
	'cleared',
	'acknowledged',
	'commented',
	'escalated',
	'announced',
	'forgotten',
] as const;

const MOST = 5;

function Summary(props: { of: PastSheet }) {
	const { of } = props;
	const end = Date.parse(of.until);

	return (
		<section>
			<p>
				<strong>{t('shift.summary')}:</strong>{' '}
				{COUNTS.map(name => `${number(of.counts[name] ?? 0)} ${t(`shift.count-${name}`)}`).join(', ')}.{' '}
				{of.floods.map(flood =>
					t('shift.floodLine', {
						from: sayMoment(flood.from, end),
						to: flood.to ? sayMoment(flood.to, end) : t('shift.floodNow'),
						n: number(flood.alarms),
					}) + ' ',
				)}
			</p>
			{of.cut && <p class="sh-look">{t('shift.cut')}</p>}
			{of.oldest && Date.parse(of.oldest) > Date.parse(of.since) && (
				<p class="sh-look">{t('shift.historyFrom', { time: dayClock(of.oldest) })}</p>
			)}
		</section>
	);
}

function Most(props: { of: PastSheet }) {
	const most = raisedMost(props.of.log, MOST);

	if (most.length === 0)
		return null;
	return (
		<p>
			<strong>{t('shift.most10')}:</strong>{' '}
			{most.map(one => `${pick(one.title)} (${number(one.raised)})`).join('; ')}.
		</p>
	);
}

function Generations(props: { of: PastSheet }) {
	const { generations, until } = props.of;

	if (generations.length === 0)
		return null;
	return (
		<section>
			<h3>{t('shift.rulesChanged', { n: generations.length })}</h3>
			<ul>
				{generations.map(one => (
					<li key={one.time + one.generation}>
						{t('shift.generation', {
							time: sayMoment(one.time, Date.parse(until)),
							by: tOr(`shift.by-${one.by}`, one.by),
							generation: one.generation,
						})}
					</li>
				))}
			</ul>
		</section>
	);
}

function Signatures() {
	return (
		<div class="sh-signs">
			{(['signHand', 'signTake'] as const).map(name => (
				<div key={name}>
					<strong>{t(`shift.${name}`)}</strong>
					<small>{t('shift.signHelp')}</small>
				</div>
			))}
		</div>
	);
}

/* What is so now. */
function Present(props: { of: Handover }) {
	const { of } = props;

	return (
		<>
			{of.load && (
				<section class="sh-targets tight">
					{of.load.targets.map(target => (
						<Target key={target.name} of={target} />
					))}
				</section>
			)}
			<AlertRows
				title={t('shift.open', { n: of.n_standing })}
				n={of.n_standing}
				alerts={of.standing}
				until={of.until}
				none={t('shift.openNone')}
			/>
			{of.n_over > 0 && (
				<AlertRows
					title={t('shift.overTitle', { n: of.n_over })}
					n={of.n_over}
					alerts={of.over}
					until={of.until}
				/>
			)}
			<Blind of={of} />
			<Held of={of} />
		</>
	);
}

export function Sheet(props: { of: PastSheet }) {
	const { of } = props;
	const sameDay = day(of.since) === day(of.until);

	return (
		<article class="sh-sheet">
			<header>
				<h2>{t('shift.sheetTitle')}</h2>
				<p>
					{t('shift.sheetOf', {
						unit: pick(of.unit.name),
						from: sayMoment(of.since, sameDay ? Date.parse(of.until) : 0),
						to: dayClock(of.until),
					})}
				</p>
				<small>
					{t('shift.made', {
						time: dayClock(isPresent(of) ? of.until : now.peek()),
						instance: of.instance,
						config: beat.value?.config ?? '–',
					})}
				</small>
			</header>
			<Summary of={of} />
			{isPresent(of) ? <Present of={of} /> : <p class="sh-look">{t('shift.past')}</p>}
			<Deeds of={of} />
			<Most of={of} />
			<Generations of={of} />
			<Signatures />
		</article>
	);
}

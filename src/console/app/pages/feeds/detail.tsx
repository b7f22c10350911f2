// SPDX-License-Identifier: Apache-2.0
// One feed: why, what is expected, who is missing, who sends.
import { number } from '../../lib/format';
import { t, tOr } from '../../lib/words';
import { Age, Moment } from '../../ui/Age';
import { Table, type Column } from '../../ui/Table';
import { Unit } from '../../ui/Unit';
import { causeOf, isSkewed, type Facts, type Sender } from './model';
import { expectWords, nameOf, skewWords, whyFeed } from './words';

const SHOWN = 30;

function Missing({ list }: { list: readonly Sender[] }) {
	if (list.length === 0)
		return null;
	return (
		<section>
			<h2>{t('feeds.missing-units')}</h2>
			<ul class="fe-missing">
				{list.slice(0, SHOWN).map(sender => (
					<li key={sender.id}>
						<Unit of={sender} />: {t(`feeds.cause.${causeOf(sender)}`)}
						<small>
							{sender.since && (
								<>
									{' · '}
									<Since of={sender.since} />
								</>
							)}
							{sender.last_arrival && (
								<>
									{' · '}
									{t('feeds.last')} <Moment of={sender.last_arrival} />
								</>
							)}
						</small>
					</li>
				))}
			</ul>
			{list.length > SHOWN && <p>{t('feeds.missing-more', { n: list.length - SHOWN })}</p>}
		</section>
	);
}

function Since(props: { of: string }) {
	return (
		<>
			{t('feeds.missing-since')} <Age of={props.of} ago />
		</>
	);
}

function columns(): Column<Sender>[] {
	return [
		{
			id: 'unit',
			title: t('feeds.unit'),
			show: sender => <Unit of={sender} />,
			sort: nameOf,
		},
		{
			id: 'contract',
			title: t('feeds.state'),
			show: sender => (
				<span class={sender.contract === 'missing' || sender.state === 'silent' ? 'fe-bad' : undefined}>
					{tOr(`feeds.contract.${sender.contract}`, sender.contract ?? '')}
				</span>
			),
			sort: sender => sender.contract ?? '',
		},
		{
			id: 'presence',
			title: t('feeds.connection'),
			show: sender => tOr(`feeds.presence.${sender.presence}`, sender.presence ?? ''),
			sort: sender => sender.presence ?? '',
			hidePhone: true,
		},
		{
			id: 'last',
			title: t('feeds.last'),
			show: sender => <Age of={sender.last_arrival} ago />,
			sort: sender => (sender.last_arrival ? Date.parse(sender.last_arrival) : null),
			right: true,
		},
		{
			id: 'accepted',
			title: t('feeds.accepted'),
			show: sender => number(sender.accepted, 0),
			sort: sender => sender.accepted,
			right: true,
			hidePhone: true,
		},
		{
			id: 'late',
			title: t('feeds.late'),
			show: sender => number(sender.late, 0),
			sort: sender => sender.late,
			right: true,
			hidePhone: true,
		},
		{
			id: 'skew',
			title: t('feeds.clock'),
			show: sender => (
				<span class={isSkewed(sender) ? 'fe-bad' : undefined}>{skewWords(sender.skew_ms)}</span>
			),
			sort: sender => (sender.skew_ms === null ? null : Math.abs(sender.skew_ms)),
			right: true,
		},
	];
}

export function Detail({ facts }: { facts: Facts }) {
	const { feed } = facts;
	const senders = feed.units.filter(
		unit => unit.last_arrival !== null || (unit.contract !== undefined && unit.contract !== 'none'),
	);

	return (
		<div class="fe-in">
			{whyFeed(facts).map(words => (
				<p key={words} class="fe-because">
					{words}
				</p>
			))}
			{feed.expect && (
				<p class="fe-soft">
					{expectWords(feed.expect)}{' '}
					{feed.expect.file && (
						<>
							{t('feeds.expect.where')}{' '}
							<code>
								{feed.expect.file}:{feed.expect.line}
							</code>
						</>
					)}
				</p>
			)}
			<Missing list={facts.missing} />
			<section>
				<h2>
					{t('feeds.senders')} <small>{senders.length}</small>
				</h2>
				<div class="fe-senders">
					<Table
						columns={columns()}
						rows={senders}
						keyOf={sender => sender.id}
						caption={t('feeds.senders')}
						empty={t('feeds.senders-none')}
						rowClass={sender => (sender.contract === 'missing' ? 'wrong' : '')}
					/>
				</div>
			</section>
		</div>
	);
}

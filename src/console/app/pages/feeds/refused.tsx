// SPDX-License-Identifier: Apache-2.0
// What was turned away, why, from whom, and what it looked like.
import { bytes, number } from '../../lib/format';
import { usePoll } from '../../lib/poll';
import { href } from '../../lib/router';
import { pick, t, tOr } from '../../lib/words';
import { Age, Stamp } from '../../ui/Age';
import { Empty, ErrorNote, Loading } from '../../ui/Note';
import { Panel } from '../../ui/Panel';
import { reasonsOf, type ReasonTotal, type Refusals } from './model';

const POLL_MS = 10_000;
const WHO = 3;
const HARMLESS = 'duplicate';

interface Sample {
	number: number;
	arrival: string;
	unit: string | null;
	reason: string;
	text: string;
	position: number;
	nth: number;
	topic: string;
	payload: string;
	payload_size: number;
}

function reasonWords(reason: string, or = reason): string {
	return tOr(`feeds.reason.${reason}`, or);
}

function whoWords(total: ReasonTotal): string {
	const parts = total.units.slice(0, WHO).map(unit =>
		t('feeds.refused-who-n', {
			unit: unit.id === null ? t('feeds.refused-unknown') : pick(unit.name) || unit.id,
			n: number(unit.total, 0),
		}),
	);

	if (total.units.length > WHO)
		parts.push(t('feeds.refused-more', { n: total.units.length - WHO }));
	return parts.join('; ');
}

export function Refused(props: { list: readonly Refusals[]; feed: string | undefined }) {
	const totals = reasonsOf(props.list);
	const sum = totals.reduce((n, total) => n + total.total, 0);

	if (sum === 0)
		return <p class="fe-soft">{t('feeds.refused-none')}</p>;
	return (
		<>
			<p class="fe-soft">{t('feeds.refused-total', { n: number(sum, 0) })}</p>
			<table class="table">
				<thead>
					<tr>
						<th scope="col">{t('feeds.refused-reason')}</th>
						<th scope="col" class="right">
							{t('feeds.refused-count')}
						</th>
						<th scope="col" class="no-phone">
							{t('feeds.refused-who')}
						</th>
						<th scope="col" class="no-wall">
							<span class="unseen">{t('feeds.samples-see')}</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{totals.map(total => (
						<tr key={total.reason}>
							<th scope="row">
								{reasonWords(total.reason)}
								{total.reason === HARMLESS && (
									<small class="fe-soft"> · {t('feeds.refused-harmless')}</small>
								)}
							</th>
							<td class="right">{number(total.total, 0)}</td>
							<td class="no-phone fe-soft">{whoWords(total)}</td>
							<td class="right no-wall">
								<a href={href('feeds', props.feed, { reason: total.reason })}>
									{t('feeds.samples-see')}
								</a>
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</>
	);
}

function payloadSize(sample: Sample): string {
	const kept = new TextEncoder().encode(sample.payload).length;

	return sample.payload_size > kept
		? t('feeds.sample-size', { size: bytes(sample.payload_size), kept: bytes(kept) })
		: t('feeds.sample-whole', { size: bytes(sample.payload_size) });
}

/* Whatever a sender wrote stands here as text, never as anything else. */
function OneSample({ sample }: { sample: Sample }) {
	return (
		<li class="fe-sample">
			<p>
				<Age of={sample.arrival} ago /> · {sample.unit ?? t('feeds.refused-unknown')} ·{' '}
				{payloadSize(sample)}
				{sample.nth > 0 && ` · ${t('feeds.sample-nth', { n: sample.nth + 1 })}`}
				{' · '}
				<small>{t('feeds.sample-position', { n: sample.position })}</small>
			</p>
			<dl>
				<dt>{t('feeds.sample-topic')}</dt>
				<dd>
					<code dir="ltr">{sample.topic}</code>
				</dd>
				<dt>{t('feeds.sample-payload')}</dt>
				<dd>
					<pre dir="ltr" tabIndex={0}>
						{sample.payload || t('feeds.sample-empty')}
					</pre>
				</dd>
			</dl>
		</li>
	);
}

export function Samples(props: { reason: string; onClose: () => void }) {
	const asked = usePoll<{ samples: Sample[] }>('deadletter', { reason: props.reason, limit: 20 }, POLL_MS);
	const list = asked.data?.samples ?? [];

	return (
		<Panel
			title={t('feeds.samples', { reason: reasonWords(props.reason) })}
			wide
			onClose={props.onClose}
		>
			<ErrorNote error={asked.error} old={asked.data !== null} retry={asked.reload} />
			{asked.loading && <Loading />}
			{asked.data && list.length === 0 && <Empty>{t('feeds.samples-none')}</Empty>}
			<ul class="fe-samples">
				{list.map(sample => (
					<OneSample key={sample.number} sample={sample} />
				))}
			</ul>
			{asked.data && <Stamp at={asked.at} />}
		</Panel>
	);
}

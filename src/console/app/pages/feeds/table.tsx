// SPDX-License-Identifier: Apache-2.0
// The feeds, one line each; a line opens to say why it is as it is, and who is behind that.
import { number } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Age } from '../../ui/Age';
import { Detail } from './detail';
import { isSkewed, type Facts, type FeedState } from './model';
import { rateWords, whyFeed } from './words';

const marks: Record<FeedState, string> = {
	stopped: '✕',
	missing: '◐',
	late: '◷',
	faulty: '!',
	waiting: '…',
	live: '●',
	never: '○',
};

export function State(props: { of: FeedState }) {
	return (
		<span class={`fe-state ${props.of}`}>
			<span class="fe-mark" aria-hidden="true">
				{marks[props.of]}
			</span>
			{t(`feeds.state.${props.of}`)}
		</span>
	);
}

function Reporting({ facts }: { facts: Facts }) {
	const expect = facts.feed.expect;

	if (!expect || expect.expected === 0)
		return <span class="fe-soft">{t('feeds.not-expected')}</span>;
	return (
		<span class={expect.kept < expect.expected ? 'fe-bad' : undefined}>
			{t('feeds.n-of-m', { n: expect.kept, m: expect.expected })}
		</span>
	);
}

function Line(props: { facts: Facts; rate: number | null | undefined; isOpen: boolean }) {
	const { facts, isOpen } = props;
	const { feed } = facts;
	const title = pick(feed.title) || feed.id;
	const skewed = feed.units.filter(isSkewed).length;

	return (
		<tr class={`fe-line${facts.isWrong ? ' wrong' : ''}`}>
			<td>
				<State of={facts.state} />
			</td>
			<th scope="row">
				<a
					class="fe-open"
					href={href('feeds', isOpen ? null : feed.id)}
					aria-expanded={isOpen}
					aria-label={t('feeds.details', { title })}
				>
					<span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {title}
				</a>
				{facts.isWrong && !isOpen && <p class="fe-why">{whyFeed(facts)[0]}</p>}
			</th>
			<td class="right">
				<Reporting facts={facts} />
			</td>
			<td class="right">
				{facts.last === null ? (
					<span class="fe-soft">{t('feeds.last-never')}</span>
				) : (
					<Age of={facts.last} ago />
				)}
			</td>
			<td class="right no-phone">{rateWords(props.rate)}</td>
			<td class="right no-phone">{number(facts.late, 0)}</td>
			<td class={`right no-phone${feed.missing ? ' fe-bad' : ''}`}>{number(feed.missing, 0)}</td>
			<td class={`right no-phone${skewed ? ' fe-bad' : ''}`}>{number(skewed, 0)}</td>
		</tr>
	);
}

const heads = ['state', 'feed', 'reporting', 'last', 'rate', 'late', 'missing', 'clocks'] as const;

export function FeedTable(props: {
	list: readonly Facts[];
	rates: Map<string, number | null>;
	open: string | undefined;
}) {
	return (
		<table class="table fe-table">
			<caption class="unseen">{t('feeds.feeds')}</caption>
			<thead>
				<tr>
					{heads.map((head, i) => (
						<th key={head} scope="col" class={`${i > 1 ? 'right' : ''}${i > 3 ? ' no-phone' : ''}`}>
							{t(`feeds.${head}`)}
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{props.list.map(facts => {
					const { id } = facts.feed;
					const isOpen = id === props.open;

					return [
						<Line key={id} facts={facts} rate={props.rates.get(id)} isOpen={isOpen} />,
						isOpen && (
							<tr key={`${id} detail`} class="fe-detail">
								<td colSpan={heads.length}>
									<Detail facts={facts} />
								</td>
							</tr>
						),
					];
				})}
			</tbody>
		</table>
	);
}

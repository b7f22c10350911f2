// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { matches } from '../../lib/fold';
import { number } from '../../lib/format';
import { light } from '../../lib/live';
import { usePoll } from '../../lib/poll';
import { go, route } from '../../lib/router';
import { t } from '../../lib/words';
import { Stamp } from '../../ui/Age';
import { Empty, ErrorNote, Loading } from '../../ui/Note';
import { Search } from '../../ui/Search';
import { ClockList, GapList, SiteList } from './links';
import { factsOf, ratesOf, sortFacts, type Facts, type Feeds, type Sample } from './model';
import { Refused, Samples } from './refused';
import { isWrongSite, type Gaps, type Sites } from './sites';
import { FeedTable } from './table';
import './feeds.css';
import './fit.css';

const FEEDS_MS = 10_000;
const SITES_MS = 10_000;

/* Events a second of each feed, from one answer to the next. */
function useRates(feeds: Feeds | null): Map<string, number | null> {
	const before = useRef<Sample | null>(null);
	const [rates, setRates] = useState(new Map<string, number | null>());

	useEffect(() => {
		if (!feeds)
			return;
		const accepted = new Map(feeds.feeds.map(feed => [feed.id, factsOf(feed).accepted]));
		const after = { at: performance.now(), accepted };

		setRates(ratesOf(before.current, after));
		before.current = after;
	}, [feeds]);
	return rates;
}

function Sum(props: { word: string; n: number; bad?: boolean; about?: string }) {
	return (
		<div class={`fe-sum${props.bad && props.n > 0 ? ' wrong' : ''}`}>
			<dt>{props.word}</dt>
			<dd>
				{number(props.n, 0)} {props.about && <small>{props.about}</small>}
			</dd>
		</div>
	);
}

function Summary(props: { facts: readonly Facts[]; feeds: Feeds; sites: Sites | null; gaps: Gaps | null }) {
	const refused = props.feeds.refused.reduce((n, account) => n + account.total, 0);
	const repeats = props.feeds.refused.reduce((n, account) => n + (account.refused['duplicate'] ?? 0), 0);
	const numbered = props.facts.reduce((n, { feed }) => n + (feed.missing ?? 0), 0);
	const missing = new Set(props.facts.flatMap(({ feed }) => feed.expect?.missing_units ?? []));
	const lost = props.sites?.sites.filter(site => site.lost).length ?? 0;

	return (
		<dl class="fe-sums" aria-label={t('feeds.summary')}>
			<Sum word={t('feeds.n-wrong')} n={props.facts.filter(facts => facts.isWrong).length} bad />
			<Sum word={t('feeds.n-missing-units')} n={missing.size} bad />
			<Sum word={t('feeds.n-sites')} n={lost} bad />
			<Sum word={t('feeds.n-gaps')} n={numbered + (props.gaps?.missing ?? 0)} bad />
			<Sum
				word={t('feeds.n-refused')}
				n={refused - repeats}
				about={repeats > 0 ? t('feeds.n-repeats', { n: number(repeats, 0) }) : ''}
			/>
			<Sum word={t('feeds.n-live')} n={props.facts.filter(facts => facts.state === 'live').length} />
		</dl>
	);
}

function Box(props: { title: string; wide?: boolean; children: ComponentChildren }) {
	return (
		<section class={`fe-box${props.wide ? ' wide' : ''}`}>
			<h2>{props.title}</h2>
			{props.children}
		</section>
	);
}

function Filter(props: { onlyWrong: boolean; onPick: (onlyWrong: boolean) => void }) {
	return (
		<div class="fe-filter" role="group" aria-label={t('feeds.show')}>
			<button type="button" aria-pressed={props.onlyWrong} onClick={() => props.onPick(true)}>
				{t('feeds.show-wrong')}
			</button>
			<button type="button" aria-pressed={!props.onlyWrong} onClick={() => props.onPick(false)}>
				{t('feeds.show-all')}
			</button>
		</div>
	);
}

/* Nobody can say that feeds are well while iocd itself is not. */
function wellWord() {
	return light.value === 'green' ? 'feeds.all-well' : 'feeds.none-wrong';
}

function isShown(facts: Facts, onlyWrong: boolean, query: string, open: string | undefined): boolean {
	const { id, title } = facts.feed;

	if (id === open)
		return true;
	return (!onlyWrong || facts.isWrong) && matches(`${title.vi} ${title.en} ${id}`, query);
}

export default function FeedsPage() {
	const { id, query } = route.value;
	const feeds = usePoll<Feeds>('feeds', {}, FEEDS_MS);
	const sites = usePoll<Sites>('sites', {}, SITES_MS);
	const gaps = usePoll<Gaps>('gaps', { open: 1, limit: 200 }, SITES_MS);
	const [text, setText] = useState('');
	const [picked, setPicked] = useState<boolean | null>(null); /* nobody has said: what the state asks for */
	const facts = useMemo(() => sortFacts((feeds.data?.feeds ?? []).map(factsOf)), [feeds.data]);
	const rates = useRates(feeds.data);
	const wrongSites = sites.data?.sites.some(isWrongSite) ?? false;
	const onlyWrong = picked ?? (wrongSites || facts.some(one => one.isWrong));
	const shown = facts.filter(one => isShown(one, onlyWrong && !text, text, id));

	if (!feeds.data)
		return (
			<>
				<h1>{t('feeds.title')}</h1>
				<ErrorNote error={feeds.error} retry={feeds.reload} />
				{feeds.loading && <Loading />}
			</>
		);
	return (
		<div class="fe">
			<header class="fe-bar">
				<h1>{t('feeds.title')}</h1>
				<Filter onlyWrong={onlyWrong} onPick={setPicked} />
				<Search value={text} onInput={setText} label={t('feeds.find')} />
				<Stamp at={feeds.at} lateMs={3 * FEEDS_MS} />
			</header>
			<ErrorNote error={feeds.error ?? sites.error ?? gaps.error} old retry={feeds.reload} />
			<Summary facts={facts} feeds={feeds.data} sites={sites.data} gaps={gaps.data} />
			{shown.length > 0 ? (
				<FeedTable list={shown} rates={rates} open={id} />
			) : (
				<Empty>{t(text ? 'feeds.none-found' : wellWord())}</Empty>
			)}
			<div class="fe-boxes">
				<Box title={t('feeds.sites')}>
					<SiteList list={sites.data?.sites ?? []} onlyWrong={onlyWrong} />
				</Box>
				<Box title={t('feeds.gaps')}>
					<GapList feeds={feeds.data.feeds} gaps={gaps.data?.gaps ?? []} />
				</Box>
				<Box title={t('feeds.wrong-clocks')}>
					<ClockList clocks={feeds.data.clocks} feeds={feeds.data.feeds} />
				</Box>
				<Box title={t('feeds.refused')} wide>
					<Refused list={feeds.data.refused} feed={id} />
				</Box>
			</div>
			{query['reason'] && <Samples reason={query['reason']} onClose={() => go('feeds', id)} />}
		</div>
	);
}

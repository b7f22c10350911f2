// SPDX-License-Identifier: Apache-2.0
// District centers that forward, numbered events that did not come, and clocks that are off.
import { age, number } from '../../lib/format';
import { light, now } from '../../lib/live';
import { pick, t, tOr } from '../../lib/words';
import { Age, Moment } from '../../ui/Age';
import { Unit } from '../../ui/Unit';
import { isSkewed, type Clock, type Feed } from './model';
import { isWrongSite, type Site, type SiteGap } from './sites';
import { skewWords, whySite } from './words';

const siteMarks: Record<string, string> = {
	lost: '✕',
	never: '○',
	lagging: '◷',
	old: '!',
	live: '●',
	occasional: '●',
};

function SiteLine({ site }: { site: Site }) {
	const isWrong = isWrongSite(site);

	return (
		<li class={`fe-site${isWrong ? ' wrong' : ''}`}>
			<p class="fe-site-head">
				<span class={`fe-state ${site.lost ? 'stopped' : isWrong ? 'late' : 'live'}`}>
					<span class="fe-mark" aria-hidden="true">
						{siteMarks[site.state] ?? '?'}
					</span>
					{tOr(`feeds.site-state.${site.state}`, site.state)}
				</span>
				<Unit of={site.unit} />
				<small class="fe-soft">{site.instance ?? site.sender}</small>
			</p>
			{isWrong && <Why site={site} />}
			<p class="fe-soft">
				{t('feeds.site-heard')}: {site.heard ? <Age of={site.heard} ago /> : t('feeds.last-never')}
				{' · '}
				{t('feeds.site-backlog')}: {number(site.backlog, 0)}
				{site.oldest && (
					<>
						{' · '}
						{t('feeds.site-oldest')}: <Age of={site.oldest} />
					</>
				)}
				{' · '}
				{t('feeds.site-missing')}: {number(site.missing, 0)}
				{site.version && ` · ${t('feeds.site-version')}: ${site.version}`}
				{site.skew_ms !== null && ` · ${t('feeds.site-clock')}: ${skewWords(site.skew_ms)}`}
			</p>
		</li>
	);
}

function Why({ site }: { site: Site }) {
	return (
		<>
			{whySite(site, now.value).map(words => (
				<p key={words} class="fe-because">
					{words}
				</p>
			))}
		</>
	);
}

export function SiteList(props: { list: readonly Site[]; onlyWrong: boolean }) {
	const wrong = props.list.filter(isWrongSite);
	const shown = props.onlyWrong ? wrong : [...wrong, ...props.list.filter(site => !isWrongSite(site))];

	if (props.list.length === 0)
		return <p class="fe-soft">{t('feeds.sites-none')}</p>;
	return (
		<>
			{wrong.length === 0 && light.value === 'green' && <p class="fe-soft">{t('feeds.sites-well', { n: props.list.length })}</p>}
			<ul class="fe-list">
				{shown.map(site => (
					<SiteLine key={site.id} site={site} />
				))}
			</ul>
		</>
	);
}

/* ---- numbered events that did not come ---- */

function GapLine({ gap }: { gap: SiteGap }) {
	const args = {
		unit: pick(gap.unit.name) || gap.unit.id,
		stream: tOr(`feeds.stream.${gap.stream}`, gap.stream),
		from: number(gap.from, 0),
		to: number(gap.to, 0),
		n: number(gap.count, 0),
	};
	const word = gap.state === 'open' ? 'open' : gap.state === 'given-up' ? 'given-up' : 'closed';

	return (
		<li>
			{t(gap.count === 1 ? 'feeds.gap-site-one' : 'feeds.gap-site', args)} ·{' '}
			<span class={word === 'closed' ? 'fe-soft' : 'fe-bad'}>{t(`feeds.gap-${word}`)}</span>{' '}
			<small class="fe-soft">
				<Moment of={gap.recorded_from} /> – <Moment of={gap.recorded_to} />
			</small>
		</li>
	);
}

export function GapList(props: { feeds: readonly Feed[]; gaps: readonly SiteGap[] }) {
	const feeds = props.feeds.filter(feed => feed.missing);

	if (feeds.length + props.gaps.length === 0)
		return <p class="fe-soft">{t('feeds.gaps-none')}</p>;
	return (
		<ul class="fe-list">
			{feeds.map(feed => (
				<li key={feed.id} class="fe-bad">
					{t('feeds.gap-feed', { title: pick(feed.title), n: number(feed.missing, 0) })}
				</li>
			))}
			{props.gaps.map(gap => (
				<GapLine key={`${gap.id} ${gap.stream} ${gap.from}`} gap={gap} />
			))}
		</ul>
	);
}

/* ---- clocks ---- */

function clockWords(clock: Clock): string {
	const n = number(clock.corrected, 0);

	return clock.ahead_s === null
		? t('feeds.clock-corrected', { n })
		: t('feeds.clock-ahead', { age: age(clock.ahead_s * 1000), n });
}

export function ClockList(props: { clocks: readonly Clock[]; feeds: readonly Feed[] }) {
	const skewed = props.feeds.flatMap(feed =>
		feed.units.filter(isSkewed).map(sender => ({ feed, sender })),
	);

	if (props.clocks.length + skewed.length === 0)
		return <p class="fe-soft">{t('feeds.clocks-none')}</p>;
	return (
		<ul class="fe-list">
			{props.clocks.map(clock => (
				<li key={`${clock.id} ${clock.feed} ${clock.source}`}>
					<Unit of={clock} />: {clockWords(clock)} <small class="fe-soft">{clock.source}</small>
				</li>
			))}
			{skewed.map(({ feed, sender }) => (
				<li key={`${feed.id} ${sender.id}`}>
					<Unit of={sender} />:{' '}
					{t('feeds.clock-skew', { feed: pick(feed.title), skew: skewWords(sender.skew_ms) })}
				</li>
			))}
		</ul>
	);
}

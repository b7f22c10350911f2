// SPDX-License-Identifier: Apache-2.0
// Sentences about feeds and sites, out of their facts.
import { age, number } from '../../lib/format';
import { pick, t } from '../../lib/words';
import { SKEW_MS, type Expect, type Facts, type Sender } from './model';
import type { Site } from './sites';

/* Why a feed is as it is, the heaviest first. */
export function whyFeed(facts: Facts): string[] {
	const { feed, state } = facts;
	const m = feed.expect?.expected ?? 0;
	const n_silent = feed.units.filter(unit => unit.state === 'silent').length;
	const words: string[] = [];

	switch (state) {
	case 'stopped':
		words.push(t('feeds.why.stopped', { n: m }));
		break;
	case 'missing':
		words.push(t('feeds.why.missing', { n: feed.expect?.missing_units.length ?? 0, m }));
		break;
	case 'late':
		words.push(t('feeds.why.late', { n: n_silent, age: age(feed.silent_after_s * 1000) }));
		break;
	case 'faulty': /* said below */
		break;
	case 'waiting':
		words.push(t('feeds.why.waiting', { n: feed.expect?.kept ?? 0, m }));
		break;
	case 'live':
		words.push(t(feed.expect ? 'feeds.why.live' : 'feeds.why.free'));
		break;
	case 'never':
		words.push(t('feeds.why.never'));
		break;
	}
	if (feed.missing)
		words.push(t('feeds.why.gap', { n: number(feed.missing, 0) }));
	if (facts.skewed > 0)
		words.push(t('feeds.why.skew', { n: facts.skewed, age: age(SKEW_MS) }));
	return words;
}

export function expectWords(expect: Expect): string {
	const parts = [
		expect.every_s === undefined
			? t('feeds.expect.by', { clock: expect.by ?? '' })
			: t('feeds.expect.every', { age: age(expect.every_s * 1000) }),
	];

	parts.push(
		expect.within === 'always'
			? t('feeds.expect.always')
			: t('feeds.expect.within', { calendar: expect.within }),
	);
	if (expect.grace_s > 0)
		parts.push(t('feeds.expect.grace', { age: age(expect.grace_s * 1000) }));
	return `${parts.join(', ')}.`;
}

/* skew is arrival less time as sent: below zero, the clock there is ahead. */
export function skewWords(skew_ms: number | null): string {
	if (skew_ms === null)
		return '–';
	if (Math.abs(skew_ms) <= SKEW_MS)
		return t('feeds.skew-none');
	return t(skew_ms < 0 ? 'feeds.skew-fast' : 'feeds.skew-slow', { age: age(Math.abs(skew_ms)) });
}

export function rateWords(rate: number | null | undefined): string {
	if (rate === null || rate === undefined)
		return t('feeds.rate-unknown');
	return rate > 0 && rate < 1
		? t('feeds.per-minute', { n: number(rate * 60) })
		: t('feeds.per-second', { n: number(rate) });
}

export function whySite(site: Site, nowMs: number): string[] {
	const words: string[] = [];
	const since = (time: string | null | undefined): string => age(time ? nowMs - Date.parse(time) : null);

	if (site.lost)
		words.push(t('feeds.why-site.lost', { age: since(site.heard ?? site.lost.since) }));
	else if (site.state === 'never')
		words.push(t('feeds.why-site.never'));
	if (site.lagging)
		words.push(t('feeds.why-site.lagging', { n: number(site.backlog, 0), age: since(site.oldest) }));
	if (site.old)
		words.push(t('feeds.why-site.old'));
	if (site.missing > 0)
		words.push(t('feeds.why-site.missing', { n: number(site.missing, 0) }));
	if (site.trouble)
		words.push(t('feeds.why-site.trouble', { text: site.trouble }));
	return words;
}

export function nameOf(sender: Sender): string {
	return pick(sender.name) || sender.id;
}

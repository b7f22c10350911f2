// SPDX-License-Identifier: Apache-2.0
// Which indicator, of which unit.
import { useMemo } from 'preact/hooks';
import { fold, foldQuery, matchesFolded } from '../../lib/fold';
import { usePoll } from '../../lib/poll';
import { go, href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Search } from '../../ui/Search';
import type { Feed } from '../feeds/model';
import type { Node, Tree, Words } from '../overview/tree';
import { groupsOf, type Indicator } from './model';

const TITLES_MS = 600_000;

export function useFeedTitles(): Map<string, Words> {
	const feeds = usePoll<{ feeds: Pick<Feed, 'id' | 'title'>[] }>('feeds', { brief: 1 }, TITLES_MS);

	return useMemo(() => new Map((feeds.data?.feeds ?? []).map(feed => [feed.id, feed.title])), [feeds.data]);
}

export function Choose(props: {
	list: readonly Indicator[];
	titles: Map<string, Words>;
	query: string;
	onQuery: (query: string) => void;
	chosen: string | undefined;
	unit: string | undefined;
}) {
	const folded = useMemo(
		() =>
			props.list.map(one => {
				const group = one.id.split('.')[0] ?? '';
				const title = props.titles.get(group);
				const names = `${one.title.vi} ${one.title.en} ${one.id} ${title?.vi ?? ''} ${title?.en ?? ''}`;

				return { one, text: fold(names) };
			}),
		[props.list, props.titles],
	);
	const wanted = foldQuery(props.query);
	const found = folded.filter(({ text }) => matchesFolded(text, wanted)).map(({ one }) => one);

	return (
		<nav class="in-choose" aria-label={t('indicator.find')}>
			<Search value={props.query} onInput={props.onQuery} label={t('indicator.find-hint')} />
			<p class="in-found" role="status">
				{found.length > 0
					? t('indicator.found', { n: found.length })
					: t('indicator.found-none', { text: props.query })}
			</p>
			<div class="in-groups">
				{groupsOf(found).map(group => (
					<section key={group.id}>
						<h2>{pick(props.titles.get(group.id)) || t('indicator.group', { id: group.id })}</h2>
						<ul>
							{group.list.map(one => (
								<li key={one.id}>
									<a
										href={href('indicator', one.id, { unit: props.unit })}
										aria-current={one.id === props.chosen ? 'page' : undefined}
									>
										{pick(one.title)}
									</a>
								</li>
							))}
						</ul>
					</section>
				))}
			</div>
		</nav>
	);
}

function options(node: Node, depth: number): { id: string; text: string }[] {
	const own = { id: node.unit.id, text: `${'\u2003'.repeat(depth)}${pick(node.unit.name)}` };

	return [own, ...node.children.flatMap(child => options(child, depth + 1))];
}

export function UnitPicker(props: { tree: Tree; unit: string | undefined; indicator: string | undefined }) {
	return (
		<label class="in-unit">
			<span>{t('indicator.unit')}</span>
			<select
				value={props.unit}
				onChange={event => go('indicator', props.indicator, { unit: event.currentTarget.value })}
			>
				{props.tree.roots
					.flatMap(root => options(root, 0))
					.map(one => (
						<option key={one.id} value={one.id}>
							{one.text}
						</option>
					))}
			</select>
		</label>
	);
}

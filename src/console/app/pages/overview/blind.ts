// SPDX-License-Identifier: Apache-2.0
// What cannot be seen now, so that nobody takes silence for peace.
import type { Feeds } from '../feeds/model';
import { stateOf } from '../feeds/model';
import type { Site } from '../feeds/sites';
import type { Tree, Words } from './tree';
import { isWithin } from './tree';

export type Blind =
	| {
			kind: 'feed';
			id: string;
			title: Words;
			kept: number;
			expected: number;
			units: string[];
			since: number | null;
	  }
	| { kind: 'late'; id: string; title: Words; units: string[]; since: number | null }
	| { kind: 'gap'; id: string; title: Words; count: number }
	| { kind: 'site'; id: string; unit: string; state: string; since: number | null; backlog: number };

function earliest(times: readonly (string | null | undefined)[]): number | null {
	const known = times.map((time) => (time ? Date.parse(time) : NaN)).filter((time) => !Number.isNaN(time));

	return known.length > 0 ? Math.min(...known) : null;
}

type Feed = Feeds['feeds'][number];

/* Of those at and below top; of all, if that is not told. */
function shareOf(feed: Feed, top: string): { kept: number; expected: number } {
	const own = feed.units.find(unit => unit.id === top);

	if (own?.expected !== undefined && own.kept !== undefined)
		return { kept: own.kept, expected: own.expected };
	return { kept: feed.expect?.kept ?? 0, expected: feed.expect?.expected ?? 0 };
}

function ofFeed(feed: Feed, top: string, isTop: boolean, isHere: (id: string) => boolean): Blind[] {
	const list: Blind[] = [];
	const state = stateOf(feed);

	if ((state === 'stopped' || state === 'missing') && feed.expect) {
		const units = feed.expect.missing_units.filter(isHere);
		const { kept, expected } = shareOf(feed, top);

		if (units.length > 0) {
			const away = feed.units.filter((unit) => units.includes(unit.id));
			const since = earliest(away.map((unit) => unit.since));

			list.push({ kind: 'feed', id: feed.id, title: feed.title, kept, expected, units, since });
		}
	} else if (state === 'late') {
		const silent = feed.units.filter((unit) => unit.state === 'silent' && isHere(unit.id));
		const since = earliest(silent.map((unit) => unit.last_arrival));

		if (silent.length > 0)
			list.push({ kind: 'late', id: feed.id, title: feed.title, units: silent.map((unit) => unit.id), since });
	}
	if (feed.missing && isTop) /* it is not known of which unit they were */
		list.push({ kind: 'gap', id: feed.id, title: feed.title, count: feed.missing });
	return list;
}

/* At and below top. */
export function blindSpots(tree: Tree, top: string, feeds: Feeds | null, sites: readonly Site[]): Blind[] {
	const isHere = (id: string): boolean => isWithin(tree, id, top);
	const isTop = tree.roots.some(root => root.unit.id === top);
	const list: Blind[] = [];

	for (const site of sites) {
		if ((site.lost ?? site.lagging) === null || !isHere(site.unit.id))
			continue;
		const since = earliest([(site.lost ?? site.lagging)?.since]);

		list.push({ kind: 'site', id: site.id, unit: site.unit.id, state: site.state, since, backlog: site.backlog });
	}
	for (const feed of feeds?.feeds ?? [])
		list.push(...ofFeed(feed, top, isTop, isHere));
	return list;
}

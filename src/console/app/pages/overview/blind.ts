// SPDX-License-Identifier: Apache-2.0
// What cannot be seen now, so that nobody takes silence for peace.
import type { Expect } from '../feeds/model';
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

/* A feed as a brief answer has it: only with the senders at and below the unit that was asked for
 * with which something is amiss. */
export interface BriefFeed {
	id: string;
	title: Words;
	missing: number | null;
	expect: Pick<Expect, 'kept' | 'expected'> | null;
	amiss: { id: string; state: 'missing' | 'silent'; since: string | null }[];
}

export interface BriefFeeds {
	feeds: BriefFeed[];
}

function ofFeed(feed: BriefFeed, isTop: boolean): Blind[] {
	const { id, title, expect } = feed;
	const list: Blind[] = [];
	const missing = feed.amiss.filter(one => one.state === 'missing');
	const away = missing.length > 0 ? missing : feed.amiss;
	const units = away.map(one => one.id);
	const since = earliest(away.map(one => one.since));

	if (missing.length > 0 && expect)
		list.push({ kind: 'feed', id, title, kept: expect.kept, expected: expect.expected, units, since });
	else if (units.length > 0)
		list.push({ kind: 'late', id, title, units, since });
	if (feed.missing && isTop) /* it is not known of which unit they were */
		list.push({ kind: 'gap', id: feed.id, title: feed.title, count: feed.missing });
	return list;
}

/* At and below top, for which feeds were asked. */
export function blindSpots(
	tree: Tree,
	top: string,
	feeds: BriefFeeds | null,
	sites: readonly Site[],
): Blind[] {
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
		list.push(...ofFeed(feed, isTop));
	return list;
}

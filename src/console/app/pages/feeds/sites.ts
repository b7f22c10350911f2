// SPDX-License-Identifier: Apache-2.0
// iocds below that forward to this one, and what is missing of what they numbered.
import type { Words } from '../overview/tree';

interface Since {
	since: string | null;
}

export interface Site {
	id: string;
	unit: { id: string; level: string; name: Words };
	sender: string;
	expected: boolean;
	state: string; /* lost, never, lagging, old, live, occasional */
	lost: Since | null;
	lagging: Since | null;
	old: (Since & { what: string }) | null;
	presence: string;
	heard: string | null;
	beat: string | null;
	instance: string | null;
	version: string | null;
	skew_ms: number | null;
	trouble: string | null;
	backlog: number;
	oldest: string | null;
	missing: number;
	given_up: number;
}

export interface Sites {
	time: string;
	sites: Site[];
}

export interface SiteGap {
	id: string;
	unit: { id: string; name: Words };
	stream: string;
	state: string; /* open, closed, given-up */
	from: number;
	to: number;
	count: number;
	missing: number;
	given_up: number;
	recorded_from: string | null;
	recorded_to: string | null;
	seen: string | null;
	closed: string | null;
}

export interface Gaps {
	gaps: SiteGap[];
	matching: number;
	open: number;
	missing: number;
	given_up: number;
}

export function isWrongSite(site: Site): boolean {
	return site.lost !== null || site.lagging !== null || site.old !== null || site.missing > 0;
}

// SPDX-License-Identifier: Apache-2.0
/* What iocd answers when it is asked why an alert stands; only what the page shows of it. */
import type { Alert, Words } from '../../lib/alert_book';

export interface Place {
	file: string | null;
	line: number | null;
	column?: number | null;
}

export interface Limit extends Place {
	text: string;
	value: number;
	override: boolean;
	of: string | null;
	instead_of: ({ text: string } & Place) | null;
}

export interface Figure extends Place {
	id: string;
	title: Words;
	measure: Words;
	percent: boolean;
	window: string;
	from: string | null;
	value: number | null;
	quality: string | null;
	samples: number;
	reporting: number;
	expected: number;
	last: string | null;
}

export interface Judged {
	value: number | null;
	samples: number;
	quality: string;
	last: string | null;
}

export interface Step {
	number: number;
	time: string;
	news: string;
	by: string | null;
	note: string | null;
	tells: string[];
	condition: string;
	handling: string;
	severity: string;
	value: number | null;
	drill: boolean;
}

export interface Receiver {
	id: string;
	title: Words;
	told: boolean;
	at: string | null;
	text: Words | null;
}

export interface Rule extends Place {
	id: string;
	title: Words;
	kind: string;
	version: string | null;
	indicator?: string;
	window?: string;
	hold_s: number;
	fade_s: number;
	escalations: { after_s: number; receivers: string[] }[];
}

export interface Explanation {
	at: string;
	alert: Alert;
	rule: Rule;
	since: string;
	next: string | null;
	waits: { code: string; until: string | null; text: Words }[];
	limits: Record<'warning' | 'critical' | 'clear', Limit | null> | null;
	judged: Judged | null;
	now: Figure | null;
	site: { id: string; state: string; heard: string | null } | null;
	record: {
		id: string;
		track: string;
		open: boolean;
		paused: boolean;
		opened: string | null;
		due: string | null;
	} | null;
	contract: ({ feed: string; heard: string | null; since: string | null } & Place) | null;
	missing: {
		feed: string;
		missing: number;
		expected: number;
		units: { id: string; name: Words }[];
	}[];
	receivers: Receiver[];
	events: { position: number; topic: string; payload: string }[];
	timeline: Step[];
}

export function placeWords(place: Place): string {
	if (!place.file)
		return '';
	return `${place.file}:${place.line ?? '?'}${place.column ? `:${place.column}` : ''}`;
}

// SPDX-License-Identifier: Apache-2.0
/* Alerts to test with. */
import { makeRow, type Alert, type Row, type Transition } from '@app/lib/alert_book';

export const T0 = Date.parse('2026-11-22T08:00:00+07:00');

export function alertOf(change: Partial<Alert> = {}): Alert {
	return {
		id: 'di-an/link-down/db-1/1',
		key: 'link-down/db-1',
		rule: {
			id: 'link-down',
			title: { vi: 'Mất kết nối', en: 'Link down' },
			file: 'rules.d/links.yml',
			line: 3,
			version: 'a1',
			kind: 'event',
		},
		unit: { id: 'di-an', level: 'district', name: { vi: 'Dĩ An', en: 'Di An' } },
		subject: 'db-1',
		condition: 'raised',
		state: 'raised',
		severity: 'warning',
		uncertain: false,
		drill: false,
		closed: false,
		value: null,
		samples: null,
		quality: null,
		threshold: null,
		window: null,
		presence: null,
		due: null,
		detail: null,
		origin: null,
		handling: 'unacknowledged',
		acknowledged: null,
		owner: null,
		suppressed: [],
		latched: false,
		announced: true,
		told: [],
		escalations: 0,
		raises: 1,
		events: 1,
		first: new Date(T0).toISOString(),
		raised: new Date(T0).toISOString(),
		changed: new Date(T0).toISOString(),
		reason: { vi: 'kết nối db-1 đã mất', en: 'link db-1 is down' },
		...change,
	};
}

/* The alert of that subject of unit, raised seconds after T0. */
export function alertAt(unit: string, subject: string, seconds: number, change: Partial<Alert> = {}): Alert {
	return alertOf({
		id: `${unit}/link-down/${subject}/${seconds}`,
		key: `link-down/${subject}`,
		unit: { id: unit, level: 'district', name: { vi: unit, en: unit } },
		subject,
		raised: new Date(T0 + seconds * 1000).toISOString(),
		...change,
	});
}

export function rowOf(change: Partial<Alert> = {}): Row {
	return makeRow(alertOf(change));
}

export function transitionOf(number: number, alert: Alert, news = 'changed'): Transition {
	return { ...alert, number, news, time: alert.changed, by: null, note: null, tells: [] };
}

/* Numbers that look random, the same each time (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
	return below => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);

		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) % below;
	};
}

// SPDX-License-Identifier: Apache-2.0
/* When shifts change, as whoever uses this browser says, in the server's time. */

const DAY_MIN = 24 * 60;
export const USUAL_SHIFTS = '06:00 14:00 22:00';

/* Minutes of the day, in order; what is no time is left out. */
export function readTimes(text: string): number[] {
	const times = text
		.split(/[\s,;]+/)
		.map(one => /^([01]?\d|2[0-3])[:hg]([0-5]\d)$/.exec(one))
		.filter(found => found !== null)
		.map(found => Number(found[1]) * 60 + Number(found[2]));

	return [...new Set(times)].sort((a, b) => a - b);
}

/* The next of times after nowMs; null: there are none. */
export function nextOf(times: readonly number[], nowMs: number, offsetMin: number): number | null {
	const localMs = nowMs + offsetMin * 60_000;
	const midnightMs = Math.floor(localMs / (DAY_MIN * 60_000)) * DAY_MIN * 60_000;
	const first = times[0];

	if (first === undefined)
		return null;
	const next = times.find(minute => midnightMs + minute * 60_000 > localMs) ?? first + DAY_MIN;

	return midnightMs + next * 60_000 - offsetMin * 60_000;
}

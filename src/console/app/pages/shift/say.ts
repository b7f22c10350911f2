// SPDX-License-Identifier: Apache-2.0
import { clock, instant, moment } from '../../lib/format';

const CLOCK_SIZE = 8; /* of "22:41:07" */

/* A moment to the minute: seconds say nothing on paper. */
export function sayMoment(time: string | number | null, nowMs: number): string {
	const ms = typeof time === 'string' ? instant(time) : time;

	if (ms === null)
		return '–';
	const long = clock(ms);

	return moment(ms, nowMs).replace(long, long.slice(0, CLOCK_SIZE - 3));
}

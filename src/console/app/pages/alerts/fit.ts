// SPDX-License-Identifier: Apache-2.0
/* How much of the list fits on a wall, where nobody scrolls. */
import type { Row } from '../../lib/alert_book';
import type { Entry } from './flood';

export const BIG_REM = 4.7; /* of a critical one that needs somebody */
export const SMALL_REM = 2.7;
export const REST_REM = 2.2; /* "and 12 more" */

export function firstOf(entry: Entry): Row {
	return entry.kind === 'row' ? entry.row : entry.group.rows[0]!;
}

export function countOf(entry: Entry): number {
	return entry.kind === 'row' ? 1 : entry.group.rows.length;
}

/* Rows inside a group that was opened are counted with the group. */
export function outer(all: readonly Entry[]): Entry[] {
	return all.filter(entry => entry.kind === 'group' || entry.depth === 0);
}

function heightOf(entry: Entry): number {
	return firstOf(entry).rank === 0 ? BIG_REM : SMALL_REM;
}

/* How many of all fit into rem; if not all do, there is to be room to say so. */
export function fitting(all: readonly Entry[], rem: number): number {
	const isAll = all.reduce((sum, entry) => sum + heightOf(entry), 0) <= rem;
	let used = isAll ? 0 : REST_REM;
	let n = 0;

	for (const entry of all) {
		used += heightOf(entry);
		if (used > rem)
			break;
		n++;
	}
	return n;
}

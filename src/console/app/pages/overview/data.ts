// SPDX-License-Identifier: Apache-2.0
// How far what a tile says can be trusted.
import type { Node } from './tree';

/* stale: the page itself does not hear iocd.  lost: the unit's own iocd is not heard.  none: nobody
 * of those who should report does.  never: nothing has come, and nothing is expected. */
export type Data = 'good' | 'partial' | 'none' | 'lost' | 'never' | 'stale';

export function isDoubtful(data: Data): boolean {
	return data !== 'good';
}

export function dataOf(node: Node, lost: ReadonlySet<string>, isStale: boolean): Data {
	const expected = node.unit.data?.expected ?? 0;
	const reporting = node.unit.data?.reporting ?? 0;

	if (isStale)
		return 'stale';
	if (lost.has(node.unit.id))
		return 'lost';
	if (expected > 0 && reporting === 0)
		return 'none';
	if (expected > reporting)
		return 'partial';
	if (expected === 0 && node.accepted === 0)
		return 'never';
	return someLost(node, lost) ? 'partial' : 'good';
}

function someLost(node: Node, lost: ReadonlySet<string>): boolean {
	return node.children.some((child) => lost.has(child.unit.id) || someLost(child, lost));
}

// SPDX-License-Identifier: Apache-2.0
// Names that fit on a tile, shortened as official letters do.

const OFFICE = 'Sở ';
const beginnings: readonly (readonly [string, string])[] = [
	['Tỉnh ', ''],
	['Thành phố ', 'TP. '],
	['Thị xã ', 'TX. '],
	['Thị trấn ', 'TT. '],
	['Huyện ', 'H. '],
	['Quận ', 'Q. '],
	['Phường ', 'P. '],
	['Xã ', 'X. '],
	[OFFICE, OFFICE],
	['Ban Quản lý ', 'BQL '],
	['Ủy ban nhân dân ', 'UBND '],
	['Department of ', ''],
	['Office of the ', ''],
];
const within: readonly (readonly [string, string])[] = [
	[' và ', ' & '],
	[' and ', ' & '],
];

export interface Short {
	kind: string; /* "Sở ": may be left out where there is no room, the name says it too */
	own: string;
}

export function shortParts(name: string): Short {
	const text = name.normalize('NFC');
	const found = beginnings.find(([long]) => text.startsWith(long) && text.length > long.length);
	let own = found ? text.slice(found[0].length) : text;

	for (const [long, brief] of within)
		own = own.replaceAll(long, brief);
	return found?.[0] === OFFICE ? { kind: OFFICE, own } : { kind: '', own: (found?.[1] ?? '') + own };
}

export function shortName(name: string): string {
	const { kind, own } = shortParts(name);

	return kind + own;
}

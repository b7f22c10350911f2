// SPDX-License-Identifier: Apache-2.0

/* Lower case and without diacritics, for search: "Đường" becomes "duong". */
export function fold(text: string): string {
	return text
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.replace(/[đĐ]/g, 'd')
		.toLowerCase();
}

/* Whether each word of query stands somewhere in text. */
export function matches(text: string, query: string): boolean {
	return matchesFolded(fold(text), foldQuery(query));
}

/* The same for long lists: fold each text once, and the query once. */
export function foldQuery(query: string): string[] {
	return fold(query).split(/\s+/).filter(Boolean);
}

export function matchesFolded(folded: string, words: readonly string[]): boolean {
	return words.every(word => folded.includes(word));
}

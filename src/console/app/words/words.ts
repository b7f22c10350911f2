// SPDX-License-Identifier: Apache-2.0

export interface Catalogue<K extends string = string> {
	vi: Record<K, string>;
	en: Record<K, string>;
}

/* A catalogue; does not compile unless both languages have the same keys. */
export function words<K extends string>(all: {
	vi: Record<K, string>;
	en: Record<NoInfer<K>, string>;
}): Catalogue<K> {
	return all;
}

// SPDX-License-Identifier: Apache-2.0
// What a browser gives a page, as far as its libraries need it.  Import this before them.

import { webcrypto } from 'node:crypto';

const store = new Map<string, string>();

/* Node.js 18 keeps it in a module. */
if (!globalThis.crypto)
	Object.assign(globalThis, { crypto: webcrypto });

Object.assign(globalThis, {
	localStorage: {
		getItem: (name: string) => store.get(name) ?? null,
		setItem: (name: string, value: string) => void store.set(name, value),
		removeItem: (name: string) => void store.delete(name),
	},
	location: { pathname: '/', search: '', origin: 'http://page.test' },
});

// SPDX-License-Identifier: Apache-2.0
// What this browser remembers of how somebody likes the page.  Nothing secret is kept here.

export function remembered(name: string): string | null {
	try {
		return localStorage.getItem('iocd.' + name);
	} catch {
		return null; // storage may be forbidden: the page works without
	}
}

export function remember(name: string, value: string | null): void {
	try {
		if (value === null)
			localStorage.removeItem('iocd.' + name);
		else
			localStorage.setItem('iocd.' + name, value);
	} catch {
		// as above
	}
}

// SPDX-License-Identifier: Apache-2.0
// How this browser shows the page: background, size, wall.
import { computed, effect, signal } from '@preact/signals';
import { remember, remembered } from './remember';
import { lang } from './words';

export type Theme = 'auto' | 'light' | 'dark';
export type Size = 'small' | 'normal' | 'large';

function oneOf<T extends string>(name: string, all: readonly T[], or: T): T {
	return all.find(one => one === remembered(name)) ?? or;
}

export const theme = signal<Theme>(oneOf('theme', ['auto', 'light', 'dark'], 'auto'));
export const size = signal<Size>(oneOf('size', ['small', 'normal', 'large'], 'normal'));
export const wall = signal<boolean>(remembered('wall') === 'on');

const systemDark = signal(false);

export const dark = computed(() => theme.value === 'dark' || (theme.value === 'auto' && systemDark.value));
/* Changes with all that changes colours or sizes: for what is drawn, not styled. */
export const look = computed(() => `${dark.value} ${size.value} ${wall.value}`);

export function startLook(): void {
	const media = matchMedia('(prefers-color-scheme: dark)');
	const root = document.documentElement;

	systemDark.value = media.matches;
	media.addEventListener('change', () => {
		systemDark.value = media.matches;
	});
	if (new URLSearchParams(location.search).has('wall'))
		wall.value = true; // a wall's browser is started with an address, by nobody
	effect(() => {
		root.dataset.theme = dark.value ? 'dark' : 'light';
		root.dataset.size = size.value;
		root.toggleAttribute('data-wall', wall.value);
		root.lang = lang.value;
	});
	effect(() => remember('theme', theme.value));
	effect(() => remember('size', size.value));
	effect(() => remember('wall', wall.value ? 'on' : null));
}

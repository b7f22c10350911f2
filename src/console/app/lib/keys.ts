// SPDX-License-Identifier: Apache-2.0
// The keyboard.  A key is written as the event names it ("a", "Enter", "?"), two in a row with a
// blank between ("g a"), one that is held with its name before ("Shift+A" is just "A").
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Key } from './words';

export interface Binding {
	keys: string;
	words: Key; /* what it does, for the help */
	run: (event: KeyboardEvent) => void;
	/* also while a field has the focus */
	anywhere?: boolean;
	/* not shown in the help: another way for something that is */
	quiet?: boolean;
}

const SEQUENCE_MS = 1500;

/* All that are bound now, the newest last: it wins. */
export const bindings = signal<readonly { list: readonly Binding[] }[]>([]);

let first = '';
let firstAt = 0;

function isField(target: EventTarget | null): boolean {
	const element = target as HTMLElement | null;

	return Boolean(element?.closest?.('input:not([type=checkbox]):not([type=radio]),textarea,select'));
}

export function findBinding(keys: string, inField: boolean): Binding | undefined {
	for (const { list } of [...bindings.peek()].reverse()) {
		const found = list.find(one => one.keys === keys && (!inField || one.anywhere));

		if (found)
			return found;
	}
	return undefined;
}

function isPrefix(key: string): boolean {
	return bindings.peek().some(({ list }) => list.some(one => one.keys.startsWith(key + ' ')));
}

function onKey(event: KeyboardEvent): void {
	if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
		return;
	const inField = isField(event.target);
	const two = first && event.timeStamp - firstAt < SEQUENCE_MS ? `${first} ${event.key}` : '';
	const found = (two && findBinding(two, inField)) || findBinding(event.key, inField);

	first = '';
	if (found) {
		event.preventDefault();
		found.run(event);
	} else if (!inField && isPrefix(event.key)) {
		first = event.key;
		firstAt = event.timeStamp;
	}
}

/* Binds keys for as long as the component is there. */
export function useKeys(list: readonly Binding[]): void {
	const entry = useRef({ list });

	entry.current.list = list;
	useEffect(() => {
		const own = entry.current;

		bindings.value = [...bindings.peek(), own];
		return () => {
			bindings.value = bindings.peek().filter(one => one !== own);
		};
	}, []);
}

export function startKeys(): void {
	document.addEventListener('keydown', onKey);
}

/* Focuses the page's search field (ui/search marks it). */
export function focusSearch(): void {
	const field = document.querySelector<HTMLInputElement>('[data-search]');

	field?.focus();
	field?.select();
}

// SPDX-License-Identifier: Apache-2.0
// The words of the page, in every language it speaks.  Pages name words by key ("alerts.title");
// no text that people read stands anywhere else.
import { signal } from '@preact/signals';
import { catalogues } from '../words';
import { remembered, remember } from './remember';

export type Lang = 'vi' | 'en';
export type Both = { vi: string; en: string };
export type Args = Record<string, string | number>;

type Catalogues = typeof catalogues;
export type Key = {
	[P in keyof Catalogues]: `${P & string}.${keyof Catalogues[P]['vi'] & string}`;
}[keyof Catalogues];

export const langs: readonly Lang[] = ['vi', 'en'];
export const lang = signal<Lang>(remembered('lang') === 'en' ? 'en' : 'vi');

export function setLang(next: Lang): void {
	lang.value = next;
	remember('lang', next);
}

function find(key: string, of: Lang): string | undefined {
	const dot = key.indexOf('.');
	const page = (catalogues as Record<string, Record<Lang, Record<string, string>>>)[
		key.slice(0, dot)
	];

	return page?.[of][key.slice(dot + 1)];
}

/* "{n}" is the value of n; "{n|alert|alerts}" the first word if n is 1, else the second. */
export function fill(text: string, args?: Args): string {
	return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name, one, many) => {
		const value = args?.[name];

		if (value === undefined)
			return whole;
		if (one !== undefined)
			return Number(value) === 1 ? one : many;
		return String(value);
	});
}

export function t(key: Key, args?: Args): string {
	return fill(find(key, lang.value) ?? key, args);
}

/* Words for a name that comes from iocd ("health.mqtt"); or, if there are none, the name itself. */
export function tOr(key: string, or: string, args?: Args): string {
	return fill(find(key, lang.value) ?? or, args);
}

/* The text of a title or reason that iocd gives in both languages. */
export function pick(text: Partial<Both> | string | null | undefined): string {
	if (text === null || text === undefined)
		return '';
	if (typeof text === 'string')
		return text;
	return text[lang.value] ?? text.vi ?? text.en ?? '';
}

// SPDX-License-Identifier: Apache-2.0
// The address: /PAGE?id=...&other=...  An id may hold any character, so it stands in the query.
import { signal } from '@preact/signals';

export const pages = [
	'alerts',
	'overview',
	'indicator',
	'feeds',
	'rules',
	'shift',
	'report',
	'audit',
] as const;
export type Page = (typeof pages)[number];

export type RouteQuery = Record<string, string | number | null | undefined>;

export interface Route {
	page: Page;
	id?: string;
	query: Record<string, string>; /* without id */
}

export function parseRoute(address: { pathname: string; search: string }): Route {
	const name = address.pathname.replace(/^\/+|\/+$/g, '');
	const page = pages.find(page => page === name) ?? 'alerts';
	const query = Object.fromEntries(new URLSearchParams(address.search));
	const { id, ...rest } = query;

	return id ? { page, id, query: rest } : { page, query: rest };
}

export function href(page: Page, id?: string | null, query?: RouteQuery): string {
	const args = new URLSearchParams();

	if (id)
		args.set('id', id);
	for (const [name, value] of Object.entries(query ?? {})) {
		if (value !== null && value !== undefined && value !== '')
			args.set(name, String(value));
	}
	return `/${page}` + (args.size ? `?${args}` : '');
}

const here = () => (typeof location === 'undefined' ? { pathname: '/', search: '' } : location);

export const route = signal<Route>(parseRoute(here()));

function show(address: string, replace: boolean): void {
	if (address !== here().pathname + here().search)
		history[replace ? 'replaceState' : 'pushState'](null, '', address);
	route.value = parseRoute(here());
}

export function go(page: Page, id?: string | null, query?: RouteQuery): void {
	show(href(page, id, query), false);
	scrollTo(0, 0);
}

/* Keeps a filter in the address without a step in the history. */
export function replace(page: Page, id?: string | null, query?: RouteQuery): void {
	show(href(page, id, query), true);
}

function isPlain(event: MouseEvent): boolean {
	return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/* Follows links to pages without loading anything. */
function onClick(event: MouseEvent): void {
	const link = (event.target as Element | null)?.closest?.('a');

	if (!link || event.defaultPrevented || !isPlain(event))
		return;
	if (link.origin !== location.origin || link.target || link.hasAttribute('download'))
		return;
	if (link.hash || !pages.some(page => link.pathname === `/${page}`))
		return;
	event.preventDefault();
	show(link.pathname + link.search, false);
	scrollTo(0, 0);
}

export function startRouter(): void {
	addEventListener('popstate', () => {
		route.value = parseRoute(here());
	});
	document.addEventListener('click', onClick);
}

// SPDX-License-Identifier: Apache-2.0
// The title and the icon of the page: a tab among others shows that it is stale, or needs somebody.
import { effect } from '@preact/signals';
import { counts } from '../lib/alerts';
import { stale } from '../lib/live';
import { route } from '../lib/router';
import { session } from '../lib/session';
import { t } from '../lib/words';
import { place } from './place';

type Icon = { fill: string; ink: string; text: string; round?: boolean };

function svg(icon: Icon): string {
	const shape = icon.round
		? '<circle cx="16" cy="16" r="15"/>'
		: '<path d="M16 0 32 16 16 32 0 16Z"/>';

	return (
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
		`<g fill="${icon.fill}">${shape}</g><text x="16" y="22" text-anchor="middle" ` +
		`font-family="sans-serif" font-weight="bold" font-size="18" fill="${icon.ink}">` +
		`${icon.text}</text></svg>`
	);
}

function setIcon(icon: Icon): void {
	const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');

	if (link)
		link.href = `data:image/svg+xml,${encodeURIComponent(svg(icon))}`;
}

function iconOf(isStale: boolean, critical: number): Icon {
	if (isStale)
		return { fill: '#3d2a66', ink: '#fff', text: '?', round: true };
	if (critical)
		return { fill: '#b3122a', ink: '#fff', text: critical > 9 ? '9+' : String(critical) };
	return { fill: '#6b7680', ink: '#fff', text: '', round: true };
}

function titleOf(isStale: boolean, critical: number): string {
	const name = [t(`${route.value.page}.title`), place.value].filter(Boolean).join(' – ');

	if (isStale)
		return `⚠ ${t('shell.titleStale')} – ${name}`;
	return critical ? `(${t('shell.titleCritical', { n: critical })}) ${name}` : name;
}

export function startTab(): void {
	effect(() => {
		if (!session.value) {
			document.title = t('login.title');
			setIcon(iconOf(Boolean(stale.value), 0));
			return;
		}
		document.title = titleOf(Boolean(stale.value), counts.value.critical);
		setIcon(iconOf(Boolean(stale.value), counts.value.critical));
	});
}

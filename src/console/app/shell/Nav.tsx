// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'preact/hooks';
import { href, pages, route } from '../lib/router';
import { t } from '../lib/words';

export function Nav() {
	const own = useRef<HTMLElement>(null);
	const here = route.value.page;

	// A phone is too narrow for all of them.
	useEffect(() => {
		own.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
	}, [here]);
	return (
		<nav ref={own} class="nav" aria-label={t('shell.nav')}>
			{pages.map(page => (
				<a key={page} href={href(page)} aria-current={here === page ? 'page' : undefined}>
					{t(`${page}.title`)}
				</a>
			))}
		</nav>
	);
}

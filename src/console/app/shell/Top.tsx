// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/* What stays at the top while the page scrolls: all of it, or on a phone the banner alone. */
function heightOf(top: HTMLElement): number {
	const isSticky = getComputedStyle(top).position === 'sticky';
	const kept = isSticky ? top : top.querySelector<HTMLElement>('.banner');

	return kept?.offsetHeight ?? 0;
}

/* Keeps its height in --top, for what lies below it: drawers, lists that fill the screen. */
export function Top(props: { children: ComponentChildren }) {
	const own = useRef<HTMLDivElement>(null);

	useLayoutEffect(() => {
		const top = own.current!;
		const watch = new ResizeObserver(() => {
			document.documentElement.style.setProperty('--top', `${heightOf(top)}px`);
		});

		watch.observe(top);
		return () => watch.disconnect();
	}, []);
	return (
		<div ref={own} class="top">
			{props.children}
		</div>
	);
}

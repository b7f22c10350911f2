// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../lib/words';
import { useLayer } from './layer';

/* A drawer beside the page, which stays usable; Esc closes it, and focus goes back. */
export function Panel(props: {
	title: ComponentChildren;
	label?: string; /* the title as text, if it is not */
	onClose: () => void;
	wide?: boolean;
	children: ComponentChildren;
}) {
	const own = useRef<HTMLElement>(null);

	useLayer(props.onClose);
	useEffect(() => own.current?.focus(), []);
	const label = props.label ?? (typeof props.title === 'string' ? props.title : undefined);

	return (
		<aside
			ref={own}
			class={`panel${props.wide ? ' wide' : ''}`}
			tabIndex={-1}
			role="complementary"
			aria-label={label}
		>
			<header class="panel-head">
				<h2>{props.title}</h2>
				<button type="button" class="plain" aria-label={t('common.close')} onClick={props.onClose}>
					✕
				</button>
			</header>
			<div class="panel-body">{props.children}</div>
		</aside>
	);
}

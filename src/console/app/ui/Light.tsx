// SPDX-License-Identifier: Apache-2.0
import { t } from '../lib/words';

export type LightOf = 'green' | 'amber' | 'red' | 'unknown';

const marks: Record<LightOf, string> = { green: '✓', amber: '!', red: '✕', unknown: '?' };

/* A light with its word; the mark tells it without colour.  label: instead of the word. */
export function Light(props: { of: LightOf | string; label?: string; short?: boolean }) {
	const of = (props.of in marks ? props.of : 'unknown') as LightOf;
	const word = props.label ?? t(of === 'unknown' ? 'common.lightUnknown' : `common.${of}`);

	return (
		<span class={`light ${of}`} title={props.short ? word : undefined}>
			<span class="light-mark" aria-hidden="true">
				{marks[of]}
			</span>
			<span class={props.short ? 'unseen' : undefined}>{word}</span>
		</span>
	);
}

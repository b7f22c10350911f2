// SPDX-License-Identifier: Apache-2.0
import { t } from '../lib/words';

export type SeverityName = 'critical' | 'warning' | 'info';

const shapes: Record<SeverityName, string> = {
	critical: 'M8 1 15 8 8 15 1 8Z',
	warning: 'M8 1.5 15 14.5H1Z',
	info: 'M8 2a6 6 0 1 0 .01 0Z',
};

/* Shape, word and colour of a severity; uncertain: hollow, and said so; quiet: over, so grey. */
export function Severity(props: {
	of: SeverityName | string;
	uncertain?: boolean;
	quiet?: boolean;
	short?: boolean; /* the shape alone is seen, the word is read out */
}) {
	const of: SeverityName = props.of in shapes ? (props.of as SeverityName) : 'info';
	const word = t(`common.${of}`) + (props.uncertain ? ` (${t('common.uncertain')})` : '');
	const kind = `${of}${props.uncertain ? ' hollow' : ''}${props.quiet ? ' quiet' : ''}`;

	return (
		<span class={`severity ${kind}`} title={props.short ? word : undefined}>
			<svg viewBox="0 0 16 16" aria-hidden="true">
				<path d={shapes[of]} />
			</svg>
			<span class={props.short ? 'unseen' : undefined}>{word}</span>
		</span>
	);
}

// SPDX-License-Identifier: Apache-2.0
import { t } from '../lib/words';

export type QualityName = 'good' | 'partial' | 'stale' | 'unknown';

const names: readonly string[] = ['good', 'partial', 'stale', 'unknown'];
const marks: Record<QualityName, string> = { good: '●', partial: '◐', stale: '◌', unknown: '?' };

/* How far a value can be trusted.  Good quality is no news: grey. */
export function Quality(props: { of: QualityName | string | null | undefined; short?: boolean }) {
	const of = (names.includes(props.of ?? '') ? props.of : 'unknown') as QualityName;
	const word = t(`common.${of}`);

	return (
		<span class={`quality ${of}`} title={props.short ? word : undefined}>
			<span aria-hidden="true">{marks[of]}</span>
			<span class={props.short ? 'unseen' : undefined}>{word}</span>
		</span>
	);
}

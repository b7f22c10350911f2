// SPDX-License-Identifier: Apache-2.0
// One figure as a bar, with the guide values marked on it.
import { number, percent } from '../../lib/format';
import { pick, t, tOr } from '../../lib/words';
import { barOf, verdictOf, type Target as TargetOf, type Verdict } from './model';

const MARKS: Record<Verdict, string> = { good: '✓', watch: '!', much: '✕', unknown: '?' };

export function VerdictMark(props: { of: Verdict }) {
	return (
		<span class={`sh-verdict ${props.of}`}>
			<span aria-hidden="true">{MARKS[props.of]}</span> {t(`shift.${props.of}`)}
		</span>
	);
}

export function Target(props: { of: TargetOf }) {
	const { of } = props;
	const verdict = verdictOf(of);
	const bar = barOf(of);
	const say = (value: number | null) => (of.percent ? percent(value) : number(value, 1));
	const note = tOr(`shift.note-${of.name}`, '');
	const at = (share: number) => ({ left: `${share * 100}%` });

	return (
		<div class={`sh-target ${verdict}`}>
			<span class="sh-what">
				{tOr(`shift.target-${of.name}`, pick(of.title))}
				{note && <small>{note}</small>}
			</span>
			<strong class="sh-actual">{say(of.actual)}</strong>
			<span class="sh-bar" aria-hidden="true">
				<span class="sh-fill" style={{ width: `${bar.fill * 100}%` }} />
				<span class="sh-mark" style={at(bar.target)} />
				<span class="sh-mark far" style={at(bar.limit)} />
			</span>
			<VerdictMark of={verdict} />
			<small class="sh-guide">
				{of.target > 0 ? t('shift.should', { n: say(of.target) }) : t('shift.shouldNone')};{' '}
				{t('shift.most', { n: say(of.limit) })}
			</small>
		</div>
	);
}

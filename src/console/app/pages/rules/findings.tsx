// SPDX-License-Identifier: Apache-2.0
// What is wrong with the files: the place, the line and a mark below the word that is meant.
import { t } from '../../lib/words';
import { around, caret, isError, placeOf, type Finding } from './report';

function Source(props: { of: Finding }) {
	const { of } = props;
	const seen = around(of.source!, of.column);
	const end = of.end_column ? of.end_column + seen.column - of.column : 0;

	return (
		<pre class="ru-source">
			{seen.text}
			{'\n'}
			<span class={isError(of) ? 'ru-bad' : 'ru-look'}>{caret(seen.text, seen.column, end)}</span>
		</pre>
	);
}

export function Findings(props: { of: readonly Finding[] }) {
	return (
		<ul class="ru-findings">
			{props.of.map((one, i) => (
				<li key={i}>
					<code>{placeOf(one)}</code>{' '}
					<strong class={isError(one) ? 'ru-bad' : 'ru-look'}>
						{t(isError(one) ? 'rules.error' : 'rules.remark')}
					</strong>{' '}
					<span lang="en">{one.message}</span>
					{one.source && one.line > 0 && <Source of={one} />}
					{one.suggestion && (
						<p class="ru-soft">{t('rules.suggestion', { text: one.suggestion })}</p>
					)}
				</li>
			))}
		</ul>
	);
}

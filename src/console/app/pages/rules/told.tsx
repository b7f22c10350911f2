// SPDX-License-Identifier: Apache-2.0
// Who hears of it, when, and what it makes quiet.
import { href } from '../../lib/router';
import { t } from '../../lib/words';
import type { Rule } from './model';
import { saySeconds } from './say';

function names(receivers: readonly string[]): string {
	return receivers.map(one => (one === 'unit' ? t('rules.toldUnit') : one)).join(', ');
}

export function Told(props: { rule: Rule }) {
	const { receivers = [], escalations = [], inhibits } = props.rule;

	return (
		<section>
			<h3>{t('rules.told')}</h3>
			{receivers.length + escalations.length === 0 ? (
				<p>{t('rules.toldNobody')}</p>
			) : (
				<ul>
					{receivers.length > 0 && (
						<li>
							{t('rules.toldAtOnce')}: {names(receivers)}
						</li>
					)}
					{escalations.map(step => (
						<li key={step.after_s}>
							{t('rules.toldAfter', { age: saySeconds(step.after_s) })}: {names(step.receivers)}
						</li>
					))}
				</ul>
			)}
			{inhibits && inhibits.rules.length > 0 && (
				<p>
					{t('rules.inhibits')}
					{inhibits.below ? ` (${t('rules.inhibitsBelow')})` : ''}:{' '}
					{inhibits.rules.map((id, i) => (
						<span key={id}>
							{i > 0 && ', '}
							<a href={href('rules', id)}>
								<code>{id}</code>
							</a>
						</span>
					))}
				</p>
			)}
		</section>
	);
}

// SPDX-License-Identifier: Apache-2.0
// What holds for all rules alike: shown once above the list, not beside each rule.
import { moment } from '../../lib/format';
import { now } from '../../lib/live';
import { t } from '../../lib/words';
import type { Suppression } from './model';
import { saySuppression, sayScope } from './say';

export function Held(props: { all: readonly Suppression[] }) {
	const common = props.all.filter(one => one.rule === null);

	if (common.length === 0)
		return null;
	return (
		<div class="note ru-held">
			<strong>{t('rules.holds')}</strong>
			<ul>
				{common.map((one, i) => (
					<li key={i}>
						<HeldLine of={one} />
					</li>
				))}
			</ul>
		</div>
	);
}

export function HeldLine(props: { of: Suppression }) {
	const { of } = props;
	const until = of.until
		? t('rules.until', { time: moment(of.until, now.value) })
		: t('rules.noEnd');

	return (
		<>
			<span class="ru-flag">{saySuppression(of.kind)}</span> {sayScope(of)}, {until}, {of.by}
			{of.note ? `: ${of.note}` : ''}
		</>
	);
}

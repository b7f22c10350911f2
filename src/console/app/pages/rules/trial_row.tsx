// SPDX-License-Identifier: Apache-2.0
// What the last back-test said of one rule.
import { dayClock, number } from '../../lib/format';
import { t } from '../../lib/words';
import type { Rule } from './model';

export function TrialRow(props: { rule: Rule; finished: string | null | undefined }) {
	const row = props.rule.backtest;

	if (!props.finished)
		return null;
	return (
		<section>
			<h3>{t('rules.trialRow')}</h3>
			<p>
				{row
					? t('rules.trialRowOf', {
							before: number(row.raised_before),
							after: number(row.raised_after),
							missed: number(row.missed),
							added: number(row.added),
						})
					: t('rules.trialAbsent')}{' '}
				<span class="ru-soft">{dayClock(props.finished)}</span>
			</p>
		</section>
	);
}

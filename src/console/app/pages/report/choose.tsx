// SPDX-License-Identifier: Apache-2.0
import { route } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Search } from '../../ui';
import { UnitPick } from '../rules/unit_pick';
import { periodsOf, type Plan } from './model';
import { sayPeriod } from './say';

export function Choose(props: {
	plans: readonly Plan[];
	plan: Plan;
	period: string;
	onChoose: (id: string, query: Record<string, string>) => void;
	onSave: (() => void) | null;
}) {
	const { plan, period } = props;
	const periods = periodsOf(plan);
	const at = periods.indexOf(period);
	const to = (next: string | undefined) => () => next && props.onChoose(plan.id, { period: next });

	return (
		<div class="re-choose" role="group" aria-label={t('report.choose')}>
			<label>
				{t('report.report')}{' '}
				<select
					value={plan.id}
					onChange={event => props.onChoose(event.currentTarget.value, { period: '' })}
				>
					{props.plans.map(one => (
						<option key={one.id} value={one.id}>
							{pick(one.title)}
						</option>
					))}
				</select>
			</label>
			<span class="re-steps">
				<button
					type="button"
					aria-label={t('report.older')}
					title={t('report.older')}
					disabled={at < 0 || at + 1 >= periods.length}
					onClick={to(periods[at + 1])}
				>
					◀
				</button>
				<select
					aria-label={t('report.period')}
					value={period}
					onChange={event => props.onChoose(plan.id, { period: event.currentTarget.value })}
				>
					{periods.map((one, i) => (
						<option key={one} value={one}>
							{i === 0
								? t('report.running', { period: sayPeriod(plan.every, one) })
								: sayPeriod(plan.every, one)}
						</option>
					))}
				</select>
				<button
					type="button"
					aria-label={t('report.newer')}
					title={t('report.newer')}
					disabled={at <= 0}
					onClick={to(periods[at - 1])}
				>
					▶
				</button>
			</span>
			<label>
				{t('report.unit')}{' '}
				<UnitPick
					value={route.value.query.unit ?? ''}
					empty={t('report.allUnits')}
					onPick={unit => props.onChoose(plan.id, { unit })}
				/>
			</label>
			<Search
				value={route.value.query.q ?? ''}
				label={t('report.search')}
				onInput={q => props.onChoose(plan.id, { q })}
			/>
			<button type="button" disabled={!props.onSave} onClick={() => props.onSave?.()}>
				{t('report.csv')}
			</button>
			<button type="button" class="main" disabled={!props.onSave} onClick={() => print()}>
				{t('report.print')}
			</button>
		</div>
	);
}

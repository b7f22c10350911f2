// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { number, percent } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Empty } from '../../ui';
import type { Workload, WorstRule } from './model';

function Line(props: { of: WorstRule; place: number; all: number; most: number }) {
	const { of } = props;

	return (
		<tr>
			<td class="right">{props.place}</td>
			<td>
				<a href={href('rules', of.rule)}>{pick(of.title)}</a>
			</td>
			<td class="right">{number(of.alarms)}</td>
			<td class="no-phone">
				<span class="sh-bar thin" aria-hidden="true">
					<span class="sh-fill" style={{ width: `${(of.alarms / props.most) * 100}%` }} />
				</span>
			</td>
			<td class="right">{percent(of.alarms / props.all, 0)}</td>
			<td class="right no-phone">{number(of.critical)}</td>
			<td class="right no-phone">{number(of.chatters)}</td>
			<td class="right no-phone">{number(of.unseen)}</td>
		</tr>
	);
}

export function Worst(props: { of: Workload }) {
	const [week, setWeek] = useState<'this' | 'last'>('this');
	const rules = props.of.worst[week];
	const sum = rules.reduce((n, rule) => n + rule.alarms, 0);
	const all = Math.max(week === 'this' ? props.of.week : 0, sum, 1);
	const most = Math.max(1, ...rules.map(rule => rule.alarms));

	return (
		<section class="sh-card">
			<h2>{t('shift.worst')}</h2>
			<p class="sh-views">
				<button type="button" aria-pressed={week === 'this'} onClick={() => setWeek('this')}>
					{t('shift.thisWeek')}
				</button>
				<button type="button" aria-pressed={week === 'last'} onClick={() => setWeek('last')}>
					{t('shift.lastWeek')}
				</button>
			</p>
			{rules.length === 0 ? (
				<Empty>{t('shift.worstNone')}</Empty>
			) : (
				<table class="table sh-worst">
					<thead>
						<tr>
							<th class="right">#</th>
							<th>{t('shift.rule')}</th>
							<th class="right">{t('shift.alarms')}</th>
							<th class="no-phone" aria-hidden="true" />
							<th class="right">{t('shift.share')}</th>
							<th class="right no-phone">{t('shift.critical')}</th>
							<th class="right no-phone">{t('shift.chatters')}</th>
							<th class="right no-phone">{t('shift.unseen')}</th>
						</tr>
					</thead>
					<tbody>
						{rules.map((rule, i) => (
							<Line key={rule.rule} of={rule} place={i + 1} all={all} most={most} />
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}

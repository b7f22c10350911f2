// SPDX-License-Identifier: Apache-2.0
import { age } from '../../lib/format';
import { pick, t, tOr } from '../../lib/words';
import { Severity } from '../../ui';
import { foldAlerts, type Fold } from './fold';
import { holderOf, type Named, type SheetAlert } from './model';

const UNITS_NAMED = 8;

function What(props: { of: Fold<SheetAlert> }) {
	const { first, all } = props.of;

	return (
		<td>
			<strong>{pick(first.rule.title)}</strong>
			{all.length > 1 ? ` × ${all.length}` : first.subject && ` · ${first.subject}`}
			{first.drill && <span class="sh-flag">{t('shift.drill')}</span>}
			{first.suppressed.map(one => (
				<span key={one.kind} class="sh-flag">
					{tOr(`shift.kind-${one.kind}`, one.kind)}
				</span>
			))}
			{all.length === 1 && first.suppressed.length === 0 && (
				<small class="sh-under">{pick(first.reason)}</small>
			)}
		</td>
	);
}

/* Each unit once, though it may have several subjects. */
export function unitNames(all: readonly { unit: Named }[]): string {
	const names = [...new Set(all.map(one => pick(one.unit.name) || one.unit.id))];
	const rest = names.length - UNITS_NAMED;

	return (
		names.slice(0, UNITS_NAMED).join(', ') + (rest > 0 ? ` ${t('shift.more', { n: rest })}` : '')
	);
}

function Line(props: { of: Fold<SheetAlert>; end: number }) {
	const { first, all } = props.of;
	const holder = holderOf(first);
	const oldest = Math.min(...all.map(one => Date.parse(one.raised)));

	return (
		<tr>
			<td class="no-wrap">
				<Severity
					of={first.severity}
					uncertain={all.every(one => one.uncertain)}
					quiet={first.suppressed.length > 0}
				/>
			</td>
			<What of={props.of} />
			<td>{unitNames(all)}</td>
			<td class="right no-wrap">{age(props.end - oldest)}</td>
			<td>
				{tOr(`shift.handling-${first.handling}`, first.handling)}
				{holder && `: ${holder}`}
				{first.acknowledged?.note && <small class="sh-under">“{first.acknowledged.note}”</small>}
			</td>
		</tr>
	);
}

export function AlertRows(props: {
	title: string;
	n: number;
	alerts: readonly SheetAlert[];
	until: string;
	none?: string;
}) {
	return (
		<section>
			<h3>
				{props.title} {props.n > props.alerts.length && t('shift.named', { n: props.alerts.length })}
			</h3>
			{props.alerts.length === 0 ? (
				<p>{props.none}</p>
			) : (
				<table class="table sh-alerts">
					<thead>
						<tr>
							<th>{t('shift.severity')}</th>
							<th>{t('shift.alert')}</th>
							<th>{t('shift.unit')}</th>
							<th class="right">{t('shift.since')}</th>
							<th>{t('shift.handling')}</th>
						</tr>
					</thead>
					<tbody>
						{foldAlerts(props.alerts).map(fold => (
							<Line key={fold.first.id} of={fold} end={Date.parse(props.until)} />
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}

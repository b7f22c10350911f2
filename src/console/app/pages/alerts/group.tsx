// SPDX-License-Identifier: Apache-2.0
// One line for all alerts of a cause.
import { number } from '../../lib/format';
import { pick, t } from '../../lib/words';
import { Age, Severity } from '../../ui';
import type { Group } from './flood';
import { toggleGroup, units } from './state';

export function parentName(id: string): string {
	const unit = units.value.find(one => one.id === id);

	return unit ? pick(unit.name) : id;
}

export function GroupRow(props: { group: Group; isOpen: boolean; isAtCursor: boolean }) {
	const { group } = props;
	const first = group.rows[0]!.alert;
	const n = new Set(group.rows.map(row => row.alert.unit.id)).size;
	const waits = group.waiting > 0;

	return (
		<div
			class={`al-row al-group ${first.severity} ${waits ? 'waits' : ''} ${props.isAtCursor ? 'here' : ''}`}
			onClick={() => toggleGroup(group.key)}
		>
			<span class="al-pick" aria-hidden="true">
				{props.isOpen ? '▾' : '▸'}
			</span>
			<Severity of={first.severity} quiet={!waits} />
			<span class="al-unit">
				<b class="al-many">{t('alerts.groupCount', { n: number(group.rows.length) })}</b>
			</span>
			<span class="al-what">
				<span class="al-title">
					<b>{pick(first.rule.title) || first.rule.id}</b>
				</span>
				<span class="al-reason">
					{t('alerts.groupUnits', { n })}, {t('alerts.groupUnder', { unit: parentName(group.parent) })}
				</span>
			</span>
			<span class="al-value">
				<span class="unseen">{t(props.isOpen ? 'alerts.groupClose' : 'alerts.groupOpen')}</span>
			</span>
			<span class="al-age">
				<Age of={group.newestMs} />
				<small> {t('alerts.groupNewest')}</small>
			</span>
			<span class={`al-handling ${waits ? 'waits' : ''}`}>
				{waits && <span>{t('alerts.waiting', { n: number(group.waiting) })}</span>}
			</span>
			<span class="al-do-none" />
		</div>
	);
}

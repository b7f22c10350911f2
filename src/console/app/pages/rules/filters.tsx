// SPDX-License-Identifier: Apache-2.0
import { replace, route } from '../../lib/router';
import { t } from '../../lib/words';
import { Search } from '../../ui';
import { groupsOf, STATES, type Filter, type Row } from './model';

function set(name: string, value: string): void {
	replace('rules', route.value.id, { ...route.value.query, [name]: value });
}

export function Filters(props: { rows: readonly Row[]; n: number; filter: Filter }) {
	return (
		<div class="ru-filters" role="search">
			<Search
				value={route.value.query.q ?? ''}
				label={t('rules.search')}
				onInput={value => set('q', value)}
			/>
			<label>
				{t('rules.group')}{' '}
				<select
					value={props.filter.group}
					onChange={event => set('group', event.currentTarget.value)}
				>
					<option value="">{t('rules.all')}</option>
					{groupsOf(props.rows).map(group => (
						<option key={group} value={group}>
							{group}
						</option>
					))}
				</select>
			</label>
			<label>
				{t('rules.severity')}{' '}
				<select
					value={props.filter.severity}
					onChange={event => set('severity', event.currentTarget.value)}
				>
					<option value="">{t('rules.all')}</option>
					<option value="critical">{t('common.critical')}</option>
					<option value="warning">{t('common.warning')}</option>
				</select>
			</label>
			<label>
				{t('rules.state')}{' '}
				<select
					value={props.filter.state}
					onChange={event =>
						set('state', event.currentTarget.value === 'all' ? '' : event.currentTarget.value)
					}
				>
					{STATES.map(state => (
						<option key={state} value={state}>
							{t(`rules.state-${state}`)}
						</option>
					))}
				</select>
			</label>
			<span class="ru-count" role="status">
				{t('rules.count', { n: props.n, all: props.rows.length })}
			</span>
		</div>
	);
}

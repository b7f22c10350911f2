// SPDX-License-Identifier: Apache-2.0
// What is shown of the list, how much there is, and what is not shown.
import { useState } from 'preact/hooks';
import { counts, reading } from '../../lib/alerts';
import { clock, number } from '../../lib/format';
import { stale } from '../../lib/live';
import { pick, t } from '../../lib/words';
import { ErrorNote, Search } from '../../ui';
import { narrows, NO_FILTER, type Filter } from './filter';
import { chosen, filter, setFilter, units } from './state';

function Choice<K extends 'severity' | 'handling'>(props: {
	of: K;
	label: string;
	choices: readonly (readonly [Filter[K], string])[];
}) {
	return (
		<label class="al-choice">
			<span class="unseen">{props.label}</span>
			<select
				value={filter.value[props.of]}
				onChange={event => setFilter({ [props.of]: event.currentTarget.value } as Partial<Filter>)}
			>
				{props.choices.map(([value, words]) => (
					<option key={value} value={value}>
						{words}
					</option>
				))}
			</select>
		</label>
	);
}

function UnitChoice() {
	const all = units.value;

	return (
		<label class="al-choice al-choice-unit">
			<span class="unseen">
				{t('alerts.unit')} {t('alerts.andBelow')}
			</span>
			<select value={filter.value.unit} onChange={event => setFilter({ unit: event.currentTarget.value })}>
				<option value="">{t('alerts.anyUnit')}</option>
				{all.map(unit => (
					<option key={unit.id} value={unit.id}>
						{'\u2003'.repeat(unit.depth) + pick(unit.name)}
					</option>
				))}
			</select>
		</label>
	);
}

function Toggles() {
	const { mine, oldest } = filter.value;

	return (
		<>
			<label class="al-check">
				<input
					type="checkbox"
					checked={mine}
					onChange={event => setFilter({ mine: event.currentTarget.checked })}
				/>
				{t('alerts.mine')}
			</label>
			<label class="al-choice">
				<span class="unseen">{t('alerts.order')}</span>
				<select
					value={oldest ? 'oldest' : ''}
					onChange={event => setFilter({ oldest: event.currentTarget.value === 'oldest' })}
				>
					<option value="">{t('alerts.newest')}</option>
					<option value="oldest">{t('alerts.oldest')}</option>
				</select>
			</label>
		</>
	);
}

/* On a phone the choices are put away until somebody wants them. */
export function Filters() {
	const [isOpen, setOpen] = useState(false);

	return (
		<div class={`al-filters${isOpen ? ' all' : ''}`} role="search">
			<Search
				value={filter.value.text}
				onInput={text => setFilter({ text })}
				label={t('alerts.search')}
			/>
			<button type="button" class="al-more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
				{t('alerts.filters')}
			</button>
			<Choice
				of="severity"
				label={t('alerts.severity')}
				choices={[
					['', t('alerts.anySeverity')],
					['critical', t('alerts.onlyCritical')],
					['warning', t('alerts.onlyWarning')],
				]}
			/>
			<Choice
				of="handling"
				label={t('alerts.handling')}
				choices={[
					['', t('alerts.anyHandling')],
					['waiting', t('alerts.onlyWaiting')],
					['acknowledged', t('alerts.onlyAcknowledged')],
					['over', t('alerts.onlyOver')],
				]}
			/>
			<UnitChoice />
			<Toggles />
		</div>
	);
}

/* All that there is, whatever the filter. */
export function Tally() {
	const all = counts.value;

	return (
		<p class="al-tally">
			<b>{t('alerts.open', { n: number(all.all) })}</b>
			<span class={all.critical ? 'critical' : ''}>
				{t('alerts.critical', { n: number(all.critical) })}
			</span>
			<span>{t('alerts.warnings', { n: number(all.warning) })}</span>
			<span class={all.waiting ? 'waits' : ''}>{t('alerts.waiting', { n: number(all.waiting) })}</span>
			{all.over > 0 && <span>{t('alerts.overCount', { n: number(all.over) })}</span>}
			{all.drill > 0 && <span>{t('alerts.drillCount', { n: number(all.drill) })}</span>}
		</p>
	);
}

function HiddenByFilter() {
	const { hidden, hiddenCritical } = chosen.value;

	if (!narrows(filter.value))
		return null;
	return (
		<span class={hiddenCritical ? 'al-hides grave' : 'al-hides'}>
			{t('alerts.hidden', { n: number(hidden) })}
			{hiddenCritical > 0 && `, ${t('alerts.hiddenCritical', { n: number(hiddenCritical) })}`}
			<button
				type="button"
				class="plain no-wall"
				onClick={() => {
					const { suppressed, groups } = filter.value;

					setFilter({ ...NO_FILTER, suppressed, groups });
				}}
			>
				{t('alerts.clearFilter')}
			</button>
		</span>
	);
}

function HiddenSuppressed() {
	const n = filter.value.suppressed ? counts.value.suppressed : chosen.value.suppressed;

	if (n === 0)
		return null;
	return (
		<span class="al-hides">
			{filter.value.suppressed
				? t('alerts.suppressedShown')
				: t('alerts.suppressedHidden', { n: number(n) })}
			<button
				type="button"
				class="plain no-wall"
				onClick={() => setFilter({ suppressed: !filter.value.suppressed })}
			>
				{t(filter.value.suppressed ? 'alerts.hide' : 'alerts.show')}
			</button>
		</span>
	);
}

/* What is not in the list that one sees, and why. */
export function Hidden() {
	return (
		<p class="al-hidden">
			<HiddenByFilter />
			<HiddenSuppressed />
		</p>
	);
}

export function ReadingNote() {
	const { at, error, missing } = reading.value;

	return (
		<>
			{error && (
				<div>
					<ErrorNote error={error} />
					<p>{t('alerts.listFailed')}</p>
				</div>
			)}
			{missing > 0 && <p class="note bad">{t('alerts.listMissing', { n: number(missing) })}</p>}
			<p class="al-read">
				{at === null
					? t('alerts.listLoading')
					: t(stale.value ? 'alerts.listOld' : 'alerts.listAt', { clock: clock(at) })}
			</p>
		</>
	);
}

// SPDX-License-Identifier: Apache-2.0
// Nothing is shown: either all is well and watched, or it says what is not known.
import { counts, reading } from '../../lib/alerts';
import { beat, light, stale } from '../../lib/live';
import { t, tOr } from '../../lib/words';
import { Light } from '../../ui';
import { chosen, filter, setFilter } from './state';
import { narrows, NO_FILTER } from './filter';

function Blind() {
	return (
		<ul class="al-blind">
			{(beat.value?.parts ?? []).map(part => (
				<li key={part.name + (part.unit ?? '')}>
					<Light of={part.light} label={tOr(`health.${part.name}`, part.name)} />{' '}
					{tOr(`health.${part.name}Means`, part.detail || part.state)}
				</li>
			))}
		</ul>
	);
}

/* No alert is open, as far as anybody knows. */
function NoneOpen() {
	if (stale.value)
		return <p class="al-unsure">{t('alerts.noneStale')}</p>;
	if (reading.value.at === null || !beat.value)
		return <p class="al-unsure">{t('alerts.noneUnlisted')}</p>;
	if (!beat.value.ready)
		return <p class="al-unsure">{t('alerts.noneNotReady')}</p>;
	if (light.value !== 'green')
		return (
			<div class="al-unsure">
				<p>{t('alerts.noneButBlind')}</p>
				<Blind />
			</div>
		);
	return (
		<div class="al-well">
			<p>
				<Light of="green" label={t('alerts.noneOpen')} />
			</p>
			<p class="soft">{t('alerts.noneOpenGood')}</p>
		</div>
	);
}

export function EmptyList() {
	const isFiltered = narrows(filter.value) && chosen.value.hidden > 0;

	return (
		<div class="al-empty" role="status">
			{isFiltered ? (
				<p>
					{t('alerts.noneMatching')}{' '}
					<button type="button" class="no-wall" onClick={() => setFilter(NO_FILTER)}>
						{t('alerts.clearFilter')}
					</button>
				</p>
			) : chosen.value.suppressed > 0 ? (
				<p>
					{t('alerts.noneShown')}{' '}
					<button type="button" class="no-wall" onClick={() => setFilter({ suppressed: true })}>
						{t('alerts.show')}
					</button>
				</p>
			) : null}
			{counts.value.all === 0 && counts.value.over === 0 && <NoneOpen />}
		</div>
	);
}

// SPDX-License-Identifier: Apache-2.0
// Says that there is a flood, and that the list is folded.
import { number } from '../../lib/format';
import { t } from '../../lib/words';
import type { Group } from './flood';
import { entries, filter, flood, isFolded, newOnes, setFilter } from './state';

function FoldedWords({ groups }: { groups: readonly Group[] }) {
	const n = groups.reduce((sum, group) => sum + group.rows.length, 0);

	if (groups.length === 0)
		return null;
	return (
		<span>
			{t(flood.value ? 'alerts.floodFolded' : 'alerts.foldedByHand', {
				groups: number(groups.length),
				n: number(n),
			})}{' '}
			<span class="no-wall">{t('alerts.floodHow')}</span>
		</span>
	);
}

export function FloodNote() {
	const isForced = filter.value.groups !== '';
	const groups = entries.value.flatMap(entry => (entry.kind === 'group' ? [entry.group] : []));
	const canFold = !isFolded.value || groups.length > 0;

	if (!flood.value && !isFolded.value)
		return null;
	return (
		<p class={`al-flood ${flood.value ? 'now' : ''}`} role="status">
			{flood.value && <b>{t('alerts.floodNow', { n: number(newOnes.value) })}</b>}
			<FoldedWords groups={groups} />
			<span class="al-buttons no-wall">
				{canFold && (
					<button type="button" onClick={() => setFilter({ groups: isFolded.value ? 'no' : 'yes' })}>
						{t(isFolded.value ? 'alerts.unfold' : 'alerts.fold')}
					</button>
				)}
				{isForced && (
					<button type="button" class="plain" onClick={() => setFilter({ groups: '' })}>
						{t('alerts.foldAuto')}
					</button>
				)}
			</span>
		</p>
	);
}

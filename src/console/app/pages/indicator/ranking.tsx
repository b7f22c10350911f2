// SPDX-License-Identifier: Apache-2.0
// Who stands where, and how complete that is.
import { useState } from 'preact/hooks';
import { number } from '../../lib/format';
import { usePoll } from '../../lib/poll';
import { href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Stamp } from '../../ui/Age';
import { ErrorNote } from '../../ui/Note';
import { Quality } from '../../ui/Quality';
import type { Words } from '../overview/tree';
import { tiedPlaces, type Indicator, type Reading } from './model';
import { figure, windowName } from './show';

const POLL_MS = 30_000;
const SHOWN = 10;

interface RankRow extends Reading {
	place: number | null;
	state: 'placed' | 'few' | 'stale' | 'unknown';
	unit: { id: string; name: Words };
}

interface Rank {
	window: string;
	order: string;
	min_samples: number;
	placed: number;
	among: number;
	rows: RankRow[];
}

function Row(props: { of: Indicator; row: RankRow; isTied: boolean; isOwn: boolean }) {
	const { of, row } = props;

	return (
		<tr class={props.isOwn ? 'in-own' : undefined} aria-current={props.isOwn ? 'true' : undefined}>
			<td class="right in-num">
				{row.place ?? '–'}
				{props.isTied && row.place !== null && (
					<span class="unseen"> {t('indicator.rank-tied', { n: row.place })}</span>
				)}
				{props.isTied && <span aria-hidden="true"> =</span>}
			</td>
			<td>
				<a href={href('indicator', of.id, { unit: row.unit.id })}>{pick(row.unit.name)}</a>
				{row.state !== 'placed' && <small> {t(`indicator.rank-state.${row.state}`)}</small>}
			</td>
			<td class="right in-num">
				{figure(of, row.value)}
				{row.band && <small> {pick(row.band)}</small>}
			</td>
			<td class="right in-num no-phone">{t('indicator.samples', { n: number(row.samples, 0) })}</td>
			<td>
				<Quality of={row.quality} short={row.quality === 'good'} />
			</td>
		</tr>
	);
}

/* The first ones, and the unit that is looked at, wherever it stands. */
function shownOf(rows: readonly RankRow[], unit: string, isAll: boolean): readonly RankRow[] {
	return isAll ? rows : rows.filter((row, i) => i < SHOWN || row.unit.id === unit);
}

export function Ranking(props: { of: Indicator; unit: string }) {
	const asked = usePoll<Rank>('rank', { indicator: props.of.id }, POLL_MS);
	const [isAll, setAll] = useState(false);
	const rank = asked.data;

	if (asked.loading)
		return null;
	const rows = rank?.rows ?? [];
	const tied = tiedPlaces(rows.map(row => row.place));
	const n_apart = (rank?.among ?? 0) - (rank?.placed ?? 0);

	return (
		<section class="in-box">
			<h2>{t('indicator.rank')}</h2>
			<ErrorNote error={asked.error} old={rank !== null} />
			{rank && (
				<p class={n_apart > 0 ? 'in-note in-short' : 'in-note'}>
					{t('indicator.rank-about', {
						window: windowName(rank.window),
						n: rank.placed,
						m: rank.among,
						samples: rank.min_samples,
					})}
					{'. '}
					{n_apart > 0
						? t('indicator.rank-incomplete', { n: n_apart })
						: t('indicator.rank-complete')}
				</p>
			)}
			<table class="table">
				<tbody>
					{shownOf(rows, props.unit, isAll).map(row => (
						<Row
							key={row.unit.id}
							of={props.of}
							row={row}
							isTied={row.place !== null && tied.has(row.place)}
							isOwn={row.unit.id === props.unit}
						/>
					))}
				</tbody>
			</table>
			{rows.length > SHOWN && (
				<button type="button" class="no-wall" onClick={() => setAll(!isAll)}>
					{isAll ? t('indicator.rank-less') : t('indicator.rank-all', { n: rows.length })}
				</button>
			)}
			{rank && <Stamp at={asked.at} lateMs={3 * POLL_MS} />}
		</section>
	);
}

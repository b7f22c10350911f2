// SPDX-License-Identifier: Apache-2.0
// The list on a wall: as many as fit, the gravest largest, and how many do not fit.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { needsPerson, type Row } from '../../lib/alert_book';
import { clock, number } from '../../lib/format';
import { pick, t } from '../../lib/words';
import { Age, Severity } from '../../ui';
import type { Entry, Group } from './flood';
import { countOf, firstOf, fitting, outer } from './fit';
import { parentName } from './group';
import { titleOf, unitOf } from './names';
import { Flags, Handling } from './row';
import { entries, keyOf } from './state';

function useHeightRem() {
	const own = useRef<HTMLDivElement>(null);
	const [rem, setRem] = useState(0);

	useLayoutEffect(() => {
		const watch = new ResizeObserver(() => {
			const px = parseFloat(getComputedStyle(document.documentElement).fontSize);

			setRem((own.current?.clientHeight ?? 0) / px);
		});

		watch.observe(own.current!);
		return () => watch.disconnect();
	}, []);
	return [own, rem] as const;
}

function WallRow(props: { row: Row }) {
	const { row } = props;
	const { alert } = row;
	const isBig = row.rank === 0;

	return (
		<li class={`al-wall-row ${alert.severity} ${isBig ? 'big' : ''} ${needsPerson(alert) ? 'waits' : ''}`}>
			<Severity of={alert.severity} uncertain={alert.uncertain} short />
			<b class="al-wall-clock">{clock(row.raisedMs).slice(0, 5)}</b>
			<b class="al-unit">{unitOf(alert)}</b>
			<span class="al-wall-what">
				{titleOf(alert)} <Flags alert={alert} />
			</span>
			<span class="al-age">
				<Age of={row.raisedMs} />
			</span>
			<Handling alert={alert} pending={undefined} />
		</li>
	);
}

function WallGroup(props: { group: Group }) {
	const { group } = props;
	const { alert, rank } = group.rows[0]!;

	return (
		<li class={`al-wall-row ${alert.severity} ${rank === 0 ? 'big' : ''} ${group.waiting ? 'waits' : ''}`}>
			<Severity of={alert.severity} short />
			<b class="al-wall-clock">{clock(group.newestMs).slice(0, 5)}</b>
			<b class="al-unit">{parentName(group.parent)}</b>
			<span class="al-wall-what">
				<b>{t('alerts.groupCount', { n: number(group.rows.length) })}</b>:{' '}
				{pick(alert.rule.title) || alert.rule.id}
			</span>
			<span class="al-age">
				<Age of={group.newestMs} />
			</span>
			<span class="al-handling waits">
				{group.waiting > 0 && t('alerts.waiting', { n: number(group.waiting) })}
			</span>
		</li>
	);
}

export function WallList() {
	const [own, rem] = useHeightRem();
	const all = outer(entries.value);
	const n = fitting(all, rem);
	const rest = all.slice(n);
	const critical = rest.filter(entry => firstOf(entry).rank <= 1);
	const sum = (some: readonly Entry[]) => some.reduce((total, entry) => total + countOf(entry), 0);

	return (
		<div class="al-wall" ref={own}>
			<ul aria-label={t('alerts.list')}>
				{all.slice(0, n).map(entry =>
					entry.kind === 'row' ? (
						<WallRow key={keyOf(entry)} row={entry.row} />
					) : (
						<WallGroup key={keyOf(entry)} group={entry.group} />
					),
				)}
			</ul>
			{rest.length > 0 && (
				<p class="al-wall-rest">
					{t('alerts.wallMore', { n: number(sum(rest)) })}
					{critical.length > 0 && (
						<b>, {t('alerts.wallMoreCritical', { n: number(sum(critical)) })}</b>
					)}
				</p>
			)}
		</div>
	);
}

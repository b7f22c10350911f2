// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { dayClock, offset } from '../../lib/format';
import { now } from '../../lib/live';
import { replace, route } from '../../lib/router';
import { t } from '../../lib/words';
import { Empty, ErrorNote, Loading, Search, Stamp } from '../../ui';
import { UnitPick } from '../rules/unit_pick';
import type { Record_, Span } from './log';
import { daysSpan, SPANS, spanMs } from './model';

export function setFilter(name: string, value: string): void {
	replace('audit', null, { ...route.value.query, [name]: value });
}

/* The span that the address names.  It ends when the page asks, and stays so until it asks anew. */
export function useSpan(usual: (typeof SPANS)[number]): Span {
	const { span = usual, from = '', to = '' } = route.value.query;

	return useMemo(() => {
		const days = span === 'own' ? daysSpan(from, to || from, offset.value) : null;
		const known = SPANS.find(one => one === span) ?? usual;

		return days ?? { since: now.peek() - spanMs(known), until: null };
	}, [span, from, to]);
}

export function SpanPick(props: { usual: (typeof SPANS)[number] }) {
	const { span = props.usual, from = '', to = '' } = route.value.query;

	return (
		<>
			<label>
				{t('audit.span')}{' '}
				<select value={span} onChange={event => setFilter('span', event.currentTarget.value)}>
					{SPANS.map(one => (
						<option key={one} value={one}>
							{t(`audit.span-${one}`)}
						</option>
					))}
					<option value="own">{t('audit.span-own')}</option>
				</select>
			</label>
			{span === 'own' && (
				<span class="au-days">
					<input
						type="date"
						aria-label={t('audit.since')}
						value={from}
						onChange={event => setFilter('from', event.currentTarget.value)}
					/>{' '}
					{t('audit.until')}{' '}
					<input
						type="date"
						aria-label={t('audit.until')}
						value={to}
						onChange={event => setFilter('to', event.currentTarget.value)}
					/>
				</span>
			)}
		</>
	);
}

export interface Choice {
	value: string;
	words: string;
}

/* A choice among what is in the rows, and what is chosen already. */
export function Pick(props: { name: string; label: string; all: string; of: readonly Choice[] }) {
	const chosen = route.value.query[props.name] ?? '';
	const isThere = props.of.some(one => one.value === chosen);

	return (
		<label>
			{props.label}{' '}
			<select value={chosen} onChange={event => setFilter(props.name, event.currentTarget.value)}>
				<option value="">{props.all}</option>
				{chosen && !isThere && <option value={chosen}>{chosen}</option>}
				{props.of.map(one => (
					<option key={one.value} value={one.value}>
						{one.words}
					</option>
				))}
			</select>
		</label>
	);
}

export function Filters(props: { usual: (typeof SPANS)[number]; children: ComponentChildren }) {
	const { q = '', unit = '' } = route.value.query;

	return (
		<div class="au-filters" role="search">
			<Search value={q} label={t('audit.search')} onInput={value => setFilter('q', value)} />
			<SpanPick usual={props.usual} />
			{props.children}
			<label>
				{t('audit.unit')}{' '}
				<UnitPick
					value={unit}
					empty={t('audit.allUnits')}
					onPick={value => setFilter('unit', value)}
				/>
			</label>
		</div>
	);
}

/* What stands around the rows: how many, of when, what went wrong, and the way to older ones. */
export function Around<T extends { time: string }, A>(props: {
	of: Record_<T & { number: number | null }, A>;
	shown: number;
	oldest?: string | null;
	children: ComponentChildren;
}) {
	const { of } = props;
	const [first, last] = [of.rows[0], of.rows[of.rows.length - 1]];

	return (
		<>
			<div class="au-line">
				<span role="status">
					{first &&
						last &&
						t('audit.rows', { n: props.shown, from: dayClock(last.time), to: dayClock(first.time) })}
				</span>
				<button type="button" onClick={of.reload} disabled={of.isBusy}>
					{t('audit.reload')}
				</button>
				{of.at !== null && <Stamp at={of.at} lateMs={120000} />}
			</div>
			<ErrorNote error={of.error} retry={of.reload} old={of.rows.length > 0} />
			{of.isBusy && of.rows.length === 0 && <Loading />}
			{of.rows.length > 0 && props.children}
			{!of.isBusy && !of.error && props.shown === 0 && (
				<Empty>{t(of.rows.length ? 'audit.noneMatch' : 'audit.none')}</Empty>
			)}
			<p class="au-line">
				{of.isMore ? (
					<button type="button" disabled={of.isBusy} onClick={of.older}>
						{t('audit.older')}
					</button>
				) : (
					of.rows.length > 0 && !of.isBusy && <span class="soft">{t('audit.end')}</span>
				)}
				{props.oldest && !of.isMore && (
					<span class="soft">{t('audit.endHistory', { time: dayClock(props.oldest) })}</span>
				)}
			</p>
		</>
	);
}

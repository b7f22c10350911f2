// SPDX-License-Identifier: Apache-2.0
// Who did what, with what outcome, and from where.
import { useMemo } from 'preact/hooks';
import { dayClock, number } from '../../lib/format';
import { fold, foldQuery, matchesFolded } from '../../lib/fold';
import { useKeys } from '../../lib/keys';
import { route } from '../../lib/router';
import { can, session } from '../../lib/session';
import { pick, t, tOr } from '../../lib/words';
import { Table, Unit, type Column } from '../../ui';
import { Around, Filters, Pick, useSpan, type Choice } from './filters';
import { useRecord } from './log';
import { familyOf, type Deed, type DeedsAnswer } from './model';

const USUAL = '24h';
const FINE = new Set(['done', 'begun', 'needless']);

const rowsOf = (answer: DeedsAnswer) => answer.entries;

export function sayWhat(what: string): string {
	return tOr(`audit.what-${what}`, tOr(`audit.what-${familyOf(what)}`, what));
}

function sayWho(of: Deed): string {
	if (!of.who)
		return t('audit.nobody');
	return of.who.startsWith('unix') ? `${of.who} (${t('audit.local')})` : of.who;
}

function columns(): Column<Deed>[] {
	return [
		{ id: 'time', title: t('audit.time'), show: of => <span class="au-time">{dayClock(of.time)}</span> },
		{
			id: 'who',
			title: t('audit.who'),
			show: of => (
				<>
					<strong>{sayWho(of)}</strong>
					{of.role && <small class="au-under">{tOr(`audit.role-${of.role}`, of.role)}</small>}
				</>
			),
		},
		{ id: 'what', title: t('audit.what'), show: of => sayWhat(of.what) },
		{
			id: 'about',
			title: t('audit.about'),
			show: of => (
				<>
					{of.about && <code>{of.about}</code>}
					{of.about && of.unit && ', '}
					{of.unit && <Unit of={of.unit} />}
				</>
			),
		},
		{
			id: 'outcome',
			title: t('audit.outcome'),
			show: of =>
				of.outcome && (
					<span class={FINE.has(of.outcome) ? '' : 'au-bad'}>
						{!FINE.has(of.outcome) && <span aria-hidden="true">✕ </span>}
						{tOr(`audit.outcome-${of.outcome}`, of.outcome)}
					</span>
				),
		},
		{ id: 'detail', title: t('audit.detail'), show: of => of.detail },
		{ id: 'from', title: t('audit.from'), show: of => of.from && <code>{of.from}</code> },
	];
}

const WHAT = [
	'login',
	'logout',
	'denied',
	'acknowledge',
	'assign',
	'comment',
	'shelve',
	'disable',
	'maintain',
	'reload',
	'backtest',
	'users',
];

function choices(rows: readonly Deed[]): Choice[] {
	return [...new Set([...WHAT, ...rows.map(row => familyOf(row.what))])].map(value => ({
		value,
		words: sayWhat(value),
	}));
}

function isWanted(of: Deed, words: readonly string[]): boolean {
	const text = [sayWho(of), sayWhat(of.what), of.about, pick(of.unit?.name), of.unit?.id, of.detail];

	return matchesFolded(fold(text.join(' ')), words);
}

export function Deeds() {
	const { who = '', what = '', unit = '', q = '' } = route.value.query;
	const record = useRecord('audit', { who, what, unit }, useSpan(USUAL), rowsOf);
	const shown = useMemo(
		() => record.rows.filter(row => isWanted(row, foldQuery(q))),
		[record.rows, q],
	);
	const names = [...new Set(record.rows.map(row => row.who).filter(name => name !== null))].sort();
	const lost = record.first?.lost ?? 0;

	useKeys([{ keys: 'o', words: 'audit.keyOlder', run: () => record.isMore && record.older() }]);
	return (
		<>
			<Filters usual={USUAL}>
				<Pick
					name="who"
					label={t('audit.who')}
					all={t('audit.anyone')}
					of={names.map(name => ({ value: name, words: name }))}
				/>
				<Pick name="what" label={t('audit.what')} all={t('audit.anything')} of={choices(record.rows)} />
			</Filters>
			{!(can('admin') && session.value?.whole) && <p class="soft">{t('audit.private')}</p>}
			{lost > 0 && <p class="note bad">{t('audit.lost', { n: number(lost) })}</p>}
			<Around of={record} shown={shown.length}>
				<Table
					caption={t('audit.deeds')}
					columns={columns()}
					rows={shown}
					keyOf={of => `${of.number ?? ''}/${of.time}/${of.what}/${of.key ?? ''}`}
				/>
			</Around>
		</>
	);
}

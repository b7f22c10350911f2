// SPDX-License-Identifier: Apache-2.0
// What happened to alerts, and which rules held.
import { useMemo } from 'preact/hooks';
import { dayClock } from '../../lib/format';
import { fold, foldQuery, matchesFolded } from '../../lib/fold';
import { useKeys } from '../../lib/keys';
import { href, route } from '../../lib/router';
import { pick, t, tOr } from '../../lib/words';
import { Severity, Table, Unit, type Column } from '../../ui';
import { noteWords } from '../alerts/names';
import type { Generation } from '../shift/model';
import { sayNews } from '../shift/sheet_deeds';
import { Around, Filters, Pick, useSpan } from './filters';
import { useRecord } from './log';
import { merge, type LogAnswer, type LogEntry } from './model';

const USUAL = '8h';
const NEWS = [
	'raised',
	'changed',
	'cleared',
	'acknowledged',
	'assigned',
	'commented',
	'suppressed',
	'released',
	'escalated',
	'forgotten',
];

type Line = LogEntry | Generation;

const rowsOf = (answer: LogAnswer) => answer.log;
const isEntry = (of: Line): of is LogEntry => 'news' in of;

function About(props: { of: Line }) {
	const { of } = props;

	if (!isEntry(of))
		return <code>{of.generation}</code>;
	return (
		<>
			<a href={href('rules', of.rule.id)}>{pick(of.rule.title)}</a>
			{of.subject && ` · ${of.subject}`}
			<small class="au-under">{pick(of.reason)}</small>
		</>
	);
}

function columns(): Column<Line>[] {
	return [
		{ id: 'time', title: t('audit.time'), show: of => <span class="au-time">{dayClock(of.time)}</span> },
		{
			id: 'news',
			title: t('audit.news'),
			show: of => (isEntry(of) ? sayNews(of) : t('audit.ruleChange')),
		},
		{
			id: 'severity',
			title: t('audit.severity'),
			show: of => isEntry(of) && <Severity of={of.severity} quiet={of.news !== 'raised'} />,
		},
		{ id: 'rule', title: t('audit.rule'), show: of => <About of={of} /> },
		{ id: 'unit', title: t('audit.unit'), show: of => isEntry(of) && <Unit of={of.unit} /> },
		{
			id: 'by',
			title: t('audit.by'),
			show: of => of.by || <span class="soft au-time">{t('audit.system')}</span>,
		},
		{ id: 'note', title: t('audit.note'), show: of => isEntry(of) && of.note && noteWords(of.note) },
	];
}

function isWanted(of: Line, words: readonly string[], news: string, who: string): boolean {
	if (news && (!isEntry(of) || of.news !== news))
		return false;
	if (who && of.by !== who)
		return false;
	const text = isEntry(of)
		? [of.rule.title.vi, of.rule.title.en, of.rule.id, of.subject, pick(of.unit.name), of.unit.id, of.note]
		: [of.generation];

	return matchesFolded(fold([...text, of.by].join(' ')), words);
}

export function AlertLog() {
	const { unit = '', news = '', who = '', q = '', rule = '' } = route.value.query;
	const record = useRecord('alert-log', { unit, rule }, useSpan(USUAL), rowsOf);
	const lines = useMemo(
		() => merge(record.rows, record.isMore ? [] : (record.first?.generations ?? [])),
		[record.rows, record.isMore, record.first],
	);
	const shown = useMemo(
		() => lines.filter(line => isWanted(line, foldQuery(q), news, who)),
		[lines, q, news, who],
	);
	const names = [...new Set(record.rows.map(row => row.by).filter(name => name !== null))].sort();

	useKeys([{ keys: 'o', words: 'audit.keyOlder', run: () => record.isMore && record.older() }]);
	return (
		<>
			<Filters usual={USUAL}>
				<Pick
					name="news"
					label={t('audit.news')}
					all={t('audit.anything')}
					of={NEWS.map(value => ({ value, words: tOr(`shift.news-${value}`, value) }))}
				/>
				<Pick
					name="who"
					label={t('audit.by')}
					all={t('audit.anyone')}
					of={names.map(name => ({ value: name, words: name }))}
				/>
			</Filters>
			<Around of={record} shown={shown.length} oldest={record.first?.oldest}>
				<Table
					caption={t('audit.alerts')}
					columns={columns()}
					rows={shown}
					keyOf={of => (isEntry(of) ? String(of.number) : `${of.time}/${of.generation}`)}
				/>
			</Around>
		</>
	);
}

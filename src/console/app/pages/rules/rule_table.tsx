// SPDX-License-Identifier: Apache-2.0
import { number } from '../../lib/format';
import { pick, t } from '../../lib/words';
import { Age, Severity, Table, type Column } from '../../ui';
import { Never } from './never';
import { baseOf, type Limit, type Row, type Rule } from './model';
import { placeOf } from './report';
import { saySuppression, sayWatched, type Titles } from './say';

function Name(props: { row: Row }) {
	const { rule, severities, suppressions, isChanged } = props.row;
	const kinds = [...new Set(suppressions.map(one => one.kind))];

	return (
		<div class="ru-name">
			<span class="ru-shapes">
				{severities.map(severity => (
					<Severity key={severity} of={severity} short quiet={rule.alerts === 0} />
				))}
			</span>
			<span>
				<strong>{pick(rule.title)}</strong>
				{kinds.map(kind => (
					<span key={kind} class="ru-flag">
						{saySuppression(kind)}
					</span>
				))}
				{isChanged && <span class="ru-flag">{t('rules.changed')}</span>}
				<br />
				<code>{rule.id}</code>
			</span>
		</div>
	);
}

function LimitCell(props: { of: readonly Limit[] | undefined }) {
	const base = baseOf(props.of);
	const others = (props.of?.length ?? 0) - 1;

	if (!base)
		return <span class="ru-soft">–</span>;
	return (
		<>
			<span class="ru-limit">{base.text}</span>
			{others > 0 && <span class="ru-flag">{t('rules.others', { n: others })}</span>}
		</>
	);
}

function LastFired(props: { of: string | null | undefined; since: string | null | undefined }) {
	if (props.of === undefined)
		return <span class="ru-soft">–</span>;
	return props.of === null ? <Never since={props.since} /> : <Age of={props.of} ago />;
}

/* What iocd watches of itself is written in no file. */
export function Origin(props: { of: Rule }) {
	const { file, line } = props.of;
	const place = placeOf({ file, line });

	return place ? <code>{place}</code> : <span class="ru-soft">{t('rules.builtIn')}</span>;
}

function columnsOf(titles: Titles, since: string | null | undefined): Column<Row>[] {
	return [
		{
			id: 'rule',
			title: t('rules.rule'),
			show: row => <Name row={row} />,
			sort: row => pick(row.rule.title),
		},
		{
			id: 'watches',
			title: t('rules.watches'),
			show: row => sayWatched(row.rule, titles),
			sort: row => sayWatched(row.rule, titles),
			hidePhone: true,
		},
		{
			id: 'warning',
			title: t('rules.warning'),
			show: row => <LimitCell of={row.rule.warning} />,
			hidePhone: true,
		},
		{
			id: 'critical',
			title: t('rules.critical'),
			show: row => <LimitCell of={row.rule.critical} />,
			hidePhone: true,
		},
		{
			id: 'standing',
			title: t('rules.standing'),
			show: ({ rule }) => <span class={rule.alerts ? 'ru-open' : 'ru-soft'}>{number(rule.alerts)}</span>,
			sort: row => row.rule.alerts,
			right: true,
		},
		{
			id: 'fired',
			title: t('rules.lastFired'),
			show: row => <LastFired of={row.rule.last_fired} since={since} />,
			sort: row => (row.rule.last_fired ? Date.parse(row.rule.last_fired) : null),
			hidePhone: true,
		},
		{
			id: 'origin',
			title: t('rules.origin'),
			show: ({ rule }) => <Origin of={rule} />,
			sort: ({ rule }) => `${rule.file ?? ''}:${rule.line ?? ''}`,
			hidePhone: true,
		},
	];
}

export function RuleTable(props: {
	rows: readonly Row[];
	titles: Titles;
	since: string | null | undefined;
	chosen: string | null;
	onRow: (row: Row) => void;
}) {
	return (
		<Table
			caption={t('rules.title')}
			columns={columnsOf(props.titles, props.since)}
			rows={props.rows}
			keyOf={row => row.rule.id}
			chosen={props.chosen}
			onRow={props.onRow}
			empty={t('rules.none')}
		/>
	);
}

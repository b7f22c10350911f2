// SPDX-License-Identifier: Apache-2.0
import { number } from '../../lib/format';
import { href } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Table, Unit, type Column } from '../../ui';
import { isDoubtful, missesTarget, type Figure, type Line, type Report, type Row } from './model';
import { sayQuality, sayValue } from './say';

const MARKS: Record<string, string> = { partial: '◐', stale: '◌' };

/* The value with what has to be known about it: shapes, as paper has no colour. */
function Value(props: { line: Line; figure: Figure | undefined }) {
	const { line, figure } = props;
	const misses = missesTarget(line, figure);
	const mark = isDoubtful(figure) ? MARKS[figure!.quality] : '';

	return (
		<span
			class={misses ? 're-miss' : ''}
			title={t('report.cell', {
				value: sayValue(line, figure?.value),
				n: number(figure?.samples ?? 0),
				quality: sayQuality(figure?.quality),
			})}
		>
			{misses && (
				<>
					<span aria-hidden="true">▼ </span>
					<span class="unseen">{t('report.miss')} </span>
				</>
			)}
			{sayValue(line, figure?.value)}
			{mark && (
				<span role="img" aria-label={sayQuality(figure!.quality)}>
					{' '}
					{mark}
				</span>
			)}
			{figure?.revised && '*'}
		</span>
	);
}

function LineHead(props: { line: Line; period: string }) {
	const { line } = props;

	return (
		<>
			{pick(line.title)}
			{line.target !== null && (
				<small class="re-target">{t('report.target', { value: sayValue(line, line.target) })}</small>
			)}
		</>
	);
}

function columnsOf(report: Report): Column<Row>[] {
	const hasRanks = report.rows.some(row => row.place !== null);
	const unit: Column<Row> = {
		id: 'unit',
		title: t('report.unit'),
		show: row => (
			<>
				<Unit of={{ id: row.unit, name: row.name }} />
				{!row.reported && <small class="re-flag">{t('report.silent')}</small>}
			</>
		),
		sort: row => pick(row.name),
	};
	const rank: Column<Row> = {
		id: 'rank',
		title: t('report.rank'),
		show: row =>
			row.place === null ? <span title={t('report.notRanked')}>–</span> : number(row.place),
		sort: row => row.place,
		right: true,
	};
	const lines = report.lines.map(line => ({
		id: line.id,
		title: <LineHead line={line} period={report.period} />,
		show: (row: Row) => <Value line={line} figure={row.figures[line.id]} />,
		sort: (row: Row) => row.figures[line.id]?.value ?? null,
		right: true,
	}));

	return hasRanks ? [unit, rank, ...lines] : [unit, ...lines];
}

function Legend() {
	return (
		<p class="re-legend">
			▼ {t('report.legendMiss')} · ◐ {t('report.legendPartial')} · ◌ {t('report.legendStale')} · *{' '}
			{t('report.legendRevised')} · – {t('report.legendNone')}
		</p>
	);
}

/* Which indicator a column is of: links to it stand below the table, not in heads that sort. */
function Sources(props: { report: Report }) {
	return (
		<p class="re-legend no-print">
			{props.report.lines.map((line, i) => (
				<span key={line.id}>
					{i > 0 && ' · '}
					<a href={href('indicator', line.id)}>{pick(line.title)}</a>
				</span>
			))}
		</p>
	);
}

export function FigureTable(props: { report: Report; rows: readonly Row[] }) {
	return (
		<>
			<Table
				caption={pick(props.report.title)}
				columns={columnsOf(props.report)}
				rows={props.rows}
				keyOf={row => row.unit}
				rowClass={row => (row.reported ? '' : 're-silent')}
				empty={t('report.noRows')}
			/>
			<Legend />
			<Sources report={props.report} />
		</>
	);
}

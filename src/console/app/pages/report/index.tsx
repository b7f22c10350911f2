// SPDX-License-Identifier: Apache-2.0
// Figures of a closed day, week, month or year, with targets, ranks and how complete they are.
import { useMemo } from 'preact/hooks';
import { fold, foldQuery, matchesFolded } from '../../lib/fold';
import { useKeys } from '../../lib/keys';
import { usePoll } from '../../lib/poll';
import { replace, route } from '../../lib/router';
import { pick, t } from '../../lib/words';
import { Empty, ErrorNote, Loading } from '../../ui';
import { Choose } from './choose';
import { csvOf, download, fileName } from './csv';
import { isOpen, periodsOf, type Plan, type Report } from './model';
import { csvRows } from './say';
import { Head } from './head';
import { FigureTable } from './figure_table';
import './report.css';

const PLANS_MS = 300000;
const REPORT_MS = 60000;

function useShown(report: Report | null, words: string): Report['rows'] {
	return useMemo(() => {
		const wanted = foldQuery(words);

		return (report?.rows ?? []).filter(row =>
			matchesFolded(fold(`${row.unit} ${row.name.vi} ${row.name.en}`), wanted),
		);
	}, [report, words]);
}

function save(report: Report, rows: Report['rows']): void {
	const table = csvRows(report, rows, isOpen(report));

	download(fileName(report.report, report.period), csvOf(table));
}

export default function ReportPage() {
	const plans = usePoll<{ reports: Plan[] }>('report', {}, PLANS_MS);
	const { id, query } = route.value;
	const list = plans.data?.reports ?? [];
	const plan = list.find(one => one.id === id) ?? list[0];
	const period = plan && (periodsOf(plan).includes(query.period ?? '') ? query.period! : plan.last);
	const report = usePoll<Report>(
		plan ? 'report' : null,
		{ report: plan?.id, period, unit: query.unit },
		REPORT_MS,
	);
	const rows = useShown(report.data, query.q ?? '');

	function choose(nextId: string, next: Record<string, string>) {
		replace('report', nextId, { ...query, ...next });
	}

	useKeys([{ keys: 'p', words: 'report.keyPrint', run: () => print() }]);
	return (
		<div class="page re-page">
			<h1>{t('report.title')}</h1>
			<ErrorNote error={plans.error} retry={plans.reload} old={plans.data !== null} />
			{plans.loading && <Loading />}
			{plans.data && list.length === 0 && <Empty>{t('report.none')}</Empty>}
			{plan && period && (
				<Choose
					plans={list}
					plan={plan}
					period={period}
					onChoose={choose}
					onSave={report.data ? () => save(report.data!, rows) : null}
				/>
			)}
			<ErrorNote error={report.error} retry={report.reload} old={report.data !== null} />
			{plan && report.loading && <Loading />}
			{report.data && plan && (
				<article class="re-sheet" aria-label={pick(report.data.title)}>
					<Head report={report.data} plan={plan} />
					<FigureTable report={report.data} rows={rows} />
				</article>
			)}
		</div>
	);
}

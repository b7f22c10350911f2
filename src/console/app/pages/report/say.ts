// SPDX-License-Identifier: Apache-2.0
import { number, percent } from '../../lib/format';
import { pick, t } from '../../lib/words';
import type { Every, Figure, Line, Report } from './model';
import type { Cell } from './csv';

/* "2026-10" is October 2026 as the language writes it. */
export function sayPeriod(every: Every, period: string): string {
	const [y = '', m = '', d = ''] = period.split('-');

	return t(`report.period-${every}`, { y, m, d, w: m.replace(/^W0?/, '') });
}

export function sayValue(line: Line, value: number | null | undefined): string {
	return line.percent ? percent(value, 1) : number(value, 1);
}

const qualities = ['good', 'partial', 'stale', 'unknown'] as const;

export function sayQuality(quality: string | undefined): string {
	return t(`common.${qualities.find(one => one === quality) ?? 'unknown'}`);
}

/* What a spreadsheet gets: a percentage as a ratio to reckon with. */
function cells(figure: Figure | undefined): Cell[] {
	return [figure?.value ?? null, sayQuality(figure?.quality)];
}

export function csvRows(report: Report, rows: Report['rows'], isOpen: boolean): Cell[][] {
	const head = [
		t('report.csvPeriod'),
		t('report.csvOpen'),
		t('report.csvUnit'),
		t('report.csvName'),
		t('report.rank'),
		t('report.csvReported'),
		...report.lines.flatMap(line => {
			const title = pick(line.title);

			return [title, t('report.csvQuality', { line: title })];
		}),
	];
	const target: Cell[] = [
		report.period,
		null,
		null,
		t('report.targetLine'),
		null,
		null,
		...report.lines.flatMap(line => [line.target, null]),
	];

	return [
		head,
		target,
		...rows.map(row => [
			report.period,
			t(isOpen ? 'common.yes' : 'common.no'),
			row.unit,
			pick(row.name),
			row.place,
			t(row.reported ? 'common.yes' : 'common.no'),
			...report.lines.flatMap(line => cells(row.figures[line.id])),
		]),
	];
}

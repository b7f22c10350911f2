// SPDX-License-Identifier: Apache-2.0
// Reports of a day, week, month or year: which there are, their periods, and how sure figures are.
import type { Both } from '../../lib/words';

export type Every = 'day' | 'week' | 'month' | 'year';

export interface Plan {
	id: string;
	title: Both;
	every: Every;
	last: string; /* the last period that is over */
	lines: number;
}

export interface Line {
	id: string;
	title: Both;
	measure: string;
	percent: boolean;
	target: number | null;
	lowest_first?: boolean; /* less is better: the target is a ceiling */
}

export interface Figure {
	value: number | null;
	samples: number;
	quality: string; /* good, partial, stale, unknown */
	revision: number;
	revised: boolean; /* was another when the report was made before */
}

export interface Row {
	unit: string;
	name: Both;
	place: number | null;
	reported: boolean;
	figures: Record<string, Figure>;
}

export interface Report {
	report: string;
	title: Both;
	period: string;
	from: string;
	to: string;
	made: string;
	revision: number;
	units: number;
	silent: number;
	lines: Line[];
	rows: Row[];
}

/* The period is not over: all figures will change. */
export function isOpen(report: Report): boolean {
	return Date.parse(report.to) > Date.parse(report.made);
}

export function missesTarget(line: Line, figure: Figure | undefined): boolean {
	if (line.target === null || figure === undefined || figure.value === null)
		return false;
	return line.lowest_first ? figure.value > line.target : figure.value < line.target;
}

/* Not all who should have reported did, or the newest is old. */
export function isDoubtful(figure: Figure | undefined): boolean {
	return figure !== undefined && (figure.quality === 'partial' || figure.quality === 'stale');
}

export interface Summary {
	reported: number;
	silent: number;
	missed: number; /* figures below their target */
	judged: number; /* figures that have one */
	doubtful: number;
	revised: number;
}

export function summaryOf(report: Report): Summary {
	const sum: Summary = { reported: 0, silent: 0, missed: 0, judged: 0, doubtful: 0, revised: 0 };

	for (const row of report.rows) {
		sum[row.reported ? 'reported' : 'silent']++;
		for (const line of report.lines) {
			const figure = row.figures[line.id];

			sum.judged += Number(line.target !== null && figure?.value != null);
			sum.missed += Number(missesTarget(line, figure));
			sum.doubtful += Number(isDoubtful(figure));
			sum.revised += Number(figure?.revised === true);
		}
	}
	return sum;
}

/* ---- periods ---- */

const DAY_MS = 86400000;

const two = (n: number): string => String(n).padStart(2, '0');
const dayName = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/* The Monday of an ISO week: that of week 1 holds the fourth of January. */
function mondayOf(year: number, week: number): number {
	const fourth = Date.UTC(year, 0, 4);
	const weekday = (new Date(fourth).getUTCDay() + 6) % 7;

	return fourth + ((week - 1) * 7 - weekday) * DAY_MS;
}

function weekName(ms: number): string {
	const weekday = (new Date(ms).getUTCDay() + 6) % 7;
	const thursday = ms + (3 - weekday) * DAY_MS;
	const year = new Date(thursday).getUTCFullYear();

	return `${year}-W${two(1 + Math.round((thursday - mondayOf(year, 1) - 3 * DAY_MS) / (7 * DAY_MS)))}`;
}

/* The period n steps behind that one ("2026-10", 1: "2026-09"); before it with n below 0. */
export function periodBack(every: Every, period: string, n: number): string {
	const year = Number(period.slice(0, 4));
	const month = Number(period.slice(5, 7));

	switch (every) {
	case 'year':
		return String(year - n);
	case 'month': {
		const months = year * 12 + month - 1 - n;

		return `${Math.floor(months / 12)}-${two((months % 12) + 1)}`;
	}
	case 'week':
		return weekName(mondayOf(year, Number(period.slice(6))) - n * 7 * DAY_MS);
	case 'day':
		return dayName(Date.UTC(year, month - 1, Number(period.slice(8, 10))) - n * DAY_MS);
	}
}

const SHOWN: Record<Every, number> = { day: 31, week: 26, month: 24, year: 6 };

/* The one that runs now, and those that are over, the newest first. */
export function periodsOf(plan: Plan): string[] {
	return Array.from({ length: SHOWN[plan.every] + 1 }, (_, i) =>
		periodBack(plan.every, plan.last, i - 1),
	);
}

// SPDX-License-Identifier: Apache-2.0
// Curves out of rows: gaps stay gaps, and what was corrected afterwards is known.
import type { CurvePoint } from '../../ui/curve-data';

export interface HistoryRow {
	unit: string;
	indicator: string;
	from: string;
	to: string;
	value: number | null;
	samples: number;
	quality: string;
	provisional: boolean;
	revision: number;
	open: boolean;
}

export interface MinutePoint {
	time: string;
	value: number | null;
	quality: string;
}

const HOUR_MS = 3_600_000;

export const STEP_MS = { minute: 60_000, hour: HOUR_MS, day: 24 * HOUR_MS } as const;
export type Step = keyof typeof STEP_MS;

function sorted(points: CurvePoint[]): CurvePoint[] {
	return points.filter(point => !Number.isNaN(point.at)).sort((a, b) => a.at - b.at);
}

/* Rows of one unit and indicator. */
export function historyPoints(rows: readonly HistoryRow[]): CurvePoint[] {
	return sorted(
		rows.map(row => ({
			at: Date.parse(row.from),
			value: row.value,
			quality: row.quality === 'good' && row.provisional ? 'partial' : row.quality,
		})),
	);
}

/* What is unknown has no value, whatever was carried over from the minute before. */
export function minutePoints(points: readonly MinutePoint[]): CurvePoint[] {
	return sorted(
		points.map(point => ({
			at: Date.parse(point.time),
			value: point.quality === 'unknown' ? null : point.value,
			quality: point.quality,
		})),
	);
}

/* The first revision is what was written when the span closed. */
export function revisedRows(rows: readonly HistoryRow[]): HistoryRow[] {
	return rows.filter(row => !row.open && row.revision > 1);
}

export interface Gap {
	from: number; /* ms */
	to: number;
}

/* Where nothing is known between the first and the last point that has a value. */
export function gapsOf(points: readonly CurvePoint[], stepMs: number): Gap[] {
	const gaps: Gap[] = [];
	let last: number | null = null;

	for (const { at, value } of points) {
		if (value === null)
			continue;
		if (last !== null && at - last > stepMs * 1.5)
			gaps.push({ from: last + stepMs, to: at });
		last = at;
	}
	return gaps;
}

export type Trend = 'up' | 'down' | 'flat' | 'unknown';

/* How the last closed span stands against those of the day before it: more than a twentieth of
 * what they vary in is a change. */
export function trendOf(values: readonly (number | null)[]): Trend {
	const known = values.filter((value): value is number => value !== null);
	const last = known.at(-1);
	const before = known.slice(0, -1).slice(-24);

	if (last === undefined || before.length === 0)
		return 'unknown';

	const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
	const scale = Math.max(Math.abs(mean), Math.abs(last));

	if (scale === 0 || Math.abs(last - mean) <= scale / 20)
		return 'flat';
	return last > mean ? 'up' : 'down';
}

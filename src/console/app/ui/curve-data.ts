// SPDX-License-Identifier: Apache-2.0
// What a curve draws, as uPlot wants it: pure.

export interface CurvePoint {
	at: number; /* ms */
	value: number | null; /* null: no data, a gap */
	quality?: string | null;
}

export interface CurveSeries {
	label: string;
	points: readonly CurvePoint[];
}

export interface CurveLine {
	value: number;
	severity: 'critical' | 'warning' | 'target';
	text: string; /* "> 30" */
}

type Values = (number | null | undefined)[];

/* Puts a gap where two points are further apart than gapMs. */
function withGaps(points: readonly CurvePoint[], gapMs: number | undefined): CurvePoint[] {
	const ret: CurvePoint[] = [];

	for (const point of [...points].sort((a, b) => a.at - b.at)) {
		const last = ret.at(-1);

		if (gapMs && last && point.at - last.at > gapMs)
			ret.push({ at: last.at + 1000, value: null });
		ret.push(point);
	}
	return ret;
}

/* Times in s and a column for each series; undefined: that series says nothing of this time. */
export function align(series: readonly CurveSeries[], gapMs?: number): [number[], ...Values[]] {
	const all = series.map(one => withGaps(one.points, gapMs));
	const times = [...new Set(all.flatMap(points => points.map(point => point.at)))].sort((a, b) => a - b);
	const place = new Map(times.map((at, i) => [at, i]));
	const columns = all.map(points => {
		const values: Values = new Array(times.length).fill(undefined);

		for (const point of points)
			values[place.get(point.at)!] = point.value;
		return values;
	});

	return [times.map(at => at / 1000), ...columns];
}

/* The range of the axis: all that is drawn, with some air; from zero if that is near. */
export function rangeOf(columns: readonly Values[], lines: readonly CurveLine[]): [number, number] {
	let [low, high] = [Infinity, -Infinity];

	for (const value of [...columns.flat(), ...lines.map(line => line.value)]) {
		if (typeof value !== 'number' || !Number.isFinite(value))
			continue;
		low = Math.min(low, value);
		high = Math.max(high, value);
	}
	if (low > high)
		return [0, 1];
	const air = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1;
	const bottom = low >= 0 && low - air < (high - low) * 0.25 ? 0 : low - air;

	return [bottom, high + air];
}

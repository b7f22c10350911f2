// SPDX-License-Identifier: Apache-2.0
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { clock, dayClock, NONE, number } from '../lib/format';
import { look as display } from '../lib/look';
import { lang, t } from '../lib/words';
import { align, type CurveLine, type CurvePoint, type CurveSeries } from './curve-data';
import { draw, lookOf } from './curve-draw';
import { Quality } from './Quality';
import { Table, type Column } from './Table';

export type { CurveLine, CurvePoint, CurveSeries } from './curve-data';

export interface CurveProps {
	label: string; /* what is drawn, read out */
	series: readonly CurveSeries[]; /* the first is the one that matters */
	lines?: readonly CurveLine[]; /* thresholds and target */
	show?: (value: number) => string; /* a value as text, with its measure if it is short */
	gapMs?: number; /* points further apart are not joined */
	from?: number; /* of the axis, ms */
	to?: number;
	height?: number; /* px */
}

/* The width of an element, as it changes. */
function useWidth(of: { current: HTMLElement | null }): number {
	const [width, setWidth] = useState(0);

	useLayoutEffect(() => {
		if (!of.current)
			return undefined;
		const watch = new ResizeObserver(() => setWidth(Math.floor(of.current?.clientWidth ?? 0)));

		watch.observe(of.current);
		return () => watch.disconnect();
	}, []);
	return width;
}

/* Curves over time with thresholds; gaps where there is no data; can be read as a table. */
export function Curve(props: CurveProps) {
	const [asTable, setAsTable] = useState(false);

	return (
		<figure class="curve">
			{asTable ? <CurveTable {...props} /> : <Plot {...props} />}
			<button type="button" class="plain small no-wall no-print" onClick={() => setAsTable(!asTable)}>
				{t(asTable ? 'common.showCurve' : 'common.showTable')}
			</button>
		</figure>
	);
}

function Plot(props: CurveProps) {
	const box = useRef<HTMLDivElement>(null);
	const width = useWidth(box);
	const [cursor, setCursor] = useState<number | null>(null);
	const show = props.show ?? number;
	const data = useMemo(() => align(props.series, props.gapMs), [props.series, props.gapMs]);
	const height = props.height ?? 220;
	const doubtful = props.series[0]?.points.filter(isDoubtful) ?? [];

	useEffect(() => {
		if (!box.current || width < 50)
			return undefined;
		const plot = draw(
			box.current,
			{
				width,
				height,
				data: data as uPlot.AlignedData,
				labels: props.series.map(one => one.label),
				lines: props.lines ?? [],
				doubtful,
				from: props.from,
				to: props.to,
				show,
				onCursor: setCursor,
			},
			lookOf(box.current),
		);

		return () => plot.destroy();
	}, [width, height, data, JSON.stringify(props.lines), props.from, props.to, lang.value, display.value]);

	return (
		<>
			<Readout series={props.series} data={data} at={cursor} show={show} />
			<div
				ref={box}
				class="curve-box"
				role="img"
				aria-label={`${props.label}: ${lastOf(props.series[0], show)}`}
				style={{ height: `${height}px` }}
			/>
			{doubtful.length > 0 && (
				<span class="curve-doubt">
					<span aria-hidden="true">▂</span> <Quality of={doubtful.at(-1)!.quality} />
				</span>
			)}
		</>
	);
}

function isDoubtful(point: CurvePoint): boolean {
	return Boolean(point.quality) && point.quality !== 'good';
}

function lastOf(series: CurveSeries | undefined, show: (value: number) => string): string {
	const last = [...(series?.points ?? [])].reverse().find(point => point.value !== null);

	return last ? `${show(last.value!)} (${clock(last.at)})` : t('common.unknown');
}

/* The names of the curves, with the values under the pointer, or the last ones. */
function Readout(props: {
	series: readonly CurveSeries[];
	data: ReturnType<typeof align>;
	at: number | null;
	show: (value: number) => string;
}) {
	const [times, ...columns] = props.data;
	const i = props.at ?? times.length - 1;
	const s = times[i];

	return (
		<figcaption class="curve-read">
			{props.series.map((one, k) => {
				const value = columns[k]?.[i];

				return (
					<span key={one.label} class={`curve-name c${k % 4}`}>
						<span aria-hidden="true">━</span> {one.label}{' '}
						<b>{typeof value === 'number' ? props.show(value) : NONE}</b>
					</span>
				);
			})}
			{s !== undefined && <time>{dayClock(s * 1000)}</time>}
		</figcaption>
	);
}

interface Row {
	at: number;
	values: (number | null | undefined)[];
	quality?: string | null;
}

function CurveTable(props: CurveProps) {
	const show = props.show ?? number;
	const [times, ...values] = align(props.series);
	const qualities = new Map(props.series[0]?.points.map(point => [point.at, point.quality]));
	const rows: Row[] = times
		.map((s, i) => ({
			at: Math.round(s * 1000),
			values: values.map(column => column[i]),
			quality: qualities.get(Math.round(s * 1000)),
		}))
		.reverse();
	const columns: Column<Row>[] = [
		{ id: 'at', title: t('common.time'), show: row => dayClock(row.at), sort: row => row.at },
		...props.series.map((one, k) => ({
			id: String(k),
			title: one.label,
			right: true,
			show: (row: Row) => (typeof row.values[k] === 'number' ? show(row.values[k]) : NONE),
			sort: (row: Row) => row.values[k] ?? null,
		})),
		{ id: 'quality', title: t('common.quality'), show: row => row.quality && <Quality of={row.quality} /> },
	];

	return <Table caption={props.label} columns={columns} rows={rows} keyOf={row => String(row.at)} />;
}

// SPDX-License-Identifier: Apache-2.0
// The drawing of a curve, by uPlot on a canvas.
import uPlot from 'uplot';
import { clock, day, offset } from '../lib/format';
import { rangeOf, type CurveLine, type CurvePoint } from './curve-data';

export interface Look {
	ink: string;
	soft: string;
	sheet: string;
	line: string;
	critical: string;
	warning: string;
	unknown: string;
	fill: string;
	curves: string[];
	font: string;
}

export interface Drawn {
	width: number;
	height: number;
	data: uPlot.AlignedData;
	labels: string[];
	lines: readonly CurveLine[];
	doubtful: readonly CurvePoint[]; /* points that are not of good quality */
	from?: number;
	to?: number;
	show: (value: number) => string;
	onCursor: (index: number | null) => void;
}

export function lookOf(element: HTMLElement): Look {
	const style = getComputedStyle(element);
	const get = (name: string) => style.getPropertyValue(name).trim();

	return {
		ink: get('--ink'),
		soft: get('--soft'),
		sheet: get('--sheet'),
		line: get('--line'),
		critical: get('--critical'),
		warning: get('--warning'),
		unknown: get('--unknown'),
		fill: get('--curve-fill'),
		curves: ['--curve', '--curve-2', '--curve-3', '--curve-4'].map(get),
		font: `${Math.round(parseFloat(style.fontSize) * 0.8)}px ${style.fontFamily}`,
	};
}

function colourOf(line: CurveLine, look: Look): string {
	return line.severity === 'target' ? look.soft : look[line.severity];
}

function drawLine(plot: uPlot, line: CurveLine, look: Look): void {
	const { ctx, bbox } = plot;
	const y = Math.round(plot.valToPos(line.value, 'y', true));
	const right = bbox.left + bbox.width;
	const ratio = uPlot.pxRatio;

	if (y < bbox.top || y > bbox.top + bbox.height)
		return;
	ctx.save();
	ctx.strokeStyle = ctx.fillStyle = colourOf(line, look);
	ctx.lineWidth = (line.severity === 'critical' ? 2 : 1.5) * ratio;
	ctx.setLineDash(line.severity === 'target' ? [2 * ratio, 4 * ratio] : [8 * ratio, 4 * ratio]);
	ctx.beginPath();
	ctx.moveTo(bbox.left, y);
	ctx.lineTo(right, y);
	ctx.stroke();
	ctx.font = look.font.replace(/^\d+/, size => String(Number(size) * ratio));
	ctx.textAlign = 'right';
	ctx.textBaseline = y - bbox.top > 24 * ratio ? 'bottom' : 'top';
	ctx.setLineDash([]);
	ctx.strokeStyle = look.sheet; // so that it can be read across a curve
	ctx.lineWidth = 4 * ratio;
	for (const put of ['strokeText', 'fillText'] as const)
		ctx[put](line.text, right - 4 * ratio, y + (ctx.textBaseline === 'bottom' ? -3 : 3) * ratio);
	ctx.restore();
}

/* A strip along the bottom where the value cannot be trusted fully. */
function drawDoubt(plot: uPlot, points: readonly CurvePoint[], look: Look): void {
	const { ctx, bbox } = plot;
	const half = Math.max(2, bbox.width / Math.max(2, plot.data[0].length - 1) / 2);
	const height = 5 * uPlot.pxRatio;

	ctx.save();
	ctx.fillStyle = look.unknown;
	for (const point of points) {
		const x = plot.valToPos(point.at / 1000, 'x', true);
		const left = Math.max(bbox.left, x - half);
		const right = Math.min(bbox.left + bbox.width, x + half);

		if (right > left)
			ctx.fillRect(left, bbox.top + bbox.height - height, right - left, height);
	}
	ctx.restore();
}

/* uPlot reads a Date's local hour: this one's is the server's. */
function serverDate(s: number): Date {
	const date = new Date(s * 1000);

	return new Date(s * 1000 + (offset.value + date.getTimezoneOffset()) * 60000);
}

function timesOf(plot: uPlot, splits: number[]): string[] {
	const days = (plot.scales.x!.max ?? 0) - (plot.scales.x!.min ?? 0) > 2 * 86400;

	return splits.map(s => (days ? day(s * 1000).replace(/^\d{4}-|\/\d{4}$/, '') : clock(s * 1000).slice(0, 5)));
}

function axesOf(drawn: Drawn, look: Look): uPlot.Axis[] {
	const common = {
		stroke: look.soft,
		font: look.font,
		grid: { stroke: look.line, width: 1 },
		ticks: { show: false },
	};
	const size = parseFloat(look.font);

	return [
		{ ...common, values: timesOf, space: size * 5, size: size * 2.2 },
		{
			...common,
			values: (_plot, splits) => splits.map(drawn.show),
			space: size * 3,
			size: (_plot, values) => 14 + size * 0.62 * Math.max(2, ...(values ?? []).map(v => v.length)),
		},
	];
}

export function draw(element: HTMLElement, drawn: Drawn, look: Look): uPlot {
	const [bottom, top] = rangeOf(drawn.data.slice(1) as number[][], drawn.lines);
	const series = drawn.labels.map((label, i) => ({
		label,
		stroke: look.curves[i % look.curves.length]!,
		width: i === 0 ? 2 : 1.5,
		...(i === 0 && drawn.labels.length === 1 ? { fill: look.fill } : {}),
		...(i >= look.curves.length ? { dash: [6, 3] } : {}),
		points: { show: drawn.data[0].length < 3 },
	}));

	return new uPlot(
		{
			width: drawn.width,
			height: drawn.height,
			legend: { show: false },
			tzDate: serverDate,
			cursor: { drag: { x: false, y: false }, y: false },
			scales: {
				x: drawn.from && drawn.to ? { range: [drawn.from / 1000, drawn.to / 1000] } : {},
				y: { range: [bottom, top] },
			},
			axes: axesOf(drawn, look),
			series: [{}, ...series],
			hooks: {
				setCursor: [plot => drawn.onCursor(plot.cursor.idx ?? null)],
				draw: [
					plot => {
						drawDoubt(plot, drawn.doubtful, look);
						for (const line of drawn.lines)
							drawLine(plot, line, look);
					},
				],
			},
		},
		drawn.data,
		element,
	);
}

// SPDX-License-Identifier: Apache-2.0
// The course of a figure by minute, hour and day, with the limits that it can be held against.
import { useMemo } from 'preact/hooks';
import { clock, day } from '../../lib/format';
import { usePoll, type Polled } from '../../lib/poll';
import { lang, t } from '../../lib/words';
import { Stamp } from '../../ui/Age';
import { Curve } from '../../ui/Curve';
import type { CurveLine, CurvePoint } from '../../ui/curve-data';
import { Empty, ErrorNote, Loading } from '../../ui/Note';
import { isComparable, type CurveAnswer, type Indicator } from './model';
import {
	gapsOf,
	historyPoints,
	minutePoints,
	revisedRows,
	STEP_MS,
	type Gap,
	type HistoryRow,
	type Step,
} from './series';
import { bare, windowName } from './show';

const PAST_MS = 60_000;
const GAPS_SHOWN = 3;

interface History {
	since: string;
	until: string;
	rows: HistoryRow[];
}

/* A target that is a limit too is said on its line. */
function withTarget(of: Indicator, lines: CurveLine[], isShown: boolean): CurveLine[] {
	const { target } = of;

	if (target === null || !isShown)
		return lines;
	const text = t('indicator.target.apart', { value: bare(of, target) });

	if (lines.some(line => line.value === target))
		return lines.map(line => (line.value === target ? { ...line, text: `${line.text}, ${text}` } : line));
	return [...lines, { value: target, severity: 'target', text }];
}

/* A limit that more than one rule sets, or the same over several windows, is one line. */
function linesOf(of: Indicator, curve: CurveAnswer | null, step: Step): CurveLine[] {
	const lines = new Map<string, CurveLine>();
	const kind = curve?.definition?.kind;

	for (const limit of curve?.thresholds ?? [])
		if (!limit.each && isComparable(kind, of.percent, limit.window, step))
			lines.set(`${limit.severity} ${limit.value}`, {
				value: limit.value,
				severity: limit.severity,
				text: `${limit.text} (${windowName(limit.window)})`,
			});
	return withTarget(of, [...lines.values()], isComparable(kind, of.percent, '', step));
}

/* As exactly as the step is. */
function timeOf(ms: number, step: Step): string {
	const minute = clock(ms).slice(0, 5);

	if (step === 'day')
		return day(ms);
	return step === 'hour' ? `${minute} ${day(ms)}` : minute;
}

function GapNote(props: { gaps: readonly Gap[]; step: Step }) {
	if (props.gaps.length === 0)
		return null;
	const spans = props.gaps
		.slice(-GAPS_SHOWN)
		.map(gap => t('indicator.curve-gap', { from: timeOf(gap.from, props.step), to: timeOf(gap.to, props.step) }));

	return (
		<p class="in-note">
			{t('indicator.curve-gaps', { n: props.gaps.length })}: {spans.join('; ')}
		</p>
	);
}

function RevisedNote(props: { of: Indicator; rows: readonly HistoryRow[]; step: Step }) {
	if (props.rows.length === 0)
		return null;
	const spans = props.rows
		.slice(-GAPS_SHOWN)
		.map(row => `${timeOf(Date.parse(row.from), props.step)}: ${bare(props.of, row.value)}`);

	return (
		<p class="in-note">
			{t('indicator.curve-revised', { n: props.rows.length })}: {spans.join('; ')}
		</p>
	);
}

function OneCurve(props: {
	of: Indicator;
	step: Step;
	asked: Polled<unknown>;
	points: readonly CurvePoint[];
	revised: readonly HistoryRow[];
	curve: CurveAnswer | null;
	span: { from: number; to: number } | null;
	isNowOnly?: boolean; /* nothing is known of what it was */
}) {
	const { of, step, points, asked } = props;
	const title = t(`indicator.curve.${step}`);
	const known = points.filter(point => point.value !== null).length;
	const series = useMemo(() => [{ label: t('indicator.series.value'), points }], [points, lang.value]);
	const lines = useMemo(() => linesOf(of, props.curve, step), [of.id, of.target, props.curve, step, lang.value]);

	return (
		<section class="in-box">
			<h2>{title}</h2>
			<ErrorNote error={asked.error} old={asked.data !== null} />
			{asked.loading && <Loading />}
			{asked.data !== null && known === 0 && <Empty>{t('indicator.curve-none')}</Empty>}
			{props.isNowOnly && known > 0 && <Empty>{t('indicator.curve-now-only')}</Empty>}
			{!props.isNowOnly && known > 0 && (
				<Curve
					label={title}
					series={series}
					lines={lines}
					show={value => bare(of, value)}
					gapMs={STEP_MS[step] * 1.5}
					from={props.span?.from}
					to={props.span?.to}
					height={200}
				/>
			)}
			<GapNote gaps={gapsOf(points, STEP_MS[step])} step={step} />
			<RevisedNote of={of} rows={props.revised} step={step} />
			{asked.data !== null && <Stamp at={asked.at} lateMs={3 * PAST_MS} />}
		</section>
	);
}

function PastCurve(props: {
	of: Indicator;
	unit: string;
	step: 'hour' | 'day';
	since: string;
	curve: CurveAnswer | null;
}) {
	const asked = usePoll<History>(
		'history',
		{ indicator: props.of.id, unit: props.unit, every: props.step, since: props.since },
		PAST_MS,
	);
	const rows = useMemo(
		() => (asked.data?.rows ?? []).filter(row => row.unit === props.unit && row.indicator === props.of.id),
		[asked.data],
	);
	const points = useMemo(() => historyPoints(rows), [rows]);
	const span = asked.data && { from: Date.parse(asked.data.since), to: Date.parse(asked.data.until) };

	return (
		<OneCurve
			of={props.of}
			step={props.step}
			asked={asked}
			points={points}
			revised={revisedRows(rows)}
			curve={props.curve}
			span={span}
		/>
	);
}

export function Curves(props: { of: Indicator; unit: string; curve: Polled<CurveAnswer> }) {
	const answer = props.curve.data;
	const points = useMemo(() => minutePoints(answer?.points ?? []), [answer]);

	return (
		<div class="in-curves">
			<OneCurve
				of={props.of}
				step="minute"
				asked={props.curve}
				points={points}
				revised={[]}
				curve={answer}
				span={null}
				isNowOnly={points.length === 1}
			/>
			<PastCurve of={props.of} unit={props.unit} step="hour" since="2879m" curve={answer} />
			<PastCurve of={props.of} unit={props.unit} step="day" since="60d" curve={answer} />
		</div>
	);
}

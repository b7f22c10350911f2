// SPDX-License-Identifier: Apache-2.0
// How the value that an alert is about went, with the lines that it crossed.
import { useMemo } from 'preact/hooks';
import type { Words } from '../../lib/alert_book';
import { number, percent } from '../../lib/format';
import { usePoll } from '../../lib/poll';
import { pick, t } from '../../lib/words';
import { Curve, type CurveLine, type CurvePoint } from '../../ui';
import type { Explanation, Figure, Limit } from './explanation';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const POLL_MS = 15_000;

interface CurveAnswer {
	points: { time: string; value: number | null; quality: string }[];
}

interface HistoryAnswer {
	rows: { from: string; value: number | null; quality: string }[];
}

/* The limits of the alert's own rule; others look at the same figure, and are not why it stands. */
export function linesOf(limits: Explanation['limits']): CurveLine[] {
	const line = (severity: CurveLine['severity'], limit: Limit | null | undefined): CurveLine[] =>
		limit ? [{ severity, value: limit.value, text: limit.text }] : [];

	return [...line('warning', limits?.warning), ...line('critical', limits?.critical)];
}

function Plot(props: {
	figure: Figure;
	limits: Explanation['limits'];
	points: readonly CurvePoint[];
	label: string;
	gapMs: number;
}) {
	const { figure, points } = props;
	const title = pick(figure.title as Words) || figure.id;
	const measure = pick(figure.measure);
	const series = useMemo(() => [{ label: title, points }], [title, points]);
	const lines = useMemo(() => linesOf(props.limits), [JSON.stringify(props.limits)]);
	const show = (value: number) => (figure.percent ? percent(value) : `${number(value)} ${measure}`);

	if (points.length === 0)
		return <p class="soft">{t('alerts.curveNone')}</p>;
	return (
		<Curve
			label={props.label}
			series={series}
			lines={lines}
			show={show}
			gapMs={props.gapMs}
			height={190}
		/>
	);
}

/* By hour, where there is no curve by minute. */
function HourCourse(props: { figure: Figure; limits: Explanation['limits']; unit: string }) {
	const { figure, unit } = props;
	const asked = usePoll<HistoryAnswer>('history', { indicator: figure.id, unit, every: 'hour' }, 300_000);
	const points = useMemo(
		() =>
			(asked.data?.rows ?? []).map(row => ({
				at: Date.parse(row.from),
				value: row.value,
				quality: row.quality,
			})),
		[asked.data],
	);

	return (
		<Plot
			figure={figure}
			limits={props.limits}
			points={points}
			gapMs={1.5 * HOUR_MS}
			label={t('alerts.curveHours', { title: pick(figure.title) })}
		/>
	);
}

export function Course(props: { of: Explanation }) {
	const { alert, now: figure, limits } = props.of;
	const asked = usePoll<CurveAnswer>(figure ? 'curve' : null, { alert: alert.id }, POLL_MS);
	const points = useMemo(
		() =>
			(asked.data?.points ?? []).map(point => ({
				at: Date.parse(point.time),
				value: point.value,
				quality: point.quality,
			})),
		[asked.data],
	);

	if (!figure)
		return <p class="soft">{t('alerts.noCurve')}</p>;
	if (asked.error?.status === 404 && !asked.data)
		return <HourCourse figure={figure} limits={limits} unit={alert.unit.id} />;
	return (
		<>
			<p class="al-small">{t('alerts.curveOf', { title: pick(figure.title) })}</p>
			<Plot
				figure={figure}
				limits={limits}
				points={points}
				gapMs={1.5 * MINUTE_MS}
				label={t('alerts.curveOf', { title: pick(figure.title) })}
			/>
		</>
	);
}
